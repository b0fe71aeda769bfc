"""The state of each node of a layer: dead, always on, saturated, a switch or linear."""

from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Bool, Float

from nodewise.activations import Activation
from nodewise.inspection.reading import centred, readonly

_SAME = 1e-12  # relative difference that is rounding
_LIMIT = 0.01  # of the range (value) and of the steepest slope: at its limit
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


def span(z: Float[np.ndarray, "sample node"], h: Float[np.ndarray, "sample node"]) -> Float[np.ndarray, "4 node"]:
    """Return lowest and highest pre-activation, lowest and highest activation."""
    return np.stack([z.min(axis=0), z.max(axis=0), h.min(axis=0), h.max(axis=0)])


def together(spans: list[Float[np.ndarray, "4 node"]]) -> Float[np.ndarray, "4 node"]:
    """Return the span of all of them."""
    low, high = np.min(spans, axis=0), np.max(spans, axis=0)
    return np.stack([low[0], high[1], low[2], high[3]])


def states(
    activation: Activation,
    span: Float[np.ndarray, "4 node"],
    z: Float[np.ndarray, "sample node"],
    h: Float[np.ndarray, "sample node"],
    reach: tuple[np.ndarray, np.ndarray] | None = None,
) -> States:
    """Return what holds where pre-activations and activations span `span` and take the values z and h.

    Without `reach`, z are all the values there are; with it, some of those between the two bounds.
    """
    dead = span[3] - span[2] <= _SAME * np.abs(span[2:]).max(axis=0)
    flat, sloped = _one_piece(activation, span[0], span[1])
    always_on = sloped & ~dead
    certain = np.ones_like(dead)
    if reach is not None:
        flat, sloped = _one_piece(activation, np.minimum(reach[0], span[0]), np.maximum(reach[1], span[1]))
        certain = (~dead | flat) & (~always_on | sloped)
    saturated, switch = _at_limits(activation, z, h)
    saturated, switch = saturated & ~dead, switch & ~dead
    linear = _straight(z, h) & ~(dead | always_on | saturated | switch | activation.linear)
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


def _at_limits(activation: Activation, z: np.ndarray, h: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which nodes are mostly at one limit, and which mostly at either of two."""
    left, right = activation.left, activation.right
    none = np.zeros(z.shape[1])
    if activation.piecewise_linear or activation.wave is not None:
        return none > 0, none > 0
    scale = activation.high - activation.low if activation.bounded else 1.0
    gentle = np.abs(activation.slope(z)) < _LIMIT * activation.lipschitz
    shares = [
        (gentle & side & (np.abs(h - line.intercept) <= _LIMIT * scale)).mean(axis=0)
        if line and not line.slope
        else none
        for line, side in ((left, z < 0), (right, z > 0))
    ]
    both = shares[0] + shares[1] >= _MOSTLY
    one = both if left == right else np.maximum(*shares) >= _MOSTLY
    return one, both & ~one


def _straight(z: Float[np.ndarray, "sample node"], h: Float[np.ndarray, "sample node"]) -> Bool[np.ndarray, " node"]:
    """Return whether a straight line in z explains h."""
    z, h = centred(z), centred(h)
    joint, own_z, own_h = (np.einsum("sn,sn->n", a, b) for a, b in ((z, h), (z, z), (h, h)))
    return joint**2 > _STRAIGHT * own_z * own_h


def all_layers(states: list[States]) -> States:
    """Return the states of all layers as one."""
    none = [np.empty(0, bool)]
    return States(
        *(readonly(np.concatenate(none + [getattr(s, field.name) for s in states])) for field in fields(States))
    )
