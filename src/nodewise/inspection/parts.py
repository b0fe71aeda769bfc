"""The arithmetic of parts that add up: moments of the nodes, and shares and costs worked out from them.

Moments of many samples can be merged from those of some of them: a reading of samples at hand and one of samples that
stream by differ in nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from jaxtyping import Float

_CONSTANT = 1e-13  # a variation this small beside the numbers it comes from is rounding
_ROUNDING = 64 * np.finfo(float).eps  # per column: a smaller singular value is 0
_TALL = 256  # rows of a block
_INVOLVED = 1e-10  # a smaller entry of a unit vector that the columns map to 0 is rounding


@dataclass(frozen=True, eq=False)
class Columns:
    """Moments of columns of numbers; a contribution is a column times its weight, plus a constant.

    Attributes:
        count: How many rows they are of.
        mean: [node].
        root: [row, node], any matrix R with RᵀR = Σ (row - mean)(row - mean)ᵀ: the rows around their mean, or the
            triangle of a QR decomposition of these. RᵀR itself, whose condition is the square of R's, is never formed.
    """

    count: int
    mean: Float[np.ndarray, " node"]
    root: Float[np.ndarray, "row node"]

    @classmethod
    def of(cls, columns: Float[np.ndarray, "sample node"]) -> Self:
        """Return the moments of columns at hand."""
        mean = columns.mean(axis=0)
        return cls(len(columns), mean, columns - mean)

    def merged(self, other: Self) -> Self:
        """Return the moments of the rows of both.

        The pairwise update of mean and sum of squares of Chan, Golub & LeVeque (1979), with the sum of squares as the
        product of roots: RᵀR = RaᵀRa + RbᵀRb + (na·nb/n)·δδᵀ, δ the difference of the means.
        """
        count = self.count + other.count
        apart = other.mean - self.mean
        bridge = np.sqrt(self.count * other.count / count) * apart
        root = _triangle(np.vstack([self.root, other.root, bridge]))
        return type(self)(count, self.mean + apart * (other.count / count), root)

    @cached_property
    def variance(self) -> Float[np.ndarray, " node"]:
        """The variance of each column, 0 where it is rounding."""
        variance = np.einsum("sn,sn->n", self.root, self.root) / self.count
        variance[np.sqrt(variance) <= _CONSTANT * np.abs(self.mean)] = 0
        return variance

    @cached_property
    def distance(self) -> Float[np.ndarray, " node"]:
        """Root-mean-square distance of each column from the span of the others and of ones."""
        distance, vary = np.zeros(len(self.mean)), self.variance > 0
        norms = np.sqrt(self.count * (self.variance + self.mean**2))[vary]
        if norms.size:
            distance[vary] = _distances(self.root[:, vary] / norms) * norms / np.sqrt(self.count)
        return distance


def _triangle(rows: Float[np.ndarray, "row node"]) -> Float[np.ndarray, "row node"]:
    """Return R of the QR decomposition of tall rows, from those of blocks that stay in the cache (TSQR)."""
    nodes = rows.shape[1]
    block = max(_TALL, 2 * nodes)
    while len(rows) >= 2 * block:
        whole = len(rows) // block * block
        triangles: np.ndarray = np.asarray(np.linalg.qr(rows[:whole].reshape(-1, block, nodes), mode="r"))
        rows = np.vstack([triangles.reshape(-1, nodes), rows[whole:]])
    return np.asarray(np.linalg.qr(rows, mode="r"))


def _distances(columns: Float[np.ndarray, "sample node"]) -> Float[np.ndarray, " node"]:
    """Return the distance of each centred column from the span of the others, 0 where it lies in it.

    It is 1/√[G⁻¹]ᵢᵢ with G = AᵀA and A the columns beside a column of ones, or one over the length of row i of the
    pseudo-inverse of A. G, whose condition is the square of A's, is never formed. The columns come divided by their
    length before centring, so that rounding is about as large in each and one bound tells it from rank.
    """
    _, singular, rows = np.linalg.svd(np.linalg.qr(columns, mode="r"))
    rank = int((singular > _ROUNDING * columns.shape[1]).sum())
    inverse = np.sqrt(((rows[:rank] / singular[:rank, None]) ** 2).sum(axis=0))
    free = np.sqrt((rows[rank:] ** 2).sum(axis=0)) <= _INVOLVED
    return np.divide(1, inverse, out=np.zeros_like(inverse), where=free)


def worked_out(
    designs: Iterable[tuple[Columns, Float[np.ndarray, " node"]]],
    magnitude: Float[np.ndarray, " output"],
    varying_bias: Float[np.ndarray, "row output"] | None = None,
) -> dict[str, np.ndarray]:
    """Return share, bias_share, cancellation, both removal costs, and which outputs are constant.

    Args:
        designs: For each output its columns and their weights.
        magnitude: [output], the size of the numbers that are added up, beside which rounding is told.
        varying_bias: [row, output], the bias around its mean where it depends on the sample; then the columns' roots
            must be the samples themselves.
    """
    designs, outputs = list(designs), len(magnitude)
    around = np.zeros((1, outputs)) if varying_bias is None else varying_bias
    count = designs[0][0].count
    total, variance, bias_share = (around**2).sum(axis=0) / count, np.empty(outputs), np.empty(outputs)
    names = ("share", "removal_cost", "removal_cost_refit")
    result = {name: np.empty((len(designs[0][1]), outputs)) for name in names}
    for o, (columns, weight) in enumerate(designs):
        # The centred parts add up to the centred output; so added, no bias beside which they are small costs digits.
        centred = columns.root @ weight + around[:, o]
        variance[o] = (centred**2).sum() / count
        result["share"][:, o] = weight * (columns.root.T @ centred) / count
        bias_share[o] = (around[:, o] * centred).sum() / count
        result["removal_cost"][:, o] = np.abs(weight) * np.sqrt(columns.variance + columns.mean**2)
        result["removal_cost_refit"][:, o] = np.abs(weight) * columns.distance
        total[o] += (weight**2 * columns.variance).sum()
    constant = np.sqrt(variance) <= _CONSTANT * magnitude
    divisor = np.where(constant, np.inf, variance)
    result["share"] /= divisor
    whole = np.sqrt(total) > _CONSTANT * magnitude
    return result | {
        "bias_share": bias_share / divisor,
        "cancellation": np.where(constant, np.where(whole, np.inf, 0), np.sqrt(total / divisor)),
        "constant": constant,
    }
