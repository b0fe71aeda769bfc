"""Where a curve crosses a level and where it turns."""

from dataclasses import replace
from typing import Any

import numpy as np

from nodewise.errors import NodewiseError
from nodewise.inspection.critical_points.answer import CriticalPoints, Doubt, Extremum, LevelCrossing
from nodewise.inspection.critical_points.line import Along, line
from nodewise.inspection.critical_points.subdivide import Spans, subdivide
from nodewise.inspection.intervals import Range
from nodewise.inspection.overflow import within_float64
from nodewise.inspection.reading import as_network, readonly
from nodewise.inspection.roots import bracketed, errors, merged

_SHARE = 1e-9  # of the line: the tolerance unless given
_APART = 64  # intervals that a bracket may consist of
_FINEST = 8 * float(np.finfo(float).eps)  # of the size of the line's ends
_ROUNDED = 1024 * _FINEST  # as far from an end a place may seem to lie that is at the end but for rounding


def critical_points(
    network: Any, low: float, high: float, *, level: float = 0.0, along: Any = None, tolerance: float | None = None
) -> CriticalPoints:
    """Find every crossing of a level and every extremum on a line, for any activation, with a guarantee.

    Interval arithmetic bounds values and slopes over intervals that are halved until each is decided, so that nothing
    between two points is missed. Extrema are given as brackets with a slope of certain, opposite signs on both sides;
    crossings as places with the distance that the true one can have. Both lie inside the line: a kink or a turn at one
    of its ends, to rounding, is no extremum, and where the output reaches the level there it does not cross it.

    Args:
        network: A network of one feature, or of several with `along`; or a fit.
        low: Where the line begins.
        high: Where it ends.
        level: What is crossed, in the outputs' unit.
        along: Of several features the line, (origin, direction), [feature] each; position t is origin + t·direction.
        tolerance: The length of the brackets, in the feature's unit; 1e-9 of the line unless given. Where rounding
            allows no such length they are longer.

    Raises:
        NodewiseError: If the ends are not finite and in order, the line does not fit, level is not a finite number, or
            tolerance is not above 0; or products of weights and inputs overflow.

    Source: Moore, Kearfott, Cloud, "Introduction to Interval Analysis", SIAM 2009, chapter 8.
    """
    where = line(as_network(network), low, high, along)
    _check("level", level, np.isfinite)
    if tolerance is not None:
        _check("tolerance", tolerance, lambda value: 0 < value < np.inf)
    with within_float64(where.network, [where.low, where.high, *where.origin, *where.direction]):
        return _found(where, float(level), tolerance)


def _found(where: Along, level: float, tolerance: float | None) -> CriticalPoints:
    finest = _FINEST * max(abs(where.low), abs(where.high))
    least = max(_SHARE * (where.high - where.low) if tolerance is None else float(tolerance), finest)
    spans, intervals = subdivide(where, level, max(least / _APART, finest), finest)
    crossings: list[LevelCrossing] = []
    extrema: list[Extremum] = []
    doubts: list[Doubt] = []
    for output, found in enumerate(spans):
        crosses, touches = _crossings(where, level, output, found)
        turns, stays = _turns(where, output, found)
        crossings += crosses
        extrema += turns
        doubts += dict.fromkeys([*touches, *stays, *_over_jumps(where, output, found)])
        doubts += [Doubt(output, "unsearched", *ends) for ends in found.unsearched.tolist()]
    return CriticalPoints(
        where.network,
        where.low,
        where.high,
        readonly(where.origin),
        readonly(where.direction),
        level,
        tuple(sorted(crossings, key=lambda place: (place.output, place.x))),
        tuple(extrema),
        tuple(sorted(doubts, key=lambda doubt: (doubt.output, doubt.low))),
        least,
        intervals,
    )


def _check(name: str, value: Any, fits: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not fits(value):
        wanted = "a finite number" if name == "level" else "a number above 0, in the feature's unit"
        raise NodewiseError(f"{name} must be {wanted}. Got {value!r}.")


def _crossings(where: Along, level: float, o: int, spans: Spans) -> tuple[list[LevelCrossing], list[Doubt]]:
    """Return the crossings: roots in monotone intervals, and sign changes across stretches that are not.

    Each end is evaluated once for all intervals that meet there, so that a root on it is neither lost nor found twice.
    """
    ends = np.unique(spans.monotone)
    table = dict(zip(ends.tolist(), (where(ends)[:, o] - level).tolist() if len(ends) else (), strict=True))
    first, last = (np.array([table[t] for t in side]) for side in spans.monotone.T.tolist())
    doubts, reaching = _reached(where, level, o, spans.monotone)
    cross = ((first >= 0) != (last >= 0)) & ~reaching
    low, high = spans.monotone[cross].T
    roots = bracketed(lambda t, _: where(t)[:, o] - level, low, high, (first[cross], last[cross]), 0.0)
    left, output = np.abs(where(roots)[:, o] - level), np.full(len(roots), o)
    off = errors(where.bounds, roots, output, left, (low, high), where.high / 2 - where.low / 2)
    rises = last[cross] >= 0
    near = merged(np.concatenate([spans.level, spans.tied]))
    around = np.column_stack([roots - 2 * off, roots + 2 * off])
    # A root so near to where the level is touched that rounding may have made it belongs to that stretch.
    loose = ((around[:, :1] <= near[:, 1]) & (around[:, 1:] >= near[:, 0])).any(axis=1)
    near = merged(np.concatenate([near, np.clip(around[loose], where.low, where.high)]))
    found = [
        LevelCrossing(o, float(root), float(error), bool(up), False)
        for root, error, up in zip(roots[~loose], off[~loose], rises[~loose], strict=True)
    ]
    for stretch, jump in ((near, False), (spans.jumps, True)):
        more, open_stretches = _across(where, level, o, stretch, jump)
        found += more
        doubts += [doubt if jump else _tied(doubt, spans) for doubt in open_stretches]
    return found, doubts


def _reached(where: Along, level: float, o: int, monotone: np.ndarray) -> tuple[list[Doubt], np.ndarray]:
    """Return at which ends of the line the level is reached but for rounding, and by which monotone intervals."""
    doubts, reaching = [], np.zeros(len(monotone), bool)
    ends = np.array([where.low, where.high])
    signs = _signs(where.bounds(ends, ends).value, o, level)
    for end, column in zip(ends[signs == 0], np.flatnonzero(signs == 0), strict=True):
        for i in np.flatnonzero(monotone[:, column] == end):
            at, bracket = np.array([end]), (monotone[[i], 0], monotone[[i], 1])
            left, scale = np.abs(where(at)[:, o] - level), where.high / 2 - where.low / 2
            off = float(errors(where.bounds, at, np.array([o]), left, bracket, scale)[0])
            around = np.clip([end - off, end + off], where.low, where.high)
            doubts.append(Doubt(o, "end", *around.tolist()))
            reaching[i] = True
    return doubts, reaching


def _across(
    where: Along, level: float, o: int, stretches: np.ndarray, jump: bool
) -> tuple[list[LevelCrossing], list[Doubt]]:
    """Return the stretches across which the sign changes for certain, and the others."""
    found: list[LevelCrossing] = []
    doubts: list[Doubt] = []
    if not len(stretches):
        return found, doubts
    before, after = (_signs(where.bounds(end, end).value, o, level).tolist() for end in stretches.T)
    inside = _signs(where.bounds(*stretches.T).value, o, level).tolist()
    ending = _ending(where, stretches).tolist()
    for (a, b), one, other, whole, last in zip(stretches.tolist(), before, after, inside, ending, strict=True):
        if one * other < 0 and not (jump and last):
            found.append(LevelCrossing(o, a / 2 + b / 2, b / 2 - a / 2, other > 0, jump))
        elif not (last and whole):
            doubts.append(Doubt(o, "end" if last else "jump" if jump else "touch", a, b))
    return found, doubts


def _tied(doubt: Doubt, spans: Spans) -> Doubt:
    """Return the doubt, named if the output is at the level but for rounding somewhere in it."""
    tied = ((spans.tied[:, 0] <= doubt.high) & (spans.tied[:, 1] >= doubt.low)).any()
    return replace(doubt, kind="at the level") if tied else doubt


def _ending(where: Along, stretches: np.ndarray) -> np.ndarray:
    """Return which stretches are at an end of the line but for rounding."""
    at = (stretches[:, 0] <= where.low) | (stretches[:, 1] >= where.high)
    return at & (stretches[:, 1] - stretches[:, 0] <= _ROUNDED * max(abs(where.low), abs(where.high)))


def _signs(value: Range, o: int, level: float) -> np.ndarray:
    """Return on which side of the level output o is for certain, 1 or -1; 0 where rounding leaves it open."""
    return np.where(value.low[:, o] > level, 1, np.where(value.high[:, o] < level, -1, 0))


def _turns(where: Along, o: int, spans: Spans) -> tuple[list[Extremum], list[Doubt]]:
    """Return the extrema: stretches, turning or flat, with slopes of opposite signs, for certain, at their ends."""
    stretches = merged(np.concatenate([spans.turning, spans.flat]))
    if not len(stretches):
        return [], []
    whole = where.bounds(*stretches.T).value
    signs = []
    for end in stretches.T:
        slope = where.bounds(end, end).slope
        assert slope is not None
        signs.append(_signs(Range(slope.low[..., 0], slope.high[..., 0]), o, 0.0))
    found, doubts = [], []
    ends, values = _ending(where, stretches).tolist(), (whole.low[:, o].tolist(), whole.high[:, o].tolist())
    for (a, b), before, after, low, high, at_end in zip(stretches.tolist(), *signs, *values, ends, strict=True):
        if before * after < 0:
            kind = "maximum" if before > 0 else "minimum"
            found.append(Extremum(o, kind, a, b, low / 2 + high / 2, high / 2 - low / 2))
        elif not at_end:
            # Of a stretch that is flat in the middle the rest counts as flat too: the slope is that of its edges.
            flat = ((spans.flat[:, 0] <= b) & (spans.flat[:, 1] >= a)).any()
            doubts.append(Doubt(o, "flat" if flat else "turn", a, b))
    return found, doubts


def _over_jumps(where: Along, o: int, spans: Spans) -> list[Doubt]:
    """Return the jumps at which an output may turn: it does not go one way before, at and behind them."""
    if not len(spans.jumps):
        return []
    doubts = []
    before, after = (where.bounds(end, end).value for end in spans.jumps.T)
    steps = np.where(after.low > before.high, 1, np.where(after.high < before.low, -1, 0))[:, o]
    ending = _ending(where, spans.jumps)
    for a, b in merged(np.concatenate([spans.jumps, spans.flat, spans.turning])).tolist():
        inside = ~ending & (spans.jumps[:, 0] >= a) & (spans.jumps[:, 1] <= b)
        slope = where.bounds(np.array([a, b]), np.array([a, b])).slope
        assert slope is not None
        ways = [*_signs(Range(slope.low[..., 0], slope.high[..., 0]), o, 0.0), *steps[inside]]
        if inside.any() and (0 in steps[inside] or {-1, 1} <= set(ways)):
            doubts += [Doubt(o, "jump", *ends) for ends in spans.jumps[inside].tolist()]
    return doubts
