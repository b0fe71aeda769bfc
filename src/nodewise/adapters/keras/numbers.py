"""Weights as they must be: of the shapes that the configuration says, and finite."""

from collections.abc import Sequence

import numpy as np

from nodewise.errors import NodewiseError


def fit(found: Sequence[tuple[int, ...]], wanted: Sequence[tuple[int, ...]], layer: str) -> None:
    """Check that weights have the shapes that a layer's configuration asks for.

    Raises:
        NodewiseError: If they have not.
    """
    if list(found) != list(wanted):
        raise NodewiseError(
            f"the weights of a layer must have the shapes that its configuration gives, {_said(wanted)} for layer "
            f"{layer}. Got {_said(found)}."
        )


def checked(arrays: Sequence[np.ndarray], shapes: Sequence[tuple[int, ...]], layer: str) -> list[np.ndarray]:
    """Return weights as float64.

    Raises:
        NodewiseError: If they have not these shapes or are not finite.
    """
    fit([array.shape for array in arrays], shapes, layer)
    wide = [np.asarray(array, dtype=np.float64) for array in arrays]
    for array in wide:
        if not np.isfinite(array).all():
            bad = array[~np.isfinite(array)][0]
            raise NodewiseError(f"weights must be finite. Got {bad} in layer {layer}; train the model again.")
    return wide


def _said(shapes: Sequence[tuple[int, ...]]) -> str:
    return " and ".join(map(str, shapes)) or "none"


def rounded(x: np.ndarray) -> np.ndarray:
    """Return samples as a float32 model sees them, so that a comparison is not of their rounding."""
    return x.astype(np.float32).astype(np.float64)
