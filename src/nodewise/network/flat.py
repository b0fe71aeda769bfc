"""Parameters as one flat array, layer by layer, each layer's weights before its biases; NumPy's or JAX's arrays."""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np


def count(sizes: Sequence[int]) -> int:
    """Return the number of weights and biases of a network of these sizes."""
    return sum(after * (before + 1) for before, after in itertools.pairwise(sizes))


def unravel(flat: Any, sizes: Sequence[int]) -> list[tuple[Any, Any]]:
    """Cut flat parameters [..., parameter] into (weight [..., node, feature], bias [..., node]) per layer."""
    layers, at = [], 0
    for before, after in itertools.pairwise(sizes):
        middle, end = at + before * after, at + before * after + after
        layers.append((flat[..., at:middle].reshape(*flat.shape[:-1], after, before), flat[..., middle:end]))
        at = end
    return layers


def ravel(layers: Sequence[tuple[Any, Any]]) -> np.ndarray:
    """Join (weight [..., node, feature], bias [..., node]) per layer into flat parameters [..., parameter]."""
    return np.concatenate(
        [part for w, b in layers for part in (np.reshape(w, (*np.shape(w)[:-2], -1)), np.asarray(b))], axis=-1
    )
