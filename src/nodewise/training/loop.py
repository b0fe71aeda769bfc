"""The loop every solver runs in: one compiled program that steps, records and stops by itself.

The number of steps is an argument, not a constant, so that one compiled program serves every length, and
a long training is cut into calls between which progress is shown and Ctrl-C is heard.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, Protocol

import jax
import jax.numpy as jnp

from nodewise.training.device import ONE_THREAD
from nodewise.training.objective import Batch, Model, data_loss, value_and_gradient

Evaluate = Callable[[Any], tuple[Any, Any]]

RUNNING, CONVERGED, DIVERGED, STOPPED_EARLY = range(4)


class State(NamedTuple):
    """Where a solver stands: parameters, the objective and its gradient there, and what the solver remembers."""

    parameters: Any
    loss: Any
    gradient: Any
    memory: Any
    converged: Any


class Limits(NamedTuple):
    """Numbers a program takes as arguments, all scalars.

    Attributes:
        steps: Steps to do in this call.
        stride: Keep the parameters of every stride-th step.
        rate: Learning rate.
        l2: Strength of the penalty.
        tolerance: Relative decrease of the objective per step below which a solver that can tell has converged.
        ceiling: Objective above which training counts as diverged.
        patience: Steps without a better validation loss after which training stops.
        floor: Objective at which nothing is left to learn; negative for none.
    """

    steps: Any
    stride: Any
    rate: Any
    l2: Any
    tolerance: Any
    ceiling: Any
    patience: Any
    floor: Any


class Solver(Protocol):
    """A solver: hashable, with no state of its own."""

    def begin(self, model: Model, parameters: Any) -> Any:
        """Return the memory to start from."""
        ...

    def advance(self, model: Model, state: State, evaluate: Evaluate, batch: Batch, limits: Limits, step: Any) -> State:
        """Return the state after one step; `evaluate(parameters)` gives the objective and its gradient."""
        ...


class Best(NamedTuple):
    """The lowest validation loss so far, and where it was."""

    loss: Any
    step: Any
    parameters: Any


class Progress(NamedTuple):
    """All that one start carries from call to call."""

    state: State
    step: Any
    best: Best | None
    reason: Any


class Record(NamedTuple):
    """What one call writes down: a snapshot per slot, a loss per step."""

    parameters: Any
    losses: Any
    validation: Any | None


def _take(batch: Batch, order: Any | None, step: Any) -> Batch:
    if order is None:
        return batch
    index = order[step]
    weights = batch.weights[index]
    return Batch(batch.inputs[:, index], batch.targets[:, index], weights / weights.sum())


@partial(jax.jit, static_argnames=("model", "solver"), compiler_options=ONE_THREAD)
def begin(
    model: Model, solver: Solver, starts: Any, batch: Batch, held_out: Batch | None, order: Any | None, l2: Any
) -> Progress:
    """Return the progress before the first step for starts [start, parameter]."""

    def one(flat: Any) -> Progress:
        loss, gradient = value_and_gradient(model, flat, _take(batch, order, 0), l2)
        state = State(flat, loss, gradient, solver.begin(model, flat), jnp.asarray(False))
        best = None if held_out is None else Best(data_loss(model, flat, held_out), 0, flat)
        return Progress(state, 0, best, jnp.where(jnp.isfinite(loss), RUNNING, DIVERGED))

    return _each(one, starts)


@partial(jax.jit, static_argnames=("model", "solver", "slots", "capacity"), compiler_options=ONE_THREAD)
def run(
    model: Model,
    solver: Solver,
    slots: int,
    capacity: int,
    progress: Progress,
    batch: Batch,
    held_out: Batch | None,
    order: Any | None,
    limits: Limits,
) -> tuple[Progress, Record]:
    """Do up to `limits.steps` further steps of every start, one start after the other.

    Slot k of the record holds the parameters after step (k + 1)·stride of this call, the last slot in use
    those of its last step; entry i of the losses is the objective after step i + 1.
    """

    def one(progress: Progress) -> tuple[Progress, Record]:
        flat = progress.state.parameters
        record = Record(
            jnp.zeros((slots, flat.size), flat.dtype),
            jnp.zeros(capacity, flat.dtype),
            None if held_out is None else jnp.zeros(capacity, flat.dtype),
        )
        first = progress.step

        def going(carry: tuple[Progress, Record]) -> Any:
            now = carry[0]
            return (now.step - first < limits.steps) & (now.reason == RUNNING)

        def body(carry: tuple[Progress, Record]) -> tuple[Progress, Record]:
            now, kept = carry
            i = now.step - first
            here = _take(batch, order, i)
            evaluate = partial(value_and_gradient, model, batch=here, l2=limits.l2)
            state = solver.advance(model, now.state, evaluate, here, limits, now.step)
            parameters = jax.lax.dynamic_update_index_in_dim(kept.parameters, state.parameters, i // limits.stride, 0)
            losses = jax.lax.dynamic_update_index_in_dim(kept.losses, state.loss, i, 0)
            best, validation, tired = now.best, kept.validation, jnp.asarray(False)
            if held_out is not None and best is not None:
                loss = data_loss(model, state.parameters, held_out)
                validation = jax.lax.dynamic_update_index_in_dim(validation, loss, i, 0)
                better = loss < best.loss
                best = Best(
                    jnp.where(better, loss, best.loss),
                    jnp.where(better, now.step + 1, best.step),
                    jnp.where(better, state.parameters, best.parameters),
                )
                tired = now.step + 1 - best.step >= limits.patience
            done = state.converged | (state.loss <= limits.floor)
            # A NaN is not below the ceiling, so this one comparison catches NaN, infinity and growth.
            reason = jnp.where(
                state.loss <= limits.ceiling,
                jnp.where(done, CONVERGED, jnp.where(tired, STOPPED_EARLY, RUNNING)),
                DIVERGED,
            )
            return Progress(state, now.step + 1, best, reason), Record(parameters, losses, validation)

        return jax.lax.while_loop(going, body, (progress, record))

    return _each(one, progress)


def _each(function: Callable[[Any], Any], stacked: Any) -> Any:
    """Apply `function` to every start in turn; a lone start is not put in an outer loop, which is faster."""
    if jax.tree.leaves(stacked)[0].shape[0] == 1:
        alone = function(jax.tree.map(lambda leaf: leaf[0], stacked))
        return jax.tree.map(lambda leaf: jnp.asarray(leaf)[None], alone)
    return jax.lax.map(function, stacked)
