"""Where the winner changes along a line: every crossing, by subdivision with guaranteed bounds.

An interval is done when each difference of two scores is bounded away from 0 (no crossing), or has a slope bounded away
from 0 (at most one, found by its signs at the ends), or belongs to a class that is beaten there for certain. Otherwise
it is halved. What is left at the least width is a jump, or undecided; where two scores are equal to within the rounding
of their own arithmetic over a whole interval they tie, and no arithmetic in float64 can say more.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.activations import find
from nodewise.inspection.boundaries.slice import Slice
from nodewise.inspection.intervals import HUGE, enclose
from nodewise.inspection.roots import bracketed, errors, merged
from nodewise.inspection.rule import Rule
from nodewise.network import Dense

TOLERANCE = 1e-10
_FIRST = 64  # intervals to begin with
_BUDGET = 300_000  # intervals bounded in all
_CHUNK = 400_000  # numbers per array
_TIE = 64.0  # times the rounding of the difference
_WIDE = 1e-5  # a tie longer than this is a stretch with two ends, not a place
_LOOKS = 64  # points in what is undecided
_INFINITE = HUGE * 1e-6  # a slope beyond is a jump's


@dataclass(frozen=True)
class Crossing:
    """A place where the winner changes.

    Attributes:
        x: Value of the feature.
        before: The class that wins just below it.
        after: The class that wins just above it.
        within: How far the true place can be from x.
        kind: "crossing"; "jump" where a score jumps over the other; "tie" where the two are equal to within rounding
            over the whole of x ± within.
    """

    x: float
    before: Any
    after: Any
    within: float
    kind: str


@dataclass(frozen=True)
class Region:
    """A stretch on which one class wins.

    Attributes:
        winner: The class.
        low: Where it begins.
        high: Where it ends.
    """

    winner: Any
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Line:
    """The winners along a line.

    Attributes:
        crossings: In rising order.
        regions: In rising order; they fill the range.
        ties: Stretches (low, high) on which the two largest scores are equal to within rounding.
        undecided: Stretches (low, high) in which a crossing is not excluded, because the search ended before.
        intervals: How many intervals were bounded.
        sampled: At how many points alone it was looked, where nothing could be bounded; 0 where it could.
    """

    crossings: tuple[Crossing, ...]
    regions: tuple[Region, ...]
    ties: tuple[tuple[float, float], ...]
    undecided: tuple[tuple[float, float], ...]
    intervals: int
    sampled: int = 0

    @property
    def within(self) -> float:
        """How far a crossing can be from where it is said to be; 0 without one."""
        return max((crossing.within for crossing in self.crossings), default=0.0)

    @property
    def certified(self) -> bool:
        """Whether no crossing can be missing."""
        return not self.undecided and not self.sampled

    def share(self, classes: tuple[Any, ...]) -> Float[np.ndarray, " class"]:
        """Return the share of the range in which each class wins."""
        total = self.regions[-1].high - self.regions[0].low
        lengths = [sum(r.high - r.low for r in self.regions if r.winner == label) for label in classes]
        return np.array(lengths) / total

    def islands(self, classes: tuple[Any, ...]) -> tuple[int, ...]:
        """Return the number of stretches of each class."""
        return tuple(sum(region.winner == label for region in self.regions) for label in classes)


@dataclass(frozen=True, eq=False)
class _Found:
    """What the subdivision leaves, in coordinates t.

    Attributes:
        low, high, pair: [root], intervals on which the difference of a pair is monotone.
        ties, jumps, undecided: [interval, 2].
        intervals: How many were bounded.
    """

    low: np.ndarray
    high: np.ndarray
    pair: np.ndarray
    ties: np.ndarray
    jumps: np.ndarray
    undecided: np.ndarray
    intervals: int


def follow(rule: Rule, where: Slice) -> Line:
    """Return the winners along the line."""
    scores = Scores(rule, where)
    half = float(where.half[0])
    ulp = float(np.spacing(np.abs([*where.low, *where.high]).max())) / half
    found = _subdivide(scores, max(TOLERANCE / half, 8 * ulp, 2.0**-46))
    places = [(root, error, "crossing") for root, error in zip(*_roots(scores, found), strict=True)]
    jumps, ties = merged(found.jumps), merged(found.ties)
    seen, changed = _changes(scores, jumps, 1)
    places += [(t, ulp, "jump") for t in seen]
    wide = ties[:, 1] - ties[:, 0] > _WIDE
    places += [((low + high) / 2, (high - low) / 2, "tie") for low, high in ties[~wide]]
    places += [(end, ulp, "tie") for end in ties[wide].ravel()]
    undecided = merged(np.concatenate([found.undecided, jumps[~changed]]))
    places += [(t, ulp, "crossing") for t in _changes(scores, undecided, _LOOKS)[0]]
    crossings, regions = _assemble(scores, places, ulp)
    spans = lambda t: tuple((float(a), float(b)) for a, b in where.place(t.reshape(-1, 1)).reshape(-1, 2))  # noqa: E731
    return Line(crossings, regions, spans(ties), spans(undecided), found.intervals)


class Scores:
    """The scores along the line, their differences, and the bounds of these."""

    def __init__(self, rule: Rule, where: Slice) -> None:
        self.rule, self.where = rule, where
        *self.before, last = where.restrict(rule.layers)
        assert isinstance(last, Dense)
        self.last = last
        self.pairs = np.array(list(combinations(range(last.outputs), 2)))
        i, j = self.pairs.T
        self.differences = Dense(last.weight[j] - last.weight[i], last.bias[j] - last.bias[i], find("identity"))

    def winner(self, t: np.ndarray) -> np.ndarray:
        """Return the winner at each t."""
        return self.rule.winner(self.last(self._activations(t)).T)

    def difference(self, t: np.ndarray, pair: np.ndarray) -> np.ndarray:
        """Return the difference of one pair at each t; it is positive where the second class leads."""
        weight = self.differences.weight[pair]
        return np.einsum("pn,pn->p", self._activations(t), weight) + self.differences.bias[pair]

    def bounds(self, low: np.ndarray, high: np.ndarray) -> Any:
        """Return the enclosure of all differences and of their slopes over each interval."""
        return enclose((*self.before, self.differences), low[:, None], high[:, None], np.eye(1))

    def _activations(self, t: np.ndarray) -> np.ndarray:
        values = np.asarray(t)[:, None]
        for layer in self.before:
            values = layer(values)
        return values


def _subdivide(scores: Scores, least: float) -> _Found:
    """Halve intervals until each is decided, or `least` wide, or the budget is spent."""
    edges = np.linspace(-1, 1, _FIRST + 1)
    low, high = edges[:-1], edges[1:]
    kept: dict[str, list[np.ndarray]] = {name: [] for name in ("root", "ties", "jumps", "undecided")}
    spent, chunk = 0, max(1, _CHUNK // max(len(scores.pairs), *(layer.outputs for layer in scores.before), 1))
    while len(low):
        if spent + len(low) > _BUDGET:
            kept["undecided"].append(np.column_stack([low, high]))
            break
        spent += len(low)
        halves = [_judge(scores, a, b, least, kept) for a, b in _pieces(low, high, chunk)]
        low, high = (np.concatenate(ends) for ends in zip(*halves, strict=True))
    roots = np.concatenate([np.empty((0, 3)), *kept["root"]])
    ties, jumps, undecided = (
        np.concatenate([np.empty((0, 2)), *kept[name]]) for name in ("ties", "jumps", "undecided")
    )
    return _Found(roots[:, 0], roots[:, 1], roots[:, 2].astype(int), ties, jumps, undecided, spent)


def _pieces(low: np.ndarray, high: np.ndarray, chunk: int) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(low[i : i + chunk], high[i : i + chunk]) for i in range(0, len(low), chunk)]


def _judge(
    scores: Scores, low: np.ndarray, high: np.ndarray, least: float, kept: dict[str, list[np.ndarray]]
) -> tuple[np.ndarray, np.ndarray]:
    """Put what is decided into `kept`; return the halves of the rest."""
    bounds = scores.bounds(low, high)
    value, slope = bounds.value, bounds.slope
    ahead, behind = value.low > 0, value.high < 0
    i, j = scores.pairs.T
    beaten = np.zeros((len(low), scores.last.outputs), bool)
    for pair, (first, second) in enumerate(scores.pairs):
        beaten[:, first] |= ahead[:, pair]
        beaten[:, second] |= behind[:, pair]
    wanted = ~(ahead | behind | beaten[:, i] | beaten[:, j])
    jumps = slope.size[..., 0] >= _INFINITE
    monotone = (np.maximum(slope.low, -slope.high) > 0)[..., 0] & ~jumps
    tied = (value.size <= _TIE * bounds.rounding) & ~jumps
    unsure = (wanted & ~monotone & ~tied).any(1)
    box, pair = np.nonzero(wanted & monotone & ~unsure[:, None])
    kept["root"].append(np.column_stack([low[box], high[box], pair]))
    ends = np.column_stack([low, high])
    kept["ties"].append(ends[(wanted & tied & ~monotone).any(1) & ~unsure])
    small = unsure & (high - low <= least)
    jump = small & (jumps & wanted).any(1)
    kept["jumps"].append(ends[jump])
    kept["undecided"].append(ends[small & ~jump])
    split = unsure & ~small
    low, high = low[split], high[split]
    middle = (low + high) / 2
    return np.concatenate([low, middle]), np.concatenate([middle, high])


def _roots(scores: Scores, found: _Found) -> tuple[np.ndarray, np.ndarray]:
    """Return the roots in the monotone intervals and how far off each can be.

    Each end is evaluated once for all intervals that meet there, so that a root on it is neither lost nor found twice.
    """
    keys = np.unique(np.column_stack([np.r_[found.low, found.high], np.r_[found.pair, found.pair]]), axis=0)
    values = scores.difference(keys[:, 0], keys[:, 1].astype(int))
    table = {(t, int(pair)): value for (t, pair), value in zip(keys.tolist(), values, strict=True)}
    first, last = (
        np.array([table[key] for key in zip(end.tolist(), found.pair.tolist(), strict=True)])
        for end in (found.low, found.high)
    )
    cross = (first >= 0) != (last >= 0)
    pair = found.pair[cross]
    ends = first[cross], last[cross]
    roots = bracketed(
        lambda t, which: scores.difference(t, pair[which]), found.low[cross], found.high[cross], ends, 1e-16
    )
    left = np.abs(scores.difference(roots, pair))
    bracket = found.low[cross], found.high[cross]
    return roots, errors(scores.bounds, roots, pair, left, bracket)


def _changes(scores: Scores, spans: np.ndarray, pieces: int) -> tuple[list[float], np.ndarray]:
    """Return where the winner changes between neighbouring points of the spans, and whether it does in each span."""
    if not len(spans):
        return [], np.zeros(0, bool)
    grid = np.linspace(spans[:, 0], spans[:, 1], pieces + 1, axis=1)
    winners = scores.winner(grid.ravel()).reshape(grid.shape)
    change = winners[:, 1:] != winners[:, :-1]
    low, high, before = grid[:, :-1][change], grid[:, 1:][change], winners[:, :-1][change]
    for _ in range(80):
        middle = (low + high) / 2
        same = scores.winner(middle) == before
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return high.tolist(), change.any(1)


def _assemble(
    scores: Scores, places: list[tuple[float, float, str]], ulp: float
) -> tuple[tuple[Crossing, ...], tuple[Region, ...]]:
    """Return the places where the winner really changes, and the regions between them."""
    where, half = scores.where, float(scores.where.half[0])
    kept: list[tuple[float, float, str]] = []
    for place in sorted(places):
        if not -1 < place[0] < 1:
            continue
        if kept and place[0] - kept[-1][0] <= max(4 * ulp, place[1] + kept[-1][1]):  # one place, found twice
            kept[-1] = max(kept[-1], place, key=lambda p: p[1])
        else:
            kept.append(place)
    edges = np.array([-1.0, *(t for t, _, _ in kept), 1.0])
    winners = scores.winner((edges[:-1] + edges[1:]) / 2)
    changes = np.flatnonzero(winners[1:] != winners[:-1])
    values = where.place(edges[:, None])[:, 0]
    label = lambda k: scores.rule.classes[winners[k]]  # noqa: E731
    crossings = tuple(
        Crossing(float(values[k + 1]), label(k), label(k + 1), float((kept[k][1] + ulp) * half), kept[k][2])
        for k in changes
    )
    bounds = [values[0], *(crossing.x for crossing in crossings), values[-1]]
    starts = [0, *(int(k) + 1 for k in changes)]
    regions = tuple(
        Region(label(k), float(a), float(b)) for k, a, b in zip(starts, bounds[:-1], bounds[1:], strict=True)
    )
    return crossings, regions
