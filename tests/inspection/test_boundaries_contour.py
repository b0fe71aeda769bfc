"""How near the boundary drawn is to the true one: against closed forms and the network itself, asked all around."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import KDTree

from networks import classifier
from nodewise.inspection.boundaries import boundaries
from nodewise.inspection.boundaries.beside import proved
from nodewise.inspection.reading import nice
from nodewise.network import Network

BOX = {"low": (-3.0, -2.0), "high": (3.0, 4.0)}


def gap(network, points):
    top = np.sort(network.logits(points), axis=1)
    return top[:, -1] - top[:, -2]


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
        share = np.linspace(0, 1, 21)[:, None, None]
        places = (1 - share) * border.points[1:] + share * border.points[:-1]
        assert (
            tree.query(places.reshape(-1, 2))[0].max() <= 4 * tolerance + 1e-5
        )  # the range is 4; 1e-5 for the brute force
        assert reading.contour_certainty == f"certified within {nice(tolerance)} of the range"
        counts.append(len(border.points))
    assert counts == sorted(set(counts))


SMOOTH = st.sampled_from(["tanh", "sigmoid", "cosine", "gelu", "softplus", "snake"])


@given(st.integers(0, 10**6), SMOOTH, st.sampled_from([(2, 6, 1), (2, 8, 2), (2, 6, 5, 3), (2, 5, 4)]))
@settings(max_examples=25, deadline=None)
def test_where_it_is_certified_the_class_changes_within_the_tolerance(seed, hidden, sizes):
    """Brute force: around each place of the polylines the network is asked on both hands, on ever wider circles."""
    network, tolerance = classifier(seed, sizes, hidden, "sigmoid" if sizes[-1] == 1 else "softmax"), 1e-3
    reading = boundaries(network, points=60, tolerance=tolerance, **BOX)
    if not reading.contour_certainty.endswith("of the range"):
        return
    rng, half = np.random.default_rng(seed), reading.where.half
    for border in reading.borders:
        share = rng.random((len(border.points) - 1, 1))
        places = share * border.points[1:] + (1 - share) * border.points[:-1]
        angle = np.linspace(0, 2 * np.pi, 49)[:-1]
        rings = np.concatenate([r * np.column_stack([np.cos(angle), np.sin(angle)]) for r in (0.25, 0.6, 1.001)])
        said = network.classify((places[:, None] + 2 * tolerance * half * rings).reshape(-1, 2)).reshape(
            len(places), -1
        )
        assert (said != said[:, :1]).any(axis=1).all()


def test_most_smooth_boundaries_are_certified():
    """Of two classes all are; of three what is left is where one of them is narrower than the grid."""
    certified = [
        boundaries(classifier(seed, (2, 8, 1), hidden, "sigmoid"), points=60, **BOX).contour_certainty
        for seed in range(5)
        for hidden in ("tanh", "cosine", "gelu")
    ]
    assert set(certified) == {"certified within 0.0001 of the range"}
    three = [boundaries(classifier(seed, (2, 6, 5, 3), "tanh"), points=60, **BOX) for seed in range(8)]
    assert min(reading.plane.contour_proved for reading in three) > 0.89
    assert sum(reading.contour_certainty.endswith("of the range") for reading in three) == 4
    assert sum("of the range along 9" in reading.contour_certainty for reading in three) >= 3


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_proved_of_what_is_not_there(seed):
    """A polyline moved off the boundary by 3 tolerances is nowhere near it; by half a tolerance it still is."""
    reading = boundaries(classifier(seed, (2, 7, 1), "tanh", "sigmoid"), points=60, tolerance=1e-5, **BOX)
    layers, distance = reading.where.restrict(reading.rule.layers), 2e-3
    start, end = reading.plane.straight_pieces(reading.borders)
    along = end - start
    across = np.column_stack([-along[:, 1], along[:, 0]]) / np.hypot(*along.T)[:, None]
    inner = KDTree(np.concatenate([start, end]))
    for moved, sure in ((0.5, True), (3.0, False)):
        begin, stop = start + moved * distance * across, end + moved * distance * across
        share = proved(layers, 1, begin, stop, distance)
        if sure:
            assert share.min() == 1
        else:
            alone = (inner.query((begin + stop) / 2)[0] > 2 * distance) & (np.hypot(*along.T) < distance)
            assert not share[alone].any()


def test_where_a_third_class_wins_between_two_nothing_is_proved():
    """The scores 0 and 1 are equal on x1 = 0, where class 2 wins up to 0.5 on both sides."""
    network = Network.from_weights([([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.0]], [0.0, 0.0, 0.5], "softmax")])
    start, end = np.array([[0.0, -1.0], [0.5, -1.0]]), np.array([[0.0, 1.0], [0.5, 1.0]])
    layers = boundaries(network, low=(-1, -1), high=(1, 1)).rule.layers
    np.testing.assert_array_equal(proved(layers, 0, start, end, 1e-3), [0, 1])


def test_where_nothing_can_be_proved_it_is_measured():
    network = Network.from_weights([(np.eye(2), [0.0, 0.0], "cosine"), ([[1.0, 1.0]], [-1.8], "sigmoid")])
    reading = boundaries(network, low=(-2, -2), high=(2, 2))
    assert reading.summary.endswith("the boundary as drawn is certified within 0.0001 of the range.")
    assert reading.as_dict()["contour_certainty"] == "certified within 0.0001 of the range"
    assert boundaries(network, threshold=0.9, low=(-2, -2), high=(2, 2)).contour_certainty == ""
    reading.plane.__dict__["contour_proved"] = 0.99949
    assert reading.contour_certainty == (
        "certified within 0.0001 of the range along 99.9% of its length, sampled along the rest"
    )
