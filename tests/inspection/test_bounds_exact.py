"""Straight lines over one or two features: bounds are what regions, rational pieces and brute force find, and no sliver is lost."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nodewise as nw
from networks import random_network
from nodewise.activations import find, names
from nodewise.inspection.bounds import bounds

STRAIGHT = [name for name in names() if find(name).piecewise_linear]
KINKED = [name for name in STRAIGHT if not find(name).jumps]


@st.composite
def straight(draw, inputs, activations=STRAIGHT):
    """Draw a network of straight lines, widths 1 to 20, depths 1 to 4, and a box."""
    hidden = [draw(st.integers(1, 20)) for _ in range(draw(st.integers(1, 4)))]
    chosen = [draw(st.sampled_from(activations)) for _ in hidden]
    sizes, seed = (inputs, *hidden, draw(st.integers(1, 2))), draw(st.integers(0, 2**32 - 1))
    network = random_network(seed, sizes, chosen, scaled=draw(st.booleans()))
    rng = np.random.default_rng(seed)
    middle, radius = rng.normal(size=inputs), 10 ** rng.uniform(-2, 0.5) * rng.uniform(0.2, 1, inputs)
    return network, np.column_stack([middle - radius, middle + radius])


def said(slopes):
    """Return what slopes [piece] say of a feature."""
    falls, rises = (slopes < -1e-13 * np.abs(slopes).max()).any(), (slopes > 1e-13 * np.abs(slopes).max()).any()
    return {(False, False): "flat", (True, False): "falls", (False, True): "rises", (True, True): "both"}[falls, rises]


@given(straight(2))
@settings(max_examples=15)
def test_bounds_over_two_features_are_those_of_the_regions(case):
    network, box = case
    found, mosaic = bounds(network, box), nw.regions(network, box)
    assert found.certainty == "exact"
    rows = zip(mosaic.polygons, mosaic.slopes, mosaic.values, mosaic.centres, strict=True)
    ends = [value + (polygon - centre) @ slope.T for polygon, slope, value, centre in rows]
    high, low = np.max([end.max(axis=0) for end in ends], axis=0), np.min([end.min(axis=0) for end in ends], axis=0)
    size = 1e-10 * np.abs([high, low]).max()
    np.testing.assert_allclose(found.high, high, rtol=1e-9, atol=size)
    np.testing.assert_allclose(found.low, low, rtol=1e-9, atol=size)
    x = box[:, 0] + np.random.default_rng(0).uniform(size=(100_000, 2)) * (box[:, 1] - box[:, 0])
    y = network(x)
    assert ((y >= found.low) & (y <= found.high)).all()
    if any(layer.activation.jumps for layer in network.dense):
        assert (found.lipschitz[np.isfinite(found.lipschitz)] == 0).all() or not np.isfinite(mosaic.lipschitz).any()
        return
    np.testing.assert_allclose(found.lipschitz, mosaic.lipschitz, rtol=1e-9)
    np.testing.assert_allclose(found.search.steepest, found.lipschitz, rtol=2e-12)
    apart = np.linalg.norm(x[::2] - x[1::2], axis=1)[:, None]
    assert (np.abs(y[::2] - y[1::2]) <= found.lipschitz * apart + 1e-12 * (1 + np.abs(y).max())).all()
    for o, row in enumerate(found.search.monotone):
        assert row == tuple(said(mosaic.slopes[:, o, f]) for f in range(2))


@given(straight(1, KINKED))
@settings(max_examples=15)
def test_bounds_over_one_feature_are_those_of_rational_pieces(case):
    network, box = case
    found, curve = (
        bounds(network, box),
        nw.pieces(network, *box[0], proof=all(layer.activation.name != "triangle" for layer in network.dense)),
    )
    assert found.certainty == "exact"
    np.testing.assert_allclose(found.lipschitz, np.atleast_1d(curve.lipschitz), rtol=1e-9)
    np.testing.assert_allclose(found.search.steepest, found.lipschitz, rtol=2e-12)
    edges = network(np.linspace(*box[0], 20_001))
    assert ((edges >= found.low) & (edges <= found.high)).all()


@pytest.mark.parametrize("inputs", [1, 2])
def test_a_sliver_narrower_than_any_two_numbers_counts(inputs):
    """Two folds lie 2⁻⁵² apart, and between them it is 2⁵² times as steep as anywhere else."""
    steep = 2.0**52
    weight = np.array([[1.0], [1 + 1 / steep]]) @ np.ones((1, inputs))
    layers = [(weight, [-1.0, -1.0], "relu"), ([[-steep, steep]], [0.0], "identity")]
    found = bounds(nw.Network.from_weights(layers), [(0, 3)] * inputs)
    true = (steep + 1) * np.sqrt(inputs)
    assert found.lipschitz[0] >= true
    assert found.search.steepest[0] <= true
    np.testing.assert_allclose([found.lipschitz[0], found.search.steepest[0]], true, rtol=1e-12)
    assert set(found.search.monotone[0]) == {"rises"}


@pytest.mark.parametrize("name", KINKED)
@pytest.mark.parametrize("sizes", [(2, 12, 1), (2, 9, 9, 1), (2, 6, 6, 6, 1)])
def test_folds_that_all_meet_in_one_point(name, sizes):
    rng = np.random.default_rng(1)
    layers = [(rng.normal(size=(b, a)) / np.sqrt(a), np.zeros(b), name) for a, b in pairwise(sizes)]
    network = nw.Network.from_weights([*layers[:-1], (*layers[-1][:2], "identity")])
    found, mosaic = bounds(network, [(-1, 1), (-1, 1)]), nw.regions(network, [(-1, 1), (-1, 1)])
    assert found.certainty == "exact"
    assert found.search.boxes[1] == mosaic.count
    np.testing.assert_allclose(found.lipschitz, mosaic.lipschitz, rtol=1e-9)


def test_nodes_that_cancel_leave_nothing():
    rows = [[1.0, 2.0], [1.0, 2.0], [-3.0, 1.0], [-3.0, 1.0]]
    layers = [(rows, [0.3, 0.3, 0.1, 0.1], "relu"), ([[1.0, -1.0, 7.0, -7.0]], [0.0], "identity")]
    found = bounds(nw.Network.from_weights(layers), [(-2.3, 2), (0, 1)])
    assert found.certainty == "exact"
    assert found.lipschitz[0] == 0
    assert found.summary == (
        "Its output is 0 in the box; both ends are reached; it changes by at most 0 per unit of distance between two "
        "inputs; y does not move along x1 and x2."
    )
    # The third node is fed 0 on a half-plane, where it stays on its corner.
    layers = [([[1.0, 1.0]], [0.0], "relu"), ([[2.0]], [0.0], "abs"), ([[1.0]], [-5.0], "identity")]
    found = bounds(nw.Network.from_weights(layers), [(-1, 1), (-1, 1)])
    assert (found.low[0], found.high[0]) == (pytest.approx(-5), pytest.approx(-1))
    assert found.search.monotone == (("rises", "rises"),)
    assert found.lipschitz[0] == pytest.approx(2 * np.sqrt(2), rel=1e-12)


def test_two_kinks_in_one_place_are_one():
    """A tent of |x| and x: slopes 0 and 2, though each node has both slopes at 0."""
    network = nw.Network.from_weights([([[1.0], [3.0]], [0.0, 0.0], "relu"), ([[3.0, -1.0]], [0.0], "identity")])
    found = bounds(network, [(-1, 1)])
    assert found.slope.tolist() == [[0, 0]]
    assert found.lipschitz[0] == 0


def test_jumps_are_met_or_not():
    network = nw.Network.from_weights([([[1.0], [2.0]], [0.0, -1.0], "step"), ([[1.0, 3.0]], [0.0], "identity")])
    found = bounds(network, [(-2, 2)])
    assert found.certainty == "exact"
    assert found.summary == (
        "Its output stays in [0, 4] in the box; both ends are reached; it can jump, so that no step is small enough to "
        "keep a change small; y never falls along x."
    )
    assert np.isinf(found.search.steepest[0])
    calm = bounds(network, [(0.1, 0.4)])
    assert (calm.lipschitz[0], calm.search.steepest[0]) == (0, 0)
    saw = nw.Network.from_weights([([[1.0, 0.0]], [0.0], "saw")])
    found = bounds(saw, [(-0.5, 3.2), (0, 1)])
    assert found.summary.startswith("Its output stays in [0, 1] in the box; both ends are reached;")


def test_rounding_may_send_a_network_of_jumps_where_it_has_no_region():
    """At 0 both steps are 0, which no region shows; both at once never are 1, but nothing here proves it."""
    network = nw.Network.from_weights([([[1.0], [-1.0]], [0.0, 0.0], "step"), ([[1.0, 1.0]], [0.0], "identity")])
    found = bounds(network, [(-2, 2)])
    assert found.low[0] <= 0
    assert network([[0.0]])[0, 0] == 0
    assert found.certainty == "certified within 1"
    assert found.summary.startswith(
        "Its output stays in [0, 2] in the box; both ends are certified within 1 of values it takes, because nodes jump in "
        "one place, where rounding decides on which side each is; "
    )


@pytest.mark.slow
@given(straight(2, KINKED), st.integers(2, 4))
@settings(max_examples=8)
def test_classes_are_those_that_win_on_an_area(case, count):
    network, box = case
    rng = np.random.default_rng(count)
    last = network.hidden[-1]
    layers = [(layer.weight, layer.bias, layer.activation.name) for layer in network.hidden]
    layers.append((rng.normal(size=(count, last.outputs)), rng.normal(size=count), "softmax"))
    chosen = nw.Network(nw.Network.from_weights(layers).layers, classes=tuple("abcd"[:count]))
    found, mosaic = bounds(chosen, box).search, nw.regions(chosen, box)
    assert found.possible_classes == found.seen_classes
    assert set(found.possible_classes) == {name for name, area in mosaic.class_areas.items() if area > 0}


def test_a_budget_that_does_not_reach_all_cells_is_said():
    network = random_network(3, (2, 20, 20, 1), ["relu", "abs"])
    box = [(-2, 2), (-2, 2)]
    spent, found = bounds(network, box, budget=20), bounds(network, box)
    assert found.search.boxes[0] > 80
    assert found.certainty == "exact"
    assert spent.certainty.startswith("certified within ")
    assert "boxes, which was the budget" in spent.summary
    assert f"and somewhere by {spent.search.steepest[0]:.3g} at least" in spent.summary
    assert spent.low[0] <= found.low[0] < found.high[0] <= spent.high[0]
    assert spent.search.steepest[0] <= found.lipschitz[0] <= spent.lipschitz[0]
