"""What a network of straight lines is on cells of the plane: an affine map each, and how far off it can be.

Maps are arrays [node, cell, 3]: the value at the middle of the box, and the slopes along two coordinates that run from
-1 to 1. With each comes an error of the same shape: by how much its numbers can be off, and, added up, by how much the
network as float64 computes it can differ from it anywhere in the box. A number that is 0 for certain has the error 0.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from nodewise.activations import Activation
from nodewise.inspection.intervals import Layer
from nodewise.network import Dense, Scale

_EPSILON = float(np.finfo(float).eps)


class Maps(NamedTuple):
    """Affine maps [node, cell, 3] and their errors."""

    value: np.ndarray
    error: np.ndarray


class Lines(NamedTuple):
    """The straight lines of a node's activation between its corners, and the corners between them.

    Line 2k lies between corner k - 1 and corner k, line 2k + 1 is the value at corner k.

    Attributes:
        places: [corner].
        slope, intercept, error: [line].
    """

    places: np.ndarray
    slope: np.ndarray
    intercept: np.ndarray
    error: np.ndarray


def begin(middle: Float[np.ndarray, " feature"], half: Float[np.ndarray, " feature"]) -> Maps:
    """Return the maps of one or two features."""
    value = np.zeros((len(middle), 1, 3))
    value[:, 0, 0] = middle
    value[np.arange(len(middle)), 0, 1 + np.arange(len(middle))] = half
    return Maps(value, np.zeros_like(value))


def weigh(layer: Layer, maps: Maps) -> Maps:
    """Return the maps before the activation of a layer, or behind a scaling."""
    size = np.abs(maps.value)
    if isinstance(layer, Scale):
        value = maps.value * layer.factor[:, None, None]
        error = np.abs(layer.factor)[:, None, None] * (maps.error + 4 * _EPSILON * size)
        value[..., 0] += layer.shift[:, None]
        error[..., 0] += 4 * _EPSILON * np.abs(layer.shift)[:, None]
        return Maps(value, error)
    unit = 2 * (layer.inputs + 4) * _EPSILON  # of this product, and of the network's own
    cells = maps.value.shape[1]
    value = (layer.weight @ maps.value.reshape(layer.inputs, -1)).reshape(layer.outputs, cells, 3)
    terms = (maps.error * (1 + unit) + unit * size).reshape(layer.inputs, -1)
    error = (np.abs(layer.weight) @ terms).reshape(layer.outputs, cells, 3)
    value[..., 0] += layer.bias[:, None]
    error[..., 0] += unit * np.abs(layer.bias)[:, None]
    return Maps(value, error)


def bend(maps: Maps, lines: Lines, code: np.ndarray, out: Maps, node: int) -> None:
    """Write the maps [cell, 3] of one node behind its activation."""
    slope, error = lines.slope[code][:, None], maps.error
    value = maps.value * slope
    out.error[node] = np.abs(slope) * error + 4 * _EPSILON * np.abs(value) * ((slope != 1) & (slope != 0))
    out.error[node, :, 0] += lines.error[code] + 2 * _EPSILON * np.abs(lines.intercept[code])
    value[:, 0] += lines.intercept[code]
    out.value[node] = value


def corners(activation: Activation) -> bool:
    """Whether it has any."""
    return bool(activation.kinks or activation.jumps)


def find_lines(activation: Activation, low: float, high: float, most: int) -> Lines | None:
    """Return the lines of a straight activation between two pre-activations; None where there are too many."""
    own = np.array([*activation.kinks, *activation.jumps])
    places, period = np.unique(own), activation.period
    if period is not None:
        first, last = np.floor((low - own) / period), np.ceil((high - own) / period)
        if not (last - first < most).all():
            return None
        spans = zip(own, first, last, strict=True)
        places = np.unique(np.concatenate([corner + period * np.arange(a, b + 1) for corner, a, b in spans]))
    ends = (places[0] - 1, places[-1] + 1) if period is None else (places[0] - period / 4, places[-1] + period / 4)
    inside = np.concatenate([ends[:1], (places[1:] + places[:-1]) / 2, ends[1:]])
    count = 2 * len(places) + 1
    slope, intercept, error = np.zeros(count), np.zeros(count), np.zeros(count)
    slope[::2] = activation.slope(inside)
    intercept[::2] = activation(inside) - slope[::2] * inside
    intercept[1::2] = activation(places)
    if period is not None:
        error[:] = 8 * _EPSILON * (1 + np.abs(places).max()) * max(1, float(np.abs(slope).max()))
    return Lines(places, slope, intercept, error)


def activation_of(layer: Layer) -> Activation | None:
    """Return the activation of a layer of weights."""
    return layer.activation if isinstance(layer, Dense) else None
