"""How many nodes a curve needs: known counts, guarantees on random networks, and what is refused."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nodewise as nw
from networks import random_network
from nodewise.errors import NodewiseError
from nodewise.network import Dense, Network

SINE = {0.2: 7, 0.1: 13, 0.02: 25, 0.01: 37}


@pytest.mark.parametrize(("error", "pieces"), SINE.items())
def test_the_sine(error, pieces):
    found = nw.nodes_needed(np.sin, error, -10, 10)
    assert (found.pieces, found.pieces_at_least, found.nodes, found.nodes_at_least) == (
        pieces, pieces, pieces, pieces - 1,
    )  # fmt: skip
    assert found.network.sizes == (1, pieces, 1)
    x = np.linspace(-10, 10, 100_001)
    assert error * 0.99 < np.abs(found.network(x)[:, 0] - np.sin(x)).max() <= found.largest_error + 1e-6 <= error + 1e-6
    assert found.turning_nodes == 7  # six extrema: the essay's node per side of each bump


def test_what_it_says():
    found = nw.nodes_needed(math.sin, 0.2, -10, 10)
    assert str(found) == (
        "Representable within 0.2 of sin on [-10, 10]: with 7 straight pieces, and no fewer; 7 ReLU nodes in one hidden "
        "layer make such a curve, and fewer than 6 cannot. Of sigmoid or tanh nodes of one slope it takes at least 7, "
        "because every such curve turns 6 times; of several slopes fewer may do. Whether training reaches it is another "
        "question. Sampled: what is needed holds, what is enough holds if the function is as calm as it looks."
    )
    assert found.table() == [
        {"nodes": "ReLU", "enough": 7, "at least": 6},
        {"nodes": "sigmoid or tanh of one slope", "enough": None, "at least": 7},
    ]
    assert "source" not in found.as_dict()
    flat = nw.nodes_needed(nw.Dataset([0, 1, 2], [0, 1, 0]), 0.5)
    assert (flat.pieces, flat.nodes, flat.nodes_at_least, flat.turning_nodes) == (1, 0, 0, 0)
    assert str(flat) == (
        "Representable within 0.5 of the 3 samples on [0, 2]: with 1 straight piece, and no fewer; a constant does, "
        "without any node. Sigmoid or tanh nodes are not needed either. Whether training reaches it is another question. "
        "Exact."
    )


def test_a_smooth_network_is_certified():
    network = Network((Dense([[1.0]], [0.0], "cosine"), Dense([[1.0]], [0.0], "identity")))
    for error, pieces in SINE.items():
        found = nw.nodes_needed(network, error, -10 - math.pi / 2, 10 - math.pi / 2)
        assert found.method == "certified"
        assert found.pieces == found.pieces_at_least == pieces
        assert found.largest_error <= error


@given(st.integers(0, 10**6), st.integers(1, 12), st.sampled_from([0.03, 0.3, 1.0]))
@settings(deadline=None, max_examples=40)
def test_a_relu_network_needs_no_more_than_itself(seed, nodes, error):
    network = random_network(seed, [1, nodes, 1], ["relu"], scaled=seed % 2 == 0)
    found = nw.nodes_needed(network, error, -4, 4)
    assert found.method == "exact"
    assert found.nodes_at_least <= nodes
    assert found.pieces <= nodes + 1
    assert found.pieces == found.pieces_at_least
    assert found.largest_error <= error
    x = np.linspace(-4, 4, 20_001)
    assert np.abs(network(x) - found.network(x)).max() <= found.largest_error + 1e-12
    tiny = nw.nodes_needed(network, 1e-9, -4, 4)
    own = nw.one_hidden_layer(network, -4, 4)
    assert tiny.pieces <= len(own.knots) + 1


@given(st.integers(0, 10**6), st.integers(1, 12), st.booleans())
@settings(deadline=None, max_examples=40)
def test_nodes_of_one_slope_turn_less_often_than_there_are_nodes(seed, nodes, tanh):
    """No sum of sigmoid or tanh nodes of one slope breaks the bound, whichever way they face."""
    rng = np.random.default_rng(seed)
    facing, slope = rng.choice([-1, 1], nodes), rng.uniform(0.3, 3)
    name = "tanh" if tanh else "sigmoid"
    hidden = Dense((slope * facing)[:, None], rng.uniform(-6, 6, nodes), name)
    network = Network((hidden, Dense(rng.normal(size=(1, nodes)), [rng.normal()], "identity")))
    x = np.linspace(-12, 12, 1201)
    y = network(x)[:, 0]
    data = nw.Dataset(x, y)
    error = 1e-9 * np.abs(y).max()
    found = nw.nodes_needed(data, float(error))
    # In the order of the knots, and turned round so that all face one way, the sizes change sign often enough.
    sizes = (network.dense[1].weight[0] * facing)[np.argsort(-hidden.bias * facing)]
    assert found.turning_nodes - 1 <= np.count_nonzero(np.diff(np.sign(sizes)))
    assert found.turning_nodes <= nodes


def test_the_bound_is_reached_and_holds_for_no_other_nodes():
    x = np.linspace(-60, 60, 3001)

    def turns(y):
        return nw.nodes_needed(nw.Dataset(x, y), 1e-6).turning_nodes - 1

    steep = sum((-1) ** i * np.tanh(x - 10 * i) for i in range(5))
    assert turns(steep) == 4
    assert turns(np.tanh(0.3 * x) - 0.4 * np.tanh(x)) == 2  # two nodes of two slopes
    assert turns(x / (1 + np.abs(x)) - 0.7 * (x - 1) / (1 + np.abs(x - 1))) == 2  # softsign, two nodes of one slope


def test_samples_leave_the_curve_free_between_them():
    x = np.array([0.0, 1, 2, 3])
    data = nw.Dataset(x, [0, 0, 5, 5], target_names="height", target_units="m", feature_names="age")
    found = nw.nodes_needed(data, 0.1)
    assert (found.pieces, found.method, found.output_name, found.output_unit) == (3, "exact", "height", "m")
    assert np.abs(found.network(x)[:, 0] - data.targets[:, 0]).max() == found.largest_error <= 0.1
    assert nw.nodes_needed(nw.Dataset([0, 1, 1, 2], [0, 0, 1, 1]), 0.5).largest_error <= 0.5 + 1e-12


def test_ties_go_to_the_fewer():
    """Exactly at the error, where only rounding could tell, no piece too many."""
    found = nw.nodes_needed(nw.Dataset([0, 1, 2, 3, 4], [0, 2, 0, 2, 0]), 0.75)
    assert found.pieces == found.pieces_at_least
    line = nw.nodes_needed(nw.Dataset([0, 1, 2], [0, 2, 2]), 0.5)
    assert (line.pieces, line.pieces_at_least) == (1, 1)
    assert line.largest_error == pytest.approx(0.5, abs=1e-12)


def test_rounding_that_shows_is_said():
    x = np.linspace(-1, 1, 100)
    far = nw.nodes_needed(nw.Dataset(2e9 + x, np.sin(6 * x)), 0.15)
    assert far.pieces == nw.nodes_needed(nw.Dataset(x, np.sin(6 * x)), 0.15).pieces
    off = np.abs(far.network(2e9 + x)[:, 0] - np.sin(6 * x)).max() - 0.15
    assert off == far.largest_error - 0.15
    assert 0 < off < 1e-4
    assert "beyond the error)" in str(far)


def test_the_exchange_rate():
    rate = nw.nodes_needed(np.sin, 0.2, -10, 10).exchange(list(SINE))
    assert rate.pieces.tolist() == rate.pieces_at_least.tolist() == [37, 25, 13, 7]
    assert rate.errors.tolist() == [0.01, 0.02, 0.1, 0.2]
    assert str(rate) == "An error of 0.2 takes 7 straight pieces, 0.01 takes 37."
    assert rate.table()[0]["pieces"] == 37
    own = nw.nodes_needed(np.sin, 0.2, -10, 10).exchange()
    np.testing.assert_allclose(own.errors, 0.2 * 2.0 ** np.arange(-4, 3))
    assert (np.diff(own.pieces) <= 0).all()


def test_several_outputs_and_a_fit(tmp_path):
    network = random_network(3, [1, 6, 3], ["relu"])
    for output, name in enumerate(network.output_names):
        single = Network(
            (network.dense[0], Dense(network.dense[1].weight[[output]], network.dense[1].bias[[output]], "identity"))
        )
        one, other = nw.nodes_needed(network, 0.1, -3, 3, output=name), nw.nodes_needed(single, 0.1, -3, 3)
        assert one.pieces == other.pieces == nw.nodes_needed(network, 0.1, -3, 3, output=output).pieces
    data = nw.problems.sine()
    fit = nw.fit(data, hidden=5, activation="relu", steps=3)
    assert (nw.nodes_needed(fit, 0.1).low, nw.nodes_needed(fit, 0.1, high=3).high) == (-10, 3)


STEP = Network((Dense([[1.0]], [0.0], "step"), Dense([[1.0]], [0.0], "identity")))
REFUSALS = {
    "error must be above 0: a curve takes fewer pieces only if it may be off. Got 0.": lambda: nw.nodes_needed(
        np.sin, 0, -1, 1
    ),
    "error must be a finite number. Got nan.": lambda: nw.nodes_needed(np.sin, math.nan, -1, 1),
    "low and high must say the range of a function or network. Got None and None.": lambda: nw.nodes_needed(np.sin, 1),
    "low must be below high. Got 1 and -1.": lambda: nw.nodes_needed(np.sin, 0.1, 1, -1),
    "no continuous function stays within 0.4 of a target that has several values at 1, [0, 1]. Allow an error of at "
    "least 0.5.": lambda: nw.nodes_needed(nw.Dataset([0, 1, 1, 2], [0, 0, 1, 1]), 0.4),
    "no continuous function stays within 0.4 of a target that jumps at 0, [0, 1]. Allow an error of at least 0.5.": (
        lambda: nw.nodes_needed(STEP, 0.4, -1, 1)
    ),
    "how many nodes a curve needs is known for one feature. Got 2. Choose one: a table with features=[...], or "
    "nodewise.network.slices.sliced, which holds the others fixed.": lambda: nw.nodes_needed(
        nw.problems.multiplication(), 0.1
    ),
    "low and high must be left out for a dataset, whose samples say where the curve has to go. Got 0 and None. Pick "
    "samples with data.rows(...).": lambda: nw.nodes_needed(nw.problems.sine(), 0.1, low=0),
    "a dataset must have targets that a curve can follow. Got labels alone.": lambda: nw.nodes_needed(
        nw.Dataset([0, 1], labels=["a", "b"]), 0.1
    ),
    "target must be a dataset, a network, a fit or a function of x. Got list. Make numbers a nodewise.Dataset(x, y).": (
        lambda: nw.nodes_needed([1, 2], 0.1)
    ),
    "a target function must be finite, and at most 1e100. Got inf at 0. Choose another range.": lambda: nw.nodes_needed(
        lambda x: 1 / x, 0.1, -1, 1
    ),
    "a target function must return one number for each x. It failed with ZeroDivisionError: division by zero.": lambda: (
        nw.nodes_needed(lambda x: 1 / 0, 0.1, -1, 1)
    ),
    "error must lie above the rounding of the target, 2.22e-12 for values of 1. Got 1e-15.": lambda: nw.nodes_needed(
        np.cos, 1e-15, -1, 1
    ),
    "products of the weights must be finite, squares included. Got weights up to 1e+200. Use a smaller unit.": lambda: (
        nw.nodes_needed(Network((Dense([[1e200]], [0.0], "relu"), Dense([[1e200]], [0.0], "identity"))), 0.1, -1, 1)
    ),
    "output must be one of y, 0. Got 'z'.": lambda: nw.nodes_needed(STEP, 0.4, -1, 1, output="z"),
}


@pytest.mark.parametrize("message", REFUSALS)
def test_refuses(message):
    with pytest.raises(NodewiseError) as refused:
        REFUSALS[message]()
    assert str(refused.value) == message


def test_a_function_that_jumps_is_refused_where_it_does():
    with pytest.raises(NodewiseError, match=r"target that jumps at 0\.3333333?, \[-1, 1\]"):
        nw.nodes_needed(lambda x: np.sign(x - 1 / 3), 0.1, -1, 1)
    assert nw.nodes_needed(lambda x: np.sign(x - 1 / 3), 1.1, -1, 1).nodes == 0
