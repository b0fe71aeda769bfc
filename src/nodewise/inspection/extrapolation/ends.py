"""What every node becomes at the far end of a straight line through the inputs, layer by layer.

On the line x(s) = origin + s·direction a node's value tends, for s → ±∞, to a `Form`

    slope·s + intercept + Re Σ phasor·exp(i·frequency·s) + a rest that stays between two bounds.

Where the rest is 0 the form is closed: constant, line, or line and waves. The forms follow from what the table of
activations says about φ. A pre-activation with a slope runs to ±∞, where φ becomes its left or right line, keeps its
wave (of a line it makes a pure wave), or repeats for ever. A pre-activation without slope stays in an interval, a point
if nothing in it moves, and φ maps that.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Complex, Float

from nodewise.activations import Activation, Line
from nodewise.network import Dense

_EPSILON = float(np.finfo(float).eps)
# Frequencies this close, relatively, are one.
_SAME = 1e-12


@dataclass(frozen=True, eq=False)
class Form:
    """The values of a layer's nodes far out on a line, as functions of the position s on it.

    Attributes:
        slope, intercept: [node].
        size: [node], the sum of the magnitudes that went into the slope; a slope of rounding's size of it is 0.
        phasor: [wave, node].
        frequency: [wave], positive.
        low, high: [node], bounds of the rest; both 0 where the form is closed.
    """

    slope: Float[np.ndarray, " node"]
    intercept: Float[np.ndarray, " node"]
    size: Float[np.ndarray, " node"]
    phasor: Complex[np.ndarray, "wave node"]
    frequency: Float[np.ndarray, " wave"]
    low: Float[np.ndarray, " node"]
    high: Float[np.ndarray, " node"]

    @property
    def swing(self) -> Float[np.ndarray, " node"]:
        """Bound of the waves: the sum of their amplitudes."""
        return np.abs(self.phasor).sum(0)

    @property
    def closed(self) -> np.ndarray:
        """Whether there is no rest [node]."""
        return (self.low == 0) & (self.high == 0)

    def __call__(self, s: Float[np.ndarray, " sample"]) -> Float[np.ndarray, "sample node"]:
        """Return the form without its rest."""
        waves = np.real(np.exp(1j * s[:, None] * self.frequency) @ self.phasor)
        return s[:, None] * self.slope + self.intercept + waves


@dataclass(frozen=True, eq=False)
class Stage:
    """One layer far out: its nodes' pre-activations and activations."""

    layer: Dense
    before: Form
    after: Form


def stages(
    layers: tuple[Dense, ...],
    origin: Float[np.ndarray, " feature"],
    direction: Float[np.ndarray, " feature"],
    side: int,
) -> list[Stage]:
    """Return the forms of every layer for s → side·∞ on the line origin + s·direction."""
    zero = np.zeros(len(origin))
    form = Form(direction, origin, np.abs(direction), np.zeros((0, len(origin)), complex), zero[:0], zero, zero)
    found = []
    for layer in layers:
        before = _read(layer, form)
        form = _activate(layer.activation, before, side)
        found.append(Stage(layer, before, form))
    return found


def _read(layer: Dense, form: Form) -> Form:
    """Return the pre-activations: weight·form + bias, slopes and waves that cancel to rounding set to 0."""
    weight, size = layer.weight, np.abs(layer.weight) @ form.size
    rounding = 4 * _EPSILON * (form.slope.size + 4)
    slope = weight @ form.slope
    phasor = form.phasor @ weight.T
    parts = np.abs(form.phasor) @ np.abs(weight).T
    phasor = np.where(np.abs(phasor) > rounding * parts, phasor, 0)
    moving = phasor.any(1)
    up, down = np.maximum(weight, 0), np.minimum(weight, 0)
    return Form(
        np.where(np.abs(slope) > rounding * size, slope, 0.0),
        weight @ form.intercept + layer.bias,
        size,
        phasor[moving],
        form.frequency[moving],
        up @ form.low + down @ form.high,
        up @ form.high + down @ form.low,
    )


def _activate(activation: Activation, z: Form, side: int) -> Form:
    """Return φ of the pre-activations."""
    lines = [_line(activation, z, node, side) for node in range(len(z.slope))]
    stretch = np.array([line.slope for line, _, _ in lines])
    phasor, frequency = z.phasor * stretch, z.frequency
    if activation.wave:
        phasor, frequency = _with_own_waves(activation, z, phasor)
    return Form(
        z.slope * stretch,
        z.intercept * stretch + [line.intercept for line, _, _ in lines],
        z.size * np.abs(stretch),
        phasor,
        frequency,
        np.array([low for _, low, _ in lines]),
        np.array([high for _, _, high in lines]),
    )


def _line(activation: Activation, z: Form, node: int, side: int) -> tuple[Line, float, float]:
    """Return the line that φ is or waves around for one node, and the bounds of the rest beside it."""
    rest = (float(z.low[node]), float(z.high[node]))
    runs, swing = z.slope[node] != 0, float(z.swing[node])
    moves = swing > 0 or rest != (0.0, 0.0)
    if not runs and not moves:
        return Line(0.0, float(activation(z.intercept[node]))), 0.0, 0.0
    if runs and activation.right is None:
        return _between(activation.low, activation.high)
    if runs and activation.wave and not moves:
        assert activation.right is not None
        return activation.right, 0.0, 0.0
    if runs or activation.linear:
        line = activation.right if z.slope[node] * side > 0 else activation.left
        assert line is not None
        low, high = sorted((line.slope * rest[0], line.slope * rest[1]))
        wave = activation.wave.amplitude if activation.wave else 0.0
        return line, low - wave, high + wave
    return _of_interval(activation, z.intercept[node] - swing + rest[0], z.intercept[node] + swing + rest[1], rest)


def _of_interval(
    activation: Activation, low: float, high: float, rest: tuple[float, float]
) -> tuple[Line, float, float]:
    """Return what φ makes of a pre-activation that keeps moving between low and high."""
    middle, radius = (low + high) / 2, (high - low) / 2
    if activation.piecewise_linear and not corner_between(activation, low, high):
        slope = float(activation.slope(middle))
        start, end = sorted((slope * rest[0], slope * rest[1]))
        return Line(slope, float(activation(middle)) - slope * middle), start, end
    reach = activation.lipschitz * radius
    value = float(activation(middle))
    return _between(max(activation.low, value - reach), min(activation.high, value + reach))


def _between(low: float, high: float) -> tuple[Line, float, float]:
    middle = (low + high) / 2
    return Line(0.0, middle), low - middle, high - middle


def corner_between(activation: Activation, low: float, high: float) -> bool:
    """Whether a kink or jump of φ lies in [low, high]."""
    corners = np.array([*activation.kinks, *activation.jumps])
    if activation.period is None:
        return bool(((corners >= low) & (corners <= high)).any())
    next_corner = corners + activation.period * np.ceil((low - corners) / activation.period)
    return bool((next_corner <= high).any())


def _with_own_waves(activation: Activation, z: Form, phasor: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Append the pure waves that φ makes of the pre-activations that are lines."""
    wave = activation.wave
    assert wave is not None
    nodes = np.flatnonzero((z.slope != 0) & (z.swing == 0) & z.closed)
    own = np.zeros((len(nodes), len(z.slope)), complex)
    turning = wave.amplitude * np.exp(1j * (wave.frequency * z.intercept[nodes] + wave.phase))
    frequency = wave.frequency * z.slope[nodes]
    own[np.arange(len(nodes)), nodes] = np.where(frequency > 0, turning, turning.conj())
    return _merged(np.vstack([phasor, own]), np.concatenate([z.frequency, np.abs(frequency)]))


def _merged(phasor: np.ndarray, frequency: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Add up the waves of equal frequency."""
    order = np.argsort(frequency, kind="stable")
    phasor, frequency = phasor[order], frequency[order]
    first = np.diff(frequency, prepend=-math.inf) > _SAME * frequency
    if not first.any():
        return phasor, frequency
    return np.add.reduceat(phasor, np.flatnonzero(first), axis=0), frequency[first]
