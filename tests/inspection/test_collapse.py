import json
from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nodewise as nw
from networks import networks, random_network
from nodewise.errors import NodewiseError
from nodewise.inspection.collapse import collapse
from nodewise.network import Dense, Network, Scale


@given(networks(depth=(0, 5), names=["identity"]))
def test_identity_stacks_are_the_product_of_their_matrices(network):
    slope, intercept = np.eye(network.inputs), np.zeros(network.inputs)
    for layer in network.layers:
        weight = np.diag(layer.factor) if isinstance(layer, Scale) else layer.weight
        slope, intercept = (
            weight @ slope,
            weight @ intercept + (layer.shift if isinstance(layer, Scale) else layer.bias),
        )
    reading = collapse(network)
    size = max(np.abs(slope).max(), np.abs(intercept).max())
    np.testing.assert_allclose(reading.slope, slope, atol=1e-12 * size)
    np.testing.assert_allclose(reading.intercept, intercept, atol=1e-12 * size)
    assert reading.relative <= 1e-12
    assert reading.network.sizes == (network.inputs, network.outputs)
    assert reading.output_activation == ""
    assert all(reading.linear)


@given(networks(depth=(1, 5), names=["identity", "relu", "tanh", "sine"]), st.integers(0, 100))
def test_any_network_keeps_what_it_computes_and_loses_its_linear_layers(network, seed):
    reading = collapse(network)
    bends = [layer for layer in network.hidden if not layer.activation.linear]
    assert [layer.activation.name for layer in reading.network.hidden] == [layer.activation.name for layer in bends]
    x = np.random.default_rng(seed).normal(size=(40, network.inputs))
    ours, theirs = network(x), reading.network(x)
    np.testing.assert_allclose(theirs, ours, atol=1e-11 * max(1.0, np.abs(ours).max()))
    assert (reading.slope is None) == bool(bends)
    given_x = collapse(network, x)
    assert given_x.difference == np.abs(ours - theirs).max()
    assert given_x.samples == 40
    json.dumps(reading.as_dict(), allow_nan=False)


@given(st.integers(0, 10**6), st.sampled_from(["tanh", "sigmoid", "softmax", "step"]), st.booleans())
def test_below_an_output_activation_the_line_is_that_of_the_pre_activation(seed, output, scaled):
    outputs = 3 if output == "softmax" else 1
    network = random_network(seed, (2, 4, 3, outputs), ["identity", "identity"])
    layers = [*network.dense[:-1], Dense(network.dense[-1].weight, network.dense[-1].bias, nw.activations.find(output))]
    if scaled:
        layers = [Scale(np.ones(2), np.array([2.0, 3.0])), *layers]
    network = Network(tuple(layers))
    reading = collapse(network)
    x = np.random.default_rng(seed).normal(size=(20, 2))
    before = network.trace(x)[-1][0]
    np.testing.assert_allclose(x @ reading.slope.T + reading.intercept, before, atol=1e-12 * np.abs(before).max())
    assert reading.output_activation == output
    assert reading.network.sizes == (2, outputs)


def test_all_of_a_linear_network_in_the_user_s_units():
    data = nw.Dataset(np.arange(10.0), 3 * np.arange(10.0) + 7, feature_names=("depth",), target_names=("pressure",))
    stack = [Dense([[2.0], [1.0]], [0.0, 1.0], "identity"), Dense([[1.0, 1.0]], [0.5], "identity")]
    network = Network(
        (Scale([-2.0], [0.5]), *stack, Scale([10.0], [4.0])), feature_names=("depth",), output_names=("pressure",)
    )
    reading = collapse(network, data)
    # 4·(3·(x/2 - 2) + 1.5) + 10
    np.testing.assert_allclose([reading.slope[0, 0], reading.intercept[0]], [6, -8], rtol=1e-14)
    assert reading.summary.startswith("Its 2 layers are all linear: it is the straight line pressure = 6·depth - 8; ")
    assert reading.table() == [{"output": "pressure", "slope of depth": 6.0, "intercept": -8.0}]
    assert (reading.layers, reading.parameters, reading.samples) == (2, 7, 10)


IDENTITY = ([[2.0]], [1.0], "identity")
TWO = ([[1.0, -0.5]], [0.25], "identity")
END = "; largest difference 0 at 2 samples."
SENTENCES = [
    ([IDENTITY], "Its one layer is linear: it is the straight line y = 2·x + 1"),
    ([TWO], "Its one layer is linear: it is the plane y = 1·x1 - 0.5·x2 + 0.25"),
    ([([[1.0, 0, 0]], [0], "identity")], "Its one layer is linear: it is the hyperplane y = 1·x1 + 0·x2 + 0·x3 + 0"),
    (
        [(np.ones((1, 8)), [-1], "identity")],
        "Its one layer is linear: it is the hyperplane y = 1·x1 + 1·x2 + 1·x3 + 1·x4 + 1·x5 + 1·x6 + … (2 more) - 1",
    ),
    ([IDENTITY, IDENTITY, IDENTITY], "Its 3 layers are all linear: it is the straight line y = 8·x + 7"),
    (
        [([[-1.0], [2.0]], [0, 0], "identity")],
        "Its one layer is linear: it is 2 straight lines: y1 = -1·x + 0; y2 = 2·x + 0",
    ),
    (
        [IDENTITY, ([[1.0]], [0], "tanh")],
        "Its 1 hidden layer is linear: it is the tanh of 1 straight line, y = tanh(2·x + 1)",
    ),
    ([([[1.0]], [0], "sigmoid")], "It has no hidden layer: it is the sigmoid of 1 straight line, y = sigmoid(1·x + 0)"),
    (
        [IDENTITY, IDENTITY, ([[1.0], [0.0]], [0, 0], "softmax")],
        "Its 2 hidden layers are all linear: it is the softmax of 2 straight lines, pre-activation of y1 = 4·x + 3; "
        "pre-activation of y2 = 0·x + 0",
    ),
    ([([[1.0]], [0], "relu"), IDENTITY], "Its hidden layer is not linear: nothing can be merged"),
    (
        [([[1.0]], [0], "relu"), ([[1.0]], [0], "relu"), IDENTITY],
        "None of its 2 hidden layers is linear: nothing can be merged",
    ),
    (
        [IDENTITY, ([[1.0]], [0], "relu"), IDENTITY, IDENTITY],
        "Of its 4 layers, layers 1 and 3 are linear: merged into the layer behind, 2 layers make the same network",
    ),
]


@pytest.mark.parametrize(("layers", "sentence"), SENTENCES)
def test_sentences(layers, sentence):
    network = Network.from_weights(layers)
    assert str(collapse(network, np.ones((2, network.inputs)))) == sentence + END


def test_an_output_scaled_behind_its_activation_is_no_function_of_the_line_alone():
    network = Network((Dense([[2.0]], [1.0], "sigmoid"), Scale([5.0], [10.0])))
    reading = collapse(network)
    assert reading.equations == ("pre-activation of y = 2·x + 1",)
    assert reading.network.sizes == (1, 1, 1)
    assert reading.relative < 1e-15


def test_one_row_per_layer_where_it_is_no_line():
    network = Network.from_weights([IDENTITY, ([[1.0]], [0], "relu"), IDENTITY])
    assert collapse(network).table() == [
        {"layer": 1, "activation": "identity", "linear": True},
        {"layer": 2, "activation": "relu", "linear": False},
        {"layer": 3, "activation": "identity", "linear": True},
    ]


def test_a_fit_brings_its_data():
    fit = nw.fit(nw.problems.sine(samples=30), hidden=(3, 3), activation="identity", steps=20)
    reading = nw.collapse(fit)
    assert reading.samples == 30
    assert reading.relative <= 1e-12
    weights = [layer.weight for layer in fit.network.folded.dense]
    np.testing.assert_allclose(reading.slope, reduce(lambda a, b: b @ a, weights), rtol=1e-12)


def test_what_is_no_network_is_refused():
    with pytest.raises(NodewiseError) as caught:
        collapse("network.nodewise")
    assert str(caught.value) == (
        "a reading needs a Network, or a Fit that holds one. Got str. "
        "Train one with nodewise.fit or write one with Network.from_weights."
    )


@pytest.mark.parametrize("layers", [[1e308], [1e200, 1e200]])
def test_numbers_that_overflow_are_refused(layers):
    network = Network.from_weights([([[w]], [w], "identity") for w in layers])
    with pytest.raises(NodewiseError) as caught:
        nw.collapse(network)
    assert str(caught.value) == (
        "merged weights and outputs must be finite in float64. Their products are beyond 1e308; scale the weights down."
    )
