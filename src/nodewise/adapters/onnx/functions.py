"""Each activation in ONNX's operators, composed of those that every runtime has in float64 where need be."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nodewise.activations import Activation, parameter

_ERFC_MIDDLE, _ERFC_DEGREE = 3.75, 28


@dataclass(eq=False)
class Builder:
    """The nodes and constants of a graph while it is written.

    Attributes:
        kind: float64 or float32.
        nodes: In the order in which they are computed.
        constants: By name.
    """

    kind: Any
    helper: Any
    nodes: list[Any] = field(default_factory=list)
    constants: dict[str, np.ndarray] = field(default_factory=dict)

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """Add a node and return the name of what it gives."""
        name = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(self.helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def const(self, value: Any, name: str = "") -> str:
        """Return the name of a constant; a number is written once."""
        name = name or f"number_{float(value)!r}"
        self.constants[name] = np.asarray(value, dtype=self.kind)
        return name

    def plus(self, z: str, number: float) -> str:
        """Return z + number."""
        return self.op("Add", z, self.const(number))

    def times(self, z: str, number: float) -> str:
        """Return number·z."""
        return self.op("Mul", z, self.const(number))


def apply(build: Builder, activation: Activation, z: str) -> str:
    """Add what an activation does to z, and return the name of the result."""
    family = parameter(activation)
    if family is not None:
        return _FAMILIES[family[0]](build, z, family[2])
    return _ROWS[activation.name](build, z)


def _leaky_relu(b: Builder, z: str, slope: float) -> str:
    return b.op("Add", b.op("Relu", z), b.times(b.op("Min", z, b.const(0.0)), slope))


def _elu(b: Builder, z: str, alpha: float) -> str:
    falling = b.plus(b.op("Exp", b.op("Min", z, b.const(0.0))), -1.0)
    return b.op("Add", b.op("Relu", z), b.times(falling, alpha))


def _gelu(b: Builder, z: str) -> str:
    if b.kind == np.float32:
        share = b.plus(b.op("Erf", b.times(z, math.sqrt(0.5))), 1.0)
        return b.times(b.op("Mul", z, share), 0.5)
    # In float64 onnxruntime has no Erf, and that of onnx's reference is good to 1e-7 only.
    size = b.op("Abs", z)
    tail = _erfc(b, b.times(size, math.sqrt(0.5)))
    return b.op("Sub", b.op("Relu", z), b.times(b.op("Mul", size, tail), 0.5))


def _erfc(b: Builder, x: str) -> str:
    """Return 1 - erf(x) for x ≥ 0: exp(-x²)/(1+2x) times a polynomial in (x-k)/(x+k), to 1e-15.

    Shepherd and Laframboise, "Chebyshev approximation of (1+2x)exp(x²)erfc(x) in 0 ≤ x < ∞", 1981.
    """
    u = b.op("Div", b.plus(x, -_ERFC_MIDDLE), b.plus(x, _ERFC_MIDDLE))
    highest, *others = _erfc_coefficients()[::-1]
    value = b.const(highest)
    for coefficient in others:
        value = b.plus(b.op("Mul", value, u), coefficient)
    falling = b.op("Exp", b.op("Neg", b.op("Mul", x, x)))
    return b.op("Div", b.op("Mul", value, falling), b.plus(b.times(x, 2.0), 1.0))


def _erfc_coefficients() -> list[float]:
    """Return the polynomial's coefficients, the constant first."""
    from scipy.special import erfcx

    def scaled(u: np.ndarray) -> np.ndarray:
        x = _ERFC_MIDDLE * (1 + u) / (1 - u)
        return (1 + 2 * x) * erfcx(x)

    series = np.polynomial.chebyshev.chebinterpolate(scaled, _ERFC_DEGREE)  # type: ignore[arg-type]
    return np.polynomial.chebyshev.cheb2poly(series).tolist()


def _gelu_tanh(b: Builder, z: str) -> str:
    cubic = b.op("Mul", z, b.plus(b.times(b.op("Mul", z, z), 0.044715), 1.0))
    return b.op("Mul", z, b.op("Sigmoid", b.times(cubic, 2 * math.sqrt(2 / math.pi))))


def _hard_swish(b: Builder, z: str) -> str:
    ramp = b.plus(b.op("Div", z, b.const(6.0)), 0.5)
    return b.op("Mul", z, b.op("Clip", ramp, b.const(0.0), b.const(1.0)))


def _softplus(b: Builder, z: str) -> str:
    small = b.op("Exp", b.op("Neg", b.op("Abs", z)))
    return b.op("Add", b.op("Relu", z), b.op("Log", b.plus(small, 1.0)))


def _snake(b: Builder, z: str) -> str:
    wave = b.op("Sin", z)
    return b.op("Add", z, b.op("Mul", wave, wave))


def _step(b: Builder, z: str) -> str:
    above = b.op("Greater", z, b.const(0.0))
    return b.op("Where", above, b.const(1.0), b.const(0.0))


def _triangle(b: Builder, z: str) -> str:
    turns = b.op("Div", z, b.const(2 * math.pi))
    apart = b.op("Abs", b.op("Sub", turns, b.op("Floor", b.plus(turns, 0.5))))
    return b.plus(b.times(b.op("Min", apart, b.const(0.5)), -4.0), 1.0)


def _alone(kind: str) -> Callable[[Builder, str], str]:
    return lambda b, z: b.op(kind, z)


_FAMILIES = {"leaky_relu": _leaky_relu, "elu": _elu}
_ROWS: dict[str, Callable[[Builder, str], str]] = {
    "abs": _alone("Abs"),
    "cosine": _alone("Cos"),
    "gaussian": lambda b, z: b.op("Exp", b.op("Neg", b.op("Mul", z, z))),
    "gelu": _gelu,
    "gelu_tanh": _gelu_tanh,
    "hard_swish": _hard_swish,
    "hard_tanh": lambda b, z: b.op("Clip", z, b.const(-1.0), b.const(1.0)),
    "identity": lambda b, z: z,
    "mish": lambda b, z: b.op("Mul", z, b.op("Tanh", _softplus(b, z))),
    "relu": _alone("Relu"),
    "saw": lambda b, z: b.op("Sub", z, b.op("Floor", z)),
    "sigmoid": _alone("Sigmoid"),
    "silu": lambda b, z: b.op("Mul", z, b.op("Sigmoid", z)),
    "sine": _alone("Sin"),
    "snake": _snake,
    "softmax": lambda b, z: b.op("Softmax", z, axis=-1),
    "softplus": _softplus,
    "softsign": lambda b, z: b.op("Div", z, b.plus(b.op("Abs", z), 1.0)),
    "step": _step,
    "tanh": _alone("Tanh"),
    "triangle": _triangle,
}
