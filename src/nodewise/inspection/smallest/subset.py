"""Which of some vectors add up to a target: meet in the middle, exact up to a stated tolerance."""

import numpy as np
from jaxtyping import Bool, Float

MOST = 30  # vectors; 2^15 sums of either half
_SEED = 0


def subset(
    vectors: Float[np.ndarray, "vector entry"], target: Float[np.ndarray, " entry"], tolerance: float
) -> Bool[np.ndarray, " vector"] | None:
    """Return which vectors add up to the target, each entry within the tolerance; None if none do.

    All 2ⁿ subsets are compared along one direction: what the sums of the first half of the vectors leave with those of
    the second half, which are sorted (Horowitz and Sahni 1974); those that fit are then compared entry by entry. Of
    several subsets it is the first, read as two binary numbers, one for each half, whose lowest digits come first.

    Args:
        vectors: At most `MOST`.
        target: What they shall add up to.
        tolerance: Largest difference of an entry.
    """
    half = len(vectors) // 2
    direction = np.random.default_rng(_SEED).uniform(0.5, 1, len(target))
    along, wanted = vectors @ direction, float(target @ direction)
    left, right = wanted - _sums(along[:half]), _sums(along[half:])
    order = np.argsort(right, kind="stable")
    ranked, reach = right[order], tolerance * float(direction.sum())
    low = np.searchsorted(ranked, left - reach, side="left")
    high = np.searchsorted(ranked, left + reach, side="right")
    for mask in np.flatnonzero(low < high):
        for other in np.sort(order[low[mask] : high[mask]]):
            which = np.concatenate([_bits(mask, half), _bits(other, len(vectors) - half)])
            if np.abs(vectors[which].sum(axis=0) - target).max(initial=0.0) <= tolerance:
                return which
    return None


def _sums(numbers: Float[np.ndarray, " number"]) -> Float[np.ndarray, " subset"]:
    """Return the sum of every subset; bit i of its place tells whether number i is in it."""
    sums = np.zeros(1)
    for number in numbers:
        sums = np.concatenate([sums, sums + number])
    return sums


def _bits(mask: int | np.integer, count: int) -> Bool[np.ndarray, " vector"]:
    return (int(mask) >> np.arange(count)) & 1 == 1
