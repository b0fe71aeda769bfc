"""Activations that Keras lacks, as operations of `keras.ops` in a small model that any Keras can load."""

import math
from collections.abc import Callable
from typing import Any

# By name: what makes it of the namespace of operations and an array.
BUILT: dict[str, Callable[[Any, Any], Any]] = {
    "gaussian": lambda ops, z: ops.exp(ops.negative(ops.square(z))),
    "step": lambda ops, z: ops.sign(ops.relu(z)),
    "snake": lambda ops, z: ops.add(z, ops.square(ops.sin(z))),
    "triangle": lambda ops, z: ops.absolute(ops.mod(z, 2 * math.pi) - math.pi) * (2 / math.pi) - 1.0,
    "saw": lambda ops, z: ops.mod(z, 1.0),
    # Keras's own tanh is of float32, see `backend.coarse`.
    "tanh": lambda ops, z: ops.sigmoid(z * 2.0) * 2.0 - 1.0,
    "abs": lambda ops, z: ops.absolute(z),
    "cosine": lambda ops, z: ops.cos(z),
    "sine": lambda ops, z: ops.sin(z),
    "gelu_tanh": lambda ops, z: ops.gelu(z, approximate=True),
}
# Those of several operations, by what `graph.signature` says of such a model; operations alone are read as they are.
KNOWN = {
    "Square([x]) Negative([0]) Exp([1])": "gaussian",
    "Relu([x]) Sign([0])": "step",
    "Sin([x]) Square([0]) Add([x], [1])": "snake",
    f"Mod([x], {2 * math.pi!r}) Subtract([0], {math.pi!r}) Absolute([1]) Multiply([2], {2 / math.pi!r}) "
    "Subtract([3], 1.0)": "triangle",
    "Mod([x], 1.0)": "saw",
    "Multiply([x], 2.0) Sigmoid([0]) Multiply([1], 2.0) Subtract([2], 1.0)": "tanh",
}
