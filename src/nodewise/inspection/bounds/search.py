"""Best-first branch and bound over boxes of inputs, many boxes at a time."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

_BATCH = 256  # boxes split at a time
_TRIES, _STEPS, _ROUNDS = 1000, 16, 30  # points at random, steps from the best, how often
_NARROWEST = 8 * float(np.finfo(float).eps)  # of a box's side, against the size of its ends


class Bounded(NamedTuple):
    """What is known of quantities over boxes.

    Attributes:
        upper: [box, quantity], nowhere in the box is it larger.
        reached: [box, quantity], a value it has there.
        place: [box, quantity, feature], where.
        weight: [box, feature], how much halving the box along a feature promises.
    """

    upper: np.ndarray
    reached: np.ndarray
    place: np.ndarray
    weight: np.ndarray


class Found(NamedTuple):
    """What a search ended with.

    Attributes:
        upper: [quantity], nowhere is it larger.
        reached: [quantity], its largest value seen.
        place: [quantity, feature], where.
        boxes: How many boxes were bounded.
        settled: [quantity], whether the bar was met everywhere.
    """

    upper: Float[np.ndarray, " quantity"]
    reached: Float[np.ndarray, " quantity"]
    place: Float[np.ndarray, "quantity feature"]
    boxes: int
    settled: np.ndarray


Measure = Callable[[np.ndarray, np.ndarray], Bounded]
Bar = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


def search(
    measure: Measure,
    bar: Bar,
    low: np.ndarray,
    high: np.ndarray,
    budget: int,
    chunk: int,
    start: tuple[np.ndarray, np.ndarray] | None = None,
) -> Found:
    """Bound quantities from above, halving boxes until each upper bound is below its bar or the budget is spent.

    Args:
        measure: Bounds the quantities over boxes (low, high), both [box, feature].
        bar: From the values reached [quantity]: how high an upper bound may stay, and the unit in which what is above
            is compared between quantities. A bar of infinity gives a quantity up.
        low: [box, feature], the boxes to begin with; together they are the domain.
        high: [box, feature].
        budget: Most boxes to bound.
        chunk: Most boxes at once.
        start: Values that are already known to be reached [quantity], and where [quantity, feature].
    """
    pool = _Pool(measure, chunk, start)
    pool.add(low, high, None)
    while True:
        height, unit = bar(pool.reached)
        urgent = _urgent(pool.upper, height, unit)
        pool.close(urgent <= 0)
        urgent = urgent[urgent > 0]
        room = min(_BATCH, (budget - pool.boxes) // 2)
        if not len(urgent) or room < 1:
            break
        picked = np.argpartition(-urgent, room - 1)[:room] if len(urgent) > room else np.arange(len(urgent))
        pool.split(picked)
    upper = np.maximum(pool.closed, pool.upper.max(axis=0, initial=-np.inf))
    height, _ = bar(pool.reached)
    return Found(upper, pool.reached, pool.place, pool.boxes, upper <= height)


def _urgent(upper: np.ndarray, height: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """Return how far each box is above the bars at most [box]; not above 0 where it needs no more."""
    asked = np.isfinite(height)
    with np.errstate(over="ignore"):
        excess = (upper[:, asked] - height[asked]) / unit[asked]
    return excess.max(axis=1, initial=-1.0)


def tried(call: Callable[[np.ndarray], np.ndarray], low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the largest values of quantities found by trying [quantity], and where [quantity, feature].

    Points at random, then steps at random from the best, shorter and shorter; the same for the same network and box.
    """
    random = np.random.default_rng(0)
    points = low + (high - low) * random.uniform(size=(_TRIES, len(low)))
    points = np.clip(np.concatenate([points, [low, high]]), low, high)
    value = call(points)
    best, place = value.max(axis=0), points[value.argmax(axis=0)]
    for k in range(_ROUNDS):
        step = random.normal(size=(_STEPS, *place.shape)) * (high - low) * 0.5 ** (k / 2 + 1)
        points = np.clip(place + step, low, high)
        value = call(points.reshape(-1, len(low))).reshape(_STEPS, len(best), len(best))
        column = np.arange(len(best))
        own = value[:, column, column]
        row = own.argmax(axis=0)
        better = own[row, column] > best
        best = np.where(better, own[row, column], best)
        place = np.where(better[:, None], points[row, column], place)
    return best, place


class _Pool:
    """The boxes that are still open, and what is known of those that are not."""

    def __init__(self, measure: Measure, chunk: int, start: tuple[np.ndarray, np.ndarray] | None) -> None:
        self.measure, self.chunk, self.boxes, self.start = measure, chunk, 0, start

    def add(self, low: np.ndarray, high: np.ndarray, above: np.ndarray | None) -> None:
        """Bound boxes and keep them; no bound is worse than that of the box a box was cut from."""
        cut = [slice(i, i + self.chunk) for i in range(0, len(low), self.chunk)]
        parts = [self.measure(low[which], high[which]) for which in cut]
        upper, weight = (np.concatenate([getattr(part, name) for part in parts]) for name in ("upper", "weight"))
        if above is None:
            count = upper.shape[1]
            self.low, self.high, self.upper, self.weight = low, high, upper, weight
            nothing = np.full(count, -np.inf), np.zeros((count, parts[0].place.shape[2]))
            self.reached, self.place = nothing if self.start is None else self.start
            self.closed = np.full(count, -np.inf)
        else:
            self.low, self.high = np.concatenate([self.low, low]), np.concatenate([self.high, high])
            self.upper = np.concatenate([self.upper, np.minimum(upper, above)])
            self.weight = np.concatenate([self.weight, weight])
        self.boxes += len(low)
        for part in parts:
            best, column = part.reached.argmax(axis=0), np.arange(part.reached.shape[1])
            better = part.reached[best, column] > self.reached
            self.reached = np.where(better, part.reached[best, column], self.reached)
            self.place = np.where(better[:, None], part.place[best, column], self.place)

    def close(self, done: np.ndarray) -> None:
        """Keep only the bounds of boxes that need no more, or are as narrow as numbers allow."""
        self.closed = np.maximum(self.closed, self.upper[done].max(axis=0, initial=-np.inf))
        self._keep(~done)

    def split(self, picked: np.ndarray) -> None:
        """Halve boxes along the feature that promises most."""
        low, high, upper = self.low[picked], self.high[picked], self.upper[picked]
        width = high - low
        wide = width > _NARROWEST * np.maximum(np.abs(low), np.abs(high))
        promise = np.where(wide, np.maximum(self.weight[picked], 1e-300), -1.0)
        feature, row = promise.argmax(axis=1), np.arange(len(picked))
        cut = wide.any(axis=1)
        self.closed = np.maximum(self.closed, upper[~cut].max(axis=0, initial=-np.inf))
        self._keep(np.isin(np.arange(len(self.low)), picked, invert=True))
        if not cut.any():
            return
        low, high, upper, feature, row = low[cut], high[cut], upper[cut], feature[cut], row[: int(cut.sum())]
        middle = low[row, feature] / 2 + high[row, feature] / 2
        left, right = high.copy(), low.copy()
        left[row, feature], right[row, feature] = middle, middle
        self.add(np.concatenate([low, right]), np.concatenate([left, high]), np.concatenate([upper, upper]))

    def _keep(self, which: np.ndarray) -> None:
        self.low, self.high = self.low[which], self.high[which]
        self.upper, self.weight = self.upper[which], self.weight[which]
