"""The samples most similar to each row, found block by block so that no table of all similarities is ever held."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise.data.dataset import Dataset
from nodewise.inspection.memories.compare import unit
from nodewise.inspection.reading import readonly

_BLOCK = 1 << 20  # similarities per block, 8 MiB


@dataclass(frozen=True, eq=False)
class Similar:
    """For each node the samples most similar to its row, the most similar first.

    Attributes:
        samples: [node, place], which samples, counted from 0.
        cosine: [node, place], in the space the node compares in.
        targets: [node, place, output], or None.
        labels: [node, place], or None.
        searched: How many samples there are.
        typical_length: Root-mean-square length of the samples in that space.
    """

    samples: Int[np.ndarray, "node place"]
    cosine: Float[np.ndarray, "node place"]
    targets: Float[np.ndarray, "node place output"] | None
    labels: np.ndarray | None
    searched: int
    typical_length: float

    def answer(self, node: int, place: int) -> str | float | list[float] | None:
        """Return the label of one of the samples, else its target or targets, or None where there is neither."""
        if self.labels is not None:
            return self.labels[node, place].item()
        if self.targets is None:
            return None
        values = self.targets[node, place].tolist()
        return values[0] if len(values) == 1 else values


def find(
    data: Any,
    x: Float[np.ndarray, "sample feature"],
    rows: Float[np.ndarray, "node feature"],
    read: Callable[[np.ndarray], np.ndarray],
    count: int,
) -> Similar:
    """Return the `count` samples most similar to each row.

    Args:
        data: Where targets or labels are taken from, if it is a dataset.
        x: The samples, in the user's units.
        rows: What to compare with.
        read: What the nodes read of a block of samples.
        count: How many per row; fewer where there are fewer samples.
    """
    directions, count = unit(rows)[0], min(count, len(x))
    best = np.full((len(rows), count), -np.inf)
    which = np.zeros((len(rows), count), np.intp)
    squares, step = 0.0, max(1, _BLOCK // (len(rows) + rows.shape[1]))
    for start in range(0, len(x), step):
        block, lengths = unit(read(x[start : start + step]))
        squares += float(lengths @ lengths)
        _keep(best, which, np.clip(directions @ block.T, -1, 1), start)
    order = np.lexsort((which, -best))
    best, which = (np.take_along_axis(part, order, axis=1) for part in (best, which))
    targets, labels = (data.targets, data.labels) if isinstance(data, Dataset) else (None, None)
    return Similar(
        readonly(which),
        readonly(best),
        None if targets is None else readonly(targets[which]),
        None if labels is None else readonly(labels[which]),
        len(x),
        float(np.sqrt(squares / len(x))),
    )


def _keep(best: np.ndarray, which: np.ndarray, cosine: Float[np.ndarray, "node sample"], start: int) -> None:
    """Let the best of a block of samples take the places of worse ones."""
    count = best.shape[1]
    rows = np.flatnonzero(cosine.max(axis=1) > best.min(axis=1))
    if not rows.size:
        return
    found = cosine[rows]
    if found.shape[1] > count:
        top = np.argpartition(found, -count, axis=1)[:, -count:]
    else:
        top = np.broadcast_to(np.arange(found.shape[1]), found.shape)
    values = np.concatenate([best[rows], np.take_along_axis(found, top, axis=1)], axis=1)
    places = np.concatenate([which[rows], start + top], axis=1)
    kept = np.argpartition(values, -count, axis=1)[:, -count:]
    best[rows] = np.take_along_axis(values, kept, axis=1)
    which[rows] = np.take_along_axis(places, kept, axis=1)
