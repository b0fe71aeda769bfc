"""Influence against leaving samples out: exactly for a linear model, by rank for tiny converged networks."""

from functools import cache

import jax
import numpy as np
import pytest

import nodewise as nw
from nodewise.errors import NodewiseError
from nodewise.inspection.attribution.case import case
from nodewise.inspection.attribution.record import Asked
from nodewise.training.device import on_cpu
from nodewise.training.objective import Batch, data_loss, penalised


@cache
def converged(seed=0):
    data = nw.problems.sine(samples=24, low=-4, high=4, seed=1)
    return nw.fit(data, 3, "tanh", solver="lbfgs", steps=3000, l2=1e-3, starts=3, seed=seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_ranks_are_those_of_really_leaving_out(seed):
    fit = converged(seed)
    reading = nw.attribution(fit, [[-2.5], [0.5], [3.5]], "influence", retrained=24)
    assert reading.correlation.min() >= 0.9
    assert reading.converged == 24
    assert reading.smallest > 0 == reading.damping
    assert reading.gradient_norm < 1e-4
    assert np.abs(reading.drift).max() < 0.01


@pytest.mark.slow
def test_what_leaving_out_changes_is_what_a_fit_without_the_sample_says():
    fit = converged()
    reading = nw.attribution(fit, [[0.5]], "influence", retrained=3)
    laid = case(fit, Asked(fit.network, fit.train, np.array([[0.5]])))
    from scipy.optimize import minimize

    with on_cpu("float64"):

        def objective(flat, weights):
            batch = Batch(laid.inputs.T, laid.targets.T, weights)
            return data_loss(laid.model, flat, batch) + laid.l2 / 2 * ((flat * penalised(laid.model)) ** 2).sum()

        both = jax.jit(jax.value_and_grad(objective))
        ended = []
        for i in (-1, *reading.left_out):
            weights = np.where(np.arange(24) == i, 0, laid.weights)
            found = minimize(both, laid.parameters, (weights,), jac=True, method="BFGS", options={"gtol": 1e-9})
            ended.append(nw.Network.__call__(_with(fit, found.x), [[0.5]])[0, 0])
    wanted = ended[0] - np.array(ended[1:])
    np.testing.assert_allclose(reading.changes[0, :, 0], wanted, atol=1e-4 * np.abs(wanted).max())


def _with(fit, flat):
    from nodewise.training.history import build

    return build(fit.history.template, fit.history.model, flat)


def test_the_formula_is_that_of_automatic_differentiation():
    fit = converged()
    reading = nw.attribution(fit, [[0.5], [2.0]], "influence", retrained=0)
    laid = case(fit, Asked(fit.network, fit.train, np.array([[0.5], [2.0]])))
    with on_cpu("float64"):

        def loss(flat, weights):
            return data_loss(laid.model, flat, Batch(laid.inputs.T, laid.targets.T, weights))

        on = penalised(laid.model)
        hessian = jax.jit(jax.hessian(loss))(laid.parameters, laid.weights) + laid.l2 * np.diag(on)
        slopes = jax.jit(jax.jacfwd(jax.grad(loss), argnums=1))(laid.parameters, laid.weights) * laid.weights
        slope = jax.jit(jax.grad(lambda flat, x: _output(laid.model, flat, x)))
        outputs = [slope(laid.parameters, x) for x in laid.queries]
    wanted = -np.asarray(outputs) @ np.linalg.solve(hessian, np.asarray(slopes)) * laid.factor
    np.testing.assert_allclose(reading.values[:, :, 0], wanted, rtol=1e-6, atol=1e-9)
    eigenvalues = np.linalg.eigvalsh(hessian)
    assert (reading.smallest, reading.largest) == pytest.approx((eigenvalues[0], eigenvalues[-1]), rel=1e-8)
    assert np.isnan(reading.correlation).all()
    assert "is not known" in str(reading)


def _output(model, flat, x):
    from nodewise.training.objective import forward

    return forward(model, flat, x[:, None])[0][0, 0]


@pytest.mark.slow
def test_of_a_linear_model_influence_is_the_left_out_residual_times_one_less_leverage():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(15, 2))
    data = nw.Dataset(x, x @ [1, -2] + rng.normal(size=15))
    fit = nw.fit(data, (), solver="lbfgs", steps=500)
    reading = nw.attribution(fit, x, "influence", retrained=15)
    layer = nw.attribution(fit, x)
    # One quadratic: the first order leaves out the factor 1/(1 - h), and nothing else.
    i = np.arange(15)
    np.testing.assert_allclose(reading.values[i, i, 0], (layer.residuals[:, 0] * layer.leverage), rtol=1e-4, atol=1e-6)
    exact = layer.left_out[:, 0] * layer.leverage
    np.testing.assert_allclose(reading.changes[i, i, 0], exact, rtol=1e-4, atol=1e-5)


@pytest.mark.slow
def test_labels_are_explained_by_their_logit():
    fit = nw.fit(nw.problems.moons(samples=24), 3, "tanh", solver="lbfgs", steps=2000, l2=0.01)
    reading = nw.attribution(fit, [[0.5, 0.2]], "influence", retrained=24)
    assert reading.names == fit.network.logits.output_names
    assert reading.correlation.min() >= 0.9


@pytest.mark.slow
def test_a_training_that_has_not_ended_and_a_flat_bottom_are_told():
    fit = nw.fit(nw.problems.sine(samples=12), 8, "relu", steps=30)
    reading = nw.attribution(fit, [[0.5]], "influence", retrained=2)
    assert reading.damping > 0
    assert "not at a minimum" in reading.notes[0]
    assert "was added to all" in reading.notes[1]
    assert nw.attribution(fit, [[0.5]], "influence", retrained=0, damping=5).damping == 5


def test_arguments_out_of_range_are_refused():
    fit = nw.fit(nw.problems.sine(samples=12), 8, "relu", steps=3)
    with pytest.raises(NodewiseError) as refusal:
        nw.attribution(fit, [[0]], "influence", damping=-1)
    assert str(refusal.value) == "damping must be a finite number of at least 0. Got -1; leave it out."
    with pytest.raises(NodewiseError) as refusal:
        nw.attribution(fit, [[0]], "influence", retrained=-1)
    assert str(refusal.value) == "retrained must be a whole number of at least 0. Got -1; 12 will do."
    with pytest.raises(NodewiseError) as refusal:
        nw.attribution(nw.fit(nw.problems.sine(), 700, steps=1), [[0]], "influence")
    assert str(refusal.value) == (
        'kind="influence" needs at most 2,000 parameters, whose whole Hessian is taken apart. Got 2,101; use '
        'kind="last_layer" or "path", or fewer nodes.'
    )
