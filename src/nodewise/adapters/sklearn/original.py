"""The original, called with the features of the network read from it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nodewise.adapters.sklearn.columns import Features
from nodewise.adapters.sklearn.table import frame


@dataclass(frozen=True, eq=False)
class Original:
    """The original, called with the network's features: the table that it takes is put together from them."""

    answer: Callable[[Any], np.ndarray]
    features: Features
    kept: Sequence[int]
    names: Sequence[str]
    frame: bool

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return what the original answers for the features x [sample, feature]."""
        source, category = self.features.source, self.features.category
        texts = bool(self.features.dropped) or any(category[i] is not None for i in self.kept)
        if not texts and [source[i] for i in self.kept] == list(range(len(self.names))):
            return self.answer(frame(self.names, x.T) if self.frame else x.copy())
        table = np.zeros((len(x), len(self.names)), dtype=object if texts else float)
        for column, left_out in self.features.dropped.items():
            table[:, column] = left_out
        numbers = [(at, source[i]) for at, i in enumerate(self.kept) if category[i] is None]
        table[:, [column for _, column in numbers]] = x[:, [at for at, _ in numbers]]
        for at, i in enumerate(self.kept):
            if category[i] is not None:
                table[x[:, at] == 1, source[i]] = category[i]
        return self.answer(frame(self.names, table.T) if self.frame else table)


def snapping(features: Features, kept: Sequence[int]) -> Callable[[np.ndarray], np.ndarray]:
    """Return what makes one category of each encoded column 1 and the others 0: the largest.

    Where one category has no feature, it is the one of samples whose others are all small.
    """
    encoded = groups(features, kept)

    def snap(x: np.ndarray) -> np.ndarray:
        x = x.copy()
        for source, places in encoded.items():
            given = x[:, places]
            none = given.max(axis=1, keepdims=True) < 0.5
            x[:, places] = np.where(none & (source in features.dropped), 0, np.eye(len(places))[given.argmax(axis=1)])
        return x

    return snap


def groups(features: Features, kept: Sequence[int]) -> dict[int, list[int]]:
    """Return of each encoded column the places of its categories among the features that are kept."""
    found: dict[int, list[int]] = {}
    for at, i in enumerate(kept):
        if features.category[i] is not None:
            found.setdefault(features.source[i], []).append(at)
    return found
