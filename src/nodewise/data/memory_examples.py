"""The examples of the third essay, in which a network is written by hand: the samples are fixed, nothing is drawn."""

import numpy as np
from numpy.typing import ArrayLike

from nodewise.data import checks
from nodewise.data.checks import Array
from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.network import Network

_LARGEST = 256  # the number at the end of the half circle
_STEP = 64


def product() -> Dataset:
    """Return the essay's three examples of y = x1·x2: (1, 0) gives 0, (1/√2, 1/√2) gives 1/2, (0, 2) gives 0.

    Returns:
        Dataset with `function`, the product. It is not among `names()`, as there is nothing to draw.
    """
    half = np.sqrt(0.5)
    inputs = [[1, 0], [half, half], [0, 2]]
    return Dataset(inputs, [0, 0.5, 0], function=_product, noise=0, name="product")


def product_network() -> Network:
    """Return the network 2-3-1 that the essay writes for these examples.

    Rows (1, 0), (1/√2, 1/√2), (0, 1), biases -1/√2, relu; outgoing weights (0, λ/2, 0) with λ = 2 + √2.
    """
    half = np.sqrt(0.5)
    hidden = ([[1, 0], [half, half], [0, 1]], [-half] * 3, "relu")
    return Network.from_weights([hidden, ([[0, 1 + half, 0]], [0], "identity")])


def half_circle() -> Dataset:
    """Return the numbers 0, 64, 128, 192 and 256, encoded on the half circle by `encode`, each its own target."""
    numbers = np.arange(0, _LARGEST + 1, _STEP)
    names = ("across", "up")
    return Dataset(
        encode(numbers), numbers, feature_names=names, target_names="number", function=_decoded, noise=0,
        name="half_circle",
    )  # fmt: skip


def encode(numbers: ArrayLike) -> Array:
    """Return numbers x from 0 to 256 as points (cos πx/256, sin πx/256) of the half circle.

    Args:
        numbers: Array [sample], or one number.

    Returns:
        Array [sample, 2]: near numbers point in near directions, and all points have length 1.

    Raises:
        NodewiseError: If a number is not from 0 to 256.
    """
    x = checks.numbers("numbers", checks.table("numbers", np.atleast_1d(np.asarray(numbers))), "column", ["number"])
    if x.shape[1] != 1 or x.min() < 0 or x.max() > _LARGEST:
        odd = f"shape {x.shape}" if x.shape[1] != 1 else f"{x[(x < 0) | (x > _LARGEST)][0]:g}"
        raise NodewiseError(f"numbers must be one column from 0 to {_LARGEST}. Got {odd}.")
    angle = np.pi * x / _LARGEST
    return np.hstack([np.cos(angle), np.sin(angle)])


def _product(x: Array) -> Array:
    return x[:, :1] * x[:, 1:]


def _decoded(x: Array) -> Array:
    return _LARGEST * np.arctan2(x[:, 1:], x[:, :1]) / np.pi
