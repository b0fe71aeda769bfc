"""How a node compares: dot product = length of its row · length of the input · cosine of the angle between them."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from nodewise.inspection.reading import readonly
from nodewise.network import Dense, Network, Scale


@dataclass(frozen=True, eq=False)
class Comparison:
    """Inputs compared with rows; `dot` is `row_length · input_length · cosine`.

    Attributes:
        row_length: [node].
        input_length: [sample].
        cosine: [sample, node], between -1 and 1; 0 where the row or the input has no length.
        dot: [sample, node].
    """

    row_length: Float[np.ndarray, " node"]
    input_length: Float[np.ndarray, " sample"]
    cosine: Float[np.ndarray, "sample node"]
    dot: Float[np.ndarray, "sample node"]


def unit(vectors: Float[np.ndarray, "vector feature"]) -> tuple[np.ndarray, np.ndarray]:
    """Return each vector divided by its length, and the lengths [vector]; a vector of length 0 stays as it is."""
    # By the largest entry first, so that no square underflows or overflows.
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    smaller = vectors / np.where(largest > 0, largest, 1)
    length = np.sqrt(np.einsum("vf,vf->v", smaller, smaller))[:, None]
    return smaller / np.where(length > 0, length, 1), (largest * length)[:, 0]


def compare(rows: Float[np.ndarray, "node feature"], inputs: Float[np.ndarray, "sample feature"]) -> Comparison:
    """Compare every input with every row."""
    unit_rows, row_length = unit(rows)
    unit_inputs, input_length = unit(inputs)
    cosine = np.clip(unit_inputs @ unit_rows.T, -1, 1)
    return Comparison(*(readonly(part) for part in (row_length, input_length, cosine, inputs @ rows.T)))


def seen(network: Network, layer: int, x: Float[np.ndarray, "sample feature"]) -> Float[np.ndarray, "sample feature"]:
    """Return what hidden layer `layer` (from 0) reads: the scaled inputs, or the activations of the layer before it."""
    values, passed = x, 0
    for part in network.layers:
        if isinstance(part, Dense):
            if passed == layer:
                break
            passed += 1
        values = part(values)
    return values


def unscaled(network: Network, values: Float[np.ndarray, "sample feature"]) -> Float[np.ndarray, "sample feature"]:
    """Return the inputs, in the user's units, that the first layer sees as `values`."""
    first = next(i for i, part in enumerate(network.layers) if isinstance(part, Dense))
    for part in reversed(network.layers[:first]):
        if isinstance(part, Scale):
            values = (values - part.shift) / part.factor
    return values
