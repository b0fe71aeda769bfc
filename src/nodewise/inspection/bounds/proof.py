"""What cells of the plane are in exact arithmetic: whether a node changes its line there, and all corners.

Every weight is a whole number times a power of 2, so that the affine maps of a cell are whole numbers with one power of
2 for all, and its corners have whole homogeneous coordinates. Nothing is rounded.
"""

from collections.abc import Sequence
from math import gcd
from typing import NamedTuple

import numpy as np

from nodewise.inspection.bounds.affine import Lines
from nodewise.inspection.intervals import Layer
from nodewise.network import Scale

Whole = tuple[int, int, int]  # a map: value at 0 and two slopes, in units of a power of 2; a corner: x, y and divisor
Pattern = tuple[tuple[int, ...], ...]  # of each layer that has lines, the line of each node


class State(NamedTuple):
    """A cell: its corners, and what comes out of the layers so far.

    Attributes:
        corners: Of an open polygon, (x, y, divisor).
        maps: One for each node, in units of 2 ** -scale.
        scale: That number.
    """

    corners: tuple[Whole, ...]
    maps: tuple[Whole, ...]
    scale: int

    def values(self, node: int) -> list[float]:
        """Return the values of a node at the corners, each rounded once."""
        a, b, c = self.maps[node]
        return [_ratio(a * w + b * x + c * y, w << self.scale) for x, y, w in self.corners]

    def slopes(self, node: int) -> tuple[float, float]:
        """Return the slopes of a node along the features, each rounded once."""
        _, b, c = self.maps[node]
        return _ratio(b, 1 << self.scale), _ratio(c, 1 << self.scale)

    def places(self) -> np.ndarray:
        """Return the corners as numbers [corner, 2]."""
        return np.array([[_ratio(x, w), _ratio(y, w)] for x, y, w in self.corners])


class Proof:
    """Follows single cells through a network of one or two features.

    Attributes:
        lines: By layer and node, filled in while the network is gone through.
        left: How many more products may be taken, about.
    """

    def __init__(self, layers: Sequence[Layer], low: np.ndarray, high: np.ndarray, most: int) -> None:
        self.layers, self.left = tuple(layers), most
        self.lines: dict[tuple[int, int], Lines] = {}
        self._numbers: dict[int, tuple[list, int]] = {}
        self._before: dict[tuple[Pattern, int], tuple[tuple[Whole, ...], int] | None] = {}
        self._states: dict[Pattern, State | None] = {}
        self._parts: dict[tuple[Pattern, tuple[int, ...]], tuple[Whole, ...] | None] = {}
        ends = [[low[0], high[0]], [low[1], high[1]] if len(low) > 1 else [-1.0, 1.0]]
        (x, y), scale = _whole(ends)
        unit = 1 << scale
        corners = ((x[0], y[0], unit), (x[1], y[0], unit), (x[1], y[1], unit), (x[0], y[1], unit))
        maps = ((0, 1, 0), (0, 0, 1))[: len(low)]
        self._states[()] = State(corners, maps, 0)
        self._bent = [i for i, layer in enumerate(layers) if not _plain(layer)]

    def sides(self, done: Pattern, codes: tuple[int, ...], place: float) -> tuple[bool, bool] | None:
        """Return whether the next node is below and above a place somewhere in a cell; None where there is no cell.

        Args:
            done: Lines of all layers before.
            codes: Lines of the nodes of this layer before it.
            place: A corner of its activation.
        """
        found = self._part(done, codes)
        if found is None:
            return None
        state = self._state(done)
        assert state is not None
        maps, scale = self._weighed(done)
        signs = [_sign(_minus(maps[len(codes)], scale, place), corner) for corner in found]
        return min(signs) < 0, max(signs) > 0

    def exists(self, pattern: Pattern) -> bool:
        """Return whether there is such a cell."""
        return self._state(pattern) is not None

    def cell(self, pattern: Pattern) -> State | None:
        """Return a cell with the outputs of the whole network; None where it is empty."""
        state = self._state(pattern)
        if state is None or len(pattern) != len(self._bent):
            return state
        maps, scale = state.maps, state.scale
        for number in range(self._bent[-1] + 1 if self._bent else 0, len(self.layers)):
            maps, scale = self._through(number, maps, scale)
        return State(state.corners, maps, scale)

    def _state(self, pattern: Pattern) -> State | None:
        if pattern not in self._states:
            *done, codes = pattern
            corners = self._part(tuple(done), codes)
            self._states[pattern] = None if corners is None else self._behind(tuple(done), codes, corners)
        return self._states[pattern]

    def _behind(self, done: Pattern, codes: tuple[int, ...], corners: tuple[Whole, ...]) -> State:
        maps, scale = self._weighed(done)
        layer = self._bent[len(done)]
        lines = [self.lines[layer, node] for node in range(len(codes))]
        slopes, k = _whole([[line.slope[code] for line, code in zip(lines, codes, strict=True)]])
        levels, m = _whole([[line.intercept[code] for line, code in zip(lines, codes, strict=True)]])
        common = max(scale + k, m)
        up, over = common - scale - k, common - m
        after = tuple(
            ((a * s << up) + (level << over), b * s << up, c * s << up)
            for (a, b, c), s, level in zip(maps, slopes[0], levels[0], strict=True)
        )
        return State(corners, after, common)

    def _part(self, done: Pattern, codes: tuple[int, ...]) -> tuple[Whole, ...] | None:
        """Return the corners of what nodes of a layer leave of a cell."""
        known = len(codes)
        while known and (done, codes[:known]) not in self._parts:
            known -= 1
        if known:
            corners = self._parts[done, codes[:known]]
        else:
            state = self._state(done)
            corners = None if state is None else state.corners
        for node in range(known, len(codes)):
            if corners is not None:
                corners = self._cut(done, node, codes[node], corners)
            self._parts[done, codes[: node + 1]] = corners
        return corners

    def _cut(self, done: Pattern, node: int, code: int, corners: tuple[Whole, ...]) -> tuple[Whole, ...] | None:
        maps, scale = self._weighed(done)
        self.left -= 3 * len(corners)
        places = self.lines[self._bent[len(done)], node].places
        found: tuple[Whole, ...] | None = corners
        if code % 2:  # it stays on a corner of its activation
            return found
        if code > 0:
            found = _clip(corners, _minus(maps[node], scale, float(places[code // 2 - 1])))
        if found is not None and code // 2 < len(places):
            a, b, c = _minus(maps[node], scale, float(places[code // 2]))
            found = _clip(found, (-a, -b, -c))
        return found

    def _weighed(self, done: Pattern) -> tuple[tuple[Whole, ...], int]:
        """Return the maps before the activations of the next layer that bends, and their scale."""
        key = done, 0
        if key not in self._before:
            state = self._state(done)
            assert state is not None
            maps, scale = state.maps, state.scale
            first = self._bent[len(done) - 1] + 1 if done else 0
            for number in range(first, self._bent[len(done)] + 1):
                maps, scale = self._through(number, maps, scale)
            self._before[key] = maps, scale
        found = self._before[key]
        assert found is not None
        return found

    def _through(self, number: int, maps: tuple[Whole, ...], scale: int) -> tuple[tuple[Whole, ...], int]:
        """Return the maps before the activation of a layer."""
        layer = self.layers[number]
        each = isinstance(layer, Scale)
        self.left -= 3 * len(maps) * (1 if each else layer.outputs)
        if number not in self._numbers:
            rows = [layer.factor, layer.shift] if each else [*layer.weight, layer.bias]
            self._numbers[number] = _whole([row.tolist() for row in rows])
        (*rows, bias), k = self._numbers[number]
        if each:
            after = [(w * a, w * b, w * c) for w, (a, b, c) in zip(rows[0], maps, strict=True)]
        else:
            after = [_sum(row, maps) for row in rows]
        return tuple(
            (a + (constant << scale), b, c) for (a, b, c), constant in zip(after, bias, strict=True)
        ), scale + k


def _sum(row: list[int], maps: tuple[Whole, ...]) -> Whole:
    used = [(w, one) for w, one in zip(row, maps, strict=True) if w]
    a, b, c = (sum(w * one[i] for w, one in used) for i in range(3))
    return a, b, c


def _plain(layer: Layer) -> bool:
    return isinstance(layer, Scale) or layer.activation.identity


def _whole(rows: Sequence[Sequence[float]]) -> tuple[list[list[int]], int]:
    """Return numbers as whole ones, and the power of 2 by which they were multiplied."""
    pairs = [[float(value).as_integer_ratio() for value in row] for row in rows]
    scale = max((below.bit_length() - 1 for row in pairs for _, below in row), default=0)
    return [[above << (scale - below.bit_length() + 1) for above, below in row] for row in pairs], scale


def _minus(one: Whole, scale: int, place: float) -> Whole:
    """Return a map less a number, in a unit that fits both."""
    if not place:
        return one
    above, below = place.as_integer_ratio()
    finer = max(0, below.bit_length() - 1 - scale)
    a, b, c = (part << finer for part in one)
    return a - (above << (scale + finer - below.bit_length() + 1)), b, c


def _sign(one: Whole, corner: Whole) -> int:
    value = one[0] * corner[2] + one[1] * corner[0] + one[2] * corner[1]
    return (value > 0) - (value < 0)


def _clip(corners: tuple[Whole, ...], one: Whole) -> tuple[Whole, ...] | None:
    """Return the polygon where a map is above 0; None where it is nowhere."""
    a, b, c = one
    values = [a * w + b * x + c * y for x, y, w in corners]
    if max(values) <= 0:
        return None
    if min(values) >= 0:
        return corners
    found = []
    for i, here in enumerate(corners):
        value, after = values[i], values[(i + 1) % len(corners)]
        if value >= 0:
            found.append(here)
        if (value > 0 and after < 0) or (value < 0 and after > 0):
            there = corners[(i + 1) % len(corners)]
            point = [abs(after) * p + abs(value) * q for p, q in zip(here, there, strict=True)]
            common = gcd(*point)
            found.append(tuple(part // common for part in point))
    return tuple(found)


def _ratio(above: int, below: int) -> float:
    try:
        return above / below
    except OverflowError:
        return float("inf") if above > 0 else float("-inf")
