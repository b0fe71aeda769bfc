"""The straight pieces of a network of straight lines, along a straight line through its inputs: exact, at any depth.

Between two neighbouring breakpoints every pre-activation is a straight line, so where it meets a kink or a jump of its
activation is one division. Layer by layer these crossings become breakpoints of the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float

from nodewise.activations import Activation
from nodewise.network import Dense

_ROUNDING = 1e-11
# Breakpoints closer than this share of the range are one.
_SAME = 1e-13


@dataclass(frozen=True, eq=False)
class Pieces:
    """The outputs along a line, left + slope·(t - edge) from each edge to the next.

    Attributes:
        edges: [piece + 1], positions along the line; first and last are its ends.
        left: [piece, output], the output at the left end of each piece, seen from inside.
        slope: [piece, output].
        slope_size, left_size: [piece, output], the sizes of what was added up: their rounding is a few 1e-16 of that.
    """

    edges: Float[np.ndarray, " edge"]
    left: Float[np.ndarray, "piece output"]
    slope: Float[np.ndarray, "piece output"]
    slope_size: Float[np.ndarray, "piece output"]
    left_size: Float[np.ndarray, "piece output"]

    @property
    def width(self) -> Float[np.ndarray, " piece"]:
        """Length of each piece."""
        return np.diff(self.edges)

    @property
    def right(self) -> Float[np.ndarray, "piece output"]:
        """The output at the right end of each piece, seen from inside."""
        return self.left + self.slope * self.width[:, None]

    @cached_property
    def bends(self) -> Bool[np.ndarray, "inner_edge output"]:
        """Whether each output bends or jumps, by more than rounding, at each edge but the two ends."""
        slopes = np.maximum(self.slope_size[1:], self.slope_size[:-1])
        values = np.maximum(self.left_size[1:], self.left_size[:-1] + self.slope_size[:-1] * self.width[:-1, None])
        turn = np.abs(np.diff(self.slope, axis=0)) > _ROUNDING * slopes
        jump = np.abs(self.left[1:] - self.right[:-1]) > _ROUNDING * np.maximum(values, 1e-300)
        return turn | jump

    def counts(self) -> np.ndarray:
        """Return the number of straight pieces of each output [output]."""
        return self.bends.sum(axis=0) + 1


def pieces(
    layers: Sequence[Dense],
    origin: Float[np.ndarray, " feature"],
    direction: Float[np.ndarray, " feature"],
    low: float,
    high: float,
    most: int = 1_000_000,
) -> Pieces | None:
    """Return the straight pieces of the outputs on origin + t·direction, low ≤ t ≤ high.

    Args:
        layers: Dense layers, the output layer last.
        origin: [feature].
        direction: [feature].
        low: Smallest t.
        high: Largest t.
        most: Largest number of pieces.

    Returns:
        The pieces; None where an activation does not consist of straight lines, or they are more than `most`.
    """
    start = (origin + low * direction)[None]
    now = Pieces(np.array([low, high]), start, direction[None], np.abs(direction)[None], np.abs(start))
    for layer in layers:
        weight = np.abs(layer.weight).T
        before = Pieces(
            now.edges,
            now.left @ layer.weight.T + layer.bias,
            now.slope @ layer.weight.T,
            now.slope_size @ weight,
            now.left_size @ weight + np.abs(layer.bias),
        )
        after = through(before, layer.activation, most)
        if after is None:
            return None
        now = after
    return now


def through(lines: Pieces, activation: Activation, most: int = 1_000_000) -> Pieces | None:
    """Return the activation of straight lines, as pieces; None as in `pieces`."""
    if not activation.piecewise_linear:
        return None
    found = []
    for corner in (*activation.kinks, *activation.jumps):
        crossings = _crossings(lines, corner, activation.period, most)
        if crossings is None:
            return None
        found.append(crossings)
    cut = _cut(lines, np.concatenate([*found, np.empty(0)]))
    return _bent(cut, activation) if len(cut.slope) <= most else None


def _crossings(lines: Pieces, corner: float, period: float | None, most: int) -> Float[np.ndarray, " crossing"] | None:
    """Return where lines meet a corner of φ inside their piece, or one of its repetitions; None if more than `most`."""
    low, high = np.minimum(lines.left, lines.right) - corner, np.maximum(lines.left, lines.right) - corner
    # The numbers k with low < k·period < high, from first to last; without a period only k = 0.
    first = np.where(low < 0, 0.0, 1.0) if period is None else np.floor(low / period) + 1
    last = np.where(high > 0, 0.0, -1.0) if period is None else np.ceil(high / period) - 1
    number = np.maximum(last - first + 1, 0)
    if number.sum() > most:
        return None
    at = np.nonzero(number)
    repeats = number[at].astype(int)
    piece, node = (np.repeat(index, repeats) for index in at)
    k = first[piece, node] + np.arange(len(piece)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    place = corner + k * (period or 0.0)
    return lines.edges[piece] + (place - lines.left[piece, node]) / lines.slope[piece, node]


def _cut(whole: Pieces, found: Float[np.ndarray, " crossing"]) -> Pieces:
    """Return the same lines, cut at the places found as well."""
    if not found.size:
        return whole
    edges = whole.edges
    low, high = edges[0], edges[-1]
    near = _SAME * max(high - low, abs(low), abs(high))
    every = np.sort(np.concatenate([edges, np.clip(found, low, high)]))
    every = every[np.concatenate([[True], np.diff(every) > near])]
    every[-1] = high
    parent = np.clip(np.searchsorted(edges, (every[1:] + every[:-1]) / 2, side="right") - 1, 0, len(whole.slope) - 1)
    shift = (every[:-1] - edges[parent])[:, None]
    slope, slope_size = whole.slope[parent], whole.slope_size[parent]
    left = whole.left[parent] + slope * shift
    return Pieces(every, left, slope, slope_size, whole.left_size[parent] + slope_size * np.abs(shift))


def _bent(straight: Pieces, activation: Activation) -> Pieces:
    """Return φ of lines that meet no corner of it inside a piece: the middle tells which line of φ acts."""
    half = straight.slope * straight.width[:, None] / 2
    middle = straight.left + half
    value, slope = activation(middle), activation.slope(middle)
    steep = np.abs(slope)
    return Pieces(
        straight.edges,
        value - slope * half,
        slope * straight.slope,
        steep * straight.slope_size,
        steep * straight.left_size + np.abs(value - slope * middle),
    )
