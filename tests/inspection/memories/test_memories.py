"""Memories against scikit-learn's cosines, brute force, and sums."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics.pairwise import cosine_similarity

import nodewise as nw
from networks import networks, random_network
from nodewise import activations
from nodewise.inspection.memories import firing, similar
from nodewise.inspection.memories.answer import PER_QUERY
from nodewise.network import Dense, Network, Scale

ESSAY = nw.problems.product_network()
QUERY = [5 / 6, 1 / 3]


def dense_inputs(network, index, x):
    """What hidden layer `index` reads, the long way: through the trace of the layers."""
    if index:
        return network.trace(x)[index - 1][1]
    first = network.layers[0]
    return x if first is network.dense[0] else first.shift + first.factor * x


@given(networks(), st.integers(0, 2**32 - 1), st.data())
def test_lengths_and_cosine_make_the_dot_product_and_votes_the_output(network, seed, data):
    rng = np.random.default_rng(seed)
    index = data.draw(st.integers(0, len(network.hidden) - 1))
    x, query = rng.normal(size=(30, network.inputs)), rng.normal(size=(3, network.inputs))
    reading = nw.memories(network, x, query, layer=index)
    product = reading.row_length * reading.input_length[:, None] * reading.cosine
    scale = reading.row_length * reading.input_length[:, None] + 1e-300
    assert (np.abs(product - reading.dot) <= 1e-13 * scale).all()
    before, after = network.trace(query)[index]
    assert (np.abs(reading.dot - reading.threshold - before) <= 1e-13 * (scale + np.abs(reading.threshold))).all()
    np.testing.assert_array_equal(reading.pre_activation, before)
    np.testing.assert_array_equal(reading.activation, after)
    rows, seen = network.hidden[index].weight, dense_inputs(network, index, query)
    np.testing.assert_allclose(reading.cosine, cosine_similarity(seen, rows), atol=1e-12)
    np.testing.assert_allclose(
        reading.similar.cosine,
        -np.sort(-cosine_similarity(rows, dense_inputs(network, index, x)), axis=1)[:, :5],
        atol=1e-12,
    )
    if index == len(network.hidden) - 1:
        assert reading.votes is not None
    if reading.votes is not None:
        size = np.abs(reading.votes).sum(axis=1).max() + np.abs(reading.bias).max() + np.abs(reading.output).max()
        assert np.abs(reading.votes.sum(axis=-2) + reading.bias - network(query)).max() <= 1e-12 * size


@given(st.integers(1, 40), st.integers(1, 6), st.integers(1, 9), st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_blocks_find_what_a_full_sort_finds(samples, nodes, count, block, seed):
    rng = np.random.default_rng(seed)
    x = rng.integers(-2, 3, (samples, 2)).astype(float)  # many ties, and samples of length 0
    network = Network.from_weights(
        [(rng.normal(size=(nodes, 2)), np.zeros(nodes), "relu"), ([[1.0] * nodes], [0], "identity")]
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(similar, "_BLOCK", block * (nodes + 2))
        found = nw.memories(network, x, [1, 1], samples=count).similar
    cosine = cosine_similarity(network.hidden[0].weight, x)
    kept = min(count, samples)
    np.testing.assert_allclose(found.cosine, -np.sort(-cosine, axis=1)[:, :kept], atol=1e-12)
    np.testing.assert_allclose(np.take_along_axis(cosine, found.samples, axis=1), found.cosine, atol=1e-12)
    assert all(len(set(row)) == kept for row in found.samples.tolist())
    assert found.typical_length == pytest.approx(np.sqrt((x**2).sum(axis=1).mean()))


@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_no_input_of_typical_length_excites_a_node_more_than_its_prototype(seed, features):
    rng = np.random.default_rng(seed)
    network = random_network(seed, [features, 3, 1], ["tanh"], scaled=True)
    x = rng.normal(size=(20, features))
    reading = nw.memories(network, x, x[0])
    length = np.sqrt((dense_inputs(network, 0, x) ** 2).sum(axis=1).mean())
    best = network.trace(reading.prototype)[0][0].diagonal()
    np.testing.assert_allclose(np.linalg.norm(dense_inputs(network, 0, reading.prototype), axis=1), length)
    directions = rng.normal(size=(500, features))
    scale = network.layers[0]
    tried = (length * directions / np.linalg.norm(directions, axis=1, keepdims=True) - scale.shift) / scale.factor
    assert (network.trace(tried)[0][0] <= best + 1e-9).all()


def test_rows_are_in_the_user_s_units():
    network = random_network(3, [3, 4, 1], ["relu"], scaled=True)
    reading = nw.memories(network, None, np.ones(3))
    slope = network.trace(np.eye(3))[0][0] - network.trace(np.zeros((1, 3)))[0][0]
    np.testing.assert_allclose(reading.rows.T, slope, atol=1e-12)
    assert reading.row_names == ("x1", "x2", "x3")


def test_the_essay_s_query():
    reading = nw.memories(ESSAY, nw.problems.product(), QUERY)
    np.testing.assert_allclose(reading.output, [(1 + np.sqrt(2)) / 12])
    assert reading.fires.tolist() == [True, True, False]
    assert reading.activation[2] == 0  # the essay shows a negative number here
    assert reading.similar.samples[:, 0].tolist() == [0, 1, 2]
    assert str(reading) == (
        "2 of 3 nodes fire for this query (relu above 0); the votes and the bias add up to y = 0.201: node 2 votes most "
        "(0.201), and its row is most like sample 2 (cosine 1, y = 0.5)."
    )
    rows = reading.table()
    assert [row["name"] for row in rows] == ["node 2", "node 1", "node 3", "bias", "sum: output"]
    assert rows[0]["most_similar"] == (
        "sample 2 (cosine 1, y = 0.5); sample 1 (cosine 0.707, y = 0); sample 3 (cosine 0.707, y = 0)"
    )
    assert sum(row["vote"] for row in rows[:4]) == pytest.approx(rows[4]["vote"])


def test_the_table_says_what_a_node_looks_for():
    reading = nw.memories(ESSAY, nw.problems.product(), QUERY)
    assert [row.get("looks_for") for row in reading.table()] == [  # of the samples' root-mean-square length, √2
        "x1 = 1, x2 = 1", "x1 = 1.41, x2 = 0", "x1 = 0, x2 = 1.41", None, None,
    ]  # fmt: skip
    scaled = Network((Scale(np.array([-1.0]), np.array([0.5])), Dense([[3], [0]], [0, 0], "relu"), Dense([[1, 1]], [0], "identity")))  # fmt: skip
    reading = nw.memories(scaled, [[0.0], [4.0]], [[1.0]])  # the samples are -1 and 1 after scaling
    assert [row.get("looks_for") for row in reading.table()[:2]] == ["x = 4", ""]
    deep = random_network(3, [5, 6, 4, 1], ["relu", "relu"], scaled=True)
    entry = nw.memories(deep, None, np.ones(5)).table()[0]
    node = int(entry["name"].split()[1]) - 1
    weight = deep.hidden[1].weight[node]
    assert entry["looks_for"].startswith(
        f"{weight[np.abs(weight).argmax()]:.3g} × node {np.abs(weight).argmax() + 1}, "
    )
    assert entry["looks_for"].endswith(", …")
    first = nw.memories(deep, None, np.ones(5), layer=0)
    assert first.table()[0]["looks_for"].count(" = ") == 3
    assert first.similarity is first.cosine


def test_the_numbers_on_the_half_circle():
    data = nw.problems.half_circle()
    network = nw.memory_network(data, threshold=0, recipe="exact")
    reading = nw.memories(network, data, nw.problems.encode(32))
    np.testing.assert_allclose(reading.activation, [[np.cos(np.pi / 8)] * 2 + [np.sin(np.pi / 8), 0, 0]], atol=1e-15)
    assert [round(value, 3) for value in reading.activation[0]] == [0.924, 0.924, 0.383, 0, 0]
    assert reading.fires.tolist() == [[True, True, True, False, False]]


@pytest.mark.parametrize(
    ("name", "rule", "edge"),
    [
        ("relu", "relu above 0", 0),
        ("sigmoid", "sigmoid above 0.5, the middle of its range", 0),
        ("tanh", "tanh above 0, the middle of its range", 0),
        ("softplus", "softplus above 0.693, its value at the threshold", 0),
        ("gelu", "gelu above 0", 0),
        ("snake", "snake above 0", 0),
        ("elu", "elu above 0", 0),
        ("step", "step above 0.5, the middle of its range", 0),
    ],
)
def test_rising_activations_fire_above_the_threshold(name, rule, edge):
    activation = activations.find(name)
    assert firing.rule(activation) == rule
    z = np.array([edge - 3, edge - 0.7, edge - 1e-3, edge + 1e-3, edge + 0.7, edge + 3])
    assert (activation(z) > firing.level(activation)).tolist() == [False] * 3 + [True] * 3


def test_a_wave_and_a_bump_fire_in_the_upper_half_of_their_range():
    assert firing.rule(activations.find("cosine")) == "cosine above 0, the middle of its range"
    assert firing.rule(activations.find("gaussian")) == "gaussian above 0.5, the middle of its range"
    network = Network.from_weights([([[1.0], [1.0]], [0, np.pi], "cosine"), ([[1, 1]], [0], "identity")])
    assert nw.memories(network, None, [0.3]).fires.tolist() == [True, False]


def test_rows_of_uneven_length_are_told_with_the_cosine_beside():
    network = Network.from_weights([([[3, 3], [1, 0], [0, 0]], [0, 0, 1], "relu"), ([[1, 1, 1]], [0], "identity")])
    reading = nw.memories(network, None, [1, 0.1])
    assert reading.uneven
    assert reading.cosine.argmax() == 1
    assert reading.dot.argmax() == 0
    assert reading.notes == (
        "The longest row is 4.24 times as long as the shortest (more than 2), so the dot product is no similarity: trust "
        "the cosine. By dot product node 1 is nearest, by cosine node 2.",
        "The row of node 3 is 0: nothing is remembered there.",
    )
    assert reading.cosine[2] == 0
    even = Network.from_weights([([[2, 0], [0, 1]], [0, 0], "relu"), ([[1, 1]], [0], "identity")])
    assert not nw.memories(even, None, [1, 0]).uneven
    assert nw.memories(even, None, [1, 0]).notes == ()


def test_votes_of_an_earlier_layer_are_left_out_where_they_do_not_add_up():
    network = random_network(0, [2, 3, 4, 1], ["relu", "tanh"])
    reading = nw.memories(network, np.eye(2), [1, 2], layer=0)
    assert reading.votes is reading.bias is None
    np.testing.assert_array_equal(reading.output, network([[1, 2]])[0])
    assert reading.notes[-1].startswith("Votes are left out: contributions of an earlier layer need every later")
    assert "vote" not in reading.table()[0]
    assert reading.prototype.shape == (3, 2)
    later = nw.memories(network, np.eye(2), [1, 2], layer=1)
    assert later.prototype is None
    assert later.row_names == ("node 1", "node 2", "node 3")
    assert "4 nodes of layer 2 fire" in str(later)


def test_a_classifier_votes_on_its_logits():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 2))
    labels = np.array(["up", "down", "left"])[rng.integers(0, 3, 40)]
    network = Network.from_weights(
        [(rng.normal(size=(5, 2)), np.zeros(5), "tanh"), (rng.normal(size=(3, 5)), [0, 0, 0], "softmax")]
    )
    network = replace(network, classes=("down", "left", "up"), output_names=("down", "left", "up"))
    reading = nw.memories(network, nw.Dataset(x, labels=labels), x[:1])
    np.testing.assert_allclose(reading.votes.sum(axis=1) + reading.bias, network.logits(x[:1]), atol=1e-14)
    assert reading.of == "pre-activation"
    assert reading.similar.labels.tolist() == labels[reading.similar.samples].tolist()
    assert "the pre-activation of " in str(reading)
    assert {"vote_down", "vote_left", "vote_up"} < set(reading.table()[0])


@given(networks(), st.integers(0, 2**32 - 1), st.data())
def test_one_sample_has_no_query_axis(network, seed, data):
    x = np.random.default_rng(seed).normal(size=network.inputs)
    index = data.draw(st.integers(0, len(network.hidden) - 1))
    one, row = (nw.memories(network, None, query, layer=index) for query in (x, x[None]))
    nodes, outputs = network.hidden[index].outputs, network.outputs
    assert one.query.shape == (network.inputs,)
    assert one.dot.shape == one.similarity.shape == one.fires.shape == (nodes,)
    assert one.output.shape == (outputs,)
    assert one.votes is None or (one.votes.shape, one.bias.shape) == ((nodes, outputs), (outputs,))
    for name in PER_QUERY:
        mine, given = getattr(one, name), getattr(row, name)
        assert mine is given is None or given.shape == (1, *np.shape(mine))
        np.testing.assert_equal(mine, given if given is None else given[0])
        np.testing.assert_equal(getattr(one.batched, name), getattr(row, name))
    assert (str(one), one.table()) == (str(row), row.table())
    assert row.batched is row
    assert one.ask(x[None]).as_dict() == row.as_dict()
    assert row.ask(x).as_dict() == one.as_dict()


@pytest.mark.parametrize(
    ("query", "shape"), [(3.0, (1,)), ([3.0], (1,)), ([1, 2], (2, 1)), ([[3.0]], (1, 1)), (np.float64(2), (1,))]
)
def test_of_one_feature_a_number_is_one_sample_and_several_are_several(query, shape):
    network = random_network(1, [1, 4, 2], ["tanh"])
    reading = nw.memories(network, None, query)
    assert reading.query.shape == shape
    assert reading.votes.shape == (*shape[:-1], 4, 2)


def test_asking_again_is_the_same_as_reading_anew():
    data = nw.problems.product()
    first = nw.memories(ESSAY, data, QUERY)
    again = first.ask([[0, 2], [1, 1]])
    anew = nw.memories(ESSAY, data, [[0, 2], [1, 1]])
    assert again.as_dict() == anew.as_dict()
    assert again.similar is first.similar
    assert str(again) == (
        "For 2 queries between 2 and 3 of 3 nodes fire (relu above 0); "
        "for each of them the votes and the bias add up to the output."
    )
    assert [row["query"] for row in again.table()] == [1] * 5 + [2] * 5
    json.dumps(again.as_dict(), allow_nan=False)


def test_a_memory_network_takes_queries_in_the_user_s_units():
    data = nw.problems.product()
    memory = nw.memory_network(data, lift=True)
    reading = nw.memories(memory, data, [0, 2])
    np.testing.assert_allclose(reading.output, memory([[0, 2]])[0])
    assert reading.query.tolist() == [0, 2]
    np.testing.assert_allclose(reading.similar.cosine[:, 0], 1)
    assert reading.similar.samples[:, 0].tolist() == [0, 1, 2]


def test_other_readings_do_not_read_past_the_encoding():
    data = nw.problems.product()
    assert nw.contributions(nw.memory_network(data), data).residual < 1e-15
    with pytest.raises(nw.NodewiseError) as caught:
        nw.contributions(nw.memory_network(data, unit=True), data)
    assert str(caught.value) == (
        "a reading needs a network that takes the samples as they are. Got a memory network that changes their length "
        "first. Pass its .network, with .encode(x) as the samples."
    )


SHORT = "query must have one number for each of 2 features: x1, x2. Got "
GAP = "query must have no missing or infinite values. Got "
FILL = "Fill it in first, such as with the samples' mean."
REFUSALS = {
    "short": (([1],), {}, SHORT + "1 number."),
    "long": (([1, 2, 3],), {}, SHORT + "3 numbers."),
    "wide": (([[1, 2, 3]],), {}, SHORT + "shape (1, 3)."),
    "none": ((np.empty((0, 2)),), {}, SHORT + "shape (0, 2)."),
    "gap": (([1, np.nan],), {}, f"{GAP}nan for feature x2. {FILL}"),
    "missing": (([None, 1],), {}, f"{GAP}nan for feature x1. {FILL}"),
    "endless": (([[1, 2], [np.inf, 1]],), {}, f"{GAP}inf for feature x1 in query 2. {FILL}"),
    "word": ((["a", 1],), {}, "query must be numbers, one for each of 2 features: x1, x2. Got ['a', 1]."),
    "masked": ((np.ma.masked_array([1, 2], [0, 1]),), {}, f"{GAP}nan for feature x2. {FILL}"),
    "huge": (
        ([1, -1e101],),
        {},
        "query must lie between -1e100 and 1e100. Got -1e+101 for feature x2. Use a larger unit.",
    ),
    "layer": (
        ([1, 2],),
        {"layer": 1},
        "layer must be a whole number from -1 to 0 for a network of 1 hidden layer, counted from 0. Got 1.",
    ),
    "samples": (([1, 2],), {"samples": 0}, "samples must be a whole number of at least 1. Got 0."),
}


@pytest.mark.parametrize(("arguments", "options", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(arguments, options, message):
    with pytest.raises(nw.NodewiseError) as caught:
        nw.memories(ESSAY, np.eye(2), *arguments, **options)
    assert str(caught.value) == message


def test_data_and_networks_are_checked():
    with pytest.raises(nw.NodewiseError) as caught:
        nw.memories(ESSAY, [[1, 2], [1e200, 3]], [1, 2])
    assert str(caught.value) == "data must lie between -1e100 and 1e100. Got 1e+200 for feature x1. Use a larger unit."
    with pytest.raises(nw.NodewiseError, match=r"a reading needs a Network, .* Got str\."):
        nw.memories("essay", None, [1, 2])


def test_a_row_at_right_angles_to_all_samples_is_like_none_of_them():
    reading = nw.memories(ESSAY, [[-1.0, 0], [0, -1]], [1, 1])
    assert str(reading).endswith("node 2 votes most (1.21).")
    assert nw.memories(ESSAY, [[0.0, 0], [0, 0]], [1, 1]).similar.cosine.tolist() == [[0, 0]] * 3


def test_rows_of_0_remember_nothing_and_are_like_no_sample():
    network = Network.from_weights([([[0.0, 0], [0, 0], [0, 1]], [1, 1, 0], "relu"), ([[1.0, 1, 1]], [0], "identity")])
    reading = nw.memories(network, [[1.0, 0], [0, 1]], [1, 0])
    assert reading.notes == ("The rows of nodes 1 and 2 are 0: nothing is remembered there.",)
    similar = {row["name"]: row["most_similar"] for row in reading.table()[:3]}
    assert similar == {"node 1": "", "node 2": "", "node 3": "sample 2 (cosine 1); sample 1 (cosine 0)"}


def test_a_linear_model_is_refused():
    with pytest.raises(nw.NodewiseError) as caught:
        nw.memories(Network.from_weights([([[1.0]], [0], "identity")]), [1.0], [1.0])
    assert str(caught.value) == (
        "memories need at least one hidden layer. Got a linear model; nodewise.contributions reads its features."
    )
