"""A network on a grid of two inputs, fast: in blocks that stay in the cache, in arrays made once."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.activations import Activation, numpy_operations
from nodewise.inspection.intervals import Layer, Range, affine, value_range
from nodewise.network import Dense

_BLOCK = 1000  # samples evaluated at once: the activations of a layer then stay in the cache


def on_grid(
    layers: Sequence[Layer], t: Float[np.ndarray, " point"], kind: Any = np.float64
) -> Float[np.ndarray, "class row column"]:
    """Evaluate a chain of two inputs at all pairs of t, in blocks of rows as [node, sample], in float64 or float32."""
    steps = [(weight.astype(kind), activation) for weight, activation in map(step, layers)]
    t = t.astype(kind)
    result = np.empty((layers[-1].outputs, len(t), len(t)), kind)
    scratch = Scratch(0, kind)
    rows = max(1, _BLOCK // len(t))
    for start in range(0, len(t), rows):
        count = min(rows, len(t) - start)
        if start == 0 or count < rows:
            scratch = Scratch(count * len(t), kind)
            scratch.empty("inputs", 2)[0] = np.tile(t, count)
        values = scratch.empty("inputs", 2)
        values[1] = np.repeat(t[start : start + count], len(t))
        for i, (weight, activation) in enumerate(steps):
            values = scratch.through(i, weight, activation, values)
        result[:, start : start + count] = values.reshape(len(values), count, len(t))
    return result


def single_error(layers: Sequence[Layer]) -> Float[np.ndarray, " class"]:
    """Return how far each score computed in float32 can be from the true one, anywhere on the grid.

    Each layer passes on the errors of its inputs and adds the rounding of its weights, its sum and its activation,
    scaled with the largest values they can have; infinite where an activation jumps.
    """
    unit = float(np.finfo(np.float32).eps)
    value = Range(-np.ones((1, 2)), np.ones((1, 2)))
    error = np.full((1, 2), unit)
    for layer in layers:
        weight, activation = step(layer)
        size = np.column_stack([value.size, 1.0])
        spread = (np.column_stack([error, 0.0]) + unit * (weight.shape[1] + 4) * size) @ np.abs(weight).T
        value = affine(weight[:, :-1], weight[:, -1], value)
        error = spread * (1 + unit * weight.shape[1])
        if activation is not None and not activation.identity:
            steep, before = activation.lipschitz, value.size
            if np.isinf(steep):
                return np.full(layers[-1].outputs, np.inf)
            value = value_range(activation, value)
            error = steep * error + 16 * unit * (value.size + steep * before)
    return error[0]


def step(layer: Layer) -> tuple[np.ndarray, Activation | None]:
    """Return the weights, the bias as one more column whose input is 1 (one product does both), and the activation."""
    if isinstance(layer, Dense):
        return np.column_stack([layer.weight, layer.bias]), layer.activation
    return np.column_stack([np.diag(layer.factor), layer.shift]), None


class Scratch:
    """Arrays [node, sample] that are made once and written to again in every block, each with a row of ones below.

    Allocating them anew costs more than the arithmetic. An activation's operations write into arrays of their own, the
    first operation into the first and so on, so that its formula finds every intermediate untouched.
    """

    def __init__(self, samples: int, kind: Any) -> None:
        self.samples, self.kind, self.calls = samples, kind, 0
        self.arrays: dict[Any, np.ndarray] = {}
        self.whole: dict[int, np.ndarray] = {}  # by the id of the view without the ones
        self.operations = SimpleNamespace(
            **{name: self._reusing(f) if isinstance(f, np.ufunc) else f for name, f in vars(numpy_operations).items()}
        )

    def empty(self, key: Any, nodes: int) -> np.ndarray:
        """Return the array of this key without its ones."""
        found = self.arrays.get((key, nodes))
        if found is None:
            whole = np.ones((nodes + 1, self.samples), self.kind)
            found = self.arrays[key, nodes] = whole[:-1]
            self.whole[id(found)] = whole
        return found

    def through(self, key: int, weight: np.ndarray, activation: Activation | None, values: np.ndarray) -> np.ndarray:
        """Return what a layer makes of values [node, sample] that `empty` gave."""
        return self.activated(activation, np.matmul(weight, self.whole[id(values)], out=self.empty(key, len(weight))))

    def activated(self, activation: Activation | None, before: np.ndarray) -> np.ndarray:
        """Return φ of an array that `empty` gave, in such an array."""
        if activation is None or activation.identity:
            return before
        self.calls = 0
        after = activation.value(self.operations, before)
        if id(after) not in self.whole:
            held = self.empty("held", len(before))
            held[:] = after
            return held
        return after

    def _reusing(self, function: np.ufunc) -> Any:
        def call(*values: Any) -> np.ndarray:
            self.calls += 1
            nodes = next(len(value) for value in values if np.ndim(value))
            return function(*values, out=self.empty(("call", self.calls), nodes))

        return call
