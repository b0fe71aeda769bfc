"""Guaranteed enclosures: between which bounds a network's values and slopes stay over boxes of inputs.

Interval arithmetic, layer by layer and for many boxes at once. A layer of weights takes middle m and radius r of each
input to W·m + b ± |W|·r; an activation takes its values at both ends and at the turns, kinks and jumps between them,
its slope at both ends, the inflections and the kinks. Every bound is widened by the rounding of its own arithmetic, of
the network's, and of the functions (libm's tanh is off by an ulp or two), each scaled with the size of the terms.

Overestimates shrink with the box: linearly for the values, and, where slopes are known, with its square (mean value
form f(m) + f'(box)·(x - m), intersected with the plain one).

Source: Moore, Kearfott, Cloud, "Introduction to Interval Analysis", SIAM 2009, chapters 5 and 6.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from nodewise.activations import Activation, Line
from nodewise.network import Dense, Scale

_EPSILON = float(np.finfo(float).eps)
FUNCTION = 16 * _EPSILON  # error of an activation as computed, relative to its terms; libm's own is 1 or 2 ulp
HUGE = 1e100  # stands for an infinite slope, at a jump, and survives a product with 0

Layer = Dense | Scale


class Range(NamedTuple):
    """Lower and upper bounds, of equal shape.

    Attributes:
        low, high: [box, node], or of slopes [box, node, direction].
    """

    low: np.ndarray
    high: np.ndarray

    @property
    def size(self) -> np.ndarray:
        """The largest magnitude inside."""
        return np.maximum(np.abs(self.low), np.abs(self.high))


class Enclosure(NamedTuple):
    """What a network does over boxes.

    Attributes:
        value: Bounds of the outputs, [box, output].
        slope: Bounds of their derivatives along each direction, [box, output, direction], ±`HUGE` or beyond across a
            jump; None if not asked for.
        rounding: [box, output], how far a value computed at one point of the box can be off.
    """

    value: Range
    slope: Range | None
    rounding: np.ndarray


def value_range(activation: Activation, z: Range) -> Range:
    """Return the range of φ over each interval [z.low, z.high], whose ends may be infinite."""
    corners = (*activation.turns, *activation.kinks, *activation.jumps)
    beside = [np.nextafter(jump, side) for jump in activation.jumps for side in (-np.inf, np.inf)]
    ends = (_at(activation, z.low), _at(activation, z.high))
    low, high = np.minimum(*ends), np.maximum(*ends)
    for place in (*corners, *beside):
        inside, there = holds(place, activation.period, z), float(activation(place))
        low = np.where(inside, np.minimum(low, there), low)
        high = np.where(inside, np.maximum(high, there), high)
    steep = activation.lipschitz if np.isfinite(activation.lipschitz) else 1.0
    error = FUNCTION * (near(Range(low, high)).size + steep * near(z).size)
    return Range(np.maximum(low - error, activation.low), np.minimum(high + error, activation.high))


def slope_range(activation: Activation, z: Range) -> Range:
    """Return the range of φ' over each finite interval; both slopes at a kink, at a jump `HUGE`, up or down."""
    ends = activation.slope(z.low), activation.slope(z.high)
    low, high = np.minimum(*ends), np.maximum(*ends)
    seen = [(place, float(activation.slope(place))) for place in activation.inflections]
    seen += [
        (kink, float(activation.slope(_beside(activation, kink, side))))
        for kink in activation.kinks
        for side in (-1, 1)
    ]
    seen += [(jump, _direction(activation, jump) * HUGE) for jump in activation.jumps]
    for place, there in seen:
        inside = holds(place, activation.slope_period, z)
        low = np.where(inside, np.minimum(low, there), low)
        high = np.where(inside, np.maximum(high, there), high)
    if activation.piecewise_linear:
        return Range(low, high)
    error = FUNCTION * (1 + activation.lipschitz)
    least = 0.0 if activation.rising and not activation.jumps else -activation.lipschitz
    return Range(np.maximum(low - error, least), np.minimum(high + error, activation.lipschitz))


def _direction(activation: Activation, jump: float) -> float:
    """Return 1 for a jump up, -1 for a jump down."""
    before, after = (float(activation(np.nextafter(jump, side * np.inf))) for side in (-1, 1))
    return float(np.sign(after - before))


def _beside(activation: Activation, kink: float, side: int) -> float:
    """Return a place so near a kink that the slope is the one-sided one."""
    if activation.piecewise_linear:
        return kink + side * 2.0**-20  # an exact step, and far enough for the rounding of a multiple of π not to matter
    return float(np.nextafter(kink, side * np.inf))


def affine(weight: np.ndarray, bias: np.ndarray, x: Range) -> Range:
    """Return bounds of weight·x + bias; infinite where an infinite end has a weight."""
    if not (np.isfinite(x.low).all() and np.isfinite(x.high).all()):
        return _affine_infinite(weight, bias, x)
    unit = (weight.shape[1] + 4) * _EPSILON
    middle, radius = _ball(x)
    magnitude = np.abs(weight)
    center = middle @ weight.T + bias
    reach = (radius + unit * (np.abs(middle) + radius)) @ magnitude.T * (1 + unit) + unit * np.abs(bias)
    return Range(center - reach, center + reach)


def enclose(
    layers: Sequence[Layer],
    low: Float[np.ndarray, "box feature"],
    high: Float[np.ndarray, "box feature"],
    directions: Float[np.ndarray, "direction feature"] | None = None,
) -> Enclosure:
    """Return guaranteed bounds of a chain of layers over boxes, as it stands and as it is computed in float64.

    Args:
        layers: Such as `network.layers`, its activations elementwise.
        low: [box, feature], finite.
        high: [box, feature], finite.
        directions: Along which to bound the derivative; one per feature gives the Jacobian and sharper values.
    """
    x = Range(np.asarray(low, float), np.asarray(high, float))
    slope = None
    if directions is not None:
        start = np.broadcast_to(np.asarray(directions, float).T, (len(x.low), *np.shape(directions)[::-1]))
        slope = Range(start, start)
    value, error = x, np.zeros_like(x.low)
    for layer in layers:
        value, slope, error = _through(layer, value, slope, error)
    if slope is not None and len(slope.low) and _is_identity(directions):
        value = _centred(layers, x, value, slope, error)
    return Enclosure(value, slope, error)


def _through(layer: Layer, value: Range, slope: Range | None, error: np.ndarray) -> tuple:
    """Return values, slopes and rounding error of computed values after one layer."""
    z = before(layer, value)
    if isinstance(layer, Scale):
        slope = None if slope is None else product(slope, Range(layer.factor[:, None], layer.factor[:, None]))
        return z, slope, drift(layer, value, z, z, error)
    activation = layer.activation
    if slope is not None:
        slope = _turned(layer.weight, slope)
        if not activation.identity:
            slopes = slope_range(activation, z)
            slope = product(slope, Range(slopes.low[..., None], slopes.high[..., None]))
    after = z if activation.identity else value_range(activation, z)
    return after, slope, drift(layer, value, z, after, error)


def before(layer: Layer, value: Range) -> Range:
    """Return bounds of what a layer makes of its inputs before its activation."""
    if isinstance(layer, Dense):
        return affine(layer.weight, layer.bias, value)
    ends = layer.shift + layer.factor * value.low, layer.shift + layer.factor * value.high
    widen = 4 * _EPSILON * (np.abs(layer.shift) + np.abs(layer.factor) * value.size)
    return Range(np.minimum(*ends) - widen, np.maximum(*ends) + widen)


def drift(layer: Layer, value: Range, z: Range, after: Range, error: np.ndarray) -> np.ndarray:
    """Return how far values computed at one point can be off after a layer: its inputs' error carried on, and its own.

    Args:
        layer: The layer.
        value: Bounds of its inputs.
        z: Bounds before its activation.
        after: Bounds of its outputs.
        error: [box, feature], of its inputs.
    """
    if isinstance(layer, Scale):
        return np.abs(layer.factor) * error + 4 * _EPSILON * (np.abs(layer.shift) + np.abs(layer.factor) * value.size)
    unit, magnitude, activation = (layer.inputs + 4) * _EPSILON, np.abs(layer.weight), layer.activation
    error = (error + unit * value.size) @ magnitude.T * (1 + unit) + unit * np.abs(layer.bias)
    if activation.identity:
        return error
    steep = activation.lipschitz if np.isfinite(activation.lipschitz) else HUGE
    jumps = np.any([holds(jump, activation.period, z) for jump in activation.jumps], axis=0)
    local = np.where(jumps, steep, 1.0) if activation.jumps else steep
    carried = np.minimum(local * error, activation.high - activation.low)  # jump behind jump would overflow
    return carried + FUNCTION * (after.size + min(steep, 1.0) * z.size)


def _turned(weight: np.ndarray, slope: Range) -> Range:
    """Return weight·slope for slopes [box, node, direction]."""
    turned = affine(weight, np.zeros(len(weight)), Range(*(np.swapaxes(end, 1, 2) for end in slope)))
    return Range(*(np.clip(np.swapaxes(end, 1, 2), -HUGE, HUGE) for end in turned))


def product(a: Range, b: Range) -> Range:
    """Return the product of two intervals, widened by its rounding; slopes beyond `HUGE` stay there."""
    ends = [one * other for one in a for other in b]
    low, high = np.minimum.reduce(ends), np.maximum.reduce(ends)
    return Range(
        np.maximum(low - _EPSILON * np.abs(low), -HUGE), np.minimum(high + _EPSILON * np.abs(high), HUGE)
    )  # fmt: skip


def _centred(layers: Sequence[Layer], x: Range, value: Range, slope: Range, error: np.ndarray) -> Range:
    """Return the bounds, cut by the mean value form around the middle of each box."""
    middle, radius = _ball(x)
    center = middle
    for layer in layers:
        center = layer(center)
    reach = np.einsum("bof,bf->bo", slope.size, radius) * (1 + 8 * _EPSILON * radius.shape[1]) + error
    # A jump makes the slope infinite; the plain bounds then stand.
    return Range(np.maximum(value.low, center - reach), np.minimum(value.high, center + reach))


def _is_identity(directions: np.ndarray | None) -> bool:
    return directions is not None and np.array_equal(directions, np.eye(np.shape(directions)[-1]))


def _ball(x: Range) -> tuple[np.ndarray, np.ndarray]:
    """Return middle and a radius that reaches both ends whatever the rounding."""
    middle = 0.5 * x.low + 0.5 * x.high
    return middle, np.maximum(x.high - middle, middle - x.low) * (1 + 2 * _EPSILON)


def _at(activation: Activation, z: np.ndarray) -> np.ndarray:
    """Return φ(z), for an infinite z its limit; a periodic φ has none, so the jumps and turns decide there."""
    far = np.isinf(z)
    if not far.any():
        return activation(z)
    limit = np.where(z > 0, _limit(activation.right, 1, activation), _limit(activation.left, -1, activation))
    return np.where(far, limit, activation(np.where(far, 0.0, z)))


def _limit(line: Line | None, side: int, activation: Activation) -> float:
    if line is None or activation.period is not None:
        return activation.low
    return side * line.slope * np.inf if line.slope else line.intercept


def holds(place: float, period: float | None, z: Range) -> np.ndarray:
    """Return whether a place, or one of its repetitions, lies in each interval, or so near that rounding decides."""
    slack = 8 * _EPSILON * (np.where(np.isfinite(z.size), z.size, 0.0) + (period or 0.0))
    low, high = z.low - slack, z.high + slack
    if period is None:
        return (low <= place) & (place <= high)
    endless = np.isinf(low) | np.isinf(high)
    low, high = np.where(endless, 0.0, low), np.where(endless, period, high)
    return (place + period * np.ceil((low - place) / period) <= high) | (high - low >= period)


def near(x: Range) -> Range:
    """Return the finite ends, where one is infinite the other one twice, where both are 0: the rounding is theirs."""
    ends = (np.where(np.isfinite(end), end, np.where(np.isfinite(other), other, 0.0)) for end, other in (x, x[::-1]))
    return Range(*ends)


def _affine_infinite(weight: np.ndarray, bias: np.ndarray, x: Range) -> Range:
    """Return the bounds where some ends are infinite: 0·∞ is 0 here, a feature that is not read does not matter."""
    low, high = affine(weight, bias, near(x))
    up, down = (weight > 0).T.astype(float), (weight < 0).T.astype(float)
    below, above = np.isinf(x.low).astype(float), np.isinf(x.high).astype(float)
    return Range(
        np.where(below @ up + above @ down > 0, -np.inf, low), np.where(above @ up + below @ down > 0, np.inf, high)
    )
