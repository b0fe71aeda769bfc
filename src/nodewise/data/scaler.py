"""Standardising: the shift and factor that bring a column to mean 0 and standard deviation 1, and the way back."""

import numpy as np
from numpy.typing import ArrayLike

from nodewise.data.checks import Array


def standardise(values: ArrayLike, weights: ArrayLike | None = None) -> tuple[Array, Array]:
    """Return the shift and factor for which z = shift + factor * x has mean 0 and population standard deviation 1.

    With weights w, mean = Σ w x / Σ w and variance = Σ w (x - mean)² / Σ w; samples of weight 0 count for nothing.

    Args:
        values: Array [sample, column], in the user's unit.
        weights: Array [sample], not negative, not all zero; None for equal weights.

    Returns:
        shift: Array [column], -mean / sd, without unit.
        factor: Array [column], 1 / sd, per unit of the column; 1 where all values are equal.
    """
    values = np.asarray(values, dtype=np.float64)
    if weights is not None:
        weights = np.asarray(weights, dtype=np.float64)
        values, weights = values[weights > 0], weights[weights > 0]
    low, high = values.min(axis=0), values.max(axis=0)
    # Around the middle and per half width, neither squares nor sums can overflow, and equal values give exactly 0.
    middle, half = low / 2 + high / 2, high / 2 - low / 2
    half[low == high] = 1.0
    relative = (values - middle) / half
    mean = np.average(relative, axis=0, weights=weights)
    deviation = half * np.sqrt(np.average((relative - mean) ** 2, axis=0, weights=weights))
    deviation[low == high] = 1.0
    factor = 1.0 / deviation
    return -(middle + half * mean) * factor, factor


def inverse(shift: ArrayLike, factor: ArrayLike) -> tuple[Array, Array]:
    """Return the shift and factor of the way back: x = -shift / factor + (1 / factor) * z, arrays [column]."""
    shift, factor = np.asarray(shift, dtype=np.float64), np.asarray(factor, dtype=np.float64)
    return -shift / factor, 1.0 / factor
