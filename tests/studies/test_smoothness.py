"""Smooth and jagged targets by activation."""

import json

import numpy as np
import pytest
from scipy.stats import binom

import nodewise as nw
from nodewise.errors import NodewiseError
from nodewise.inspection.smoothness import Smoothness
from nodewise.studies.smoothness import jagged, smooth


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def read(told):
    how = {"hidden": 6, "starts": 4, "steps": 300}
    return nw.smoothness(activations=("tanh", "relu"), progress=lambda *now: told.append(now), **how)


def test_progress_counts_pairs(read, told):
    assert told == [(done, 4) for done in range(1, 5)]


def test_both_targets_turn_at_the_same_corners():
    x = np.linspace(-1, 1, 2001)[:, None]
    turns = [np.flatnonzero(np.diff(np.sign(np.diff(f(x)[:, 0]).round(9)))) for f in (smooth, jagged)]
    np.testing.assert_array_equal(turns[0].shape, turns[1].shape)
    assert len(turns[0]) == 5
    assert np.abs(turns[0] - turns[1]).max() <= 1
    assert np.abs(np.diff(smooth(x)[:, 0], 2)).max() < 0.1 * np.abs(np.diff(jagged(x)[:, 0], 2)).max()


def test_errors_are_those_of_the_same_fits(read):
    assert read.errors.shape == (2, 2, 4)
    x = np.linspace(-1, 1, 2001)[:, None]
    for i, truth in enumerate((smooth, jagged)):
        for j in range(2):
            error = np.sqrt(np.mean((read.networks[i][j](x) - truth(x)) ** 2))
            assert error == pytest.approx(read.errors[i, j].min(), rel=1e-9)


def test_pairs_are_tested(read):
    a, b = np.array([1.0, 1, 1, 1, 1, 3]), np.array([2.0, 2, 2, 2, 2, 2])
    made = Smoothness(read.targets[:1], ("tanh", "relu"), (6,), np.array([[a, b]]), read.networks)
    better, worse, p = made.paired(0, 0, 1)
    assert (better, worse) == (5, 1)
    assert p == pytest.approx(2 * binom.cdf(1, 6, 0.5))
    assert str(made) == (
        "With 6 nodes, the smooth target is fitted best by tanh (median error 1; relu 2, worse in 5 of 6, which chance "
        "explains)."
    )
    assert [row["p"] for row in made.table()] == [None, pytest.approx(p)]
    json.dumps(read.as_dict(), allow_nan=False)


REFUSALS = {
    "target": (
        lambda: nw.smoothness([nw.problems.xor()]),
        "targets must be datasets of one feature, with targets and a known truth. Got 'xor'; nodewise.problems makes some.",
    ),
    "targets": (lambda: nw.smoothness([]), "targets must be at least one dataset. Got none."),
    "none": (lambda: nw.smoothness(activations=[]), "activations must be at least one name. Got none."),
}


@pytest.mark.parametrize(("call", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(call, message):
    with pytest.raises(NodewiseError) as refused:
        call()
    assert str(refused.value) == message


@pytest.mark.slow
def test_each_target_has_its_activation():
    read = nw.smoothness(activations=("tanh", "relu"), starts=12)
    assert read.paired(0, 0, 1)[0] >= 9  # smooth
    assert read.paired(1, 1, 0)[0] >= 9  # jagged
