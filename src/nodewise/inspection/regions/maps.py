"""What a network of straight lines is on convex polygons: one affine map each.

Maps are arrays [node, polygon, 3]: the value at the origin, and the slopes along the two coordinates. All nodes of a
layer are one product of matrices.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from nodewise.activations import Activation
from nodewise.inspection.intervals import Layer
from nodewise.network import Dense, Scale

_EPSILON = 8 * float(np.finfo(float).eps)  # a few roundings for each sum
_CHUNK = 2_000_000  # numbers per array


def begin(polygons: int = 1) -> tuple[Float[np.ndarray, "2 polygon 3"], Float[np.ndarray, "2"]]:
    """Return the maps of the two coordinates themselves, and how far they are off [coordinate]."""
    maps = np.zeros((2, polygons, 3))
    maps[0, :, 1] = maps[1, :, 2] = 1
    return maps, np.zeros(2)


def weigh(layer: Dense, maps: Float[np.ndarray, "node polygon 3"], rows: slice = slice(None)) -> np.ndarray:
    """Return the maps before the activation of a layer, of some of its nodes."""
    weight = layer.weight[rows]
    after = (weight @ maps.reshape(len(maps), -1)).reshape(len(weight), -1, 3)
    after[..., 0] += layer.bias[rows, None]
    return after


def off(layer: Layer, largest: Float[np.ndarray, " node"], error: Float[np.ndarray, " node"]) -> np.ndarray:
    """Return how far the maps before an activation, or behind a scaling, can be off [node].

    Args:
        layer: The layer.
        largest: [node], largest number of the maps that come in.
        error: [node], how far these are off.
    """
    if isinstance(layer, Scale):
        return np.abs(layer.factor) * (error + _EPSILON * largest) + _EPSILON * np.abs(layer.shift)
    return np.abs(layer.weight) @ (error + _EPSILON * largest) + _EPSILON * np.abs(layer.bias)


def scaled(layer: Scale, maps: Float[np.ndarray, "node polygon 3"]) -> np.ndarray:
    """Return the maps behind a scaling."""
    after = maps * layer.factor[:, None, None]
    after[..., 0] += layer.shift[:, None]
    return after


def bend(activation: Activation, z: Float[np.ndarray, "node polygon 3"], middles: Float[np.ndarray, "polygon 2"]):
    """Return the maps behind an activation that is straight on each polygon: the line that acts at its middle."""
    middle = z[..., 0] + z[..., 1] * middles[:, 0] + z[..., 2] * middles[:, 1]
    slope = activation.slope(middle)
    after = z * slope[..., None]
    after[..., 0] += activation(middle) - slope * middle
    return after


def steepest(activation: Activation) -> float:
    """Return by how much an activation can enlarge an error, where it does not jump."""
    return 1.0 if activation.jumps else activation.lipschitz


def through(layers: Sequence[Layer], middles: Float[np.ndarray, "polygon 2"]) -> tuple[np.ndarray, np.ndarray]:
    """Return the maps of a chain on polygons given by a point inside each, and how far they can be off [output]."""
    step = max(1, _CHUNK // (3 * max(layer.outputs for layer in layers)))
    found = [_chunk(layers, middles[first : first + step]) for first in range(0, len(middles), step)]
    return np.concatenate([maps for maps, _ in found], axis=1), np.max([error for _, error in found], axis=0)


def _chunk(layers: Sequence[Layer], middles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    maps, error = begin(len(middles))
    for layer in layers:
        error = off(layer, np.abs(maps).max(axis=(1, 2)), error)
        if isinstance(layer, Scale):
            maps = scaled(layer, maps)
        else:
            maps = bend(layer.activation, weigh(layer, maps), middles)
            error = error * steepest(layer.activation)
    return maps, error


def at_corners(
    maps: Float[np.ndarray, "polygon 3"], points: Float[np.ndarray, "corner 2"], polygon: np.ndarray
) -> Float[np.ndarray, " corner"]:
    """Return the values of maps at points, each of its polygon."""
    own = maps[polygon] if len(maps) > 1 else maps
    return own[:, 0] + own[:, 1] * points[:, 0] + own[:, 2] * points[:, 1]
