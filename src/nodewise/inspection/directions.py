"""The direction in feature space along which each hidden node changes most."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise.data.checks import whole
from nodewise.errors import NodewiseError
from nodewise.inspection.gradients import inward
from nodewise.inspection.reading import Reading, Row, as_network, as_samples, counted, joined, nice, readonly
from nodewise.network import Network

_SHOWN = 3  # features a row of the table names
_ONE = 0.95  # share of the squared slopes from which on one direction is said to be all
_BLOCK = 1 << 22  # numbers per block of nodes, 32 MiB


@dataclass(frozen=True, eq=False)
class Directions(Reading):
    """Each node's main direction: of all directions the one along which its pre-activation's slope is largest.

    Steps along different features are compared in standard deviations of the data. Of the first hidden layer it is the
    node's row, everywhere the same; of later layers the slope differs from sample to sample, and the direction is the
    one that holds the largest share of the squared slopes (the first eigenvector of their second moment, Constantine
    2015). Nodes, layers and features are counted from 0.

    Attributes:
        direction: [node, feature], of length 1, in standard deviations of the features; 0 for a node without slope.
        share: [node, feature], its squares: the importance of each feature for the node, adding up to 1.
        steepness: [node], root mean square slope of the pre-activation along the direction, per standard deviation.
        alone: [node], share of the squared slopes that the direction holds: 1 where the node knows no other.
        step: [node, feature], the direction in the user's units: what to add to each feature to go one unit along it.
        scale: [feature], the standard deviations.
        order: [node, feature], the features by falling importance.
        layer: Which hidden layer, counted from 0.
        names: One name per node.
        feature_names, feature_units: As in the network.
        samples: How many samples the slopes were taken at; 1 for the first layer, where all have the same.
    """

    direction: Float[np.ndarray, "node feature"]
    share: Float[np.ndarray, "node feature"]
    steepness: Float[np.ndarray, " node"]
    alone: Float[np.ndarray, " node"]
    step: Float[np.ndarray, "node feature"]
    scale: Float[np.ndarray, " feature"]
    order: Int[np.ndarray, "node feature"]
    layer: int
    names: tuple[str, ...]
    feature_names: tuple[str, ...]
    feature_units: tuple[str, ...]
    samples: int

    @property
    def summary(self) -> str:
        """Which features the nodes look at, all together, and whether one direction each is all they know."""
        there = self.steepness > 0
        if not there.any():
            return "No node changes along any feature."
        weights = self.steepness[there] ** 2 / (self.steepness[there] ** 2).max()
        whole_share = weights @ self.share[there] / weights.sum()
        first = np.argsort(-whole_share, kind="stable")[:_SHOWN]
        said = joined([f"{self.feature_names[j]} ({nice(100 * whole_share[j])} %)" for j in first])
        some = self.alone[there]
        one = int((some >= _ONE).sum())
        every = "every node looks" if there.all() and one == len(some) else f"{one} of {len(there)} nodes look"
        nodes = f"{counted(len(there), 'node')} of layer {self.layer + 1} change{'s' * (len(there) == 1)}"
        return (
            f"{nodes} most along {said}; "
            f"{every}{'s' * (one == 1 and not every.startswith('every'))} along one direction only."
        )

    def table(self) -> list[Row]:
        """Return one row per node, the steepest first, with the features that matter most to it."""
        return [self._row(int(i)) for i in np.argsort(-self.steepness, kind="stable")]

    def _row(self, i: int) -> Row:
        first = [int(j) for j in self.order[i, :_SHOWN] if self.share[i, j] > 0]
        signed = "; ".join(f"{'+' if self.direction[i, j] > 0 else '−'} {self._named(i, j)}" for j in first)
        return {
            "name": self.names[i],
            "steepness": float(self.steepness[i]),
            "alone": float(self.alone[i]),
            "along": signed or None,
            "their_share": float(self.share[i, first].sum()),
        }

    def _named(self, i: int, j: int) -> str:
        return f"{self.feature_names[j]} ({nice(100 * self.share[i, j])} %)"


def directions(network: Any, data: Any = None, layer: int = -1, samples: int = 500) -> Directions:
    """Find the direction in feature space along which each node of a hidden layer changes most.

    Args:
        network: A network, or a fit that holds one.
        data: Dataset or inputs [sample, feature]; by default the data of the fit.
        layer: Which hidden layer, counted from 0, or from the last with -1, -2, …
        samples: At how many samples, evenly picked, the slopes of a later layer are taken.

    Raises:
        NodewiseError: If the data do not fit, or there is no such layer.
    """
    found = as_network(network)
    data = getattr(network, "data", None) if data is None else data
    if data is None:
        raise NodewiseError("directions need data, for the scale of the features. Got none. Pass the Dataset.")
    x, index = as_samples(found, data), _index(found, layer)
    count = min(whole("samples", samples, 1), len(x))
    scale = x.std(axis=0)
    direction, steepness, alone = _main(found, x, index, count, scale)
    share = direction**2
    return Directions(
        readonly(direction),
        readonly(share),
        readonly(steepness),
        readonly(alone),
        readonly(direction * scale),
        readonly(scale),
        readonly(np.argsort(-share, axis=1, kind="stable")),
        index,
        tuple(f"node {i + 1}" for i in range(len(share))),
        found.feature_names,
        found.feature_units,
        count if index else 1,
    )


def _index(network: Network, layer: Any) -> int:
    count = len(network.hidden)
    if not count:
        raise NodewiseError(
            "directions need at least one hidden layer. Got a linear model; nodewise.contributions reads its features."
        )
    if isinstance(layer, bool) or not isinstance(layer, int | np.integer) or not -count <= layer < count:
        raise NodewiseError(
            f"layer must be a whole number from {-count} to {count - 1} for a network of "
            f"{counted(count, 'hidden layer')}, counted from 0. Got {layer!r}."
        )
    return int(layer) % count


def _main(
    network: Network, x: np.ndarray, layer: int, count: int, scale: Float[np.ndarray, " feature"]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the main direction [node, feature], the slope along it [node], and the share it holds [node]."""
    rows = np.linspace(0, len(x) - 1, count if layer else 1).round().astype(int)
    nodes = network.hidden[layer].outputs
    slopes = np.empty((nodes, len(rows), network.inputs))
    step = max(1, _BLOCK // (max(network.sizes) * network.inputs))
    for start in range(0, len(rows), step):
        part = rows[start : start + step]
        slopes[:, start : start + len(part)] = (inward(network, network.trace(x[part]), layer) * scale).swapaxes(0, 1)
    direction, size, alone = np.zeros((nodes, network.inputs)), np.zeros(nodes), np.zeros(nodes)
    for i, own in enumerate(slopes):
        largest = np.abs(own).max()
        if not largest:
            continue
        _, singular, right = np.linalg.svd(own / largest, full_matrices=False)
        side = np.sign((own / largest).mean(axis=0) @ right[0]) or 1.0
        direction[i], size[i] = side * right[0], largest * singular[0] / np.sqrt(len(own))
        alone[i] = singular[0] ** 2 / (singular**2).sum()
    return direction, size, alone
