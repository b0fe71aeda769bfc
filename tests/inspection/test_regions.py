"""`regions` against brute force, and against what geometry says of every mosaic."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nodewise as nw
from nodewise.errors import NodewiseError
from nodewise.inspection.regions import regions
from nodewise.network import Network

BOX = [(-2.0, 3.0), (-1.5, 1.0)]
STRAIGHT = ("relu", "leaky_relu", "abs", "hard_tanh", "triangle", "saw", "step", "identity")


def drawn(seed: int, sizes: tuple[int, ...], names: tuple[str, ...], bias: float = 0.5) -> Network:
    """Return a network with He's normal weights."""
    rng = np.random.default_rng(seed)
    layers = zip(sizes[:-1], sizes[1:], (*names, "identity"), strict=True)
    return Network.from_weights(
        [(rng.normal(size=(m, n)) * np.sqrt(2 / n), bias * rng.normal(size=m), name) for n, m, name in layers]
    )


def lines(count: int, seed: int = 0) -> Network:
    """Return a network whose nodes fold along lines in general position that all cross near 0."""
    rng = np.random.default_rng(seed)
    angle = np.pi * (np.arange(count) + rng.uniform(0.2, 0.8, count)) / count
    weight = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return Network.from_weights(
        [(weight, 0.01 * rng.normal(size=count), "relu"), (np.ones((1, count)), [0], "identity")]
    )


def straight_networks() -> st.SearchStrategy[Network]:
    return st.builds(
        lambda seed, widths, names, outputs: drawn(seed, (2, *widths, outputs), tuple(names[: len(widths)])),
        st.integers(0, 10**6),
        st.lists(st.integers(1, 9), min_size=1, max_size=4),
        st.lists(st.sampled_from(STRAIGHT), min_size=4, max_size=4),
        st.integers(1, 3),
    )


@pytest.mark.parametrize(("count", "wanted"), [(1, 2), (2, 4), (3, 7), (5, 16), (8, 37), (12, 79)])
def test_lines_in_general_position_make_1_plus_n_plus_n_choose_2_regions(count, wanted):
    found = regions(lines(count), [(-9, 9), (-9, 9)])
    assert found.count == wanted == 1 + count + count * (count - 1) // 2


@settings(max_examples=60)
@given(network=straight_networks(), seed=st.integers(0, 1000))
def test_each_region_is_convex_the_map_is_the_network_and_together_they_fill_the_box(network, seed):
    found = regions(network, BOX)
    rng = np.random.default_rng(seed)
    assert found.mesh.euler == 1
    assert found.areas.sum() == pytest.approx(5 * 2.5, rel=1e-12)
    assert (found.areas > 0).all()
    scale = 1 + max(np.abs(layer.weight).sum() for layer in network.dense)
    for region in rng.choice(found.count, min(40, found.count), replace=False):
        corners = found.polygons[region]
        side = np.roll(corners, -1, axis=0) - corners
        ahead = np.roll(side, -1, axis=0)
        assert (side[:, 0] * ahead[:, 1] - side[:, 1] * ahead[:, 0] >= -1e-12).all()
        inside = rng.dirichlet(np.ones(len(corners)), 10) @ corners
        own = inside @ found.slopes[region].T + found.intercepts[region]
        off = np.abs(own - network(inside))
        # A random point may lie so near an edge that rounding puts it on the other side of a jump.
        assert np.median(off) <= 1e-10 * scale
        if not any(layer.activation.jumps for layer in network.dense):
            assert off.max() <= 1e-10 * scale


@settings(max_examples=30)
@given(network=straight_networks())
def test_points_with_the_same_pattern_and_no_fold_between_are_in_one_region(network):
    """Brute force: two neighbours on a fine grid are in one region exactly if no node bends between them."""
    if any(layer.activation.period or layer.activation.jumps for layer in network.dense):
        return
    found = regions(network, BOX)
    grid = np.stack(np.meshgrid(np.linspace(*BOX[0], 23), np.linspace(*BOX[1], 19)), axis=-1).reshape(-1, 2)
    patterns = np.concatenate(
        [
            np.digitize(z, layer.activation.kinks)
            for z, layer in pre_activations(network, grid)
            if layer.activation.kinks
        ]
        or [np.zeros((len(grid), 1))],
        axis=1,
    )
    where = np.array([region_of(found, point) for point in grid])
    for region in np.unique(where[where >= 0]):
        own = patterns[where == region]
        assert (own == own[0]).all()
    assert found.count >= len(np.unique(patterns, axis=0))


def pre_activations(network: Network, x: np.ndarray):
    for layer in network.dense[:-1]:
        z = x @ layer.weight.T + layer.bias
        yield z, layer
        x = layer.activation(z)


def region_of(found, point) -> int:
    """Return the region a point is well inside of, or -1."""
    for region, corners in enumerate(found.polygons):
        side = np.roll(corners, -1, axis=0) - corners
        off = point - corners
        if (side[:, 0] * off[:, 1] - side[:, 1] * off[:, 0] > 1e-9).all():
            return region
    return -1


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10**6), widths=st.lists(st.integers(2, 8), min_size=1, max_size=3), classes=st.integers(2, 4)
)
def test_areas_of_classes_are_those_counted_on_random_points_and_the_boundary_is_where_two_are_equal(
    seed, widths, classes
):
    network = drawn(seed, (2, *widths, classes), ("relu",) * len(widths), 1.0)
    network = replace(network, classes=tuple("abcd"[:classes]))
    found = regions(network, BOX)
    points = np.random.default_rng(seed).uniform([-2, -1.5], [3, 1], (20_000, 2))
    said = network.classify(points)
    assert sum(found.class_areas.values()) == pytest.approx(12.5, rel=1e-12)
    for name, area in found.class_areas.items():
        assert area / 12.5 == pytest.approx((said == name).mean(), abs=5 * 0.5 / np.sqrt(20_000))
    for border in found.boundary:
        one, other = (network.classes.index(name) for name in border.classes)
        outputs = network(border.points)
        assert np.abs(outputs[:, one] - outputs[:, other]).max() < 1e-10 * (1 + np.abs(outputs).max())
        assert (outputs.max(axis=1) - outputs[:, one]).max() < 1e-10 * (1 + np.abs(outputs).max())


def test_an_island_smaller_than_a_grid_would_see_is_found():
    """A ReLU pyramid of height 1 and width 2e-4 above a plain: one part, with a closed boundary."""
    r = 1e-4
    corner = np.array([0.3, 0.4])
    first = Network.from_weights(
        [
            (np.concatenate([np.eye(2), -np.eye(2)]), np.concatenate([-corner, corner]), "relu"),
            ([[-1 / r, -1 / r, -1 / r, -1 / r]], [1.0], "relu"),
            ([[1.0]], [-0.5], "sigmoid"),
        ]
    )
    found = regions(replace(first, classes=("plain", "pyramid")), [(-1, 1), (-1, 1)])
    assert found.islands == {"plain": 1, "pyramid": 1}
    assert found.class_areas["pyramid"] == pytest.approx(2 * (r / 2) ** 2, rel=1e-9)
    (border,) = found.boundary
    assert (border.points[0] == border.points[-1]).all()
    assert np.abs(np.abs(border.points - corner).sum(axis=1) - r / 2).max() < 1e-15


def test_equal_nodes_and_cuts_through_vertices_make_no_slivers():
    """Eight lines through one point, each twice: 16 sectors, no more."""
    angle = np.pi * np.arange(8) / 8
    weight = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    twice = np.concatenate([weight, 2 * weight])
    network = Network.from_weights([(twice, np.zeros(16), "relu"), (np.ones((1, 16)), [0], "identity")])
    found = regions(network, [(-1, 1), (-1, 1)])
    assert found.count == 16
    assert found.mesh.euler == 1
    assert len(found.folds) == 16
    for one, same in zip(found.folds[:8], found.folds[8:], strict=True):
        ends = [np.concatenate(fold.lines) for fold in (one, same)]
        assert ends[0].min(axis=0) == pytest.approx(ends[1].min(axis=0), abs=1e-15)
        assert ends[0].max(axis=0) == pytest.approx(ends[1].max(axis=0), abs=1e-15)


def nearly_equal_lines(seed: int, decades: tuple[float, float], far: float) -> tuple[Network, np.ndarray]:
    """Return a network whose lines are equal, or meet in one point, but for 1e-17 to 1e-6; and its box, far from 0."""
    rng = np.random.default_rng(seed)
    count, second = rng.integers(2, 12), rng.integers(1, 7)
    directions, point = rng.integers(-2, 3, (2, 2)).astype(float), rng.choice([-1, 0, 1.0], 2)
    if seed % 3:
        directions, point = rng.normal(size=(2, 2)), rng.uniform(-1, 1, 2)

    def nearly(size):
        return 10.0 ** rng.uniform(-17, -6, size) * rng.normal(size=size) * rng.integers(0, 2, size)

    weight = directions[rng.integers(0, 2, count)] * rng.choice([-1, 1, 2, 1 / 3], count)[:, None]
    weight += nearly((count, 2))
    bias = nearly(count) - weight @ point
    half = 10.0 ** np.array(decades)
    middle = far * rng.normal(size=2) * half
    behind = rng.normal(size=(second, count))
    first = weight / half, bias - weight / half @ middle
    level = np.maximum(first[0] @ (middle + half * point) + first[1], 0)
    names = rng.choice(["relu", "abs", "leaky_relu", "hard_tanh", "step"], 2)
    layers = [(*first, names[0]), (behind, nearly(second) - behind @ level, names[1])]
    network = Network.from_weights([*layers, (rng.normal(size=(2, second)), [0, 0], "identity")])
    return network, np.stack([middle - half, middle + half], axis=1)


@settings(max_examples=120, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    decades=st.tuples(st.floats(-3, 3), st.floats(-3, 3)),
    far=st.sampled_from([0, 1, 1e3, 1e6]),
    classes=st.booleans(),
)
def test_nearly_equal_lines_make_no_region_without_area_whatever_the_box(seed, decades, far, classes):
    network, box = nearly_equal_lines(seed, decades, far)
    found = regions(replace(network, classes=("a", "b")) if classes else network, box)
    area = np.ptp(box, axis=1).prod()
    meshes = [found.mesh] + ([found.decision.mesh] if found.decision else [])
    for mesh in meshes:
        assert mesh.euler == 1
        assert (mesh.areas > 0).all()
        assert mesh.areas.sum() == pytest.approx(4, rel=1e-12)
        width = 2 * mesh.areas / np.array([np.abs(p - p[0]).max() for p in map(mesh.polygon, range(mesh.count))])
        assert width.min() > 1e-15  # twice the area over the reach, in a box from -1 to 1
    assert found.areas.sum() == pytest.approx(area, rel=1e-12)
    for polygon in map(found.mesh.polygon, range(found.count)):
        side = np.roll(polygon, -1, axis=0) - polygon
        ahead = np.roll(side, -1, axis=0)
        assert (side[:, 0] * ahead[:, 1] - side[:, 1] * ahead[:, 0] >= -1e-14).all()
    smooth = not any(layer.activation.jumps for layer in network.dense)
    own = np.einsum("rof,rf->ro", found.slopes, found.centres) + found.intercepts
    scale = 1 + np.abs(found.slopes * np.abs(box).max(axis=1)).sum(axis=2).max()
    if smooth:
        assert np.abs(own - network(found.centres)).max() <= 1e-9 * scale


@pytest.mark.parametrize("ends", [(-1, 1), (1, np.nextafter(1, 2)), (1e15, 1e15 + 1), (-1e99, 1e99)])
@pytest.mark.parametrize("weights", [(1e90, 1.0), (5e-324, 1.0), (0.0, 0.0), (1e-300, 1e-300), (1.0, 1.0)])
def test_huge_and_tiny_weights_in_boxes_of_any_size(ends, weights):
    weight = np.array(weights)[:, None] * [1.0, -0.5]
    network = Network.from_weights([(weight, [0, 1], "relu"), ([weights], [0], "identity")])
    found = regions(network, [ends, ends], threshold=0.5)
    assert found.mesh.euler == 1
    assert (found.mesh.areas > 0).all()
    assert np.isfinite(found.values).all()
    assert "nan" not in str(found)


def test_a_part_thinner_than_rounding_is_not_cut_off():
    """Two lines cross at an angle of 1e-13; a third would cut off a tip 1e-3 long and 1e-16 wide: the other six stay."""
    weight = np.array([[0, 1.0], [-1e-13, 1.0], [1.0, 0]])
    network = Network.from_weights([(weight, [0.0, 0.0, -1e-3], "relu"), (np.ones((1, 3)), [0.0], "identity")])
    found = regions(network, [(-1, 1), (-1, 1)])
    assert found.count == 6
    assert found.mesh.euler == 1
    assert [len(fold.lines) for fold in found.folds] == [1, 1, 1]  # the third goes on where it cuts nothing off
    assert np.abs(found.folds[2].lines[0][:, 1]).max() == 1


def test_regions_with_the_same_map_are_one_linear_region():
    """relu(x1) - relu(-x1) is x1: the fold of both nodes is none of the output's."""
    network = Network.from_weights([([[1, 0], [-1, 0], [0, 1]], [0, 0, 0], "relu"), ([[1, -1, 1]], [0], "identity")])
    found = regions(network, [(-1, 1), (-1, 1)])
    assert (found.count, found.linear_count) == (4, 2)
    assert str(found) == (
        "For x1 in [-1, 1] and x2 in [-1, 1] the network has 4 activation regions, on which it is 2 planes (exact)."
    )


def test_random_he_networks_have_about_half_the_square_of_their_nodes_as_regions():
    """Hanin and Rolnick (2019): the number hardly depends on depth."""
    found = [
        regions(drawn(seed, (2, *[nodes] * depth, 1), ("relu",) * depth, 1e-2), [(-9, 9), (-9, 9)]).count
        / ((nodes * depth) ** 2 / 2)
        for seed in range(4)
        for depth, nodes in ((1, 48), (2, 24), (3, 16))
    ]
    assert 0.94 < np.mean(found) < 1.05


def test_other_features_are_held_and_scaling_is_gone_through():
    data = nw.Dataset(np.random.default_rng(0).normal(2000, 5, (60, 3)), np.arange(60.0))
    fit = nw.fit(data, hidden=(4,), activation="relu", steps=30, seed=0)
    box = [(1990, 2010), (1985, 2015)]
    found = regions(fit, box, at={"x2": 2003.0})
    assert found.feature_names == ("x1", "x3")
    corner = np.concatenate(found.polygons)
    assert corner.min(axis=0).tolist() == [1990, 1985]
    assert corner.max(axis=0).tolist() == [2010, 2015]
    x = np.insert(found.centres, 1, 2003.0, axis=1)
    assert found.values == pytest.approx(fit.network(x), rel=1e-10)


def test_a_budget_stops_with_what_is_known():
    found = regions(lines(12), [(-9, 9), (-9, 9)], most=30)
    assert 20 < found.count <= 30
    assert found.certainty == "not finished"
    assert f"{found.count} by the nodes before node" in str(found)
    assert found.areas.sum() == pytest.approx(18 * 18, rel=1e-12)
    assert len(found.polygons) == len(found.areas) == found.count
    assert 0 < len(found.folds) < 12
    assert np.isnan(found.slopes).all()
    assert found.as_dict()["stopped"][0] == 0


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        ({"box": [(1, 0), (0, 1)]}, "box must have low below high. Got 1 and 0 for x1; swap or widen them."),
        (
            {"box": [(0, 5e-324), (0, 1)]},
            "box must be wider than 1e-300. Got 4.94066e-324 for x1; use a smaller unit.",
        ),
        ({"box": [(0, 1)]}, "box must be 2 pairs (low, high), for x1 and x2. Got [(0, 1)]."),
        ({"box": "all"}, "box must be 2 pairs (low, high), for x1 and x2. Got 'all'."),
        (
            {"box": [(0, np.inf), (0, 1)]},
            "box must have ends between -1e100 and 1e100. Got [(0, inf), (0, 1)] for x1 and x2; give finite ends.",
        ),
        ({"box": BOX, "most": 0}, "most must be a whole number from 1. Got 0."),
        (
            {"box": BOX, "network": drawn(0, (2, 3, 1), ("tanh",))},
            "regions need a network of straight lines. Got tanh in layer 1, which is smooth. Use nodewise.boundaries "
            "for where its class changes, or nodewise.bounds for its range.",
        ),
        (
            {"box": BOX, "network": drawn(0, (3, 3, 1), ("relu",))},
            "regions must be asked of two features. Got 3; hold the others in at, such as at={'x3': …}.",
        ),
        (
            {"box": [(0, 1)], "network": drawn(0, (1, 3, 1), ("relu",))},
            "regions must be asked of two features. Got 1: x. Use nodewise.pieces for one.",
        ),
    ],
)
def test_bad_input_is_refused_in_one_sentence(ask, said):
    with pytest.raises(NodewiseError) as refusal:
        regions(ask.pop("network", lines(3)), **ask)
    assert str(refusal.value) == said


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), widths=st.lists(st.integers(1, 8), min_size=1, max_size=3))
def test_the_lipschitz_constant_is_met_and_never_exceeded(seed, widths):
    network = drawn(seed, (2, *widths, 2), ("relu",) * len(widths))
    found = regions(network, BOX)
    rng = np.random.default_rng(seed)
    a, b = rng.uniform([-2, -1.5], [3, 1], (2, 5000, 2))
    change = np.abs(network(a) - network(b)) / np.linalg.norm(a - b, axis=1)[:, None]
    assert (change <= found.lipschitz * (1 + 1e-9) + 1e-12).all()
    assert (found.lipschitz <= nw.bounds(network, BOX).lipschitz * (1 + 1e-9) + 1e-12).all()
    for output, steepest in enumerate(found.lipschitz):
        region = np.linalg.norm(found.slopes[:, output], axis=1).argmax()
        corners = found.polygons[region]
        inside = [corners.mean(axis=0), corners.mean(axis=0) + (corners[0] - corners.mean(axis=0)) / 2]
        gradient = found.slopes[region, output]
        step = (inside[1] - inside[0]) @ gradient
        assert network(np.array(inside))[:, output] @ [-1, 1] == pytest.approx(step, rel=1e-6, abs=1e-12)
        assert np.linalg.norm(gradient) == pytest.approx(steepest, rel=1e-14)


def test_a_network_that_jumps_has_no_lipschitz_constant():
    assert regions(drawn(0, (2, 3, 1), ("step",)), BOX).lipschitz.tolist() == [np.inf]
