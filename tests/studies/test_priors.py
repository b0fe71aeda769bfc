"""Architectures at places never seen: what is certain of them, and what a few starts show."""

import sys

import numpy as np
import pytest

import nodewise as nw
from nodewise.data.shifted import PATTERNS, TASKS
from nodewise.errors import NodewiseError


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def read(told):
    return nw.priors(arms=("dense", "convolution"), starts=3, steps=250, progress=lambda *now: told.append(now))


def test_progress_counts_trainings(read, told):
    assert told == [(done, 6) for done in range(1, 7)]


def test_the_convolution_is_right_where_the_dense_layer_guesses(read):
    dense, convolution = read.arms
    assert min(dense.seen) > 0.95
    assert 0.3 < dense.unseen.mean() < 0.7
    assert min(*convolution.seen, *convolution.unseen) > 0.98
    assert (dense.parameters, convolution.parameters) == (32 * 64 + 64 + 64 * 2 + 2, 8 * 4 + 8 + 8 * 2 + 2)


def test_the_reading_holds_what_was_trained(read):
    assert read.dense_difference < 1e-12
    assert read.shift_difference == 0
    drawn = TASKS["patterns"].draw(0)
    right = [(read.convolution.network.classify(x) == classes).mean() for x, classes in drawn[1:]]
    np.testing.assert_allclose(right, [read.arm("convolution").seen[0], read.arm("convolution").unseen[0]], atol=0.005)


def test_patterns_lie_where_they_should():
    train, seen, unseen = TASKS["patterns"].draw(3)
    for given, places in ((train, range(12)), (seen, range(12)), (unseen, range(16, 28))):
        for x, label in zip(*given, strict=True):
            off = [np.abs(x - np.pad(PATTERNS[label], (p, 28 - p))).max() for p in range(29)]
            assert int(np.argmin(off)) in places
            assert min(off) < 0.6
    assert not np.array_equal(train.x, seen.x)


def test_digits_lie_where_they_should():
    train, seen, unseen = (given.x.reshape(-1, 14, 14) for given in TASKS["digits"].draw(0))
    assert len(train) == 1200
    assert len(seen) == len(unseen) == 1797 - 1200
    assert not train[:, 10:].any()
    assert not seen[:, :, 10:].any()
    assert not unseen[:, :4].any()
    assert train[:, 9].any()
    np.testing.assert_allclose(np.sort(seen.reshape(597, -1)), np.sort(unseen.reshape(597, -1)))


def test_digits_need_scikit_learn(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(NodewiseError) as refused:
        nw.priors("digits")
    assert str(refused.value) == (
        'the digits come with scikit-learn, which is not installed. Install it: pip install "nodewise[sklearn]".'
    )


REFUSALS = {
    "task": (lambda: nw.priors("digit"), "task must be one of patterns, digits. Got 'digit'. Did you mean 'digits'?"),
    "arm": (
        lambda: nw.priors(arms=["conv"]),
        "an arm must be one of dense, dense, noise added, dense, random shifts, convolution, attention, attention with "
        "positions, attention with offsets. Got 'conv'. Did you mean 'convolution'?",
    ),
    "starts": (lambda: nw.priors(starts=0), "starts must be a whole number of at least 1. Got 0."),
    "steps": (lambda: nw.priors(steps=1.5), "steps must be a whole number of at least 1. Got 1.5."),
}


@pytest.mark.parametrize(("call", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(call, message):
    with pytest.raises(NodewiseError) as refused:
        call()
    assert str(refused.value) == message


@pytest.mark.slow
def test_what_each_prior_is_worth():
    read = nw.priors(starts=2, steps=200)
    assert all(read.arm(name).unseen.mean() > 0.97 for name in ("convolution", "dense, random shifts"))
    assert read.arm("attention with offsets").unseen.mean() > 0.9
    for name in ("dense", "dense, noise added", "attention with positions"):
        assert read.arm(name).seen.mean() > 0.95
        assert 0.35 < read.arm(name).unseen.mean() < 0.65
    assert 0.4 < read.arm("attention").seen.mean() < 0.6  # +1, -1, +1, -1 in another order is +1, +1, -1, -1


@pytest.mark.slow
def test_digits():
    read = nw.priors("digits", arms=("dense", "convolution"), starts=1)
    assert read.arm("dense").seen[0] > 0.75
    assert read.arm("dense").unseen[0] < 0.3
    assert min(read.arm("convolution").seen[0], read.arm("convolution").unseen[0]) > 0.95
    assert read.shift_difference == 0
