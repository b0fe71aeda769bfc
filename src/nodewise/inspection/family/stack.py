"""Many networks of one architecture as one array of parameters, and the values they take."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import numpy as np
from jaxtyping import Float

from nodewise.activations import Activation
from nodewise.network import Dense, Network
from nodewise.network.flat import count, unravel
from nodewise.training.draws import DRAWS

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

    def trace(
        self, index: int, x: Float[np.ndarray, "sample feature"]
    ) -> tuple[Float[np.ndarray, "sample node"], Float[np.ndarray, "sample output"]]:
        """Return what one network's output layer reads, and its pre-activations."""
        values = x
        for (weight, bias), activation in zip(self.layers[:-1], self.activations, strict=False):
            before = values @ weight[index].T
            before += bias[index]
            values = activation(before)
        weight, bias = self.layers[-1]
        return values, values @ weight[index].T + bias[index]

    def curves(self, x: Float[np.ndarray, "sample feature"]) -> Float[np.ndarray, "network sample output"]:
        """Return the outputs of all networks at x: to the bit those of each network called by itself.

        One network after the other, so that what it computes stays in the processor's cache.
        """
        found = np.empty((len(self), len(x), self.sizes[-1]))
        for i in range(len(self)):
            found[i] = self.activations[-1](self.trace(i, x)[1])
        return found
