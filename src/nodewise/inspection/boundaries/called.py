"""Where a model that is only called changes its mind: looked at on a grid, refined by halving between its points.

Whatever the model is, a forest, neighbours or a smooth curve, all that is used is which class it says, so that a
boundary at which its outputs jump is found as well as one at which they are equal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.border import Border
from nodewise.inspection.boundaries.line import Crossing, Line, Region
from nodewise.inspection.boundaries.plane import Plane
from nodewise.inspection.boundaries.slice import Slice
from nodewise.inspection.boundaries.traced import trace
from nodewise.inspection.reading import readonly
from nodewise.inspection.rule import classes_of, finite, top_two
from nodewise.network import Predictor

_BLOCK = 1 << 16  # samples asked at once
_ALL = 60  # halvings, after which a bracket is as narrow as rounding allows
_ALONG_EDGE = 24  # of an edge of the grid, which leaves 1e-9 of the range
_ACROSS = 12  # to measure how far off a straight piece is
_FINER = 10  # points along a line for one along a side of a plane


@dataclass(frozen=True, eq=False)
class Choice:
    """How a black box decides; `Rule` is its counterpart for networks.

    Attributes:
        network: The black box.
        classes: The labels as they were, or whole numbers from 0.
        threshold: Of one output: where the second class begins; None where the largest wins, or the model says.
        ask: From [sample, feature] to the place of the class [sample].
    """

    network: Predictor
    classes: tuple[Any, ...]
    threshold: float | None
    ask: Callable[[np.ndarray], Int[np.ndarray, " sample"]]

    @property
    def constant(self) -> None:
        """None: no class is known to win whatever the inputs."""
        return

    def codes(self, x: Float[np.ndarray, "sample feature"]) -> Int[np.ndarray, " sample"]:
        """Return the place of the class of each sample."""
        return np.concatenate([self.ask(x[i : i + _BLOCK]) for i in range(0, len(x), _BLOCK)])

    def winner(self, scores: Float[np.ndarray, "class ..."]) -> Int[np.ndarray, "..."]:
        """Return the class of the largest score."""
        return scores.argmax(axis=0)

    def margin(self, outputs: Float[np.ndarray, "sample output"]) -> Float[np.ndarray, " sample"]:
        """Return how far the largest output is ahead, or one output from its threshold, whichever class is said."""
        if outputs.shape[1] == 1:
            at = self.network.threshold if self.threshold is None else self.threshold
            return np.abs(outputs[:, 0] - at)
        first, second = top_two(outputs.T)
        return first - second

    def outputs(self, scores: Float[np.ndarray, "class sample"]) -> None:
        """Return None: outputs cannot be told from what is said."""
        del scores


def choice(box: Predictor, threshold: float | None, data: Dataset | None) -> Choice:
    """Return how a black box decides.

    Raises:
        NodewiseError: If there is one class only, or a threshold is no finite number, given for several outputs, or
            missing where nothing tells it.
    """
    if len(box.classes) == 1:
        raise NodewiseError(
            f"a model must have two classes or more to change its mind. Got {box.kind}, which knows {box.classes[0]!r} "
            "alone. Train it on samples of others, too."
        )
    if box.outputs > 1:
        if threshold is not None:
            raise NodewiseError(
                f"threshold must be left out for {box.outputs} outputs, of which the largest decides. "
                f"Got {threshold!r}."
            )
        return Choice(box, classes_of(box, data), None, box.codes)
    if threshold is None:
        if not box.classes:
            raise NodewiseError(
                f"threshold must be given for a black box of one output without classes. Got none for {box.kind}. "
                "Give the value at which the second class begins."
            )
        return Choice(box, classes_of(box, data), box.threshold, box.codes)
    if not finite(threshold):
        raise NodewiseError(f"threshold must be a finite number in the output's unit. Got {threshold!r}.")
    at = float(threshold)
    return Choice(box, classes_of(box, data), at, lambda x: (box(x)[:, 0] >= at).astype(np.intp))


def line_of(choice: Choice, where: Slice, points: int) -> Line:
    """Return the winners along the line: looked at on a grid, each change between two points halved to rounding."""
    t = np.linspace(-1, 1, _FINER * points + 1)
    ask = lambda t: choice.codes(where.points(t[:, None]))  # noqa: E731
    codes = ask(t)
    changes = np.flatnonzero(codes[1:] != codes[:-1])
    low, high, before, after = t[changes], t[changes + 1], codes[changes], codes[changes + 1]
    found: list[tuple[float, float, int, int]] = []
    while len(low):  # a bracket holds more than one change where a third class lies between
        start, end, other = _halved(ask, low, high, before)
        found += zip(start.tolist(), end.tolist(), before.tolist(), other.tolist(), strict=True)
        more = other != after
        low, high, before, after = end[more], high[more], other[more], after[more]
    found.sort()
    return _assembled(choice, where, found, int(codes[0]), len(t))


def _halved(
    ask: Callable[[np.ndarray], np.ndarray], low: np.ndarray, high: np.ndarray, before: np.ndarray, rounds: int = _ALL
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return both sides of the first change seen in each bracket, and the class on the far side."""
    other = ask(high)
    for _ in range(rounds):
        middle = low + (high - low) / 2
        if ((middle == low) | (middle == high)).all():
            break
        said = ask(middle)
        same = said == before
        low, high, other = np.where(same, middle, low), np.where(same, high, middle), np.where(same, other, said)
    return low, high, other


def _assembled(
    choice: Choice, where: Slice, found: list[tuple[float, float, int, int]], first: int, points: int
) -> Line:
    ends = np.array([(start, end) for start, end, _, _ in found]).reshape(-1, 2)
    places = where.place(ends.reshape(-1, 1)).reshape(-1, 2)
    label = choice.classes
    crossings = tuple(
        Crossing(float(b), label[one], label[other], float(b - a + 2 * np.spacing(abs(b))), "crossing")
        for (a, b), (_, _, one, other) in zip(places, found, strict=True)
    )
    edges = [float(where.low[0]), *(crossing.x for crossing in crossings), float(where.high[0])]
    winners = [label[first], *(crossing.after for crossing in crossings)]
    regions = tuple(Region(winner, a, b) for winner, a, b in zip(winners, edges[:-1], edges[1:], strict=True))
    return Line(crossings, regions, (), (), 0, points)


@dataclass(frozen=True, eq=False)
class Asked(Plane):
    """The winners on a grid of a model that is only called; its scores are 1 for the class that is said, 0 else."""

    def at(self, t: Float[np.ndarray, "point 2"]) -> Float[np.ndarray, "point class"]:
        """Return the scores at any points of the plane."""
        codes = self.rule.codes(self.where.points(t))
        return (codes[:, None] == np.arange(len(self.rule.classes))).astype(float)

    @cached_property
    def scores(self) -> Float[np.ndarray, "class row column"]:
        """The scores at each point."""
        return self.quick

    @cached_property
    def shade(self) -> Float[np.ndarray, "row column"]:
        """The margin, for a picture."""
        return self.margin

    def refined(
        self, own: np.ndarray, steps: np.ndarray, ends: np.ndarray, values: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the vertices moved along their edges to where the class changes, and 1 for the class beyond."""
        del steps  # in the middle of each edge
        ours = values.argmax(axis=1)
        rows, last = np.arange(len(own)), len(self.t) - 1
        begin, end = (2 * ends[rows, side] / last - 1 for side in (ours, 1 - ours))

        def ask(share: np.ndarray) -> np.ndarray:
            return self._codes(begin + share[:, None] * (end - begin))

        _, share, rival = _halved(ask, np.zeros(len(own)), np.ones(len(own)), own, _ALONG_EDGE)
        return begin + share[:, None] * (end - begin), np.eye(len(self.rule.classes))[rival]

    def followed(self, own: int, t: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """Return the polyline as it is: halving across it would cost many calls of the model."""
        del own
        return t, scores, 0.0

    @cached_property
    def contour_proved(self) -> float:
        """0: of what can only be called nothing is proved."""
        return 0.0

    @cached_property
    def _contours(self) -> tuple[tuple[Border, ...], float]:
        """Vertices lie on lines of the grid, straight pieces between them; how far off those are is only measured."""
        borders = tuple(trace(self)[0])
        if not borders:
            return (), 0.0
        start, end = self.straight_pieces(borders)
        codes = np.array([[self.rule.classes.index(label) for label in border.classes] for border in borders])
        pair = np.repeat(codes, [len(border.points) - 1 for border in borders], axis=0)
        return borders, float(self._beside(start, end, pair).max(initial=0.0)) / 2

    def _beside(self, start: np.ndarray, end: np.ndarray, pair: np.ndarray) -> Float[np.ndarray, " piece"]:
        """Return how far from the middle of each piece one class of its pair becomes the other, across the piece.

        Pieces where that is not seen are left out.
        """
        middle, across = (start + end) / 2, (end - start)[:, ::-1] * [-0.5, 0.5]
        sides = self._codes(middle - across), self._codes(middle + across)
        seen = np.flatnonzero((np.sort(pair, axis=1) == np.sort(sides, axis=0).T).all(axis=1))
        ask = lambda s: self._codes(middle[seen] + s[:, None] * across[seen])  # noqa: E731
        one = np.ones(len(seen))
        place = _halved(ask, -one, one, sides[0][seen], _ACROSS)[1] if len(seen) else one
        return np.abs(place) * np.hypot(*across[seen].T)


def plane_of(choice: Choice, where: Slice, points: int, tolerance: float) -> Asked:
    """Return the winners on a grid of points × points."""
    t = np.linspace(-1, 1, points)
    mesh = np.stack(np.meshgrid(t, t), axis=-1).reshape(-1, 2)
    view = Asked(choice, where, t, np.empty(0), tolerance)
    scores = view.at(mesh).T.reshape(-1, points, points)
    return Asked(choice, where, t, readonly(np.ascontiguousarray(scores)), tolerance)
