"""The corners of many polygons, one polygon after the other."""

from functools import cached_property

import numpy as np
from jaxtyping import Int


class Rings:
    """What follows from where the corners of each polygon begin.

    Attributes:
        starts: [polygon + 1], where the corners of each polygon begin, and the number of corners.
    """

    starts: Int[np.ndarray, " bound"]

    @property
    def count(self) -> int:
        """How many polygons there are."""
        return len(self.starts) - 1

    @cached_property
    def owner(self) -> Int[np.ndarray, " corner"]:
        """The polygon of each corner."""
        return np.repeat(np.arange(self.count), np.diff(self.starts))

    @cached_property
    def following(self) -> Int[np.ndarray, " corner"]:
        """The next corner of the same polygon, for each corner; the two ends of an edge."""
        after = np.arange(1, self.starts[-1] + 1)
        after[self.starts[1:] - 1] = self.starts[:-1]
        return after
