"""What `bounds` is asked: the box, the gap and the budget."""

from typing import Any

import numpy as np

from nodewise.errors import NodewiseError
from nodewise.network import Network

_UTMOST = 1e100  # as of data: beyond it slopes in the range would be taken for jumps
_NARROWEST = 1e-100  # below it halves and quotients have no number, and proofs in whole numbers take long


def as_box(network: Network, box: Any) -> np.ndarray:
    """Return the ends [feature, 2] of a box, infinite without one.

    Raises:
        NodewiseError: If it is no such list, or a pair is not in rising order, without a number, too large or too
            narrow.
    """
    if box is None:
        return np.tile([-np.inf, np.inf], (network.inputs, 1))
    try:
        ends = np.array(box, float)
    except (TypeError, ValueError):
        ends = np.empty(0)
    if ends.shape != (network.inputs, 2) or np.isnan(ends).any():
        raise NodewiseError(
            f"box must be one pair (low, high) for each of {network.inputs} feature(s). Got {box!r}. "
            "Leave it out for every input."
        )
    for name, low, high in zip(network.feature_names, ends[:, 0], ends[:, 1], strict=True):
        if not low <= high:
            raise NodewiseError(f"box must have low before high. Got {low:g} and {high:g} for {name}; swap them.")
        if low == high and np.isinf(low):
            raise NodewiseError(f"box must hold a finite number for each feature. Got {low:g} and {high:g} for {name}.")
    utmost = np.abs(ends[np.isfinite(ends)]).max(initial=0.0)
    if utmost > _UTMOST:
        raise NodewiseError(
            f"finite ends of a box must lie between -1e100 and 1e100. Got {utmost:g}; use a larger unit."
        )
    narrow = (ends[:, 0] < ends[:, 1]) & (ends[:, 1] - ends[:, 0] < _NARROWEST)
    if narrow.any():
        first = int(narrow.argmax())
        raise NodewiseError(
            f"sides of a box must be 0, or at least 1e-100. Got {ends[first, 1] - ends[first, 0]:g} for "
            f"{network.feature_names[first]}; use a smaller unit, or equal ends."
        )
    return ends


def check(gap: Any, budget: Any) -> None:
    """Refuse what is no gap or no budget.

    Raises:
        NodewiseError: If gap is not above 0, or budget is not a whole number above 0.
    """
    if isinstance(gap, bool) or not isinstance(gap, int | float | np.number) or not 0 < gap < np.inf:
        raise NodewiseError(f"gap must be a number above 0, a share of the range, such as 0.01. Got {gap!r}.")
    whole = isinstance(budget, int | np.integer) and not isinstance(budget, bool)
    if budget is not None and not (whole and budget >= 1):
        raise NodewiseError(
            f"budget must be a whole number of boxes, at least 1. Got {budget!r}; leave it out for as many as take a "
            "second or so."
        )
