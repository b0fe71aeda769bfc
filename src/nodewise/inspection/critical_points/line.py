"""A network along a straight line through its inputs: values, and guaranteed bounds of values and slopes."""

from typing import Any

import numpy as np

from nodewise.activations import find
from nodewise.errors import NodewiseError
from nodewise.inspection.intervals import Enclosure, Layer, enclose
from nodewise.network import Dense, Network

_UTMOST = 1e100  # as of data


class Along:
    """The outputs of a network at origin + t·direction, low ≤ t ≤ high.

    Attributes:
        network: The network.
        origin, direction: [feature].
        low, high: The ends.
        layers: The chain that reads t. But along the axis of one feature its first layer is the line, so that what
            rounding does to it is bounded with the rest.
    """

    def __init__(self, network: Network, origin: np.ndarray, direction: np.ndarray, low: float, high: float) -> None:
        self.network, self.origin, self.direction, self.low, self.high = network, origin, direction, low, high
        self.layers: tuple[Layer, ...] = network.layers
        if network.inputs > 1 or origin.any() or direction[0] != 1:
            self.layers = (Dense(direction[:, None], origin, find("identity")), *network.layers)

    def __call__(self, t: np.ndarray) -> np.ndarray:
        """Return the outputs [point, output]."""
        values = np.asarray(t, float)[:, None]
        for layer in self.layers:
            values = layer(values)
        return values

    def bounds(self, low: np.ndarray, high: np.ndarray) -> Enclosure:
        """Return guaranteed bounds of the outputs and their slopes over intervals of t."""
        return enclose(self.layers, low[:, None], high[:, None], np.eye(1))


def line(network: Network, low: Any, high: Any, along: Any) -> Along:
    """Return the line asked for; without `along` the axis of the one feature.

    Raises:
        NodewiseError: If the ends are not finite and in order, `along` is missing or does not fit, or the outputs are
            those of a softmax.
    """
    if network.dense[-1].activation.joint:
        raise NodewiseError(
            "critical_points needs outputs that do not share a softmax. Got softmax; read network.logits, or "
            "nodewise.boundaries for where the class changes."
        )
    ends = [_number("low", low), _number("high", high)]
    if not ends[0] < ends[1]:
        raise NodewiseError(
            f"low must be less than high. Got low={ends[0]:g} and high={ends[1]:g}. Swap or widen them."
        )
    if along is None and network.inputs > 1:
        raise NodewiseError(
            f"a network of {network.inputs} features has critical points on a line through them. Got none; give "
            "along=(origin, direction), one number per feature in each."
        )
    if along is None:
        return Along(network, np.zeros(1), np.ones(1), *ends)
    try:
        both = np.array(along, float)
    except (TypeError, ValueError):
        both = np.empty(0)
    if both.shape != (2, network.inputs):
        raise NodewiseError(
            f"along must be (origin, direction), each with {network.inputs} number(s), one per feature. "
            f"Got {along!r}. From a point a to a point b it is (a, b - a), with low=0 and high=1."
        )
    if not (np.abs(both) <= _UTMOST).all() or not both[1].any():
        raise NodewiseError(
            f"along must be finite, between -1e100 and 1e100, and its direction not 0 everywhere. Got {along!r}."
        )
    origin, direction = both
    return Along(network, np.asarray(origin), np.asarray(direction), *ends)


def _number(name: str, value: Any) -> float:
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not number or not np.isfinite(value):
        raise NodewiseError(f"{name} must be a finite number. Got {value!r}.")
    if abs(value) > _UTMOST:
        raise NodewiseError(f"{name} must lie between -1e100 and 1e100. Got {value:g}; use a larger unit.")
    return float(value)
