"""A uniform sample of rows that stream by, of unknown number."""

import numpy as np

from nodewise.shapes import Float


class Reservoir:
    """Keeps rows drawn uniformly without replacement, in the order they came.

    Each row draws a random number, and those with the smallest are kept: each set of that many rows is equally likely,
    and how the rows are cut into batches changes nothing.
    """

    def __init__(self, most: int, seed: int) -> None:
        """Keep at most `most` rows."""
        self.most, self._random, self._count, self._bound = most, np.random.default_rng(seed), 0, 1.0
        self._drawn, self._place = np.empty(0), np.empty(0, np.int64)
        self._rows: Float[np.ndarray, "row column"] | None = None

    def add(self, rows: Float[np.ndarray, "row column"]) -> None:
        """Let these rows stream by."""
        drawn = self._random.random(len(rows))
        chosen = np.flatnonzero(drawn < self._bound)
        place = self._count + chosen
        self._count += len(rows)
        held = rows[chosen] if self._rows is None else np.concatenate([self._rows, rows[chosen]])
        drawn, place = np.concatenate([self._drawn, drawn[chosen]]), np.concatenate([self._place, place])
        if len(drawn) > self.most:
            kept = np.sort(np.argpartition(drawn, self.most - 1)[: self.most])
            drawn, place, held = drawn[kept], place[kept], held[kept]
            self._bound = float(drawn.max())
        self._drawn, self._place, self._rows = drawn, place, held

    @property
    def rows(self) -> Float[np.ndarray, "row column"]:
        """The rows kept."""
        return np.empty((0, 0)) if self._rows is None else self._rows
