"""What follows from the pieces: where an output crosses a level or turns, its range and its length."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from nodewise.inspection.pieces.found import Found, Numbers


@dataclass(frozen=True, eq=False)
class Extrema:
    """Where one output turns from rising to falling or back, the ends of the interval not among them.

    Attributes:
        place: [extremum], where it begins.
        until: [extremum], where it ends: the same place, or the end of a flat stretch.
        value: [extremum]; at a jump the one the output comes from or goes to.
        maximum: [extremum], whether it turns from rising to falling.
    """

    place: Float[np.ndarray, " extremum"]
    until: Float[np.ndarray, " extremum"]
    value: Float[np.ndarray, " extremum"]
    maximum: Bool[np.ndarray, " extremum"]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.place)


def crossings(found: Found, o: int, level: Any) -> Numbers:
    """Return where output o goes from one side of `level` to the other.

    The ends of all pieces, in a row, have signs; those at the level, to rounding, are passed over. A stretch at the
    level between two sides is crossed where it begins.
    """
    both = np.stack([found.left[:, o], found.right[:, o]], axis=1) - level
    sides = _signs(both, found.rounding[:, [o]]).ravel()
    before, after = _changes(sides)
    inside = (after == before + 1) & (before % 2 == 0)
    crossed = found.edges[(before + 2) // 2]
    piece = before[inside] // 2
    roots = found.anchor[piece] + (level - found.level[piece, o]) / found.slopes[piece, o]
    crossed[inside] = np.minimum(np.maximum(roots, found.edges[piece]), found.edges[piece + 1])
    return crossed


def extrema(found: Found, o: int) -> Extrema:
    """Return the extrema of output o: slopes of pieces and jumps between them alternate, and signs change."""
    moves = np.zeros(2 * len(found) - 1, int)
    moves[::2] = _signs(found.slopes[:, o], 0)
    moves[1::2] = np.where(found.jumps[:, o], _signs(found.left[1:, o] - found.right[:-1, o], 0), 0)
    before, after = _changes(moves)
    behind = np.minimum(before // 2 + 1, len(found) - 1)
    values = np.where(before % 2 == 0, found.right[before // 2, o], found.left[behind, o])
    places, until = found.edges[before // 2 + 1], found.edges[(after + 1) // 2]
    return Extrema(places.astype(float), until.astype(float), values.astype(float), moves[before] > 0)


def ranges(found: Found) -> Float[np.ndarray, "output 2"]:
    """Return the lowest and highest value of each output, approached at a jump or reached."""
    low = np.minimum(found.left, found.right).min(axis=0)
    high = np.maximum(found.left, found.right).max(axis=0)
    return np.column_stack([low, high]).astype(float)


def lengths(found: Found, stretch: float) -> Float[np.ndarray, " output"]:
    """Return the length of each output's curve over the distance on the line, jumps included with their height.

    Args:
        found: The pieces.
        stretch: Distance between two inputs whose positions differ by 1.
    """
    width = np.diff(found.edges).astype(float) * stretch
    rise = np.where(np.isinf(width)[:, None], 0.0, (found.right - found.left).astype(float))
    steps = np.where(found.jumps, np.abs(found.left[1:] - found.right[:-1]).astype(float), 0.0)
    return np.hypot(width[:, None], rise).sum(axis=0) + steps.sum(axis=0)


def _signs(values: Numbers, rounding: Any) -> Int[np.ndarray, "..."]:
    return (values > rounding).astype(int) - (values < -rounding).astype(int)


def _changes(signs: Int[np.ndarray, " entry"]) -> tuple[Int[np.ndarray, " change"], Int[np.ndarray, " change"]]:
    """Return the entries before and after each change from -1 to 1 or back; zeros are passed over."""
    kept = np.flatnonzero(signs)
    change = np.flatnonzero(signs[kept][1:] != signs[kept][:-1])
    return kept[change], kept[change + 1]
