"""The penalty on weights alone: its least value is how much the slope must change, in closed form.

``½ Σ (w² + v²)`` of a node is at least ``|w v|``, by how much the node changes the slope, and the slopes at both ends
add up to what the nodes that face right give less what those that face left give. So the penalty of a curve is the
larger of the total variation of its slope and ``|f'(-∞) + f'(∞)|`` (Savarese, Evron, Soudry and Srebro, "How do
infinite width bounded norm networks look in function space?", 2019). Of all curves through the samples the straight
lines between neighbours change their slope least; beyond the samples a bend may make the second term smaller.
"""

import numpy as np
from jaxtyping import Float

Curve = Float[np.ndarray, " sample"]
Nodes = tuple[Float[np.ndarray, " node"], Float[np.ndarray, " node"], Float[np.ndarray, " node"]]


def least(variation: Curve, first: Curve, last: Curve) -> Curve:
    """Return the least penalty of straight lines whose slopes vary by this much and begin and end with these."""
    return np.maximum(variation, (variation + np.abs(first + last)) / 2)


def cost(x: Curve, y: Curve) -> float:
    """Return the least penalty of a curve through samples with increasing x."""
    slope = np.diff(y) / np.diff(x)
    return float(least(np.abs(np.diff(slope)).sum(), slope[0], slope[-1])) if slope.size else 0.0


def without(x: Curve, y: Curve) -> Curve:
    """Return the least penalty without each of the samples in turn."""
    if len(x) < 3:
        return np.zeros(len(x))
    slope = np.diff(y) / np.diff(x)
    around = np.concatenate([[np.nan], slope, [np.nan]])
    a, b, c, d = around[:-3], around[1:-2], around[2:-1], around[3:]
    bridge = (y[2:] - y[:-2]) / (x[2:] - x[:-2])
    gained = np.nan_to_num(np.abs([bridge - a, d - bridge])).sum(axis=0)
    lost = np.nan_to_num(np.abs([b - a, c - b, d - c])).sum(axis=0)
    jumps = np.abs(np.diff(slope))
    variation = jumps.sum() + np.concatenate([-jumps[:1], gained - lost, -jumps[-1:]])
    first, last = np.full(len(x), slope[0]), np.full(len(x), slope[-1])
    first[:2], last[-2:] = (slope[1], bridge[0]), (bridge[-1], slope[-2])
    return least(variation, first, last)


def nodes(x: Curve, y: Curve) -> Nodes:
    """Return (knot, facing, jump) of the nodes ``jump · relu(facing · (x - knot))`` that cost the least.

    Every bend is given to a node facing right or left so that the slopes at both ends come out; at most one bend is
    shared between two nodes.
    """
    slope = np.diff(y) / np.diff(x)
    last = slope[-1]
    excess = abs(slope[0] + last) - np.abs(np.diff(slope)).sum()
    if excess > 0:
        last -= np.sign(slope[0] + last) * excess / 2
    jump = np.concatenate([np.diff(slope), [last - slope[-1]]])
    # What faces right adds up to the last slope: fill up with jumps of its sign until it does.
    candidates = np.where(jump * last > 0, np.abs(jump), 0)
    filled = np.minimum(candidates, np.maximum(abs(last) - (np.cumsum(candidates) - candidates), 0))
    right = np.sign(last) * filled
    parts = np.concatenate([right, jump - right])
    facing = np.repeat([1.0, -1.0], len(jump))
    kept = parts != 0
    return np.tile(x[1:], 2)[kept], facing[kept], parts[kept]
