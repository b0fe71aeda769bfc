"""A slice through a network: some features held fixed, the network of the others."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from nodewise.errors import NodewiseError, unknown
from nodewise.network.layers import Dense, Scale
from nodewise.network.network import Layer, Network
from nodewise.shapes import Float


def sliced(network: Network, at: Mapping[str, float]) -> Network:
    """Return the network of the features that are not named in `at`; exact, the fixed ones become part of the bias.

    Args:
        network: A network.
        at: The value of each feature that is held fixed, in the user's units, by the feature's name.

    Raises:
        NodewiseError: If a name is none of the features, a value is not finite, or no feature is left.
    """
    if not at:
        return network
    if not isinstance(at, Mapping):
        raise NodewiseError(f"at must give values by the names of features, such as {{'x3': 0}}. Got {at!r}.")
    for name, value in at.items():
        if name not in network.feature_names:
            raise unknown("a feature held fixed", name, network.feature_names)
        if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not np.isfinite(value):
            raise NodewiseError(f"the value of a feature held fixed must be a finite number. Got {name}={value!r}.")
    free = [i for i, name in enumerate(network.feature_names) if name not in at]
    if not free:
        raise NodewiseError(f"at least one feature must be left free. Got values for all: {', '.join(at)}.")
    values = np.array([float(at.get(name, 0.0)) for name in network.feature_names])
    return replace(
        network,
        layers=tuple(_cut(network.layers, values, free)),
        feature_names=tuple(network.feature_names[i] for i in free),
        feature_units=tuple(network.feature_units[i] for i in free),
    )


def _cut(layers: Sequence[Layer], values: np.ndarray, free: list[int]) -> list[Layer]:
    """Return the layers of the free features; scaling stays, so that a date far from 0 loses no digits."""
    cut: list[Layer] = []
    held = np.setdiff1d(np.arange(len(values)), free)
    for i, layer in enumerate(layers):
        if isinstance(layer, Dense):
            bias = layer.bias + layer.weight[:, held] @ values[held]
            return [*cut, Dense(layer.weight[:, free], bias, layer.activation), *layers[i + 1 :]]
        values = layer(values)
        cut.append(Scale(layer.shift[free], layer.factor[free]))
    raise AssertionError("a network has a Dense layer")


def along(
    layers: Sequence[Layer], origin: Float[np.ndarray, " feature"], directions: Float[np.ndarray, "feature coordinate"]
) -> tuple[Layer, ...]:
    """Return a chain as a function of coordinates t, x = origin + directions·t: its first layer is of weights.

    Its pre-activations at the origin are computed as the network does, so that a feature with a range far from 0, such
    as a date, loses no digits.

    Args:
        layers: Of a network.
        origin: [feature], where t is 0.
        directions: [feature, coordinate], the step in x that each coordinate stands for.
    """
    for i, layer in enumerate(layers):
        if isinstance(layer, Dense):
            first = Dense(layer.weight @ directions, layer.weight @ origin + layer.bias, layer.activation)
            return (first, *layers[i + 1 :])
        origin, directions = layer.shift + layer.factor * origin, layer.factor[:, None] * directions
    raise AssertionError("a network has a layer of weights")
