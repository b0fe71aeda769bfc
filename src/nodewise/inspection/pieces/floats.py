"""Pieces by the sweep in float64: exact to rounding."""

import numpy as np
from jaxtyping import Float

from nodewise.errors import NodewiseError
from nodewise.inspection.along import Line
from nodewise.inspection.overflow import within_float64
from nodewise.inspection.pieces.found import Found, anchors, far
from nodewise.inspection.straight import Pieces, Switches, sweep
from nodewise.network import Dense, Network

_NOISE = 1e-14  # of the size of what was added up
_ROUNDING = 1e-11  # as the sweep's


def swept(network: Network, line: Line, budget: int) -> Found:
    """Return the linear pieces, at most as many activation pieces from the left as `budget` says."""
    with within_float64(network, [line.low, line.high, *line.origin, *line.direction]):
        low, high = _finite(network, line)
    with np.errstate(over="ignore", invalid="ignore"):
        found = sweep(network.layers, line.origin, line.direction, low, high, budget)
    pieces = found.pieces
    if not len(pieces) or not np.isfinite([pieces.left_size, pieces.slope_size]).all():
        raise NodewiseError(
            "pieces needs weights whose products are finite, and breakpoints that rounding can tell apart. "
            f"Got weights up to {max(np.abs(layer.weight).max() for layer in network.dense):.3g}. "
            "Use a smaller unit or a narrower interval, or proof=True."
        )
    return _merged(pieces, found.complete, line)


def _merged(whole: Pieces, complete: bool, line: Line) -> Found:
    """Return the pieces without breakpoints at which no output bends."""
    seen = whole.bends.any(axis=1)
    at = np.flatnonzero(seen)
    begins, ends = np.concatenate([[0], at + 1]), np.concatenate([at, [len(whole) - 1]])
    widest = _widest(whole.width, begins)
    slopes = whole.slope[widest]
    slopes = np.where(np.abs(slopes) <= _ROUNDING * whole.slope_size[widest], 0.0, slopes)
    left, right = whole.left[begins], whole.right[ends]
    edges = np.concatenate([whole.edges[begins], whole.edges[-1:]])
    rounding = _NOISE * np.maximum.reduceat(whole.size, begins, axis=0)
    edges[0] = line.low
    if complete:
        edges[-1] = line.high
    anchor, level = anchors(edges), left.copy()
    if np.isinf(edges[0]):
        level[0] = right[0] if np.isfinite(edges[1]) else left[0] - slopes[0] * whole.edges[0]
        left[0] = [far(m, -1, v) for m, v in zip(slopes[0], level[0], strict=True)]
    if np.isinf(edges[-1]):
        right[-1] = [far(m, 1, v) for m, v in zip(slopes[-1], level[-1], strict=True)]
    made = whole.switches
    order = np.lexsort((made.node, made.layer, made.at))
    switches = Switches(made.at[order] - 1, made.layer[order], made.node[order])
    return Found(
        edges, slopes, left, right, anchor, level, whole.turns[at], whole.jumps[at], whole.edges[1:-1], at, switches,
        rounding, complete,
    )  # fmt: skip


def _widest(width: Float[np.ndarray, " piece"], begins: np.ndarray) -> np.ndarray:
    """Return the widest piece of each group, which knows its slope best."""
    group = np.repeat(np.arange(len(begins)), np.diff(begins, append=len(width)))
    order = np.lexsort((width, group))
    return order[np.append(begins[1:], len(width)) - 1]


def _finite(network: Network, line: Line) -> tuple[float, float]:
    """Return finite ends; beyond those that stand for infinity no node switches."""
    low, high = line.low, line.high
    if np.isinf(high):
        high = max(2 * _reach(network, line, 1), 1.0 if np.isinf(low) else low + max(1.0, abs(low)))
    if np.isinf(low):
        low = min(-2 * _reach(network, line, -1), high - max(1.0, abs(high)))
    return low, high


def _reach(network: Network, line: Line, side: int) -> float:
    """Return how far out the last node switches, going towards side·∞; at least 0.

    Far out every node is a straight line, and on which line of its activation it stays follows from its slope.
    """
    slope, value, size, last = side * line.direction, line.origin, np.abs(line.direction), 0.0
    for layer in network.layers:
        if not isinstance(layer, Dense):
            slope, value, size = layer.factor * slope, layer.factor * value + layer.shift, np.abs(layer.factor) * size
            continue
        slope, value = layer.weight @ slope, layer.pre_activation(value[None])[0]
        size = np.sqrt(layer.weight**2 @ size**2)
        slope[np.abs(slope) <= _NOISE * size] = 0.0
        moving, activation = slope != 0, layer.activation
        for corner in (*activation.kinks, *activation.jumps):
            last = max(last, float(((corner - value[moving]) / slope[moving]).max(initial=0.0)))
        left, right = activation.left, activation.right
        assert left is not None
        assert right is not None
        steep = np.where(slope > 0, right.slope, left.slope)
        level = np.where(slope > 0, right.intercept, left.intercept)
        value = np.where(moving, steep * value + level, activation(value))
        slope, size = np.where(moving, steep * slope, 0.0), np.where(moving, np.abs(steep), 0.0) * size
    return last
