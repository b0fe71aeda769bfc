"""Weights from a .pt or .pth file, by `torch.load(weights_only=True)` of a PyTorch that has a sound one."""

import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nodewise.adapters.state_dict.archive import WHAT, checked
from nodewise.adapters.state_dict.arrays import Weights, damaged
from nodewise.errors import NodewiseError

_LEAST = (2, 10)
_INSTEAD = 'pip install "torch>=2.10", or save the weights as .safetensors, which needs no PyTorch'
# Where a checkpoint keeps its weights.
_PLACES = ("state_dict", "model_state_dict", "model", "module", "net", "weights", "params")


def weights(path: Path) -> Weights:
    """Return the arrays of a file, in the order in which they were saved.

    Raises:
        NodewiseError: If it is damaged or holds more than weights, or PyTorch is missing or too old.
    """
    archive = checked(path)
    torch = _torch()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = torch.load(archive, map_location="cpu", weights_only=True)
    except Exception as error:  # whatever a damaged file provokes, the user needs one sentence
        raise damaged(path, WHAT, f"a damaged file ({type(error).__name__})") from None
    tensors = _tensors(found, torch)
    if not tensors:
        raise damaged(path, WHAT, f"a {type(found).__name__} without named tensors")
    size = path.stat().st_size
    if sum(tensor.numel() * tensor.element_size() for tensor in tensors.values()) > size:
        raise damaged(path, WHAT, f"tensors that are larger than its {size} bytes")
    floats = {tensor.dtype for tensor in tensors.values() if tensor.is_floating_point()}
    arrays = {name: tensor.detach().double().numpy() for name, tensor in tensors.items()}
    precision = "float64" if floats == {torch.float64} else "float32"
    return Weights(f"a {path.suffix.lower()} file", arrays, precision, ordered=True)


def _torch() -> Any:
    try:
        import torch  # type: ignore[import-not-found]
    except ImportError:
        raise NodewiseError(f"PyTorch must be installed to open its files. Got none; {_INSTEAD}.") from None
    version = tuple(int(part) for part in re.findall(r"\d+", torch.__version__)[:2])
    if version < _LEAST:
        raise NodewiseError(
            f"PyTorch must be 2.10 or later to open its files, because earlier ones can be made to run their code. "
            f"Got {torch.__version__}; {_INSTEAD}."
        )
    return torch


def _tensors(found: Any, torch: Any) -> dict[str, Any]:
    """Return the tensors by name, of weights or of a checkpoint that keeps them in one of the usual places."""
    if not isinstance(found, Mapping):
        return {}
    if any(isinstance(part, torch.Tensor) for part in found.values()):
        return {str(name): part for name, part in found.items() if isinstance(part, torch.Tensor)}
    places = [found[name] for name in _PLACES if isinstance(found.get(name), Mapping)]
    return _tensors(places[0], torch) if len(places) == 1 else {}
