"""The cells of the plane on which a network of straight lines is one affine map; none is lost, however thin.

Node after node each cell is cut where the node changes its line. A cell is known by which line each node is on; where
it is, a polygon says that it does not leave by more than what rounding can make of its corners: a cut leaves to both
sides what may belong to them. So every cell there is has been found, in the network as it is and as float64 computes
it. What may not be there is where a node hardly gets beyond a corner of its activation; exact arithmetic decides that,
unless a node jumps, so that rounding alone can send the network onto such a cell.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int

from nodewise.inspection.bounds.affine import Lines, Maps, activation_of, begin, bend, find_lines, weigh
from nodewise.inspection.bounds.clip import ROUNDING, Polygons, square, together
from nodewise.inspection.bounds.proof import Pattern, Proof
from nodewise.inspection.intervals import Layer
from nodewise.network import Dense

_EPSILON = float(np.finfo(float).eps)
_THIN = 4  # tolerances
_PRODUCTS = 3_000_000  # in exact arithmetic; a second


@dataclass(eq=False)
class Cells:
    """The plane cut by a network.

    Attributes:
        middle, half: [feature], of the box; coordinates run from -1 to 1 over it.
        polygons: Around the cells.
        cuts: [cell], how many cuts made each polygon.
        maps: Of the outputs.
        proof: Exact arithmetic about them.
        jumps: Layer and node of each jump that is met.
        past: Of each layer that bends: lines [cell, node], and the cell before the layer that each is a part of.
    """

    middle: Float[np.ndarray, " feature"]
    half: Float[np.ndarray, " feature"]
    polygons: Polygons
    cuts: Int[np.ndarray, " cell"]
    maps: Maps
    proof: Proof
    jumps: set[tuple[int, int]] = field(default_factory=set)
    past: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many cells there are."""
        return self.polygons.count

    def pattern(self, cell: int) -> Pattern:
        """Return the lines of all nodes on a cell."""
        return _pattern(self.past, cell)

    def place(self, t: Float[np.ndarray, "point 2"]) -> Float[np.ndarray, "point feature"]:
        """Return the features at coordinates."""
        return self.middle + self.half * t[:, : len(self.middle)]

    def off(self) -> Float[np.ndarray, "output cell"]:
        """Return how far values at corners can be from those of the network, and the corners from their cell."""
        return uncertain(self.maps, self.cuts)


def find_cells(layers: Sequence[Layer], low: np.ndarray, high: np.ndarray, most: int) -> Cells | None:
    """Return the cells of a chain of straight lines over a box of one or two features.

    Args:
        layers: The chain.
        low: [feature], below high.
        high: [feature].
        most: Largest number of cells; None is returned if there may be more, or where numbers overflow.
    """
    middle, half = low / 2 + high / 2, high / 2 - low / 2
    half = half * (1 + 4 * _EPSILON) + 2 * _EPSILON * np.maximum(np.abs(low), np.abs(high))
    none = np.zeros(1, int)
    smooth = not any(layer.activation.jumps for layer in layers if isinstance(layer, Dense))
    cells = Cells(middle, half, square(), none, begin(middle, half), Proof(layers, low, high, _PRODUCTS))
    with np.errstate(over="ignore", invalid="ignore"):
        for number, layer in enumerate(layers):
            activation = activation_of(layer)
            before = weigh(layer, cells.maps)
            if not np.isfinite(before.value).all() or not np.isfinite(before.error).all():
                return None
            if activation is None or activation.identity:
                cells.maps = before
            elif not _Layer(cells, number, before, activation, most, smooth).cut():
                return None
    return cells


class _Layer:
    """The cells while the nodes of a layer cut them."""

    def __init__(self, cells: Cells, number: int, before: Maps, activation, most: int, proves: bool) -> None:
        self.cells, self.number, self.before, self.activation = cells, number, before, activation
        self.most, self.proves = most, proves
        count = cells.count
        self.parent, self.code = np.arange(count), np.zeros((count, len(before.value)), int)

    def cut(self) -> bool:
        """Cut by all nodes; return whether the cells are few enough."""
        lines = []
        for node in range(len(self.before.value)):
            values, _ = self._values(node)
            found = find_lines(self.activation, values.min(), values.max(), self.most)
            if found is None:
                return False
            lines.append(found)
            self.cells.proof.lines[self.number, node] = found
            for k in range(len(found.places)):
                self._at(node, k, found)
                if self.cells.count > self.most:
                    return False
        self.cells.maps = self._behind(lines)
        self.cells.past.append((self.code, self.parent))
        return True

    def _behind(self, lines: list[Lines]) -> Maps:
        shape = len(lines), self.cells.count, 3
        after = Maps(np.empty(shape), np.empty(shape))
        for node, line in enumerate(lines):
            own = Maps(self.before.value[node][self.parent], self.before.error[node][self.parent])
            bend(own, line, self.code[:, node], after, node)
        return after

    def _values(self, node: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the pre-activation of a node at all corners, and how near 0 is not known to be on a side [cell]."""
        own = Maps(self.before.value[node][self.parent], self.before.error[node][self.parent])
        return self.cells.polygons.at(own.value), 4 * uncertain(own, self.cells.cuts)

    def _at(self, node: int, k: int, lines: Lines) -> None:
        """Cut where a node reaches a corner of its activation."""
        cells, place = self.cells, lines.places[k]
        polygons = cells.polygons
        values, tolerance = self._values(node)
        values, tolerance = values - place, tolerance + 8 * _EPSILON * abs(place)
        least, most = polygons.least(values), polygons.most(values)
        beyond = self.code[:, node] == 2 * k
        above = beyond & (most >= -tolerance)
        below = beyond & (least <= tolerance)
        doubt = above & below
        if doubt.any() and self.activation.jumps:
            cells.jumps.add((self.number, node))
        same = doubt & (tolerance == 0) & (least == 0) & (most == 0)
        gone = np.zeros(len(doubt), bool)
        if self.proves:
            for cell in np.flatnonzero(doubt & ~same & ((least >= -_THIN * tolerance) | (most <= _THIN * tolerance))):
                below[cell], above[cell], same[cell], gone[cell] = self._proved(int(cell), node, place)
        self.code[same, node] = 2 * k + 1
        self.code[above & ~below & ~same, node] = 2 * k + 2
        split = above & below & ~same
        if not split.any() and not gone.any():
            return
        stays = ~split & ~gone
        level, slack = values[split[polygons.owner]], np.repeat(tolerance, np.diff(polygons.starts))
        slack = slack[split[polygons.owner]]
        both = polygons.pick(split)
        cells.polygons = together(polygons.pick(stays), both.cut(slack - level), both.cut(slack + level))
        order = np.concatenate([np.flatnonzero(stays), *2 * [np.flatnonzero(split)]])
        cells.cuts = cells.cuts[order]
        self.code, self.parent = self.code[order], self.parent[order]
        number = int(split.sum())
        cells.cuts[len(order) - 2 * number :] += 1
        self.code[len(order) - number :, node] = 2 * k + 2

    def _proved(self, cell: int, node: int, place: float) -> tuple[bool, bool, bool, bool]:
        """Return whether a node is below and above a place, on it everywhere, or the cell does not exist."""
        proof = self.cells.proof
        if proof.left <= 0:
            return True, True, False, False
        done = _pattern(self.cells.past, int(self.parent[cell]))
        found = proof.sides(done, tuple(self.code[cell, :node].tolist()), float(place))
        if found is None:
            return False, False, False, True
        return *found, not any(found), False


def uncertain(maps: Maps, cuts: Int[np.ndarray, " cell"]) -> np.ndarray:
    """Return how far values at corners can be off, for maps [..., cell, 3] and cells cut so often."""
    size = np.abs(maps.value)
    rounding = maps.error.sum(axis=-1) + 4 * _EPSILON * size.sum(axis=-1)
    return rounding + ROUNDING * cuts * size[..., 1:].sum(axis=-1)


def _pattern(past: list[tuple[np.ndarray, np.ndarray]], cell: int) -> Pattern:
    found = []
    for code, parent in reversed(past):
        found.append(tuple(code[cell].tolist()))
        cell = int(parent[cell])
    return tuple(reversed(found))
