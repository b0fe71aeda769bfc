"""Live modules: walked where they are a Sequential, else followed through the graph of `torch.export`."""

from typing import Any

import numpy as np

import torch  # type: ignore[import-not-found]
from nodewise.adapters.base import Model, Step, UnreadableError
from nodewise.adapters.torch.finish import finish
from nodewise.adapters.torch.graph import follow
from nodewise.adapters.torch.names import STRAIGHTENED
from nodewise.adapters.torch.original import Original, evaluating, original
from nodewise.adapters.torch.values import Value
from nodewise.adapters.torch.walk import walk
from nodewise.errors import NodewiseError

_LOG = "The original gives the logarithms of these probabilities."
_SOFTPLUS = "PyTorch's softplus leaves out up to 2e-9 above its threshold."
_SOFTPLUS_TOLERANCE = 1e-6
_SEVERAL = 3
_HALF = {torch.float16: 0.02, torch.bfloat16: 0.1}


def read(model: Any, inputs: int | tuple[int, ...] | None = None) -> Model:
    """Read a module as steps; the module itself stays as it is.

    Args:
        model: An `nn.Module` that takes [sample, feature]; it is read in evaluation mode.
        inputs: Number of features, or the shape of one sample, where its layers do not tell.

    Raises:
        NodewiseError: If it is no module, or cannot be called on samples and features.
    """
    model = getattr(model, "_orig_mod", model)  # of torch.compile
    if not isinstance(model, torch.nn.Module):
        raise NodewiseError(f"a model of PyTorch must be an nn.Module. Got {type(model).__name__}; give its module.")
    called = original(model, inputs)
    name = type(model).__name__
    about: dict[str, Any] = {"kind": f"PyTorch {name}", "version": f"PyTorch {torch.__version__}"}
    about |= {"inputs": int(np.prod(called.shape)), "precision": _precision(called), "call": called}
    try:
        with evaluating(called.module):
            steps, log = _steps(called)
    except UnreadableError as error:
        outputs = called(np.zeros((_SEVERAL, about["inputs"]))).shape[1]  # one sample has no statistics
        return Model(steps=None, reason=str(error), outputs=outputs, **about)
    notes = [_LOG] if log else []
    about["tolerance"] = _HALF.get(called.dtype, 0.0)
    if any(step is STRAIGHTENED for step in steps):
        notes.append(_SOFTPLUS)
        about["tolerance"] = _SOFTPLUS_TOLERANCE
    about["call"] = (lambda x: np.exp(called(x))) if log else called
    if called.dtype is not called.precision:
        notes.append(f"It computes in {_name(called.precision)}; compared was a copy of it in {_name(called.dtype)}.")
    return Model(steps=steps, note=" ".join(notes), **about)


def _steps(called: Original) -> tuple[list[Step], bool]:
    if not called.copied:
        raise UnreadableError("it cannot be copied, and reading it must not change it")
    if isinstance(called.module, torch.jit.ScriptModule):
        raise UnreadableError("it is a TorchScript program, which torch.export does not follow")
    if not called.dtype.is_floating_point:
        raise UnreadableError("it looks its features up in a table, as whole numbers")
    value = walk(called.module, Value((), called.shape)) or follow(called.module, called.shape, called.dtype)
    return finish(value.path, value.width)


def _precision(called: Original) -> str:
    return "float64" if called.dtype is torch.float64 else "float32"


def _name(dtype: Any) -> str:
    return str(dtype).removeprefix("torch.")
