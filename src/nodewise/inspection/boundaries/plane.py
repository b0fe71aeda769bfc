"""Where each class wins over two inputs: sampled on a grid, its boundary traced and refined to a tolerance."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Int

from nodewise.inspection.border import Border
from nodewise.inspection.boundaries.contour import follow_contour
from nodewise.inspection.boundaries.fold import foldable, folded
from nodewise.inspection.boundaries.grid import on_grid, single_error
from nodewise.inspection.boundaries.islands import parts
from nodewise.inspection.boundaries.slice import Slice
from nodewise.inspection.reading import readonly
from nodewise.inspection.roots import bracketed
from nodewise.inspection.rule import Rule, top_two

TOLERANCE = 1e-10
CONTOUR = 1e-4  # of the range: how far the boundary may be from the middles of its straight pieces
_MOST_ERROR = 1e30  # beyond, float32 would run over
_MOST_DOUBTS = 0.3  # share of points in doubt from which on float64 is quicker


@dataclass(frozen=True, eq=False)
class Plane:
    """The winners on a grid; what is not stored is computed when it is first asked for.

    Attributes:
        rule: How the network decides: a `Rule`, or of a black box a `Choice`.
        where: The slice.
        t: [point], the coordinates of the columns and of the rows.
        quick: [class, row, column], the scores to about six digits; wherever that could leave the winner in doubt, in
            full.
        tolerance: How far from the boundary the middles of its straight pieces may be, as a share of the range.
    """

    rule: Any
    where: Slice
    t: Float[np.ndarray, " point"]
    quick: Float[np.ndarray, "class row column"]
    tolerance: float = CONTOUR

    def at(self, t: Float[np.ndarray, "point 2"]) -> Float[np.ndarray, "point class"]:
        """Return the scores at any points of the plane."""
        values = t
        for layer in self.where.restrict(self.rule.layers):
            values = layer(values)
        return values

    def lead(self, one: int, other: int, t: Float[np.ndarray, "point 2"]) -> Float[np.ndarray, " point"]:
        """Return how far one class is ahead of another at any points of the plane."""
        values = self.at(t)
        return values[:, one] - values[:, other]

    def refined(
        self, own: np.ndarray, steps: np.ndarray, ends: np.ndarray, values: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the vertices in coordinates t, moved along their edges to where the lead is 0, and the scores."""
        last = len(self.t) - 1
        begin, way = 2 * ends[:, 0] / last - 1, 2 * (ends[:, 1] - ends[:, 0]) / last
        share = np.abs(steps - ends[:, 0]).max(axis=1)
        inside = np.flatnonzero((values[:, 0] >= 0) != (values[:, 1] >= 0))

        def scores(share: np.ndarray, vertex: np.ndarray) -> np.ndarray:
            return self.at(begin[vertex] + share[:, None] * way[vertex])

        def lead(share: np.ndarray, which: np.ndarray) -> np.ndarray:
            found, owner = scores(share, inside[which]), own[inside[which]]
            rows = np.arange(len(owner))
            mine = found[rows, owner]
            found[rows, owner] = -np.inf
            return mine - found.max(axis=1)

        zero, one = np.zeros(len(inside)), np.ones(len(inside))
        tolerance = TOLERANCE * last / 4
        share[inside] = bracketed(lead, zero, one, (values[inside, 0], values[inside, 1]), tolerance)
        return begin + share[:, None] * way, scores(share, np.arange(len(share)))

    @cached_property
    def scores(self) -> Float[np.ndarray, "class row column"]:
        """The scores at each point."""
        return readonly(on_grid(self.where.restrict(self.rule.layers), self.t))

    @cached_property
    def x(self) -> Float[np.ndarray, " column"]:
        """Values of the first feature."""
        return readonly(self.where.place(np.column_stack([self.t, self.t]))[:, 0])

    @cached_property
    def y(self) -> Float[np.ndarray, " row"]:
        """Values of the second feature."""
        return readonly(self.where.place(np.column_stack([self.t, self.t]))[:, 1])

    @cached_property
    def codes(self) -> Int[np.ndarray, "row column"]:
        """The class that wins at each point, as an index into the classes."""
        return readonly(self.rule.winner(self.quick))

    @cached_property
    def margin(self) -> Float[np.ndarray, "row column"]:
        """How far the winner is ahead at each point, in the unit of the outputs."""
        return readonly(self._ahead(self.scores))

    @cached_property
    def shade(self) -> Float[np.ndarray, "row column"]:
        """The margin to about six digits, for a picture."""
        return readonly(self._ahead(self.quick))

    def _ahead(self, scores: np.ndarray) -> np.ndarray:
        outputs = self.rule.outputs(scores.reshape(len(scores), -1))
        if outputs is None:
            outputs = self.rule.network(self.where.points(_mesh(self.t)))
        return self.rule.margin(outputs).reshape(scores.shape[1:])

    @cached_property
    def share(self) -> Float[np.ndarray, " class"]:
        """Share of the area of each class: every point stands for the part of the box nearest to it."""
        edge = np.ones(len(self.t))
        edge[[0, -1]] = 0.5
        weight = np.multiply.outer(edge, edge)
        return readonly(np.bincount(self.codes.ravel(), weight.ravel(), len(self.quick)) / weight.sum())

    @cached_property
    def islands(self) -> tuple[int, ...]:
        """Number of connected parts of each class, see `parts`."""
        wins = lambda code, t: self._codes(t) == code  # noqa: E731
        return tuple(parts(self.codes == code, self.t, partial(wins, code)) for code in range(len(self.quick)))

    def _codes(self, t: Float[np.ndarray, "point 2"]) -> Int[np.ndarray, " point"]:
        """Return the winner at any points of the plane."""
        return self.rule.winner(self.at(t).T)

    @cached_property
    def borders(self) -> tuple[Border, ...]:
        """The boundary as polylines, each vertex within 1e-10 of its range of a true zero.

        Vertices are on lines of the grid, and between them wherever a straight piece would leave the boundary by more
        than the tolerance.
        """
        return self._contours[0]

    @property
    def contour_within(self) -> float:
        """How far from the boundary its straight pieces are, at their middles, as a share of the range."""
        return self._contours[1]

    @cached_property
    def _contours(self) -> tuple[tuple[Border, ...], float]:
        borders, worst = [], 0.0
        middle, half = self.where.low / 2 + self.where.high / 2, self.where.half
        for border in trace(self):
            one, other = (self.rule.classes.index(label) for label in border.classes)
            lead = partial(self.lead, one, other)
            belongs = lambda t, pair=(one, other): np.isin(self._codes(t), pair)  # noqa: E731
            t, off = follow_contour((border.points - middle) / half, lead, belongs, 2 * self.tolerance)
            worst = max(worst, off / 2)
            same = len(t) == len(border.points)
            borders.append(border if same else Border(readonly(self.where.place(t)), border.classes))
        return tuple(borders), worst


def plane(rule: Rule, where: Slice, points: int, tolerance: float = CONTOUR) -> Plane:
    """Return the winners on a grid of points × points; the boundary is traced to a tolerance."""
    t = np.linspace(-1, 1, points)
    layers = where.restrict(rule.layers)
    error = single_error(layers)
    largest = max(
        np.abs(part).max() for layer in layers for part in vars(layer).values() if isinstance(part, np.ndarray)
    )
    if not max(error.max(), largest) < _MOST_ERROR:
        return Plane(rule, where, t, readonly(on_grid(layers, t)), tolerance)
    scores = folded(layers, points) if foldable(layers) else on_grid(layers, t, np.float32)
    first, second = top_two(scores)
    row, column = np.nonzero(~(first - second > 2 * error.max()))
    if len(row) > _MOST_DOUBTS * len(t) ** 2:
        return Plane(rule, where, t, readonly(on_grid(layers, t)), tolerance)
    values = np.column_stack([t[column], t[row]])
    for layer in layers:
        values = layer(values)
    scores[:, row, column] = values.T
    return Plane(rule, where, t, readonly(scores), tolerance)


def _mesh(t: np.ndarray) -> np.ndarray:
    return np.stack(np.meshgrid(t, t), axis=-1).reshape(-1, 2)


class _Run(NamedTuple):
    """Vertices of one polyline, of a class against the others: in steps of the grid, with the edges they lie on."""

    own: int
    steps: np.ndarray
    ends: np.ndarray
    values: np.ndarray


def trace(view: Plane) -> list[Border]:
    """Return the pieces between each two classes: the zeros of a class's lead over the best of the others."""
    runs = list(_runs(view))
    if not runs:
        return []
    lengths = [len(run.steps) for run in runs]
    own = np.repeat([run.own for run in runs], lengths)
    steps, ends, values = (np.concatenate(arrays) for arrays in list(zip(*runs, strict=True))[1:])
    t, scores = view.refined(own, steps, ends, values)
    scores[np.arange(len(own)), own] = -np.inf
    rival, places = scores.argmax(axis=1), view.where.place(t)
    pieces = np.split(np.arange(len(own)), np.cumsum(lengths)[:-1])
    return [border for piece in pieces for border in _between(view.rule.classes, own, rival, places, piece)]


def _runs(view: Plane) -> Iterator[_Run]:
    """Yield the polylines; of each border between two classes the one of the class that comes first."""
    count = len(view.quick)
    first, second = top_two(view.quick)
    step = np.arange(len(view.t), dtype=float)
    columns, rows = np.meshgrid(step, step)  # once, not for each class
    for own in range(1, 2) if count == 2 else range(count - 1):  # the last one's borders are the others' too
        wins = view.codes == own
        if not wins.any() or wins.all():
            continue
        lead = view.quick[own] - np.where(wins, second, first)  # over the best of the others
        for line in _contour(columns, rows, lead):
            run = _Run(own, np.asarray(line), *_edges(np.asarray(line), lead))
            if count == 2:
                yield run
                continue
            away = run.ends[np.arange(len(run.ends)), run.values.argmin(axis=1)].astype(int)
            ours = view.codes[away[:, 1], away[:, 0]] > own
            ours[1:-1] |= ours[2:] | ours[:-2]  # and one vertex more, where pieces meet
            for part in np.split(np.arange(len(ours)), np.flatnonzero(np.diff(ours)) + 1):
                if ours[part[0]]:
                    yield _Run(own, run.steps[part], run.ends[part], run.values[part])


def _contour(columns: np.ndarray, rows: np.ndarray, lead: np.ndarray) -> list[np.ndarray]:
    """Return the polylines along which the lead is 0; without the masked arrays that `contour_generator` makes."""
    from contourpy import FillType, LineType, SerialContourGenerator, ZInterp

    outside = ~np.isfinite(lead)
    kinds: dict[str, Any] = {
        "line_type": LineType.Separate,
        "fill_type": FillType.OuterCode,
        "z_interp": ZInterp.Linear,
    }
    mask: Any = outside if outside.any() else None
    made = SerialContourGenerator(columns, rows, lead, mask, corner_mask=False, quad_as_tri=False, **kinds)
    lines: Any = made.lines(0.0)
    return lines


def _edges(line: np.ndarray, lead: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return both ends [vertex, end, 2] of the grid's edge on which each vertex lies, in steps, and the lead there."""
    near = np.rint(line)  # on a vertical line of the grid the column is a whole number but for rounding, and so on
    on_line = np.abs(line - near) <= np.abs(line - near).min(axis=1, keepdims=True)
    low, high = np.where(on_line, near, np.floor(line)), np.where(on_line, near, np.ceil(line))
    ends = np.stack([low, high], axis=1)
    column, row = ends[..., 0].astype(int), ends[..., 1].astype(int)
    return ends, lead[row, column]


def _between(
    classes: tuple[Any, ...], own: np.ndarray, rival: np.ndarray, places: np.ndarray, piece: np.ndarray
) -> list[Border]:
    """Cut a polyline where the rival changes; keep what no other class's polyline gives. Cuts share a vertex."""
    one = int(own[piece[0]])
    starts = np.flatnonzero(np.diff(rival[piece], prepend=-1))
    stops = [*starts[1:], len(piece)]
    found, skipped = [], False
    for start, stop in zip(starts, stops, strict=True):
        other = int(rival[piece[start]])
        part = piece[max(start - skipped, 0) : stop + 1]
        skipped = len(classes) > 2 and other < one
        if not skipped and len(part) > 1:
            found.append(Border(readonly(places[part]), (classes[min(one, other)], classes[max(one, other)])))
    return found
