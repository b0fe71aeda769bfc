"""Prototypes against sums, contributions, loops, finite differences and scikit-learn's cosines."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics.pairwise import cosine_similarity

import nodewise as nw
from networks import networks, random_network
from nodewise import activations
from nodewise.errors import NodewiseError
from nodewise.inspection.prototypes import votes
from nodewise.network import Dense, Network, Scale

STRAIGHT = ("relu", "leaky_relu", "abs", "identity")
SMOOTH = ("sigmoid", "tanh", "softplus", "sine", "gaussian", "relu")


def loops(strength):
    """Responsibilities the long way."""
    found = np.zeros(strength.shape)
    for s in range(len(strength)):
        total = math.fsum(strength[s])
        for i in range(strength.shape[1]):
            found[s, i] = strength[s, i] / total if total else 0
    return found


def lengths(values):
    """How strongly each node votes on outputs in units of their own, the long way."""
    samples, nodes, outputs = values.shape
    if outputs == 1:
        return np.abs(values[:, :, 0])
    size = [math.sqrt(math.fsum(values[:, :, o].ravel() ** 2)) or 1.0 for o in range(outputs)]
    return np.array(
        [
            [math.hypot(*(values[s, i, o] / size[o] for o in range(outputs))) for i in range(nodes)]
            for s in range(samples)
        ]
    )


@given(networks(), st.integers(0, 2**32 - 1), st.data())
def test_everything_adds_up_in_any_layer_of_any_network(network, seed, draw):
    rng = np.random.default_rng(seed)
    jumps = [i for i, dense in enumerate(network.hidden) if dense.activation.jumps]
    layer = draw.draw(st.integers(max(jumps, default=0), len(network.hidden) - 1))
    samples = draw.draw(st.integers(2, 40))
    labels = rng.integers(0, 3, samples)
    data = nw.Dataset(rng.normal(size=(samples, network.inputs)), labels=labels)
    reading = nw.prototypes(network, data, layer)
    sums = reading.responsibility.sum(axis=1)
    assert (reading.responsibility >= 0).all()
    np.testing.assert_allclose(sums, np.where(reading.winner < 0, 0, 1), atol=1e-14)
    assert reading.unserved == (sums == 0).sum()
    np.testing.assert_allclose(reading.served.sum() + reading.unserved, samples, rtol=1e-13)
    assert reading.largest.sum() + reading.unserved == samples
    assert (np.diff(reading.served[reading.order]) <= 0).all()
    assert sorted(reading.order) == list(range(network.hidden[layer].outputs))
    np.testing.assert_allclose(reading.class_served.sum(axis=1), reading.served, atol=1e-12)
    counts = [(labels[reading.winner >= 0] == label).sum() for label in data.classes]
    np.testing.assert_allclose(reading.class_served.sum(axis=0), counts, atol=1e-12)
    assert 0 <= reading.sharing <= network.hidden[layer].outputs * (1 + 1e-13)
    for row in reading.table():
        assert set(row) == set(reading.table()[0])
    json.dumps(reading.as_dict(), allow_nan=False)
    assert str(reading).endswith(".")


@given(networks(names=(*STRAIGHT, *SMOOTH)), st.integers(0, 2**32 - 1))
def test_responsibilities_of_the_last_layer_are_shares_of_its_contributions(network, seed):
    x = np.random.default_rng(seed).normal(size=(20, network.inputs))
    reading = nw.prototypes(network, x)
    values = nw.contributions(network, x).values
    np.testing.assert_allclose(reading.responsibility, loops(lengths(values)), atol=1e-12)
    winner = [int(row.argmax()) if row.any() else -1 for row in reading.responsibility]
    np.testing.assert_array_equal(reading.winner, winner)
    for i in np.flatnonzero(reading.served > 1e-9):
        weight = reading.responsibility[:, i]
        np.testing.assert_allclose(reading.mean[i], np.average(x, axis=0, weights=weight), atol=1e-9)
        np.testing.assert_allclose(reading.vote[i], np.average(values[:, i], axis=0, weights=weight), rtol=1e-9)


@given(networks(depth=(2, 4), names=STRAIGHT), st.integers(0, 2**32 - 1))
def test_responsibilities_of_earlier_layers_are_shares_of_their_contributions(network, seed):
    x = np.random.default_rng(seed).normal(size=(20, network.inputs))
    for layer in range(len(network.hidden) - 1):
        reading = nw.prototypes(network, x, layer)
        values = nw.contributions(network, x, layer).values
        np.testing.assert_allclose(reading.responsibility, loops(lengths(values)), atol=1e-9)
        assert reading.prototype is None or layer == 0
        assert "first order" not in str(reading)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "softplus", "gaussian"])
def test_votes_before_bent_layers_are_slopes_by_finite_differences(name):
    network = random_network(4, (3, 5, 4, 6, 1), [name] * 3, scaled=True)
    x = np.random.default_rng(1).normal(size=(12, 3))
    for layer in (0, 1):
        h = network.trace(x)[layer][1]
        first = list(network.layers).index(network.hidden[layer]) + 1
        rest = Network(network.layers[first:])
        step = 1e-6 * np.eye(h.shape[1])
        slope = np.stack([(rest(h + step[i]) - rest(h - step[i]))[:, 0] / 2e-6 for i in range(len(step))], axis=1)
        reading = nw.prototypes(network, x, layer)
        np.testing.assert_allclose(reading.responsibility, loops(np.abs(h * slope)), atol=1e-6)
        assert reading.notes[-1] == (
            "Votes of this layer are of first order (activation times slope), as later activations are no straight "
            "lines through 0: they need not add up to the output."
        )


@given(networks(inputs=(2, 4), names=("relu", "tanh")), st.integers(0, 2**32 - 1))
def test_rows_stand_beside_the_means(network, seed):
    x = np.random.default_rng(seed).normal(size=(25, network.inputs))
    dense, first = network.dense[0], network.layers[0]
    scaled = first(x) if isinstance(first, Scale) else x
    reading = nw.prototypes(network, x, 0)
    for i in np.flatnonzero(reading.served > 1e-9):
        mean = np.average(scaled, axis=0, weights=reading.responsibility[:, i])
        np.testing.assert_allclose(reading.seen[i], mean, atol=1e-9)
        cosine = cosine_similarity(dense.weight[i : i + 1], mean[None])[0, 0]
        np.testing.assert_allclose(reading.cosine[i], cosine, atol=1e-8)
        # Two vectors of one length: the chord of the angle between them.
        chord = 2 * np.linalg.norm(mean) * math.sin(math.acos(np.clip(cosine, -1, 1)) / 2)
        np.testing.assert_allclose(reading.distance[i], chord, atol=1e-6)
        mapped = first(reading.prototype[i]) if isinstance(first, Scale) else reading.prototype[i]
        np.testing.assert_allclose(np.linalg.norm(mapped), np.linalg.norm(mean), rtol=1e-9)
        np.testing.assert_allclose(cosine_similarity(mapped[None], dense.weight[i : i + 1]), 1, rtol=1e-9)
        np.testing.assert_allclose(network.trace(reading.place[i])[0][0][0, i], 0, atol=1e-9)
        foot = first(reading.place[i]) if isinstance(first, Scale) else reading.place[i]
        step = np.linalg.lstsq(dense.weight[i : i + 1], -(dense.weight[i] @ mean + dense.bias[i])[None], rcond=None)[0]
        np.testing.assert_allclose(foot, mean + step, atol=1e-8 * (1 + np.abs(step).max()))


def test_the_place_of_one_feature_is_the_knot():
    network = Network.from_weights([([[2.0], [-0.5]], [-3.0, 1.0], "relu"), ([[1.0, 1.0]], [0.0], "identity")])
    reading = nw.prototypes(network, np.linspace(-4, 4, 9))
    np.testing.assert_allclose(reading.place[:, 0], [1.5, 2.0])
    assert reading.summary == (
        "2 nodes stand for 9 samples: node 2 serves the most (6; its pre-activation is 0 at x = 2), node 1 the fewest "
        "(3), and no sample is shared."
    )


def test_samples_on_which_no_node_votes_are_the_biass():
    network = Network.from_weights([([[1.0, 0.0], [0.0, 1.0]], [0, 0], "relu"), ([[1.0, -1.0]], [5.0], "identity")])
    x = np.array([[-1.0, -1], [-2, -3], [3, 0], [0, 2], [1, 3]])
    reading = nw.prototypes(network, x)
    assert reading.unserved == 2
    np.testing.assert_array_equal(reading.winner, [-1, -1, 0, 1, 1])
    np.testing.assert_array_equal(reading.responsibility, [[0, 0], [0, 0], [1, 0], [0, 1], [0.25, 0.75]])
    assert reading.sharing == pytest.approx((1 + 1 + 1 / (0.25**2 + 0.75**2)) / 3)
    assert reading.table()[-2]["served"] == 2
    assert reading.table()[-1]["served"] == 5
    assert "on 2 samples no node votes, and only the bias answers" in str(reading)
    nobody = nw.prototypes(network, -1 - np.arange(6.0).reshape(3, 2))
    assert str(nobody) == "2 nodes stand for 3 samples, but no node votes on any: only the bias answers."
    assert np.isnan(nobody.mean).all()
    assert nobody.as_dict()["mean"] == [[None, None], [None, None]]


def test_detectors_of_one_example_each_serve_one_sample():
    x = np.eye(4)
    network = Network.from_weights([(x, np.full(4, -0.5), "relu"), (2 * np.arange(1.0, 5)[None], [0], "identity")])
    reading = nw.prototypes(network, nw.Dataset(x, np.arange(1.0, 5)))
    np.testing.assert_array_equal(reading.responsibility, x)
    np.testing.assert_array_equal(reading.cosine, 1)
    np.testing.assert_array_equal(reading.distance, 0)
    np.testing.assert_array_equal(reading.target[:, 0], [1, 2, 3, 4])
    assert reading.notes == (
        "There are no fewer nodes than samples, so that each sample could have a node of its own.",
    )


def test_only_differences_between_classes_count():
    network = random_network(2, (3, 6, 4), ["tanh"])
    output = replace(network.dense[-1], activation=activations.find("softmax"))
    network = Network((network.layers[0], output), classes=tuple("abcd"))
    x = np.random.default_rng(0).normal(size=(30, 3))
    shifted = replace(output, weight=output.weight + np.random.default_rng(5).normal(size=6))
    reading = nw.prototypes(network, x)
    other = nw.prototypes(Network((network.layers[0], shifted)), x)
    np.testing.assert_allclose(other.responsibility, reading.responsibility, atol=1e-13)
    np.testing.assert_array_equal(nw.prototypes(network.logits, x).responsibility, reading.responsibility)
    same = replace(output, weight=np.tile(output.weight[0], (4, 1)))  # nothing that tells classes apart
    assert nw.prototypes(Network((network.layers[0], same)), x).unserved == 30


def test_units_of_outputs_do_not_count():
    network = random_network(3, (2, 7, 5, 3), ["relu", "relu"])
    x = np.random.default_rng(0).normal(size=(30, 2))
    scaled = Network((*network.layers, Scale(np.array([3.0, 0, -1]), np.array([1e6, 1, 1e-9]))))
    for layer in (0, 1):
        one, other = (nw.prototypes(each, x, layer).responsibility for each in (network, scaled))
        np.testing.assert_allclose(one, other, atol=1e-12)


def test_blocks_of_samples_make_no_difference(monkeypatch):
    network = random_network(6, (3, 7, 5, 3), ["tanh", "relu"], scaled=True)
    x = np.random.default_rng(0).normal(size=(50, 3))
    whole = [nw.prototypes(network, x, layer) for layer in (0, 1)]
    monkeypatch.setattr(votes, "_BLOCK", 20)
    for layer, one in enumerate(whole):
        other = nw.prototypes(network, x, layer)
        for name in ("responsibility", "seen", "mean", "vote", "cosine"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-10, atol=1e-13)


def test_a_node_that_is_always_the_same_is_called_a_bias():
    network = Network.from_weights(
        [([[0.0], [1.0], [1.0]], [3.0, 0.0, -99.0], "relu"), ([[1.0, 2, 1]], [0], "identity")]
    )
    reading = nw.prototypes(network, np.linspace(-1, 1, 20))
    assert reading.notes == (
        "Node 3 serves no sample.",
        "Node 1 votes the same on all samples, to 1 %, as a bias does: what it serves is no group of samples.",
    )
    assert np.isnan(reading.place[0]).all()
    assert reading.cosine[0] == 0
    json.dumps(reading.as_dict(), allow_nan=False)


def test_a_row_of_0_is_like_no_sample():
    network = nw.Network.from_weights([([[0.0, 0], [0, 1]], [1, 0], "relu"), ([[1.0, 1]], [0], "identity")])
    rows = {row["name"]: row for row in nw.prototypes(network, [[1.0, 0], [0, 1]]).table()}
    assert rows["node 1"]["most_similar"] == ""
    assert rows["node 2"]["most_similar"] == "sample 2 (cosine 1); sample 1 (cosine 0)"


def test_a_classifier_of_digits_has_prototypes():
    from sklearn.datasets import load_digits

    digits = load_digits()
    keep = digits.data[:400].std(axis=0) > 0
    data = nw.Dataset(digits.data[:400, keep], labels=digits.target[:400], label="digit")
    fit = nw.fit(data, hidden=12, activation="relu", steps=60, l2=0.01)
    reading = nw.prototypes(fit, data)
    np.testing.assert_allclose(reading.served.sum() + reading.unserved, 400)
    assert (reading.cosine[reading.served > 10] > 0.3).all()  # a random row of so many features has about 0.13
    assert reading.most(int(reading.order[0]))[0].startswith("digit ")


def test_numbers_at_both_ends_are_counted():
    for size in (1e-150, 1e150):
        network = random_network(1, (2, 4, 2), ["relu"])
        last = network.dense[-1]
        huge = Network((network.layers[0], Dense(last.weight * size, last.bias, last.activation)))
        x = np.random.default_rng(0).normal(size=(20, 2))
        one, other = (nw.prototypes(each, x) for each in (network, huge))
        np.testing.assert_allclose(one.responsibility, other.responsibility, atol=1e-12)


BAD = {
    "linear": (
        lambda: nw.prototypes(Network.from_weights([([[1.0]], [0], "identity")]), [1, 2]),
        "prototypes need at least one hidden layer. Got a linear model; nodewise.contributions reads its features.",
    ),
    "layer": (
        lambda: nw.prototypes(NET, X, layer=1),
        "layer must be a whole number from -1 to 0 for a network of 1 hidden layer, counted from 0. Got 1.",
    ),
    "layer as truth": (
        lambda: nw.prototypes(NET, X, layer=True),
        "layer must be a whole number from -1 to 0 for a network of 1 hidden layer, counted from 0. Got True.",
    ),
    "jumps": (
        lambda: nw.prototypes(random_network(0, (2, 3, 4, 1), ["relu", "step"]), X, 0),
        "prototypes of an earlier layer need later activations without jumps. Got step in hidden layer 2. "
        "Take layer=-1, the last hidden layer.",
    ),
    "no samples": (
        lambda: nw.prototypes(NET, np.empty((0, 2))),
        "a reading needs at least one sample. Got none.",
    ),
    "features": (
        lambda: nw.prototypes(NET, np.ones((4, 3))),
        "x must be [sample, feature] with 2 feature(s): x1, x2. Got shape (4, 3).",
    ),
    "missing": (
        lambda: nw.prototypes(NET, [[1, 2], [1, np.nan]]),
        "x must be finite. Got nan in sample 2, feature x2. Leave that sample out.",
    ),
    "none": (
        lambda: nw.prototypes(NET, None),
        "x must be [sample, feature] with 2 feature(s): x1, x2. Got shape ().",
    ),
    "text": (
        lambda: nw.prototypes(NET, "data.csv"),
        "x must be an array of numbers. Got str.",
    ),
    "no network": (
        lambda: nw.prototypes([1], X),
        "a reading needs a Network, or a Fit that holds one. Got list. "
        "Train one with nodewise.fit or write one with Network.from_weights.",
    ),
    "samples": (
        lambda: nw.prototypes(NET, X, samples=0),
        "samples must be a whole number of at least 1. Got 0.",
    ),
    "too large": (
        lambda: nw.prototypes(HUGE, X * 1e200),
        "votes must be finite. Got one that is not, of node 1 on sample 1. Its weights or this sample are too large.",
    ),
}
NET = random_network(0, (2, 3, 1), ["relu"])
HUGE = Network.from_weights([(1e200 * np.eye(2), [0, 0], "relu"), ([[1.0, 1]], [0], "identity")])
X = np.array([[1.0, 2], [3, 4], [5, 6]])


@pytest.mark.parametrize("name", BAD)
def test_refusals(name):
    call, message = BAD[name]
    with pytest.raises(NodewiseError) as error:
        call()
    assert str(error.value) == message
