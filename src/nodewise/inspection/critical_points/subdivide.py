"""The subdivision behind `critical_points`: intervals are halved until each is decided or as short as asked.

For each output an interval says nothing of an extremum if its slope is bounded away from 0, and nothing of a crossing
if its value is bounded away from the level; if its slope is, it has one crossing at most, which the signs at its ends
decide. An output that moves less over the whole line, at the slope it has in an interval, than its values are rounded
by is flat there: no arithmetic in float64 can say more.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from nodewise.inspection.critical_points.line import Along
from nodewise.inspection.roots import merged

_FIRST = 64  # intervals to begin with
_BUDGET = 300_000  # intervals bounded in all
_CHUNK = 400_000  # numbers per array
_TIE = 64.0  # times the rounding of a value
_INFINITE = 1e40  # a slope that goes through all values so often along the line is a jump's


class Spans(NamedTuple):
    """What the subdivision leaves of one output, as ends (low, high) in rising order.

    Attributes:
        monotone: Intervals in which the level may be crossed, once.
        turning: Stretches, as short as asked, that hold every extremum.
        level: Stretches, as short as asked, in which the level may be reached without being crossed.
        flat: Stretches on which it moves by no more than rounding.
        tied: Stretches on which it is at the level but for rounding.
        jumps: Stretches, as short as asked, that hold every jump.
        unsearched: What was left when the budget was spent.
    """

    monotone: Float[np.ndarray, "span 2"]
    turning: Float[np.ndarray, "span 2"]
    level: Float[np.ndarray, "span 2"]
    flat: Float[np.ndarray, "span 2"]
    tied: Float[np.ndarray, "span 2"]
    jumps: Float[np.ndarray, "span 2"]
    unsearched: Float[np.ndarray, "span 2"]


def subdivide(where: Along, level: float, least: float, finest: float) -> tuple[list[Spans], int]:
    """Return what is left of each output, and how many intervals were bounded.

    Args:
        where: The line.
        level: The level.
        least: The length of an interval that is not halved any more.
        finest: That of one at an end of the line, so that what is at the end is told from what is beside it.
    """
    edges = np.linspace(where.low, where.high, _FIRST + 1)
    low, high = edges[:-1], edges[1:]
    outputs = where.network.outputs
    kept: list[list[list[np.ndarray]]] = [[[np.empty((0, 2))] for _ in Spans._fields] for _ in range(outputs)]
    spent, chunk = 0, max(1, _CHUNK // max(layer.outputs for layer in where.layers))
    while len(low):
        if spent + len(low) > _BUDGET:
            for of in kept:
                of[-1].append(np.column_stack([low, high]))
            break
        spent += len(low)
        parts = [slice(i, i + chunk) for i in range(0, len(low), chunk)]
        split = np.concatenate([_judge(where, low[part], high[part], level, (least, finest), kept) for part in parts])
        low, high = low[split], high[split]
        middle = low / 2 + high / 2
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
    return [_spans(of) for of in kept], spent


def _spans(kept: list[list[np.ndarray]]) -> Spans:
    monotone, *others = (np.concatenate(parts) for parts in kept)
    return Spans(monotone[np.argsort(monotone[:, 0])], *(merged(part) for part in others))


def _judge(
    where: Along,
    low: np.ndarray,
    high: np.ndarray,
    level: float,
    least: tuple[float, float],
    kept: list[list[list[np.ndarray]]],
) -> np.ndarray:
    """Put what is decided into `kept`; return which intervals are to be halved, for any output."""
    found = where.bounds(low, high)
    assert found.slope is not None
    value, slope = found.value, found.slope
    steep, ends = slope.size[..., 0], np.column_stack([low, high])
    with np.errstate(over="ignore"):
        jump = steep / _INFINITE >= where.size / (where.high - where.low)
    monotone = (np.maximum(slope.low, -slope.high) > 0)[..., 0] & ~jump
    rounding = _TIE * found.rounding
    flat = ~jump & ~monotone & (steep * (where.high - where.low) <= rounding)
    reaches = (value.low <= level) & (value.high >= level)
    tied = reaches & ~monotone & ~jump & (np.maximum(np.abs(value.low - level), np.abs(value.high - level)) <= rounding)
    turns, touches = ~monotone & ~flat, reaches & ~monotone & ~tied
    short = high - low <= np.where((low <= where.low) | (high >= where.high), *reversed(least))
    split = ((turns | touches).any(axis=1)) & ~short
    done = ~split[:, None]
    marks = (
        reaches & monotone & done,
        turns & ~jump & done,
        touches & ~jump & done,
        flat & done,
        tied & done,
        jump & done,
    )
    for o, of in enumerate(kept):
        for parts, which in zip(of, marks, strict=False):
            parts.append(ends[which[:, o]])
    return split
