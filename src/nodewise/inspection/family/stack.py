"""Many networks of one architecture as one array of parameters, and the values they take."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import numpy as np
from jaxtyping import Float

from nodewise.activations import Activation, numpy_operations
from nodewise.network import Dense, Network
from nodewise.network.flat import count, unravel
from nodewise.training.draws import DRAWS

Moving = tuple[Float[np.ndarray, "sample node"], Float[np.ndarray, "sample node"]]  # values, and slopes along t
Layers = list[tuple[np.ndarray, np.ndarray]]


def draw(sizes: Sequence[int], number: int, seed: int, weights: str) -> Float[np.ndarray, "network parameter"]:
    """Return random parameters; those of network i depend on `seed` and i, and on nothing else.

    Args:
        sizes: Number of features, of nodes per hidden layer, and of outputs.
        number: Number of networks.
        seed: Not negative.
        weights: A row of `nodewise.training.draws.DRAWS`.
    """
    row, total = DRAWS[weights], count(sizes)
    drawn = np.empty((number, total))
    for i in range(number):
        drawn[i] = row.numbers(np.random.default_rng([seed, i]), 1.0, total)
    for (weight, bias), (before, after) in zip(unravel(drawn, sizes), itertools.pairwise(sizes), strict=True):
        weight *= row.weight(before, after)
        bias *= 0.0 if row.bias is None else row.bias(before, after)
    drawn += 0.0  # no -0
    drawn.setflags(write=False)
    return drawn


@dataclass(frozen=True, eq=False)
class Stack(Sequence[Network]):
    """Networks of one architecture, each made when it is asked for.

    Attributes:
        sizes: Number of features, of nodes per hidden layer, and of outputs.
        activations: One row per layer, the output layer's last.
        parameters: [network, parameter], layer by layer, each layer's weights before its biases.
    """

    sizes: tuple[int, ...]
    activations: tuple[Activation, ...]
    parameters: Float[np.ndarray, "network parameter"]

    def __len__(self) -> int:
        """Return the number of networks."""
        return len(self.parameters)

    @overload
    def __getitem__(self, index: int) -> Network: ...
    @overload
    def __getitem__(self, index: slice) -> "Stack": ...
    def __getitem__(self, index: Any) -> "Network | Stack":
        """Return network `index`, or the networks of a slice."""
        if isinstance(index, slice):
            return Stack(self.sizes, self.activations, self.parameters[index])
        layers = zip(unravel(self.parameters[index], self.sizes), self.activations, strict=True)
        return Network(tuple(Dense(weight, bias, activation) for (weight, bias), activation in layers))

    @cached_property
    def layers(self) -> Layers:
        """(weight [network, node, feature], bias [network, node]) per layer."""
        return unravel(self.parameters, self.sizes)

    def along(
        self, index: int, t: Float[np.ndarray, " sample"], direction: Float[np.ndarray, " feature"]
    ) -> tuple[Moving, Moving]:
        """Return what one network's output layer reads on t·direction, and its pre-activations, with their slopes."""
        values, slopes = t[:, None] * direction, np.broadcast_to(direction, (len(t), len(direction)))
        for (weight, bias), activation in zip(self.layers[:-1], self.activations, strict=False):
            before, rise = values @ weight[index].T + bias[index], slopes @ weight[index].T
            values = activation(before)
            slopes = activation.derivative(numpy_operations, before, values) * rise
        weight, bias = self.layers[-1]
        return (values, slopes), (values @ weight[index].T + bias[index], slopes @ weight[index].T)

    def curves(self, x: Float[np.ndarray, "sample feature"]) -> Float[np.ndarray, "network sample output"]:
        """Return the outputs of all networks at x: to the bit those of each network called by itself.

        One network after the other, so that what it computes stays in the processor's cache.
        """
        found = np.empty((len(self), len(x), self.sizes[-1]))
        chain = list(zip(self.layers, self.activations, strict=True))
        for i in range(len(self)):
            values = x
            for (weight, bias), activation in chain:
                before = values @ weight[i].T
                before += bias[i]
                values = activation(before)
            found[i] = values
        return found
