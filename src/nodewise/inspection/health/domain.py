"""Where the state of a node is judged beside the samples: points of the box, and bounds of what can occur in it."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float

from nodewise.activations import Activation
from nodewise.network import Network

_GRID, _POINTS, _SEED = 1001, 4096, 0  # points of the box: a grid for one feature, else drawn at random


def points(low: Float[np.ndarray, " feature"], high: Float[np.ndarray, " feature"]) -> np.ndarray:
    """Return the points of the box that are tried, [sample, feature]."""
    if len(low) == 1:
        return np.linspace(low, high, _GRID)
    return np.random.default_rng(_SEED).uniform(low, high, (_POINTS, len(low)))


def reaches(
    network: Network, low: Float[np.ndarray, " feature"], high: Float[np.ndarray, " feature"]
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield lower and upper bounds of the pre-activations over the box, layer by layer; of the first they are attained.

    Interval arithmetic: a bound is attained by each node apart, but from the second layer on not all are at once.
    """
    for dense in network.folded.dense[: len(network.hidden)]:
        up, down = np.maximum(dense.weight, 0), np.minimum(dense.weight, 0)
        bounds = up @ low + down @ high + dense.bias, up @ high + down @ low + dense.bias
        yield bounds
        low, high = _values_between(dense.activation, *bounds)


def _values_between(activation: Activation, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return bounds of φ over [low, high]; exact for straight pieces without jump or period, else not always tight."""
    if activation.piecewise_linear and activation.period is None and not activation.jumps:
        seen = [activation(z) for z in (low, high, *(np.clip(kink, low, high) for kink in activation.kinks))]
        return np.min(seen, axis=0), np.max(seen, axis=0)
    if not np.isfinite(activation.lipschitz):
        return np.full_like(low, activation.low), np.full_like(high, activation.high)
    middle, reach = activation((low + high) / 2), activation.lipschitz * (high - low) / 2
    return np.maximum(middle - reach, activation.low), np.minimum(middle + reach, activation.high)
