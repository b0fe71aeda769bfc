"""Two straight lines between which an activation stays over an interval: the relaxation of linear bounds.

No activation has a formula of its own here. A φ that bends one way only lies between its chord and a tangent. Elsewhere
the slope comes from the hull of points on φ, and the height at which the line clears φ from bounds of φ - slope·z
between neighbouring points: no higher than where the steepest lines through both meet. Where φ jumps or waves too
quickly for that, bounds of its values, or of its wave around its line, give flat or slanted ones.

Source: Zhang, Weng, Chen, Hsieh, Daniel, "Efficient neural network robustness certification with general activation
functions", NeurIPS 2018 (CROWN), whose case distinctions this replaces.
"""

from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from nodewise.activations import Activation
from nodewise.inspection.intervals import FUNCTION, Range, holds, slope_range, value_range

_PARTS = 8  # of an interval in which φ bends both ways
_MIDDLE = _PARTS // 2
_STEEPEST = 1e30  # a slope beyond is a jump's


class Lines(NamedTuple):
    """under_slope·z + under ≤ φ(z) ≤ over_slope·z + over, for φ as it is and as it is computed; each [box, node]."""

    under_slope: np.ndarray
    under: np.ndarray
    over_slope: np.ndarray
    over: np.ndarray


def lines(activation: Activation, z: Range) -> Lines:
    """Return two lines around φ over each finite interval."""
    if activation.identity:
        one, zero = np.ones(z.low.shape), np.zeros(z.low.shape)
        return Lines(one, zero, one, zero)
    found = _one_way(activation, z)
    both = _bends_both_ways(activation, z)
    if both.any():
        inner = _any(activation, Range(z.low[both], z.high[both]))
        for whole, part in zip(found, inner, strict=True):
            whole[both] = part
    return found


@cache
def _convex(activation: Activation) -> bool:
    """Whether φ never bends downwards: without turning points of φ' and jumps its slopes rise from stretch to stretch.

    φ' is monotone in each stretch between kinks, so that its one-sided values there tell.
    """
    if activation.inflections or activation.jumps or activation.period is not None or activation.wave is not None:
        return False
    if activation.left is None or activation.right is None:
        return False
    beside = [slope for kink in activation.kinks for slope in _sides(activation, kink)]
    slopes = [activation.left.slope, *beside, activation.right.slope]
    return all(a <= b for a, b in pairwise(slopes))


def _sides(activation: Activation, kink: float) -> tuple[float, float]:
    left, right = (np.nextafter(kink, side * np.inf) for side in (-1, 1))
    return float(activation.slope(left)), float(activation.slope(right))


def _bends_both_ways(activation: Activation, z: Range) -> np.ndarray:
    """Return where φ may bend both ways, jump, or have a kink, between its ends."""
    if _convex(activation):
        return np.zeros(z.low.shape, bool)
    corners = [(place, activation.period) for place in (*activation.kinks, *activation.jumps)]
    corners += [(place, activation.slope_period) for place in activation.inflections]
    return np.any([np.zeros(z.low.shape, bool), *(holds(place, period, z) for place, period in corners)], axis=0)


def _slack(activation: Activation, z: Range, value: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Return what rounding can make of φ(z) - slope·z, and of a tangent's slope over the width."""
    steep = activation.lipschitz if np.isfinite(activation.lipschitz) else 1.0
    return FUNCTION * (value + (steep + np.abs(slope)) * z.size + 4 * (1 + steep) * (z.high - z.low))


def _one_way(activation: Activation, z: Range) -> Lines:
    """Return chord and tangent in the middle of a φ that bends one way only."""
    low, high = z
    middle = np.clip(low / 2 + high / 2, low, high)
    at_low, at_middle, at_high = activation(low), activation(middle), activation(high)
    tangent, width = activation.slope(middle), high - low
    chord = np.where(width > 0, (at_high - at_low) / np.where(width > 0, width, 1), tangent)
    steep = activation.lipschitz if np.isfinite(activation.lipschitz) else 1.0
    chord = np.clip(chord, -steep, steep)
    size = np.maximum(np.maximum(np.abs(at_low), np.abs(at_high)), np.abs(at_middle))
    ends = at_low - chord * low, at_high - chord * high
    touch, off = at_middle - tangent * middle, _slack(activation, z, size, np.maximum(np.abs(chord), np.abs(tangent)))
    upwards = activation.slope(low) <= activation.slope(high)
    return Lines(
        np.where(upwards, tangent, chord),
        np.where(upwards, touch, np.minimum(*ends)) - off,
        np.where(upwards, chord, tangent),
        np.where(upwards, np.maximum(*ends), touch) + off,
    )


def _any(activation: Activation, z: Range) -> Lines:
    """Return lines around any φ; z is [interval]."""
    share = np.linspace(0, 1, _PARTS + 1)
    points = np.clip(z.low[:, None] + share * (z.high - z.low)[:, None], z.low[:, None], z.high[:, None])
    points[:, -1] = z.high
    value = activation(points)
    between = Range(points[:, :-1], points[:, 1:])
    slope = slope_range(activation, between)
    whole = value_range(activation, z)
    limits = value_range(activation, between) if activation.jumps else None
    found = []
    for side in (-1, 1):
        steep = _hull(points, side * value)
        ends = slope if side == 1 else Range(-slope.high, -slope.low)
        outer = None if limits is None else (limits.high if side == 1 else -limits.low)
        height = _height(points, side * value, ends, steep, outer)
        height += _slack(activation, z, np.abs(value).max(axis=1), steep)
        candidates = [(steep, height), (np.zeros(len(steep)), whole.high if side == 1 else -whole.low)]
        if activation.wave is not None and activation.right is not None:
            line, swing = activation.right, abs(activation.wave.amplitude)
            level = np.full(len(steep), side * line.intercept + swing)
            slanted = np.full(len(steep), side * line.slope)
            candidates.append((slanted, level + _slack(activation, z, swing + np.abs(level), slanted)))
        best_slope, best = candidates[0]
        for other_slope, other in candidates[1:]:
            middle = points[:, _MIDDLE]
            lower = ~(best_slope * middle + best <= other_slope * middle + other)
            best_slope, best = np.where(lower, other_slope, best_slope), np.where(lower, other, best)
        found.append((side * best_slope, side * best))
    (under_slope, under), (over_slope, over) = found
    return Lines(under_slope, under, over_slope, over)


def _hull(points: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Return the slope of the upper hull of points [interval, point] over the middle one."""
    i, j = (grid.ravel() for grid in np.meshgrid(np.arange(_MIDDLE), np.arange(_MIDDLE + 1, _PARTS + 1), indexing="ij"))
    here = (value[:, i] * (j - _MIDDLE) + value[:, j] * (_MIDDLE - i)) / (j - i)  # of each chord, over the middle
    best, row = here.argmax(axis=1), np.arange(len(value))
    width = points[:, -1] - points[:, 0]
    unit = np.where(width > 0, width, 1) / _PARTS
    slope = (value[row, j[best]] - value[row, i[best]]) / ((j - i)[best] * unit)
    left = (value[:, [_MIDDLE]] - value[:, :_MIDDLE]) / (unit[:, None] * (_MIDDLE - np.arange(_MIDDLE)))
    right = (value[:, _MIDDLE + 1 :] - value[:, [_MIDDLE]]) / (unit[:, None] * np.arange(1, _PARTS - _MIDDLE + 1))
    corner = (left.min(axis=1) + right.max(axis=1)) / 2
    slope = np.where(value[:, _MIDDLE] > here[row, best], corner, slope)
    return np.where(width > 0, slope, 0.0)


def _height(
    points: np.ndarray, value: np.ndarray, slope: Range, steep: np.ndarray, limits: np.ndarray | None
) -> np.ndarray:
    """Return the least b known with φ(z) ≤ steep·z + b over each interval.

    Between two points φ - steep·z stays below both lines through its values there with the steepest slopes it can have.
    """
    above = value - steep[:, None] * points
    first, last, width = above[:, :-1], above[:, 1:], np.diff(points, axis=1)
    falls, rises = slope.low - steep[:, None], slope.high - steep[:, None]
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        step = np.clip((last - first - falls * width) / (rises - falls), 0, width)
        peak = np.where((rises > 0) & (falls < 0), first + rises * np.nan_to_num(step, nan=0.0), -np.inf)
    top = np.maximum(np.maximum(first, last), peak)
    if limits is not None:
        flat = limits - np.minimum(steep[:, None] * points[:, :-1], steep[:, None] * points[:, 1:])
        top = np.where(rises > _STEEPEST, flat, np.minimum(top, flat))
    return top.max(axis=1)
