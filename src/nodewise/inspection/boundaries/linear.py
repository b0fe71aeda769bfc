"""The regions of a linear classifier over two inputs, exactly: convex polygons cut from the box by half-planes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from nodewise.inspection.border import Border
from nodewise.inspection.boundaries.slice import Slice
from nodewise.inspection.intervals import Layer
from nodewise.inspection.reading import readonly
from nodewise.inspection.rule import Rule
from nodewise.network import Dense

_BOX = -1  # stands for the class beyond an edge of the box


class _Cut(NamedTuple):
    """A polygon in coordinates t: its vertices [vertex, 2], and what lies beyond the edge that begins at each."""

    vertices: np.ndarray
    beyond: list[int]


@dataclass(frozen=True, eq=False)
class Mosaic:
    """The regions as polygons.

    Attributes:
        polygons: For each class its region [vertex, 2], counter-clockwise; no vertex where it is nowhere.
        borders: The straight pieces between them.
        share: [class], of the area of the box.
    """

    polygons: tuple[Float[np.ndarray, "vertex 2"], ...]
    borders: tuple[Border, ...]
    share: Float[np.ndarray, " class"]

    @property
    def islands(self) -> tuple[int, ...]:
        """Number of connected parts of each class: one, or none."""
        return tuple(int(len(polygon) > 0) for polygon in self.polygons)


def mosaic(rule: Rule, where: Slice) -> Mosaic | None:
    """Return the regions of a classifier whose scores are linear, or None for another."""
    scores = _linear(where.restrict(rule.layers))
    if scores is None:
        return None
    weight, bias = scores
    cuts = [_region(rule, weight, bias, one) for one in range(len(bias))]
    areas = np.array([_area(cut.vertices) for cut in cuts])
    polygons = tuple(readonly(where.place(cut.vertices)) for cut in cuts)
    return Mosaic(polygons, tuple(_borders(rule, where, weight, bias, cuts)), readonly(areas / areas.sum()))


def _linear(layers: Sequence[Layer]) -> tuple[np.ndarray, np.ndarray] | None:
    """Return weight [class, 2] and bias [class] of the chain as one layer, or None if it is not linear."""
    weight, bias = np.eye(2), np.zeros(2)
    for layer in layers:
        if isinstance(layer, Dense):
            if not layer.activation.identity:
                return None
            weight, bias = layer.weight @ weight, layer.weight @ bias + layer.bias
        else:
            weight, bias = layer.factor[:, None] * weight, layer.shift + layer.factor * bias
    return weight, bias


def _region(rule: Rule, weight: np.ndarray, bias: np.ndarray, one: int) -> _Cut:
    """Return where a class wins: the box, cut by the half-plane in which it beats each other class."""
    cut = _Cut(np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]), [_BOX] * 4)
    for other in range(len(bias)):
        if other == one or not len(cut.vertices):
            continue
        normal, offset = weight[one] - weight[other], bias[one] - bias[other]
        if normal.any():
            cut = _clip(cut, cut.vertices @ normal + offset, other)
            continue
        tie = rule.winner(np.zeros(len(bias)))  # of equal scores
        if offset < 0 or (offset == 0 and one != tie and (other == tie or other < one)):
            cut = _Cut(np.empty((0, 2)), [])
    return cut


def _clip(cut: _Cut, height: np.ndarray, other: int) -> _Cut:
    """Return the part of a convex polygon on which the height is not negative; the new edge has `other` beyond it."""
    vertices, beyond, count = [], [], len(height)
    for i in range(count):
        j = (i + 1) % count
        if height[i] >= 0:
            vertices.append(cut.vertices[i])
            beyond.append(cut.beyond[i])
        if (height[i] >= 0) != (height[j] >= 0):
            share = height[i] / (height[i] - height[j])
            vertices.append(cut.vertices[i] + share * (cut.vertices[j] - cut.vertices[i]))
            beyond.append(other if height[i] >= 0 else cut.beyond[i])
    return _Cut(np.array(vertices).reshape(-1, 2), beyond)


def _area(vertices: np.ndarray) -> float:
    x, y = vertices.T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def _borders(rule: Rule, where: Slice, weight: np.ndarray, bias: np.ndarray, cuts: list[_Cut]) -> list[Border]:
    """Return the edges between two classes, each once."""
    found = []
    for one, cut in enumerate(cuts):
        for i, other in enumerate(cut.beyond):
            if other <= one:
                continue
            ends = cut.vertices[[i, (i + 1) % len(cut.vertices)]]
            if np.ptp(ends, axis=0).any():
                equation = _equation(where, weight[other] - weight[one], bias[other] - bias[one])
                classes: tuple[Any, Any] = (rule.classes[one], rule.classes[other])
                found.append(Border(readonly(where.place(ends)), classes, equation))
    return found


def _equation(where: Slice, normal: np.ndarray, offset: float) -> tuple[float, float, float]:
    """Return a, b, c of a·x1 + b·x2 = c in the user's units, for normal·t + offset = 0."""
    slopes = normal / where.half
    level = slopes @ where.origin[list(where.features)] - offset
    first = slopes[np.flatnonzero(slopes)[0]]
    size = np.copysign(np.abs(slopes).max(), first)
    a, b, c = (float(number / size) + 0.0 for number in (*slopes, level))
    return a, b, c
