"""Connected parts of a class, against shapes whose parts can be counted by hand."""

import numpy as np
import pytest

from nodewise.inspection.boundaries.islands import parts

T = np.linspace(-1, 1, 41)  # points 0.05 apart


def count(inside, t=T):
    across, up = np.meshgrid(t, t)
    points = np.column_stack([across.ravel(), up.ravel()])
    return parts(inside(points).reshape(len(t), -1), t, inside)


def discs(centres, radius):
    return lambda p: (np.linalg.norm(p[:, None] - np.array(centres), axis=-1) < radius).any(axis=1)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_discs_apart_are_counted(n):
    centres = [(-0.6, -0.6), (0.6, 0.6), (-0.6, 0.6), (0.6, -0.6)][:n]
    assert count(discs(centres, 0.3)) == n


def test_a_class_that_wins_nowhere_has_none():
    assert count(lambda p: np.zeros(len(p), bool)) == 0


@pytest.mark.parametrize("slope", [0.05, 0.3, 0.7, 1.0])
def test_a_strip_thinner_than_the_grid_is_one(slope):
    assert count(lambda p: np.abs(p[:, 1] - slope * p[:, 0] - 0.011) < 0.02) == 1


def test_a_ring_and_the_disc_in_it_are_two():
    ring = lambda p: np.abs(np.linalg.norm(p, axis=1) - 0.7) < 0.1  # noqa: E731
    assert count(lambda p: ring(p) | discs([(0, 0)], 0.2)(p)) == 2
