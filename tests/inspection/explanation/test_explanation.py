"""Explanations against quadrature with finite differences, against identities, and a linear model."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nodewise as nw
from networks import networks, random_network
from nodewise import activations
from nodewise.network import Dense, Predictor

JUMPING = [name for name in activations.names() if activations.find(name).jumps]
CONTINUOUS = [name for name in activations.names() if name not in JUMPING]
SMOOTH = ["tanh", "sigmoid", "sine", "gaussian", "softplus", "gelu", "silu", "mish"]


def samples_for(network, count=12, seed=0):
    return np.random.default_rng(seed).normal(size=(count, network.inputs))


def check_sums(reading, network, x):
    size = np.abs(reading.parts).sum(axis=(0, 1)).max() + np.abs(reading.base).max() + np.abs(reading.output).max()
    trace = network.logits.trace(x)
    size += max(np.abs(after).max() for _, after in trace) * max(1, np.abs(network.folded.dense[-1].weight).max())
    assert reading.residual <= 1e-11 * size
    np.testing.assert_allclose(reading.base + reading.parts.sum(axis=(0, 1)), reading.output, rtol=0, atol=1e-11 * size)


@given(networks(inputs=(1, 4), depth=(0, 1)), st.sampled_from(["samples", "mean"]))
def test_one_hidden_layer_adds_up_whatever_the_activation(network, base):
    x = samples_for(network)
    check_sums(nw.explanation(network, x[0], x, base=base), network, x)


@settings(max_examples=60)
@given(networks(inputs=(1, 3), depth=(2, 3), names=CONTINUOUS), st.sampled_from(["samples", "mean"]), st.integers(0, 2))
def test_several_hidden_layers_add_up(network, base, layer):
    x = samples_for(network, 4)
    check_sums(nw.explanation(network, x[0], x, base=base, layer=min(layer, len(network.hidden) - 1)), network, x)


def quadrature(network, x, base, layer, points=400):
    """Integrate the chain of slopes by Gauss's rule, the slopes by central differences."""
    t, weight = np.polynomial.legendre.leggauss(points)
    t, weight, step = (t + 1) / 2, weight / 2, 1e-6
    line = base + t[:, None] * (x - base)
    h = network.trace(line)[layer][1]
    rest = nw.Network(tuple(network.folded.dense[layer + 1 :]))
    out = np.empty((h.shape[1], len(x), network.outputs))
    for i in range(h.shape[1]):
        up, down = h.copy(), h.copy()
        up[:, i] += step
        down[:, i] -= step
        outward = (rest(up) - rest(down)) / (2 * step)
        for j in range(len(x)):
            beside = np.eye(len(x))[j] * step
            inward = network.trace(line + beside)[layer][1][:, i] - network.trace(line - beside)[layer][1][:, i]
            out[i, j] = (x[j] - base[j]) * (weight * inward / (2 * step)) @ outward
    return out


@pytest.mark.slow
@settings(max_examples=40)
@given(networks(inputs=(1, 3), depth=(1, 3), outputs=(1, 2), names=SMOOTH), st.integers(0, 2))
def test_parts_against_quadrature(network, layer):
    layer = min(layer, len(network.hidden) - 1)
    x = samples_for(network, 3)
    reading = nw.explanation(network, x[0], x, base=x[1], layer=layer)
    expected = quadrature(network, x[0], x[1], layer)
    size = np.abs(expected).max() + np.abs(network(x)).max()
    np.testing.assert_allclose(reading.parts, expected, rtol=0, atol=1e-6 * size)


@pytest.mark.parametrize(
    "names", [["relu"], ["relu", "leaky_relu"], ["abs", "hard_tanh", "relu"], ["triangle", "tanh"]]
)
def test_kinks_against_a_fine_sum(names):
    network = random_network(5, [3, *[6] * len(names), 2], names, scaled=True)
    x = samples_for(network, 2)
    reading = nw.explanation(network, x[0], x, base=x[1])
    count = 50_000
    line = x[1] + (np.arange(count) + 0.5)[:, None] / count * (x[0] - x[1])
    trace = network.trace(line)
    slope = network.folded.dense[0].weight[None]
    for i, dense in enumerate(network.hidden):
        slope = dense.activation.slope(trace[i][0])[:, :, None] * slope
        if i < len(names) - 1:
            slope = network.folded.dense[i + 1].weight @ slope
    expected = (slope.mean(axis=0) * (x[0] - x[1]))[:, :, None] * network.folded.dense[-1].weight.T[:, None, :]
    np.testing.assert_allclose(reading.parts, expected, atol=1e-3 * np.abs(expected).max())


def test_kinks_between_the_points_are_seen():
    # A kink at t = .999 lies behind the last of Gauss's points on [0, 1] and on [½, 1].
    layers = [([[1.0]], [0.0], "tanh"), ([[1.0]], [-np.tanh(0.999)], "relu"), ([[1.0]], [0.0], "identity")]
    network = nw.Network.from_weights(layers)
    reading = nw.explanation(network, [1.0], [[0.0], [0.0]], base=[0.0])
    assert reading.parts[0, 0, 0] == pytest.approx(np.tanh(1) - np.tanh(0.999), abs=1e-14)


def test_many_bases_are_their_mean():
    for names in (["tanh"], ["relu", "relu"]):
        network = random_network(2, [3, *[5] * len(names), 2], names)
        x = samples_for(network, 7)
        whole = nw.explanation(network, x[0], x).parts
        each = [nw.explanation(network, x[0], x, base=base).parts for base in x]
        np.testing.assert_allclose(whole, np.mean(each, axis=0), atol=1e-13)


def test_a_linear_model_has_its_weights():
    network = nw.Network.from_weights([([[2.0, -1.0]], [7.0], "identity")])
    x = np.array([[0.0, 0.0], [2.0, 4.0], [1.0, 5.0]])
    reading = nw.explanation(network, x[2], x)
    np.testing.assert_allclose(reading.parts, [[[0.0], [-2.0]]], atol=1e-14)
    assert reading.base == pytest.approx(6)
    assert str(reading) == (
        "y is 4, 2 below the mean prediction (6): x2 = 5 adds -2. The sample lies inside the data, by the convex hull of "
        "the samples (its faces)."
    )
    adds = [row["adds"] for row in reading.table()]
    assert adds == pytest.approx([-2, 0, 6, 4])
    assert [row["feature"] for row in reading.table()][2:] == ["base", "sum"]


def test_a_feature_nobody_looks_at_adds_nothing():
    network = random_network(0, [3, 4, 1], ["tanh"])
    first = network.dense[0]
    weight = first.weight.copy()
    weight[:, 1] = 0
    blind = nw.Network((Dense(weight, first.bias, first.activation), network.dense[1]))
    x = samples_for(blind)
    assert not nw.explanation(blind, x[0], x).by_feature[1].any()


def test_where_the_sample_lies():
    network = random_network(0, [2, 4, 1], ["tanh"])
    x = np.array([[0.0, 0], [1, 0], [0, 1], [0.4, 0.4], [0.2, 0.6], [0.6, 0.2]])
    inside = nw.explanation(network, [0.3, 0.3], x)
    corner = nw.explanation(network, [0.9, 0.9], x)
    out = nw.explanation(network, [2.0, 0.3], x)
    assert (inside.inside, corner.inside, out.inside) == (True, False, False)
    assert corner.warning == (
        "The sample lies outside the data, by the convex hull of the samples (its faces), though each feature by itself "
        "is inside."
    )
    assert out.warning == "The sample lies outside the data, by the range and gaps of each feature: x1 is."
    np.testing.assert_allclose(out.place, [1, 3.5 / 6], atol=0.1)
    assert [row["inside"] for row in sorted(out.table()[:2], key=lambda row: row["feature"])] == [False, True]


def test_a_classifier_is_explained_by_its_logits():
    hidden, out = random_network(0, [2, 4, 3], ["tanh"]).dense
    network = nw.Network((hidden, Dense(out.weight, out.bias, "softmax")))
    x = samples_for(network)
    reading = nw.explanation(network, x[0], x)
    assert reading.of == "pre-activation"
    np.testing.assert_allclose(reading.output, network.logits(x[:1])[0])
    np.testing.assert_allclose(reading.base, network.logits(x).mean(axis=0))


NETWORK = random_network(0, [2, 3, 1], ["relu"])
X = samples_for(NETWORK)
REFUSALS = {
    "no data": (
        lambda: nw.explanation(NETWORK, X[0]),
        "an explanation needs data to compare with. Got none. Pass the Dataset, or inputs.",
    ),
    "many": (
        lambda: nw.explanation(NETWORK, X, X),
        "an explanation is of one sample. Got 12. Ask for one at a time, such as x[0].",
    ),
    "base": (
        lambda: nw.explanation(NETWORK, X[0], X, base="zero"),
        'base must be "samples", "mean" or an input [feature]. Got \'zero\'.',
    ),
    "layer": (
        lambda: nw.explanation(NETWORK, X[0], X, layer=1),
        "layer must be a whole number from -1 to 0 for a network of 1 hidden layer, counted from 0. Got 1.",
    ),
    "jumps": (
        lambda: nw.explanation(random_network(0, [2, 3, 3, 1], ["relu", "step"]), X[0], X),
        "an explanation of several hidden layers needs activations without jumps. Got step. With one hidden layer any "
        "activation will do.",
    ),
    "black box": (
        lambda: nw.explanation(Predictor(NETWORK, 2, 1, "it is a test", "Test model"), X[0], X),
        "this reading needs weights. Got Test model, which is a black box: it is a test. What only needs calling it "
        "still works: nodewise.inspect, effects, effect_map, boundaries, extrapolation, statistics and figures.fit.",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(case):
    act, message = REFUSALS[case]
    with pytest.raises(nw.NodewiseError) as refusal:
        act()
    assert str(refusal.value) == message
