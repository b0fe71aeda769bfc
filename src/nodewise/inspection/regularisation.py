"""Fits of the same data with more and more L2: how the first layer's rows shrink, and what it costs."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from nodewise.inspection.reading import Reading, Row, counted, nice
from nodewise.network import Network

_AT_WORK = 1e-3  # row norm × outgoing norm, a slope in scaled units


@dataclass(frozen=True, eq=False)
class Regularisation(Reading):
    """The regularisation path of a network: the same fit for every strength of L2.

    Attributes:
        strengths: [strength], rising: `l2` of every fit, the penalty being ``l2/2 · Σ w²`` in scaled units.
        l2_on: What it is on, "weights" or "all".
        row_norms: [strength, node], norms of the first layer's rows as trained, in scaled units; the largest first,
            because nodes have no identity from one fit to the next.
        penalties: [strength], ``½ Σ w²`` over what is penalised.
        errors: [strength], root-mean-square error on all the data, in the target's unit; of labels the share that is
            wrong.
        at_work: [strength], how many nodes of the first layer have a row norm times outgoing norm above 0.001 in scaled
            units.
        networks: [strength].
        reasons: [strength], why each training ended, such as "converged" or "diverged".
    """

    strengths: Float[np.ndarray, " strength"]
    l2_on: str
    row_norms: Float[np.ndarray, "strength node"]
    penalties: Float[np.ndarray, " strength"]
    errors: Float[np.ndarray, " strength"]
    at_work: Int[np.ndarray, " strength"]
    networks: tuple[Network, ...]
    reasons: tuple[str, ...]

    @property
    def summary(self) -> str:
        """The largest row norm, nodes at work and error at both ends of the path."""
        ends = dict.fromkeys((0, len(self.strengths) - 1))
        return f"With {'; with '.join(map(self._told, ends))}."

    def _told(self, i: int) -> str:
        nodes = counted(int(self.at_work[i]), "node")
        norm = nice(self.row_norms[i].max())
        return f"L2 {nice(self.strengths[i])}: {nodes} at work, largest row norm {norm}, error {nice(self.errors[i])}"

    def table(self) -> list[Row]:
        """Return one row per strength."""
        return [
            {
                "l2": float(strength),
                "error": float(self.errors[i]),
                "nodes_at_work": int(self.at_work[i]),
                "largest_row_norm": float(self.row_norms[i].max()),
                "median_row_norm": float(np.median(self.row_norms[i])),
                "penalty": float(self.penalties[i]),
                "ended": self.reasons[i],
            }
            for i, strength in enumerate(self.strengths)
        ]


def row_norms(network: Network) -> Float[np.ndarray, " node"]:
    """Return the norms of the first layer's rows, in scaled units, the largest first."""
    return np.sort(np.linalg.norm(network.dense[0].weight, axis=1))[::-1]


def at_work(network: Network) -> int:
    """Return how many nodes of the first layer are not switched off by their weights."""
    size = np.linalg.norm(network.dense[0].weight, axis=1)
    if network.hidden:
        size = size * np.linalg.norm(network.dense[1].weight, axis=0)
    return int((size > _AT_WORK).sum())


def penalty(network: Network, biases: bool) -> float:
    """Return half the sum of the squared weights of all layers, and of the biases if asked for."""
    squares = (np.sum(layer.weight**2) + biases * np.sum(layer.bias**2) for layer in network.dense)
    return float(sum(squares) / 2)
