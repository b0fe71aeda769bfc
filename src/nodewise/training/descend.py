"""Adam along any gradient: for what is no chain of layers, and for gradients that no loss has."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from nodewise.training.first_order import adam

Gradient = Callable[[Any, Any], Any]


def descend(gradient: Gradient, flat: Any, rate: Any, steps: Any) -> Any:
    """Return where `steps` steps of Adam lead, for one start; to be compiled, and mapped over starts, by the caller.

    Args:
        gradient: (parameters, step) → gradient, [parameter]; step counts from 0.
        flat: [parameter], where it begins.
        rate: Learning rate.
        steps: How many.
    """

    def body(step: Any, now: tuple[Any, Any]) -> tuple[Any, Any]:
        parameters, memory = now
        change, memory = adam.update(gradient(parameters, step), memory, rate, step)
        return parameters - change, memory

    memory = (jnp.zeros_like(flat),) * adam.slots
    return jax.lax.fori_loop(0, steps, body, (flat, memory))[0]
