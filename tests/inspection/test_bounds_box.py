"""Over a box: 1e5 samples never leave the bounds, gaps are met, slopes and classes are as said, rounding included."""

import json

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nodewise as nw
from networks import networks, random_network
from nodewise.activations import find, names
from nodewise.errors import NodewiseError
from nodewise.inspection.bounds import bounds
from nodewise.inspection.bounds.lines import lines
from nodewise.inspection.intervals import Range, enclose, value_range

STRAIGHT = [name for name in names() if find(name).piecewise_linear]
each = pytest.mark.parametrize("name", [*names(), "leaky_relu(2.5)", "elu(0.5)", "elu(2.0)"])


def inside(rng, box, count):
    """Return samples of a box, corners and edges among them."""
    share = rng.uniform(size=(count, len(box)))
    share[: count // 4] = np.round(share[: count // 4])
    return np.clip(box[:, 0] + share * (box[:, 1] - box[:, 0]), box[:, 0], box[:, 1])


@each
def test_lines_lie_on_both_sides_of_every_activation(name):
    activation, rng = find(name), np.random.default_rng(1)
    middle = rng.uniform(-9, 9, 500)
    middle[:120] = rng.choice([0, 1, -1, np.pi, np.pi / 2, 2 * np.pi, -0.75, 1.41, 3, -3], 120)
    width = np.where(np.arange(500) % 50, 10 ** rng.uniform(-9, 1.5, 500), 0)
    low, high = middle - width * rng.uniform(size=500), middle + width * rng.uniform(size=500)
    found = lines(activation, Range(low, high))
    z = np.clip(low + np.linspace(0, 1, 2001)[:, None] * (high - low), low, high)
    value = activation(z)
    rounding = 4e-16 * (
        np.abs(z) * (1 + np.abs(found.over_slope) + np.abs(found.under_slope)) + np.abs(value)
    )  # of this
    assert (found.under_slope * z + found.under <= value + rounding).all()
    assert (value <= found.over_slope * z + found.over + rounding).all()
    # No looser than flat lines at bounds of the values, over the middle.
    half, flat = (low + high) / 2, value_range(activation, Range(low, high))
    apart = (found.over_slope - found.under_slope) * half + found.over - found.under
    assert (apart <= flat.high - flat.low + 1e-12 * (1 + np.abs(half))).all()


@given(networks(inputs=(1, 3)), st.integers(0, 2**31), st.sampled_from([1e-6, 0.1, 1.0, 20.0]))
@settings(max_examples=25)
def test_a_hundred_thousand_samples_never_leave_the_bounds(network, seed, radius):
    rng = np.random.default_rng(seed)
    middle = rng.normal(size=network.inputs)
    box = np.column_stack([middle - radius, middle + radius * rng.uniform(size=network.inputs)])
    found = bounds(network, box, budget=60)
    values = network(inside(rng, box, 100_000))
    assert (values >= found.low).all()
    assert (values <= found.high).all()
    search = found.search
    rows = np.arange(network.outputs)
    np.testing.assert_allclose(network(search.highest_at)[rows, rows], search.highest, rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose(network(search.lowest_at)[rows, rows], search.lowest, rtol=1e-11, atol=1e-14)
    assert ((search.highest_at >= box[:, 0]) & (search.highest_at <= box[:, 1])).all()
    assert (found.high - search.highest <= search.within).all()
    assert (search.lowest - found.low <= search.within).all()
    loose = enclose(network.layers, box[:, 0][None], box[:, 1][None], np.eye(network.inputs)).value
    size = 1e-9 * (1 + np.abs(loose.high[0]) + np.abs(loose.low[0]))
    assert (found.high <= loose.high[0] + size).all()
    assert (found.low >= loose.low[0] - size).all()
    assert json.loads(json.dumps(found.as_dict()))["summary"] == found.summary
    json.dumps(found.table(), allow_nan=False)


@given(networks(inputs=(1, 3), depth=(1, 2)), st.integers(0, 2**31))
@settings(max_examples=25)
def test_monotone_features_are_monotone_and_both_is_both(network, seed):
    rng = np.random.default_rng(seed)
    box = np.column_stack([np.full(network.inputs, -0.5), np.full(network.inputs, 0.3)])
    found = bounds(network, box, budget=200)
    x = inside(rng, box, 2000)
    for feature in range(network.inputs):
        other = x.copy()
        other[:, feature] = rng.uniform(x[:, feature], box[feature, 1])
        change = network(other) - network(x)
        rounding = 1e-12 * (1 + np.abs(network(x)))
        for o in range(network.outputs):
            said = found.search.monotone[o][feature]
            assert said != "rises" or (change[:, o] >= -rounding[:, o]).all()
            assert said != "falls" or (change[:, o] <= rounding[:, o]).all()
            assert said != "flat" or (np.abs(change[:, o]) <= rounding[:, o]).all()
    assert (found.search.steepest <= found.lipschitz).all()


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "gelu", "cosine", "softplus", "snake", "silu"])
def test_the_gap_that_is_asked_for_is_met(name):
    network = random_network(5, (2, 8, 6, 2), [name, name], scaled=True)
    for gap in (0.1, 1e-3):
        found = bounds(network, [(-1, 1), (-2, 1)], gap=gap)
        size = found.search.highest - found.search.lowest
        assert found.search.reached.all()
        assert (found.search.within <= gap * size * (1 + 1e-9)).all()
        assert found.certainty == f"certified within {found.search.within.max():.3g}"
    t = np.linspace(0, 1, 401)
    grid = np.stack(np.meshgrid(2 * t - 1, 3 * t - 2), axis=-1).reshape(-1, 2)
    y = network(grid)
    np.testing.assert_allclose(found.search.highest, y.max(axis=0), atol=2e-3 * size.max())
    assert (y.max(axis=0) <= found.search.highest + found.search.within).all()
    steep = np.abs(np.diff(y.reshape(401, 401, 2), axis=1)).max(axis=(0, 1)) / (2 / 400)
    assert (steep <= found.lipschitz * (1 + 1e-9)).all()


@given(networks(inputs=(1, 1), depth=(1, 3), names=STRAIGHT), st.integers(0, 2**31))
@settings(max_examples=30)
def test_straight_pieces_of_one_feature_are_exact(network, seed):
    low, high = np.sort(np.random.default_rng(seed).uniform(-3, 3, 2))
    found = bounds(network, [(low, high)])
    edges = np.unique(np.clip(np.concatenate([np.linspace(low, high, 4001), [low, high]]), low, high))
    y = network(edges)
    assert (y >= found.low).all()
    assert (y <= found.high).all()
    if found.certainty == "exact":
        size = np.maximum(np.abs(found.low), np.abs(found.high))
        assert (found.high - found.search.highest <= 1e-9 * size).all()
        assert (found.search.lowest - found.low <= 1e-9 * size).all()
    jumps = any(layer.activation.jumps for layer in network.dense)
    assert jumps or found.certainty == "exact"


@pytest.mark.parametrize("seed", range(6))
def test_straight_pieces_of_two_features_are_exact(seed):
    """The extremes of max(x, y, …) and the like lie in corners of regions, here found by brute force."""
    rng = np.random.default_rng(seed)
    w, b, v = rng.normal(size=(6, 2)), rng.normal(size=6), rng.normal(size=6)
    network = nw.Network.from_weights([(w, b, "relu"), (v[None], [0.0], "identity")])
    found = bounds(network, [(-1, 1), (-2, 1)])
    rows = np.vstack([w, [[1, 0], [1, 0], [0, 1], [0, 1]]])
    levels = np.concatenate([-b, [-1, 1, -2, 1]])
    corners = []
    for i in range(len(rows)):
        for j in range(i):
            pair = rows[[i, j]]
            if abs(np.linalg.det(pair)) > 1e-12:
                corners.append(np.linalg.solve(pair, levels[[i, j]]))
    corners = np.array(corners)
    inside = (np.abs(corners[:, 0]) <= 1 + 1e-12) & (corners[:, 1] >= -2 - 1e-12) & (corners[:, 1] <= 1 + 1e-12)
    y = network(corners[inside])[:, 0]
    assert found.certainty == "exact"
    assert found.high[0] == pytest.approx(y.max(), abs=1e-9)
    assert found.low[0] == pytest.approx(y.min(), abs=1e-9)


@given(st.integers(0, 2**31), st.sampled_from([0.02, 0.2, 1.0]), st.sampled_from(["softmax", "identity"]))
@settings(max_examples=15)
def test_a_class_that_is_certain_is_everywhere(seed, radius, out):
    rng = np.random.default_rng(seed)
    layers = [(rng.normal(size=(6, 2)), rng.normal(size=6), "tanh"), (rng.normal(size=(3, 6)), rng.normal(size=3), out)]
    network = nw.Network(nw.Network.from_weights(layers).layers, classes=("a", "b", "c"))
    middle = rng.normal(size=2)
    box = np.column_stack([middle - radius, middle + radius])
    found = bounds(network, box, budget=150).search
    said = set(network.classify(inside(rng, box, 20_000)))
    assert said <= set(found.possible_classes)
    assert set(found.seen_classes) <= set(found.possible_classes)
    if found.constant_class is not None:
        assert said == {found.constant_class}
    elif found.boxes[2] < 149:  # decided: each class that is left was seen
        assert found.possible_classes == found.seen_classes


def test_a_class_by_threshold():
    network = nw.Network(nw.Network.from_weights([([[2.0]], [-1.0], "sigmoid")]).layers, classes=("no", "yes"))
    assert bounds(network, [(0.6, 2)]).search.constant_class == "yes"
    assert bounds(network, [(-2, 0.4)]).search.constant_class == "no"
    assert bounds(network, [(0.4, 0.6)]).search.possible_classes == ("no", "yes")
    assert bounds(network, [(0.6, 2)]).summary.endswith("y never falls along x; the class is yes everywhere.")
    assert bounds(network, [(0.4, 0.6)]).summary.endswith("the class can be no and yes (all seen).")


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "gelu", "softplus", "cosine"])
def test_bounds_hold_in_fifty_digits(name):
    """The bounds of single points and of boxes hold for the network as it is, not only as float64 computes it."""
    exact = {
        "tanh": mpmath.tanh,
        "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
        "gelu": lambda z: z * (1 + mpmath.erf(z / mpmath.sqrt(2))) / 2,
        "softplus": lambda z: mpmath.log(1 + mpmath.exp(z)),
        "cosine": mpmath.cos,
    }[name]
    rng = np.random.default_rng(7)
    network = random_network(7, (2, 7, 5, 1), [name, name], spread=3)
    with mpmath.workdps(50):
        for radius in (0.0, 1e-15, 1e-9):
            for middle in rng.normal(size=(6, 2)) * 10:
                box = np.column_stack([middle - radius, middle + radius])
                found = bounds(network, box, budget=3)
                for x in box.T:
                    value = [mpmath.mpf(float(number)) for number in x]
                    for layer in network.dense:
                        rows = zip(layer.weight.tolist(), layer.bias.tolist(), strict=True)
                        sums = [
                            mpmath.fsum([b, *(mpmath.mpf(w) * v for w, v in zip(row, value, strict=True))])
                            for row, b in rows
                        ]
                        value = sums if layer.activation.identity else [exact(z) for z in sums]
                    assert mpmath.mpf(float(found.low[0])) <= value[0] <= mpmath.mpf(float(found.high[0]))
                    assert found.high[0] - found.low[0] <= 1e-10 + 1e4 * radius


def test_libm_is_not_rounded_correctly_and_the_bounds_allow_for_it():
    z = np.random.default_rng(0).uniform(-3, 3, 4000)
    with mpmath.workdps(40):
        true = [mpmath.tanh(mpmath.mpf(float(each))) for each in z]
        network = nw.Network.from_weights([([[1.0]], [0.0], "tanh")])
        off = sum(float(t) != y for t, y in zip(true, network(z)[:, 0], strict=True))
        assert off > 0  # or this test shows nothing
        for each_z, t in list(zip(z, true, strict=True))[:25]:
            found = bounds(network, [(each_z, each_z)])
            assert mpmath.mpf(float(found.low[0])) <= t <= mpmath.mpf(float(found.high[0]))


@pytest.mark.parametrize("steep", [1e-200, 1e200])
def test_a_slope_whose_square_is_no_number_is_bounded(steep):
    network = nw.Network.from_weights([([[steep, 0.0]], [0.0], "relu"), ([[1.0]], [0.0], "identity")])
    found = bounds(network, [(-1, 1), (-1, 1)])
    assert found.search is not None
    assert found.search.steepest[0] <= steep <= found.lipschitz[0] <= 1.01 * steep


def test_a_budget_that_is_spent_is_said():
    network = random_network(1, (6, 12, 12, 1), ["tanh", "tanh"], spread=2)
    found = bounds(network, [(-2, 2)] * 6, budget=31)
    assert found.search.boxes[0] <= 31
    assert not found.search.reached.any()
    assert f"after {found.search.boxes[0]} boxes, which was the budget" in found.summary
    more = bounds(network, [(-2, 2)] * 6, budget=500)
    assert (more.high <= found.high).all()
    assert (more.low >= found.low).all()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"budget": 0}, "budget must be a whole number of boxes, at least 1. Got 0; leave it out for as many as take a second or so."),
        ({"budget": 1.5}, "budget must be a whole number of boxes, at least 1. Got 1.5; leave it out for as many as take a second or so."),
        ({"gap": 0}, "gap must be a number above 0, a share of the range, such as 0.01. Got 0."),
        ({"gap": np.nan}, "gap must be a number above 0, a share of the range, such as 0.01. Got nan."),
        ({"box": [(0, 1e200), (0, 1)]}, "finite ends of a box must lie between -1e100 and 1e100. Got 1e+200; use a larger unit."),
        ({"box": [(0, 1), (0, 5e-324)]}, "sides of a box must be 0, or at least 1e-100. Got 4.94066e-324 for x2; use a smaller unit, or equal ends."),
        ({"box": [(np.inf, np.inf), (0, 1)]}, "box must hold a finite number for each feature. Got inf and inf for x1."),
        ({"box": []}, "box must be one pair (low, high) for each of 2 feature(s). Got []. Leave it out for every input."),
    ],
)  # fmt: skip
def test_refusals(asked, message):
    with pytest.raises(NodewiseError) as refused:
        bounds(random_network(0, (2, 3, 1), ["tanh"]), **({"box": [(0, 1), (0, 1)]} | asked))
    assert str(refused.value) == message


def test_weights_without_a_number_are_refused():
    with pytest.raises(NodewiseError) as refused:
        nw.Network.from_weights([([[np.nan]], [0.0], "tanh")])
    assert (
        str(refused.value)
        == "weight of layer 1 must be finite. Got nan at [0, 0]; train the network again, with smaller steps."
    )


def test_every_reading_says_how_sure_it_is():
    line = random_network(2, (1, 4, 1), ["relu"])
    smooth, odd = random_network(2, (1, 4, 1), ["tanh"]), random_network(2, (1, 4, 4, 1), ["cosine", "tanh"])
    data = nw.problems.sine(samples=20)
    assert bounds(line, [(-1, 1)]).certainty == "exact"
    assert bounds(smooth).certainty in ("exact", "certified")
    assert bounds(smooth, [(-1, 1)]).as_dict()["certainty"].startswith("certified within ")
    assert nw.extrapolation(smooth, data).certainty == "exact"
    assert nw.extrapolation(odd, data).as_dict()["certainty"] == "certified"
    assert nw.family("1-5-1", "relu", 3).richness.certainty == "exact"
    assert nw.family("1-5-1", "tanh", 3).richness.as_dict()["certainty"].startswith("sampled at up to ")
    assert nw.effects(smooth, data).certainty == "exact"
    assert nw.critical_points(smooth, -1, 1).certainty.startswith("certified within ")
