"""How far each sample is from the rest: leverage, standard deviations, and quartile distances."""

import numpy as np
from jaxtyping import Float

from nodewise.data.scaler import standardise
from nodewise.inspection.reading import centred

FAR_OUT = 3.0  # Tukey's outer fences: quartile distances outside the quartiles


def leverage(columns: Float[np.ndarray, "sample column"]) -> Float[np.ndarray, " sample"]:
    """Return the leverage of every sample in least squares on these columns and a constant.

    It is by how much the fit at the sample moves when its target moves by 1: the diagonal of the hat matrix, between
    1/n and 1. Columns that others replace count once.
    """
    if not columns.shape[1]:
        return np.full(len(columns), 1 / len(columns))
    basis, size, _ = np.linalg.svd(centred(columns), full_matrices=False)
    kept = basis[:, size > size[0] * max(columns.shape) * np.finfo(float).eps]
    return np.clip(1 / len(columns) + (kept**2).sum(axis=1), 0, 1)


def scores(columns: Float[np.ndarray, "sample column"]) -> Float[np.ndarray, "sample column"]:
    """Return every value in standard deviations from its column's mean; of n samples none is beyond √(n - 1)."""
    shift, factor = standardise(columns)
    return shift + factor * columns


def outside(columns: Float[np.ndarray, "sample column"]) -> Float[np.ndarray, "sample column"]:
    """Return how many quartile distances every value lies outside the quartiles; 0 inside, or where these are equal."""
    low, high = np.quantile(columns, [0.25, 0.75], axis=0)
    spread = high - low
    beyond = np.maximum(np.maximum(low - columns, columns - high), 0)
    with np.errstate(over="ignore"):
        return np.where(spread > 0, beyond / np.where(spread > 0, spread, 1), 0)
