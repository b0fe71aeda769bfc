"""How sure a share is that was counted."""

import numpy as np
from numpy.typing import ArrayLike

_Z = 1.959963984540054  # standard deviations that hold 95 % of a normal distribution


def wilson(good: ArrayLike, of: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return Wilson's 95 % interval of a share: ends (low, high), of none counted 0 and 1.

    The ends are the shares p from which `good` is 1.96 standard deviations sqrt(p (1 - p) / of) away. Unlike the share
    plus and minus its standard error it holds for shares of 0 and 1, and for few trials (Wilson 1927; Brown, Cai and
    DasGupta, "Interval estimation for a binomial proportion", Statistical Science 16, 2001).

    Args:
        good: How many were good, any shape.
        of: Of how many, the same shape.
    """
    good, of = np.asarray(good, float), np.asarray(of, float)
    n = np.where(of > 0, of, 1.0)
    share = np.where(of > 0, good / n, 0.5)
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n * n))
    low, high = np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)
    # Rounding must not leave an end a hair inside what was counted.
    low, high = np.where(good == 0, 0.0, low), np.where(good == of, 1.0, high)
    return np.where(of > 0, low, 0.0), np.where(of > 0, high, 1.0)
