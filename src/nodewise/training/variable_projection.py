"""Variable projection (Golub & Pereyra 1973) with Levenberg–Marquardt steps.

The output layer is solved by linear least squares at every step, so that only the hidden layers are
searched; the Jacobian is that of the residual with the solved output layer in it, by forward differentiation.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from nodewise.training.loop import Evaluate, Limits, State
from nodewise.training.objective import Batch, Model, forward, penalised

_FIRST_DAMPING, _LEAST, _MOST = 1e-2, 1e-12, 1e8
_RIDGE = 1e-12  # relative; keeps the linear solve defined where two nodes are equal


def _hidden_parameters(model: Model) -> int:
    return model.parameters - model.sizes[-1] * (model.sizes[-2] + 1)


def _solved(model: Model, theta: Any, batch: Batch, l2: Any) -> tuple[Any, Any]:
    """Return all parameters with the output layer solved for, and the residual whose square is the objective."""
    outputs, nodes = model.sizes[-1], model.sizes[-2]
    root = jnp.sqrt(batch.weights / outputs)
    blank = jnp.concatenate([theta, jnp.zeros(outputs * (nodes + 1), theta.dtype)])
    below = forward(model, blank, batch.inputs)[1][-2][1] if len(model.sizes) > 2 else batch.inputs
    design = jnp.concatenate([below, jnp.ones_like(below[:1])]) * root  # [node + 1, sample]
    on_weight, on_bias = (0.0 if model.penalty == "none" else 1.0), (1.0 if model.penalty == "all" else 0.0)
    penalty = 0.5 * l2 * jnp.asarray(np.r_[np.full(nodes, on_weight), on_bias], theta.dtype)
    gram = design @ design.T
    ridge = penalty + _RIDGE * jnp.trace(gram)
    solution = jnp.linalg.solve(gram + jnp.diag(ridge), design @ (batch.targets * root).T).T  # [output, node + 1]
    flat = jnp.concatenate([theta, solution[:, :-1].ravel(), solution[:, -1]])
    misfit = (solution @ design - batch.targets * root).ravel()
    if model.penalty == "none":
        return flat, misfit
    return flat, jnp.concatenate([misfit, jnp.sqrt(0.5 * l2) * jnp.asarray(penalised(model), flat.dtype) * flat])


@dataclass(frozen=True)
class VariableProjection:
    """One Levenberg–Marquardt trial per step; a step that would raise the objective only raises the damping."""

    def begin(self, model: Model, parameters: Any) -> Any:
        """Return the first damping."""
        return jnp.asarray(_FIRST_DAMPING, parameters.dtype)

    def advance(self, model: Model, state: State, evaluate: Evaluate, batch: Batch, limits: Limits, step: Any) -> State:
        """Return the state after one trial."""
        theta = state.parameters[: _hidden_parameters(model)]

        def residual(theta: Any) -> tuple[Any, Any]:
            flat, misfit = _solved(model, theta, batch, limits.l2)
            return misfit, (flat, misfit)

        jacobian, (flat, misfit) = jax.jacfwd(residual, has_aux=True)(theta)
        here = jnp.dot(misfit, misfit)
        gram = jacobian.T @ jacobian
        scale = jnp.diag(gram) + 1e-8 * jnp.trace(gram) + 1e-30
        move = jnp.linalg.solve(gram + state.memory * jnp.diag(scale), -(jacobian.T @ misfit))
        tried, misfit_there = _solved(model, theta + move, batch, limits.l2)
        there = jnp.dot(misfit_there, misfit_there)
        better = there < here
        damping = jnp.clip(jnp.where(better, state.memory / 3, state.memory * 4), _LEAST, _MOST)
        settled = better & (here - there <= limits.tolerance * here)
        return State(
            jnp.where(better, tried, flat),
            jnp.where(better, there, here),
            state.gradient,
            damping,
            settled | (damping >= _MOST),
        )
