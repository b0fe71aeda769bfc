"""Over two features: shares, islands and polylines against closed forms, brute force and the network itself."""

import json
from dataclasses import replace
from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nodewise as nw
from networks import classifier, networks, random_network
from nodewise.activations import names
from nodewise.inspection.boundaries import boundaries
from nodewise.inspection.boundaries.fold import foldable, folded
from nodewise.inspection.boundaries.grid import on_grid, single_error
from nodewise.inspection.boundaries.slice import find_slice
from nodewise.inspection.boundaries.words import equation
from nodewise.inspection.roots import bracketed
from nodewise.inspection.rule import rule
from nodewise.network import Network, Scale

BOX = {"low": (-3.0, -2.0), "high": (3.0, 4.0)}


@given(networks(inputs=(2, 2), outputs=(2, 4)))
@settings(max_examples=60)
def test_single_precision_stays_within_its_error(network):
    where = find_slice(network, None, None, None, (-2.0, -1.0), (1.0, 3.0))
    layers, t = where.restrict(network.layers), np.linspace(-1, 1, 21)
    error = single_error(layers)
    difference = np.abs(on_grid(layers, t, np.float32) - on_grid(layers, t)).reshape(len(error), -1).max(axis=1)
    assert np.isinf(error).any() or (difference <= error).all()
    mesh = np.stack(np.meshgrid(t, t), axis=-1).reshape(-1, 2)
    np.testing.assert_allclose(
        on_grid(layers, t).reshape(len(error), -1).T, network(where.points(mesh)), rtol=1e-9, atol=1e-9
    )


@given(st.integers(0, 10**6), st.sampled_from(["relu", "leaky_relu", "abs", "identity"]), st.integers(10, 75))
@settings(max_examples=60)
def test_folding_the_first_layer_stays_within_the_same_error(seed, hidden, points):
    rng = np.random.default_rng(seed)
    sizes = (2, *rng.integers(1, 20, 2).tolist(), 3)
    network = random_network(seed, sizes, [hidden, rng.choice(names()).item()], spread=3.0)
    layers = find_slice(network, None, None, None, (-2.0, 5.0), (1.0, 7.0)).restrict(network.layers)
    t = np.linspace(-1, 1, points)
    mesh = np.stack(np.meshgrid(t, t), axis=-1).reshape(-1, 2)
    exact = reduce(lambda values, layer: layer(values), layers, mesh)
    assert foldable(layers)
    difference = np.abs(folded(layers, points).reshape(3, -1).T - exact).max(axis=0)
    error = single_error(layers)
    assert np.isinf(error).any() or (difference <= error).all()


def test_the_winner_is_the_first_of_the_largest():
    network = classifier(0, (2, 3, 4), "relu")
    scores = np.random.default_rng(0).choice([-1.0, 0.0, 1.0, np.inf, np.nan], (4, 5000))
    np.testing.assert_array_equal(rule(network, None, None).winner(scores), scores.argmax(axis=0))


@pytest.mark.parametrize("hidden", names())
@pytest.mark.parametrize("sizes", [(2, 7, 1), (2, 6, 5, 4)])
def test_the_grid_says_what_the_network_says(hidden, sizes):
    network = classifier(1, sizes, hidden, "sigmoid" if sizes[-1] == 1 else "softmax")
    reading = boundaries(network, points=37, **BOX)
    mesh = np.stack(np.meshgrid(reading.plane.x, reading.plane.y), axis=-1).reshape(-1, 2)
    outputs = network(mesh)
    expected = network.classify(mesh).reshape(37, 37)
    margin = np.abs(outputs[:, 0] - 0.5)
    if sizes[-1] > 1:
        top = np.sort(outputs, axis=1)
        margin = top[:, -1] - top[:, -2]
    sure = margin.reshape(37, 37) > 1e-9
    assert (reading.plane.codes == expected)[sure].all()
    np.testing.assert_allclose(reading.margin, margin.reshape(37, 37), atol=1e-9)
    assert reading.share.sum() == pytest.approx(1, abs=1e-12)


def test_a_ring_has_its_area_and_is_one_island():
    network = Network.from_weights([(np.eye(2), [0.0, 0.0], "cosine"), ([[1.0, 1.0]], [-1.8], "sigmoid")])
    reading = boundaries(network, low=(-2, -2), high=(2, 2), points=400)
    assert reading.islands == (1, 1)
    (border,) = reading.borders
    np.testing.assert_allclose(np.cos(border.points).sum(axis=1), 1.8, atol=1e-9)
    np.testing.assert_allclose(border.points[0], border.points[-1])  # closed
    x, y = border.points.T
    polygon = abs(x[:-1] @ y[1:] - y[:-1] @ x[1:]) / 2
    angle = np.linspace(0, np.arccos(0.8), 200_001)
    exact = 4 * np.trapezoid(np.arccos(1.8 - np.cos(angle)), angle)
    assert polygon == pytest.approx(exact, rel=2e-4)
    assert reading.share[1] * 16 == pytest.approx(exact, rel=5e-3)
    many = boundaries(network, low=(-2, -2), high=(4 * np.pi - 2, 4 * np.pi - 2))
    assert many.islands == (1, 4)  # 0 and 2π along each feature
    assert len(many.borders) == 4


def test_a_straight_line_has_its_equation_and_exact_areas():
    network = Network.from_weights([([[2.0, -4.0]], [1.0], "sigmoid")])
    reading = boundaries(network, low=(0, 0), high=(1, 1))
    assert reading.certainty == "exact"
    (border,) = reading.borders
    assert border.equation == pytest.approx((0.5, -1, -0.25))
    assert equation(border, ("x1", "x2")) == "0.5·x1 - x2 = -0.25"
    assert reading.share[1] == pytest.approx(0.5, abs=1e-15)  # below x2 = 0.25 + x1/2, from 0.25 to 0.75
    np.testing.assert_allclose(sorted(border.points.tolist()), [[0, 0.25], [1, 0.75]], atol=1e-15)
    assert reading.summary == (
        "For x1 in [0, 1] and x2 in [0, 1] the area is class 0 50.0% in 1 part and class 1 50.0% in 1 part (exact); "
        "the boundary is the straight line 0.5·x1 - x2 = -0.25."
    )


@given(st.integers(0, 2**31), st.integers(1, 7))
@settings(max_examples=60)
def test_linear_regions_fill_the_box_and_agree_with_sampling(seed, outputs):
    network = random_network(seed, (2, 3, outputs), ["identity"], scaled=True, spread=2.0)
    reading = boundaries(network, points=60, low=(-2, -3), high=(4, 1))
    assert reading.share.sum() == pytest.approx(1, abs=1e-12)
    areas = [abs(p[:, 0] @ np.roll(p[:, 1], -1) - p[:, 1] @ np.roll(p[:, 0], -1)) / 2 for p in reading.mosaic.polygons]
    assert sum(areas) == pytest.approx(24, rel=1e-12)
    np.testing.assert_allclose(reading.share, reading.plane.share, atol=0.05)
    x = np.random.default_rng(seed).uniform((-2, -3), (4, 1), (400, 2))
    said = network.classify(x)
    for code, polygon in enumerate(reading.mosaic.polygons):
        assert (_inside(polygon, x, -1e-9) <= (said == code)).all()
    for border in reading.borders:
        a, b, c = border.equation
        np.testing.assert_allclose(border.points @ [a, b], c, atol=1e-9)
        assert max(abs(a), abs(b)) == pytest.approx(1)


def _inside(polygon, x, slack):
    """Whether points lie in a convex polygon that runs counter-clockwise."""
    if not len(polygon):
        return np.zeros(len(x), bool)
    edge = np.roll(polygon, -1, axis=0) - polygon
    away = x[:, None] - polygon
    return (edge[:, 0] * away[..., 1] - edge[:, 1] * away[..., 0] > -slack).all(axis=1)


def test_units_do_not_matter():
    network = classifier(4, (2, 8, 3), "tanh")
    moved = Network((Scale([-100.0, 3.0], [0.1, -2.0]), *network.layers))
    direct = boundaries(network, low=(-2, -1), high=(2, 1), points=80)
    through = boundaries(moved, low=((-2 + 100) / 0.1, (1 - 3) / -2), high=((2 + 100) / 0.1, (-1 - 3) / -2), points=80)
    np.testing.assert_array_equal(through.plane.codes[::-1], direct.plane.codes)
    np.testing.assert_allclose(through.share, direct.share, atol=1e-12)


def test_a_sentence_names_six_of_the_features_held_and_tells_numbers_from_shares():
    x = np.random.default_rng(0).normal(size=(60, 9))
    network = Network.from_weights([(np.eye(2, 9), [0.0, 0.0], "softmax")])
    data = nw.Dataset(x, labels=x[:, 1] > x[:, 0])
    reading = boundaries(replace(network, classes=(False, True)), data)
    assert "x8 = " in reading.summary
    assert "x9 = " not in reading.summary
    assert "and 1 more held fixed, the area is class " in reading.summary
    assert len(reading.at) == 7
    assert [row["class"] for row in reading.table()] == ["False", "True"]


def test_a_slice_holds_the_others_and_names_what_it_does_not_show():
    x = np.random.default_rng(0).normal(size=(60, 4))
    network = Network.from_weights(
        [([[1.0, 0, 0, 0], [-1.0, 0, 0, 0], [0, 0, 5.0, 0]], [0.0, 0.0, -20.0], "softmax")], names=["a", "b", "c", "d"]
    )
    network = replace(network, classes=("left", "right", "far"))
    data = nw.Dataset(x, labels=network.classify(x), feature_names=network.feature_names)
    assert boundaries(network, data).feature_names == ("a", "c")  # the logits do not depend on the others
    assert boundaries(network, data, at={"a": 0}).feature_names == ("c", "d")
    assert boundaries(network, data, at={"a": 0, "b": 0, "d": 0}).feature_names == ("c",)
    reading = boundaries(network, data, features=("a", "b"))
    assert reading.at == {"c": np.median(x[:, 2]), "d": np.median(x[:, 3])}
    assert reading.unseen == ("far",)
    assert "far exists but wins nowhere here" in reading.summary
    assert reading.samples.accuracy == 1
    held = boundaries(network, data, features=("c", "a"), at={"d": 7}, low=(-3, -3), high=(6, 3))
    assert held.unseen == ()
    assert held.at == {"b": np.median(x[:, 1]), "d": 7.0}
    assert np.isnan(held.samples.class_accuracy[2])
    assert held.table()[2]["accuracy"] is None
    assert json.loads(json.dumps(held.as_dict(), allow_nan=False))["classes"] == ["left", "right", "far"]


def test_perceptrons_with_and_without_activation_have_the_same_boundary():
    network = classifier(3, (2, 8, 1), "tanh", "tanh")
    with_it, without = boundaries(network, **BOX), boundaries(network.logits, **BOX)
    assert len(with_it.borders) == len(without.borders) > 0
    for one, other in zip(with_it.borders, without.borders, strict=True):
        np.testing.assert_array_equal(one.points, other.points)


def test_a_threshold_no_output_reaches_leaves_one_class():
    network = classifier(3, (2, 8, 1), "tanh", "sigmoid")
    reading = boundaries(network, threshold=1.5, **BOX)
    assert reading.share.tolist() == [1, 0]
    assert reading.borders == ()
    assert reading.summary == (
        "For x1 in [-3, 3] and x2 in [-2, 4] the area is class 0 100.0% in 1 part (sampled on 200 × 200); the threshold 1.5 lies "
        "outside what the output can give."
    )
    np.testing.assert_allclose(reading.margin.min(), 1.5 - network(_mesh(reading)).max())
    above = boundaries(network, threshold=0.0, **BOX)
    assert above.share.tolist() == [0, 1]


def _mesh(reading):
    return np.stack(np.meshgrid(reading.plane.x, reading.plane.y), axis=-1).reshape(-1, 2)


@given(st.integers(0, 2**31), st.floats(0.01, 0.99))
@settings(max_examples=50)
def test_roots_in_brackets_against_closed_forms(seed, share):
    rng = np.random.default_rng(seed)
    root, power = rng.uniform(-1, 1, 30), rng.choice([1.0, 3.0, 1 / 3], 30)
    low, high = root - 2 * share, root + 2 * (1 - share)

    def function(x, which):
        away = x - root[which]
        return np.sign(away) * np.abs(away) ** power[which]

    everyone = np.arange(30)
    ends = function(low, everyone), function(high, everyone)
    np.testing.assert_allclose(bracketed(function, low, high, ends, 1e-12), root, atol=2.1e-12)


def test_a_regression_network_is_cut_at_0_and_says_so():
    network = random_network(5, (1, 5, 1), ["tanh"], spread=2.0)
    data = nw.Dataset(np.linspace(-2, 2, 20), targets=np.linspace(-1, 1, 20))
    reading = boundaries(network, data)
    assert reading.threshold == 0
    assert "from the threshold 0 (median" in reading.summary
    for crossing in reading.crossings:
        assert network(crossing.x)[0, 0] == pytest.approx(0, abs=1e-9)
