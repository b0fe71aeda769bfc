"""The last knot of a network of straight lines: walk in from infinity to the first place where the output bends."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Float

from nodewise.activations import Activation
from nodewise.network import Dense

_ROUNDING = 1e-11
_MOST_PIECES = 5000


@dataclass(frozen=True, eq=False)
class _Piece:
    """The outputs slope·t + value on one piece, the size of what cancelled in them, and where the piece ends."""

    slope: Float[np.ndarray, " output"]
    value: Float[np.ndarray, " output"]
    slope_size: Float[np.ndarray, " output"]
    value_size: Float[np.ndarray, " output"]
    end: float


def last_knots(
    layers: tuple[Dense, ...],
    origin: Float[np.ndarray, " feature"],
    direction: Float[np.ndarray, " feature"],
    side: int,
) -> Float[np.ndarray, " output"]:
    """Return the outermost s on origin + s·direction, towards `side`, at which each output bends or jumps.

    Beyond it the output is a straight line, to rounding. While no node crosses a kink the network is one straight line,
    so the next crossing is the nearest root of a straight line, whatever the depth; crossings that do not reach the
    output are walked past.

    Returns:
        Positions s; nan where there is none, or where an activation is not made of finitely many straight lines.
    """
    knots = np.full(layers[-1].outputs, np.nan)
    if not all(layer.activation.piecewise_linear and layer.activation.period is None for layer in layers):
        return knots
    outermost = piece = _inside(layers, origin, side * direction, np.inf)
    for _ in range(_MOST_PIECES):
        if not (np.isnan(knots).any() and np.isfinite(piece.end)):
            return knots
        at = piece.end
        piece = _inside(layers, origin, side * direction, at)
        knots[np.isnan(knots) & _differs(piece, outermost, at)] = side * at
    return np.where(np.isnan(knots), side * piece.end, knots)  # not walked further: no output bends beyond this


def _differs(one: _Piece, other: _Piece, t: float) -> np.ndarray:
    bends = np.abs(one.slope - other.slope) > _ROUNDING * np.maximum(one.slope_size, other.slope_size)
    step = np.abs(one.slope * t + one.value - other.slope * t - other.value)
    size = np.maximum(one.slope_size * abs(t) + one.value_size, other.slope_size * abs(t) + other.value_size)
    return bends | (step > _ROUNDING * size)


def _inside(layers: tuple[Dense, ...], origin: np.ndarray, direction: np.ndarray, t: float) -> _Piece:
    """Return the piece that ends outwards at t."""
    slope, value, slope_size, value_size, end = direction, origin, np.abs(direction), np.abs(origin), -np.inf
    for layer in layers:
        weight = np.abs(layer.weight)
        slope, value = layer.weight @ slope, layer.weight @ value + layer.bias
        slope_size, value_size = weight @ slope_size, weight @ value_size + np.abs(layer.bias)
        slope = np.where(np.abs(slope) > _ROUNDING * slope_size, slope, 0.0)
        corners, slopes, intercepts = _segments(layer.activation)
        segment = _segment(slope, value, slope_size, value_size, corners, t)
        end = max(end, _next_crossing(slope, value, corners, t, slope_size))
        slope, value = slope * slopes[segment], value * slopes[segment] + intercepts[segment]
        slope_size, value_size = slope_size * np.abs(slopes[segment]), value_size * np.abs(slopes[segment])
        value_size = value_size + np.abs(intercepts[segment])
    return _Piece(slope, value, slope_size, value_size, end)


def _segment(
    slope: np.ndarray, value: np.ndarray, slope_size: np.ndarray, value_size: np.ndarray, corners: np.ndarray, t: float
) -> np.ndarray:
    """Return on which segment of φ each node is just inside t: how many corners lie below it."""
    if np.isinf(t):
        z = np.where(slope > 0, np.inf, np.where(slope < 0, -np.inf, value))
        return (z[:, None] > corners).sum(1)
    z, size = slope * t + value, slope_size * abs(t) + value_size
    gap = z[:, None] - corners
    at_corner = (np.abs(gap) <= _ROUNDING * size[:, None]) & (slope != 0)[:, None]
    return np.where(at_corner, (slope < 0)[:, None], gap > 0).sum(1)


def _next_crossing(
    slope: np.ndarray, value: np.ndarray, corners: np.ndarray, t: float, slope_size: np.ndarray
) -> float:
    moving = slope != 0
    if not (moving.any() and corners.size):
        return -np.inf
    crossings = (corners - value[moving, None]) / slope[moving, None]
    if np.isfinite(t):
        blur = _ROUNDING * (slope_size[moving, None] * abs(t) + np.abs(value[moving, None]) + np.abs(corners))
        crossings = crossings[crossings < t - 2 * blur / np.abs(slope[moving, None])]
    return float(crossings.max(initial=-np.inf))


@lru_cache(maxsize=64)
def _segments(activation: Activation) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the corners of φ in order, and slope and intercept of each of its straight lines."""
    corners = np.sort([*activation.kinks, *activation.jumps])
    edges = [corners[0] - 2, *corners, corners[-1] + 2] if len(corners) else [-1.0, 1.0]
    middles = (np.array(edges[1:]) + np.array(edges[:-1])) / 2
    slopes = activation.slope(middles)
    return corners, slopes, activation(middles) - slopes * middles
