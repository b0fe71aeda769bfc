"""Which of some vectors add up to a target: meet in the middle, exact up to a stated tolerance."""

import numpy as np
from jaxtyping import Bool, Float

MOST = 30  # vectors; 2^15 sums of either half
_SEED = 0


def subset(
    vectors: Float[np.ndarray, "vector entry"], target: Float[np.ndarray, " entry"], tolerance: float
) -> Bool[np.ndarray, " vector"] | None:
    """Return which vectors add up to the target, each entry within the tolerance; None if none do.

    All 2ⁿ subsets are compared: the sums of the first half of the vectors with what those of the second half leave,
    which are sorted along one direction (Horowitz and Sahni 1974). Of several subsets it is the one that comes first
    when read as a binary number, the last vector of the first half its highest digit.

    Args:
        vectors: At most `MOST`.
        target: What they shall add up to.
        tolerance: Largest difference of an entry.
    """
    half = len(vectors) // 2
    left, right = _sums(vectors[:half]), _sums(vectors[half:])
    direction = np.random.default_rng(_SEED).uniform(0.5, 1, len(target))
    left_along, right_along = (target - left) @ direction, right @ direction
    order = np.argsort(right_along, kind="stable")
    ranked, reach = right_along[order], tolerance * float(direction.sum())
    low = np.searchsorted(ranked, left_along - reach, side="left")
    high = np.searchsorted(ranked, left_along + reach, side="right")
    for mask in np.flatnonzero(low < high):
        candidates = np.sort(order[low[mask] : high[mask]])
        fits = np.abs(left[mask] + right[candidates] - target).max(axis=1) <= tolerance
        if fits.any():
            return np.concatenate([_bits(mask, half), _bits(candidates[fits.argmax()], len(vectors) - half)])
    return None


def _sums(vectors: Float[np.ndarray, "vector entry"]) -> Float[np.ndarray, "subset entry"]:
    """Return the sum of every subset; bit i of its place tells whether vector i is in it."""
    sums = np.zeros((1, vectors.shape[1]))
    for vector in vectors:
        sums = np.concatenate([sums, sums + vector])
    return sums


def _bits(mask: int | np.integer, count: int) -> Bool[np.ndarray, " vector"]:
    return (int(mask) >> np.arange(count)) & 1 == 1
