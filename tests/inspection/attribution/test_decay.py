"""Weights as memories: at the end of a training with decay they are what the samples make them."""

import jax
import numpy as np
import pytest
from sklearn.linear_model import Ridge

import nodewise as nw
from nodewise.errors import NodewiseError
from nodewise.training.device import on_cpu
from nodewise.training.objective import Batch, data_loss


@pytest.mark.slow
@pytest.mark.parametrize("layer", [0, 1, -1])
def test_the_sum_over_samples_is_the_derivative_of_the_loss_over_the_decay(layer):
    from nodewise.inspection.attribution.case import case
    from nodewise.inspection.attribution.record import Asked

    x = np.random.default_rng(0).normal(size=(20, 2))
    data = nw.Dataset(x, np.column_stack([np.sin(x[:, 0]), 30 * x[:, 1] ** 2]), weights=np.arange(1, 21))
    fit = nw.fit(data, (4, 3), "tanh", "momentum", steps=200, l2=0.02)
    reading = nw.weights_as_memories(fit, layer)
    laid = case(fit, Asked(fit.network, fit.train, x))
    with on_cpu("float64"):
        slope = jax.grad(lambda flat: data_loss(laid.model, flat, Batch(laid.inputs.T, laid.targets.T, laid.weights)))
        found = nw.network.flat.unravel(np.asarray(slope(laid.parameters)), laid.model.sizes)[layer][0]
    np.testing.assert_allclose(reading.rebuilt, -found / 0.02, rtol=1e-9, atol=1e-12)
    missing = np.linalg.norm(reading.weights - reading.rebuilt, axis=1)
    np.testing.assert_allclose(reading.residual, missing / np.linalg.norm(reading.weights, axis=1).max())
    assert reading.gradient_norm == pytest.approx(0.02 * np.linalg.norm(missing))


@pytest.mark.slow
def test_at_the_end_of_a_training_nothing_is_left():
    fit = nw.fit(nw.problems.sine(samples=30), 5, "tanh", "lbfgs", steps=3000, l2=1e-2)
    for layer in (0, 1):
        reading = nw.weights_as_memories(fit, layer)
        assert reading.residual.max() < 0.003
    assert str(reading).startswith("The weights of layer 2 are sums of what 30 samples show it, up to ")
    assert {row["name"] for row in reading.table()} <= {f"sample {i}" for i in range(1, 31)}


def test_of_a_linear_model_it_is_ridge_regression_in_its_dual():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(25, 3))
    data = nw.Dataset(x, x @ [1, -2, 0.5] + rng.normal(size=25))
    fit = nw.fit(data, (), solver="lbfgs", steps=500, l2=0.1)
    reading = nw.weights_as_memories(fit)
    scaled, wanted = ((v - v.mean(0)) / v.std(0) for v in (x, data.targets[:, 0]))
    ridge = Ridge(25 * 0.1 / 2).fit(scaled, wanted)
    dual = (wanted - ridge.predict(scaled)) * 2 / 25 / 0.1
    np.testing.assert_allclose(reading.strength[0], dual, atol=1e-4)


@pytest.mark.slow
def test_refusals():
    free = nw.fit(nw.problems.sine(), 3, "tanh", steps=3)
    tied = nw.fit(nw.problems.sine(), 3, "tanh", steps=3, l2=0.1)
    for given, message in (
        (
            (free,),
            "weights as memories need weight decay, which alone makes weights forget what no sample holds. Got l2=0; fit "
            "again with, for example, l2=0.001.",
        ),
        (
            (free.network,),
            "weights as memories need a training with weight decay. Got Network; train with nodewise.fit and l2.",
        ),
        ((tied, 2), "layer must be a whole number from -2 to 1. Got 2."),
        ((tied, True), "layer must be a whole number from -2 to 1. Got True."),
    ):
        with pytest.raises(NodewiseError) as refusal:
            nw.weights_as_memories(*given)
        assert str(refusal.value) == message
