"""Convex polygons, many at once, each cut off along a line of its own."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from nodewise.inspection.rings import Rings

ROUNDING = 8 * float(np.finfo(float).eps)  # how far a new corner can be off, in a square from -1 to 1


@dataclass(frozen=True, eq=False)
class Polygons(Rings):
    """Convex polygons.

    Attributes:
        points: [corner, 2], polygon after polygon.
        starts: [polygon + 1], where the corners of each begin, and the number of corners.
    """

    points: Float[np.ndarray, "corner 2"]
    starts: Int[np.ndarray, " bound"]

    def at(self, maps: Float[np.ndarray, "polygon 3"]) -> Float[np.ndarray, " corner"]:
        """Return the values of an affine map of each polygon at its corners."""
        value = maps[self.owner]
        return value[:, 0] + value[:, 1] * self.points[:, 0] + value[:, 2] * self.points[:, 1]

    def least(self, values: Float[np.ndarray, " corner"]) -> Float[np.ndarray, " polygon"]:
        """Return the least value at the corners of each polygon."""
        return np.minimum.reduceat(values, self.starts[:-1])

    def most(self, values: Float[np.ndarray, " corner"]) -> Float[np.ndarray, " polygon"]:
        """Return the largest value at the corners of each polygon."""
        return np.maximum.reduceat(values, self.starts[:-1])

    def pick(self, which: Bool[np.ndarray, " polygon"]) -> "Polygons":
        """Return some of them."""
        lengths = np.diff(self.starts)[which]
        return Polygons(self.points[which[self.owner]], np.concatenate([[0], np.cumsum(lengths)]))

    def cut(self, level: Float[np.ndarray, " corner"]) -> "Polygons":
        """Return of each the part where a function, straight on it, is not below 0; somewhere it is not."""
        after = self.following
        kept = level >= 0
        crossed = kept != kept[after]
        count = kept.astype(int) + crossed
        place = np.cumsum(count) - count
        points = np.empty((int(count.sum()), 2))
        points[place[kept]] = self.points[kept]
        near = np.flatnonzero(crossed)
        far = after[near]
        share = level[near] / (level[near] - level[far])
        points[(place + kept)[near]] = self.points[near] + share[:, None] * (self.points[far] - self.points[near])
        return Polygons(points, np.concatenate([[0], np.cumsum(np.add.reduceat(count, self.starts[:-1]))]))


def square() -> Polygons:
    """Return the square from -1 to 1 in both directions."""
    return Polygons(np.array([[-1.0, -1], [1, -1], [1, 1], [-1, 1]]), np.array([0, 4]))


def together(*parts: Polygons) -> Polygons:
    """Return the polygons of several."""
    lengths = np.concatenate([np.diff(part.starts) for part in parts])
    return Polygons(np.concatenate([part.points for part in parts]), np.concatenate([[0], np.cumsum(lengths)]))
