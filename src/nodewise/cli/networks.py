"""The network a command is about: one from a file, or a random one of some sizes."""

from pathlib import Path

import nodewise as nw
from nodewise.errors import NodewiseError


def named(name: str, activation: str | None, seed: int | None) -> nw.Network:
    """Return the network of a file, or a random one of the sizes named.

    Raises:
        NodewiseError: If it is neither, or an option belongs to the other.
    """
    if Path(name).suffix == ".nodewise" or Path(name).exists():
        for option, given in (("ACTIVATION", activation), ("--seed", seed)):
            if given is not None:
                raise NodewiseError(f"{option} belongs to sizes such as 1-2-1. Got the file {name!r}; leave it out.")
        return nw.open_model(name)
    if not name[:1].isdigit():
        raise NodewiseError(
            f"NETWORK must be a .nodewise file, or sizes such as 1-2-1. Got {name!r}, which is neither. "
            "nodewise fit writes such a file."
        )
    return nw.family(name, activation or "tanh", count=1, seed=0 if seed is None else seed).networks[0]
