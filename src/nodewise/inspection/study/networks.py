"""Trained networks of one architecture as a few arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
from jaxtyping import Float

from nodewise import activations
from nodewise.network import Dense, Network, Scale
from nodewise.network.flat import unravel

Scales = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False)
class Networks(Sequence[Network]):
    """Networks of one architecture, each made when it is asked for.

    Attributes:
        sizes: Number of features, of nodes per hidden layer, and of outputs.
        activations: Name of each layer's, the output's last.
        parameters: [start, parameter], in scaled units, layer by layer, each layer's weights before its biases.
        before: Shift and factor [start, feature] of the scaling of the inputs, or None.
        behind: Shift and factor [start, output] of that of the outputs, or None.
        names: Names, units and classes, as fields of `Network`.
    """

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    parameters: Float[np.ndarray, "start parameter"]
    before: Scales | None
    behind: Scales | None
    names: dict[str, Any]

    def __len__(self) -> int:
        """Return the number of networks."""
        return len(self.parameters)

    @overload
    def __getitem__(self, index: int) -> Network: ...
    @overload
    def __getitem__(self, index: slice) -> "Networks": ...
    def __getitem__(self, index: Any) -> "Network | Networks":
        """Return network `index`, or the networks of a slice."""
        scales = [each and (each[0][index], each[1][index]) for each in (self.before, self.behind)]
        if isinstance(index, slice):
            return Networks(self.sizes, self.activations, self.parameters[index], scales[0], scales[1], self.names)
        chain = zip(unravel(self.parameters[index], self.sizes), self.activations, strict=True)
        layers: list[Any] = [Dense(weight, bias, activations.find(name)) for (weight, bias), name in chain]
        before, behind = (each and Scale(*each) for each in scales)
        return Network(tuple(filter(None, (before, *layers, behind))), **self.names)

    def outputs(self, x: Float[np.ndarray, "sample feature"]) -> Float[np.ndarray, "start sample output"]:
        """Return what every network says of x, one after the other, so that what it computes stays in the cache."""
        found = np.empty((len(self), len(x), self.sizes[-1]))
        chain = list(zip(unravel(self.parameters, self.sizes), self.activations, strict=True))
        for i in range(len(self)):
            values = x if self.before is None else self.before[0][i] + self.before[1][i] * x
            for (weight, bias), name in chain:
                values = activations.find(name)(values @ weight[i].T + bias[i])
            found[i] = values if self.behind is None else self.behind[0][i] + self.behind[1][i] * values
        return found
