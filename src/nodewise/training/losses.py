"""The table of losses, each per sample, of the outputs before any output activation, both [output, sample]."""

import jax
import jax.numpy as jnp

from nodewise.errors import unknown
from nodewise.training.objective import Loss

_HUBER_WIDTH = 1.0  # in units of the scaled target, its standard deviation by default


# Functions with names, because a fit that is pickled holds its loss.
def _squared(z: jax.Array, targets: jax.Array) -> jax.Array:
    return ((z - targets) ** 2).mean(0)


def _squared_slope(z: jax.Array, targets: jax.Array) -> jax.Array:
    return (2 / len(z)) * (z - targets)


def _huber(z: jax.Array, targets: jax.Array) -> jax.Array:
    r = z - targets
    return jnp.where(jnp.abs(r) <= _HUBER_WIDTH, r * r, _HUBER_WIDTH * (2 * jnp.abs(r) - _HUBER_WIDTH)).mean(0)


def _huber_slope(z: jax.Array, targets: jax.Array) -> jax.Array:
    return (2 / len(z)) * jnp.clip(z - targets, -_HUBER_WIDTH, _HUBER_WIDTH)


def _cross_entropy(z: jax.Array, targets: jax.Array) -> jax.Array:
    if len(z) == 1:  # log(1 + exp(z)) - target·z, without overflow
        return (jnp.maximum(z, 0) - targets * z + jnp.log1p(jnp.exp(-jnp.abs(z))))[0]
    return jax.nn.logsumexp(z, axis=0) - (targets * z).sum(0)


def _cross_entropy_slope(z: jax.Array, targets: jax.Array) -> jax.Array:
    return (1 / (1 + jnp.exp(-z)) if len(z) == 1 else jax.nn.softmax(z, axis=0)) - targets


def _perceptron(z: jax.Array, targets: jax.Array) -> jax.Array:
    if len(z) == 1:
        return jnp.maximum((1 - 2 * targets) * z, 0)[0]
    return z.max(0) - (targets * z).sum(0)


def _perceptron_slope(z: jax.Array, targets: jax.Array) -> jax.Array:
    if len(z) == 1:  # on the boundary itself the rule corrects, too
        side = 1 - 2 * targets
        return jnp.where(side * z >= 0, side, 0.0)
    return jax.nn.one_hot(z.argmax(0), len(z), axis=0, dtype=z.dtype) - targets


LOSSES = {
    row.name: row
    for row in (
        Loss("squared", _squared, _squared_slope),
        Loss("huber", _huber, _huber_slope),
        Loss("cross_entropy", _cross_entropy, _cross_entropy_slope, power=1, activations=("sigmoid", "softmax")),
        Loss("perceptron", _perceptron, _perceptron_slope, power=1, activations=("identity", "identity")),
    )
}


def find(name: str, labels: bool) -> Loss:
    """Return the loss of this name, or for "auto" the usual one for numbers or for labels.

    Raises:
        NodewiseError: If there is none, or it is for the other kind; the message prints those there are.
    """
    fitting = [row.name for row in LOSSES.values() if bool(row.activations) == labels]
    if name == "auto":
        return LOSSES[fitting[0]]
    if name not in fitting:
        raise unknown(f"loss for {'labels' if labels else 'numbers as targets'}", name, fitting)
    return LOSSES[name]
