"""Scaling: shift and factor that bring a column to mean 0 and standard deviation 1, or median 0, and the way back."""

import numpy as np
from numpy.typing import ArrayLike

from nodewise.data.checks import Array

_NORMAL_QUARTILES = 1.3489795003921634  # distance between the quartiles of a normal distribution of deviation 1


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


def robust(values: ArrayLike, weights: ArrayLike | None = None) -> tuple[Array, Array]:
    """Return the shift and factor for which z = shift + factor * x has median 0 and quartiles 1.349 apart.

    1.349 is their distance in a normal distribution of standard deviation 1. A few samples far away move neither median
    nor quartiles, as they move mean and standard deviation. Where the quartiles are equal the standard deviation stands
    in for their distance.

    Args:
        values: Array [sample, column], in the user's unit.
        weights: Array [sample], not negative, not all zero; None for equal weights.

    Returns:
        shift: Array [column], without unit.
        factor: Array [column], per unit of the column; 1 where all values are equal.
    """
    values = np.asarray(values, dtype=np.float64)
    weights = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=np.float64)
    values, weights = values[weights > 0], weights[weights > 0]
    low, median, high = _quantiles(values, weights, np.array([0.25, 0.5, 0.75]))
    spread = (high - low) / _NORMAL_QUARTILES
    factor = np.where(spread > 0, 1 / np.where(spread > 0, spread, 1), standardise(values, weights)[1])
    return -median * factor, factor


def _quantiles(values: Array, weights: Array, shares: Array) -> Array:
    """Return quantiles [share, column], linear between samples; of equal weights those of `np.quantile`.

    A sample stands in the middle of its weight, the first at 0 and the last at 1.
    """
    order = np.argsort(values, axis=0)
    behind = np.cumsum(weights[order], axis=0) - weights[order] / 2
    place = behind - behind[0]
    columns = [
        np.interp(shares, at / (at[-1] or 1.0), sorted_)
        for at, sorted_ in zip(place.T, np.take_along_axis(values, order, axis=0).T, strict=True)
    ]
    return np.stack(columns, axis=1)


def inverse(shift: ArrayLike, factor: ArrayLike) -> tuple[Array, Array]:
    """Return the shift and factor of the way back: x = -shift / factor + (1 / factor) * z, arrays [column]."""
    shift, factor = np.asarray(shift, dtype=np.float64), np.asarray(factor, dtype=np.float64)
    return -shift / factor, 1.0 / factor
