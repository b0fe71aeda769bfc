"""Which classes a classifier can say in a box, and which it cannot for certain."""

from typing import Any, NamedTuple

import numpy as np

from nodewise.activations import find
from nodewise.inspection.bounds.outputs import Outputs
from nodewise.inspection.bounds.search import Bounded, search, tried
from nodewise.inspection.intervals import Layer
from nodewise.network import Dense, Network


class Classes(NamedTuple):
    """What a classifier says in a box.

    Attributes:
        possible: Classes that are not excluded; one alone is the class everywhere.
        seen: Classes it says at places looked at.
        boxes: How many boxes were bounded.
    """

    possible: tuple[Any, ...]
    seen: tuple[Any, ...]
    boxes: int


def classes(network: Network, low: np.ndarray, high: np.ndarray, budget: int, chunk: int) -> Classes | None:
    """Bound how far every other class can be ahead of the one in the middle; None unless it is a classifier.

    A class that never comes level is excluded. One that is seen to win somewhere is not bounded any further.
    """
    if not network.classes and not network.dense[-1].activation.joint:
        return None
    labels = network.classes or tuple(range(max(network.outputs, 2)))
    first = int(_codes(network, low / 2 + high / 2)[0])
    others = [k for k in range(len(labels)) if k != first]
    ahead = Outputs(Network((*_scores(network), _ahead(network, first, others))))

    def measure(low: np.ndarray, high: np.ndarray) -> Bounded:
        found = ahead.values(low, high)
        count = len(others)
        return Bounded(found.upper[:, :count], found.reached[:, :count], found.place[:, :count], found.weight)

    def bar(reached: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.where(reached >= 0, np.inf, -1e-300), np.maximum(np.abs(reached), 1e-300)

    start = tried(ahead.network, low[0], high[0])
    found = search(measure, bar, low, high, budget, chunk, start)
    possible = {first, *(k for k, upper in zip(others, found.upper, strict=True) if not upper < 0)}
    seen = {first, *_codes(network, found.place).tolist()}
    named = [tuple(label for k, label in enumerate(labels) if k in which) for which in (possible | seen, seen)]
    return Classes(named[0], named[1], found.boxes)


def _codes(network: Network, x: np.ndarray) -> np.ndarray:
    """Return the class of each sample as an index."""
    if network.outputs == 1:
        return (network(x)[:, 0] >= network.threshold).astype(int)
    return (network.logits if network.keeps_order else network)(x).argmax(axis=1)


def _scores(network: Network) -> tuple[Layer, ...]:
    """Return the layers up to what decides: before the output activation where that keeps the order."""
    return network.logits.layers if network.outputs > 1 and network.keeps_order else network.layers


def _ahead(network: Network, first: int, others: list[int]) -> Dense:
    """Return the layer that says how far each other class is ahead of the first."""
    if network.outputs == 1:
        sign = -1.0 if first else 1.0
        return Dense([[sign]], [-sign * network.threshold], find("identity"))
    eye = np.eye(network.outputs)
    return Dense(eye[others] - eye[first], np.zeros(len(others)), find("identity"))
