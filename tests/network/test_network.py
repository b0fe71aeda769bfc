"""A network is data: calling, folding, naming, and refusing what does not fit."""

import numpy as np
import pytest
from hypothesis import given

from networks import networks, random_network
from nodewise import activations
from nodewise.errors import NodewiseError
from nodewise.network import Dense, Network, Scale

IDENTITY = activations.find("identity")


@given(network=networks())
def test_folding_the_scaling_into_the_weights_changes_nothing(network):
    x = np.random.default_rng(0).normal(size=(20, network.inputs))
    for before, after in zip(network(x), network.folded(x), strict=True):
        np.testing.assert_allclose(after, before, rtol=1e-9, atol=1e-9)
    assert all(isinstance(layer, Dense) for layer in network.folded.layers)


@given(network=networks())
def test_the_trace_ends_in_the_output(network):
    x = np.random.default_rng(0).normal(size=(5, network.inputs))
    trace = network.trace(x)
    assert [a.shape[1] for _, a in trace] == list(network.sizes[1:])
    last = network.layers[-1]
    end = trace[-1][1]
    np.testing.assert_array_equal(network(x), last(end) if isinstance(last, Scale) else end)


@pytest.mark.parametrize("name", activations.names())
def test_forward_pass_equals_pytorchs(name):
    torch = pytest.importorskip("torch")
    from test_activations import torch_function

    network = random_network(3, (3, 7, 5, 2), [name, name])
    x = np.random.default_rng(1).normal(scale=3, size=(50, 3))
    values = torch.tensor(x)
    for layer in network.dense:
        values = torch.nn.functional.linear(values, torch.tensor(layer.weight), torch.tensor(layer.bias))
        values = torch_function(layer.activation.name)(values)
    np.testing.assert_allclose(network(x), values.numpy(), rtol=1e-12, atol=1e-12)


def test_scaling_after_an_activation_becomes_a_layer():
    network = Network((Dense([[2.0]], [1.0], activations.find("tanh")), Scale([3.0], [5.0])))
    assert network.folded([0.3])[0, 0] == pytest.approx(3 + 5 * np.tanh(1.6))


def test_one_feature_takes_numbers_and_rows():
    network = Network.from_weights([([[2.0]], [1.0], "identity")])
    assert network(3).tolist() == [[7.0]]
    assert network([3, 4]).tolist() == [[7.0], [9.0]]
    assert network([[3], [4]]).tolist() == [[7.0], [9.0]]


def test_it_says_what_it_is():
    network = random_network(0, (2, 10, 5, 1), ["tanh", "relu"])
    assert str(network) == "2-10-5-1 tanh/relu"
    assert network.parameters == 2 * 10 + 10 + 10 * 5 + 5 + 5 + 1
    assert str(Network.from_weights([([[2.0]], [1.0], "identity")])) == "1-1 linear"
    assert str(Network.from_weights([([[2.0]], [1.0], "tanh")])) == "1-1 tanh"  # which bends
    assert (network.feature_names, network.output_names) == (("x1", "x2"), ("y",))


def test_arrays_cannot_be_changed():
    layer = random_network(0, (1, 3, 1), ["relu"]).dense[0]
    with pytest.raises(ValueError, match="read-only"):
        layer.weight[0, 0] = 1


def test_a_layer_copies_what_it_is_given():
    weight = np.ones((1, 1))
    layer = Dense(weight, [0.0], IDENTITY)
    weight[0, 0] = 5
    assert layer.weight[0, 0] == 1


ONE = ([[1.0]], [0.0], "identity")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Network.from_weights([]), "a network must have at least one layer. Got none."),
        (lambda: Network.from_weights([(1, 2)]), "each layer must be (weight, bias, activation). Layer 0 is not."),
        (
            lambda: Network.from_weights([(np.ones((1, 4)), np.ones(4), "relu")]),
            "bias must have one number per node. Got 4 for 1 row(s) of weight; weight is [node, feature], so a "
            "framework that keeps [feature, node] needs a transpose.",
        ),
        (
            lambda: Network.from_weights([(np.ones((4, 1)), np.ones(4), "relu"), (np.ones((1, 3)), [0], "identity")]),
            "each layer must read what the one before it gives. Layer 0 gives 4, layer 1 reads 3.",
        ),
        (lambda: Network.from_weights([([1.0], [0.0], "relu")]), "weight must have 2 dimension(s). Got shape (1,)."),
        (
            lambda: Network.from_weights([([[1.0, np.nan]], [0.0], "relu")]),
            "weight of layer 1 must be finite. Got nan at [0, 1]; train the network again, with smaller steps.",
        ),
        (lambda: Network.from_weights([("abc", [0.0], "relu")]), "weight must be an array of numbers. Got str."),
        (
            lambda: Network.from_weights([(np.ones((0, 1)), [], "relu")]),
            "a layer must have at least 1 node and 1 feature. Got weight (0, 1).",
        ),
        (lambda: Network((Scale([0.0], [1.0]),)), "a network must have at least one Dense layer. Got none."),
        (lambda: Scale([0.0], [0.0]), "factor must not be 0. Got 0: that feature would be lost; leave it out instead."),
        (lambda: Scale([0.0], [1.0, 2.0]), "shift and factor must have one number per feature each. Got 1 and 2."),
        (
            lambda: Network.from_weights([ONE], names=["a", "b"]),
            "feature_names must have 1 entries. Got 2: a, b.",
        ),
        (
            lambda: random_network(0, (3, 2, 1), ["relu"])(np.ones((5, 2))),
            "x must be [sample, feature] with 3 feature(s): x1, x2, x3. Got shape (5, 2).",
        ),
        (lambda: Network.from_weights([ONE])(["a"]), "x must be an array of numbers. Got list."),
    ],
)
def test_what_does_not_fit_is_refused(make, message):
    with pytest.raises(NodewiseError) as caught:
        make()
    assert str(caught.value) == message
