"""Classifiers of the table of architectures, trained with Adam on samples that may be changed anew at every step."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from jaxtyping import Float, Int

from nodewise.training.architectures import ARCHITECTURES, Arrays, Canvas
from nodewise.training.descend import descend
from nodewise.training.device import ONE_THREAD, on_cpu

NOISE = 0.3  # standard deviation of what the noise adds, in the samples' units


def _as_they_are(key: Any, x: Any, canvas: Canvas) -> Any:
    return x


def _noise(key: Any, x: Any, canvas: Canvas) -> Any:
    return x + NOISE * jax.random.normal(key, x.shape, x.dtype)


def _shifts(key: Any, x: Any, canvas: Canvas) -> Any:
    """Shift each sample to a random place of the canvas; what leaves it at one edge comes in at the other."""
    down, right = (jax.random.randint(k, (len(x), 1), 0, n)
                   for k, n in zip(jax.random.split(key), canvas.shape, strict=True))  # fmt: skip
    row, column = np.divmod(np.arange(canvas.features), canvas.shape[1])
    index = (row + down) % canvas.shape[0] * canvas.shape[1] + (column + right) % canvas.shape[1]
    return jnp.take_along_axis(x, index, axis=1)


AUGMENTATIONS: dict[str, Callable[[Any, Any, Canvas], Any]] = {
    "": _as_they_are,
    "noise added": _noise,
    "random shifts": _shifts,
}


@dataclass(frozen=True)
class Plan:
    """How an arm is trained; one program is compiled for each.

    Attributes:
        architecture: A name of `ARCHITECTURES`.
        augmentation: A name of `AUGMENTATIONS`.
        canvas: What samples are like.
        batch: Samples per step.
    """

    architecture: str
    augmentation: str
    canvas: Canvas
    batch: int


class Trained(NamedTuple):
    """One trained start: its arrays as the table of architectures names them, and their number."""

    arrays: dict[str, np.ndarray]
    parameters: int


def train(
    plan: Plan,
    x: Float[np.ndarray, "sample feature"],
    classes: Int[np.ndarray, " sample"],
    seed: int,
    *,
    steps: int,
    rate: float,
) -> Trained:
    """Train one start in float32 and return its arrays.

    Args:
        plan: What to train.
        x: Samples.
        classes: Their classes, counted from 0.
        seed: Of the first arrays, the batches and the augmentation.
        steps: Steps of Adam.
        rate: Its learning rate.
    """
    first = ARCHITECTURES[plan.architecture].begin(np.random.default_rng(seed), plan.canvas)
    first = {name: values.astype(np.float32) for name, values in first.items()}
    with on_cpu("float32"):
        args = (x.astype(np.float32), classes.astype(np.int32), jax.random.key(seed), np.float32(rate), np.int32(steps))
        last = jax.block_until_ready(_train(plan, first, *args))
    return Trained({name: np.asarray(v, float) for name, v in last.items()}, sum(v.size for v in first.values()))


@partial(jax.jit, static_argnames="plan", compiler_options=ONE_THREAD)
def _train(plan: Plan, first: Arrays, x: Any, classes: Any, key: Any, rate: Any, steps: Any) -> Arrays:
    flat, unravel = ravel_pytree(first)
    logits, change = ARCHITECTURES[plan.architecture].logits, AUGMENTATIONS[plan.augmentation]

    def loss(flat: Any, x: Any, classes: Any) -> Any:
        said = jax.nn.log_softmax(logits(unravel(flat), x, plan.canvas))
        return -jnp.take_along_axis(said, classes[:, None], axis=1).mean()

    def gradient(flat: Any, step: Any) -> Any:
        pick, alter = jax.random.split(jax.random.fold_in(key, step))
        index = jax.random.randint(pick, (plan.batch,), 0, len(x))
        return jax.grad(loss)(flat, change(alter, x[index], plan.canvas), classes[index])

    return unravel(descend(gradient, flat, rate, steps))


def answers(
    plan: Plan, arrays: dict[str, np.ndarray], x: Float[np.ndarray, "sample feature"]
) -> Int[np.ndarray, " sample"]:
    """Return the class of each sample by its largest logit."""
    with on_cpu("float32"):
        return np.asarray(_answers(plan, arrays, x.astype(np.float32)))


@partial(jax.jit, static_argnames="plan", compiler_options=ONE_THREAD)
def _answers(plan: Plan, arrays: Arrays, x: Any) -> Any:
    return ARCHITECTURES[plan.architecture].logits(arrays, x, plan.canvas).argmax(axis=1)
