"""Effects against scikit-learn's partial dependence, sums, and a network whose parts are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.inspection import partial_dependence

import nodewise as nw
from networks import networks, random_network
from nodewise.network import Dense, Predictor


class Called(RegressorMixin, BaseEstimator):
    """Any function of samples, as scikit-learn wants it."""

    def __init__(self, function=None):
        self.function = function

    def fit(self, x, y):
        self.fitted_ = True
        return self

    def predict(self, x):
        return self.function(x)


def samples_for(network, count=30, seed=0):
    random = np.random.default_rng(seed)
    x = random.normal(size=(count, network.inputs))
    x[:, 0] = np.round(x[:, 0])  # fewer values than the grid
    return x


def size_of(reading):
    parts = max(np.abs(each.parts).sum(axis=1).max() for each in reading.curves)
    return parts + np.abs(reading.bias).max()


@pytest.mark.slow
@settings(max_examples=60)
@given(networks(inputs=(1, 4), depth=(0, 3)), st.integers(5, 60))
def test_curves_are_those_of_scikit_learn(network, grid):
    x = samples_for(network)
    reading = nw.effects(network, x, grid=grid, samples=None)
    estimator = Called(lambda rows: network(np.asarray(rows))).fit(x, None)
    for each in reading.curves:
        known = partial_dependence(estimator, x, [each.feature], grid_resolution=grid, kind="both", method="brute")
        np.testing.assert_allclose(each.grid, known["grid_values"][0], rtol=1e-12, atol=1e-14)
        tolerance = 1e-12 * size_of(reading)
        np.testing.assert_allclose(each.average.T, known["average"], rtol=0, atol=tolerance)
        individual = np.moveaxis(known["individual"], 0, -1)[reading.samples]
        np.testing.assert_allclose(each.individual, individual, rtol=0, atol=tolerance)


@given(networks(inputs=(1, 4), depth=(0, 3)))
def test_parts_add_up_and_shares_to_one(network):
    reading = nw.effects(network, samples_for(network), grid=7)
    size = size_of(reading)
    assert reading.residual <= 1e-12 * size
    for each in reading.curves:
        assert np.abs(each.parts.sum(axis=1) + reading.bias - each.average).max() <= 1e-13 * size
        np.testing.assert_allclose(each.spread**2, each.common**2 + each.own**2, rtol=1e-12)
        moving = each.common > 1e-9 * size
        np.testing.assert_allclose(each.share.sum(axis=0)[moving], 1, rtol=1e-6)


@given(networks(inputs=(2, 3), depth=(1, 2), outputs=(1, 2)))
def test_spread_is_that_of_all_curves(network):
    x = samples_for(network)
    reading = nw.effects(network, x, grid=6, curves=len(x))
    for each in reading.curves:
        nearest = np.abs(x[:, [each.feature]] - each.grid).argmin(axis=1)
        np.testing.assert_allclose(each.weight, np.bincount(nearest, minlength=len(each.grid)) / len(x))
        around = each.individual - np.einsum("cpo,p->co", each.individual, each.weight)[:, None]
        size = np.abs(each.individual).max()
        np.testing.assert_allclose(
            each.spread, np.sqrt(each.weight @ (around**2).mean(axis=0)), rtol=1e-9, atol=1e-13 * size
        )
        middle = each.average - each.weight @ each.average
        np.testing.assert_allclose(each.common, np.sqrt(each.weight @ middle**2), rtol=1e-9, atol=1e-13 * size)


def test_blocks_change_nothing(monkeypatch):
    network = random_network(0, [3, 5, 4, 2], ["tanh", "relu"], scaled=True)
    x = samples_for(network, 200)
    whole = nw.effects(network, x, grid=9)
    monkeypatch.setattr("nodewise.inspection.effects.curve._BLOCK", 100)
    parts = nw.effects(network, x, grid=9)
    for one, other in zip(whole.curves, parts.curves, strict=True):
        for name in ("average", "parts", "individual", "spread", "common", "own"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-12, atol=1e-13)


def test_a_sum_of_curves_has_nothing_of_its_own():
    weight = np.eye(3)
    network = nw.Network.from_weights([(weight, [0.1, 0.2, 0.3], "tanh"), ([[1.0, 2.0, 0.0]], [5.0], "identity")])
    reading = nw.effects(network, samples_for(network, 80))
    for i, each in enumerate(reading.curves):
        assert each.own[0] <= 1e-14
        share = np.eye(3)[i] if i < 2 else np.zeros(3)
        np.testing.assert_allclose(each.share[:, 0], share, atol=1e-12)
    assert [row["feature"] for row in reading.table()] == ["x2", "x1", "x3"]
    assert [row["shape"] for row in reading.table()] == ["rises", "rises", "flat"]
    assert [row["mainly"] for row in reading.table()] == ["node 2", "node 1", None]
    assert reading.summary.startswith("y moves most along x2 (much alike for all samples, by ")


def test_a_product_is_all_its_own():
    network = nw.Network.from_weights(
        [([[1, 1], [1, -1], [-1, 1], [-1, -1]], [0] * 4, "relu"), ([[1, -1, -1, 1]], [0], "identity")]
    )
    corners = np.array([[-1.0, -1], [-1, 1], [1, -1], [1, 1]])
    reading = nw.effects(network, corners)  # 2 where the signs agree, -2 where not
    np.testing.assert_allclose(reading.curves[0].common, 0, atol=1e-15)
    np.testing.assert_allclose(reading.curves[0].own, 2)
    assert "differently from sample to sample" in reading.summary
    joint = nw.effect_map(network, corners)
    np.testing.assert_allclose(joint.together, 1)


def test_a_classifier_is_followed_by_its_logits():
    hidden, out = random_network(0, [2, 4, 3], ["tanh"]).dense
    network = nw.Network((hidden, Dense(out.weight, out.bias, "softmax")))
    x = samples_for(network)
    reading = nw.effects(network, x, feature="x2", grid=[0.0, 0.5])
    assert reading.of == "pre-activation"
    x[:, 1] = 0.5
    np.testing.assert_allclose(reading.curves[0].average[1], network.logits(x).mean(axis=0), rtol=1e-12)


def test_a_black_box_has_curves_without_parts():
    network = random_network(3, [3, 5, 2], ["tanh"])
    box = Predictor(network, 3, 2, "it is a test", "Test model")
    x = samples_for(network, 50)
    reading, known = nw.effects(box, x), nw.effects(network, x)
    for one, other in zip(reading.curves, known.curves, strict=True):
        np.testing.assert_allclose(one.average, other.average, atol=1e-13)
        np.testing.assert_allclose(one.spread, other.spread, rtol=1e-10)
        assert one.parts is None
    assert reading.notes == ("The curves are not split into nodes: it is a test.",)
    np.testing.assert_allclose(
        nw.effect_map(box, x, (0, 1)).values, nw.effect_map(network, x, (0, 1)).values, atol=1e-13
    )


def test_fewer_samples_are_said():
    network = random_network(0, [2, 3, 1], ["relu"])
    reading = nw.effects(network, samples_for(network, 500), samples=100)
    assert len(reading.samples) == 100
    assert reading.notes == ("Averaged over 100 of 500 samples, drawn at random (seed 0).",)
    assert str(reading).endswith("Averaged over 100 of 500 samples, drawn at random (seed 0).")


def test_two_percentiles_of_one_value_leave_the_range():
    network = random_network(0, [1, 3, 1], ["relu"])
    x = np.zeros((1000, 1))
    x[:20, 0] = np.arange(20) / 7
    assert nw.effects(network, x, grid=10).curves[0].grid[-1] == 19 / 7


@settings(max_examples=40)
@given(networks(inputs=(2, 4), depth=(0, 3)), st.booleans())
def test_maps_against_scikit_learn_and_calls(network, average):
    x = samples_for(network)
    reading = nw.effect_map(network, x, (1, 0), grid=6, others="average" if average else "median", percentiles=(0.1, 1))
    size = np.abs(reading.parts).sum(axis=2).max() + np.abs(reading.bias).max()
    np.testing.assert_allclose(reading.parts.sum(axis=2) + reading.bias, reading.values, rtol=0, atol=1e-12 * size)
    if average:
        estimator = Called(lambda rows: network(np.asarray(rows))).fit(x, None)
        known = partial_dependence(estimator, x, [(1, 0)], grid_resolution=6, percentiles=(0.1, 1), method="brute")
        expected = np.moveaxis(known["average"], 0, -1).swapaxes(0, 1)
    else:
        rows = np.tile(np.median(x, axis=0), (reading.inside.size, 1))
        rows[:, 1], rows[:, 0] = (v.ravel() for v in np.meshgrid(reading.across, reading.up))
        expected = network(rows).reshape(reading.values.shape)
    np.testing.assert_allclose(reading.values, expected, rtol=0, atol=1e-12 * size)


def test_json_leaves_out_what_is_long():
    network = random_network(0, [3, 4, 1], ["tanh"])
    document = nw.effects(network, samples_for(network)).as_dict()
    assert set(document["curves"][0]) >= {"grid", "average", "parts", "individual", "spread"}
    wide = random_network(0, [40, 50, 1], ["tanh"])
    document = nw.effects(wide, samples_for(wide, 60)).as_dict()
    assert "parts" not in document["curves"][0]
    assert "individual" not in document["curves"][0]


NETWORK = random_network(0, [2, 3, 1], ["relu"])
X = samples_for(NETWORK)
REFUSALS = {
    "no data": (
        lambda: nw.effects(NETWORK),
        "effects need data to follow. Got none. Pass the Dataset, or inputs [sample, feature].",
    ),
    "feature": (lambda: nw.effects(NETWORK, X, 2), "feature must be a name or a whole number from 0 to 1. Got 2."),
    "name": (lambda: nw.effects(NETWORK, X, "x3"), "feature must be one of x1, x2. Got 'x3'. Did you mean 'x2'?"),
    "twice": (
        lambda: nw.effects(NETWORK, X, ["x1", 0]),
        "features must be asked for once each, and at least one. Got ['x1', 0].",
    ),
    "grid": (lambda: nw.effects(NETWORK, X, grid=1), "grid must be a whole number of at least 2. Got 1."),
    "values": (
        lambda: nw.effects(NETWORK, X, grid=[np.inf]),
        "grid must be a whole number of at least 2, or the finite values to take, such as [0, 1, 2]. Got [inf].",
    ),
    "percentiles": (
        lambda: nw.effects(NETWORK, X, percentiles=(1, 0)),
        "percentiles must be two numbers from 0 to 1, the first one smaller, such as (0.05, 0.95). Got (1, 0).",
    ),
    "three": (
        lambda: nw.effect_map(random_network(0, [3, 3, 1], ["relu"]), np.eye(3)),
        "a map needs two features. Got 3; name two, such as features=(0, 1).",
    ),
    "others": (
        lambda: nw.effect_map(NETWORK, X, others="mean"),
        "others must be one of median, average. Got 'mean'. Did you mean 'median'?",
    ),
    "answer": (
        lambda: nw.effects(Predictor(lambda x: x[:, 0] * np.nan, 2, 1, "r", "Test model"), X),
        "answers of a black box must be finite. Got nan of Test model. Leave out the samples or the grid's values where "
        "it cannot answer.",
    ),
    "outputs": (
        lambda: nw.effects(Predictor(lambda x: x, 2, 1, "r", "Test model"), X, 0),
        "a black box must answer [sample, output] with 1 output(s). Got shape (150, 2) of Test model for 150 samples.",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(case):
    act, message = REFUSALS[case]
    with pytest.raises(nw.NodewiseError) as refusal:
        act()
    assert str(refusal.value) == message
