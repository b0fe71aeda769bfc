"""Modules that are walked: a Sequential, however deep, of layers, activations and what does nothing."""

from typing import Any

import numpy as np

from nodewise.adapters.base import Affine, UnreadableError
from nodewise.adapters.torch import names, values
from nodewise.adapters.torch.tensors import norm, numbers
from nodewise.adapters.torch.values import Value

_NOTHING = {"AlphaDropout", "Dropout", "FeatureAlphaDropout", "Identity"}


def walk(module: Any, value: Value) -> Value | None:
    """Return what comes out of a module for what goes in; None where walking does not tell.

    Raises:
        UnreadableError: If it is known, and known to be no step of a chain.
    """
    kind = type(module)
    if not kind.__module__.startswith(("torch.nn.", "nodewise.")) or _hooked(module) or len(value.shape) != 1:
        return None
    if kind.__name__ == "Sequential":
        for part in module:
            if (value := walk(part, value)) is None:  # type: ignore[assignment]
                return None
        return value
    if kind.__name__ in _NOTHING or (kind.__name__ == "Flatten" and module.start_dim == 1):
        return value
    if kind.__name__ in ("Softmax", "LogSoftmax"):
        return value.then(*values.SOFTMAX[kind.__name__]) if module.dim in (1, -1) else None
    if kind.__name__ == "Linear":
        weight, bias = numbers(module.weight), module.bias
        step = Affine(weight, np.zeros(len(weight)) if bias is None else numbers(bias))
        return value.then(step, shape=(len(weight),))
    if kind.__name__ == "BatchNorm1d":
        return value.then(_norm(module, value.width))
    found = names.of_module(module)
    return None if found is None else value.then(*found)


def _norm(module: Any, width: int) -> Any:
    if module.running_mean is None:
        raise UnreadableError("its BatchNorm1d keeps no statistics and takes those of each batch")
    found = norm(module.weight, module.bias, module.running_mean, module.running_var, module.eps)
    return values.scaling(*found, width)


def _hooked(module: Any) -> bool:
    """Return whether more happens when a module is called than its own forward."""
    return any(getattr(module, name) for name in ("_forward_hooks", "_forward_pre_hooks")) or "forward" in vars(module)
