"""Samples as whatever is called takes them."""

from collections.abc import Sequence

import numpy as np

from nodewise.errors import NodewiseError
from nodewise.shapes import Float


def as_samples(x: object, names: Sequence[str]) -> Float[np.ndarray, "sample feature"]:
    """Return `x` as float64 [sample, feature]; one number or a row of numbers is taken as the shape allows.

    Args:
        x: An array of numbers.
        names: The features it must have.

    Raises:
        NodewiseError: If it has another number of features or is not numeric.
    """
    try:
        array = np.asarray(x, dtype=np.float64)
    except (TypeError, ValueError):
        raise NodewiseError(f"x must be an array of numbers. Got {type(x).__name__}.") from None
    given = array.shape
    if array.ndim < 2:
        array = array.reshape(-1, 1) if len(names) == 1 else array.reshape(1, -1)
    if array.ndim != 2 or array.shape[1] != len(names):
        raise NodewiseError(
            f"x must be [sample, feature] with {len(names)} feature(s): {', '.join(names)}. Got shape {given}."
        )
    return array
