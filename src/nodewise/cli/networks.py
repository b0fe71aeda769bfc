"""The network a command is about: one from a file, or a random one of some sizes."""

from pathlib import Path

import nodewise as nw
from nodewise.adapters.limited.parent import open_limited
from nodewise.errors import NodewiseError
from nodewise.inspection.reading import as_network

WEIGHTS = (".pt", ".pth", ".safetensors")
ENDINGS = (".nodewise", ".onnx", ".keras", *WEIGHTS)


def read(path: str, **options: str) -> nw.Network:
    """Return the network of a file.

    Raises:
        NodewiseError: If it cannot be opened, or can be called and not read.
    """
    return as_network(open_limited(path, **options))


def named(name: str, activation: str | None, seed: int | None) -> nw.Network:
    """Return the network of a file, or a random one of the sizes named.

    Raises:
        NodewiseError: If it is neither, or an option belongs to the other.
    """
    if Path(name).suffix == ".nodewise" or Path(name).exists():
        weights = Path(name).suffix.lower() in WEIGHTS
        for option, given in (("ACTIVATION", None if weights else activation), ("--seed", seed)):
            if given is not None:
                raise NodewiseError(f"{option} belongs to sizes such as 1-2-1. Got the file {name!r}; leave it out.")
        return read(name, **({"activation": activation} if weights and activation else {}))
    if not name[:1].isdigit():
        raise NodewiseError(
            f"NETWORK must be a model's file, or sizes such as 1-2-1. Got {name!r}, which is neither. "
            "nodewise fit writes such a file."
        )
    return nw.family(name, activation or "tanh", count=1, seed=0 if seed is None else seed).networks[0]
