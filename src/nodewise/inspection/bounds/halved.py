"""Range and slopes by halving boxes, for any network; of straight lines to rounding, where there is time."""

import numpy as np

from nodewise.inspection.bounds.outputs import Outputs
from nodewise.inspection.bounds.pieces import first_boxes, straight
from nodewise.inspection.bounds.search import Found, search, tried

_ROUNDING = 1e-12  # no gap smaller than this share of the values is asked for
_FEW = 2  # features, up to which halving ends at the corners of straight pieces


def halved(
    outputs: Outputs, low: np.ndarray, high: np.ndarray, gap: float, budget: int, chunk: int
) -> tuple[Found, Found]:
    """Return range and slopes over a box [feature]."""
    network = outputs.network
    first_low, first_high = first_boxes(network, low, high)
    most = max(budget, len(first_low))
    exact = straight(network) and network.inputs <= _FEW
    value = _range(outputs, first_low, first_high, min(gap, _ROUNDING) if exact else gap, most, chunk)
    alone = exact and network.inputs == 1  # each piece is a box of its own: nothing is left between
    slope = slopes(outputs, first_low, first_high, min(gap, _ROUNDING) if alone else gap, most, chunk)
    return value, slope


def _range(outputs: Outputs, low: np.ndarray, high: np.ndarray, gap: float, budget: int, chunk: int) -> Found:
    """Bound the outputs, and the outputs with the other sign, from above."""
    network = outputs.network

    def both(x: np.ndarray) -> np.ndarray:
        value = network(x)
        return np.concatenate([value, -value], axis=1)

    def bar(reached: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        highest, lowest = np.split(reached, 2)
        size = np.maximum(np.maximum(np.abs(highest), np.abs(lowest)), 1e-300)
        unit = np.tile(np.maximum(highest + lowest, 1e-300), 2)
        return reached + np.maximum(gap * unit, _ROUNDING * np.tile(size, 2)), unit

    return search(outputs.values, bar, low, high, budget, chunk, tried(both, low.min(axis=0), high.max(axis=0)))


def slopes(outputs: Outputs, low: np.ndarray, high: np.ndarray, gap: float, budget: int, chunk: int) -> Found:
    """Bound the lengths of the gradients, and each slope on either side, from above."""
    count = outputs.network.outputs
    if any(layer.activation.jumps for layer in outputs.network.dense):
        budget = len(low)  # what is left near a jump is infinite, however narrow the box

    def bar(reached: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        steep = np.maximum(reached[:count], 1e-300)
        signs = reached[count:]
        height = np.where(signs > 0, np.inf, 0.0)
        unit = np.concatenate([steep, np.tile(np.repeat(steep, len(signs) // (2 * count)), 2)])
        return np.concatenate([reached[:count] * (1 + gap) + 1e-300, height]), unit

    return search(outputs.slopes, bar, low, high, budget, chunk)
