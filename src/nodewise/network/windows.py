"""Which features of an image a window sees, wherever it stands."""

import numpy as np
from jaxtyping import Int


def windows(
    shape: tuple[int, int], kernel: tuple[int, int], apart: tuple[int, int] = (1, 1), around: bool = True
) -> Int[np.ndarray, "place tap"]:
    """Return which features each window sees, row by row; the number of features stands for a zero beyond the edge.

    Args:
        shape: Rows and columns of a sample.
        kernel: Rows and columns of a window.
        apart: From one window to the next.
        around: Whether windows reach beyond the edges until they see one feature alone.
    """
    rows, columns = (np.arange(-(k - 1) * around, n - (k - 1) * (not around), step)[:, None] + np.arange(k)
                     for n, k, step in zip(shape, kernel, apart, strict=True))  # fmt: skip
    row, column = rows[:, None, :, None], columns[None, :, None, :]
    inside = (row >= 0) & (row < shape[0]) & (column >= 0) & (column < shape[1])
    return np.where(inside, row * shape[1] + column, shape[0] * shape[1]).reshape(-1, kernel[0] * kernel[1])
