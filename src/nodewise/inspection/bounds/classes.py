"""Which classes a classifier can say in a box, and which it cannot for certain."""

from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from nodewise.activations import find
from nodewise.inspection.bounds.outputs import Outputs
from nodewise.inspection.bounds.search import Bounded, search
from nodewise.inspection.intervals import Layer
from nodewise.network import Dense, Network

_TRIES = 1000  # points at random
_LEAST = 1e-300


class Classes(NamedTuple):
    """What a classifier says in a box.

    Attributes:
        possible: Classes that are not excluded; one alone is the class everywhere.
        seen: Those of them that it says somewhere, by calling it.
        boxes: How many boxes were bounded.
    """

    possible: tuple[Any, ...]
    seen: tuple[Any, ...]
    boxes: int


def classes(network: Network, low: np.ndarray, high: np.ndarray, budget: int, chunk: int) -> Classes | None:
    """Bound how far each class can be ahead of the others; None unless the network is a classifier.

    A class is excluded where in every part of the box some other is ahead of it. One that is seen to win somewhere is
    not bounded any further.
    """
    if not network.classes and not network.dense[-1].activation.joint:
        return None
    labels = network.classes or tuple(range(max(network.outputs, 2)))
    pairs = np.array(list(combinations(range(len(labels)), 2)))
    ahead = Outputs(Network((*_scores(network), _differences(network, pairs))))
    leading = np.concatenate(
        [pairs[:, 1], pairs[:, 0]]
    )  # the class that a difference, and then its opposite, puts ahead

    def measure(low: np.ndarray, high: np.ndarray) -> Bounded:
        found = ahead.values(low, high)
        upper = np.stack([found.upper[:, leading == k].min(axis=1) for k in range(len(labels))], axis=1)
        codes = _codes(network, found.place.reshape(-1, low.shape[1])).reshape(len(low), -1)
        wins = codes[:, :, None] == np.arange(len(labels))
        return Bounded(upper, wins.any(axis=1).astype(float), np.empty((*upper.shape, 0)), found.weight)

    def bar(won: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.where(won > 0, np.inf, -_LEAST), np.ones(len(won))

    points = low[0] + (high[0] - low[0]) * np.random.default_rng(0).uniform(size=(_TRIES, low.shape[1]))
    tried = np.isin(np.arange(len(labels)), _codes(network, np.clip(points, low[0], high[0]))).astype(float)
    found = search(measure, bar, low, high, budget, chunk, (tried, np.empty((len(labels), 0))))
    seen = found.reached > 0
    which = seen | ~(found.upper < 0)
    named = [tuple(label for label, meant in zip(labels, flags, strict=True) if meant) for flags in (which, seen)]
    return Classes(named[0], named[1], found.boxes)


def _codes(network: Network, x: np.ndarray) -> np.ndarray:
    """Return the class of each sample as an index."""
    if network.outputs == 1:
        return (network(x)[:, 0] >= network.threshold).astype(int)
    return (network.logits if network.keeps_order else network)(x).argmax(axis=1)


def _scores(network: Network) -> tuple[Layer, ...]:
    """Return the layers up to what decides: before the output activation where that keeps the order."""
    return network.logits.layers if network.outputs > 1 and network.keeps_order else network.layers


def _differences(network: Network, pairs: np.ndarray) -> Dense:
    """Return the layer that says how far the second class of each pair is ahead of the first."""
    if network.outputs == 1:
        return Dense(np.ones((1, 1)), np.array([-network.threshold]), find("identity"))
    eye = np.eye(network.outputs)
    return Dense(eye[pairs[:, 1]] - eye[pairs[:, 0]], np.zeros(len(pairs)), find("identity"))
