"""The objective: parameters as one flat array, forward pass, loss and hand-written gradient, in JAX.

Everything here is written for one start. Arrays are feature-major, [feature, sample] and [node, sample]:
with the weights [node, feature] each layer is then one dot product in the order memory is read, which on
a CPU is up to twice as fast as sample-major and many times faster than batching over starts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from nodewise.activations import SAME_NAMED, find
from nodewise.network.flat import count, ravel, unravel

operations = SimpleNamespace(
    **{name: getattr(jnp, name) for name in SAME_NAMED},
    where=jnp.where,
    sigmoid=lambda z: 1 / (1 + jnp.exp(-z)),
    softmax=lambda z: jax.nn.softmax(z, axis=0),
    erf=jax.lax.erf,
)


@dataclass(frozen=True)
class Loss:
    """A loss per sample, of outputs and targets [output, sample].

    Attributes:
        name: Its name in settings and messages.
        value: value(outputs, targets), [sample].
        derivative: Derivative with respect to the outputs, [output, sample].
        power: Which power of the size of an error it grows with near 0.
        activations: Of a loss for labels, what the output layer of the trained network has for one output and for more;
            training itself sees the logits. None for numbers.
    """

    name: str
    value: Callable[[Any, Any], Any]
    derivative: Callable[[Any, Any], Any]
    power: int = 2
    activations: tuple[str, str] | None = None


@dataclass(frozen=True)
class Model:
    """What a training program is compiled for.

    Attributes:
        sizes: Number of features, of nodes per hidden layer, and of outputs.
        activations: One name per `Dense` layer; the output layer's, identity, last.
        loss: A row of `losses.LOSSES`.
        penalty: What `l2` is put on: "none", "weights" or "all" (weights and biases).
    """

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    loss: Loss
    penalty: str = "none"

    @property
    def parameters(self) -> int:
        """Number of weights and biases."""
        return count(self.sizes)


class Batch(NamedTuple):
    """Samples to train or validate on.

    Attributes:
        inputs: [feature, sample].
        targets: [output, sample].
        weights: [sample], summing to 1.
    """

    inputs: Any
    targets: Any
    weights: Any


def penalised(model: Model) -> np.ndarray:
    """Return 1 for every parameter that `l2` is put on and 0 for the others, [parameter]."""
    on_bias = 1.0 if model.penalty == "all" else 0.0
    pairs = zip(model.sizes, model.sizes[1:], strict=False)
    return ravel([(np.ones((after, before)), np.full(after, on_bias)) for before, after in pairs])


def forward(model: Model, flat: Any, inputs: Any) -> tuple[Any, list[tuple[Any, Any]]]:
    """Return the outputs [output, sample] and (pre-activations, activations) per layer, [node, sample]."""
    a, trace = inputs, []
    for (weight, bias), name in zip(unravel(flat, model.sizes), model.activations, strict=True):
        # An outer product is a broadcast; as a dot product it would leave the fused loop.
        z = (weight * a if weight.shape[-1] == 1 else weight @ a) + bias[:, None]
        a = find(name).value(operations, z)
        trace.append((z, a))
    return a, trace


def data_loss(model: Model, flat: Any, batch: Batch) -> Any:
    """Return the weighted mean of the loss over the samples, without the penalty."""
    outputs, _ = forward(model, flat, batch.inputs)
    return model.loss.value(outputs, batch.targets) @ batch.weights


def value_and_gradient(model: Model, flat: Any, batch: Batch, l2: Any) -> tuple[Any, Any]:
    """Return the objective and its gradient [parameter].

    The objective is Σ_i weight_i · loss(outputs_i, targets_i) + l2/2 · Σ w², the last sum over the parameters that
    `model.penalty` names.
    """
    layers = unravel(flat, model.sizes)
    outputs, trace = forward(model, flat, batch.inputs)
    value = model.loss.value(outputs, batch.targets) @ batch.weights
    delta = model.loss.derivative(outputs, batch.targets) * batch.weights
    gradients: list[Any] = []
    for i in reversed(range(len(layers))):
        z, a = trace[i]
        delta = delta * find(model.activations[i]).derivative(operations, z, a)
        below = trace[i - 1][1] if i else batch.inputs
        gradients = [(delta @ below.T).ravel(), delta.sum(-1), *gradients]
        if i:
            weight = layers[i][0]
            delta = weight.T * delta if weight.shape[0] == 1 else weight.T @ delta
    gradient = jnp.concatenate(gradients)
    if model.penalty == "none":
        return value, gradient
    shrunk = flat * jnp.asarray(penalised(model), flat.dtype)
    return value + 0.5 * l2 * jnp.dot(shrunk, shrunk), gradient + l2 * shrunk
