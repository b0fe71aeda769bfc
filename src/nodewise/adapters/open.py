"""`open_model`: recognise what a model is and hand it to the file or framework that reads it."""

from pathlib import Path
from typing import Any

from nodewise.errors import NodewiseError
from nodewise.network import Network

_READERS = {".nodewise": Network.load}


def open_model(model: Any) -> Network:
    """Open a trained model.

    Args:
        model: A `Network`, a `Fit`, or the path of a `.nodewise` file.

    Returns:
        The network, equal to the bit to the one that was saved.

    Raises:
        NodewiseError: If the file is missing, damaged or of a kind that cannot be opened.
    """
    if isinstance(model, Network):
        return model
    network = getattr(model, "network", None)
    if isinstance(network, Network):
        return network
    if not isinstance(model, str | Path):
        raise NodewiseError(f"a model must be a Network, a Fit or the path of a file. Got {type(model).__name__}.")
    path = Path(model)
    if path.suffix not in _READERS:
        raise NodewiseError(f"a model's file must end in {' or '.join(_READERS)}. Got {path.name}.")
    return _READERS[path.suffix](path)
