import json
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nodewise as nw
from networks import networks, random_network
from nodewise import activations
from nodewise.errors import NodewiseError
from nodewise.inspection.smallest import smallest
from nodewise.network import Dense, Network, Predictor, Scale
from redundant import redundant, shuffled

ALL = activations.names()
PIECEWISE = [name for name in ALL if activations.find(name).piecewise_linear and not activations.find(name).jumps]


def one_input(weight, bias, out, constant=0.0, activation="relu"):
    """Return a network of one feature, one hidden layer and one output."""
    hidden = (np.array(weight, float)[:, None], np.array(bias, float), activation)
    return Network.from_weights([hidden, (np.array([out], float), [constant], "identity")])


def close(ours, theirs, x, tolerance=1e-12):
    one, other = ours(x), theirs(x)
    size = np.abs(one).max() + sum(np.abs(layer.bias).max() for layer in ours.dense)
    assert np.abs(one - other).max() <= tolerance * size


@settings(max_examples=60)
@given(networks(depth=(1, 1), names=ALL), st.integers(0, 10**6))
def test_planted_nodes_are_found(network, seed):
    more = redundant(network, seed)
    found = smallest(more)
    assert found.nodes <= sum(layer.outputs for layer in network.hidden)
    x = np.random.default_rng(seed).normal(size=(200, network.inputs)) * 10.0 ** np.arange(-1, 3).repeat(50)[:, None]
    close(more, found.network, x)


@settings(max_examples=40)
@given(networks(depth=(2, 3), names=ALL), st.integers(0, 10**6))
def test_planted_nodes_are_found_at_any_depth(network, seed):
    more = redundant(network, seed)
    found = smallest(more)
    assert found.nodes <= sum(layer.outputs for layer in network.hidden)
    x = np.random.default_rng(seed).normal(size=(200, network.inputs))
    if not any(layer.activation.jumps for layer in network.hidden):
        close(more, found.network, x, 1e-10)


@settings(max_examples=40)
@given(networks(depth=(1, 3), names=ALL), st.integers(0, 10**6))
def test_equal_networks_print_the_same(network, seed):
    one, other = smallest(network).network, smallest(shuffled(network, seed)).network
    assert one.sizes == other.sizes
    for ours, theirs in zip(one.dense, other.dense, strict=True):
        np.testing.assert_allclose(ours.weight, theirs.weight, atol=1e-9 * np.abs(ours.weight).max())
        np.testing.assert_allclose(ours.bias, theirs.bias, atol=1e-9 * max(1, np.abs(ours.bias).max()))


@pytest.mark.parametrize(
    ("weight", "bias", "out", "nodes"),
    [
        ([1, -1], [0, 0], [1, 1], 2),  # |x|
        ([2, -1, -3, 5], [0, 0, 0, 0], [0.5, 0.5, 1 / 6, 0], 2),  # |x| in four nodes
        ([1, -1, 2], [0, 0, 0], [0.5, -1, 0.25], 2),  # x
        ([1, 1, 1], [0, -1, -2], [1, -2, 1], 3),  # tent
        ([1, 1, -1, -1, -1], [0, 0, 0, 1, 2], [1, -1, 1, -2, 1], 3),  # tent, its line taken by mirror images
        ([1, -1], [0, 0], [1, -1], 2),  # x in two
        ([1, 2], [1, 2], [2, -1], 0),  # nothing
    ],
)
def test_the_theorem_of_knots(weight, bias, out, nodes):
    network = one_input(weight, bias, out)
    found = smallest(network)
    assert (found.nodes, found.proved, found.method) == (nodes, True, "exact")
    assert found.difference <= 1e-15
    x = np.linspace(-9, 9, 1001)[:, None]
    np.testing.assert_allclose(found.network(x), network(x), atol=1e-14)


@given(
    st.lists(st.integers(-4, 4).filter(bool), min_size=1, max_size=6),
    st.integers(-6, 6),
    st.integers(0, 10**6),
)
def test_relu_nodes_are_as_many_as_some_jumps_allow(jumps, slope, seed):
    """The slope left of all knots is slope; Σ of some jumps = -slope is decided with whole numbers."""
    count, rng = len(jumps), np.random.default_rng(seed)
    knots = np.sort(rng.permutation(20)[:count]).astype(float)
    # All nodes to the right, and slope·(x - first knot) as two more.
    network = one_input(
        [1.0] * count + [1.0, -1.0],
        [*-knots, -knots[0], knots[0]],
        [*jumps, slope, -slope],
    )
    found = smallest(network)
    possible = any(sum(some) == -slope for n in range(count + 1) for some in combinations(jumps, n))
    assert found.nodes == count + (not possible)
    assert found.proved
    x = np.linspace(-30, 30, 601)[:, None]
    np.testing.assert_allclose(found.network(x), network(x), atol=1e-11)


@given(st.integers(0, 10**6), st.sampled_from([n for n in ALL if activations.find(n).unique]), st.integers(1, 2))
def test_nodes_said_to_be_independent_are(seed, name, features):
    network = random_network(seed, (features, 3, 1), [name], spread=2.0)
    x = np.random.default_rng(seed).normal(size=(400, features)) * 3
    columns = np.column_stack([network.trace(x)[0][1], x, np.ones(len(x))])
    columns /= np.linalg.norm(columns, axis=0)
    assert np.linalg.svd(columns, compute_uv=False)[-1] > 1e-9
    assert smallest(network).proved


@given(st.integers(0, 10**6), st.integers(1, 3), st.integers(1, 3))
def test_one_wave_per_frequency_and_phase(seed, features, outputs):
    rng = np.random.default_rng(seed)
    frequencies = rng.normal(size=(2, features))
    weight = np.vstack([frequencies[0]] * 3 + [-frequencies[0], frequencies[1]])
    network = Network.from_weights(
        [(weight, rng.normal(size=5), "cosine"), (rng.normal(size=(outputs, 5)), np.zeros(outputs), "identity")]
    )
    found = smallest(network)
    assert found.nodes == min(outputs, 2) + 1
    assert found.proved
    x = rng.normal(size=(50, features)) * 10
    np.testing.assert_allclose(found.network(x), network(x), atol=1e-12)


@settings(max_examples=60)
@given(networks(depth=(1, 3), names=PIECEWISE), st.integers(0, 10**6))
def test_on_a_box_fewer_nodes_do(network, seed):
    rng = np.random.default_rng(seed)
    low = rng.normal(size=network.inputs)
    high = low + rng.uniform(0.1, 3, network.inputs)
    found = smallest(network, low=low, high=high)
    assert found.nodes <= smallest(network).nodes
    assert not found.everywhere
    close(network, found.network, rng.uniform(low, high, (200, network.inputs)), 1e-11)
    json.dumps(found.as_dict(), allow_nan=False)


def test_a_box_leaves_only_what_bends_in_it():
    network = one_input([1, 1, 1, -1], [0, -1, -5, -5], [1, -2, 7, 3])
    found = smallest(network, low=-2, high=2)
    assert (found.nodes, found.proved) == (2, True)
    assert str(found) == (
        "2 of its 4 nodes do the same in [-2, 2]; the output has 2 knots, and each needs a node; nodes 3 and 4 are "
        "constant: into the bias; largest difference 0 (exact, along 3 straight pieces)."
    )
    straight = smallest(network, data=np.array([[1.5], [4.0]]))
    assert straight.nodes == 1
    assert straight.line is not None
    x = np.linspace(1.5, 4, 50)[:, None]
    np.testing.assert_allclose(straight.line(x), network(x), atol=1e-14)
    assert straight.why == "the output is a straight line, which needs a node"


def test_the_difference_is_exact_along_straight_pieces():
    network = one_input([1, 1], [0, 1e-14], [1, 1])
    found = smallest(network, low=-1, high=1)
    assert found.nodes == 1
    np.testing.assert_allclose(found.difference, 1e-14, rtol=0.1)


def test_a_softmax_tells_only_differences():
    rng = np.random.default_rng(0)
    out = np.column_stack([rng.normal(size=(3, 2)), [0.7] * 3])
    network = Network.from_weights(
        [(rng.normal(size=(3, 2)), rng.normal(size=3), "tanh"), (out, np.zeros(3), "softmax")]
    )
    found = smallest(network)
    assert (found.nodes, found.proved) == (2, True)
    x = rng.normal(size=(50, 2))
    np.testing.assert_allclose(found.network(x), network(x), atol=1e-15)


def test_names_scalings_and_an_output_activation_stay():
    hidden = Dense(np.array([[1.0], [-2.0], [1.0]]), np.array([0.5, 0, 0.5]), "tanh")
    output = Dense(np.array([[1.0, 2, 3]]), np.array([0.1]), "sigmoid")
    scales = Scale(np.array([1.0]), np.array([2.0])), Scale(np.array([3.0]), np.array([-0.5]))
    network = Network((scales[0], hidden, output, scales[1]), feature_names=("year",), output_units=("ppm",))
    found = smallest(network)
    assert (found.network.feature_names, found.network.output_units) == (("year",), ("ppm",))
    assert found.nodes == 2
    x = np.linspace(-3, 3, 50)[:, None]
    np.testing.assert_allclose(found.network(x), network(x), atol=1e-15)


def test_deep_networks_are_not_proved_and_linear_layers_merge():
    network = random_network(1, (2, 3, 4, 3, 1), ["tanh", "identity", "sigmoid"])
    found = smallest(network)
    assert (found.after, found.proved) == ((3, 0, 3), False)
    assert found.why == "no smaller one was found: for more than one hidden layer there is no proof"
    assert [row["what"] for row in found.table()] == [
        "",
        "nodes 1, 2, 3 and 4 of layer 2 are a linear layer, merged into the next",
        "",
    ]
    assert [(row["before"], row["after"]) for row in found.table()] == [(3, 3), (4, 0), (3, 3)]


def test_an_output_that_hides_nodes_is_not_proved():
    network = one_input([1.0], [0.0], [1.0], activation="tanh")
    relu = Network((network.dense[0], Dense(network.dense[1].weight, network.dense[1].bias, "relu")))
    assert smallest(relu).why == "no smaller one was found: relu on the output can hide what nodes do"


def test_a_constant_cuts_off_what_is_before_it():
    hidden = (np.array([[1.0], [2.0]]), [0.0, 1.0], "relu")
    dead = (np.array([[-1.0, -2.0]]), [-1.0], "relu")  # relu of something negative
    network = Network.from_weights([hidden, dead, ([[3.0]], [5.0], "identity")])
    found = smallest(network)
    assert found.after == (0, 0)
    assert found.network(np.array([[7.0]])) == [[5.0]]
    assert [step.kind for step in found.steps] == ["constant", "cut off"]
    assert str(found) == (
        "Of its 3 nodes none is needed; no node is needed; node 1 of layer 2 is constant: into the bias, nodes 1 and 2 of "
        "layer 1 reach no output; largest difference 0 (exact, along 3 straight pieces in [-3, 3])."
    )


def test_many_nodes_are_left_as_they_were():
    rng = np.random.default_rng(0)
    network = one_input(rng.normal(size=40), rng.normal(size=40), rng.normal(size=40))
    found = smallest(network)
    assert (found.nodes, found.proved) == (40, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"data": [[1.0]], "low": 0, "high": 1}, "give data, or low and high, not both. Got both; leave one out."),
        ({"low": 0}, "low and high must be given together. Got only low."),
        ({"low": 1, "high": 0}, "low must be below high. Got 1 and 0 for x; swap them, or widen the box."),
        (
            {"low": 0, "high": np.inf},
            "low and high must be finite and no larger than 1e100. Got 0 and inf for x; leave them out for every input.",
        ),
        ({"low": "a", "high": 1}, "low must be a number, or one for each of 1 feature(s). Got 'a'."),
        ({"low": [0, 1], "high": 1}, "low must be a number, or one for each of 1 feature(s). Got [0, 1]."),
    ],
)
def test_refusals(arguments, message):
    with pytest.raises(NodewiseError) as error:
        nw.smallest(one_input([1.0], [0.0], [1.0]), **arguments)
    assert str(error.value) == message


def test_what_has_no_weights_is_refused():
    black_box = Predictor(lambda x: x, 1, 1, reason="it has trees", kind="a forest")
    with pytest.raises(NodewiseError, match="this reading needs weights"):
        nw.smallest(black_box)


def test_a_node_that_does_not_read_a_feature_is_counted_for_every_input():
    network = Network.from_weights([(np.eye(3), [0.0, 0.0, 0.0], "relu"), (np.ones((1, 3)), [0.0], "identity")])
    found = smallest(network)  # a warning of 0 times infinity would be an error
    assert (found.nodes, found.proved, found.why) == (3, True, "the output has 3 folds, and each needs a node")


@pytest.mark.parametrize("behind", [1e300, 1e-300])
@pytest.mark.parametrize("name", ["relu", "abs"])
def test_weights_whose_squares_overflow_are_refused_and_never_taken_for_nothing(name, behind):
    network = nw.Network.from_weights(
        [([[1e300]], [0.5], name), ([[behind]], [0.0], "relu"), ([[1.0]], [0.0], "identity")]
    )
    with pytest.raises(nw.NodewiseError) as refused:
        nw.smallest(network)
    assert str(refused.value) == (
        "products of weights and inputs must be finite, squares included. Got weights up to 1e+300. Use other units."
    )


def test_a_node_too_small_for_float64_is_gone():
    network = nw.Network.from_weights([([[5e-324]], [5e-324], "relu"), ([[5e-324]], [0.0], "identity")])
    assert nw.smallest(network).summary.startswith(
        "Of its 1 node none is needed; no node is needed; what the others add is too small for float64; "
    )


@pytest.mark.parametrize("at", [-2.0, 0.0, 2.0])
def test_a_domain_of_one_point(at):
    """Three nodes on one line bend where the domain is, which has no width."""
    layers = [([[1, 1], [1, 1], [-1, -1]], [0, 0, 0], "relu"), ([[1, 2, -3]], [0.5], "identity")]
    network = nw.Network.from_weights(layers)
    found = nw.smallest(network, [[-at, at]] * 2)
    np.testing.assert_allclose(found.network([[-at, at]]), network([[-at, at]]), atol=1e-12)
