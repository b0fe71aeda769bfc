"""Training along the gradient that automatic differentiation misses."""

import json

import numpy as np
import pytest

import nodewise as nw
from nodewise.errors import NodewiseError


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def read(told):
    return nw.jumps(hidden=1, starts=12, steps=400, progress=lambda *now: told.append(now))


def test_progress_counts_arms(read, told):
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_with_the_jumps_the_saw_finds_the_best_there_is(read):
    without, whole = read.arm(1, "saw, autograd").errors, read.arm(1, "saw, with jumps").errors
    assert (without > 0.6).all()
    # A saw on a sine, without end: the sine's first wave is 6/π² of the saw's power.
    assert abs(whole.min() - np.sqrt(0.5 * (1 - 6 / np.pi**2))) < 0.02
    truth = np.linspace(-10, 10, 1001)[:, None]
    best = read.arm(1, "saw, with jumps").network
    assert np.sqrt(np.mean((best(truth) - np.sin(truth)) ** 2)) == pytest.approx(whole.min(), rel=1e-9)


def test_the_slope_with_the_jumps_is_that_of_the_loss(read):
    at = read.slopes
    bends = np.abs(at.weights[:, None] * 10 + [-1, 1] * read.node.folded.dense[0].bias)
    smooth = (np.abs(bends - np.round(bends)) > 1e-3).all(axis=1)  # no jump enters the range
    np.testing.assert_allclose((at.autograd + at.jumps)[smooth], at.numerical[smooth], rtol=1e-4, atol=1e-4)
    assert np.abs(at.autograd - at.numerical).max() > 1


def test_the_table_and_the_sentence(read):
    rows = read.table()
    assert [(row["activation"], row["gradient"]) for row in rows] == [
        ("saw", "autograd"), ("saw", "with jumps"), ("triangle", "autograd"),
    ]  # fmt: skip
    assert rows[1]["good"] == 0
    assert str(read).startswith("Along the weight of a saw node automatic differentiation sees slopes of up to ")
    assert str(read).endswith("Good is a root-mean-square error to the truth of at most 0.15.")
    json.dumps(read.as_dict(), allow_nan=False)


def test_an_arm_that_is_none(read):
    with pytest.raises(NodewiseError) as refused:
        read.arm(2, "saw")
    assert str(refused.value).startswith(
        "an arm must be one of 1 saw, autograd, 1 saw, with jumps, 1 triangle, autograd. Got '2 saw'."
    )


REFUSALS = {
    "data": (lambda: nw.jumps([1]), "data must be a Dataset. Got list; nodewise.problems makes some."),
    "features": (
        lambda: nw.jumps(nw.problems.multiplication()),
        "data must be samples of one feature and one target whose truth is known, at different places and without "
        "weights. Got multiplication; nodewise.problems.sine() is one.",
    ),
    "smooth": (
        lambda: nw.jumps(activation="tanh"),
        "activation must be one that jumps (saw, step), and beside one that does not. Got 'tanh' and 'triangle'.",
    ),
    "width": (lambda: nw.jumps(hidden=[1, 0]), "hidden must be a whole number of at least 1. Got 0."),
    "none": (lambda: nw.jumps(hidden=[]), "hidden must be at least one width. Got none."),
}


@pytest.mark.parametrize(("call", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(call, message):
    with pytest.raises(NodewiseError) as refused:
        call()
    assert str(refused.value) == message


@pytest.mark.slow
def test_the_essay_s_shares():
    read = nw.jumps(hidden=3, scale=False, starts=32)
    shares = {arm.name: (arm.errors <= read.good).mean() for arm in read.arms}
    assert shares["saw, autograd"] == 0
    assert 0.75 < shares["triangle, autograd"] <= 1


@pytest.mark.slow
def test_many_saws_become_good_with_the_jumps_alone():
    read = nw.jumps(hidden=16, starts=24)
    assert (read.arm(16, "saw, autograd").errors > 0.5).all()
    assert np.median(read.arm(16, "saw, with jumps").errors) < 0.22
    assert (read.arm(16, "saw, with jumps").errors <= 0.15).any()
