"""Solvers that follow the gradient: gradient descent, momentum (Polyak 1964) and Adam (Kingma & Ba 2015)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp

from nodewise.training.loop import Evaluate, Limits, State
from nodewise.training.objective import Batch, Model
from nodewise.training.reciprocal import reciprocal

Update = Callable[[Any, Any, Any, Any], tuple[Any, Any]]
MOMENTUM = 0.9  # the share of the velocity kept from step to step


def _descent(gradient: Any, memory: Any, rate: Any, step: Any) -> tuple[Any, Any]:
    return rate * gradient, memory


def _momentum(gradient: Any, memory: Any, rate: Any, step: Any) -> tuple[Any, Any]:
    velocity = MOMENTUM * memory[0] + gradient
    return rate * velocity, (velocity,)


def _adam(gradient: Any, memory: Any, rate: Any, step: Any) -> tuple[Any, Any]:
    time = (step + 1).astype(gradient.dtype)
    mean = 0.9 * memory[0] + 0.1 * gradient
    square = 0.999 * memory[1] + 0.001 * gradient * gradient
    corrected = mean / (1 - 0.9**time)
    spread = jnp.sqrt(square / (1 - 0.999**time))
    return rate * (corrected * reciprocal(spread + 1e-8)), (mean, square)


@dataclass(frozen=True)
class FirstOrder:
    """One gradient per step.

    Attributes:
        update: (gradient, memory, rate, step) → (what to subtract, new memory), for arrays of any shape.
        slots: Arrays of the parameters' size it remembers: `memory` is a tuple of them.
    """

    update: Update
    slots: int

    def begin(self, model: Model, parameters: Any) -> Any:
        """Return zeros."""
        return (jnp.zeros_like(parameters),) * self.slots

    def advance(self, model: Model, state: State, evaluate: Evaluate, batch: Batch, limits: Limits, step: Any) -> State:
        """Return the state after one update."""
        change, memory = self.update(state.gradient, state.memory, limits.rate, step)
        parameters = state.parameters - change
        loss, gradient = evaluate(parameters)
        return State(parameters, loss, gradient, memory, state.converged)


gradient_descent = FirstOrder(_descent, 0)
momentum = FirstOrder(_momentum, 1)
adam = FirstOrder(_adam, 2)
