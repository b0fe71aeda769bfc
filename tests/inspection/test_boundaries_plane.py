"""Over two features: shares, islands and polylines against closed forms, brute force and the network itself."""

import json
from dataclasses import replace
from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import KDTree

import nodewise as nw
from networks import networks, random_network
from nodewise.activations import names
from nodewise.errors import NodewiseError
from nodewise.inspection.boundaries import boundaries
from nodewise.inspection.boundaries.fold import foldable, folded
from nodewise.inspection.boundaries.grid import on_grid, single_error
from nodewise.inspection.boundaries.read import equation
from nodewise.inspection.boundaries.slice import find_slice
from nodewise.inspection.roots import bracketed
from nodewise.inspection.rule import rule
from nodewise.network import Dense, Network, Scale

BOX = {"low": (-3.0, -2.0), "high": (3.0, 4.0)}


def classifier(seed, sizes, hidden, output="softmax", spread=2.0):
    """Return a random classifier whose outputs are level on average, so that several classes win somewhere."""
    network = random_network(seed, sizes, [hidden] * (len(sizes) - 2), spread=spread)
    last = network.layers[-1]
    level = network(np.random.default_rng(seed).uniform(-3, 3, (500, sizes[0]))).mean(axis=0)
    return replace(network, layers=(*network.layers[:-1], Dense(last.weight, last.bias - level, output)))


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


def gap(network, points):
    top = np.sort(network.logits(points), axis=1)
    return top[:, -1] - top[:, -2]


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


@pytest.mark.parametrize("hidden", ["tanh", "relu", "cosine", "gelu"])
def test_every_vertex_of_the_boundary_is_a_zero_and_separates_its_two_classes(hidden):
    for seed, outputs in ((0, 1), (1, 3), (2, 5)):
        network = classifier(seed, (2, 9, outputs), hidden, "sigmoid" if outputs == 1 else "softmax")
        reading = boundaries(network, **BOX)
        codes = reading.plane.codes
        assert codes.min() < codes.max()
        assert reading.borders
        for border in reading.borders:
            logits = network.logits(border.points)
            if outputs == 1:
                assert np.abs(logits).max() < 1e-7
                assert border.classes == (0, 1)
                continue
            one, other = border.classes
            top = logits.max(axis=1)
            # The last vertex of a piece may lie on the next one, where the piece ends in a third class.
            inner = slice(1, -1) if len(border.points) > 2 else slice(0, 0)
            assert np.abs(logits[inner, one] - top[inner]).max(initial=0) < 1e-7
            assert np.abs(logits[inner, other] - top[inner]).max(initial=0) < 1e-7
        ends = np.concatenate([border.points for border in reading.borders])
        assert gap(network, ends).max() < 1e-7 if outputs > 1 else True


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


DATA = nw.Dataset(np.random.default_rng(1).normal(size=(20, 3)), labels=["a", "b"] * 10, feature_names=["p", "q", "r"])
THREE = replace(classifier(0, (3, 4, 2), "tanh"), feature_names=("p", "q", "r"), classes=("a", "b"))
ONE = classifier(0, (1, 4, 1), "tanh", "sigmoid")


@pytest.mark.parametrize(
    ("network", "data", "more", "message"),
    [
        (THREE, DATA, {"features": "s"}, "feature must be one of p, q, r. Got 's'."),
        (
            THREE, DATA, {"features": "p", "low": -1e120},
            "low must lie between -1e100 and 1e100. Got -1e+120; use a larger unit.",
        ),
        (THREE, DATA, {"features": 0}, "feature must be one of p, q, r. Got 0."),
        (THREE, DATA, {"at": [0]}, "at must give values by the names of features, such as {'x': 0}. Got [0]."),
        (
            THREE, DATA, {"features": ["p", "q", "r"]},
            "features must name one feature or two different ones. Got 'p', 'q', 'r'. Name the two to draw, and the values "
            "of others in at.",
        ),
        (
            THREE, DATA, {"features": ["p", "p"]},
            "features must name one feature or two different ones. Got 'p', 'p'. Name the two to draw, and the values of "
            "others in at.",
        ),
        (
            THREE, DATA, {"features": ("p", "q"), "at": {"q": 1.0}},
            "at must name features that are not drawn. Got 'q', which is; leave it out, or name others in features.",
        ),
        (THREE, DATA, {"at": {"rr": 1.0}}, "feature in at must be one of p, q, r. Got 'rr'. Did you mean 'r'?"),
        (THREE, DATA, {"at": {"r": "x"}}, "at must give a finite number for each feature. Got 'x' for r."),
        (
            THREE, None, {"low": (0, 0), "high": (1, 1)},
            "at must say where r is held, because there are no data whose median could. Give at={'r': …} or data.",
        ),
        (ONE, None, {}, "low must be given where there are no data whose range to take. Got none."),
        (ONE, None, {"low": 1, "high": 1}, "low must be less than high. Got 1 and 1 for x."),
        (ONE, None, {"low": (1, 2), "high": 3}, "low must be 1 finite number(s), one for each feature drawn. Got (1, 2)."),
        (
            THREE, DATA, {"threshold": 0.5},
            "threshold must be left out for 2 outputs, of which the largest decides. Got 0.5.",
        ),
        (
            ONE, None, {"low": 0, "high": 1, "threshold": float("nan")},
            "threshold must be a finite number in the output's unit. Got nan. Leave it out for 0.5.",
        ),
        (ONE, DATA, {}, "data must fit the network, 1 feature. Got 3; give the data it was trained on."),
        (ONE, "table.csv", {}, "data must be a Dataset. Got str. Build one with nodewise.Dataset."),
        (THREE, DATA, {"points": 5}, "points must be a whole number from 10 to 2000. Got 5."),
        (
            THREE, nw.Dataset(DATA.inputs, labels=["u", "v"] * 10), {"features": "x1"},
            "feature must be one of p, q, r. Got 'x1'.",
        ),
        (
            THREE, nw.Dataset(DATA.inputs, labels=["u", "v"] * 10), {},
            "labels must be the network's classes, a, b. Got 'u' and no class among them; give the data it was trained on, "
            "or data without labels.",
        ),
        (
            "model.pkl", None, {},
            "a reading needs a Network, or a Fit that holds one. Got str. Train one with nodewise.fit or write one with "
            "Network.from_weights.",
        ),
    ],
)  # fmt: skip
def test_refusals(network, data, more, message):
    with pytest.raises(NodewiseError) as refused:
        boundaries(network, data, **more)
    assert str(refused.value) == message


def test_what_needs_one_feature_or_two_says_so():
    with pytest.raises(NodewiseError) as refused:
        _ = boundaries(ONE, low=0, high=1).borders
    assert str(refused.value) == (
        "borders and a margin everywhere must be asked of two features. Got one; use crossings and regions."
    )
    with pytest.raises(NodewiseError) as refused:
        _ = boundaries(THREE, DATA).crossings
    assert str(refused.value) == (
        "crossings and regions must be asked of one feature. Got two; name one in features, or use borders."
    )


def test_a_regression_network_is_cut_at_0_and_says_so():
    network = random_network(5, (1, 5, 1), ["tanh"], spread=2.0)
    data = nw.Dataset(np.linspace(-2, 2, 20), targets=np.linspace(-1, 1, 20))
    reading = boundaries(network, data)
    assert reading.threshold == 0
    assert "from the threshold 0 (median" in reading.summary
    for crossing in reading.crossings:
        assert network(crossing.x)[0, 0] == pytest.approx(0, abs=1e-9)


def test_a_contour_meets_its_tolerance_between_its_vertices():
    network = Network.from_weights([(np.eye(2), [0.0, 0.0], "cosine"), ([[1.0, 1.0]], [-1.8], "sigmoid")])
    counts = []
    for tolerance in (1e-2, 1e-4, 1e-6):
        reading = boundaries(network, low=(-2, -2), high=(2, 2), points=20, tolerance=tolerance)
        (border,) = reading.borders
        assert reading.contour_within <= tolerance
        # The curve is x2 = ±arccos(1.8 - cos x1): the distance of every middle to it, brute force.
        angle = np.linspace(-np.arccos(0.8), np.arccos(0.8), 200_001)
        half = np.arccos(np.clip(1.8 - np.cos(angle), -1, 1))
        curve = np.vstack([np.column_stack([angle, half]), np.column_stack([angle, -half])])
        tree = KDTree(np.vstack([curve, curve[:, ::-1]]))  # steep in one feature, shallow in the other
        middles = (border.points[1:] + border.points[:-1]) / 2
        assert tree.query(middles)[0].max() <= 4 * tolerance + 1e-5  # the range is 4; 1e-5 for the brute force
        counts.append(len(border.points))
    assert counts == sorted(set(counts))
    with pytest.raises(NodewiseError) as refused:
        boundaries(network, low=(-2, -2), high=(2, 2), tolerance=0)
    assert str(refused.value) == "tolerance must be a share of the range, 1e-8 or more. Got 0."


def test_an_island_that_the_grid_misses_is_in_exact():
    """A ReLU pyramid of width 1e-4: between the points of the grid, yet of known area; features in either order."""
    r, corner = 1e-4, np.array([0.3012, 0.4034])
    weight = np.concatenate([np.eye(2), -np.eye(2)])
    pyramid = nw.Network.from_weights(
        [(weight, np.concatenate([-corner, corner]), "relu"), (np.full((1, 4), -1 / r), [1.0], "relu"),
         ([[1.0]], [-0.5], "sigmoid")]
    )  # fmt: skip
    for features in (("x1", "x2"), ("x2", "x1")):
        found = nw.boundaries(pyramid, features=features, low=[-1, -0.5], high=[1, 0.5])
        assert found.certainty == "sampled on 200 × 200"
        assert found.islands == (1, 0)
        exact = found.exact
        assert exact.certainty == "exact"
        assert list(exact.islands.values()) == [1, 1]
        assert list(exact.class_areas) == list(found.classes)
        assert exact.class_areas[found.classes[1]] == pytest.approx(2 * (r / 2) ** 2, rel=1e-9)
        assert dict(zip(found.feature_names, found.low, strict=True)) == dict(
            zip(exact.feature_names, exact.box[:, 0], strict=True)
        )


@given(st.integers(0, 10**6), st.integers(2, 4))
@settings(max_examples=15, deadline=None)
def test_exact_shares_and_parts_agree_with_the_grid(seed, classes):
    network = classifier(seed, (3, 6, 5, classes), "relu")
    found = nw.boundaries(network, features=("x3", "x1"), at={"x2": 0.3}, low=[-1, -2], high=[2, 1], points=150)
    exact = found.exact
    area = 9.0
    np.testing.assert_allclose(np.array(list(exact.class_areas.values())) / area, found.share, atol=0.02)
    for own, sampled in zip(exact.islands.values(), found.islands, strict=True):
        assert own >= (sampled > 0)


def test_weights_beyond_single_precision():
    network = nw.Network.from_weights([([[1e90, -5e89]], [0.0], "relu"), ([[1e-90]], [0.0], "identity")])
    found = nw.boundaries(network, low=[-1, -1], high=[1, 1], threshold=0.5)
    assert found.share[1] == pytest.approx(found.exact.class_areas[1] / 4, abs=0.01)


def test_a_smooth_network_has_no_exact_regions():
    assert nw.boundaries(classifier(0, (2, 4, 2), "tanh"), low=[-1, -1], high=[1, 1]).exact is None
