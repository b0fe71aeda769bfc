"""Who serves which sample: the shares of the nodes in the votes on it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from nodewise.inspection.prototypes import votes as voting
from nodewise.network import Network

_SAME = 0.01  # votes that vary by less are a bias


@dataclass(frozen=True, eq=False)
class Served:
    """Shares in the votes, and means over the samples weighted by them; NaN for nodes that serve none.

    Attributes:
        responsibility: [sample, node].
        seen: [node, input], mean of what the layer reads.
        vote: [node, output], mean vote.
        constant: [node], whether a node votes alike on all samples.
    """

    responsibility: Float[np.ndarray, "sample node"]
    seen: Float[np.ndarray, "node input"]
    vote: Float[np.ndarray, "node output"]
    constant: Bool[np.ndarray, " node"]

    @property
    def count(self) -> Float[np.ndarray, " node"]:
        """Samples served by each node [node]; shares of samples count as such."""
        return self.responsibility.sum(axis=0)

    @property
    def winner(self) -> Int[np.ndarray, " sample"]:
        """The node with the largest share in each sample [sample], the first of equals; -1 where no node votes."""
        return np.where(self.responsibility.any(axis=1), self.responsibility.argmax(axis=1), -1)

    def mean(self, values: Float[np.ndarray, "sample column"]) -> Float[np.ndarray, "node column"]:
        """Return the mean of `values` over what each node serves."""
        return _divided(self.responsibility.T @ values, self.count)


def serve(network: Network, index: int, x: Float[np.ndarray, "sample feature"]) -> Served:
    """Return who serves which sample.

    Raises:
        NodewiseError: If a vote is too large for a number.
    """
    dense = network.hidden[index]
    share = np.empty((len(x), dense.outputs))
    seen, vote = np.zeros((dense.outputs, dense.inputs)), np.zeros((dense.outputs, network.outputs))
    low, high = np.full(dense.outputs, np.inf), np.zeros(dense.outputs)
    unit = voting.units(network, index, x)
    for block in voting.blocks(network, index, x):
        strength = voting.strength(network, block, unit)
        low, high = np.minimum(low, strength.min(axis=0)), np.maximum(high, strength.max(axis=0))
        part = share[block.rows] = shares(strength)
        seen += part.T @ block.seen
        vote += block.total(part)
    count = share.sum(axis=0)
    return Served(share, _divided(seen, count), _divided(vote, count), (high - low <= _SAME * high) & (high > 0))


def shares(strength: Float[np.ndarray, "sample node"]) -> Float[np.ndarray, "sample node"]:
    """Return strengths divided by their sum over the nodes; all 0 where all are 0."""
    largest = strength.max(axis=1, keepdims=True)
    relative = strength / np.where(largest > 0, largest, 1)  # so that no sum overflows
    total = relative.sum(axis=1, keepdims=True)
    return relative / np.where(total > 0, total, 1)


def _divided(sums: Float[np.ndarray, "node column"], count: Float[np.ndarray, " node"]) -> np.ndarray:
    return sums / np.where(count > 0, count, np.nan)[:, None]
