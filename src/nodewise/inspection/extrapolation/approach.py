"""How close a network has come to its form far out: a guaranteed bound at every position, for any depth.

Layer by layer, with e the bound of a pre-activation's distance from its form, and everything meant "from here on":

    runs to ±∞, line φ(z) → m·z + c     |m|·e + the largest |φ(z) - m·z - c| still ahead
    otherwise                           Lipschitz constant of φ · e

Bounds are sums of magnitudes, so nodes that cancel each other make them larger than the truth, never smaller.
"""

from functools import lru_cache

import numpy as np
from jaxtyping import Float

from nodewise.activations import Activation
from nodewise.inspection.extrapolation.ends import Form, Stage, corner_between

# Beyond this pre-activation |φ - its line| only falls, for every smooth row of the table of activations.
FALLING = 3.0
_START, _STEP = -40.0, 1 / 1024
_UNKNOWN = 1e100  # stands for "no bound", and survives a product with 0


def bound(stages: list[Stage], s: Float[np.ndarray, " sample"], side: int) -> Float[np.ndarray, "sample output"]:
    """Return the most the outputs differ from their forms, at each s and everywhere beyond it towards `side`.

    It never grows outwards. An output whose form has a rest is meant to stay between the rest's bounds.
    """
    error = np.zeros((len(s), stages[0].layer.inputs))
    for stage in stages:
        error = np.minimum(error @ np.abs(stage.layer.weight).T, _UNKNOWN)
        runs = stage.before.slope != 0
        activation = stage.layer.activation
        steady = _steady(activation, stage.before, error)
        if activation.right is None or activation.wave:  # the form already holds whatever a running node does
            slope = abs(activation.right.slope) if activation.right else 0.0
            pure = (stage.before.swing == 0) & stage.before.closed & (activation.wave is not None)
            running = np.where(pure, activation.lipschitz if activation.wave else 0.0, slope) * error
        else:
            running = _running(activation, stage.before, s, side, error)
        error = np.minimum(np.where(runs, running, steady), _UNKNOWN)
    return error


def settled_from(
    stages: list[Stage], side: int, near: float, far: float, tolerance: Float[np.ndarray, " output"]
) -> Float[np.ndarray, " output"]:
    """Return the position from which on each output is guaranteed to stay within `tolerance` of its form.

    Args:
        stages: The network far out.
        side: Whether s runs to +∞ (1) or -∞ (-1).
        near: Where to begin the search; the answer lies there if all beyond it is within the tolerance.
        far: A position beyond `near` on this side; their distance is the unit of the search.
        tolerance: In the output's unit.

    Returns:
        Positions s, nan where the form has a rest or the bound does not fall below the tolerance within 2⁶⁰ units.
    """
    reach = abs(far - near)
    steps = np.concatenate([[0.0], reach * 2.0 ** np.arange(-10, 60)])
    small = bound(stages, near + side * steps, side) <= tolerance
    first = small.argmax(0)
    high = steps[first]
    low = steps[np.maximum(first - 1, 0)]
    outputs = np.arange(len(tolerance))
    for _ in range(50):
        middle = (low + high) / 2
        inside = bound(stages, near + side * middle, side)[outputs, outputs] <= tolerance
        low, high = np.where(inside, low, middle), np.where(inside, middle, high)
    return np.where(small.any(0) & stages[-1].after.closed, near + side * high, np.nan)


def tail(activation: Activation, side: int, z: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """Return the largest |φ(z') - line(z')| over all z' from side·z outwards, line being φ's on that side."""
    if activation.piecewise_linear:
        corners = side * np.array([*activation.kinks, *activation.jumps])
        around = np.concatenate([np.nextafter(corners, -np.inf), corners, np.nextafter(corners, np.inf)])
        ahead = np.where(around >= z[..., None], _gap(activation, side, around), 0.0)
        return np.maximum(_gap(activation, side, z), ahead.max(-1, initial=0.0))
    table = _envelope(activation, side)
    index = np.clip((z - _START) / _STEP, 0, len(table) - 1).astype(int)
    return np.where(z >= FALLING, _gap(activation, side, z), np.where(z >= _START, table[index], _UNKNOWN))


def _gap(activation: Activation, side: int, z: np.ndarray) -> np.ndarray:
    line = activation.right if side > 0 else activation.left
    assert line is not None
    return np.abs(activation(side * z) - (line.slope * side * z + line.intercept))


@lru_cache(maxsize=64)
def _envelope(activation: Activation, side: int) -> np.ndarray:
    """Largest gap ahead on a grid up to FALLING, with what it can change between two points of the grid."""
    line = activation.right if side > 0 else activation.left
    assert line is not None
    gap = _gap(activation, side, np.arange(_START, FALLING + _STEP, _STEP))
    return np.maximum.accumulate(gap[::-1])[::-1] + _STEP * (activation.lipschitz + abs(line.slope))


def _running(activation: Activation, z: Form, s: np.ndarray, side: int, error: np.ndarray) -> np.ndarray:
    """Bound the nodes whose pre-activation runs to ±∞."""
    assert activation.left is not None
    assert activation.right is not None
    result = np.zeros_like(error)
    for out, line in ((1, activation.right), (-1, activation.left)):
        nodes = z.slope * side * out > 0
        rest = np.minimum(out * z.low, out * z.high)
        nearest = out * (s[:, None] * z.slope + z.intercept) - z.swing + rest - error
        bounds = abs(line.slope) * error + tail(activation, out, np.maximum(nearest, -_UNKNOWN))
        result = np.where(nodes, bounds, result)
    return result


def _steady(activation: Activation, z: Form, error: np.ndarray) -> np.ndarray:
    """Bound the nodes whose pre-activation has no slope."""
    if np.isfinite(activation.lipschitz):
        return activation.lipschitz * error
    low, high = z.intercept - z.swing + z.low - error, z.intercept + z.swing + z.high + error
    jumps = [
        [bool(e) and corner_between(activation, lo, hi) for lo, hi, e in zip(*row, strict=True)]
        for row in zip(low, high, error, strict=True)
    ]
    return np.where(jumps, _UNKNOWN, np.abs(activation.slope(z.intercept)) * error)
