"""What PyTorch calls its activations, as modules and as operations, and the names that they have here.

What stands in braces are parameters: attributes of a module, arguments of an operation.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nodewise.activations import find
from nodewise.adapters.base import Step, UnreadableError, activation

_OPERATIONS = {
    "abs": "abs",
    "celu": "celu({alpha!r})",
    "cos": "cosine",
    "gelu": "gelu",
    "hardsigmoid": "hard_sigmoid",
    "hardswish": "hard_swish",
    "hardtanh": "hard_tanh({min_val!r}, {max_val!r})",
    "leaky_relu": "leaky_relu({negative_slope!r})",
    "log_sigmoid": "log_sigmoid",
    "mish": "mish",
    "relu": "relu",
    "relu6": "relu6",
    "selu": "selu",
    "sigmoid": "sigmoid",
    "silu": "silu",
    "sin": "sine",
    "tanh": "tanh",
}
_MODULES = {
    "CELU": "celu",
    "GELU": "gelu",
    "Hardsigmoid": "hardsigmoid",
    "Hardswish": "hardswish",
    "Hardtanh": "hardtanh",
    "LeakyReLU": "leaky_relu",
    "LogSigmoid": "log_sigmoid",
    "Mish": "mish",
    "ReLU": "relu",
    "ReLU6": "relu6",
    "SELU": "selu",
    "SiLU": "silu",
    "Sigmoid": "sigmoid",
    "Softplus": "softplus",
    "Tanh": "tanh",
}
# PyTorch's softplus is a straight line above a threshold, 20 unless given: log(1 + exp(-threshold)) is left out there.
EXACT_THRESHOLD = 37.0
STRAIGHTENED = replace(find("softplus"))  # the same row, another object: it tells that the threshold was lower


def of_module(module: Any) -> list[Step] | None:
    """Return the steps of a module that is an activation; None of one that is none.

    Raises:
        UnreadableError: If the activation is not in the table.
    """
    kind = type(module).__name__
    if kind in _MODULES:
        return of_operation(_MODULES[kind], vars(module))
    if kind == "Elementwise":  # our own, of `to_torch`
        return [find(module.name)]
    if kind == "ELU":
        return _elu({"alpha": module.alpha, "scale": 1, "input_scale": 1})
    if kind == "RReLU":
        return of_operation("leaky_relu", {"negative_slope": (module.lower + module.upper) / 2})
    if kind == "PReLU":
        return prelu(module.weight)
    return activation("softsign") if kind == "Softsign" else None


def of_operation(name: str, given: Mapping[str, Any]) -> list[Step] | None:
    """Return the steps of an operation that is an activation, given its arguments by name; None of one that is none.

    Raises:
        UnreadableError: If the activation is not in the table.
    """
    if name == "elu":
        return _elu(given)
    if name == "rrelu":
        return activation(f"leaky_relu({(given['lower'] + given['upper']) / 2!r})")
    if name == "gelu" and given["approximate"] == "tanh":
        return activation("gelu_tanh")
    if name == "softplus":
        return _softplus(given)
    return activation(_OPERATIONS[name].format(**given)) if name in _OPERATIONS else None


def prelu(weight: Any) -> list[Step]:
    """Return the steps of a leaky ReLU whose slope was learned.

    Raises:
        UnreadableError: If it learned one slope for each node.
    """
    slopes = {float(slope) for slope in weight.detach().flatten()}
    if len(slopes) > 1:
        raise UnreadableError("its PReLU has a slope of its own for each node")
    return activation(f"leaky_relu({slopes.pop()!r})")


def _elu(given: Mapping[str, Any]) -> list[Step]:
    if given["scale"] != 1 or given["input_scale"] != 1:
        raise UnreadableError("its elu is scaled")
    return activation(f"elu({given['alpha']!r})" if given["alpha"] != 1 else "elu")


def _softplus(given: Mapping[str, Any]) -> list[Step]:
    steps = activation("softplus" if given["beta"] == 1 else f"softplus({given['beta']!r})")
    exact = given["threshold"] >= EXACT_THRESHOLD
    return [STRAIGHTENED if step is find("softplus") and not exact else step for step in steps]
