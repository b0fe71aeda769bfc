"""The table of activations: everything a reading needs to know about each, in one row.

Adding an activation is adding one row; no other file asks which activation it has. Two rows, leaky_relu and elu, stand
for a family each: with a number in brackets, "leaky_relu(0.2)", they have another parameter. The functions take
the namespace of elementwise operations as their first argument, so that the same row serves the readings
(NumPy, `numpy_operations`) and training (JAX, `nodewise.training.objective.operations`).
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from nodewise.errors import NodewiseError, unknown


class Line(NamedTuple):
    """The line slope·z + intercept that an activation approaches; a constant where the slope is 0."""

    slope: float
    intercept: float


class Wave(NamedTuple):
    """The wave amplitude·cos(frequency·z + phase), angles in radians."""

    amplitude: float
    frequency: float
    phase: float


class Symmetry(NamedTuple):
    """The identity φ(-z) = sign·φ(z) + slope·z + constant, exact for every z where φ is continuous."""

    sign: float
    slope: float
    constant: float


@dataclass(frozen=True, eq=False)
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
        unique: Why a sum of nodes φ(w·x + b), no two of them equal or mirror images, can be written with no fewer
            nodes, whatever straight line is added; on any open set, because φ is analytic. "" where that is not known,
            or where kinks or waves tell.
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
    unique: str = ""
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
_SQRT_HALF = math.sqrt(0.5)
_SQRT_TWO_PI = math.sqrt(2 * math.pi)
# Poles of tanh and its kin: of all nodes with their centre in one place the steepest has the pole nearest to the real
# axis, which no other can cancel; so all weights of a vanishing sum vanish, one after another.
_POLES = "functions with different poles cannot cancel"
# gelu'' and the gaussian are polynomials times exponentials of squares.
_EXPONENTIALS = "exponentials of different squares cannot cancel"
_GELU_TANH = 2 * math.sqrt(2 / math.pi)


def _gelu_slope(ops: Any, z: Any, _: Any) -> Any:
    return 0.5 * (1 + ops.erf(z * _SQRT_HALF)) + z * ops.exp(-0.5 * z * z) / _SQRT_TWO_PI


# From here on the sigmoid of the cubic below is exactly 0 or 1; the cubic itself would overflow.
_GELU_TANH_END = 25.0


def _gelu_tanh_gate(ops: Any, z: Any) -> tuple[Any, Any]:
    """Return s with φ(z) = z·s, s = (1 + tanh(u)) / 2 = sigmoid(2·u) without cancellation, and du/dz."""
    z = ops.maximum(ops.minimum(z, _GELU_TANH_END), -_GELU_TANH_END)
    return ops.sigmoid(_GELU_TANH * z * (1 + 0.044715 * z * z)), _GELU_TANH * (1 + 3 * 0.044715 * z * z)


def _gelu_tanh_slope(ops: Any, z: Any, a: Any) -> Any:
    s, steep = _gelu_tanh_gate(ops, z)
    return s + a * (1 - s) * steep


def _mish_gate(ops: Any, z: Any) -> Any:
    # tanh(log(1 + exp(z))) as a quotient in exp(-|z|): no overflow, no cancellation.
    e = ops.exp(-ops.abs(z))
    top = ops.where(z > 0, 1 + 2 * e, e * (e + 2))
    return top / (top + ops.where(z > 0, 2 * e * e, 2.0))


def _mish_slope(ops: Any, z: Any, _: Any) -> Any:
    t = _mish_gate(ops, z)
    return t + z * ops.sigmoid(z) * (1 - t * t)


def _softsign_slope(ops: Any, z: Any, _: Any) -> Any:
    small = 1 / (1 + ops.abs(z))
    return small * small


def _hard_swish_slope(ops: Any, z: Any, _: Any) -> Any:
    return ops.where(z <= -3, 0.0, ops.where(z >= 3, 1.0, (2 * z + 3) / 6))


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


def _leaky_relu(slope: float) -> Activation:
    """Return z above 0 and slope·z below."""
    if slope in (0, 1):
        return find("identity" if slope else "relu")
    return Activation(
        f"leaky_relu({slope!r})", f"z if z > 0 else {slope!r}·z",
        lambda ops, z: ops.where(z > 0, z, slope * z), lambda ops, z, a: ops.where(z > 0, 1.0, slope),
        -_INFINITY, _INFINITY, max(1.0, slope), Line(slope, 0.0), _DIAGONAL,
        kinks=(0.0,), piecewise_linear=True, symmetry=Symmetry(1, -1 - slope, 0),
    )  # fmt: skip


def _elu(alpha: float) -> Activation:
    """Return z above 0 and alpha·(exp(z) - 1) below."""
    if alpha == 0:
        return find("relu")
    return Activation(
        f"elu({alpha!r})", f"z if z > 0 else {alpha!r}·(exp(z) - 1)",
        lambda ops, z: ops.where(z > 0, z, alpha * ops.expm1(ops.minimum(z, 0))),
        lambda ops, z, a: ops.where(z > 0, 1.0, a + alpha),
        -alpha, _INFINITY, max(1.0, alpha), Line(0.0, -alpha), _DIAGONAL,
        kinks=() if alpha == 1 else (0.0,),
    )  # fmt: skip


# A family: its parameter's name, the parameter of the plain name, and the row of a parameter.
_FAMILIES = {"leaky_relu": ("slope", 0.01, _leaky_relu), "elu": ("alpha", 1.0, _elu)}

_ROWS = (
    Activation(
        "identity", "z", lambda ops, z: z, lambda ops, z, a: ops.ones_like(z),
        -_INFINITY, _INFINITY, 1.0, _DIAGONAL, _DIAGONAL,
        piecewise_linear=True, symmetry=Symmetry(-1, 0, 0), aliases=("linear",),
    ),
    Activation(
        "sigmoid", "1 / (1 + exp(-z))", lambda ops, z: ops.sigmoid(z), lambda ops, z, a: a * (1 - a),
        0.0, 1.0, 0.25, _FLAT, Line(0.0, 1.0),
        inflections=(0.0,), symmetry=Symmetry(-1, 0, 1), unique="Sussmann 1992", aliases=("logistic",),
    ),
    Activation(
        "tanh", "tanh(z)", lambda ops, z: ops.tanh(z), lambda ops, z, a: 1 - a * a,
        -1.0, 1.0, 1.0, Line(0.0, -1.0), Line(0.0, 1.0),
        inflections=(0.0,), symmetry=Symmetry(-1, 0, 0), unique="Sussmann 1992",
    ),
    Activation(
        "hard_tanh", "min(max(z, -1), 1)", lambda ops, z: ops.maximum(ops.minimum(z, 1), -1),
        lambda ops, z, a: ops.where(ops.abs(z) < 1, 1.0, 0.0),
        -1.0, 1.0, 1.0, Line(0.0, -1.0), Line(0.0, 1.0),
        kinks=(-1.0, 1.0), piecewise_linear=True, symmetry=Symmetry(-1, 0, 0), aliases=("hardtanh",),
    ),
    Activation(
        "softsign", "z / (1 + |z|)", lambda ops, z: z / (1 + ops.abs(z)), _softsign_slope,
        -1.0, 1.0, 1.0, Line(0.0, -1.0), Line(0.0, 1.0),
        inflections=(0.0,), symmetry=Symmetry(-1, 0, 0), aliases=("soft_sign",),
    ),
    Activation(
        "relu", "max(0, z)", lambda ops, z: ops.maximum(z, 0), lambda ops, z, a: ops.where(z > 0, 1.0, 0.0),
        0.0, _INFINITY, 1.0, _FLAT, _DIAGONAL,
        kinks=(0.0,), piecewise_linear=True, symmetry=Symmetry(1, -1, 0),
    ),
    replace(_leaky_relu(0.01), name="leaky_relu", aliases=("leakyrelu",)),
    replace(_elu(1.0), name="elu", formula="z if z > 0 else exp(z) - 1"),
    Activation(
        "gelu", "z·Φ(z)", lambda ops, z: 0.5 * z * (1 + ops.erf(z * _SQRT_HALF)), _gelu_slope,
        # Lowest value and steepest slope (at z = √2), found once to full precision.
        -0.16997120747990369, _INFINITY, 1.1289041451851548, _FLAT, _DIAGONAL,
        turns=(-0.7517915246935644,), inflections=(-math.sqrt(2), math.sqrt(2)), symmetry=Symmetry(1, -1, 0),
        unique=_EXPONENTIALS,
    ),
    Activation(
        "gelu_tanh", "z·(1 + tanh(√(2/π)·(z + 0.044715·z³))) / 2",
        lambda ops, z: z * _gelu_tanh_gate(ops, z)[0], _gelu_tanh_slope,
        # Lowest value, steepest slope and their places found once to full precision, like those of silu and mish.
        -0.17004075057125406, _INFINITY, 1.1289930686587717, _FLAT, _DIAGONAL,
        turns=(-0.7524614220710163,), inflections=(-1.4185040087908283, 1.4185040087908283),
        symmetry=Symmetry(1, -1, 0), aliases=("gelu_new",),
    ),
    Activation(
        "silu", "z / (1 + exp(-z))", lambda ops, z: z * ops.sigmoid(z), _silu_slope,
        -0.27846454276107374, _INFINITY, 1.0998393201288669, _FLAT, _DIAGONAL,
        turns=(-1.278464542761074,), inflections=(-2.399357280515468, 2.399357280515468),
        symmetry=Symmetry(1, -1, 0), unique=_POLES, aliases=("swish",),
    ),
    Activation(
        "hard_swish", "z·min(max(z/6 + 1/2, 0), 1)",
        lambda ops, z: z * ops.maximum(ops.minimum(z / 6 + 0.5, 1), 0), _hard_swish_slope,
        -0.375, _INFINITY, 1.5, _FLAT, _DIAGONAL,
        kinks=(-3.0, 3.0), turns=(-1.5,), symmetry=Symmetry(1, -1, 0), aliases=("hardswish", "hard_silu", "hardsilu"),
    ),
    Activation(
        "mish", "z·tanh(log(1 + exp(z)))", lambda ops, z: z * _mish_gate(ops, z), _mish_slope,
        -0.30884341301725043, _INFINITY, 1.0884981612517279, _FLAT, _DIAGONAL,
        turns=(-1.1924312145154952,), inflections=(-2.256376396360793, 1.4905711794854284),
    ),
    Activation(
        "softplus", "log(1 + exp(z))",
        lambda ops, z: ops.maximum(z, 0) + ops.log1p(ops.exp(-ops.abs(z))), lambda ops, z, a: ops.sigmoid(z),
        0.0, _INFINITY, 1.0, _FLAT, _DIAGONAL,
        symmetry=Symmetry(1, -1, 0), unique=_POLES,
    ),
    Activation(
        "gaussian", "exp(-z²)", lambda ops, z: ops.exp(-z * z), lambda ops, z, a: -2 * z * a,
        0.0, 1.0, math.sqrt(2 / math.e), _FLAT, _FLAT,
        turns=(0.0,), inflections=(-_SQRT_HALF, _SQRT_HALF), symmetry=Symmetry(1, 0, 0), unique=_EXPONENTIALS,
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


def split(name: str) -> tuple[str, tuple[str, ...]]:
    """Return a name without its brackets, and what stands in them: "elu(0.5)" is ("elu", ("0.5",))."""
    found = re.fullmatch(r"(\w+)\((.*)\)", name)
    return (found[1], tuple(part.strip() for part in found[2].split(","))) if found else (name, ())


def parameter(row: Activation) -> tuple[str, str, float] | None:
    """Return the family that a row belongs to, what its parameter is called, and the parameter; None without family."""
    family, given = split(row.name)
    if family not in _FAMILIES:
        return None
    called, plain, _ = _FAMILIES[family]
    return family, called, float(given[0]) if given else plain


def find(activation: "str | Activation") -> Activation:
    """Return the row of the table for a name or an alias; a row is returned as it is.

    A number in brackets is the slope of leaky_relu below 0, "leaky_relu(0.2)", or the alpha of elu, "elu(0.5)".

    Raises:
        NodewiseError: If no row has this name; the message prints all names. If a number in brackets is none, negative
            or not finite.
    """
    if isinstance(activation, Activation):
        return activation
    if isinstance(activation, str):
        name, given = split(activation.lower())
        if name in _BY_NAME and not given:
            return _BY_NAME[name]
        if name in _BY_NAME and _BY_NAME[name].name in _FAMILIES:
            return _parametrised(_BY_NAME[name].name, _number(activation, _BY_NAME[name].name, given))
    raise unknown("activation", activation, [row.name for row in _ROWS])


def _number(activation: str, family: str, given: tuple[str, ...]) -> float:
    try:
        number = float(given[0]) if len(given) == 1 else math.nan
    except ValueError:
        number = math.nan
    if not 0 <= number < _INFINITY:
        called, plain, _ = _FAMILIES[family]
        raise NodewiseError(
            f"the {called} of {family} must be one finite number, 0 or more. Got {activation!r}; "
            f"{family}({plain!r}) is {family}."
        )
    return number


@cache
def _parametrised(family: str, number: float) -> Activation:
    _, plain, row = _FAMILIES[family]
    return _BY_NAME[family] if number == plain else row(number)
