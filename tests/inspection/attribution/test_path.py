"""The path of training: it adds up, and each sample's part is what automatic differentiation and quadrature say."""

from dataclasses import replace

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad_vec

import nodewise as nw
from nodewise import activations
from nodewise.errors import NodewiseError
from nodewise.inspection.attribution.case import case
from nodewise.inspection.attribution.gradients import forward, of_output
from nodewise.inspection.attribution.record import Asked
from nodewise.training.device import on_cpu
from nodewise.training.objective import forward as compiled

CONTINUOUS = [name for name in activations.names() if not activations.find(name).jumps]


def problem(seed, features, outputs, labels):
    rng = np.random.default_rng(seed)
    x = rng.normal(1, 2, (14, features))
    if labels:
        return nw.Dataset(x, labels=np.arange(14) % labels, weights=rng.uniform(0.5, 2, 14))
    y = np.column_stack([np.sin(x @ rng.normal(size=features)) * 10**o for o in range(outputs)])
    return nw.Dataset(x, y, weights=rng.uniform(0.5, 2, 14))


@pytest.mark.slow
@given(
    st.integers(0, 999), st.integers(1, 3), st.integers(1, 2), st.sampled_from(["squared", "huber", "cross_entropy"]),
    st.sampled_from([(5,), (4, 3), ()]), st.sampled_from(CONTINUOUS), st.sampled_from(["gradient_descent", "momentum"]),
    st.sampled_from([0.0, 0.01]), st.sampled_from(["weights", "all"]),
)  # fmt: skip
@settings(max_examples=10)
def test_start_samples_and_penalty_add_up_to_the_prediction(
    seed, features, outputs, loss, hidden, activation, solver, l2, on
):
    labels = outputs + 1 if loss == "cross_entropy" else 0
    data = problem(seed, features, outputs, labels)
    fit = nw.fit(data, hidden, activation, solver, steps=40, loss=loss, l2=l2, l2_on=on, seed=seed, learning_rate=0.02)
    query = np.random.default_rng(seed).normal(1, 3, (5, features))
    reading = nw.attribution(fit, query, "path")
    start = fit.history.network(0).logits(query)
    np.testing.assert_allclose(reading.start, start, rtol=1e-10, atol=1e-12)
    total = reading.start + reading.values.sum(axis=1) + reading.penalty
    scale = np.abs(reading.values).sum(axis=1).max() + np.abs(start).max() + 1
    assert np.abs(total - fit.network.logits(query)).max() <= 1e-9 * scale
    np.testing.assert_allclose(total + reading.residual, fit.network.logits(query), atol=1e-12 * scale)
    assert reading.penalty.any() == (l2 > 0)
    assert reading.steps == fit.outcome.kept


@pytest.mark.slow
@pytest.mark.parametrize("solver", ["gradient_descent", "momentum"])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_each_part_is_the_integral_by_automatic_differentiation(solver, activation):
    data = problem(3, 2, 1, 0)
    fit = nw.fit(data, 4, activation, solver, steps=6, learning_rate=0.1, l2=0.01)
    query = np.array([[0.5, 1.0], [-1.0, 4.0]])
    laid = case(fit, Asked(fit.network, fit.train, query))
    theta, decay = fit.history.parameters, {"gradient_descent": 0.0, "momentum": 0.9}[solver]
    with on_cpu("float64"):

        def output(flat, x):
            return compiled(laid.model, flat, x[:, None])[0][0, 0]

        def loss(flat, i):
            x, y, weights = (jax.numpy.asarray(part)[i] for part in (laid.inputs, laid.targets, laid.weights))
            return weights * laid.model.loss.value(compiled(laid.model, flat, x[:, None])[0], y[:, None])[0]

        each = jax.jit(jax.vmap(jax.grad(loss), (None, 0)))
        own = [np.asarray(each(flat, np.arange(14))) for flat in theta[:-1]]
        slope = jax.jit(jax.grad(output))
        values, velocity = np.zeros((2, 14)), np.zeros((14, theta.shape[1]))
        for t in range(len(theta) - 1):
            velocity = decay * velocity + np.array(own[t])
            for q, x in enumerate(laid.queries):

                def along(s, t=t, x=x):
                    return np.asarray(slope(theta[t] + s * (theta[t + 1] - theta[t]), x))

                mean, _ = quad_vec(along, 0, 1, epsabs=1e-9, limit=60)
                values[q] -= 0.1 * velocity @ mean
    reading = nw.attribution(fit, query, "path")
    np.testing.assert_allclose(reading.values[:, :, 0], values * laid.factor, atol=1e-7)


@pytest.mark.slow
def test_gradients_are_those_of_finite_differences():
    fit = nw.fit(problem(0, 2, 2, 0), (4, 3), ("tanh", "gelu"), steps=2)
    laid = case(fit, Asked(fit.network, fit.train, np.ones((3, 2))))
    flat, x = np.stack([laid.parameters, laid.parameters + 0.1]), laid.inputs[None]
    values, slopes = of_output(laid.model, flat, x, 1)
    assert values.shape == (2, 14)
    for p in range(flat.shape[1]):
        step = np.zeros(flat.shape[1])
        step[p] = 1e-6
        high, low = (forward(laid.model, flat + sign * step, x)[-1][1][..., 1] for sign in (1, -1))
        np.testing.assert_allclose(slopes[..., p], (high - low) / 2e-6, atol=1e-8)


def test_a_sample_of_weight_0_and_one_copied_get_what_they_should():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(10, 1)), rng.normal(size=10)
    x[1], y[1] = x[0], y[0]
    data = nw.Dataset(x, y, weights=np.r_[1, 1, 0, np.ones(7)])
    reading = nw.attribution(nw.fit(data, 4, "tanh", "momentum", steps=50), [[0.5]], "path")
    assert reading.values[0, 0, 0] == pytest.approx(reading.values[0, 1, 0], rel=1e-12)
    assert reading.values[0, 2, 0] == 0


def test_of_a_training_with_samples_held_out_the_step_kept_is_explained():
    fit = nw.fit(nw.problems.sine(), 6, "tanh", "momentum", steps=400, validation=0.3, patience=20, seed=4)
    reading = nw.attribution(fit, [[1.0]], "path")
    assert reading.steps == fit.outcome.kept < fit.outcome.step
    assert reading.values.shape[1] == fit.train.samples == reading.data.samples
    assert np.abs(reading.residual).max() < 1e-10


def test_single_precision_leaves_its_rounding():
    fit = nw.fit(nw.problems.sine(), 6, "tanh", "gradient_descent", steps=300, precision="float32")
    reading = nw.attribution(fit, [[1.0]], "path")
    assert 0 < np.abs(reading.residual).max() < 1e-3


def test_it_says_what_training_did():
    fit = nw.fit(nw.problems.sine(), 6, "tanh", "momentum", steps=100)
    reading = nw.attribution(fit, [[1.0]], "path")
    largest = int(np.abs(reading.values[0, :, 0]).argmax())
    assert str(reading).startswith("What training did: 100 steps of momentum took y of query 1 from ")
    assert f", and sample {largest + 1} (" in str(reading)
    rows = reading.table()
    assert [row["name"] for row in rows[-4:]] == ["40 other samples", "start", "penalty", "residual"]
    assert sum(row["value"] for row in rows) == pytest.approx(reading.prediction[0, 0], rel=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("solver", ["gradient_descent", "momentum"])
@pytest.mark.parametrize("more", [{}, {"validation": 0.3, "patience": 20, "seed": 4}])
def test_steps_left_out_of_the_history_are_taken_again(solver, more):
    data, query = nw.problems.sine(), [[0.5], [12]]
    settings = {"hidden": 5, "activation": "tanh", "solver": solver, "steps": 330, "l2": 1e-3, **more}
    whole, thin = nw.fit(data, **settings), nw.fit(data, **settings, history_megabytes=30 * 16 * 8 / 1e6)
    assert len(thin.history) < 40 < len(whole.history)
    wanted, found = (nw.attribution(fit, query, "path") for fit in (whole, thin))
    assert found.steps == wanted.steps
    np.testing.assert_allclose(found.values, wanted.values, atol=1e-8)
    assert np.abs(found.residual).max() < 1e-8


@pytest.mark.slow
def test_a_history_thinned_too_much_says_what_would_do_and_that_does():
    settings = {"hidden": 5, "activation": "tanh", "solver": "momentum", "steps": 300, "starts": 2}
    fit = nw.fit(nw.problems.sine(), **settings, history_megabytes=0.0007)
    with pytest.raises(NodewiseError) as refusal:
        nw.attribution(fit, [[0]], "path")
    assert str(refusal.value) == (
        'kind="path" takes the steps between two snapshots again, and history_megabytes=0.0007 must hold them. Got '
        "one snapshot per 150 steps, 19,200 bytes in between (all 300 steps: 38,400); one per 24 would do: fit again "
        'with history_megabytes=0.00333, with fewer steps, or use kind="last_layer" or "influence".'
    )
    again = nw.fit(nw.problems.sine(), **settings, history_megabytes=0.00333)
    assert again.history.steps[1] == 24
    assert np.abs(nw.attribution(again, [[0]], "path").residual).max() < 1e-8


def test_a_start_that_was_kept_is_its_own_prediction():
    fit = nw.fit(
        nw.problems.sine(samples=30, noise=0.8), 12, "cosine", "momentum", steps=60, validation=0.3, patience=20
    )
    reading = nw.attribution(
        replace(fit, outcome=replace(fit.outcome, kept=0), network=fit.history.network(0)), 1, "path"
    )
    assert reading.steps == 0
    assert not reading.values.any()
    np.testing.assert_allclose(reading.start, reading.prediction, rtol=1e-12)


def test_many_samples_are_read_in_parts(monkeypatch):
    fit = nw.fit(nw.problems.sine(), 6, "tanh", "momentum", steps=100)
    whole = nw.attribution(fit, [[1.0], [2.0]], "path")
    monkeypatch.setattr("nodewise.inspection.attribution.path._WIDEST", 7 * 19)
    np.testing.assert_allclose(nw.attribution(fit, [[1.0], [2.0]], "path").values, whole.values, rtol=1e-9)


def test_an_activation_that_jumps_leaves_its_jumps_and_says_so():
    fit = nw.fit(nw.problems.sine(), 6, "saw", "gradient_descent", steps=50)
    reading = nw.attribution(fit, np.linspace(-9, 9, 20), "path")
    assert np.abs(reading.residual).max() > 1e-3
    assert reading.notes[0].startswith("The parts miss the prediction by up to ")
