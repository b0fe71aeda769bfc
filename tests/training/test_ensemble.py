"""Starts trained many at once against `fit`, which trains them one by one."""

from dataclasses import replace
from functools import partial

import jax
import numpy as np
import pytest

import nodewise as nw
from nodewise import activations
from nodewise.network.flat import ravel, unravel
from nodewise.training import chunk, loop, losses
from nodewise.training.calls import REASONS
from nodewise.training.ensemble import _together, ensemble
from nodewise.training.fit import fit_with
from nodewise.training.objective import Batch, Model
from nodewise.training.prepare import prepare
from nodewise.training.settings import Settings
from nodewise.training.together import value_and_gradient

DATA = nw.problems.sine(samples=12, low=-3, high=3)
ADAM = Settings((3,), ("tanh",), "adam", 40, start="glorot", starts=40, l2=1e-3)
DESCENT = Settings((3,), ("relu",), "gradient_descent", 60, learning_rate=1.0, start="uniform", starts=40)
STARTS, L2 = 8, 0.3


def problem(sizes, names, samples=9, seed=0, loss="squared", penalty="none"):
    rng = np.random.default_rng(seed)
    row = losses.LOSSES[loss]
    weights = rng.uniform(0.5, 2, samples)
    targets = rng.normal(size=(sizes[-1], samples))
    if row.activations:
        targets = np.eye(max(sizes[-1], 2))[rng.integers(0, max(sizes[-1], 2), samples)].T[-sizes[-1] :]
    model = Model(sizes, (*names, "identity"), row, penalty)
    flat = rng.normal(size=(STARTS, model.parameters))
    return model, flat, Batch(rng.normal(size=(sizes[0], samples)), targets, weights / weights.sum())


def by_hand(model, flat, batch):
    """Objective and gradient of one start, by the chain rule in NumPy."""
    layers, values, befores = unravel(flat, model.sizes), [batch.inputs], []
    rows = [activations.find(name) for name in model.activations]
    for (weight, bias), row in zip(layers, rows, strict=True):
        befores.append(weight @ values[-1] + bias[:, None])
        values.append(row(befores[-1]))
    l2 = {"none": (0, 0), "weights": (L2, 0), "all": (L2, L2)}[model.penalty]
    value = np.sum(batch.weights * np.asarray(model.loss.value(values[-1], batch.targets)))
    value += sum(0.5 * (l2[0] * np.sum(w**2) + l2[1] * np.sum(b**2)) for w, b in layers)
    delta, gradients = np.asarray(model.loss.derivative(values[-1], batch.targets)) * batch.weights, []
    for i, (weight, bias) in reversed(list(enumerate(layers))):
        delta = delta * rows[i].slope(befores[i])
        gradients.append((delta @ values[i].T + l2[0] * weight, delta.sum(1) + l2[1] * bias))
        delta = weight.T @ delta
    return value, ravel(gradients[::-1])


def check(problems):
    """Compare the gradients of several problems, in one program: compiling is most of the time this takes."""
    with jax.enable_x64(True):

        @partial(jax.jit, compiler_options={"xla_backend_optimization_level": 0})
        def ours(given, always):
            models = [model for model, _, _ in problems]
            each = zip(models, given, strict=True)
            return [value_and_gradient(model, layers, samples, L2, always) for model, (layers, samples) in each]

        layers = [[(w.transpose(1, 2, 0), b.T) for w, b in unravel(flat, model.sizes)] for model, flat, _ in problems]
        cut = [chunk.samples(batch, len(flat)) for _, flat, batch in problems]
        every = ours(list(zip(layers, cut, strict=True)), True)
        for (value, gradient), (model, flat, batch) in zip(every, problems, strict=True):
            theirs = [by_hand(model, one, batch) for one in flat]
            np.testing.assert_allclose(value, [v for v, _ in theirs], rtol=1e-9, err_msg=str(model))
            wanted = [g for _, g in theirs]
            np.testing.assert_allclose(chunk.flatten(gradient), wanted, rtol=1e-9, atol=1e-12, err_msg=str(model))


@pytest.mark.slow
def test_every_activation_has_the_gradient_of_one_start():
    check([problem((1, 3, 1), (name,)) for name in activations.names()])


@pytest.mark.slow
def test_every_loss_has_the_gradient_of_one_start():
    check([problem((2, 3, outputs), ("tanh",), loss=name) for name in losses.LOSSES for outputs in (1, 3)])


SHAPES = [
    ((2, 3, 1), ("relu",), 9),  # straight lines of few features, computed anew
    ((3, 1), (), 9),  # no hidden layer
    ((1, 3, 2, 1), ("cosine", "relu"), 9),
    ((1, 60, 1), ("sigmoid",), 3),  # sums over nodes in groups
    ((1, 2, 1), ("tanh",), 67),  # samples in blocks, the last filled up
    ((1, 70, 1), ("relu",), 67),  # knots, in groups
]


@pytest.mark.slow
def test_every_shape_has_the_gradient_of_one_start():
    check([problem(*shape, penalty=["weights", "all"][i % 2]) for i, shape in enumerate([*SHAPES, SHAPES[-1]])])


def on_the_edge(model, flat, batch):
    """The same problem with nodes that have no slope, or whose knot is at a sample, facing either way."""
    (weight, bias), _ = unravel(flat[0], model.sizes)
    places = np.arange(flat.shape[1])
    weights, biases = places[: weight.size], places[weight.size : weight.size + bias.size]
    flat[:, weights[:3]] = 0
    flat[:, weights[[3, 9, 10]]] = 1e-300, 1e-300, -1e-300
    flat[:, biases[2:9]] = 0
    batch.inputs[0, :2] = 0, -0.0
    return model, flat, batch


def test_knots_at_samples_and_nodes_without_a_knot_have_the_gradient_of_one_start():
    check([on_the_edge(*problem((1, 12, 1), (name,))) for name in ("relu", "leaky_relu", "abs")])


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


@pytest.mark.parametrize("settings", [ADAM, replace(ADAM, hidden=(3, 2))])
def test_every_start_ends_where_fit_ends_it(settings):
    many, one = compare(DATA, settings)
    x = np.linspace(-3, 3, 7)
    outputs = many.outputs(x)
    assert outputs.shape == (40, 7, 1)
    for start in (0, 39):
        np.testing.assert_allclose(many.network(start)(x), one.start_network(start)(x), rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(outputs[start], many.network(start)(x), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_a_dead_node_stays_where_it_starts(precision):
    settings = Settings((30,), "relu", "adam", 50, 0.1, "uniform", starts=32, precision=precision)
    first = prepare(DATA, settings)
    (weight, bias), _ = unravel(first.first, first.model.sizes)
    dead = (weight * first.batch.inputs + bias[..., None] <= 0).all(-1)
    assert all((dead & (way * weight[..., 0] > 0)).any() for way in (-1, 1))
    pairs = unravel(ensemble(DATA, settings).history.parameters, first.model.sizes)[0]
    for before, after in zip((weight[..., 0], bias), (pairs[0][..., 0], pairs[1]), strict=True):
        np.testing.assert_array_equal(after[dead], before[dead])
        assert (after[~dead] != before[~dead]).all()


@pytest.mark.slow
def test_starts_that_diverge_keep_their_lowest_objective_and_leave_the_others_alone():
    many, _ = compare(DATA, DESCENT, rtol=1e-6)
    assert 0 < (many.reasons == "diverged").sum() < 40
    assert np.isfinite(many.parameters).all()


@pytest.mark.slow
def test_classes_that_are_told_apart_end_a_start_sooner():
    x = np.linspace(-2, 2, 12)
    data = nw.Dataset(x, labels=np.where(x > 0.1, "right", "left"))
    settings = Settings((3,), ("tanh",), "momentum", 400, learning_rate=30.0, start="glorot", starts=20)
    many, _ = compare(data, settings, rtol=1e-6)
    assert (many.reasons == "converged").any()
    assert many.steps.min() < 400


def test_what_a_start_ends_with_does_not_depend_on_its_chunk(monkeypatch):
    heard = []
    whole = ensemble(DATA, ADAM, lambda *now: heard.append(now))
    assert heard == [(16, 40), (32, 40), (40, 40)]
    monkeypatch.setattr("nodewise.training.ensemble._BYTES", 256)
    assert np.array_equal(ensemble(DATA, ADAM).parameters, whole.parameters)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("more", "group"),
    [
        ({"solver": "lbfgs"}, 18),
        ({"solver": "variable_projection"}, 18),
        ({"solver": "adam", "batch": 5}, 9),
        ({"solver": "adam", "validation": 0.25}, 18),
    ],
)
def test_what_cannot_be_trained_at_once_is_trained_as_fit_does(more, group, monkeypatch):
    monkeypatch.setattr("nodewise.training.ensemble._GROUP", group)
    data = nw.problems.sine(samples=16, low=-3, high=3)
    settings = Settings((2,), ("tanh",), steps=12, start="glorot", starts=18, **more)
    many, one = ensemble(data, settings), fit_with(data, settings)
    assert not many.together
    np.testing.assert_array_equal(many.parameters, one.starts.parameters)
    np.testing.assert_array_equal(many.losses, one.starts.losses)


def test_few_starts_and_large_networks_are_trained_one_by_one():
    together = lambda **more: _together(prepare(DATA, replace(ADAM, **more)))  # noqa: E731
    assert [together(starts=n) for n in (15, 16)] == [False, True]
    assert [together(hidden=n) for n in ((128,), (129,), (32, 32), (33, 32))] == [True, False, True, False]
    assert together(hidden=129, activation="relu")  # lines, which are not kept


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "starts"), [(ADAM, 20), (DESCENT, 20), (replace(ADAM, solver="lbfgs", steps=9), 3)]
)
def test_a_start_of_its_own_seed_is_trained_as_the_only_one(settings, starts):
    many = ensemble(DATA, settings, seeds=range(5, 5 + starts))
    assert many.together == (starts == 20)
    rtol = 1e-6 if many.together else 0
    for i in range(starts):
        one = fit_with(DATA, replace(settings, starts=1, seed=5 + i)).starts
        assert many.reasons[i] == REASONS[one.reasons[0]]
        np.testing.assert_allclose(many.losses[i], one.losses[0], rtol=rtol)
        np.testing.assert_allclose(many.parameters[i], one.parameters[0], rtol=rtol, atol=rtol / 100)
    assert (many.reasons == "diverged").any() == (settings is DESCENT)  # each above a ceiling of its own
