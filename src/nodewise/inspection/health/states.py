"""The state of each node of a layer: dead, always on, saturated, a switch or linear."""

from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Bool, Float

from nodewise.activations import Activation
from nodewise.inspection.health.seen import Seen
from nodewise.inspection.reading import readonly

_SAME = 1e-12  # relative difference that is rounding
_MOSTLY = 0.95  # share of points
_STRAIGHT = 0.9999  # R² of the best line


@dataclass(frozen=True, eq=False)
class States:
    """What holds for each node over a set of points, [node] all; a node has at most one of the five.

    Attributes:
        dead: The activation is the same everywhere (to 1e-12 of its size): relu with no pre-activation above 0.
        always_on: Every pre-activation lies on one straight piece of the activation, and it is not flat: relu with none
            below 0.
        saturated: On 95 % of the points or more the activation is at one limit it approaches but never reaches: the
            slope below 1 % of the steepest, the value within 1 % of the activation's range (of 1 if that is infinite).
        switch: The same for both limits together: the node jumps from one to the other.
        linear: A straight line in the pre-activation explains more than 99.99 % of the activation's variance.
        certain: `dead` and `always_on` are known for every point meant, not only for those tried.
    """

    dead: Bool[np.ndarray, " node"]
    always_on: Bool[np.ndarray, " node"]
    saturated: Bool[np.ndarray, " node"]
    switch: Bool[np.ndarray, " node"]
    linear: Bool[np.ndarray, " node"]
    certain: Bool[np.ndarray, " node"]

    def words(self, node: int) -> list[str]:
        """Return what holds for one node."""
        return [flag.replace("_", " ") for flag in FLAGS if getattr(self, flag)[node]]


FLAGS = tuple(field.name for field in fields(States) if field.name != "certain")


def states(
    activation: Activation,
    seen: Seen,
    span: Float[np.ndarray, "4 node"] | None = None,
    reach: tuple[np.ndarray, np.ndarray] | None = None,
) -> States:
    """Return what holds over the points seen.

    Args:
        activation: The layer's.
        seen: What was seen.
        span: What pre-activations and activations span where that is more than was seen.
        reach: Bounds of the pre-activations, where only some of the points meant were seen.
    """
    span = seen.span if span is None else span
    dead = span[3] - span[2] <= _SAME * np.abs(span[2:]).max(axis=0)
    flat, sloped = _one_piece(activation, span[0], span[1])
    always_on = sloped & ~dead
    certain = np.ones_like(dead)
    if reach is not None:
        flat, sloped = _one_piece(activation, np.minimum(reach[0], span[0]), np.maximum(reach[1], span[1]))
        certain = (~dead | flat) & (~always_on | sloped)
    saturated, switch = _mostly_at_limits(activation, seen)
    saturated, switch = saturated & ~dead, switch & ~dead
    linear = (seen.correlation**2 > _STRAIGHT) & ~(dead | always_on | saturated | switch | activation.linear)
    return States(*(readonly(flag) for flag in (dead, always_on, saturated, switch, linear, certain)))


def _one_piece(activation: Activation, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return whether φ is constant, and whether it is one sloped line that could bend elsewhere, over [low, high]."""
    point = low == high
    if not activation.piecewise_linear or activation.linear:
        return point, np.zeros_like(point)
    slope = activation.slope((low + high) / 2)
    whole = ~_breaks(activation, low, high)
    return point | (whole & (slope == 0)), ~point & whole & (slope != 0)


def _breaks(activation: Activation, low: np.ndarray, high: np.ndarray) -> Bool[np.ndarray, " node"]:
    """Return whether a kink lies inside (low, high), or a jump in [low, high]."""
    found = np.zeros(low.shape, bool)
    for place in (*activation.kinks, *activation.jumps):
        jump = place in activation.jumps
        if activation.period is None:
            next_one = np.full_like(low, place)
        else:
            turns = (low - place) / activation.period
            next_one = place + activation.period * (np.ceil(turns) if jump else np.floor(turns) + 1)
        found |= (low <= next_one) & (next_one <= high) if jump else (low < next_one) & (next_one < high)
    return found


def _mostly_at_limits(activation: Activation, seen: Seen) -> tuple[np.ndarray, np.ndarray]:
    """Return which nodes are mostly at one limit, and which mostly at either of two."""
    shares = seen.limits / seen.count
    both = shares[0] + shares[1] >= _MOSTLY
    one = both if activation.left == activation.right else shares.max(axis=0) >= _MOSTLY
    return one, both & ~one


def all_layers(states: list[States]) -> States:
    """Return the states of all layers as one."""
    none = [np.empty(0, bool)]
    return States(
        *(readonly(np.concatenate(none + [getattr(s, field.name) for s in states])) for field in fields(States))
    )
