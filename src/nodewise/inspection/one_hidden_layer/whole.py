"""The straight pieces of a network of one feature on the whole line: on a range beyond which nothing bends."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from nodewise.data.checks import UTMOST
from nodewise.errors import NodewiseError
from nodewise.inspection.straight import Pieces, pieces
from nodewise.network import Dense

_ROUNDING = 1e-11
_DECADES = 1e3  # each stretch reaches so much farther out, so that breakpoints keep their relative accuracy


def whole(layers: Sequence[Dense], most: int) -> Pieces | None:
    """Return the pieces on a range around all breakpoints, or None as `pieces` does; of activations without period."""
    outermost = max(_farthest(layers, side) for side in (-1, 1))
    if not outermost <= UTMOST:
        raise NodewiseError(
            f"the knots must lie between -1e100 and 1e100. Got one at {outermost:.3g}. Give low and high."
        )
    ends, scale = [0.0], _nearest(layers)
    while ends[-1] <= outermost:
        ends.append(min(max(ends[-1] * _DECADES, scale), 2 * outermost + 1))
    every = [-end for end in ends[:0:-1]] + ends
    parts = [pieces(layers, np.zeros(1), np.ones(1), a, b, most) for a, b in pairwise(every)]
    return _chained([part for part in parts if part is not None]) if None not in parts else None


def _nearest(layers: Sequence[Dense]) -> float:
    """Return where the innermost stretch ends: ten times the first layer's median knot."""
    moving = layers[0].weight[:, 0] != 0
    knots = np.abs(layers[0].bias[moving] / layers[0].weight[moving, 0])
    return 10 * float(np.median(knots[knots > 0])) if (knots > 0).any() else 1.0


def _farthest(layers: Sequence[Dense], side: int) -> float:
    """Return how far out any node's pre-activation crosses a corner of φ, while all are what they are at the far end.

    Beyond the farthest of these crossings no node ever leaves its straight line of φ, layer by layer.
    """
    slope, value, size = np.array([float(side)]), np.zeros(1), np.ones(1)
    farthest = 0.0
    for layer in layers:
        slope, value = layer.weight @ slope, layer.weight @ value + layer.bias
        size = np.abs(layer.weight) @ size
        slope = np.where(np.abs(slope) > _ROUNDING * size, slope, 0.0)
        moving = slope != 0
        corners = np.array([*layer.activation.kinks, *layer.activation.jumps])
        if moving.any() and corners.size:
            crossings = (corners - value[moving, None]) / slope[moving, None]
            farthest = max(farthest, float(crossings.max()))
        # What is surely one of φ's outermost lines, and for a node at rest its own value.
        reach = 1 + float(np.abs(corners).max(initial=0))
        outer = np.where(moving, np.sign(slope) * reach, value)
        steep = layer.activation.slope(outer)
        value = np.where(moving, steep * value + layer.activation(outer) - steep * outer, layer.activation(value))
        slope, size = steep * slope, np.abs(steep) * size
    return farthest


def _chained(parts: list[Pieces]) -> Pieces:
    """Return the pieces of neighbouring stretches as one."""
    edges = np.concatenate([parts[0].edges, *(part.edges[1:] for part in parts[1:])])
    rows = [
        np.concatenate([getattr(part, name) for part in parts]) for name in ("left", "slope", "slope_size", "left_size")
    ]
    left, slope, slope_size, left_size = rows
    return Pieces(edges, left, slope, slope_size, left_size)
