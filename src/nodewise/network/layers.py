"""The two kinds of layer a network is made of."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np

from nodewise.activations import Activation, find
from nodewise.errors import NodewiseError
from nodewise.shapes import Float


@contextmanager
def in_layer(number: int) -> Iterator[None]:
    """Say of a number that is not finite in which layer it is, counted from 1."""
    try:
        yield
    except NodewiseError as error:
        said = str(error)
        what, finite, rest = said.partition(" must be finite.")
        raise NodewiseError(f"{what} of layer {number}{finite}{rest}" if finite else said) from None


def frozen(values: object, what: str, dimensions: int) -> np.ndarray:
    """Return `values` as a read-only float64 array of the given number of dimensions, all finite.

    Raises:
        NodewiseError: If it is no such array; `what` names it in the message.
    """
    try:
        array = values if _is_frozen(values) else np.array(values, dtype=np.float64, order="C")
    except (TypeError, ValueError):
        raise NodewiseError(f"{what} must be an array of numbers. Got {type(values).__name__}.") from None
    if array.ndim != dimensions:
        raise NodewiseError(f"{what} must have {dimensions} dimension(s). Got shape {array.shape}.")
    if not np.isfinite(array).all():
        position = ", ".join(str(i) for i in np.argwhere(~np.isfinite(array))[0])
        got = f"{array[~np.isfinite(array)][0]} at [{position}]"
        raise NodewiseError(f"{what} must be finite. Got {got}; train the network again, with smaller steps.")
    array.setflags(write=False)
    return array


def _is_frozen(values: object) -> TypeGuard[np.ndarray]:
    """Return whether values are such an array already, as those of another layer are: they need no copy."""
    if type(values) is not np.ndarray or values.dtype != np.float64:
        return False
    return values.flags.owndata and values.flags.c_contiguous and not values.flags.writeable


@dataclass(frozen=True, eq=False)
class Dense:
    """A layer of nodes: φ(weight·x + bias).

    Attributes:
        weight: [node, feature]; row j is what node j compares its input with.
        bias: [node].
        activation: The row of the table of activations, or its name.
    """

    weight: Float[np.ndarray, "node feature"]
    bias: Float[np.ndarray, " node"]
    activation: Activation

    def __post_init__(self) -> None:
        """Freeze the arrays and check that they fit each other."""
        object.__setattr__(self, "weight", frozen(self.weight, "weight", 2))
        object.__setattr__(self, "bias", frozen(self.bias, "bias", 1))
        object.__setattr__(self, "activation", find(self.activation))
        if 0 in self.weight.shape:
            raise NodewiseError(f"a layer must have at least 1 node and 1 feature. Got weight {self.weight.shape}.")
        if len(self.bias) != len(self.weight):
            raise NodewiseError(
                f"bias must have one number per node. Got {len(self.bias)} for {len(self.weight)} row(s) of weight; "
                "weight is [node, feature], so a framework that keeps [feature, node] needs a transpose."
            )

    @property
    def inputs(self) -> int:
        """Number of features this layer reads."""
        return self.weight.shape[1]

    @property
    def outputs(self) -> int:
        """Number of nodes."""
        return self.weight.shape[0]

    def pre_activation(self, x: Float[np.ndarray, "sample feature"]) -> Float[np.ndarray, "sample node"]:
        """Return weight·x + bias for every sample."""
        z = x @ self.weight.T
        z += self.bias
        return z

    def __call__(self, x: Float[np.ndarray, "sample feature"]) -> Float[np.ndarray, "sample node"]:
        """Return φ(weight·x + bias) for every sample."""
        return self.activation(self.pre_activation(x))


@dataclass(frozen=True, eq=False)
class Scale:
    """Input or output scaling: shift + factor·x, feature by feature.

    Attributes:
        shift: [feature], added after the multiplication.
        factor: [feature], not 0.
    """

    shift: Float[np.ndarray, " feature"]
    factor: Float[np.ndarray, " feature"]

    def __post_init__(self) -> None:
        """Freeze the arrays and check that they fit each other."""
        object.__setattr__(self, "shift", frozen(self.shift, "shift", 1))
        object.__setattr__(self, "factor", frozen(self.factor, "factor", 1))
        if len(self.shift) != len(self.factor) or not len(self.shift):
            raise NodewiseError(
                f"shift and factor must have one number per feature each. Got {len(self.shift)} and {len(self.factor)}."
            )
        if not self.factor.all():
            raise NodewiseError("factor must not be 0. Got 0: that feature would be lost; leave it out instead.")

    @property
    def inputs(self) -> int:
        """Number of features this layer reads."""
        return len(self.shift)

    @property
    def outputs(self) -> int:
        """Number of features this layer gives."""
        return len(self.shift)

    def __call__(self, x: Float[np.ndarray, "sample feature"]) -> Float[np.ndarray, "sample feature"]:
        """Return shift + factor·x for every sample."""
        return self.shift + self.factor * x
