"""Bounds are never violated, equal their closed forms, and say when they are reached."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nodewise as nw
from networks import networks, random_network
from nodewise.activations import find, names
from nodewise.errors import NodewiseError
from nodewise.inspection.bounds import bounds


def essay(seed=0, out="tanh", inputs=1, nodes=6):
    rng = np.random.default_rng(seed)
    return nw.Network.from_weights(
        [
            (rng.uniform(-1, 1, (nodes, inputs)), rng.uniform(-1, 1, nodes), "tanh"),
            (rng.uniform(-1, 1, (1, nodes)), rng.uniform(-1, 1, 1), out),
        ]
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_essays_networks_stay_within_the_closed_form(seed):
    network = essay(seed)
    weight, bias = network.dense[-1].weight, network.dense[-1].bias
    found = bounds(network)
    np.testing.assert_allclose(found.low, np.tanh(bias - np.abs(weight).sum()), rtol=1e-12)
    np.testing.assert_allclose(found.high, np.tanh(bias + np.abs(weight).sum()), rtol=1e-12)
    assert found.high[0] < 1
    assert max(-found.low[0], found.high[0]) <= np.tanh(np.abs(bias) + np.abs(weight).sum())[0] * (1 + 1e-12)


def test_a_bound_is_reached_where_one_direction_serves_all_nodes():
    def network(outgoing):
        return nw.Network.from_weights([([[1.0], [2.0]], [0.0, 1.0], "tanh"), ([outgoing], [0.5], "identity")])

    same, opposed = bounds(network([1.0, 3.0])), bounds(network([1.0, -3.0]))
    assert same.low_attained.all()
    assert same.high_attained.all()
    assert network([1.0, 3.0])(1e3)[0, 0] == pytest.approx(same.high[0], rel=1e-12)
    assert not opposed.low_attained.any()
    assert not opposed.high_attained.any()
    turned = nw.Network.from_weights(
        [([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [0.0, 0.0, 0.0], "sigmoid"), ([[1.0, -2.0, 0.5]], [0.0], "identity")]
    )
    found = bounds(turned)  # (d1 > 0, d2 < 0, d1 + d2 > 0) exists
    assert found.high_attained.all()
    assert turned([[2e3, -1e3]])[0, 0] == pytest.approx(found.high[0], rel=1e-12)


@pytest.mark.slow
@given(networks(), st.integers(0, 2**31), st.sampled_from([None, 1e-3, 2.0, 50.0]))
@settings(max_examples=80)
def test_sampled_values_never_violate_the_bounds(network, seed, radius):
    rng = np.random.default_rng(seed)
    middle = rng.normal(size=network.inputs)
    box = None if radius is None else np.column_stack([middle - radius, middle + radius])
    found = bounds(network, box, budget=60)
    x = rng.normal(size=(4000, network.inputs)) * 10 ** rng.uniform(-2, 5, (4000, 1))
    if radius is not None:
        x = np.clip(middle + radius * rng.uniform(-1, 1, x.shape), box[:, 0], box[:, 1])
    values = network(x)
    assert (values >= found.low).all()
    assert (values <= found.high).all()
    if radius is not None:
        other = x[rng.permutation(len(x))]
        distance = np.sqrt(((x - other) ** 2).sum(axis=1))[:, None]
        change = np.abs(values - network(other))
        rounding = 1e-10 * (1 + np.abs(values))
        assert np.isinf(found.lipschitz).any() or (change <= found.lipschitz * distance + rounding).all()


@given(st.integers(0, 2**31), st.sampled_from(["identity", "tanh", "relu", "cosine"]), st.booleans())
@settings(max_examples=40)
def test_probabilities_stay_within_their_bounds(seed, hidden, boxed):
    rng = np.random.default_rng(seed)
    network = nw.Network.from_weights(
        [
            (rng.normal(size=(5, 2)), rng.normal(size=5), hidden),
            (rng.normal(size=(3, 5)), rng.normal(size=3), "softmax"),
        ]
    )
    found = bounds(network, [(-1, 1), (0, 2)] if boxed else None, budget=60)
    x = rng.uniform((-1, 0), (1, 2), (3000, 2)) * (1 if boxed else 10 ** rng.uniform(-1, 3, (3000, 1)))
    values = network(x)
    assert (values >= found.low).all()
    assert (values <= found.high).all()
    assert (found.low >= 0).all()
    assert (found.high <= 1).all()
    steepest = (np.abs(network(x + np.array([1e-6, 0])) - values) / 1e-6).max()
    assert steepest <= found.lipschitz.max() * (1 + 1e-6) + 1e-8


@given(networks(), st.integers(0, 2**31), st.booleans())
@settings(max_examples=60)
def test_a_box_that_is_open_on_one_side_is_never_violated_either(network, seed, upwards):
    rng = np.random.default_rng(seed)
    start = rng.normal(size=network.inputs) * 10 ** rng.uniform(-2, 3)
    found = bounds(network, [(a, np.inf) if upwards else (-np.inf, a) for a in start])
    away = np.abs(rng.normal(size=(2000, network.inputs))) * 10 ** rng.uniform(-3, 6, (2000, 1))
    values = network(np.vstack([start, start + away if upwards else start - away]))
    assert (values >= found.low).all()
    assert (values <= found.high).all()


@pytest.mark.parametrize("name", names())
def test_the_end_of_an_open_box_is_inside_to_the_bit(name):
    rng = np.random.default_rng(3)
    for out in ("identity", "softmax"):
        for _ in range(50):
            network = nw.Network.from_weights(
                [(rng.normal(size=(3, 1)) * 30, rng.normal(size=3), name), (rng.normal(size=(2, 3)), [0.3, 0.1], out)]
            )
            start = abs(rng.normal())
            found = bounds(network, [(start, np.inf)])
            values = network(start + np.r_[0, np.geomspace(1e-9, 1e6, 200)])
            assert (values >= found.low).all()
            assert (values <= found.high).all()


def test_the_rounding_of_large_logits_is_within_the_bounds():
    rng = np.random.default_rng(0)
    shared = 1e9 * rng.normal(size=(1, 2))
    network = nw.Network.from_weights([(shared + rng.normal(size=(3, 2)), [0.0, 0.0, 0.0], "softmax")])
    for x in rng.normal(size=(200, 2)):
        found = bounds(network, np.column_stack([x, x]), budget=1)
        assert (network(x)[0] >= found.low).all()
        assert (network(x)[0] <= found.high).all()


def test_a_slope_of_zero_is_an_end_like_others():
    network = nw.Network.from_weights([([[1.0]], [0.0], "relu"), ([[2.0]], [1.0], "identity")])
    assert bounds(network, [(-1, 1)]).slope == pytest.approx(np.array([[0, 2]]))


def test_logistic_regression_has_closed_forms():
    network = nw.Network.from_weights([([[3.0, -4.0]], [1.0], "sigmoid")])
    found = bounds(network)
    assert (found.low[0], found.high[0], found.low_attained[0], found.high_attained[0]) == (0, 1, True, True)
    assert found.lipschitz[0] == pytest.approx(5 / 4, rel=1e-9)
    boxed = bounds(network, [(0, 1), (0, 1)])
    assert boxed.low[0] == pytest.approx(1 / (1 + np.exp(3)), rel=1e-12)
    assert boxed.high[0] == pytest.approx(1 / (1 + np.exp(-4)), rel=1e-12)


def test_scaling_is_in_the_users_units():
    network = random_network(2, (1, 5, 1), ["tanh"], scaled=True)
    found, x = bounds(network), np.linspace(-50, 50, 20_001)
    steepest = np.abs(np.diff(network(x)[:, 0]) / np.diff(x)).max()
    assert steepest <= found.lipschitz[0]
    boxed = bounds(network, [(-3, 3)])
    inside = np.diff(network(np.linspace(-3, 3, 6001))[:, 0]) / 1e-3
    assert boxed.slope[0, 0] <= inside.min()
    assert inside.max() <= boxed.slope[0, 1]
    assert boxed.lipschitz[0] <= found.lipschitz[0]


def test_what_has_no_bound_says_why():
    network = nw.Network.from_weights([([[1.0]], [0.0], "relu"), ([[2.0]], [1.0], "identity")])
    found = bounds(network)
    assert (found.low[0], found.high[0]) == (pytest.approx(1.0), np.inf)
    assert found.summary == (
        "Its output stays above 1 for every input; nothing bounds it, because x may be anything and identity has no "
        "bound; it changes by at most 2 per unit of distance between two inputs."
    )
    half = bounds(network, [(1, np.inf)])
    assert half.clause == "its output stays above 3 in the box"  # and not for every input
    assert bounds(network, [(-np.inf, 3)]).high[0] == pytest.approx(7)
    step = nw.Network.from_weights([([[1.0]], [0.0], "step"), ([[2.0]], [1.0], "identity")])
    assert "it can jump" in bounds(step).summary
    assert np.isinf(bounds(step).lipschitz[0])
    assert bounds(step, [(-1, 1)]).slope.tolist() == [[0, np.inf]]


@pytest.mark.parametrize("name", names())
def test_every_activation_has_a_reading_that_is_json(name):
    for out in ("identity", name):
        network = nw.Network.from_weights(
            [([[1.0], [-2.0]], [0.3, 0.1], name), ([[1.0, 1.0], [1.0, -3.0]], [0, 1], out)]
        )
        for box in (None, [(-1, 2)]):
            found = bounds(network, box)
            assert json.loads(json.dumps(found.as_dict()))["summary"] == found.summary
            json.dumps(found.table(), allow_nan=False)
            assert (found.low <= found.high).all()
            assert np.isfinite(found.high).all() or box is None
            if find(name).bounded:
                assert np.isfinite([found.low, found.high]).all()


def test_summary_and_clause():
    network = nw.Network.from_weights([([[1.0]], [0.0], "tanh"), ([[1.0]], [0.5], "tanh")])
    assert bounds(network).clause == "its output stays in [-0.462, 0.905] for every input"
    assert bounds(network).summary == (
        "Its output stays in [-0.462, 0.905] for every input; both ends are reached or approached; it changes by at most "
        "1 per unit of distance between two inputs."
    )
    assert bounds(network, [(0, 0)]).clause == "its output is 0.462 in the box"
    two = nw.Network.from_weights([(np.ones((2, 1)), [0.0, 0.0], "tanh"), (np.eye(2), [0.0, 0.0], "identity")])
    assert bounds(two).clause == "each output stays in [-1, 1] for every input"
    apart = nw.Network.from_weights([(np.ones((2, 1)), [0.0, 0.0], "tanh"), ([[1, 0], [0, 2]], [0.0, 0.0], "identity")])
    assert bounds(apart).summary.startswith(
        "y1 stays in [-1, 1] and y2 stays in [-2, 2] for every input; both ends are"
    )


@pytest.mark.parametrize(
    ("box", "message"),
    [
        (
            [(0, 1)],
            "box must be one pair (low, high) for each of 2 feature(s). Got [(0, 1)]. Leave it out for every input.",
        ),
        ("all", "box must be one pair (low, high) for each of 2 feature(s). Got 'all'. Leave it out for every input."),
        ([(0, 1), (3, 2)], "box must have low before high. Got 3 and 2 for x2; swap them."),
        (
            [(0, np.nan), (0, 1)],
            "box must be one pair (low, high) for each of 2 feature(s). Got [(0, nan), (0, 1)]. Leave it out for every input.",
        ),
    ],
)
def test_refusals(box, message):
    with pytest.raises(NodewiseError) as refused:
        bounds(random_network(0, (2, 3, 1), ["tanh"]), box)
    assert str(refused.value) == message
