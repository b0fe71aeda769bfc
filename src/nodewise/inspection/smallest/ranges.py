"""Between which values pre-activations stay, and which nodes are straight lines there."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from nodewise.activations import Activation, find
from nodewise.inspection.intervals import Range, affine, value_range
from nodewise.inspection.smallest.chain import corners
from nodewise.inspection.straight import pieces
from nodewise.network import Dense

_MOST_PIECES = 20_000
_SLACK = 1e-13  # relative: a corner so near the end of a range is not inside it


class Reach(NamedTuple):
    """What can occur in a layer.

    Attributes:
        inputs: Bounds of what the layer reads, [feature].
        z: Bounds of its pre-activations, [node].
    """

    inputs: Range
    z: Range


def reach(layers: Sequence[Dense], box: Float[np.ndarray, "feature 2"]) -> Reach:
    """Return bounds for the last of some layers, for inputs in a box, whose ends may be infinite.

    Guaranteed, by interval arithmetic; for one feature and straight lines exact to rounding.
    """
    exact = _swept(layers, box)
    if exact is not None:
        return exact
    value = Range(*(end[None] for end in box.T))
    for layer in layers[:-1]:
        value = value_range(layer.activation, affine(layer.weight, layer.bias, value))
    z = affine(layers[-1].weight, layers[-1].bias, value)
    return Reach(Range(value.low[0], value.high[0]), Range(z.low[0], z.high[0]))


def _swept(layers: Sequence[Dense], box: np.ndarray) -> Reach | None:
    """Return the ranges along the straight pieces of a network of one feature, or None where that cannot be had."""
    before = [layer.activation.piecewise_linear and not layer.activation.jumps for layer in layers[:-1]]
    if len(box) != 1 or not np.isfinite(box).all() or not all(before):
        return None
    (low, high), found = box[0], []
    if not low < high:
        return None
    straight = Dense(layers[-1].weight, layers[-1].bias, find("identity"))
    for some in (layers[:-1], [*layers[:-1], straight]):
        along = pieces(some, np.zeros(1), np.ones(1), low, high, _MOST_PIECES)
        if along is None:
            return None
        ends = np.concatenate([along.left, along.right])
        found.append(Range(ends.min(axis=0), ends.max(axis=0)))
    return Reach(*found)


def straight(phi: Activation, z: Range) -> Bool[np.ndarray, " node"]:
    """Return which nodes are one straight line over their range, or one number because their range is."""
    point = z.low == z.high
    if not phi.piecewise_linear:
        return point
    size = np.where(np.isfinite(z.size), z.size, 0.0)
    bends = np.zeros(len(z.low), bool)
    for corner in corners(phi):
        # At a jump the corner itself matters, at a kink it does not.
        jump = corner in phi.jumps
        slack = _SLACK * (size + abs(corner)) * (-1 if jump else 1)
        low, high = z.low + slack, z.high - slack
        if phi.period is None:
            bends |= (low <= corner) & (corner <= high) if jump else (low < corner) & (corner < high)
        else:
            endless = ~np.isfinite(high - low)
            turn = np.ceil((np.where(endless, 0.0, low) - corner) / phi.period)
            bends |= endless | (corner + turn * phi.period < np.where(endless, 0.0, high))
    return point | ~bends


def lines(phi: Activation, z: Range) -> tuple[Float[np.ndarray, " node"], Float[np.ndarray, " node"]]:
    """Return slope and intercept of φ over ranges in which it is straight."""
    low, high = np.where(np.isfinite(z.low), z.low, z.high - 1), np.where(np.isfinite(z.high), z.high, z.low + 1)
    endless = np.isinf(low) | np.isinf(high)  # everywhere: then not straight
    endless = np.isinf(low) | np.isinf(high)  # bends, so that its line does not matter
    middle = np.where(endless, 0.0, low) / 2 + np.where(endless, 0.0, high) / 2
    slope = np.where(z.low == z.high, 0.0, phi.slope(middle))
    return slope, phi(middle) - slope * middle
