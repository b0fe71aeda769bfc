"""Adam along the whole gradient of activations that jump, of which automatic differentiation knows a part alone."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nodewise import activations
from nodewise.data.dataset import Dataset
from nodewise.network.flat import unravel
from nodewise.training.descend import descend
from nodewise.training.device import ONE_THREAD, on_cpu
from nodewise.training.history import History
from nodewise.training.objective import Batch, Model, operations, value_and_gradient
from nodewise.training.prepare import prepare
from nodewise.training.settings import Settings

_MOST = 32  # jumps of a node within the samples' range; of a faster one the first
_FLAT = 1e-6  # the smallest weight whose jumps have a place


def train_jumping(data: Dataset, settings: Settings) -> History:
    """Train every start with Adam along the gradient of the expected loss, jumps included.

    The expectation is over inputs whose density between two neighbouring samples is 1 over their distance and number,
    and targets on straight lines between the samples'. A jump at x_k = (a - b)/w adds

        p(x_k) · (a - b)/w² · [l(f(x_k⁺)) - l(f(x_k⁻))]

    to dL/dw, and the same without (a - b)/w² but with 1/w to dL/db, where l(f(x_k±)) is the loss beside it.

    Args:
        data: Samples of one feature, at different places, and one target.
        settings: Of one hidden layer; `starts`, `learning_rate`, `steps`, `start` and `seed` count.

    Returns:
        The last parameters of the starts, as snapshots.
    """
    ready = prepare(data, settings)
    order = np.argsort(ready.batch.inputs[0])
    batch = Batch(ready.batch.inputs[:, order], ready.batch.targets[:, order], ready.batch.weights[order])
    with on_cpu(ready.todo.settings.precision):
        last = np.asarray(_descend(ready.model, ready.first, batch, ready.todo.rate, ready.todo.settings.steps))
    return History(last, np.arange(len(last)), ready.model, ready.template)


@partial(jax.jit, static_argnames="model", compiler_options=ONE_THREAD)
def _descend(model: Model, first: Any, batch: Batch, rate: Any, steps: Any) -> Any:
    return jax.vmap(lambda flat: descend(lambda now, _: gradient(model, now, batch), flat, rate, steps))(first)


def gradient(model: Model, flat: Float[Any, " parameter"], batch: Batch) -> Float[Any, " parameter"]:
    """Return the gradient of the expected loss; samples in rising order of their one feature."""
    smooth = value_and_gradient(model, flat, batch, 0.0)[1]
    (weight, bias), (out, out_bias) = unravel(flat, model.sizes)
    w, b, v = weight[:, 0], bias, out[0]
    row = activations.find(model.activations[0])
    places = _places(row, w, b, batch.inputs[0])  # of z, [node, jump]
    safe = jnp.where(jnp.abs(w) > _FLAT, w, _FLAT)[:, None]
    x = (places - b[:, None]) / safe
    density = _density(batch.inputs[0], x)
    phi = partial(row.value, operations)
    said = phi(w[:, None, None] * x + b[:, None, None])  # of the first axis at the jumps of the others
    own = jnp.eye(len(w), dtype=bool)[:, :, None]
    others = jnp.einsum("n,nij->ij", v, jnp.where(own, 0.0, said)) + out_bias[0]
    target = jnp.interp(x, batch.inputs[0], batch.targets[0])
    side = jnp.sign(safe) * jnp.finfo(flat.dtype).eps ** 0.5  # to where one-sided values are taken
    right, left = (
        model.loss.value((others + v[:, None] * phi(places + s)).reshape(1, -1), target.reshape(1, -1))
        for s in (side, -side)
    )
    rise = jnp.where(density > 0, density * (right - left).reshape(x.shape) / safe, 0.0)
    by_weight, by_bias = jnp.where(density > 0, x * rise, 0.0).sum(1), rise.sum(1)
    return smooth + jnp.concatenate([by_weight, by_bias, jnp.zeros_like(out[0]), jnp.zeros_like(out_bias)])


def _places(row: activations.Activation, w: Any, b: Any, x: Any) -> Any:
    """Return the pre-activations [node, jump] at which nodes jump, from the least that samples reach."""
    if row.period is None:
        return jnp.broadcast_to(jnp.array(row.jumps), (len(w), len(row.jumps)))
    least = jnp.minimum(w * x[0], w * x[-1]) + b
    turns = jnp.ceil(least / row.period)[:, None] - 1 + jnp.arange(_MOST)
    return (turns[..., None] * row.period + jnp.array(row.jumps)).reshape(len(w), -1)


def _density(inputs: Any, x: Any) -> Any:
    """Return the density of the inputs at x, 0 beyond the samples."""
    gap = jnp.clip(jnp.searchsorted(inputs, x) - 1, 0, len(inputs) - 2)
    inside = (x > inputs[0]) & (x < inputs[-1])
    return jnp.where(inside, 1 / ((len(inputs) - 1) * (inputs[gap + 1] - inputs[gap])), 0.0)
