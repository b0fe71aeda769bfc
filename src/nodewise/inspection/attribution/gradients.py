"""Outputs and their gradients of many parameter vectors and samples at once, in NumPy.

Parameters are rows [row, parameter]; samples are [row, sample, feature], or [1, sample, feature] for the same ones in
every row. Both are in the scaled units of training, where the output layer's activation is the identity.

In memory samples are last, whatever the order of the axes: there are more of them than of nodes, and NumPy's loops run
along them (half the time).
"""

from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.activations import find, numpy_operations
from nodewise.network.flat import unravel
from nodewise.training.objective import Model

Trace = list[tuple[np.ndarray, np.ndarray]]


def forward(model: Model, flat: Float[np.ndarray, "row parameter"], x: np.ndarray) -> Trace:
    """Return (pre-activations, activations) [row, sample, node] per layer; the last activations are the outputs."""
    trace, a = [], x
    for (weight, bias), name in zip(unravel(flat, model.sizes), model.activations, strict=True):
        below = a.swapaxes(-1, -2)
        product = weight * below if weight.shape[-1] == 1 else weight @ below
        product += bias[..., None]
        z = product.swapaxes(-1, -2)
        a = find(name).value(numpy_operations, z)
        trace.append((z, a))
    return trace


def deltas(
    model: Model, flat: Float[np.ndarray, "row parameter"], trace: Trace, delta: Float[np.ndarray, "row sample output"]
) -> list[Float[np.ndarray, "row sample node"]]:
    """Return per layer the derivative with respect to its pre-activations of what has `delta` at the outputs."""
    layers, found = unravel(flat, model.sizes), [delta]
    for i in reversed(range(len(layers) - 1)):
        weight = layers[i + 1][0]
        behind, turned = found[0].swapaxes(-1, -2), weight.swapaxes(-1, -2)
        passed = turned * behind if weight.shape[-2] == 1 else turned @ behind
        z, a = trace[i]
        found.insert(0, passed.swapaxes(-1, -2) * find(model.activations[i]).derivative(numpy_operations, z, a))
    return found


def gradients(
    model: Model,
    flat: Float[np.ndarray, "row parameter"],
    x: np.ndarray,
    trace: Trace,
    delta: Float[np.ndarray, "row sample output"],
) -> Float[np.ndarray, "row sample parameter"]:
    """Return the gradient of every sample, not summed, of what has `delta` as its derivative at the outputs."""
    rows, samples = np.broadcast_shapes(delta.shape[:2], (len(flat), 1))
    out = np.empty((rows, flat.shape[1], samples)).swapaxes(1, 2)
    parts = zip(unravel(out, model.sizes), deltas(model, flat, trace, delta), strict=True)
    below = [x, *(a for _, a in trace)]
    for i, ((weight, bias), d) in enumerate(parts):  # views of `out`
        np.multiply(d[..., :, None], below[i][..., None, :], out=weight)
        bias[...] = d
    return out


def of_output(
    model: Model, flat: Float[np.ndarray, "row parameter"], x: np.ndarray, output: int
) -> tuple[Float[np.ndarray, "row sample"], Float[np.ndarray, "row sample parameter"]]:
    """Return one output and its gradient."""
    trace = forward(model, flat, x)
    values = trace[-1][1]
    delta = np.zeros_like(values)
    delta[..., output] = 1
    return values[..., output], gradients(model, flat, x, trace, delta)


def loss_slopes(
    model: Model, outputs: Float[np.ndarray, "row sample output"], targets: Float[np.ndarray, "sample output"]
) -> Float[np.ndarray, "row sample output"]:
    """Return the derivative of each sample's loss with respect to its outputs. To be called inside `on_cpu`."""
    rows, samples, width = outputs.shape
    wanted: Any = np.tile(targets.T, (1, rows))
    slopes = model.loss.derivative(outputs.reshape(-1, width).T, wanted)
    return np.asarray(slopes).T.reshape(rows, samples, width)
