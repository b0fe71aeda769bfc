"""Along a line every crossing is found: against closed forms, dense sampling and exact pieces."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nodewise as nw
from networks import random_network
from nodewise.activations import find, names
from nodewise.inspection.boundaries import boundaries
from nodewise.inspection.rule import inverse
from nodewise.network import Dense, Network, Scale


def classifier(seed, sizes, hidden, output, spread=3.0):
    network = random_network(seed, sizes, [hidden] * (len(sizes) - 2), spread=spread)
    last = network.layers[-1]
    return replace(network, layers=(*network.layers[:-1], Dense(last.weight, last.bias, output)))


def on(network, low=-6.0, high=6.0, **more):
    return boundaries(network, low=low, high=high, **more)


def places(reading):
    return np.array([crossing.x for crossing in reading.crossings])


@pytest.mark.parametrize("hidden", names())
@pytest.mark.parametrize(
    ("sizes", "output"), [((1, 8, 1), "sigmoid"), ((1, 9, 3), "softmax"), ((1, 6, 6, 5), "softmax")]
)
def test_no_change_that_dense_sampling_sees_is_missed(hidden, sizes, output):
    for seed in range(2):
        network = classifier(seed, sizes, hidden, output)
        reading, x = on(network), np.linspace(-6, 6, 40_001)[1:-1]
        said = network.classify(x)
        seen = np.flatnonzero(np.diff(said))
        found = places(reading)
        for i in seen:
            assert ((found >= x[i] - 1e-12) & (found <= x[i + 1] + 1e-12)).any()
        # And the regions are what the network says, away from their ends.
        for region in reading.regions:
            inside = (x > region.low + 1e-9) & (x < region.high - 1e-9)
            assert (said[inside] == region.winner).all()
        assert reading.share.sum() == pytest.approx(1, abs=1e-12)
        if not find(hidden).jumps:
            assert reading.line.certified
            assert reading.line.within <= 1e-10


@given(st.integers(0, 2**31), st.integers(1, 12))
@settings(max_examples=30)
def test_relu_crossings_against_the_exact_pieces(seed, nodes):
    """Between two knots the network is a line, whose zero is known."""
    network = classifier(seed, (1, nodes, 1), "relu", "identity", spread=1.0)
    first, last = network.dense
    knots = np.sort(-first.bias / first.weight[:, 0])
    edges = np.concatenate([[-4.0], knots[(knots > -4) & (knots < 4)], [4.0]])
    value = np.maximum(first.weight[:, 0] * edges[:, None] + first.bias, 0) @ last.weight[0] + last.bias[0]
    change = np.flatnonzero((value[1:] >= 0) != (value[:-1] >= 0))
    exact = edges[change] + (edges[change + 1] - edges[change]) * value[change] / (value[change] - value[change + 1])
    np.testing.assert_allclose(places(on(network, -4, 4)), exact, atol=1e-10)


@pytest.mark.parametrize("count", [1, 7, 40])
def test_zeros_of_a_cosine_are_odd_quarters(count):
    network = Network.from_weights([([[1.0]], [0.0], "cosine"), ([[1.0]], [0.0], "sigmoid")])
    reading = on(network, 0.0, count * np.pi)
    np.testing.assert_allclose(places(reading), np.pi * (np.arange(count) + 0.5), atol=1e-13)
    assert [region.winner for region in reading.regions] == [(1 + i) % 2 for i in range(count + 1)]
    assert reading.islands == ((count + 1) // 2, count // 2 + 1)


def test_a_narrow_region_between_two_samples_of_any_grid_is_found():
    x = [0.123456, 0.123456 + 1e-7]  # a bump 1e-7 wide, of two steep sigmoids
    network = Network.from_weights(
        [([[1e9], [1e9]], [-1e9 * x[0], -1e9 * x[1]], "sigmoid"), ([[1.0, -1.0]], [-0.5], "sigmoid")]
    )
    reading = on(network, -1, 1)
    np.testing.assert_allclose(places(reading), x, atol=1e-9)
    assert [region.winner for region in reading.regions] == [0, 1, 0]


def test_the_perceptron_crosses_at_the_same_places_with_and_without_its_activation():
    for activation in ("sigmoid", "tanh", "step"):
        for seed in range(4):
            network = classifier(seed, (1, 8, 1), "tanh", activation)
            assert places(on(network)).tolist() == places(on(network.logits)).tolist()
            assert on(network).threshold == {"sigmoid": 0.5, "tanh": 0, "step": 0.5}[activation]
    several = classifier(1, (1, 8, 4), "tanh", "softmax")
    assert places(on(several)).tolist() == places(on(several.logits)).tolist()


def test_logistic_regression_is_one_number_and_saturation_costs_nothing():
    network = Network.from_weights([([[1e4]], [-2.5e4], "sigmoid")])
    reading = on(network, 0, 10)
    assert places(reading) == pytest.approx([2.5], abs=1e-13)
    shifted = on(network, 0, 10, threshold=0.9)
    assert places(shifted) == pytest.approx([2.5 + np.log(9) / 1e4], abs=1e-13)
    # Far in the tail the output rounds to 0 or 1; the crossing is where mathematics has it.
    tail = on(Network.from_weights([([[1.0]], [-400.0], "sigmoid")]), 0, 500, threshold=1e-160)
    assert places(tail) == pytest.approx([400 + np.log(1e-160)], abs=1e-9)


def test_scaling_threshold_and_names_are_in_the_users_units():
    plain = classifier(3, (1, 6, 1), "tanh", "identity")
    scaled = Network((Scale([-20.0], [10.0]), *plain.layers, Scale([5.0], [2.0])))
    direct, through = on(plain, -2, 2, threshold=0.25), on(scaled, 1.8, 2.2, threshold=5.5)
    np.testing.assert_allclose(places(through), (places(direct) + 20) / 10, atol=1e-12)
    falling = Network(
        (*plain.layers[:-1], Dense(plain.dense[-1].weight, plain.dense[-1].bias, "tanh"), Scale([1.0], [-3.0]))
    )
    np.testing.assert_allclose(places(on(falling)), places(on(plain)), atol=1e-10)
    assert [r.winner for r in on(falling).regions] == [1 - r.winner for r in on(plain).regions]


def test_a_date_loses_no_digits():
    network = Network(
        (
            Scale([-1.7e9 / 1e6], [1e-6]),
            Dense([[1.0], [-2.0]], [0.1, 0.3], "tanh"),
            Dense([[1.0, 1.0]], [0.02], "sigmoid"),
        )
    )
    reading = on(network, 1.7e9 - 2e6, 1.7e9 + 2e6)
    unscaled = on(Network(network.layers[1:]), -2, 2)
    np.testing.assert_allclose((places(reading) - 1.7e9) / 1e6, places(unscaled), atol=1e-12)


def test_jumps_are_crossings_and_say_so():
    step = Network.from_weights([([[1.0], [1.0]], [-1.0, -2.0], "step"), ([[1.0, -1.0]], [-0.5], "identity")])
    reading = on(step, 0, 3)
    np.testing.assert_allclose(places(reading), [1, 2], atol=1e-12)
    assert [crossing.kind for crossing in reading.crossings] == ["jump", "jump"]
    saw = Network.from_weights([([[1.0]], [0.0], "saw"), ([[1.0]], [-0.5], "identity")])
    reading = on(saw, 0.1, 2.9)
    np.testing.assert_allclose(places(reading), [0.5, 1, 1.5, 2, 2.5], atol=1e-12)
    assert [c.kind for c in reading.crossings] == ["crossing", "jump", "crossing", "jump", "crossing"]


def test_a_touch_is_no_crossing_and_a_flat_crossing_is_one():
    touch = Network.from_weights([([[1.0]], [0.0], "gaussian"), ([[-1.0]], [1.0], "identity")])  # 1 - exp(-x²)
    reading = on(touch, -1, 1)
    assert reading.crossings == ()
    assert reading.line.ties
    assert "equal to rounding" in reading.summary
    low, high = reading.line.ties[0]
    assert low <= 0 <= high
    assert high - low < 1e-5
    assert reading.line.certified


def test_a_plateau_at_the_threshold_is_named():
    network = Network.from_weights([([[1.0], [1.0]], [0.0, -1.0], "relu"), ([[1.0, -2.0]], [0.0], "identity")])
    reading = on(network, -1, 3)  # 0 up to 0, a tent to 2, negative beyond
    assert [(low, high) for low, high in reading.line.ties] == [(pytest.approx(-1), pytest.approx(0, abs=1e-9))]
    assert places(reading) == pytest.approx([2])


def test_two_equal_classes_tie_everywhere_and_the_first_wins():
    weight = [[1.0], [1.0], [-1.0]]
    reading = on(Network.from_weights([(weight, [0.0, 0.0, 0.0], "softmax")]), -1, 1)
    assert [region.winner for region in reading.regions] == [2, 0]
    assert places(reading) == pytest.approx([0], abs=1e-12)
    assert reading.unseen == (1,)


def test_what_cannot_be_decided_is_said():
    # sin(x) - sin(x), written so that bounds do not see it: the difference is rounding, everywhere.
    network = Network.from_weights([([[1.0], [1.0 + 1e-15]], [0.0, 0.0], "sine"), ([[1.0, -1.0]], [1e-14], "identity")])
    reading = on(network)
    assert not reading.line.certified
    assert "crossings may be missing" in reading.summary
    assert reading.certainty.startswith("undecided in")


@pytest.mark.parametrize(
    ("activation", "value", "expected"),
    [("sigmoid", 0.5, 0), ("sigmoid", 0.0, -np.inf), ("sigmoid", 1.0, np.inf), ("tanh", 2.0, np.inf), ("step", 0.5, 0),
     ("step", 0.0, -np.inf), ("step", 1.5, np.inf), ("relu", 0.0, -np.inf), ("relu", 3.0, 3), ("elu", -0.5, np.log(0.5)),
     ("leaky_relu", -0.02, -2), ("softplus", np.log(2), 0), ("tanh", np.tanh(0.7), 0.7), ("identity", -7.25, -7.25)],
)  # fmt: skip
def test_a_threshold_is_carried_back_to_the_pre_activation(activation, value, expected):
    assert inverse(find(activation), value) == pytest.approx(expected, rel=1e-14, abs=1e-15)


@pytest.mark.parametrize("activation", names())
@pytest.mark.parametrize("threshold", [-2.0, -0.3, 0.0, 0.4, 1.0, 3.0])
def test_every_output_activation_and_threshold_agrees_with_classify(activation, threshold):
    network = classifier(5, (1, 5, 1), "tanh", activation)
    reading, x = on(network, threshold=threshold), np.linspace(-6, 6, 3001)[1:-1]
    said = network.classify(x, threshold=threshold)
    for region in reading.regions:
        inside = (x > region.low + 1e-6) & (x < region.high - 1e-6)
        for low, high in reading.line.ties:  # gelu far to the left: -1e-300 is below 0, and rounds to it
            inside &= (x < low) | (x > high)
        assert (said[inside] == region.winner).all()


def test_more_inputs_are_cut_along_one_feature():
    network = classifier(2, (3, 8, 2), "tanh", "softmax")
    reading = boundaries(network, features="x2", at={"x1": 0.5, "x3": -1.0}, low=-6, high=6)
    x = np.linspace(-6, 6, 20_001)
    said = network.classify(np.column_stack([np.full_like(x, 0.5), x, np.full_like(x, -1.0)]))
    seen = x[np.flatnonzero(np.diff(said))]
    assert len(seen) == len(reading.crossings)
    np.testing.assert_allclose(places(reading), seen, atol=6.1e-4)
    assert reading.summary.startswith("For x2 in [-6, 6], with x1 = 0.5 and x3 = -1, the class is")


def test_labels_come_back_and_the_reading_is_json():
    network = replace(classifier(1, (1, 8, 3), "tanh", "softmax"), classes=("setosa", "versicolor", "virginica"))
    reading = on(network)
    assert {region.winner for region in reading.regions} <= set(network.classes)
    assert json.loads(json.dumps(reading.as_dict(), allow_nan=False))["certainty"] == "certified within 1e-10"
    assert reading.table()[0] == {"class": reading.regions[0].winner, "from": -6.0, "to": reading.regions[0].high}
    assert (
        reading.summary
        == (
            f"For x in [-6, 6] the class is {reading.regions[0].winner} up to {reading.crossings[0].x:.3g}, "
            f"then {reading.regions[-1].winner}: 1 crossing, none missed, certified within 1e-10; "
            f"{reading.unseen[0]} exists but wins nowhere here."
        )
        or len(reading.crossings) != 1
    )
    booleans = replace(classifier(1, (1, 8, 1), "cosine", "sigmoid"), classes=(False, True))
    assert {type(region.winner) for region in on(booleans).regions} == {bool}


def test_the_range_of_the_data_and_their_labels_are_used():
    x = np.linspace(-3, 5, 81)
    data = nw.Dataset(x, labels=np.where(np.abs(x) < 1, "in", "out"))
    network = replace(
        Network.from_weights([([[1.0]], [0.0], "abs"), ([[1.0]], [-1.05], "sigmoid")]), classes=("in", "out")
    )
    reading = boundaries(network, data)
    np.testing.assert_allclose(places(reading), [-1.05, 1.05], atol=1e-12)
    assert (reading.low[0], reading.high[0]) == (-3, 5)
    assert reading.samples.accuracy == pytest.approx((network.classify(x) == data.labels).mean())
    assert reading.samples.class_accuracy.tolist() == pytest.approx([1, 60 / 62])
    outputs = network(x)[:, 0]
    np.testing.assert_allclose(reading.samples.margin, np.abs(outputs - 0.5))
    assert reading.summary == (
        "For x in [-3, 5] (the range of the data) the class is out up to -1.05, in up to 1.05, then out: 2 crossings, none "
        f"missed, certified within 1e-10; right on {79 / 81:.1%} of 81 samples; the output is {np.median(np.abs(outputs - 0.5)):.3g} from the threshold 0.5 "
        "(median of the samples), at least 0.0125."
    )
