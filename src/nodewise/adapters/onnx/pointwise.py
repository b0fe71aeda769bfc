"""Operators that act on each number: what they make of a function's values, and which activation they are alone."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nodewise.activations import numpy_operations as ops

Options = dict[str, Any]
# Its defaults are float32 in the standard.
_SELU = (float(np.float32(1.6732632423543772)), float(np.float32(1.0507009873554805)))
_HALF = 0.5**0.5


def evaluate(kind: str, options: Options, values: list[Any]) -> np.ndarray | None:
    """Return what an operator makes of values and numbers, None where it is not known here."""
    return np.asarray(apply(kind, options, values), dtype=float) if known(kind) else None


def apply(kind: str, options: Options, values: list[Any]) -> Any:
    """Return what an operator makes of arrays, in their precision or a higher one."""
    with np.errstate(all="ignore"):
        return _FUNCTIONS[kind](options, *values)


def known(kind: str) -> bool:
    """Return whether an operator acts on each number in a way that is known here."""
    return kind in _FUNCTIONS


def hint(kind: str, options: Options, numbers: list[Any], exact: bool) -> str:
    """Return the name of the activation that an operator is alone, "" where it has none.

    Args:
        kind: The operator.
        options: Its attributes.
        numbers: Its constant inputs.
        exact: Whether a parameter is what it says in float64; else the shortest number with the same float32.
    """
    named = _HINTS.get(kind)
    if named is None:
        return ""

    def shown(number: Any) -> str:
        return repr(float(number)) if exact else str(np.float32(number))

    return named if isinstance(named, str) else named(options, numbers, shown)


def _clip(options: Options, z: Any, low: Any = None, high: Any = None) -> Any:
    low = options.get("min", -np.inf) if low is None else low
    high = options.get("max", np.inf) if high is None else high
    return np.minimum(np.maximum(z, low), high)


def _clip_hint(options: Options, numbers: list[Any], shown: Callable[[Any], str]) -> str:
    low, high = (*numbers, None, None)[:2]
    low = options.get("min", -np.inf) if low is None else low
    high = options.get("max", np.inf) if high is None else high
    if low == 0 and not high < 1e30:  # the largest float32 stands for no end
        return "relu"
    return f"hard_tanh({shown(low)}, {shown(high)})" if low > -1e30 and high < 1e30 else ""


def _prelu_hint(_: Options, numbers: list[Any], shown: Callable[[Any], str]) -> str:
    return f"leaky_relu({shown(numbers[0])})" if numbers else ""


def _selu_hint(options: Options, _: list[Any], shown: Callable[[Any], str]) -> str:
    alpha = options.get("alpha", _SELU[0])
    usual = np.float32(alpha) == np.float32(_SELU[0]) and shown(alpha) != repr(float(alpha))
    return "selu" if usual else f"elu({shown(alpha)})"


def _elu(alpha: Any, z: Any) -> Any:
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))


def _celu(alpha: float, z: Any) -> Any:
    return np.maximum(z, 0) + np.minimum(0, alpha * np.expm1(np.minimum(z, 0) / alpha))


def _gelu(options: Options, z: Any) -> Any:
    if options.get("approximate", "none") == "tanh":
        return 0.5 * z * (1 + np.tanh((2 / np.pi) ** 0.5 * (z + 0.044715 * z**3)))
    return 0.5 * z * (1 + ops.erf(z * _HALF))


def _softplus(z: Any) -> Any:
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def _hard_sigmoid(z: Any, slope: float, intercept: float) -> Any:
    return np.clip(slope * z + intercept, 0, 1)


def _leak(slope: Any, z: Any) -> Any:
    return np.where(z > 0, z, slope * z)


def _plain(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda _, *values: function(*values)


def _all(function: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def folded(_: Options, first: Any, *others: Any) -> Any:
        for other in others:
            first = function(first, other)
        return first

    return folded


TRUTHS = ("Greater", "GreaterOrEqual", "Less", "LessOrEqual", "And", "Or", "Not")
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "Abs": _plain(np.abs),
    "Add": _plain(np.add),
    "And": _plain(np.logical_and),
    "Celu": lambda o, z: _celu(o.get("alpha", 1.0), z),
    "Clip": _clip,
    "Cos": _plain(np.cos),
    "Div": _plain(np.divide),
    "Elu": lambda o, z: _elu(o.get("alpha", 1.0), z),
    "Erf": _plain(ops.erf),
    "Exp": _plain(np.exp),
    "Floor": _plain(np.floor),
    "Gelu": _gelu,
    "Greater": _plain(np.greater),
    "GreaterOrEqual": _plain(np.greater_equal),
    "HardSigmoid": lambda o, z: _hard_sigmoid(z, o.get("alpha", 0.2), o.get("beta", 0.5)),
    "HardSwish": _plain(lambda z: z * _hard_sigmoid(z, 1 / 6, 0.5)),
    "LeakyRelu": lambda o, z: _leak(o.get("alpha", 0.01), z),
    "Less": _plain(np.less),
    "LessOrEqual": _plain(np.less_equal),
    "Log": _plain(np.log),
    "Max": _all(np.maximum),
    "Min": _all(np.minimum),
    "Mish": _plain(lambda z: z * np.tanh(_softplus(z))),
    "Mul": _plain(np.multiply),
    "Neg": _plain(np.negative),
    "Not": _plain(np.logical_not),
    "Or": _plain(np.logical_or),
    "PRelu": _plain(lambda z, slope: _leak(slope, z)),
    "Pow": _plain(np.power),
    "Reciprocal": _plain(np.reciprocal),
    "Relu": _plain(lambda z: np.maximum(z, 0)),
    "Selu": lambda o, z: o.get("gamma", _SELU[1]) * _elu(o.get("alpha", _SELU[0]), z),
    "Sigmoid": _plain(ops.sigmoid),
    "Sign": _plain(np.sign),
    "Sin": _plain(np.sin),
    "Softplus": _plain(_softplus),
    "Softsign": _plain(lambda z: z / (1 + np.abs(z))),
    "Sqrt": _plain(np.sqrt),
    "Sub": _plain(np.subtract),
    "Sum": _all(np.add),
    "Swish": lambda o, z: z * ops.sigmoid(o.get("alpha", 1.0) * z),
    "Tanh": _plain(np.tanh),
    "Where": _plain(lambda condition, a, b: np.where(np.asarray(condition) != 0, a, b)),
}
_HINTS: dict[str, Any] = {
    "Abs": "abs",
    "Celu": lambda o, _, shown: f"celu({shown(o.get('alpha', 1.0))})",
    "Clip": _clip_hint,
    "Cos": "cosine",
    "Elu": lambda o, _, shown: f"elu({shown(o.get('alpha', 1.0))})",
    "Gelu": lambda o, *_: "gelu_tanh" if o.get("approximate", "none") == "tanh" else "gelu",
    "HardSigmoid": lambda o, _, shown: f"hard_sigmoid({shown(o.get('alpha', 0.2))}, {shown(o.get('beta', 0.5))})",
    "HardSwish": "hard_swish",
    "LeakyRelu": lambda o, _, shown: f"leaky_relu({shown(o.get('alpha', 0.01))})",
    "Mish": "mish",
    "PRelu": _prelu_hint,
    "Relu": "relu",
    "Selu": _selu_hint,
    "Sigmoid": "sigmoid",
    "Sin": "sine",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "Swish": lambda o, _, shown: f"silu({shown(o.get('alpha', 1.0))})",
    "Tanh": "tanh",
}
