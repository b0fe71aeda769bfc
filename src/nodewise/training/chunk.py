"""The loop for a chunk of starts: all of them step together, and each stops by itself.

It does what `loop.run` does for the solvers that follow the gradient, without a record.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, Protocol

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from nodewise.network.flat import ravel, unravel
from nodewise.training.device import ONE_THREAD
from nodewise.training.loop import CONVERGED, DIVERGED, RUNNING
from nodewise.training.objective import Batch, Model
from nodewise.training.sums import BLOCK
from nodewise.training.together import Layers, Samples, value_and_gradient

_OPTIONS = {**ONE_THREAD, "xla_cpu_prefer_vector_width": 512}


class Elementwise(Protocol):
    """A solver whose update treats every parameter alike and alone: one gradient in, one step out."""

    @property
    def slots(self) -> int:
        """How many arrays as the parameters it remembers; all begin with zeros."""
        ...

    @property
    def update(self) -> Callable[[Any, Any, Any, Any], tuple[Any, Any]]:
        """(gradient, memory, rate, step) → (what to subtract, new memory)."""
        ...


class Progress(NamedTuple):
    """All that a chunk carries from call to call.

    Attributes:
        layers: Weights [node, feature, start] and biases [node, start] per layer.
        memory: The solver's, per array of `layers`, each in one axis: with the short one of starts behind, a compiler
            makes a list of scalars and not a loop of vectors.
        loss: [start], the objective there.
        gradient: As `memory`.
        reason: [start], codes of `loop`.
        steps: [start], how many each did.
        step: How many the chunk did.
    """

    layers: Layers
    memory: Any
    loss: Any
    gradient: Layers
    reason: Any
    steps: Any
    step: Any


def samples(batch: Batch, starts: int) -> Samples:
    """Return the samples in blocks, for so many starts; what fills up the last is a sample again, without weight."""
    samples = batch.weights.size
    count = -(-samples // BLOCK)
    size = -(-samples // count)
    taken = np.arange(count * size)
    index = np.where(taken < samples, taken, 0)
    weights = np.where(taken < samples, batch.weights[index], 0).astype(batch.weights.dtype)
    cut = lambda part: np.ascontiguousarray(part[:, index].reshape(len(part), count, size).swapaxes(0, 1))  # noqa: E731
    targets, each = (np.repeat(part, starts, -1) for part in (cut(batch.targets), weights.reshape(count, size)))
    return Samples(cut(batch.inputs), targets, each)


def _stack(model: Model, flat: Float[np.ndarray, "start parameter"]) -> Layers:
    """Return flat parameters as arrays with the starts last."""
    last_axis = lambda part: np.ascontiguousarray(np.moveaxis(part, 0, -1))  # noqa: E731
    return [(last_axis(weight), last_axis(bias)) for weight, bias in unravel(flat, model.sizes)]


def flatten(layers: Layers) -> Float[np.ndarray, "start parameter"]:
    """Return the parameters as one flat array per start."""
    first_axis = lambda part: np.moveaxis(np.asarray(part), -1, 0)  # noqa: E731
    return ravel([(first_axis(weight), first_axis(bias)) for weight, bias in layers])


class Limits(NamedTuple):
    """Numbers the program takes as arguments, as in `loop.Limits`; the ceiling is one per start, [start]."""

    steps: Any
    rate: Any
    l2: Any
    ceiling: Any
    floor: Any


def begin(
    model: Model, solver: Elementwise, first: Float[np.ndarray, "start parameter"], samples: Samples, l2: float
) -> Progress:
    """Return the progress before the first step, of which `loss` and `gradient` are known."""
    dtype, count = first.dtype, len(first)
    layers = _stack(model, first)
    zeros = _flat([tuple(np.zeros_like(part) for part in pair) for pair in layers])
    memory = [tuple((part,) * solver.slots for part in pair) for pair in zeros]
    unknown = np.full(count, np.inf, dtype)
    none = np.zeros(count, np.int32)
    now = Progress(layers, memory, unknown, zeros, none + RUNNING, none, np.int32(0))
    # A step of rate 0 along a gradient of 0 moves nothing: so one program does both, and only one is compiled.
    limits = Limits(
        np.int32(1), dtype.type(0), dtype.type(l2), np.full(count, np.finfo(dtype).max), dtype.type(-np.inf)
    )
    done = run(model, solver, now, samples, limits, True)
    return done._replace(memory=memory, steps=none, step=np.int32(0))


@partial(jax.jit, static_argnames=("model", "solver"), compiler_options=_OPTIONS)
def run(
    model: Model, solver: Elementwise, progress: Progress, samples: Samples, limits: Limits, always: Any
) -> Progress:
    """Do up to `limits.steps` further steps of every start that still runs."""
    first = progress.step

    def going(now: Progress) -> Any:
        return (now.step - first < limits.steps) & (now.reason == RUNNING).any()

    def body(now: Progress) -> Progress:
        runs = now.reason == RUNNING
        rate = jnp.where(runs, limits.rate, 0)  # one that has stopped stays where it is
        parts = zip(now.layers, now.gradient, now.memory, strict=True)
        moved = [_advance(solver, *part, rate, now.step) for part in parts]
        layers = [pair for pair, _ in moved]
        loss, gradient = value_and_gradient(model, layers, samples, limits.l2, always)
        # A NaN is not below the ceiling, so this one comparison catches NaN, infinity and growth.
        reason = jnp.where(loss <= limits.ceiling, jnp.where(loss <= limits.floor, CONVERGED, RUNNING), DIVERGED)
        return Progress(
            layers,
            [memory for _, memory in moved],
            jnp.where(runs, loss, now.loss),
            _flat(gradient),
            jnp.where(runs, reason, now.reason),
            now.steps + runs,
            now.step + 1,
        )

    return jax.lax.while_loop(going, body, progress)


def _flat(layers: Layers) -> Layers:
    return [tuple(part.reshape(-1) for part in pair) for pair in layers]


def _advance(solver: Elementwise, pair: Any, gradient: Any, memory: Any, rate: Any, step: Any) -> tuple[Any, Any]:
    done = [solver.update(g, m, 1, step) for g, m in zip(gradient, memory, strict=True)]
    moved = tuple(part - rate * change.reshape(part.shape) for part, (change, _) in zip(pair, done, strict=True))
    return moved, tuple(kept for _, kept in done)
