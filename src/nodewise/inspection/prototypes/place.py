"""Each row beside the mean of what its node serves: where it points, and where its hyperplane lies."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from nodewise.inspection.memories.compare import unit, unscaled
from nodewise.network import Dense, Network


@dataclass(frozen=True, eq=False)
class Placed:
    """Where rows lie, in the space the nodes compare in; NaN for nodes that serve no sample, and rows of length 0.

    Attributes:
        cosine: [node], between row and mean; 0 where either has no length.
        distance: [node], between the mean and the point as far out in the row's direction.
        prototype: [node, input], that point.
        foot: [node, input], the point nearest the mean at which the pre-activation is 0.
    """

    cosine: Float[np.ndarray, " node"]
    distance: Float[np.ndarray, " node"]
    prototype: Float[np.ndarray, "node input"]
    foot: Float[np.ndarray, "node input"]


def place(dense: Dense, mean: Float[np.ndarray, "node input"]) -> Placed:
    """Return where the rows of a layer lie against `mean`, what its nodes serve."""
    rows, length = unit(dense.weight)
    directions, size = unit(mean)
    cosine = np.clip(np.einsum("ni,ni->n", rows, directions), -1, 1)
    there = np.where(length > 0, 1.0, np.nan)[:, None]
    prototype = there * rows * size[:, None]
    with np.errstate(all="ignore"):  # a row of hardly any length: its hyperplane may be beyond all numbers
        away = np.einsum("ni,ni->n", rows, mean) + dense.bias / length
        foot = there * (mean - away[:, None] * rows)
    distance = np.sqrt(((prototype - mean) ** 2).sum(axis=1))
    return Placed(cosine, distance, prototype, np.where(np.isfinite(foot), foot, np.nan))


def in_units(network: Network, points: Float[np.ndarray, "node input"]) -> Float[np.ndarray, "node feature"]:
    """Return points of the first layer's space in the user's units."""
    return unscaled(network, points)
