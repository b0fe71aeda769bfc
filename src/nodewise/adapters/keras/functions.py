"""Keras's functions as steps: activations by their names, and the operations that stand between layers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from nodewise.adapters.base import Step, UnreadableError, activation
from nodewise.network import Scale

Options = Mapping[str, Any]
TENSOR = object()  # stands for the array among the arguments of an operation


def steps(name: str, options: Options) -> list[Step]:
    """Return what a function of `keras.activations` does.

    Args:
        name: Its name there.
        options: Its arguments beside the array; those left out have the function's defaults.

    Raises:
        UnreadableError: If there is no such activation here.
    """
    return activation(_CALLED[name](options) if name in _CALLED else name)


def operation(kind: str, options: Options, arguments: Sequence[Any]) -> list[Step]:
    """Return what an operation of `keras.ops` does.

    Args:
        kind: Its class, such as "LeakyRelu".
        options: What it was made with.
        arguments: What it is called with, TENSOR among them.

    Raises:
        UnreadableError: If it is neither an activation here nor an arithmetic operation with one number.
    """
    if kind in _FUNCTIONS and len(arguments) == 1:
        return steps(_FUNCTIONS[kind], ({"approximate": True} if kind == "Gelu" else {}) | dict(options))
    first = bool(arguments) and arguments[0] is TENSOR
    rule = _ARITHMETIC.get((kind, first, len(arguments)))
    number = 1.0 if len(arguments) == 1 else arguments[first]
    if rule is None or isinstance(number, bool) or not isinstance(number, int | float) or not number:
        raise UnreadableError(f"the operation {kind} is none that can be read")
    shift, factor = rule(float(number))
    return [Scale(np.array([shift]), np.array([factor]))]


def _relu(options: Options) -> str:
    slope, top = options.get("negative_slope") or 0.0, options.get("max_value")
    if options.get("threshold"):
        raise UnreadableError(f"relu with threshold={options['threshold']} is not in the table of activations")
    if top is None:
        return f"leaky_relu({float(slope)!r})" if slope else "relu"
    if slope:
        raise UnreadableError("relu with both max_value and negative_slope is not in the table of activations")
    return f"hard_tanh(0.0, {float(top)!r})"


def _softmax(options: Options) -> str:
    axis = options.get("axis", -1)
    if axis not in (-1, 1, [-1], [1]):
        raise UnreadableError(f"softmax along axis {axis} does not act on the features")
    return "softmax"


def _number(name: str, option: str, default: float) -> Callable[[Options], str]:
    return lambda options: f"{name}({float(options.get(option, default))!r})"


# Functions of which the name is another here, or depends on arguments. What has no row and takes no arguments passes
# by its own name.
_CALLED: dict[str, Callable[[Options], str]] = {
    "absolute": lambda options: "abs",
    "celu": _number("celu", "alpha", 1.0),
    "elu": _number("elu", "alpha", 1.0),
    "gelu": lambda options: "gelu_tanh" if options.get("approximate") else "gelu",
    "hard_silu": lambda options: "hard_swish",
    "leaky_relu": _number("leaky_relu", "negative_slope", 0.2),
    "relu": _relu,
    "softmax": _softmax,
    "sparse_sigmoid": lambda options: "hard_sigmoid(0.5, 0.5)",
}
# The classes of operations that are activations, and the functions of the same names.
_FUNCTIONS = {
    "Absolute": "absolute", "Abs": "absolute", "Celu": "celu", "Cos": "cosine", "Elu": "elu", "Gelu": "gelu",
    "HardSigmoid": "hard_sigmoid", "HardSilu": "hard_silu", "HardTanh": "hard_tanh", "LeakyRelu": "leaky_relu",
    "LogSigmoid": "log_sigmoid", "Mish": "mish", "ReLU": "relu", "Relu": "relu", "Relu6": "relu6", "Selu": "selu",
    "Sigmoid": "sigmoid", "Silu": "silu", "Sin": "sine", "Softmax": "softmax", "Softplus": "softplus",
    "Softsign": "softsign", "SparseSigmoid": "sparse_sigmoid", "Tanh": "tanh",
}  # fmt: skip
# By class, whether the array comes first, and the number of arguments: (shift, factor) of what it does to the array.
_ARITHMETIC: dict[tuple[str, bool, int], Callable[[float], tuple[float, float]]] = {
    ("Add", True, 2): lambda number: (number, 1.0),
    ("Add", False, 2): lambda number: (number, 1.0),
    ("Divide", True, 2): lambda number: (0.0, 1 / number),
    ("Multiply", True, 2): lambda number: (0.0, number),
    ("Multiply", False, 2): lambda number: (0.0, number),
    ("Negative", True, 1): lambda number: (0.0, -number),
    ("Subtract", True, 2): lambda number: (-number, 1.0),
    ("Subtract", False, 2): lambda number: (number, -1.0),
    ("TrueDivide", True, 2): lambda number: (0.0, 1 / number),
}
