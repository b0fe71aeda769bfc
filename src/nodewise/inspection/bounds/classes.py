"""Which classes a classifier can say in a box, and which it cannot for certain."""

from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from nodewise.activations import find
from nodewise.inspection.bounds.affine import Maps
from nodewise.inspection.bounds.cells import Cells, find_cells, uncertain
from nodewise.inspection.bounds.clip import Polygons
from nodewise.inspection.bounds.outputs import Outputs
from nodewise.inspection.bounds.search import Bounded, search
from nodewise.inspection.intervals import Layer, enclose
from nodewise.inspection.rule import rule
from nodewise.network import Dense, Network

_TRIES = 1000  # points at random
_MOST_POINTS = 20_000
_FEW = 2  # features, up to which cells of straight lines are polygons
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


def classes(network: Network, low: np.ndarray, high: np.ndarray, budget: int, chunk: int, most: int) -> Classes | None:
    """Say which classes a box [feature] may hold; None unless the network is a classifier.

    Args:
        network: The network.
        low: [feature].
        high: [feature].
        budget: Most boxes.
        chunk: Most boxes at once.
        most: Most cells, where the classes are told apart by straight lines over one or two features.
    """
    if not network.classes and not network.dense[-1].activation.joint:
        return None
    labels = network.classes or tuple(range(max(network.outputs, 2)))
    decides = rule(network, None, None).layers
    straight = all(layer.activation.piecewise_linear for layer in decides if isinstance(layer, Dense))
    few = straight and len(low) <= _FEW and (low < high).all()
    cells = find_cells(decides, low, high, most) if few else None
    if cells is None:
        which, seen, boxes = _halved(network, labels, low[None], high[None], budget, chunk)
    else:
        which, seen, boxes = *_cut(network, cells, decides, low, high), cells.count
    named = [tuple(label for label, meant in zip(labels, flags, strict=True) if meant) for flags in (which, seen)]
    return Classes(named[0], named[1], boxes)


def _cut(
    network: Network, cells: Cells, decides: tuple[Layer, ...], low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return which classes may win, and which do: of one that is not seen, what each other leaves of every cell."""
    count = len(cells.maps.value)
    seen, which = np.zeros(count, bool), np.zeros(count, bool)
    seen[_codes(network, _tried(low, high))] = True
    seen[_codes(network, _points(cells, cells.polygons, low, high))] = True
    jumps = any(layer.activation.jumps for layer in decides if isinstance(layer, Dense))
    drift = np.zeros(count) if jumps else enclose(decides, low[None], high[None]).rounding[0]
    for k in np.flatnonzero(~seen):
        polygons, own, cuts = cells.polygons, np.arange(cells.count), cells.cuts
        for j in sorted({*range(count)} - {int(k)}, key=lambda j: not seen[j]):
            if not len(own):
                break
            one, other = (Maps(*(part[i][own] for part in cells.maps)) for i in (k, j))
            ahead = Maps(one.value - other.value, one.error + other.error)
            off = 4 * uncertain(ahead, cuts) + drift[k] + drift[j]
            level = polygons.at(ahead.value) + off[polygons.owner]
            left = polygons.most(level) >= 0
            level = level[left[polygons.owner]]
            polygons, own, cuts = polygons.pick(left), own[left], cuts[left] + 1
            polygons = polygons.cut(level) if len(own) else polygons
        which[k] = len(own) > 0
        if which[k]:
            seen[np.unique(_codes(network, _points(cells, polygons, low, high)))] = True
    return which | seen, seen


def _points(cells: Cells, polygons: Polygons, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return middles and corners of some polygons [point, feature]."""
    middle = np.add.reduceat(polygons.points, polygons.starts[:-1]) / np.diff(polygons.starts)[:, None]
    return np.clip(cells.place(np.concatenate([middle, polygons.points])[:_MOST_POINTS]), low, high)


def _tried(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    share = np.random.default_rng(0).uniform(size=(_TRIES, len(low)))
    return np.clip(low + (high - low) * share, low, high)


def _halved(
    network: Network, labels: tuple[Any, ...], low: np.ndarray, high: np.ndarray, budget: int, chunk: int
) -> tuple[np.ndarray, np.ndarray, int]:
    """Return which classes may win, which are seen to, and the number of boxes bounded.

    A class is excluded where in every part of the box some other is ahead of it. One that is seen to win somewhere is
    not bounded any further.
    """
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

    tried = np.isin(np.arange(len(labels)), _codes(network, _tried(low[0], high[0]))).astype(float)
    found = search(measure, bar, low, high, budget, chunk, (tried, np.empty((len(labels), 0))))
    seen = found.reached > 0
    return seen | ~(found.upper < 0), seen, found.boxes


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
