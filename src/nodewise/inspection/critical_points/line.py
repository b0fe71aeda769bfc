"""A network along a straight line through its inputs: values, and guaranteed bounds of values and slopes."""

from functools import cached_property
from typing import Any

import numpy as np

from nodewise.activations import find
from nodewise.errors import NodewiseError
from nodewise.inspection.along import line as shared
from nodewise.inspection.intervals import Enclosure, Layer, enclose
from nodewise.network import Dense, Network


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

    @cached_property
    def size(self) -> np.ndarray:
        """The largest magnitude each output may have on the line [output], above 0."""
        ends = np.array([[self.low]]), np.array([[self.high]])
        return np.maximum(enclose(self.layers, *ends).value.size[0], np.finfo(float).tiny)

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
    asked = shared(network, low, high, along, "critical points")
    return Along(network, asked.origin, asked.direction, asked.low, asked.high)
