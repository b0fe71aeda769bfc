"""Over two features of a network of straight lines: exact areas, parts and boundary, whatever the grid sees."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nodewise as nw
from networks import classifier
from nodewise.inspection.boundaries import read


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
        assert found.plane.certainty == "sampled on 200 × 200"
        assert found.plane.islands == (1, 0)
        assert (found.certainty, found.contour_certainty, found.contour_within) == ("exact", "exact", 0)
        assert found.islands == (1, 1)
        assert found.share[1] == pytest.approx((r / 2) ** 2, rel=1e-9)
        (border,) = found.borders
        order = [found.feature_names.index(name) for name in ("x1", "x2")]
        np.testing.assert_allclose(np.abs(border.points[:, order] - corner).sum(axis=1), r / 2, rtol=1e-9)
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
    np.testing.assert_allclose(np.array(list(exact.class_areas.values())) / area, found.plane.share, atol=0.02)
    for own, sampled in zip(exact.islands.values(), found.plane.islands, strict=True):
        assert own >= (sampled > 0)


def test_weights_beyond_single_precision():
    network = nw.Network.from_weights([([[1e90, -5e89]], [0.0], "relu"), ([[1e-90]], [0.0], "identity")])
    found = nw.boundaries(network, low=[-1, -1], high=[1, 1], threshold=0.5)
    assert found.share[1] == pytest.approx(found.exact.class_areas[1] / 4, abs=0.01)


def test_a_smooth_network_has_no_exact_regions():
    assert nw.boundaries(classifier(0, (2, 4, 2), "tanh"), low=[-1, -1], high=[1, 1]).exact is None


def test_more_regions_than_a_second_takes_leave_the_grid(monkeypatch):
    monkeypatch.setattr(read, "_FEW_REGIONS", 20)
    wide = classifier(0, (2, 9, 9, 2), "relu")
    found = nw.boundaries(wide, low=[-3, -3], high=[3, 3])
    assert found.certainty == "sampled on 200 × 200"
    assert found.islands == found.plane.islands
    assert found.exact.count > 20
