"""The last layer's votes against refits by scikit-learn and by hand."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression, Ridge

import nodewise as nw
from networks import networks


def samples_for(network, count, seed):
    rng = np.random.default_rng(seed)
    return nw.Dataset(rng.normal(size=(count, network.inputs)), rng.normal(2, 3, (count, network.outputs)))


def last(network, x):
    return network.trace(x)[len(network.hidden) - 1][1]


@given(networks(depth=(1, 2)), st.integers(0, 99), st.sampled_from([0.0, 1e-3, 0.1]))
@settings(max_examples=60)
def test_votes_are_those_of_ridge_regression(network, seed, l2):
    data = samples_for(network, 30, seed)
    query = np.random.default_rng(seed + 1).normal(size=(4, network.inputs))
    h = last(network, data.inputs)
    assume(np.linalg.cond(h - h.mean(0)) < 1e5)
    reading = nw.attribution(network, query, data=data, l2=l2)
    alpha = 30 * l2 * network.outputs / 2
    model = (Ridge(alpha, solver="svd") if l2 else LinearRegression()).fit(h, data.targets)
    wanted = model.predict(last(network, query)).reshape(4, -1)
    scale = np.abs(reading.values).sum(axis=1).max() + 1
    np.testing.assert_allclose(reading.refit, wanted, atol=1e-9 * scale)
    np.testing.assert_allclose(reading.values.sum(axis=1) + reading.constant, reading.refit, atol=1e-12 * scale)
    np.testing.assert_allclose(reading.similarity.sum(axis=1), 1, atol=1e-9 * scale)
    np.testing.assert_allclose(reading.difference, network(query) - wanted, atol=1e-9 * scale)
    inside = data.targets - model.predict(h).reshape(30, -1)
    np.testing.assert_allclose(reading.residuals, inside, atol=1e-9 * scale)


@pytest.mark.parametrize("l2", [0.0, 0.01])
def test_left_out_residuals_are_those_of_fits_without_the_sample(l2):
    rng = np.random.default_rng(0)
    network = nw.Network.from_weights(
        [(rng.normal(size=(4, 2)), rng.normal(size=4), "tanh"), (rng.normal(size=(1, 4)), [0], "identity")]
    )
    data = samples_for(network, 20, 3)
    reading = nw.attribution(network, data, data=data, l2=l2)
    h = last(network, data.inputs)
    for i in range(20):
        rest = np.arange(20) != i
        model = Ridge(20 * l2 / 2, solver="svd") if l2 else LinearRegression()
        model.fit(h[rest], data.targets[rest, 0])
        assert reading.left_out[i, 0] == pytest.approx(data.targets[i, 0] - model.predict(h[[i]])[0], rel=1e-9)
        assert reading.leverage[i] == pytest.approx(reading.similarity[i, i], rel=1e-9)


def test_weighted_samples_count_as_often_as_they_say():
    rng = np.random.default_rng(1)
    x, y, times = rng.normal(size=(12, 2)), rng.normal(size=12), np.array([0, 1, 2, 3] * 3)
    network = nw.Network.from_weights(
        [(rng.normal(size=(3, 2)), np.zeros(3), "tanh"), (np.ones((1, 3)), [0], "identity")]
    )
    once = nw.attribution(network, [[0.3, -1]], data=nw.Dataset(x, y, weights=times), l2=0.01)
    again = nw.attribution(network, [[0.3, -1]], data=nw.Dataset(np.repeat(x, times, 0), np.repeat(y, times)), l2=0.01)
    np.testing.assert_allclose(once.refit, again.refit, rtol=1e-12)
    np.testing.assert_allclose(once.residuals[times > 0], again.residuals[np.cumsum(times)[times > 0] - 1], atol=1e-12)
    assert once.left_out[0] == once.residuals[0]


@pytest.mark.slow
@pytest.mark.parametrize("l2_on", ["weights", "all"])
def test_a_fit_with_weight_decay_at_its_optimum_says_what_its_last_layer_votes(l2_on):
    x = np.random.default_rng(0).uniform(-2, 2, (40, 1))
    data = nw.Dataset(x, np.column_stack([np.sin(2 * x), 5 + 30 * x**2]))
    fit = nw.fit(data, 6, "tanh", solver="lbfgs", steps=4000, l2=1e-3, l2_on=l2_on)
    reading = nw.attribution(fit, [[-1.5], [0.2], [3]])
    assert np.abs(reading.difference / data.targets.std(0)).max() < 0.01
    np.testing.assert_allclose(reading.values.sum(axis=1) + reading.constant, reading.refit, rtol=1e-10)
    assert (np.abs(reading.constant).max() > 1e-6) == (l2_on == "all")
    assert np.abs(nw.attribution(fit, [[-1.5], [0.2], [3]], l2=0.1).difference).max() > np.abs(reading.difference).max()


@pytest.mark.slow
def test_variable_projection_ends_where_the_last_layer_is_at_its_optimum():
    fit = nw.fit(nw.problems.sine(low=-4, high=4), 5, "tanh", solver="variable_projection", steps=50)
    reading = nw.attribution(fit, np.linspace(-5, 5, 7))
    assert np.abs(reading.difference).max() < 1e-6
    assert str(reading).startswith("How the last layer would vote: y of query 1, ")


def test_a_network_that_goes_through_every_sample_leaves_open_what_it_would_say_without():
    rng = np.random.default_rng(0)
    network = nw.Network.from_weights(
        [(rng.normal(size=(30, 1)), rng.normal(size=30), "cosine"), (rng.normal(size=(1, 30)), [0], "identity")]
    )
    data = nw.Dataset(np.linspace(-3, 3, 8), rng.normal(size=8))
    reading = nw.attribution(network, [[0.5]], data=data)
    assert np.abs(reading.residuals).max() < 1e-8
    assert np.isnan(reading.left_out).all()
    assert reading.notes == (
        "8 samples with a leverage of 1: what the last layer would say without is open, so no residual is given.",
        "The 30 features have rank 7 on these samples: of all last layers that fit equally well the shortest is taken.",
    )
    assert reading.as_dict()["left_out"] == [[None]] * 8


def test_nodes_that_are_the_same_on_all_samples_but_for_rounding_have_no_vote():
    network = nw.Network.from_weights([([[1e-17], [2e-17]], [0.3, 0.7], "tanh"), ([[1.0, 1.0]], [0.0], "identity")])
    x = np.linspace(-1, 1, 7)
    read = nw.attribution(network, [[0.5]], data=nw.Dataset(x, x**2))
    np.testing.assert_allclose(read.similarity, np.full((1, 7), 1 / 7), atol=1e-15)
    assert "have rank 0" in read.notes[0]


def test_labels_vote_as_ones_and_zeros():
    fit = nw.fit(nw.problems.moons(samples=60), 4, "tanh", steps=50)
    reading = nw.attribution(fit, [[0.5, 0.2]])
    h = last(fit.network, fit.data.inputs)
    model = LinearRegression().fit(h, fit.data.codes)
    assert reading.refit[0, 0] == pytest.approx(model.predict(last(fit.network, [[0.5, 0.2]]))[0], rel=1e-9)
    assert reading.prediction[0, 0] == fit.network([[0.5, 0.2]])[0, 0]
    assert "sigmoid" in reading.notes[0]
    iris = nw.fit(nw.problems.spirals(samples=60), 4, "tanh", steps=50)
    several = nw.attribution(iris, iris.data.inputs[:3])
    np.testing.assert_allclose(several.values.sum((1, 2)) + several.constant.sum(1), several.refit.sum(1), atol=1e-9)


@pytest.mark.slow
def test_a_linear_model_votes_by_its_features():
    rng = np.random.default_rng(2)
    data = nw.Dataset(rng.normal(size=(30, 3)), rng.normal(size=30))
    fit = nw.fit(data, (), solver="lbfgs", steps=300)
    reading = nw.attribution(fit, data.inputs[:5])
    wanted = LinearRegression().fit(data.inputs, data.targets[:, 0]).predict(data.inputs[:5])
    np.testing.assert_allclose(reading.refit[:, 0], wanted, rtol=1e-9)


@pytest.mark.slow
def test_the_table_adds_up():
    fit = nw.fit(nw.problems.sine(), 6, "tanh", solver="lbfgs", steps=100)
    reading = nw.attribution(fit, [[1.0], [2.0]])
    for query in (1, 2):
        rows = [row for row in reading.table() if row["query"] == query]
        assert len({tuple(row) for row in rows}) == 1
        assert rows[10]["name"] == "40 other samples"
        assert sum(row["value"] for row in rows) == pytest.approx(fit.network([float(query)])[0, 0], rel=1e-9)
