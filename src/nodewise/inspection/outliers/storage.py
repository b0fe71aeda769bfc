"""Which nodes of the last hidden layer stand behind what a network says of a sample far from the rest."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from nodewise.inspection.reading import readonly
from nodewise.network import Network

_ITS_OWN = 0.99  # share of a node's spread
_SILENT = 0.01  # of the output's standard deviation over the other samples


@dataclass(frozen=True, eq=False)
class Storage:
    """What the nodes of the last hidden layer do for each outlier, and for the other samples.

    Attributes:
        usual: [output], the mean of the output over the other samples.
        votes: [outlier, node, output], the node's contribution to the outlier less its mean over the other samples:
            ``usual + Σ votes`` is the output.
        others: [node, output], standard deviation of its contribution over the other samples.
        share: [outlier, node], how much of the spread of its activations around their mean over the other samples is
            the outlier's: 1 of a node that tells it from the rest and nothing else.
        stored: [outlier, node], whether the node works for the outlier and not for the others: its share is above 0.99,
            its contributions vary over the others by less than 1 % of the output, and its vote is more than that.
    """

    usual: Float[np.ndarray, " output"]
    votes: Float[np.ndarray, "outlier node output"]
    others: Float[np.ndarray, "node output"]
    share: Float[np.ndarray, "outlier node"]
    stored: Bool[np.ndarray, "outlier node"]

    def nodes(self, outlier: int) -> Int[np.ndarray, " node"]:
        """Return the nodes that store an outlier, the one with the largest vote first."""
        found = np.flatnonzero(self.stored[outlier])
        return found[np.argsort(-np.abs(self.votes[outlier, found]).max(axis=1, initial=0), kind="stable")]


def storage(
    network: Network, activations: Float[np.ndarray, "sample node"], far: Int[np.ndarray, " outlier"]
) -> Storage:
    """Read the votes of the last hidden layer's nodes; `network` has no output activation and no scaling."""
    last = network.dense[-1]
    rest = np.delete(activations, far, axis=0)
    mean = rest.mean(axis=0)
    votes = (activations[far] - mean)[:, :, None] * last.weight.T
    others = rest.std(axis=0)[:, None] * np.abs(last.weight.T)
    spread = (rest @ last.weight.T).std(axis=0)
    own = (activations[far] - mean) ** 2
    total = own + ((rest - mean) ** 2).sum(axis=0)
    share = np.divide(own, total, out=np.zeros_like(own), where=total > 0)
    silent = (others <= _SILENT * spread).all(axis=1)
    speaks = (np.abs(votes) > _SILENT * spread).any(axis=2)
    usual = last.weight @ mean + last.bias
    stored = (share > _ITS_OWN) & silent & speaks
    return Storage(*map(readonly, (usual, votes, others, share, stored)))
