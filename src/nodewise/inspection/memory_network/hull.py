"""Which samples no single node can tell from all others: those inside the hull of the others."""

import numpy as np
from jaxtyping import Bool, Float

_ROUNDING = 1e-9


def inside(x: Float[np.ndarray, "sample feature"], most: int) -> tuple[Bool[np.ndarray, " sample"], int]:
    """Tell for each sample whether it is a mixture of the others, and how many samples could not be decided.

    A node fires for sample i alone if some line, plane or hyperplane parts i from all others: if it is no mixture of
    them (weights of at least 0 that sum to 1). A point farthest in its own direction is none; the others are decided by
    a linear program each, the first `most` of them.
    """
    centred = x - x.mean(axis=0)
    spread = np.abs(centred).max(axis=0)
    centred = centred / np.where(spread > 0, spread, 1)
    found, undecided = np.zeros(len(x), bool), np.flatnonzero(~_farthest(centred))
    for i in undecided[:most]:
        found[i] = _mixture(np.delete(centred, i, axis=0), centred[i])
    return found, max(0, len(undecided) - most)


def _farthest(x: Float[np.ndarray, "sample feature"]) -> Bool[np.ndarray, " sample"]:
    """Return which samples lie farther in their own direction from the middle than any other sample does."""
    products = x @ x.T
    own = products.diagonal().copy()
    np.fill_diagonal(products, -np.inf)
    return own > products.max(axis=1, initial=-np.inf) + _ROUNDING


def _mixture(others: Float[np.ndarray, "sample feature"], point: Float[np.ndarray, " feature"]) -> bool:
    from scipy.optimize import linprog

    if not len(others):
        return False
    rows = np.vstack([others.T, np.ones(len(others))])
    found = linprog(np.zeros(len(others)), A_eq=rows, b_eq=[*point, 1.0], bounds=(0, None), method="highs")
    return found.status == 0
