"""L-BFGS (Liu & Nocedal 1989) with the weak Wolfe bisection of Lewis & Overton (2013), which also serves kinks."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from nodewise.training.loop import Evaluate, Limits, State
from nodewise.training.objective import Batch, Model

_DECREASE, _CURVATURE, _TRIES, _FADE = 1e-4, 0.9, 30, 0.8


class Memory(NamedTuple):
    """What L-BFGS remembers.

    Attributes:
        steps: [pair, parameter], the last steps s, newest last.
        changes: [pair, parameter], the gradient's changes y over them.
        inverse: [pair], 1/(s·y); 0 where nothing is stored yet.
        pace: Running mean of the relative decrease per step, so that one short step is not taken for the end.
    """

    steps: Any
    changes: Any
    inverse: Any
    pace: Any


class _Search(NamedTuple):
    length: Any
    low: Any
    high: Any
    loss: Any
    gradient: Any
    tries: Any
    done: Any


def _direction(memory: Memory, gradient: Any, depth: int) -> Any:
    """Return -H·gradient by the two-loop recursion; a slot not yet filled has inverse 0 and does nothing."""
    q, shares = gradient, []
    for i in reversed(range(depth)):
        share = memory.inverse[i] * jnp.dot(memory.steps[i], q)
        q = q - share * memory.changes[i]
        shares.append(share)
    newest = memory.changes[-1]
    scale = jnp.where(memory.inverse[-1] > 0, 1 / (memory.inverse[-1] * jnp.dot(newest, newest) + 1e-300), 1.0)
    q = q * scale
    for i, share in zip(range(depth), reversed(shares), strict=True):
        q = q + (share - memory.inverse[i] * jnp.dot(memory.changes[i], q)) * memory.steps[i]
    return -q


def _search(state: State, direction: Any, slope: Any, first: Any, evaluate: Evaluate) -> _Search:
    """Return a step length that meets the weak Wolfe conditions, found by doubling and bisection."""

    def going(s: _Search) -> Any:
        return ~s.done & (s.tries < _TRIES)

    def body(s: _Search) -> _Search:
        loss, gradient = evaluate(state.parameters + s.length * direction)
        low_enough = loss <= state.loss + _DECREASE * s.length * slope
        flat_enough = jnp.dot(gradient, direction) >= _CURVATURE * slope
        low = jnp.where(low_enough, s.length, s.low)
        high = jnp.where(low_enough, s.high, s.length)
        done = low_enough & flat_enough
        length = jnp.where(done, s.length, jnp.where(jnp.isinf(high), 2 * s.length, 0.5 * (low + high)))
        return _Search(length, low, high, loss, gradient, s.tries + 1, done)

    zero = jnp.zeros_like(state.loss)
    start = _Search(first, zero, zero + jnp.inf, state.loss, state.gradient, 0, jnp.asarray(False))
    return jax.lax.while_loop(going, body, start)


def _push(useful: Any, stored: Any, newest: Any) -> Any:
    return jnp.where(useful, jnp.concatenate([stored[1:], newest[None]]), stored)


@dataclass(frozen=True)
class LBFGS:
    """Limited-memory BFGS on the full batch.

    Attributes:
        depth: Pairs of steps and gradient changes it remembers.
    """

    depth: int = 10

    def begin(self, model: Model, parameters: Any) -> Memory:
        """Return an empty memory."""
        pairs = jnp.zeros((self.depth, parameters.size), parameters.dtype)
        return Memory(pairs, pairs, jnp.zeros(self.depth, parameters.dtype), jnp.full((), 0.01, parameters.dtype))

    def advance(self, model: Model, state: State, evaluate: Evaluate, batch: Batch, limits: Limits, step: Any) -> State:
        """Return the state after one line search along the quasi-Newton direction."""
        direction = _direction(state.memory, state.gradient, self.depth)
        slope = jnp.dot(direction, state.gradient)
        fresh = state.memory.inverse[-1] == 0
        first = jnp.where(fresh, jnp.minimum(1.0, 1 / (jnp.sqrt(-slope) + 1e-30)), 1.0).astype(slope.dtype)
        found = _search(state, direction, slope, first, evaluate)
        better = found.loss < state.loss
        moved = found.length * direction
        changed = found.gradient - state.gradient
        curvature = jnp.dot(moved, changed)
        useful = better & (curvature > 1e-12 * jnp.dot(changed, changed) * found.length)
        pace = _FADE * state.memory.pace + (1 - _FADE) * (state.loss - found.loss) / (jnp.abs(state.loss) + 1e-300)
        memory = Memory(
            _push(useful, state.memory.steps, moved),
            _push(useful, state.memory.changes, changed),
            _push(useful, state.memory.inverse, 1 / curvature),
            pace,
        )
        return State(
            jnp.where(better, state.parameters + moved, state.parameters),
            jnp.where(better, found.loss, state.loss),
            jnp.where(better, found.gradient, state.gradient),
            memory,
            (pace <= limits.tolerance) | ~better,
        )
