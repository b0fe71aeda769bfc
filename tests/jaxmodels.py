"""Training a module of JAX a few steps: JAX derives the gradient, NumPy computes it, so that nothing is compiled."""

import jax
import numpy as np

from nodewise.adapters.primitives import evaluate

INSIDE = ("jaxpr", "call_jaxpr", "fun_jaxpr")  # where an operation keeps the function that it calls
STEPS, RATE = 4, 0.05


def computed(jaxpr, consts, given):
    """Return what a traced function makes of arrays."""
    known = dict(zip([*jaxpr.constvars, *jaxpr.invars], map(np.asarray, [*consts, *given]), strict=True))
    read = lambda one: np.asarray(one.val) if hasattr(one, "val") else known[one]  # noqa: E731
    for equation in jaxpr.eqns:
        values = [read(one) for one in equation.invars]
        inside = next((equation.params[key] for key in INSIDE if key in equation.params), None)
        if equation.primitive.name == "dot_general":
            axes, batched = equation.params["dimension_numbers"]
            assert batched == ((), ())
            found = [np.tensordot(*values, axes)]
        elif inside is None:
            found = evaluate(equation, values, [False] * len(values))
        else:
            found = computed(getattr(inside, "jaxpr", inside), getattr(inside, "consts", ()), values)
        known |= zip(equation.outvars, found, strict=True)
    return [read(one) for one in jaxpr.outvars]


def trained(predict, weights, statistics, inputs, outputs, seed):
    """Return weights and statistics after a few steps of gradient descent on a regression.

    Args:
        predict: Of weights, statistics and samples [sample, feature] their [sample, output], and the statistics after it.
        weights: Arrays in float32, in any tree.
        statistics: What is no weight and changes with every batch, in any tree.
        inputs: Number of features.
        outputs: Number of outputs.
        seed: Of the samples.
    """
    rng = np.random.default_rng(seed)
    x = rng.normal(0.5, 2, (32, inputs)).astype(np.float32)
    y = np.sin(x[:, :1] + np.arange(outputs)).astype(np.float32)

    def loss(weights, statistics):
        found, after = predict(weights, statistics, x)
        return ((found - y) ** 2).mean(), after

    gradient, shape = jax.make_jaxpr(jax.grad(loss, has_aux=True), return_shape=True)(weights, statistics)
    for _ in range(STEPS):
        found = computed(gradient.jaxpr, gradient.consts, jax.tree.leaves((weights, statistics)))
        slopes, statistics = jax.tree.unflatten(jax.tree.structure(shape), found)
        size = max(1.0, *(float(np.abs(slope).max()) for slope in jax.tree.leaves(slopes)))
        weights = jax.tree.map(lambda w, slope: np.float32(w - RATE / size * slope), weights, slopes)  # noqa: B023
    return jax.tree.map(jax.device_put, (weights, statistics))
