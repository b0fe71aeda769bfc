"""The places along a feature at which a curve is told, as scikit-learn's `partial_dependence` chooses them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise.data.checks import UTMOST, whole
from nodewise.errors import NodewiseError, unknown

_CUNNANE = 0.4  # both parameters of SciPy's mquantiles, which scikit-learn calls
_LEAST = 2


def places(
    column: Float[np.ndarray, " sample"], grid: int, percentiles: tuple[float, float]
) -> Float[np.ndarray, " point"]:
    """Return the different values where they are fewer than `grid`, else evenly spaced ones between two percentiles.

    Where both percentiles are one value, which scikit-learn refuses, the whole range takes their place.
    """
    values = np.unique(column)
    if len(values) < grid:
        return values
    low, high = (_quantile(np.sort(column), share) for share in percentiles)
    if np.allclose(low, high):
        low, high = values[0], values[-1]
    return np.linspace(low, high, grid)


def known(column: Float[np.ndarray, " sample"], name: str) -> Float[np.ndarray, " sample"]:
    """Return the values of a feature without its gaps.

    Raises:
        NodewiseError: If there is none.
    """
    values = column[~np.isnan(column)]
    if not len(values):
        raise NodewiseError(
            f"feature {name!r} must have a value somewhere, to be followed. Got {len(column)} samples without one. "
            "Ask for other features, or give samples that have it."
        )
    return values


def weights(column: Float[np.ndarray, " sample"], grid: Float[np.ndarray, " point"]) -> Float[np.ndarray, " point"]:
    """Return the share of the samples nearest to each place, adding up to 1."""
    order = np.argsort(grid, kind="stable")
    between = (grid[order][1:] + grid[order][:-1]) / 2
    counts = np.empty(len(grid))
    counts[order] = np.bincount(np.searchsorted(between, column), minlength=len(grid))
    return counts / len(column)


def _quantile(ordered: Float[np.ndarray, " sample"], share: float) -> float:
    count = len(ordered)
    if count == 1:
        return float(ordered[0])
    position = count * share + _CUNNANE + share * (1 - 2 * _CUNNANE)
    below = int(np.clip(position, 1, count - 1))
    part = float(np.clip(position - below, 0, 1))
    return float((1 - part) * ordered[below - 1] + part * ordered[below])


def resolved(grid: Any) -> int | Float[np.ndarray, " point"]:
    """Return how many places, or the places themselves.

    Raises:
        NodewiseError: If it is neither a whole number of at least 2 nor finite numbers.
    """
    if np.ndim(grid) == 0:
        return whole("grid", grid, _LEAST)
    try:
        values = np.array(grid, np.float64)
    except (TypeError, ValueError):
        values = np.empty(0)
    if values.ndim != 1 or not values.size or not (np.abs(values) <= UTMOST).all():
        raise NodewiseError(
            f"grid must be a whole number of at least 2, or the finite values to take, such as [0, 1, 2]. Got {grid!r}."
        )
    return values


def shares(percentiles: Any) -> tuple[float, float]:
    """Return two percentiles as shares.

    Raises:
        NodewiseError: If they are not two numbers from 0 to 1, the first one smaller.
    """
    try:
        low, high = (float(share) for share in percentiles)
    except (TypeError, ValueError):
        low = high = np.nan
    if not 0 <= low < high <= 1:
        raise NodewiseError(
            f"percentiles must be two numbers from 0 to 1, the first one smaller, such as (0.05, 0.95). "
            f"Got {percentiles!r}."
        )
    return low, high


def which(feature: Any, names: Sequence[str]) -> tuple[int, ...]:
    """Return the indices of the features asked for: all, or those given by name or index.

    Raises:
        NodewiseError: If there is no such feature, or one is asked for twice.
    """
    if feature is None:
        return tuple(range(len(names)))
    asked = list(feature) if isinstance(feature, list | tuple | np.ndarray | range) else [feature]
    found = [_index(entry, names) for entry in asked]
    if not found or len(set(found)) < len(found):
        raise NodewiseError(f"features must be asked for once each, and at least one. Got {feature!r}.")
    return tuple(found)


def _index(feature: Any, names: Sequence[str]) -> int:
    if isinstance(feature, str):
        if feature not in names:
            raise unknown("feature", feature, names)
        return list(names).index(feature)
    known = isinstance(feature, int | np.integer) and not isinstance(feature, bool)
    if not known or not 0 <= feature < len(names):
        raise NodewiseError(f"feature must be a name or a whole number from 0 to {len(names) - 1}. Got {feature!r}.")
    return int(feature)


def pick(count: int, samples: int | None, seed: int) -> Int[np.ndarray, " picked"]:
    """Return which samples are used, in random order: all, or so many drawn without repetition."""
    most = count if samples is None else whole("samples", samples, 1)
    return np.random.default_rng(whole("seed", seed, 0)).permutation(count)[:most]
