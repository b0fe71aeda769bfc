"""Numbers from PyTorch's tensors."""

from typing import Any

import numpy as np


def numbers(tensor: Any) -> np.ndarray:
    """Return a tensor as float64 in NumPy."""
    return tensor.detach().double().numpy()


def norm(weight: Any, bias: Any, mean: Any, variance: Any, epsilon: float) -> tuple[np.ndarray, np.ndarray]:
    """Return shift and factor of a batch normalisation by its running statistics; weight and bias may be None."""
    factor = 1 / np.sqrt(numbers(variance) + epsilon)
    factor = factor if weight is None else factor * numbers(weight)
    return (0 if bias is None else numbers(bias)) - numbers(mean) * factor, factor
