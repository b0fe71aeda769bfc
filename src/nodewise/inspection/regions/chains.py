"""Straight pieces that share their ends, chained to polylines."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Int


def chains(segments: Int[np.ndarray, "segment 2"]) -> list[Int[np.ndarray, " vertex"]]:
    """Return polylines that go through every segment once, as lists of vertices; a closed one ends where it begins.

    A polyline ends where one segment or more than two meet.
    """
    segments = np.unique(np.sort(segments, axis=1), axis=0)
    ends, flat = np.unique(segments, return_inverse=True)
    pairs = flat.reshape(-1, 2)
    order = np.argsort(pairs.ravel(), kind="stable")
    starts = np.searchsorted(pairs.ravel()[order], np.arange(len(ends) + 1))
    walk = _Walk(pairs.tolist(), (order // 2).tolist(), starts.tolist())
    degree = np.diff(starts)
    found = [*walk.all(np.flatnonzero(degree != 2).tolist()), *walk.all(range(len(ends)))]
    return [ends[line] for line in found]


class _Walk:
    """Vertices and the segments at each, and which segments were walked along."""

    def __init__(self, pairs: list[list[int]], at: list[int], starts: list[int]) -> None:
        self.pairs, self.at, self.starts = pairs, at, starts
        self.free = [True] * len(pairs)

    def all(self, vertices) -> Iterator[list[int]]:
        """Yield every polyline that begins at one of the vertices."""
        for vertex in vertices:
            while (line := self._from(vertex)) is not None:
                yield line

    def _from(self, vertex: int) -> list[int] | None:
        line = [vertex]
        while True:
            here = line[-1]
            beside = self.at[self.starts[here] : self.starts[here + 1]]
            through = len(line) == 1 or (len(beside) == 2 and here != vertex)
            step = next((segment for segment in beside if self.free[segment]), None)
            if step is None or not through:
                return line if len(line) > 1 else None
            self.free[step] = False
            one, other = self.pairs[step]
            line.append(other if one == here else one)
