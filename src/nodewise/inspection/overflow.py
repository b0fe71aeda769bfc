"""Weights and inputs so large, or so small, that float64 has no number for their products: refused, never guessed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from nodewise.errors import NodewiseError
from nodewise.network import Dense, Network

_ORDINARY = 100  # decimal digits: products of no more than that overflow nowhere


@contextmanager
def within_float64(network: Network, ends: Any) -> Iterator[None]:
    """Refuse what overflows inside.

    Args:
        network: The network that is computed.
        ends: Between which inputs, any shape; infinite ones say nothing.

    Raises:
        NodewiseError: If a product or a square has no number in float64.
    """
    ends = np.abs(np.asarray(ends, float))
    ends = ends[np.isfinite(ends) & (ends > 0)]
    if _digits(network, ends) <= _ORDINARY:  # flags that a BLAS raises without a cause refuse no ordinary network
        yield
        return
    try:
        with np.errstate(over="raise", invalid="raise"):
            yield
    except (FloatingPointError, OverflowError) as error:
        inputs = f" and inputs up to {ends.max():.3g}" if ends.size else ""
        largest = max(np.abs(layer.weight).max(initial=0.0) for layer in network.dense)
        raise NodewiseError(
            "products of weights and inputs must be finite, squares included. "
            f"Got weights up to {largest:.3g}{inputs}. Use other units."
        ) from error


def _digits(network: Network, ends: np.ndarray) -> float:
    """Return the decimal exponents of ends and layers, added up."""
    found = np.abs(np.log10(ends)).max(initial=0.0)
    for layer in network.layers:
        arrays = (layer.weight, layer.bias) if isinstance(layer, Dense) else (layer.factor, layer.shift)
        size = np.abs(np.concatenate([array.ravel() for array in arrays]))
        found += np.abs(np.log10(size[size > 0])).max(initial=0.0)
    return float(found)
