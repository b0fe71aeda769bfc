"""Contributions against sums, least squares and identities worked out elsewhere."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nodewise.activations import find, names
from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.contributions import contributions
from nodewise.inspection.reading import homogeneous
from nodewise.network import Dense, Network, Scale

ALL = names()
HOMOGENEOUS = [name for name in names() if homogeneous(find(name))]


def random_network(seed, sizes, activations, *, scaled=False):
    random = np.random.default_rng(seed)
    chosen = [*activations, "identity"]
    layers = [
        Dense(random.normal(size=(new, old)), random.normal(size=new), activation)
        for old, new, activation in zip(sizes, sizes[1:], chosen, strict=False)
    ]
    if scaled:
        layers = [
            Scale(random.normal(size=sizes[0]), random.uniform(0.5, 2, sizes[0])),
            *layers,
            Scale(random.normal(size=sizes[-1]), random.uniform(0.5, 20, sizes[-1])),
        ]
    return Network(tuple(layers))


@st.composite
def networks(draw, activations=ALL):
    depth = draw(st.integers(1, 4))
    sizes = [draw(st.integers(1, 3)), *draw(st.lists(st.integers(1, 7), min_size=depth, max_size=depth))]
    chosen = draw(st.lists(st.sampled_from(activations), min_size=depth, max_size=depth))
    return random_network(
        draw(st.integers(0, 2**32 - 1)), [*sizes, draw(st.integers(1, 2))], chosen, scaled=draw(st.booleans())
    )


def samples_for(network, count=40, seed=0):
    return np.random.default_rng(seed).uniform(-3, 3, (count, network.inputs))


def magnitude(reading):
    return (np.abs(reading.values).sum(axis=1) + np.abs(reading.bias)).max()


def check_sums(reading, network, x):
    assert np.abs(reading.values.sum(axis=1) + reading.bias - network(x)).max() <= 1e-12 * magnitude(reading)
    assert reading.residual <= 1e-12 * magnitude(reading)
    for o in range(network.outputs):
        if reading.cancellation[o] > 1e4 or not reading.share[:, o].any():
            continue  # constant, or all but constant
        tolerance = 1e-12 * (1 + reading.cancellation[o] ** 2) * (magnitude(reading) / reading.output[:, o].std())
        assert reading.share[:, o].sum() + reading.bias_share[o] == pytest.approx(1, abs=tolerance)


@given(networks())
def test_parts_add_up_in_the_last_hidden_layer(network):
    x = samples_for(network)
    reading = contributions(network, x)
    check_sums(reading, network, x)
    assert reading.bias.shape == (network.outputs,)
    assert not reading.bias_share.any()


@pytest.mark.parametrize("layer", [0, 1])
def test_shares_add_up_where_the_output_hardly_varies_beside_its_bias(layer):
    rng = np.random.default_rng(3)
    weights = [(rng.normal(size=(4, 1)), rng.normal(size=4), "relu"), (rng.normal(size=(5, 4)), np.ones(5), "relu")]
    network = Network.from_weights([*weights, (1e-9 * rng.normal(size=(2, 5)), [1.0, 1e3], "identity")])
    reading = contributions(network, rng.normal(size=(30, 1)), layer=layer)
    assert reading.share.any(axis=0).all()
    np.testing.assert_allclose(reading.share.sum(axis=0) + reading.bias_share, 1, rtol=1e-12)


@given(networks(activations=HOMOGENEOUS), st.integers(0, 3))
def test_parts_add_up_in_every_layer_by_frozen_gates(network, layer):
    assume(layer < len(network.hidden))
    x = samples_for(network)
    reading = contributions(network, x, layer)
    check_sums(reading, network, x)
    assert reading.values.shape == (len(x), network.hidden[layer].outputs, network.outputs)


@given(networks(activations=HOMOGENEOUS), st.integers(0, 3))
@settings(max_examples=40)
def test_frozen_gates_against_the_gradient(network, layer):
    # The gain of a node is the derivative of the output with respect to its activation, here by finite differences.
    assume(layer < len(network.hidden) - 1)
    x = samples_for(network, count=5)
    h = network.trace(x)[layer][1]
    rest = Network(tuple(network.folded.dense[layer + 1 :]))
    z = np.concatenate([np.abs(before).ravel() for before, _ in rest.trace(h)[:-1]])
    assume(z.min() > 1e-3)
    reading = contributions(network, x, layer)
    step = 1e-7
    for i in range(h.shape[1]):
        up, down = h.copy(), h.copy()
        up[:, i] += step
        down[:, i] -= step
        gradient = (rest(up) - rest(down)) / (2 * step)
        scale = np.abs(rest(h)).max() + np.abs(gradient).max()
        assert reading.values[:, i] == pytest.approx(h[:, [i]] * gradient, abs=1e-6 * scale * (1 + np.abs(h).max()))


def test_many_samples_in_blocks_equal_few_at_a_time(monkeypatch):
    network = random_network(1, [2, 5, 4, 3, 2], ["relu", "leaky_relu", "abs"])
    x = samples_for(network, 57)
    whole = contributions(network, x, 0)
    monkeypatch.setattr("nodewise.inspection.contributions._BLOCK", 100)
    assert contributions(network, x, 0).values == pytest.approx(whole.values, rel=1e-14)


def refitted(columns, target):
    """The root-mean-square residual of least squares with a constant."""
    design = np.column_stack([columns, np.ones(len(target))])
    solution = np.linalg.lstsq(design, target, rcond=None)[0]
    return np.sqrt(((target - design @ solution) ** 2).mean())


@given(networks())
def test_removal_costs_against_brute_force(network):
    x = samples_for(network)
    reading, h = contributions(network, x), network.trace(x)[len(network.hidden) - 1][1]
    for o in range(network.outputs):
        f = network(x)[:, o]
        for i in range(h.shape[1]):
            scale = magnitude(reading)
            assert reading.removal_cost[i, o] == pytest.approx(
                np.sqrt((reading.values[:, i, o] ** 2).mean()), abs=1e-12 * scale
            )
            expected = refitted(np.delete(h, i, axis=1), f)
            # A column that is little more than rounding may or may not count as one more to refit with.
            assert reading.removal_cost_refit[i, o] == pytest.approx(expected, rel=1e-4, abs=1e-9 * scale)
    assert (reading.removal_cost_refit <= reading.removal_cost * (1 + 1e-9) + 1e-12 * magnitude(reading)).all()


def test_removal_cost_is_the_textbook_formula():
    network = random_network(3, [1, 4, 1], ["tanh"])
    x = samples_for(network, 30)
    reading = contributions(network, x)
    design = np.column_stack([network.trace(x)[0][1], np.ones(30)])
    outgoing = network.dense[-1].weight[0]
    increase = outgoing**2 / np.diag(np.linalg.inv(design.T @ design))[:-1]
    assert 30 * reading.removal_cost_refit[:, 0] ** 2 == pytest.approx(increase, rel=1e-8)


def test_removal_with_refit_raises_the_squared_error_on_data_by_as_much_where_the_output_layer_is_least_squares():
    random = np.random.default_rng(5)
    x = random.uniform(-3, 3, (50, 1))
    y = np.sin(x[:, 0]) + random.normal(0, 0.1, 50)
    weight, bias = random.normal(size=(4, 1)), random.normal(size=4)
    design = np.column_stack([np.tanh(x @ weight.T + bias), np.ones(50)])
    best = np.linalg.lstsq(design, y, rcond=None)[0]
    network = Network.from_weights([(weight, bias, "tanh"), (best[None, :-1], best[-1:], "identity")])
    reading = contributions(network, Dataset(x, y))
    full = 50 * refitted(design[:, :-1], y) ** 2
    for i in range(4):
        without = 50 * refitted(np.delete(design[:, :-1], i, axis=1), y) ** 2
        assert 50 * reading.removal_cost_refit[i, 0] ** 2 == pytest.approx(without - full, rel=1e-8)


def test_removal_with_refit_costs_nothing_where_others_can_stand_in():
    # Nodes 1 and 2 mirror each other, node 3 is dead, node 4 is on its own.
    network = Network.from_weights(
        [
            ([[1.0], [-1.0], [1.0], [2.0]], [0.3, -0.3, -50, 1], "tanh"),
            ([[1.0, 2.0, 3.0, 4.0]], [0.5], "identity"),
        ]
    )
    reading = contributions(network, np.linspace(-3, 3, 20))
    assert reading.removal_cost_refit[:3, 0].tolist() == [0, 0, 0]
    assert reading.removal_cost_refit[3, 0] > 0.1
    assert reading.removal_cost[2, 0] == pytest.approx(3)


def test_removal_with_refit_costs_nothing_with_fewer_samples_than_nodes():
    network = random_network(0, [1, 12, 1], ["sigmoid"])
    assert not contributions(network, np.linspace(-3, 3, 6)).removal_cost_refit.any()


def test_cancellation_of_orthogonal_and_of_opposite_parts():
    x = np.linspace(-1, 1, 400, endpoint=False)
    orthogonal = Network.from_weights([([[np.pi], [2 * np.pi]], [0, 0], "cosine"), ([[1.0, 2.0]], [0], "identity")])
    reading = contributions(orthogonal, x)
    assert reading.cancellation[0] == pytest.approx(1)
    assert reading.share[:, 0] == pytest.approx([0.2, 0.8])
    assert reading.order[:, 0].tolist() == [1, 0]
    opposite = Network.from_weights([([[1.0], [1.0]], [0, 0], "identity"), ([[10.0, -9.0]], [0], "identity")])
    assert contributions(opposite, x).cancellation[0] == pytest.approx(np.sqrt(181))


def test_reflecting_a_sigmoid_node_keeps_its_share():
    # sigmoid(-z) = 1 - sigmoid(z): the curve changes by a constant, and share and refit cost do not.
    network = random_network(2, [1, 3, 1], ["sigmoid"])
    first, last = network.dense
    sign = np.array([1, -1, 1])
    mirrored = Network.from_weights(
        [
            (first.weight * sign[:, None], first.bias * sign, "sigmoid"),
            (last.weight * sign, last.bias + last.weight[:, 1], "identity"),
        ]
    )
    x = np.linspace(-5, 5, 50)
    before, after = contributions(network, x), contributions(mirrored, x)
    assert after.output == pytest.approx(before.output)
    assert after.share == pytest.approx(before.share)
    assert after.removal_cost_refit == pytest.approx(before.removal_cost_refit)


def test_constant_output_has_shares_of_zero_and_says_so():
    still = Network.from_weights([([[1.0], [2.0]], [-50, -50], "relu"), ([[1.0, 1.0]], [0.5], "identity")])
    reading = contributions(still, np.linspace(-1, 1, 9))
    assert not reading.share.any()
    assert reading.cancellation.tolist() == [0]
    assert reading.notes == ("y does not vary over these samples, so its shares are 0.",)
    assert str(reading) == "2 nodes and the bias add up to y: no part varies over these samples."
    tanh = [([[1.0], [1.0]], [0.3, 0.3], "tanh"), ([[1.0, -1.0]], [0.5], "identity")]
    reading = contributions(Network.from_weights(tanh), np.linspace(-1, 1, 9))
    assert reading.cancellation.tolist() == [np.inf]
    assert str(reading) == "2 nodes and the bias add up to y: the parts cancel each other entirely over these samples."
    assert reading.as_dict()["cancellation"] == [None]


def test_one_sample_is_enough():
    reading = contributions(random_network(0, [2, 3, 2], ["relu"]), [[1.0, 2.0]])
    assert np.isfinite(reading.share).all()
    assert not reading.removal_cost_refit.any()


def test_a_linear_model_is_read_by_its_features():
    network = Network(
        (Scale([1.0, 2.0], [2.0, 0.5]), Dense([[3.0, -4.0]], [5.0], "identity"), Scale([100.0], [10.0])),
        feature_names=("width", "depth"),
        output_names=("mass",),
        output_units=("kg",),
    )
    x = samples_for(network)
    reading = contributions(network, x)
    check_sums(reading, network, x)
    assert reading.names == ("width", "depth")
    assert reading.values[:, :, 0] == pytest.approx(x * [60, -20])
    assert reading.bias == pytest.approx([100 + 10 * (5 + 3 - 8)])
    assert reading.layer == -1
    assert str(reading).startswith("2 features and the bias add up to mass: width has the largest share (0.855), ")
    assert str(reading).endswith(" kg).")


def test_an_output_activation_is_left_out_and_said_so():
    network = random_network(4, [1, 3], ["tanh"])
    network = Network((*network.layers, Dense([[1.0, 2.0, 3.0]], [0.1], "sigmoid"), Scale([5.0], [2.0])))
    x = np.linspace(-2, 2, 20)
    reading = contributions(network, x)
    assert reading.of == "pre-activation"
    assert reading.output == pytest.approx(network.trace(x)[-1][0])
    assert reading.residual < 1e-14
    assert str(reading).startswith("3 nodes and the bias add up to the pre-activation of y: ")


def test_the_sentence_of_one_output_and_of_many():
    network = Network.from_weights([([[1.0], [1.0]], [0, 1], "identity"), ([[3.0, -2.0]], [0], "identity")])
    assert str(contributions(network, np.linspace(-1, 1, 11))) == (
        "2 nodes and the bias add up to y: node 1 has the largest share (3), they partly cancel each other "
        "(index 3.61), and removing node 1 and refitting the others would change it least (by 0)."
    )
    single = Network.from_weights([([[1.0]], [0], "tanh"), ([[3.0]], [0], "identity")])
    assert str(contributions(single, [0, 1])) == "1 node and the bias add up to y: node 1 has the largest share (1)."
    many = random_network(0, [1, 2, 5], ["tanh"])
    text = str(contributions(many, [0, 1, 2]))
    assert text.startswith("2 nodes and the bias add up to y1, y2, y3 and 2 more: of y1, node ")
    assert text.endswith("; the others are in the table.")


@pytest.mark.parametrize(("weight", "degree"), [(0.4, "hardly"), (-0.5, "partly"), (-0.99, "largely")])
def test_the_sentence_says_how_much_cancels(weight, degree):
    x = np.linspace(-1, 1, 21)
    network = Network.from_weights([([[1.0], [1.0]], [0.0, 0.1], "tanh"), ([[1.0, weight]], [0.0], "identity")])
    assert f", they {degree} cancel each other (index " in contributions(network, x).summary


def test_the_table_adds_up():
    network = random_network(0, [2, 3, 4, 2], ["relu", "relu"], scaled=True)
    x = samples_for(network)
    for layer in (0, 1):
        rows = contributions(network, x, layer).table()
        assert len(rows) == 2 * (network.hidden[layer].outputs + 1)
        for o, name in enumerate(("y1", "y2")):
            own = [row for row in rows if row["output"] == name]
            assert sum(row["mean"] for row in own) == pytest.approx(network(x)[:, o].mean())
            assert sum(row["share"] for row in own) == pytest.approx(1)
            shares = [row["share"] for row in own[:-1]]
            assert shares == sorted(shares, reverse=True)
            assert own[-1]["name"] == "bias"


def test_arrays_are_read_only_and_json_is_plain():
    import json

    reading = contributions(random_network(0, [1, 3, 1], ["tanh"]), [0, 1, 2])
    with pytest.raises(ValueError, match="read-only"):
        reading.share[0] = 1
    document = json.loads(json.dumps(reading.as_dict(), allow_nan=False))
    assert document["values"] == reading.values.tolist()
    assert document["summary"] == str(reading)


def test_a_fit_is_read_by_its_network():
    class Trained:
        network = random_network(0, [1, 3, 1], ["tanh"])

    assert contributions(Trained(), [0, 1]).values.shape == (2, 3, 1)


TWO_LAYERS = random_network(0, [1, 3, 2, 1], ["relu", "tanh"])


@pytest.mark.parametrize(
    ("network", "x", "layer", "message"),
    [
        (
            "essay",
            [0],
            -1,
            (
                "a reading needs a Network, or a Fit that holds one. Got str. "
                "Train one with nodewise.fit or write one with Network.from_weights."
            ),
        ),
        (TWO_LAYERS, [0], 2, "layer must be from -2 to 1 for a network of 2 hidden layers, counted from 0. Got 2."),
        (TWO_LAYERS, [0], 1.0, "layer must be a whole number. Got 1.0."),
        (
            random_network(0, [2, 1], []),
            [0, 0],
            1,
            (
                "layer must be -1 or 0 (its features are read instead) for a network of 0 hidden layers, counted "
                "from 0. Got 1."
            ),
        ),
        (
            TWO_LAYERS,
            [0],
            0,
            (
                "contributions of an earlier layer need every later activation to be two straight lines through 0: "
                "identity, relu, leaky_relu and abs. Got tanh in hidden layer 2. "
                "Take layer=-1, the last hidden layer, where any activation will do."
            ),
        ),
        (TWO_LAYERS, [], -1, "a reading needs at least one sample. Got none."),
        (
            TWO_LAYERS,
            [0, np.nan],
            -1,
            "x must be finite. Got nan in sample 2, feature x. Leave that sample out.",
        ),
        (TWO_LAYERS, [[0, 1]], -1, "x must be [sample, feature] with 1 feature(s): x. Got shape (1, 2)."),
    ],
)
def test_refusals(network, x, layer, message):
    with pytest.raises(NodewiseError) as caught:
        contributions(network, x, layer)
    assert str(caught.value) == message
