"""The table of activations: everything a reading needs to know about each, in one row.

Adding an activation is adding one row; no other file asks which activation it has. The functions take
the namespace of elementwise operations as their first argument, so that the same row serves the readings
(NumPy, `numpy_operations`) and training (JAX, `nodewise.training.objective.operations`).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from nodewise.errors import unknown


@dataclass(frozen=True)
class Line:
    """The line slope·z + intercept that an activation approaches; a constant where the slope is 0."""

    slope: float
    intercept: float


@dataclass(frozen=True)
class Wave:
    """The wave amplitude·cos(frequency·z + phase), angles in radians."""

    amplitude: float
    frequency: float
    phase: float


@dataclass(frozen=True)
class Symmetry:
    """The identity φ(-z) = sign·φ(z) + slope·z + constant, exact for every z where φ is continuous."""

    sign: float
    slope: float
    constant: float


@dataclass(frozen=True)
class Activation:
    """One elementwise activation φ and what is known about it.

    Attributes:
        name: The one name used in code, JSON and messages; `aliases` are accepted too.
        formula: φ(z) in plain text.
        value: `value(ops, z)`, elementwise φ(z).
        derivative: `derivative(ops, z, a)`, elementwise φ'(z) with a = φ(z) already known; at a kink one of
            the two one-sided derivatives, at a jump the derivative beside it.
        low, high: Infimum and supremum of φ.
        lipschitz: Smallest Lipschitz constant; infinite for an activation that jumps.
        left, right: The line φ approaches for z → -∞ and z → +∞, or None. With `wave`, the line the wave swings around.
        wave: If not None, φ(z) = right(z) + wave(z) exactly, for every z.
        kinks: Places where φ' jumps, in one period if φ is periodic.
        jumps: Places where φ itself jumps, in one period if φ is periodic.
        period: Smallest period, or None.
        turns: Where φ stops rising or falling without a kink, in one period if φ is periodic.
        inflections: Where φ' stops rising or falling without a jump, in one `slope_period` if φ' is periodic.
        piecewise_linear: Whether φ consists of straight lines.
        symmetry: The identity between φ(-z) and φ(z), or None.
        joint: Whether φ acts on all nodes of its layer together, as softmax does; an output layer alone may have it.
            Its `derivative` is the diagonal of the Jacobian, and `lipschitz` holds for Euclidean lengths.
    """

    name: str
    formula: str
    value: Callable[[Any, Any], Any]
    derivative: Callable[[Any, Any, Any], Any]
    low: float
    high: float
    lipschitz: float
    left: Line | None
    right: Line | None
    wave: Wave | None = None
    kinks: tuple[float, ...] = ()
    jumps: tuple[float, ...] = ()
    period: float | None = None
    turns: tuple[float, ...] = ()
    inflections: tuple[float, ...] = ()
    piecewise_linear: bool = False
    symmetry: Symmetry | None = None
    joint: bool = False
    aliases: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how pickle writes a row: by its name, because its functions have none."""
        return find, (self.name,)

    def __call__(self, z: Any) -> np.ndarray:
        """Return φ(z), elementwise, float64."""
        return self.value(numpy_operations, np.asarray(z, float))

    def slope(self, z: Any) -> np.ndarray:
        """Return φ'(z), elementwise, float64."""
        z = np.asarray(z, float)
        return self.derivative(numpy_operations, z, self.value(numpy_operations, z))

    @property
    def linear(self) -> bool:
        """Whether φ is one straight line."""
        return self.piecewise_linear and not self.kinks and not self.jumps

    @property
    def identity(self) -> bool:
        """Whether φ(z) = z."""
        return self.linear and self.right == _DIAGONAL

    @property
    def slope_period(self) -> float | None:
        """Smallest period of φ', or None; a wave on a line repeats its slope and not its value."""
        return self.period or (2 * math.pi / self.wave.frequency if self.wave else None)

    @property
    def rising(self) -> bool:
        """Whether φ never falls: without turns, without jumps down, its kinks between slopes that are not negative."""
        return not self.turns and self.period is None and all(self.slope(k - 1) >= 0 for k in self.kinks)

    @property
    def bounded(self) -> bool:
        """Whether the values stay in a finite range."""
        return math.isfinite(self.low) and math.isfinite(self.high)


def _numpy_sigmoid(z: np.ndarray) -> np.ndarray:
    # exp of a negative number only: no overflow, and full relative precision in both tails.
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1.0 + small)


def _numpy_erf(z: np.ndarray) -> np.ndarray:
    from scipy.special import erf

    return erf(z)


def _numpy_softmax(z: np.ndarray) -> np.ndarray:
    # The largest becomes 0: no overflow. Nodes are the last axis.
    raised = np.exp(z - z.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


# Operations with one name in NumPy and JAX.
SAME_NAMED = ("abs", "cos", "exp", "expm1", "floor", "log1p", "maximum", "minimum", "ones_like", "sign", "sin", "tanh")
numpy_operations = SimpleNamespace(
    **{name: getattr(np, name) for name in SAME_NAMED},
    where=np.where,
    sigmoid=_numpy_sigmoid,
    softmax=_numpy_softmax,
    erf=_numpy_erf,
)

_FLAT = Line(0.0, 0.0)
_DIAGONAL = Line(1.0, 0.0)
_INFINITY = math.inf
_LEAK = 0.01
_SQRT_HALF = math.sqrt(0.5)
_SQRT_TWO_PI = math.sqrt(2 * math.pi)


def _gelu_slope(ops: Any, z: Any, _: Any) -> Any:
    return 0.5 * (1 + ops.erf(z * _SQRT_HALF)) + z * ops.exp(-0.5 * z * z) / _SQRT_TWO_PI


def _silu_slope(ops: Any, z: Any, a: Any) -> Any:
    s = ops.sigmoid(z)
    return s + a * (1 - s)


def _triangle(ops: Any, z: Any) -> Any:
    # The distance to the nearest multiple of 2π, from π at the troughs to 0 at the crests.
    turns = z / (2 * math.pi)
    return 1 - 4 * ops.minimum(ops.abs(turns - ops.floor(turns + 0.5)), 0.5)  # beyond 2^52 a half is rounded away


def _triangle_slope(ops: Any, z: Any, _: Any) -> Any:
    turns = z / (2 * math.pi)
    return ops.sign(ops.floor(turns + 0.5) - turns) * (2 / math.pi)


_ROWS = (
    Activation(
        "identity", "z", lambda ops, z: z, lambda ops, z, a: ops.ones_like(z),
        -_INFINITY, _INFINITY, 1.0, _DIAGONAL, _DIAGONAL,
        piecewise_linear=True, symmetry=Symmetry(-1, 0, 0), aliases=("linear",),
    ),
    Activation(
        "sigmoid", "1 / (1 + exp(-z))", lambda ops, z: ops.sigmoid(z), lambda ops, z, a: a * (1 - a),
        0.0, 1.0, 0.25, _FLAT, Line(0.0, 1.0),
        inflections=(0.0,), symmetry=Symmetry(-1, 0, 1), aliases=("logistic",),
    ),
    Activation(
        "tanh", "tanh(z)", lambda ops, z: ops.tanh(z), lambda ops, z, a: 1 - a * a,
        -1.0, 1.0, 1.0, Line(0.0, -1.0), Line(0.0, 1.0),
        inflections=(0.0,), symmetry=Symmetry(-1, 0, 0),
    ),
    Activation(
        "relu", "max(0, z)", lambda ops, z: ops.maximum(z, 0), lambda ops, z, a: ops.where(z > 0, 1.0, 0.0),
        0.0, _INFINITY, 1.0, _FLAT, _DIAGONAL,
        kinks=(0.0,), piecewise_linear=True, symmetry=Symmetry(1, -1, 0),
    ),
    Activation(
        "leaky_relu", "z if z > 0 else 0.01·z",
        lambda ops, z: ops.where(z > 0, z, _LEAK * z), lambda ops, z, a: ops.where(z > 0, 1.0, _LEAK),
        -_INFINITY, _INFINITY, 1.0, Line(_LEAK, 0.0), _DIAGONAL,
        kinks=(0.0,), piecewise_linear=True, symmetry=Symmetry(1, -1 - _LEAK, 0),
    ),
    Activation(
        "elu", "z if z > 0 else exp(z) - 1",
        lambda ops, z: ops.where(z > 0, z, ops.expm1(ops.minimum(z, 0))),
        lambda ops, z, a: ops.where(z > 0, 1.0, a + 1),
        -1.0, _INFINITY, 1.0, Line(0.0, -1.0), _DIAGONAL,
    ),
    Activation(
        "gelu", "z·Φ(z)", lambda ops, z: 0.5 * z * (1 + ops.erf(z * _SQRT_HALF)), _gelu_slope,
        # Lowest value and steepest slope (at z = √2), found once to full precision.
        -0.16997120747990369, _INFINITY, 1.1289041451851548, _FLAT, _DIAGONAL,
        turns=(-0.7517915246935644,), inflections=(-math.sqrt(2), math.sqrt(2)), symmetry=Symmetry(1, -1, 0),
    ),
    Activation(
        "silu", "z / (1 + exp(-z))", lambda ops, z: z * ops.sigmoid(z), _silu_slope,
        -0.27846454276107374, _INFINITY, 1.0998393201288669, _FLAT, _DIAGONAL,
        turns=(-1.278464542761074,), inflections=(-2.399357280515468, 2.399357280515468),
        symmetry=Symmetry(1, -1, 0), aliases=("swish",),
    ),
    Activation(
        "softplus", "log(1 + exp(z))",
        lambda ops, z: ops.maximum(z, 0) + ops.log1p(ops.exp(-ops.abs(z))), lambda ops, z, a: ops.sigmoid(z),
        0.0, _INFINITY, 1.0, _FLAT, _DIAGONAL,
        symmetry=Symmetry(1, -1, 0),
    ),
    Activation(
        "gaussian", "exp(-z²)", lambda ops, z: ops.exp(-z * z), lambda ops, z, a: -2 * z * a,
        0.0, 1.0, math.sqrt(2 / math.e), _FLAT, _FLAT,
        turns=(0.0,), inflections=(-_SQRT_HALF, _SQRT_HALF), symmetry=Symmetry(1, 0, 0),
    ),
    Activation(
        "step", "1 if z > 0 else 0", lambda ops, z: ops.where(z > 0, 1.0, 0.0), lambda ops, z, a: 0.0 * z,
        0.0, 1.0, _INFINITY, _FLAT, Line(0.0, 1.0),
        jumps=(0.0,), piecewise_linear=True, symmetry=Symmetry(-1, 0, 1),
    ),
    Activation(
        "abs", "|z|", lambda ops, z: ops.abs(z), lambda ops, z, a: ops.where(z > 0, 1.0, -1.0),
        0.0, _INFINITY, 1.0, Line(-1.0, 0.0), _DIAGONAL,
        kinks=(0.0,), piecewise_linear=True, symmetry=Symmetry(1, 0, 0),
    ),
    Activation(
        "cosine", "cos(z)", lambda ops, z: ops.cos(z), lambda ops, z, a: -ops.sin(z),
        -1.0, 1.0, 1.0, _FLAT, _FLAT, wave=Wave(1.0, 1.0, 0.0),
        period=2 * math.pi, turns=(0.0, math.pi), inflections=(math.pi / 2, 1.5 * math.pi),
        symmetry=Symmetry(1, 0, 0), aliases=("cos",),
    ),
    Activation(
        "sine", "sin(z)", lambda ops, z: ops.sin(z), lambda ops, z, a: ops.cos(z),
        -1.0, 1.0, 1.0, _FLAT, _FLAT, wave=Wave(1.0, 1.0, -math.pi / 2),
        period=2 * math.pi, turns=(math.pi / 2, 1.5 * math.pi), inflections=(0.0, math.pi),
        symmetry=Symmetry(-1, 0, 0), aliases=("sin",),
    ),
    Activation(
        "snake", "z + sin²(z)", lambda ops, z: z + ops.sin(z) ** 2, lambda ops, z, a: 1 + ops.sin(2 * z),
        -_INFINITY, _INFINITY, 2.0, Line(1.0, 0.5), Line(1.0, 0.5), wave=Wave(0.5, 2.0, math.pi),
        inflections=(math.pi / 4, 0.75 * math.pi), symmetry=Symmetry(1, -2, 0),
    ),
    Activation(
        "triangle", "1 - 2·d(z)/π, d the distance to the nearest multiple of 2π", _triangle, _triangle_slope,
        -1.0, 1.0, 2 / math.pi, None, None,
        kinks=(0.0, math.pi), period=2 * math.pi, piecewise_linear=True, symmetry=Symmetry(1, 0, 0),
    ),
    Activation(
        "saw", "z - floor(z)", lambda ops, z: z - ops.floor(z), lambda ops, z, a: ops.ones_like(z),
        0.0, 1.0, _INFINITY, None, None,
        jumps=(0.0,), period=1.0, piecewise_linear=True, symmetry=Symmetry(-1, 0, 1),
    ),
    Activation(
        "softmax", "exp(z) / Σ exp(z) over all nodes of the layer",
        lambda ops, z: ops.softmax(z), lambda ops, z, a: a * (1 - a),
        0.0, 1.0, 0.5, None, None, joint=True,
    ),
)  # fmt: skip

_BY_NAME = {name: row for row in _ROWS for name in (row.name, *row.aliases)}


def names() -> tuple[str, ...]:
    """Return the name of every activation a hidden layer can have, in the table's order, without aliases."""
    return tuple(row.name for row in _ROWS if not row.joint)


def find(activation: "str | Activation") -> Activation:
    """Return the row of the table for a name or an alias; a row is returned as it is.

    Raises:
        NodewiseError: If no row has this name; the message prints all names.
    """
    if isinstance(activation, Activation):
        return activation
    if not isinstance(activation, str) or activation.lower() not in _BY_NAME:
        raise unknown("activation", activation, [row.name for row in _ROWS])
    return _BY_NAME[activation.lower()]
