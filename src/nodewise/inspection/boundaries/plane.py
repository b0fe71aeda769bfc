"""Where each class wins over two inputs: sampled on a grid, its boundary traced and refined to a tolerance."""

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise.inspection.border import Border
from nodewise.inspection.boundaries.beside import proved
from nodewise.inspection.boundaries.contour import follow_contour
from nodewise.inspection.boundaries.fold import foldable, folded
from nodewise.inspection.boundaries.grid import on_grid, single_error
from nodewise.inspection.boundaries.islands import parts
from nodewise.inspection.boundaries.slice import Slice
from nodewise.inspection.boundaries.traced import trace
from nodewise.inspection.reading import readonly
from nodewise.inspection.roots import bracketed
from nodewise.inspection.rule import Rule, top_two

TOLERANCE = 1e-10
CONTOUR = 1e-4  # of the range: how far the straight pieces may be from the boundary
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
        tolerance: How far from the boundary its straight pieces may be, as a share of the range.
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

    def lead(self, own: int, t: Float[np.ndarray, "point 2"]) -> Float[np.ndarray, " point"]:
        """Return how far a class is ahead of the best of the others at any points of the plane."""
        values = self.at(t)
        mine = values[:, own].copy()
        values[:, own] = -np.inf
        return mine - values.max(axis=1)

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

    @property
    def certainty(self) -> str:
        """How far the winners can be trusted: "sampled on … × …"."""
        return f"sampled on {len(self.t)} × {len(self.t)}"

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

    def followed(self, own: int, t: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """Return a class's polyline with vertices added until it is near enough, the scores there, and how near it is.

        Half the tolerance at the middles leaves the other half for what is between.
        """
        finer, off = follow_contour(t, partial(self.lead, own), self.tolerance)
        return finer, scores if len(finer) == len(t) else self.at(finer), off / 2

    @cached_property
    def borders(self) -> tuple[Border, ...]:
        """The boundary as polylines, each vertex within 1e-10 of its range of a true zero.

        Vertices are on lines of the grid, and between them wherever a straight piece would leave the boundary by more
        than half the tolerance.
        """
        return self._contours[0]

    @property
    def contour_within(self) -> float:
        """How far from the boundary its straight pieces are, at their middles, as a share of the range."""
        return self._contours[1]

    @cached_property
    def contour_proved(self) -> float:
        """Share of the length of the boundary drawn that is proved to be within the tolerance of the true one."""
        length = sure = 0.0
        for own, label in enumerate(self.rule.classes):
            start, end = self.straight_pieces(tuple(border for border in self.borders if border.classes[0] == label))
            size = np.hypot(*(end - start).T)
            length += float(size.sum())
            share = proved(self.where.restrict(self.rule.layers), own, start, end, 2 * self.tolerance)
            sure += float(size @ share)
        return sure / length if length else 0.0

    def straight_pieces(self, borders: tuple[Border, ...]) -> tuple[np.ndarray, np.ndarray]:
        """Return both ends [piece, 2] of all straight pieces, in coordinates t."""
        middle, half = self.where.low / 2 + self.where.high / 2, self.where.half
        lines = [np.empty((0, 2)), *((border.points - middle) / half for border in borders)]
        start, end = (np.concatenate([line[part] for line in lines]) for part in (slice(-1), slice(1, None)))
        return start, end

    @cached_property
    def _contours(self) -> tuple[tuple[Border, ...], float]:
        borders, worst = trace(self)
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
