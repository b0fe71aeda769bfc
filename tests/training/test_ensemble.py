"""Starts trained many at once against `fit`, which trains them one by one."""

from dataclasses import replace

import jax
import numpy as np
import pytest

import nodewise as nw
from nodewise import activations
from nodewise.training import chunk, loop, losses
from nodewise.training.calls import REASONS
from nodewise.training.ensemble import ensemble
from nodewise.training.fit import fit_with
from nodewise.training.objective import Batch, Model, value_and_gradient
from nodewise.training.settings import Settings


class _Still:
    """A solver that never moves, so that only the objective and its gradient are computed."""

    def begin(self, model, parameters):
        return ()

    @staticmethod
    def update(gradient, memory, rate, step):
        return 0 * gradient, memory


STILL = _Still()


def gradients(model, flat, batch, l2=0.0):
    """Objective and gradient of every start, at once."""
    begun = chunk.begin(model, STILL, flat, chunk.samples(batch), l2)
    return np.asarray(begun.loss), chunk.flatten(begun.gradient)


def problem(sizes, names, samples=9, seed=0, loss="squared", penalty="none"):
    rng = np.random.default_rng(seed)
    row = losses.LOSSES[loss]
    weights = rng.uniform(0.5, 2, samples)
    targets = rng.normal(size=(sizes[-1], samples))
    if row.activations:
        targets = np.eye(max(sizes[-1], 2))[rng.integers(0, max(sizes[-1], 2), samples)].T[-sizes[-1] :]
    model = Model(sizes, (*names, "identity"), row, penalty)
    flat = rng.normal(size=(8, model.parameters))
    return model, flat, Batch(rng.normal(size=(sizes[0], samples)), targets, weights / weights.sum())


def check(model, flat, batch, l2=0.0):
    with jax.enable_x64(True):
        value, gradient = gradients(model, flat, batch, l2)
        theirs = [value_and_gradient(model, one, batch, l2) for one in flat]
    np.testing.assert_allclose(value, [v for v, _ in theirs], rtol=1e-12)
    np.testing.assert_allclose(gradient, [g for _, g in theirs], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", activations.names())
def test_every_activation_has_the_gradient_of_one_start(name):
    check(*problem((1, 3, 1), (name,)))


@pytest.mark.parametrize(("loss", "outputs"), [(name, n) for name in losses.LOSSES for n in (1, 3)])
def test_every_loss_has_the_gradient_of_one_start(loss, outputs):
    check(*problem((2, 3, outputs), ("tanh",), loss=loss))


@pytest.mark.parametrize("penalty", ["weights", "all"])
@pytest.mark.parametrize(
    ("sizes", "names", "samples"),
    [
        ((2, 3, 1), ("relu",), 9),  # straight lines of few features, computed anew
        ((3, 1), (), 9),  # no hidden layer
        ((1, 3, 2, 1), ("cosine", "relu"), 9),
        ((1, 60, 1), ("sigmoid",), 3),  # sums over nodes in groups
        ((1, 2, 1), ("tanh",), 67),  # samples in blocks, the last filled up
    ],
)
def test_every_shape_has_the_gradient_of_one_start(sizes, names, samples, penalty):
    check(*problem(sizes, names, samples, penalty=penalty), l2=0.3)


def compare(data, settings, rtol=1e-9):
    """Train both ways; the same start must end alike, whatever way it went."""
    many, one = ensemble(data, settings), fit_with(data, settings)
    assert many.together == (settings.starts >= 16)
    np.testing.assert_allclose(many.losses, one.starts.losses, rtol=rtol)
    np.testing.assert_allclose(many.parameters, one.starts.parameters, rtol=1e-6, atol=1e-8)
    np.testing.assert_array_equal(many.steps, [len(curve) - 1 for curve in one.starts.curves])
    codes = {"finished": loop.RUNNING, "converged": loop.CONVERGED, "diverged": loop.DIVERGED}
    np.testing.assert_array_equal([codes[str(reason)] for reason in many.reasons], one.starts.reasons)
    return many, one


@pytest.mark.parametrize(
    ("solver", "hidden"), [("adam", (3,)), ("adam", (3, 2)), ("momentum", (3,)), ("gradient_descent", (3,))]
)
def test_every_start_ends_where_fit_ends_it(solver, hidden):
    data = nw.problems.sine(samples=12, low=-3, high=3)
    settings = Settings(hidden, "tanh", solver, 40, start="glorot", starts=40, l2=1e-3)
    many, one = compare(data, settings)
    x = np.linspace(-3, 3, 7)
    outputs = many.outputs(x)
    assert outputs.shape == (40, 7, 1)
    for start in (0, 39):
        np.testing.assert_allclose(many.network(start)(x), one.start_network(start)(x), rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(outputs[start], many.network(start)(x), rtol=1e-9, atol=1e-12)


def test_starts_that_diverge_keep_their_lowest_objective_and_leave_the_others_alone():
    data = nw.problems.sine(samples=12, low=-3, high=3)
    settings = Settings((3,), "relu", "gradient_descent", 60, learning_rate=1.0, start="uniform", starts=40)
    many, _ = compare(data, settings, rtol=1e-6)
    assert 0 < (many.reasons == "diverged").sum() < 40
    assert np.isfinite(many.parameters).all()


def test_classes_that_are_told_apart_end_a_start_sooner():
    x = np.linspace(-2, 2, 12)
    data = nw.Dataset(x, labels=np.where(x > 0.1, "right", "left"))
    settings = Settings((3,), "tanh", "momentum", 400, learning_rate=30.0, start="glorot", starts=20)
    many, _ = compare(data, settings, rtol=1e-6)
    assert (many.reasons == "converged").any()
    assert many.steps.min() < 400


def test_what_a_start_ends_with_does_not_depend_on_its_chunk(monkeypatch):
    data = nw.problems.sine(samples=12, low=-3, high=3)
    settings = Settings((3,), "tanh", "adam", 30, start="glorot", starts=40, precision="float32")
    whole = ensemble(data, settings)
    monkeypatch.setattr("nodewise.training.ensemble._BYTES", 64)
    assert np.array_equal(ensemble(data, settings).parameters, whole.parameters)


@pytest.mark.parametrize(
    "more",
    [
        {"solver": "lbfgs"},
        {"solver": "variable_projection"},
        {"solver": "adam", "batch": 5},
        {"solver": "adam", "validation": 0.25},
    ],
)
def test_what_cannot_be_trained_at_once_is_trained_as_fit_does(more, monkeypatch):
    monkeypatch.setattr("nodewise.training.ensemble._GROUP", 9)
    data = nw.problems.sine(samples=16, low=-3, high=3)
    settings = Settings((2,), "tanh", steps=12, start="glorot", starts=18, **more)
    many, one = ensemble(data, settings), fit_with(data, settings)
    assert not many.together
    np.testing.assert_array_equal(many.parameters, one.starts.parameters)
    np.testing.assert_array_equal(many.losses, one.starts.losses)


def test_few_starts_and_large_networks_are_trained_one_by_one():
    data = nw.problems.sine(samples=12, low=-3, high=3)
    assert not ensemble(data, Settings((2,), "tanh", "adam", 3, starts=2)).together
    assert not ensemble(data, Settings((129,), "tanh", "adam", 1, starts=16)).together


def test_progress_counts_starts():
    data = nw.problems.sine(samples=12, low=-3, high=3)
    heard = []
    ensemble(data, Settings((3,), "tanh", "adam", 30, start="glorot", starts=40), lambda *now: heard.append(now))
    assert heard == [(32, 40), (40, 40)]


@pytest.mark.parametrize(("solver", "starts"), [("adam", 20), ("gradient_descent", 20), ("lbfgs", 3)])
def test_a_start_of_its_own_seed_is_trained_as_the_only_one(solver, starts):
    data = nw.problems.sine(samples=12, low=-3, high=3)
    rate = 1.0 if solver == "gradient_descent" else None  # at which some diverge, each above a ceiling of its own
    settings = Settings((3,), "relu", solver, 60, learning_rate=rate, start="uniform")
    many = ensemble(data, settings, seeds=range(5, 5 + starts))
    assert many.together == (solver != "lbfgs")
    for i in range(0, starts, 1 if rate else 7):
        one = fit_with(data, replace(settings, seed=5 + i)).starts
        assert many.reasons[i] == REASONS[one.reasons[0]]
        np.testing.assert_allclose(many.losses[i], one.losses[0], rtol=1e-6 if many.together else 0)
        np.testing.assert_allclose(many.parameters[i], one.parameters[0], rtol=1e-6 if many.together else 0)
    assert (many.reasons == "diverged").any() == bool(rate)
