"""The recipe: rows that are inputs, one threshold, and outgoing weights that are targets."""

from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.errors import NodewiseError
from nodewise.inspection.reading import listed, nice

LARGEST = 1 - 1e-12  # thresholds from here on leave nothing to rounding
_SOLVED = 1e-10


def essay(threshold: float, targets: Float[np.ndarray, "sample output"]) -> Float[np.ndarray, "output node"]:
    """Return outgoing weights λ·y with λ = 1/(1 - threshold): 1 over what a unit input's own node then gives.

    Raises:
        NodewiseError: If the threshold is 1 or more, where no node fires for its own unit input.
    """
    if threshold >= LARGEST:
        raise NodewiseError(
            f"threshold must be below 1, the product of a row with its own unit input. Got {nice(threshold)}. "
            "Leave it out for the largest cosine between two samples."
        )
    return targets.T / (1 - threshold)


def exact(
    threshold: float,
    rows: Float[np.ndarray, "node feature"],
    inputs: Float[np.ndarray, "sample feature"],
    targets: Float[np.ndarray, "sample output"],
) -> Float[np.ndarray, "output node"]:
    """Return the outgoing weights W2 that solve H W2 = Y, H the activations [sample, node] of all samples.

    Raises:
        NodewiseError: If there are none: some sample fires no node, or H is singular.
    """
    hidden = np.maximum(inputs @ rows.T - threshold, 0)
    silent = np.flatnonzero(~hidden.any(axis=1) & targets.any(axis=1))
    if silent.size:
        raise _singular(f"{listed('sample', silent)} fire{'s' * (silent.size == 1)} no node", threshold)
    weights: Any = _solve(hidden, targets)
    if weights is None:
        raise _singular("the activations of some samples are mixtures of those of others", threshold)
    return weights.T


def _solve(hidden: np.ndarray, targets: np.ndarray) -> np.ndarray | None:
    from scipy.linalg import get_lapack_funcs

    factor, condition, solve = get_lapack_funcs(("getrf", "gecon", "getrs"), (hidden,))
    factors, pivots, failed = factor(hidden)
    if not failed and condition(factors, np.abs(hidden).sum(axis=0).max())[0] >= np.finfo(float).eps:
        return solve(factors, pivots, targets)[0]
    # Samples that fire no node and want 0 make H singular, and yet there are weights.
    weights = np.linalg.lstsq(hidden, targets, rcond=None)[0]
    return weights if np.abs(hidden @ weights - targets).max() <= _SOLVED * np.abs(targets).max() else None


def _singular(why: str, threshold: float) -> NodewiseError:
    return NodewiseError(
        f'recipe "exact" must find weights that answer all samples. At threshold {nice(threshold)} {why}. '
        "Use lift=True, or another threshold."
    )
