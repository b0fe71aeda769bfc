import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nodewise as nw
from nodewise import activations
from nodewise.errors import NodewiseError
from nodewise.training.draws import DRAWS

# The families of the essay: its text, and its published figures.
ESSAY = [
    *itertools.product(["1-1", "2-1", "1-64-1", "1-16-16-1"], ["identity"]),
    *itertools.product(["1-1", "2-1"], ["logistic"]),
    *itertools.product(["1-1", "1-64-1", "1-16-16-1", "2-64-1", "2-16-16-1", "1-16-16-2", "1-16-16-3"], ["tanh"]),
    ("2-16-16-1", "relu"),
    *itertools.product(["1-100-1", "1-11-9-1"], ["tanh"]),
]


@pytest.mark.parametrize(("sizes", "activation"), ESSAY)
def test_every_family_of_the_essay_has_its_name(sizes, activation):
    found = nw.family(sizes, activation, count=5)
    assert "-".join(map(str, found.networks[0].sizes)) == sizes
    assert all(layer.activation is activations.find(activation) for layer in found.networks[4].dense)
    assert np.abs(found.networks.parameters).max() <= 1
    if sizes[0] == "1":
        assert found.curves.shape == (5, 100, found.sizes[-1])
        np.testing.assert_array_equal(found.x[:, 0], np.linspace(-6, 6, 100))
        for curve, network in zip(found.curves, found.networks, strict=True):
            np.testing.assert_array_equal(curve, network(found.x))
    else:
        surface = found.surface(3)
        assert surface.shape == (101, 99, 1)
        across, up = found.places(2)
        assert (len(across), len(up)) == (99, 101)
        np.testing.assert_allclose(surface[17, 40], found.networks[3]([across[40], up[17]])[0], rtol=1e-13)


@given(
    seed=st.integers(0, 2**32),
    index=st.integers(0, 9),
    weights=st.sampled_from(list(DRAWS)),
    sizes=st.lists(st.integers(1, 6), min_size=2, max_size=5),
)
def test_a_network_depends_on_the_seed_and_its_index_alone(seed, index, weights, sizes):
    large = nw.family(sizes, count=10, seed=seed, weights=weights).networks
    small = nw.family(sizes, count=index + 1, seed=seed, weights=weights).networks
    np.testing.assert_array_equal(small.parameters[index], large.parameters[index])
    for one, other in zip(small[index].dense, large[index].dense, strict=True):
        np.testing.assert_array_equal(one.weight, other.weight)
        np.testing.assert_array_equal(one.bias, other.bias)


def test_network_7_of_49_is_network_7_of_1000():
    small, large = nw.family("1-100-1"), nw.family((1, 100, 1), count=1000)
    assert (len(small), len(large)) == (49, 1000)
    np.testing.assert_array_equal(small.curves[7], large.curves[7])
    assert len(set(large.networks.parameters[:, 0])) == 1000
    other = nw.family("1-100-1", seed=1).networks.parameters
    assert not (other == small.networks.parameters).any()


def test_networks_are_a_sequence():
    found = nw.family("1-3-2", count=6).networks
    assert [network.sizes for network in found] == [(1, 3, 2)] * 6
    np.testing.assert_array_equal(found[-1].dense[0].weight, found[5].dense[0].weight)
    assert len(found[2:4]) == 2
    np.testing.assert_array_equal(found[2:4][1].dense[1].bias, found[3].dense[1].bias)
    with pytest.raises(IndexError):
        found[6]


# Standard deviation of weights and biases into a layer of 40 nodes from 30, by each paper or library's own formula.
SPREADS = {
    "uniform": (1 / math.sqrt(3), 1 / math.sqrt(3)),
    "glorot": (math.sqrt(2 / 70), 0),
    "he": (math.sqrt(2 / 30), 0),
    "lecun": (math.sqrt(1 / 30), 0),
    "pytorch": (1 / math.sqrt(90), 1 / math.sqrt(90)),
    "normal": (1, 1),
}


@pytest.mark.parametrize("weights", DRAWS)
def test_weights_have_the_spread_of_their_kind(weights):
    layers = nw.family("30-40-2", count=60, weights=weights).networks.layers
    weight, bias = layers[0]
    of_weights, of_biases = SPREADS[weights]
    assert weight.std() == pytest.approx(of_weights, rel=0.02)
    assert bias.std() == pytest.approx(of_biases, rel=0.06)
    assert abs(weight.mean()) < 0.02 * of_weights
    if DRAWS[weights].uniform:
        assert np.abs(weight).max() <= math.sqrt(3) * of_weights * (1 + 1e-12)


def test_pytorch_weights_have_pytorch_s_spread():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    layer = torch.nn.Linear(30, 2000)
    weight, bias = nw.family("30-2000-1", count=1, weights="pytorch").networks.layers[0]
    for ours, theirs in ((weight, layer.weight.detach()), (bias, layer.bias.detach())):
        assert ours.std() == pytest.approx(float(theirs.std()), rel=0.04)
        assert np.abs(ours).max() == pytest.approx(float(theirs.abs().max()), rel=0.01)


def test_the_output_activation_can_be_left_out():
    with_it, without = nw.family("1-20-1"), nw.family("1-20-1", output_activation=False)
    np.testing.assert_allclose(np.tanh(without.curves), with_it.curves, rtol=1e-14)
    assert str(with_it) == "49 networks 1-20-1 tanh, weights uniform, seed 0"
    assert str(without) == "49 networks 1-20-1 tanh, none on the output, weights uniform, seed 0"


def test_points():
    assert nw.family("1-2-1", points=7).curves.shape == (49, 7, 1)
    assert nw.family("2-2-1", points=7).surface(0).shape == (7, 7, 1)
    with pytest.raises(ValueError, match="read-only"):
        nw.family("1-2-1").curves[0] = 0


RULE = "sizes must be whole numbers from 1 to a million joined by '-', such as 1-100-1."
ACTIVATIONS = ", ".join([*activations.names(), "softmax"])
REFUSALS = [
    ({"sizes": "1-x-1"}, f"{RULE} Got 'x' at position 2 of '1-x-1'."),
    ({"sizes": "0-3"}, f"{RULE} Got '0' at position 1 of '0-3'."),
    ({"sizes": "1--1"}, f"{RULE} Got nothing at position 2 of '1--1'."),
    ({"sizes": (1, 0)}, f"{RULE} Got 0 at position 2 of '1-0'."),
    (
        {"points": 10**11},
        "the curve or surface of a family must fit into 1 GiB. Got 1 network 1-3-1, 745 GiB. Choose fewer points.",
    ),
    (
        {"sizes": "2-3-1", "points": 10**6},
        "the curve or surface of a family must fit into 1 GiB. Got 1 network 2-3-1, 1.49e+04 GiB. Choose fewer points.",
    ),
    (
        {"activation": "tan"},
        f"activation must be one of {ACTIVATIONS}. Got 'tan'. Did you mean 'tanh'?",
    ),
    (
        {"activation": "softmax"},
        "activation of a family must work on one node at a time. Got softmax, which belongs on the output layer of a "
        "classifier; choose another.",
    ),
    (
        {"weights": "unifrom"},
        "weights must be one of uniform, glorot, he, lecun, pytorch, normal. Got 'unifrom'. Did you mean 'uniform'?",
    ),
    ({"count": 0}, "count must be a whole number of at least 1. Got 0."),
    ({"count": -3}, "count must be a whole number of at least 1. Got -3."),
    ({"count": 2.5}, "count must be a whole number of at least 1. Got 2.5."),
    ({"count": True}, "count must be a whole number of at least 1. Got True."),
    ({"seed": -1}, "seed must be a whole number of at least 0. Got -1."),
    ({"points": 1}, "points must be a whole number of at least 2. Got 1."),
    (
        {"count": 10**9},
        "the weights and biases of a family must fit into 1 GiB. Got 1000000000 networks 1-3-1, 74.5 GiB. "
        "Draw at most 13421772 at a time.",
    ),
    (
        {"sizes": "1-1000000-1000000-1"},
        "the weights and biases of a family must fit into 1 GiB. Got 49 networks 1-1000000-1000000-1, 3.65e+05 GiB. "
        "Choose smaller layers.",
    ),
]


@pytest.mark.parametrize(("settings", "message"), REFUSALS)
def test_bad_settings_are_refused(settings, message):
    with pytest.raises(NodewiseError) as caught:
        nw.family(**{"sizes": "1-3-1"} | settings)
    assert str(caught.value) == message


SLICE = "draw it with nodewise.figures.surface(network, at={...}), which holds the other features fixed."
LOOKS = [
    (
        lambda: nw.family("2-1").curves,
        "curves need networks of one feature. Got 2. Use family.surface(index) for two features, or call a network of "
        "family.networks.",
    ),
    (
        lambda: nw.family("3-1").surface(0),
        "surfaces need networks of two features. Got 3. Use family.curves for one feature; for more draw one with "
        "nodewise.figures.surface(network, at={...}), which holds the other features fixed.",
    ),
    (
        lambda: nw.family("3-1").x,
        f"curves need one feature, surfaces two. Got 3. Call a network of family.networks, or {SLICE}",
    ),
    (
        lambda: nw.family("1-1", count=10_000, points=20_000).curves,
        "the curves of a family must fit into 1 GiB. Got 10000 networks 1-1, 1.49 GiB. Draw at most 6710 at a time.",
    ),
]


@pytest.mark.parametrize(("look", "message"), LOOKS)
def test_looks_that_do_not_fit_are_refused(look, message):
    with pytest.raises(NodewiseError) as caught:
        look()
    assert str(caught.value) == message
