"""The weights of a classical Hopfield network: what each unit does to every other."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

_ROUNDING = 1e-10  # of a field, where weights are no fractions of whole numbers


@dataclass(frozen=True, eq=False)
class Couplings:
    """Symmetric weights without any of a unit to itself: W = gain·(B Bᵀ - its diagonal).

    W has as many entries as there are pairs of features; B, with a column per row stored, is all that is kept.

    Attributes:
        factor: [feature, rank], B.
        gain: What its products are multiplied by.
        rounding: Fields up to this size count as 0.
    """

    factor: Float[np.ndarray, "feature rank"]
    gain: float
    rounding: float

    @cached_property
    def square(self) -> Float[np.ndarray, " feature"]:
        """[feature], the diagonal of B Bᵀ, which is left out."""
        return (self.factor**2).sum(axis=1)

    @property
    def weights(self) -> Float[np.ndarray, "feature feature"]:
        """[feature, feature], W itself."""
        weights = self.gain * (self.factor @ self.factor.T)
        np.fill_diagonal(weights, 0.0)
        return weights

    def fields(self, states: Float[np.ndarray, "*step feature"]) -> Float[np.ndarray, "*step feature"]:
        """Return W s, what the others say to each unit, 0 where it is rounding."""
        fields = self.gain * ((states @ self.factor) @ self.factor.T - self.square * states)
        return np.where(np.abs(fields) <= self.rounding, 0.0, fields)

    def energy(self, states: Float[np.ndarray, "*step feature"]) -> Float[np.ndarray, "*step"]:
        """Return -½ sᵀ W s, 0 where it is rounding."""
        products = ((states @ self.factor) ** 2).sum(axis=-1) - (states**2 * self.square).sum(axis=-1)
        energy = -0.5 * self.gain * products
        return np.where(np.abs(energy) <= self.rounding, 0.0, energy)


def hebb(patterns: Float[np.ndarray, "row feature"]) -> Couplings:
    """Return Hebb's weights, w_ij = (1/d) Σ x_i x_j over the d features' rows of ±1 (Hopfield 1982).

    Fields are whole numbers over d, so that their signs, and where they are 0, are exact.
    """
    return Couplings(patterns.T.copy(), 1.0 / patterns.shape[1], 0.0)


def pseudo_inverse(patterns: Float[np.ndarray, "row feature"]) -> Couplings:
    """Return the weights of the projection on the rows' span, X⁺X (Personnaz, Guyon and Dreyfus 1985).

    Every row is then its own image, so that all of them stand still, however alike they are.
    """
    _, sizes, span = np.linalg.svd(patterns, full_matrices=False)
    kept = sizes > sizes[0] * max(patterns.shape) * np.finfo(float).eps
    return Couplings(span[kept].T.copy(), 1.0, _ROUNDING)


RULES = {"hebb": hebb, "pseudo-inverse": pseudo_inverse}
