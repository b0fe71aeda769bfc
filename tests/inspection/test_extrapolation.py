import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodewise.activations import find, names
from nodewise.data import problems
from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.extrapolation import extrapolation
from nodewise.inspection.extrapolation.approach import FALLING, bound, tail
from nodewise.inspection.extrapolation.ends import stages
from nodewise.inspection.extrapolation.knots import last_knots
from nodewise.inspection.support import support
from nodewise.network import Network

STRAIGHT = [name for name in names() if find(name).piecewise_linear and find(name).period is None]
SETTLING = [name for name in names() if find(name).right is not None and find(name).wave is None]
FAR = 1e6


def random_network(seed, activations, features=1, outputs=1, nodes=5):
    rng = np.random.default_rng(seed)
    sizes = [features, *(int(rng.integers(1, nodes + 1)) for _ in activations[:-1]), outputs]
    return Network.from_weights(
        [
            (rng.normal(size=(after, before)), rng.normal(size=after), activation)
            for before, after, activation in zip(sizes[:-1], sizes[1:], activations, strict=True)
        ]
    )


def one_hidden(weight, bias, outgoing, activation, offset=0.0):
    return Network.from_weights(
        [(np.array(weight)[:, None], bias, activation), (np.array(outgoing)[None], [offset], "identity")]
    )


def mixed(*last):
    """Return a strategy of up to four hidden activations from the whole table, and an output's."""
    hidden = st.lists(st.sampled_from(names()), min_size=1, max_size=4)
    return st.builds(lambda h, o: [*h, o], hidden, st.sampled_from(last))


# The forms, against the network's values far out


@pytest.mark.slow
@pytest.mark.parametrize("activation", names())
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_limits_lines_and_waves_against_values_at_a_million(activation, depth):
    for seed in range(4):
        network = random_network(seed, [activation] * depth + ["identity"], outputs=2)
        reading = extrapolation(network, np.linspace(-5, 5, 30))
        for end in reading.ends:
            # One of these networks has its last knot at two million.
            far = max(FAR, 1.1 * np.nanmax(np.abs([*end.last_knot, 0.0])))
            s = end.side * np.linspace(far, far + 20, 40)
            difference = network(end.points(s)) - end(s)
            slack = 1e-9 * FAR  # rounding of slope·s, and of frequency·s
            assert (difference >= end.low - slack * (1 + abs(end.slope))).all()
            assert (difference <= end.high + slack * (1 + abs(end.slope))).all()
            if activation in SETTLING:
                assert set(end.kind) <= {"constant", "line"}
                assert end.exact.all()


@given(
    seed=st.integers(0, 10**6),
    activations=mixed("identity", "tanh", "relu", "cosine"),
    features=st.integers(1, 3),
    start=st.sampled_from([0.0, 3.0, 40.0, 1e3, FAR]),
    side=st.sampled_from([-1, 1]),
)
def test_the_bound_holds_from_its_position_outwards(seed, activations, features, start, side):
    network = random_network(seed, activations, features, outputs=2)
    rng = np.random.default_rng(seed + 1)
    origin, direction = rng.normal(size=features), rng.normal(size=features)
    found = stages(network.dense, origin, direction, side)
    s = side * (start + np.concatenate([[0], np.geomspace(1e-3, 2 + 2 * start, 60)]))
    form, values = found[-1].after, network(origin + s[:, None] * direction)
    limit = bound(found, s[:1], side)
    slack = 1e-9 * (1 + abs(s[:, None]))
    assert (values <= form(s) + form.high + limit + slack).all()
    assert (values >= form(s) + form.low - limit - slack).all()


@pytest.mark.parametrize("activation", SETTLING)
@pytest.mark.parametrize("side", [-1, 1])
def test_the_tail_is_the_largest_gap_ahead(activation, side):
    row = find(activation)
    line = row.right if side > 0 else row.left
    assert line is not None

    def gap(z):
        return np.abs(row(side * z) - line.slope * side * z - line.intercept)

    ahead = np.linspace(0, 60, 60_001)
    assert (np.diff(gap(FALLING + ahead)) <= 1e-13).all()
    for z in (-30.0, -3.1, -0.5, 0.0, 0.2, 1.5, 2.9, 3.5, 20.0):
        largest, given = gap(z + ahead).max(), tail(row, side, np.array([z]))[0]
        assert largest <= given + 1e-200  # below, exp itself has few digits
        assert given <= largest + 0.004


def test_one_sigmoid_layer():
    # 2·σ(x - 1) - σ(-3x) + 0.5: at -∞ 0 - 1, at +∞ 2 - 0
    reading = extrapolation(one_hidden([1, -3], [-1, 0], [2, -1], "sigmoid", 0.5), np.linspace(-5, 5, 11))
    left, right = reading.ends
    assert left.kind == right.kind == ("constant",)
    assert left.intercept == pytest.approx([-0.5])
    assert right.intercept == pytest.approx([2.5])
    assert np.isnan(left.last_knot).all()
    assert reading.summary == (
        "Outside [-5, 5] it goes to the constants -0.5 (left) and 2.5 (right): do not use it there."
    )


def test_settled_from_for_one_node_is_exact():
    network = one_hidden([0.5], [0.3], [2.0], "sigmoid")
    x = np.linspace(-4, 4, 9)
    reading = extrapolation(network, x)
    tolerance = 0.01 * np.ptp(network(x))
    assert reading.tolerance == pytest.approx([tolerance])
    odds = math.log(2 / tolerance - 1)  # 2·σ(-odds) = tolerance
    assert reading.ends[0].settled_from == pytest.approx([(-odds - 0.3) / 0.5], rel=1e-9)
    assert reading.ends[1].settled_from == pytest.approx([(odds - 0.3) / 0.5], rel=1e-9)


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), activation=st.sampled_from(SETTLING))
def test_settled_from_is_no_earlier_than_the_last_time_the_output_strays(seed, activation):
    network = random_network(seed, [activation, "identity"], nodes=8)
    x = np.linspace(-5, 5, 41)
    for end in extrapolation(network, x).ends:
        tolerance = 0.01 * np.ptp(network(x))
        s = end.settled_from[0] + end.side * np.geomspace(1e-6, 1e3, 400)
        assert (np.abs(network(s) - end(s)) <= tolerance + 1e-9 * abs(s[:, None])).all()


def test_waves_stay_exact_through_kinked_layers():
    # relu of the line is the line to the right and 0 to the left, and the sine reads it.
    network = Network.from_weights([([[2.0]], [1.0], "relu"), ([[1.5]], [0.25], "sine"), ([[3.0]], [-1.0], "identity")])
    left, right = extrapolation(network, np.linspace(-2, 2, 9)).ends
    assert left.kind == ("constant",)
    assert left.intercept == pytest.approx([3 * math.sin(0.25) - 1])
    assert right.kind == ("waves",)
    assert right.waves.frequency == pytest.approx(np.array([[3.0]]))
    assert right.waves.amplitude == pytest.approx(np.array([[3.0]]))
    assert right.waves.phase == pytest.approx(np.array([[1.75 - math.pi / 2]]))
    assert left.last_knot == pytest.approx([np.nan], nan_ok=True)


def test_a_wave_a_relu_never_clips_stays_a_wave():
    network = Network.from_weights([([[1.0]], [0.0], "cosine"), ([[1.0]], [1.5], "relu"), ([[2.0]], [0.0], "identity")])
    end = extrapolation(network, np.linspace(-2, 2, 9)).ends[1]
    assert end.kind == ("waves",)
    assert end.intercept == pytest.approx([3])
    clipped = Network.from_weights([*[(d.weight, d.bias, d.activation) for d in network.dense[:1]],
                                    ([[1.0]], [0.5], "relu"), ([[2.0]], [0.0], "identity")])  # fmt: skip
    end = extrapolation(clipped, np.linspace(-2, 2, 9)).ends[1]
    assert end.kind == ("oscillates",)
    assert not end.exact[0]
    values = clipped(np.linspace(0, 7, 200))
    assert end.intercept + end.low <= values.min()
    assert values.max() <= end.intercept + end.high


def test_equal_frequencies_merge_and_opposite_waves_vanish():
    same = extrapolation(one_hidden([2, -2], [0, math.pi / 2], [1, 1], "sine"), np.linspace(-2, 2, 9)).ends[1]
    assert same.waves.amplitude == pytest.approx(np.array([[math.sqrt(2)]]))
    gone = extrapolation(one_hidden([2, 2], [1, 1], [1, -1], "sine"), np.linspace(-2, 2, 9)).ends[1]
    assert gone.kind == ("constant",)


def test_a_slope_of_rounding_size_is_none():
    # relu(x) - relu(x - 1) scaled by a third and back: flat to the right, up to rounding.
    network = one_hidden([1 / 3, 1 / 3 * 0.1], [0, -1 / 30], [3, -30], "relu")
    assert extrapolation(network, np.linspace(-2, 2, 9)).ends[1].kind == ("constant",)


# Last knots


@given(
    seed=st.integers(0, 10**6),
    hidden=st.lists(st.sampled_from(STRAIGHT), min_size=1, max_size=3),
    side=st.sampled_from([-1, 1]),
    features=st.integers(1, 2),
)
def test_the_last_knot_against_brute_force(seed, hidden, side, features):
    network = random_network(seed, [*hidden, "identity"], features, outputs=2, nodes=4)
    rng = np.random.default_rng(seed + 1)
    origin, direction = rng.normal(size=features), rng.normal(size=features)
    knots = last_knots(network.dense, origin, direction, side)
    form = stages(network.dense, origin, direction, side)[-1].after
    for o, knot in enumerate(knots):
        start = -1e4 * side if np.isnan(knot) else knot
        s = start + side * np.concatenate([np.geomspace(1e-6, 1e4, 400), np.linspace(0.001, 50, 400)])
        off = np.abs(network(origin + s[:, None] * direction) - form(s))[:, o]
        assert (off <= 1e-8 * (1 + abs(s))).all()
        if not np.isnan(knot):
            inside = knot - side * np.geomspace(1e-7, 1e-2, 30)
            off = np.abs(network(origin + inside[:, None] * direction) - form(inside))[:, o]
            assert off.max() > 1e-12 * (1 + abs(knot))


def test_a_knot_that_does_not_reach_the_output_is_walked_past():
    # The first hidden layer bends at 5, where the second is off; what the output sees bends at 2.
    network = Network.from_weights(
        [
            ([[1.0], [1.0]], [-5.0, -2.0], "relu"),
            ([[-1.0, 0.0], [0.0, 1.0]], [-1.0, 0.0], "relu"),
            ([[1.0, 1.0]], [0.0], "identity"),
        ]
    )
    assert extrapolation(network, np.linspace(0, 1, 5)).ends[1].last_knot == pytest.approx([2])


def test_tent_maps_end_at_their_last_tooth():
    tent = ([[2.0], [4.0]], [0.0, -2.0], "relu")
    again = ([[2.0, -2.0], [4.0, -4.0]], [0.0, -2.0], "relu")
    network = Network.from_weights([tent, *[again] * 4, ([[1.0, -1.0]], [0.0], "identity")])
    left, right = extrapolation(network, np.linspace(0, 1, 5)).ends
    assert left.last_knot == pytest.approx([0], abs=1e-12)
    assert right.last_knot == pytest.approx([1], abs=1e-12)


# Several features


def test_rays_of_several_features():
    network = random_network(3, ["relu", "relu", "identity"], features=2)
    x = np.random.default_rng(0).normal(size=(40, 2))
    reading = extrapolation(network, x)
    assert [end.name for end in reading.ends] == ["x1 → -∞", "x1 → +∞", "x2 → -∞", "x2 → +∞"]
    assert reading.ends[2].points(np.array([7.0])) == pytest.approx(np.array([[x[:, 0].mean(), 7.0]]))
    assert reading.summary == (
        "Outside the data it continues as straight lines in all 4 directions: do not use it there."
    )
    (one,) = extrapolation(network, x, direction=[1, -2]).ends
    assert one.name == "along (1, -2)"
    assert one.points(np.array([0.0])) == pytest.approx(x.mean(0)[None])
    two = extrapolation(network, x, direction=[[1, -2], [0, 1]]).ends
    assert two[0].slope == pytest.approx(one.slope)
    assert two[1].slope == pytest.approx(reading.ends[3].slope)


# Support


def test_range_and_gaps_of_one_feature():
    x = np.concatenate([np.linspace(0, 1, 50), np.linspace(3, 4, 50)])
    reading = extrapolation(one_hidden([1], [0], [1], "tanh"), x)
    assert reading.support.gaps[0] == pytest.approx(np.array([[1.0, 3.0]]))
    assert reading.inside([-0.1, 0, 0.5, 1, 2, 3, 4, 4.1]).tolist() == [
        False, True, True, True, False, True, True, False,
    ]  # fmt: skip
    assert reading.summary.endswith(": do not use it there; no sample lies between 1 and 3 either.")


def test_uniform_samples_rarely_have_gaps():
    rng = np.random.default_rng(0)
    with_gaps = sum(len(support(rng.uniform(size=(50, 1))).gaps[0]) > 0 for _ in range(2000))
    assert with_gaps < 0.03 * 2000  # 1 % were the median spacing known


@pytest.mark.parametrize(("features", "samples", "share"), [(2, 5, 0.6875), (3, 6, 0.5), (10, 15, 0.0898)])
def test_the_hull_against_wendel(features, samples, share):
    trials = 200
    rng = np.random.default_rng(0)
    found = [support(rng.normal(size=(samples, features))).inside(np.zeros((1, features)))[0] for _ in range(trials)]
    spread = math.sqrt(share * (1 - share) / trials)
    assert np.mean(found) == pytest.approx(share, abs=3.5 * spread)


def test_both_hull_tests_agree():
    from nodewise.inspection.support import _is_mixture

    rng = np.random.default_rng(0)
    samples, points = rng.normal(size=(20, 3)), rng.normal(size=(60, 3))
    region = support(samples)
    assert region.inside(points).tolist() == [_is_mixture(samples, point) for point in points]
    assert region.inside(samples).all()


def test_a_flat_hull():
    line = np.linspace(0, 1, 10)
    region = support(np.column_stack([line, 2 * line]))
    assert region.inside([[0.5, 1.0], [0.5, 0.9], [0.2, 0.4]]).tolist() == [True, False, True]


# Horizon and truth


def test_the_horizon_of_the_sine():
    data = Dataset(np.linspace(-10, 10, 50), np.sin(np.linspace(-10, 10, 50)), function=np.sin, noise=0.1)
    reading = extrapolation(one_hidden([1], [0], [1], "sine"), data)
    assert reading.noise == pytest.approx([0.1])
    assert reading.horizon is not None
    assert reading.horizon.distance == pytest.approx([316], abs=0.1)
    assert reading.summary == (
        "Outside [-10, 10] it keeps waving around 0; "
        "if the truth is such waves, trust their phase from about x = -316 to 316."
    )
    assert reading.rmse_inside == pytest.approx([0])
    assert reading.rmse_outside == pytest.approx([0])


def test_unknown_noise_is_taken_from_the_residuals():
    known = problems.sine(samples=400, seed=1)
    data = Dataset(known.inputs, known.targets)
    reading = extrapolation(one_hidden([1], [0], [1], "sine"), data)
    assert reading.noise == pytest.approx([0.1], rel=0.1)
    assert reading.rmse_inside is None
    assert extrapolation(one_hidden([1], [0], [1], "sine"), known.inputs).horizon is None
    few = Dataset([0, 1, 2], [0, 1, 0])
    assert extrapolation(one_hidden([1], [0], [1], "sine"), few).horizon is None


def test_a_frequency_the_data_do_not_fix_is_not_trusted():
    data = Dataset(np.linspace(-1, 1, 20), np.linspace(-1, 1, 20), noise=0.5)
    assert extrapolation(one_hidden([0.3], [0], [1], "sine"), data).summary == (
        "Outside [-1, 1] it keeps waving around 0, but the data do not fix its frequency: do not use it there."
    )


def test_errors_inside_and_outside():
    data = problems.sine()
    reading = extrapolation(one_hidden([0.0], [0.0], [1.0], "tanh"), data)  # the network is 0
    width, low, high = np.ptp(data.inputs), data.low[0], data.high[0]
    outside = np.concatenate([np.linspace(low - width / 2, low, 9999), np.linspace(high, high + width / 2, 9999)])
    assert reading.rmse_inside == pytest.approx([np.sqrt(np.mean(np.sin(np.linspace(low, high, 9999)) ** 2))], rel=1e-3)
    assert reading.rmse_outside == pytest.approx([np.sqrt(np.mean(np.sin(outside) ** 2))], rel=1e-3)
    box = problems.multiplication()
    reading = extrapolation(random_network(0, ["tanh", "identity"], 2), box)
    assert reading.rmse_outside > reading.rmse_inside


# Words and refusals


X = np.linspace(-5, 5, 11)


@pytest.mark.parametrize(
    ("network", "summary"),
    [
        (
            one_hidden([1, -1], [0, 0], [2, 0.5], "relu"),
            (
                "Outside [-5, 5] it continues as straight lines with slopes -0.5 (left) and 2 (right): "
                "do not use it there."
            ),
        ),
        (
            one_hidden([1], [0], [2], "elu"),
            (
                "Outside [-5, 5] it goes to the constant -2 on the left and continues as a straight "
                "line of slope 2 on the right: do not use it there."
            ),
        ),
        (
            one_hidden([1], [0], [2], "triangle", 1),
            "Outside [-5, 5] it never settles between -1 and 3: do not use it there.",
        ),
        (
            one_hidden([1], [0], [2], "snake"),
            (
                "Outside [-5, 5] it keeps waving around a line of slope 2; how far its phase can be "
                "trusted is not known here."
            ),
        ),
        (
            Network.from_weights([([[1.0]], [0.0], "tanh"), ([[1.0], [2.0]], [0.0, 0.0], "identity")]),
            (
                "Outside [-5, 5] y1 goes to the constants -1 (left) and 1 (right); y2 goes to the "
                "constants -2 (left) and 2 (right): do not use it there."
            ),
        ),
        (
            Network.from_weights([([[1.0, 1.0]], [0.0], "elu"), ([[1.0], [2.0]], [0.0, 0.0], "identity")]),
            (
                "Outside the data it goes to constants in 4 and continues as straight lines in 4 of "
                "8 direction and output pairs: do not use it there."
            ),
        ),
    ],
)
def test_summaries(network, summary):
    assert extrapolation(network, np.column_stack([X] * network.inputs)).summary == summary


def test_table_and_json():
    reading = extrapolation(one_hidden([1, -1], [0, 2], [2, 0.5], "relu"), problems.sine())
    assert reading.table()[0] == {
        "end": "x → -∞", "kind": "line", "slope": -0.5, "intercept": 1.0, "waves": 0, "last knot": 0.0,
        "settled from": pytest.approx(0.0, abs=0.3),
    }  # fmt: skip
    json.dumps(reading.as_dict(), allow_nan=False)


@pytest.mark.parametrize(
    ("data", "direction", "message"),
    [
        (None, None, "extrapolation needs the data, to know what is outside. Got none. Pass the Dataset, or inputs."),
        (X, [1, 2], "direction must have 1 number(s), one per feature. Got shape (2,)."),
        (X, [0], "direction must be finite and not 0 everywhere. Got [[0.0]]."),
        (
            Dataset(X, np.column_stack([X, X**2])),
            None,
            "data must have 1 target(s), as the network. Got 2.",
        ),
    ],
)
def test_refusals(data, direction, message):
    with pytest.raises(NodewiseError) as caught:
        extrapolation(one_hidden([1], [0], [1], "tanh"), data, direction)
    assert str(caught.value) == message


def test_inside_refuses_other_features():
    reading = extrapolation(one_hidden([1], [0], [1], "tanh"), X)
    with pytest.raises(NodewiseError) as caught:
        reading.inside([[1.0, 2.0]])
    assert str(caught.value) == "x must be finite numbers [sample, feature] with 1 feature(s). Got shape (1, 2)."
