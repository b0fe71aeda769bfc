"""Health on networks built so that the answer is known, and against plain sampling on random ones."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodewise import activations
from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.health import health
from nodewise.network import Network

X = np.linspace(-10, 10, 50)


def layer_of(activation, *nodes, outgoing=None):
    """A 1-n-1 network of (weight, bias) nodes."""
    weights, biases = np.array([[w] for w, _ in nodes], float), [b for _, b in nodes]
    v = np.linspace(1, 2, len(nodes)) if outgoing is None else outgoing
    return Network.from_weights([(weights, biases, activation), ([v], [0.3], "identity")])


def test_all_nodes_at_work():
    reading = health(layer_of("sigmoid", (1, 0), (1, 4), (0.5, -2)), X)
    assert str(reading) == "All 3 nodes are at work."
    assert reading.flags == ((), (), ())
    assert reading.at_work == 3
    assert str(health(layer_of("sigmoid", (1, 0)), X)) == "The only node is at work."


@pytest.mark.parametrize(
    ("activation", "node", "flags"),
    [
        ("relu", (1, -11), ("dead",)),
        ("relu", (1, -10), ("dead",)),
        ("relu", (1, -9), ()),
        ("relu", (1, 10), ("always on",)),
        ("relu", (1, 9), ()),
        ("relu", (0, 3), ("dead",)),
        ("leaky_relu", (1, -11), ("always on",)),
        ("abs", (-1, -11), ("always on",)),
        ("abs", (1, 0), ()),
        ("step", (1, -11), ("dead",)),
        ("step", (1, 11), ("dead",)),
        ("step", (1, 0), ()),
        ("triangle", (0.1, 1.5), ("always on",)),
        ("triangle", (0.1, 3), ()),
        ("saw", (0.01, 0.5), ("always on",)),
        ("saw", (0.01, 0.95), ()),
        ("identity", (1, 0), ()),
        ("sigmoid", (1, 17), ("saturated",)),
        ("sigmoid", (1, -17), ("saturated",)),
        ("sigmoid", (1, 10), ()),
        ("sigmoid", (100, 5), ("switch",)),
        ("sigmoid", (1e-3, 0), ("linear",)),
        ("sigmoid", (1, 70), ("dead",)),
        ("tanh", (30, 0), ("switch",)),
        ("elu", (1, -16), ("saturated",)),
        ("elu", (1, 16), ("linear",)),
        ("softplus", (1, -17), ("saturated",)),
        ("gelu", (1, -13), ("saturated",)),
        ("silu", (1, 30), ("linear",)),
        ("gaussian", (1, 14), ("saturated",)),
        ("gaussian", (15, 0), ("saturated",)),
        ("gaussian", (0.01, 0), ()),
        ("cosine", (1e-3, np.pi / 2), ("linear",)),
        ("cosine", (0.3, 1), ()),
        ("snake", (1e-3, 0.2), ("linear",)),
    ],
)
def test_one_node_whose_state_is_known(activation, node, flags):
    reading = health(layer_of(activation, node), X)
    assert reading.flags == (flags,)
    assert reading.in_box.words(0) == list(flags)


def test_the_sentence_counts_and_names():
    network = layer_of("tanh", (1, 0), (1, 14), (1, 1), (1, -14), (1, -1), (0.1, 0), (0.1, 0.001), outgoing=[1] * 7)
    assert str(health(network, X)) == "7 nodes: 2 saturated (nodes 2 and 4), nodes 6 and 7 copy each other."
    network = layer_of("tanh", (1, 0), (1, 14), (1, 0.01), (-1, 2), outgoing=[1, 1, -1, 1])
    assert str(health(network, X)) == (
        "4 nodes: 1 saturated (node 2), nodes 1 and 3 copy each other, nodes 1 and 3 cancel each other."
    )
    network = layer_of("relu", (1, -11), (1, 11), (1, 0), (-1, 4))
    assert str(health(network, X)) == "4 nodes: 1 dead (node 1), 1 always on (node 2)."


def test_nodes_cancel_where_their_sum_hardly_varies():
    reading = health(layer_of("cosine", (1, 0), (1, np.pi + 0.05), (0.3, 0), outgoing=[2, 2, 1]), X)
    assert reading.cancelling.tolist() == [[0, 1]]
    assert reading.cancelling_output.tolist() == [0]
    assert reading.flags == (("cancelling",), ("cancelling",), ())
    assert reading.table()[0]["cancelled_by"] == "2"


def test_parts_too_small_to_matter_do_not_count_as_cancelling():
    nodes = [(1, 0), (1, 0.001), (0.5, 1)]
    assert health(layer_of("tanh", *nodes, outgoing=[1, -1, 1]), X).cancelling.tolist() == [[0, 1]]
    assert health(layer_of("tanh", *nodes, outgoing=[1e-3, -1e-3, 1]), X).cancelling.tolist() == []


def test_cancelling_is_told_output_by_output():
    network = Network.from_weights(
        [([[1.0], [1.0], [0.5]], [0, 0.001, 2], "tanh"), ([[1, 1, 1], [1, -1, 1]], [0, 0], "identity")]
    )
    reading = health(network, X)
    assert reading.cancelling.tolist() == [[0, 1]]
    assert reading.cancelling_output.tolist() == [1]


def identities():
    """(activation, node, its double) for each identity of the table."""
    for name in activations.names():
        phi = activations.find(name)
        yield name, (0.7, 0.2), (0.7, 0.2), True
        if phi.symmetry:
            yield name, (0.7, 0.2), (-0.7, -0.2), phi.symmetry.slope == 0
        if phi.period:
            yield name, (0.7, 0.2), (0.7, 0.2 + 2 * phi.period), True
    yield "cosine", (0.7, 0.2), (0.7, 0.2 + np.pi), True
    yield "relu", (0.7, 0.2), (1.4, 0.4), True
    yield "abs", (0.7, 0.2), (-1.4, -0.4), True
    yield "tanh", (0.7, 0.2), (1.4, 0.4), False
    yield "identity", (0.7, 0.2), (-3, 1), True


@pytest.mark.parametrize(("activation", "node", "double", "same"), list(identities()))
def test_identities_make_exact_copies(activation, node, double, same):
    reading = health(layer_of(activation, node, double), X)
    if same:
        assert reading.duplicates.tolist() == [[0, 1]]
        assert reading.exact.tolist() == [True]
        assert str(reading).endswith("nodes 1 and 2 copy each other.")
    else:
        assert not reading.exact.any()


def test_copies_by_the_data_alone_are_not_exact():
    # Both are always on, so both are straight lines on the samples.
    reading = health(layer_of("relu", (1, 11), (2, 30)), X)
    assert reading.duplicates.tolist() == [[0, 1]]
    assert reading.exact.tolist() == [False]


def test_copies_are_named_in_groups():
    nodes = [(w, b) for b in (0, 3) for w in (1, -1, 1)]
    nodes = [(w, b * np.sign(w)) for w, b in nodes]
    assert str(health(layer_of("tanh", *nodes, outgoing=[1, -1, 1] * 2), X)) == (
        "6 nodes: nodes 1, 2 and 3 copy each other, nodes 4, 5 and 6 copy each other."
    )


def test_many_pairs_are_counted():
    network = layer_of("tanh", *[(1, k) for k in np.repeat(np.arange(-5, 6, 2), 2)], outgoing=[1, -1.01] * 6)
    text = str(health(network, X))
    assert text.endswith("nodes 7 and 8 cancel each other, 2 more pairs cancel.")
    assert "nodes 7 and 8 copy each other, 2 more groups of copies, nodes 1 and 2 cancel" in text


@pytest.mark.slow
def test_pytorch_start_leaves_one_node_in_forty_dead():
    # P(dead on [-R, R]) = 1 / (4R): facts of a start uniform in [-1, 1]; 20000 nodes, standard error 0.0011.
    random = np.random.default_rng(0)
    dead = []
    for _ in range(20):
        nodes = zip(random.uniform(-1, 1, 1000), random.uniform(-1, 1, 1000), strict=True)
        reading = health(layer_of("relu", *nodes), np.linspace(-10, 10, 200))
        dead.append(reading.dead.mean())
        assert (reading.dead == reading.in_box.dead).all()
    assert np.mean(dead) == pytest.approx(0.025, abs=0.0035)


def test_dead_on_the_samples_but_not_in_their_box():
    # The node is active only near the corner (1, 1), where there is no sample.
    network = Network.from_weights(
        [([[1.0, 1.0], [1.0, -1.0]], [-1.999999, 0], "relu"), ([[1.0, 2.0]], [0], "identity")]
    )
    reading = health(network, [[0, 0], [1, 0], [0, 1], [0.5, 0.5]])
    assert reading.dead.tolist() == [True, False]
    assert reading.in_box.dead.tolist() == [False, False]
    assert reading.in_box.certain.all()
    assert str(reading) == "2 nodes: 1 dead (node 1; on the samples only)."
    assert [row["in_box"] for row in reading.table()] == ["", ""]


def test_deeper_layers_are_proven_by_bounds_or_sampled():
    # Layer 1 gives (relu(x), relu(-x)); both at once are never positive, which bounds cannot know.
    network = Network.from_weights(
        [
            ([[1.0], [-1.0]], [0, 0], "relu"),
            ([[1.0, 1.0], [1.0, 1.0], [-1.0, -1.0], [1.0, 0.0]], [-10.5, -20.5, -0.5, -1], "relu"),
            ([[1.0, 1, 1, 1]], [0], "identity"),
        ]
    )
    reading = health(network, X)
    assert reading.layer.tolist() == [0, 0, 1, 1, 1, 1]
    assert reading.node.tolist() == [0, 1, 0, 1, 2, 3]
    assert reading.in_box.dead.tolist() == [False, False, True, True, True, False]
    assert reading.in_box.certain.tolist() == [True, True, False, True, True, True]
    assert str(reading) == "6 nodes in 2 layers: 3 dead (nodes 1, 2 and 3 of layer 2)."
    row = reading.table()[2]
    assert (row["layer"], row["node"], row["in_box"], row["certain"]) == (2, 1, "dead", False)


@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.sampled_from(activations.names()), min_size=1, max_size=3),
    st.integers(1, 3),
)
def test_certain_statements_hold_at_points_never_tried(seed, chosen, features):
    random = np.random.default_rng(seed)
    sizes = [features, *[5] * len(chosen), 1]
    network = Network.from_weights(
        [
            (random.normal(size=(new, old)) * 2, random.normal(size=new) * 4, activation)
            for old, new, activation in zip(sizes[:-1], sizes[1:], [*chosen, "identity"], strict=True)
        ]
    )
    x = random.uniform(-1, 1, (20, features))
    reading = health(network, x)
    trace = network.trace(random.uniform(x.min(axis=0), x.max(axis=0), (500, features)))[:-1]
    h = np.concatenate([after for _, after in trace], axis=1)
    dead = reading.in_box.dead & reading.in_box.certain
    assert (np.ptp(h[:, dead], axis=0) <= 1e-12 * np.abs(h[:, dead]).max(axis=0, initial=0)).all()
    on = np.flatnonzero(reading.in_box.always_on & reading.in_box.certain)
    z = np.concatenate([before for before, _ in trace], axis=1)
    for i in on:
        fitted = np.polynomial.Polynomial.fit(z[:, i], h[:, i], 1)(z[:, i])
        assert fitted == pytest.approx(h[:, i], abs=1e-9 * (1 + np.abs(h[:, i]).max()))
    alone = sum(getattr(reading, flag).astype(int) for flag in ("dead", "always_on", "saturated", "switch", "linear"))
    assert (alone <= 1).all()
    assert not (reading.in_box.dead & ~reading.dead).any()


def test_a_network_without_hidden_nodes():
    reading = health(Network.from_weights([(np.ones((1, 2)), [0], "identity")]), np.eye(2))
    assert str(reading) == "There are no hidden nodes: the model is linear."
    assert reading.table() == []
    assert reading.at_work == 0
    assert reading.dead.shape == (0,)


def test_a_dataset_and_its_array_read_the_same_and_json_is_plain():
    network = layer_of("relu", (1, 0), (1, -30))
    reading = health(network, Dataset(X, np.sin(X)))
    document = json.loads(json.dumps(reading.as_dict(), allow_nan=False))
    assert document == health(network, X).as_dict()
    assert document["on_data"]["dead"] == [False, True]
    assert document["summary"] == "2 nodes: 1 dead (node 2)."
    with pytest.raises(ValueError, match="read-only"):
        reading.dead[0] = True


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([1.0], "health needs at least 2 samples. Got 1. Pass the data the network was trained on."),
        ([[1, 2]], "x must be [sample, feature] with 1 feature(s): x. Got shape (1, 2)."),
        ([1, np.inf], "x must be finite. Got inf in sample 2, feature x. Leave that sample out."),
    ],
)
def test_refusals(data, message):
    with pytest.raises(NodewiseError) as caught:
        health(layer_of("relu", (1, 0)), data)
    assert str(caught.value) == message
