"""Depth written as one hidden layer: the same curve, knots of known number, and the fewest nodes known by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nodewise as nw
from networks import networks, random_network
from nodewise.errors import NodewiseError
from nodewise.inspection.hinges import facing_left, one_more
from nodewise.inspection.straight import pieces
from nodewise.network import Dense, Network

CONTINUOUS = ["relu", "leaky_relu", "abs", "hard_tanh", "identity", "leaky_relu(0.5)"]


def tents(layers):
    """Tent maps 2x, 2 - 2x on [0, 1], one after the other."""
    first = Dense([[1.0], [1.0]], [0.0, -0.5], "relu")
    between = Dense([[2.0, -4.0], [2.0, -4.0]], [0.0, -0.5], "relu")
    return Network((first, *[between] * (layers - 1), Dense([[2.0, -4.0]], [0.0], "identity")))


def made(*layers):
    return Network.from_weights(layers)


@pytest.mark.parametrize("layers", [1, 2, 5, 12])
def test_tents(layers):
    found = nw.one_hidden_layer(tents(layers), 0, 1)
    assert (found.nodes_deep, len(found.knots)) == (2 * layers, 2**layers - 1)
    np.testing.assert_array_equal(found.knots, np.arange(1, 2**layers) / 2**layers)
    assert found.nodes == 2**layers
    assert found.difference == 0
    assert found.pieces.tolist() == [2**layers]


def test_what_it_says_of_twelve_tents():
    assert str(nw.one_hidden_layer(tents(12), 0, 1)) == (
        "24 nodes in 12 hidden layers make 4095 knots on [0, 1]; one hidden ReLU layer takes 4096 nodes for the same, "
        "and no fewer: 171 for each. Largest difference 0 on [0, 1]."
    )


@pytest.mark.parametrize(
    ("first", "changes", "sure"),
    [(1.0, [-2.0, 2.0] * 20, True), (2.0, [-2.0, 2.0] * 20, False), (1.0, [-2.0, 2.0] * 20 + [-1.0], False)],
)
def test_one_node_more_than_knots_is_proved_where_no_sum_fits(first, changes, sure):
    """Multiples of 2 never sum to an odd number."""
    slopes = np.cumsum([first, *changes])[:, None]
    assert one_more(slopes) == sure
    assert not one_more(np.cumsum([first, *np.random.default_rng(0).normal(size=40)])[:, None])


@given(networks(inputs=(1, 1), depth=(0, 4), names=CONTINUOUS), st.floats(-5, 5), st.floats(0.1, 10))
@settings(deadline=None)
def test_it_is_the_same_network(network, low, width):
    whole, part = nw.one_hidden_layer(network), nw.one_hidden_layer(network, low, low + width)
    for found, (a, b) in ((whole, whole.compared), (part, (low, low + width))):
        x = np.linspace(a, b, 999)
        ours, theirs = found.network(x), network(x)
        size = np.abs(theirs).max() + found.network.dense[-1].weight.size
        np.testing.assert_allclose(ours, theirs, atol=1e-8 * size)
        assert found.relative < 1e-8 or found.difference < 1e-8 * size
        assert len(found.network.hidden) <= 1
        assert found.nodes in (len(found.knots), len(found.knots) + 1, 2)
        assert found.nodes_at_least <= found.nodes
    inside = (whole.knots > low) & (whole.knots < low + width)
    assert len(part.knots) == pytest.approx(inside.sum(), abs=1)


@given(networks(inputs=(1, 1), outputs=(1, 1), depth=(1, 3), names=["relu"]))
def test_the_whole_line_has_the_knots_of_a_wide_range(network):
    found = nw.one_hidden_layer(network)
    reach = 3 * np.abs([1, *found.knots]).max()
    wide = pieces(network.folded.dense, np.zeros(1), np.ones(1), -reach, reach)
    real = wide.edges[1:-1][wide.bends.any(axis=1)]
    assert len(found.knots) == len(real)
    np.testing.assert_allclose(found.knots, real, atol=1e-9 * reach)


@pytest.mark.parametrize(
    ("network", "nodes", "knots"),
    [
        (made(([[1.0]], [0.0], "abs")), 2, 1),
        (made(([[1.0]], [0.0], "identity")), 2, 0),
        (made(([[0.0]], [2.0], "identity")), 0, 0),
        (made(([[1.0], [1], [1]], [1.0, 0, -1], "relu"), ([[1.0, -2, 1]], [0.0], "identity")), 3, 3),
        (made(([[1.0]], [0.0], "hardtanh"), ([[3.0]], [1.0], "identity")), 2, 2),
        (made(([[2.0], [-1.0]], [1.0, 0.5], "relu"), ([[1.0, 4.0]], [0.0], "identity")), 2, 2),
    ],
)
def test_the_fewest_nodes_known_by_hand(network, nodes, knots):
    found = nw.one_hidden_layer(network)
    assert (found.nodes, found.nodes_at_least, len(found.knots)) == (nodes, nodes, knots)
    x = np.linspace(-3, 3, 101)
    np.testing.assert_allclose(found.network(x), network(x), atol=1e-12)


@given(st.integers(0, 10**6), st.integers(1, 12))
def test_a_network_of_one_hidden_layer_gets_no_more_nodes(seed, nodes):
    rng = np.random.default_rng(seed)
    w, b, v = rng.choice([-1, 1], nodes), rng.uniform(-3, 3, nodes), rng.normal(size=nodes)
    network = made((w[:, None], b, "relu"), (v[None], [0.2], "identity"))
    found = nw.one_hidden_layer(network)
    assert found.nodes == found.nodes_at_least == nodes
    assert facing_left(np.zeros((nodes + 1, 1))) is not None


@pytest.mark.parametrize("sizes", [(32, 32, 32), (16,) * 6, (128, 128)])
def test_random_depth_is_worth_about_one(sizes):
    rates = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        layers = [
            Dense(rng.normal(size=(b, a)) * np.sqrt(2 / a), 0.1 * rng.normal(size=b), "relu")
            for a, b in zip((1, *sizes), sizes, strict=False)
        ]
        output = Dense(rng.normal(size=(2, sizes[-1])), [0.0, 0.0], "identity")
        found = nw.one_hidden_layer(Network((*layers, output)))
        rates.append(found.rate)
        assert found.relative < 1e-11
    assert 0.9 < np.mean(rates) < 1.15


def test_names_stay():
    layers = random_network(0, [1, 6, 6, 1], ["relu", "relu"], scaled=True).layers
    network = Network(layers, ("age",), ("height",), ("a",), ("m",))
    found = nw.one_hidden_layer(network)
    assert (found.network.feature_names, found.network.output_names) == (("age",), ("height",))
    assert (found.network.feature_units, found.network.output_units) == (("a",), ("m",))
    assert found.table()[0] == {"network": "1-6-6-1 relu", "hidden layers": 2, "nodes": 12}


REFUSALS = {
    "every activation must be made of straight lines, as relu is, for one hidden ReLU layer to be equal. Got tanh. "
    "nodewise.nodes_needed says how many ReLU nodes come within an error.": (made(([[1.0]], [0.0], "tanh")),),
    "the outputs must not jump, because a ReLU layer cannot. Got step, which makes them jump at 0. Choose a range without "
    "a jump.": (made(([[1.0]], [0.0], "step")),),
    "on the whole line the pieces must come to an end. Got triangle, which bends for ever. Give low and high.": (
        made(([[1.0]], [0.0], "triangle")),
    ),
    "one hidden layer is equal to any depth for one feature alone. Got 2 features. Hold all but one fixed with "
    "nodewise.network.slices.sliced.": (made(([[1.0, 1.0]], [0.0], "relu")),),
    "low and high must be given together, or left out for the whole line. Got 1 and None.": (tents(1), 1),
    "low must be below high. Got 1 and 0.": (tents(1), 1, 0),
    "low must be a finite number. Got nan.": (tents(1), float("nan"), 0),
    "there must be at most 1,000,000 straight pieces. Got more. Choose a shorter range.": (
        made(([[1.0]], [0.0], "triangle")), -1e8, 1e8,
    ),
    "products of the weights must be finite, squares included. Got weights up to 1e+200. Use a smaller unit.": (
        made(([[1e200]], [0.0], "relu")), -1, 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("message", REFUSALS)
def test_refuses(message):
    with pytest.raises(NodewiseError) as refused:
        nw.one_hidden_layer(*REFUSALS[message])
    assert str(refused.value) == message


def test_waves_on_a_range():
    found = nw.one_hidden_layer(made(([[np.pi]], [0.5], "triangle")), -6, 6)
    assert len(found.knots) == 12
    assert found.difference < 1e-12
    assert nw.one_hidden_layer(made(([[1.0]], [0.0], "saw")), 0.1, 0.9).nodes == 1
