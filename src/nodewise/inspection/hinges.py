"""A curve of straight lines as one hidden ReLU layer: one node per knot, and at most one more.

A node ``v · relu(±(x - t))`` bends the curve at t by v whichever way it faces; facing left it is at work left of t,
facing right of it. Left of all knots the slope is minus the sum of what faces left. So one node per knot is enough if
some of the changes of slope add up to minus the first slope, as those before a flat piece do, and one more is needed if
none do: then at one knot a node faces to each side.
"""

import numpy as np
from jaxtyping import Bool, Float

from nodewise.network import Dense

SEARCHED = 16  # knots; of more, only those that leave a piece flat are tried, not every choice
_ROUNDING = 1e-12
_MOST_SUMS = 1 << 23
_MOST_CHANGES = 4  # different ones; of more there are mostly too many sums


def hinged(
    knots: Float[np.ndarray, " knot"],
    slopes: Float[np.ndarray, "piece output"],
    values: Float[np.ndarray, "knot output"],
    through: tuple[float, Float[np.ndarray, " output"]],
    low: float = -np.inf,
) -> tuple[Dense, ...]:
    """Return the layers that make the curve: a hidden one and the output, or the output alone for a constant.

    Args:
        knots: [knot], rising.
        slopes: [knot + 1, output], of the pieces between them; 0 where a piece is flat.
        values: [knot, output], at the knots.
        through: A place and the outputs there, which a curve without knots goes through.
        low: Where the range begins that matters; a line without knots takes one node right of it, and two on the whole
            line.
    """
    if not len(knots):
        return _line(slopes[0], through, low)
    jumps, left = np.diff(slopes, axis=0), facing_left(slopes)
    if left is not None:
        facing, middle = np.where(left, -1.0, 1.0), int(left.sum())
        middle = min(middle, len(knots) - 1)
        there = np.maximum(facing * (knots[middle] - knots), 0) @ jumps
        return _layers(knots, facing, jumps, values[middle] - there)
    middle = len(knots) // 2
    facing = np.where(np.arange(len(knots) + 1) <= middle, -1.0, 1.0)
    sides = np.stack([-slopes[middle], slopes[middle + 1]])
    sizes = np.concatenate([jumps[:middle], sides, jumps[middle + 1 :]])
    return _layers(np.insert(knots, middle, knots[middle]), facing, sizes, values[middle])


def facing_left(slopes: Float[np.ndarray, "piece output"]) -> Bool[np.ndarray, " knot"] | None:
    """Return which knots' nodes may face left so that no more nodes are needed, or None if no choice was found."""
    jumps, flat = np.diff(slopes, axis=0), np.flatnonzero(~slopes.any(axis=1))
    number = len(jumps)
    if flat.size:
        return np.arange(number) < flat[np.argmin(np.abs(flat - number / 2))]  # the middle one: shorter sums
    if number > SEARCHED:
        return None
    choices = (np.arange(2**number)[:, None] >> np.arange(number)) & 1
    off = np.abs(choices @ jumps + slopes[0])
    fits = (off <= _ROUNDING * np.abs(slopes).sum(axis=0)).all(axis=1)
    return choices[np.argmax(fits)].astype(bool) if fits.any() else None


def one_more(slopes: Float[np.ndarray, "piece output"]) -> bool:
    """Return whether it is proved that a curve takes a node more than it has knots: no choice of them fits.

    The sums that some changes of slope can have are listed, the equal ones once: of few different changes, such as
    those of tents, there are few, however many choices there are.
    """
    return any(_cannot_sum(np.diff(column), -column[0]) for column in slopes.T)


def _cannot_sum(numbers: Float[np.ndarray, " number"], wanted: float) -> bool:
    """Return whether no choice of some numbers adds up to another one, whatever the rounding; False where too many."""
    slack = _ROUNDING * float(np.abs(numbers).sum() + abs(wanted))
    values, starts = _distinct(np.sort(numbers), slack)
    if len(values) > _MOST_CHANGES:
        return False
    counts = np.diff(np.append(starts, len(numbers)))
    off = slack * (1 + len(numbers))  # each number may stand for one that differs from it by the slack
    sums = np.zeros(1)
    for value, count in zip(values, counts, strict=True):
        if len(sums) * (count + 1) > _MOST_SUMS:
            return False
        sums, _ = _distinct(np.sort(np.add.outer(sums, value * np.arange(count + 1)).ravel()), slack)
        off += slack
    return bool(np.abs(sums - wanted).min() > off)


def _distinct(rising: np.ndarray, slack: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the first of each group of numbers within the slack of it, and where it begins."""
    step = np.floor((rising - rising[0]) / slack) if slack else rising
    starts = np.flatnonzero(np.r_[True, np.diff(step) > 0])
    return rising[starts], starts


def _line(slope: np.ndarray, through: tuple[float, np.ndarray], low: float) -> tuple[Dense, ...]:
    at, value = through
    if not slope.any():
        return (Dense(np.zeros((len(value), 1)), value, "identity"),)  # type: ignore[arg-type]
    if np.isfinite(low):
        return _layers(np.array([low]), np.ones(1), slope[None], value + slope * (low - at))
    return _layers(np.array([at, at]), np.array([-1.0, 1.0]), np.stack([-slope, slope]), value)


def _layers(knots: np.ndarray, facing: np.ndarray, sizes: np.ndarray, bias: np.ndarray) -> tuple[Dense, ...]:
    return (
        Dense(facing[:, None], -facing * knots, "relu"),  # type: ignore[arg-type]
        Dense(sizes.T, bias, "identity"),  # type: ignore[arg-type]
    )
