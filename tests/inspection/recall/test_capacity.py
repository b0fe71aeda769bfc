"""The capacity experiment against closed forms, a count of all cases, and the numbers known from the literature."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import norm

import nodewise as nw
from nodewise.errors import NodewiseError
from nodewise.inspection.recall.capacity import _hebb


def test_the_bit_error_at_the_classical_load():
    reading = nw.capacity(features=500, loads=0.138, trials=8)
    assert reading.limit[0] == pytest.approx(0.0036, abs=5e-5)
    assert reading.limit[0] == pytest.approx(norm.cdf(-1 / np.sqrt(0.138)), rel=1e-12)
    assert abs(reading.measured[0] - reading.theory[0]) < 4 * reading.standard_error[0]
    assert reading.standard_error[0] < 3e-4
    assert reading.overlap[0] > 0.95


@pytest.mark.parametrize(("rows", "features", "noise"), [(2, 3, 0.0), (3, 3, 0.2), (2, 4, 0.3), (3, 2, 0.1)])
def test_the_theory_is_exact_by_counting_every_case(rows, features, noise):
    """All rows, all cues, all bits: each with its probability."""
    wrong = 0.0
    for bits in product([-1, 1], repeat=rows * features):
        x = np.reshape(bits, (rows, features))
        weights = x.T @ x - rows * np.eye(features)
        for flips in product([1, -1], repeat=features):
            cue = x[0] * flips
            turned = flips.count(-1)
            fields = weights @ cue
            after = np.where(fields == 0, cue, np.sign(fields))
            wrong += noise**turned * (1 - noise) ** (features - turned) * np.mean(after != x[0])
    assert _hebb(rows, features, noise) == pytest.approx(wrong / 2 ** (rows * features), rel=1e-10)


def test_the_theory_tends_to_the_limit():
    assert _hebb(13_800, 100_000, 0.0) == pytest.approx(norm.cdf(-1 / np.sqrt(0.138)), rel=5e-3)


def test_noise_in_the_cue():
    reading = nw.capacity(features=300, loads=[0.1, 0.3], noise=0.1, trials=8)
    assert (np.abs(reading.measured - reading.theory) < 4 * reading.standard_error).all()
    np.testing.assert_allclose(reading.limit, norm.cdf(-0.8 / np.sqrt([0.1, 0.3])))


def test_the_pseudo_inverse_loses_nothing():
    reading = nw.capacity("pseudo-inverse", 60, [0.2, 0.5, 0.9], trials=3)
    np.testing.assert_array_equal(reading.measured, 0)
    np.testing.assert_array_equal(reading.overlap, 1)
    assert "at all loads tried rows keep an overlap above 0.95" in str(reading)


def test_overloaded_memories_lose_their_rows():
    reading = nw.capacity(features=200, loads=[0.05, 0.4], trials=3)
    assert reading.overlap[0] > 0.99
    assert reading.overlap[1] < 0.6
    assert str(reading).startswith("At a load of 0.05, one step leaves ")
    assert str(reading).endswith(
        "that is the largest load tried at which they keep an overlap above 0.95 once settled."
    )
    assert nw.capacity(features=200, loads=0.4, trials=2).summary.endswith(
        "at no load tried do the rows keep an overlap above 0.95 once settled."
    )


@pytest.mark.parametrize(("beta", "weight"), [(2, 0.513519), (5, 0.954959)])
def test_the_weight_of_the_right_row(beta, weight):
    reading = nw.capacity("softmax", 2000, 8 / 2000, beta=beta, trials=8)
    assert reading.limit[0] == pytest.approx(weight, abs=5e-7)
    assert reading.measured[0] == pytest.approx(weight, abs=0.005)
    assert reading.theory[0] <= reading.limit[0]
    assert reading.measured[0] > reading.theory[0] - 4 * reading.standard_error[0]
    assert reading.table()[0]["overlap"] is None
    assert "Of 8 random rows the right one gets 0." in str(reading)


def test_the_same_seed_gives_the_same_numbers():
    a, b, other = (nw.capacity(features=50, loads=0.2, trials=2, seed=s).measured for s in (0, 0, 1))
    np.testing.assert_array_equal(a, b)
    assert (a != other).any()


REFUSALS = [
    (("hopfield",), {}, "rule must be one of softmax, hebb, pseudo-inverse. Got 'hopfield'."),
    (("hebb", 1), {}, "features must be a whole number of at least 2. Got 1."),
    (("hebb", 50_000), {}, "features must be a whole number from 2 to 20000. Got 50000."),
    (
        ("hebb", 50, []),
        {},
        "loads must be one or more numbers above 0, rows per feature, and at most 100000 rows. Got [] with 50 features.",
    ),
    (
        ("hebb", 50, 0),
        {},
        "loads must be one or more numbers above 0, rows per feature, and at most 100000 rows. Got 0 with 50 features.",
    ),
    (("hebb", 50, "all"), {}, "a load must be a finite number. Got 'all'."),
    (("hebb",), {"noise": 0.5}, "noise must be below 0.5, where a cue says nothing any more. Got 0.5."),
    (("hebb",), {"beta": 2}, "beta belongs to the rule 'softmax'. Got it with 'hebb'; leave it out."),
    (("softmax",), {}, "beta must be above 0 with the rule 'softmax'. Got None; rows are of length 1."),
    (("hebb",), {"trials": 1}, "trials must be a whole number of at least 2. Got 1."),
]


@pytest.mark.parametrize(("given", "options", "message"), REFUSALS)
def test_what_cannot_be_measured_is_refused(given, options, message):
    with pytest.raises(NodewiseError) as caught:
        nw.capacity(*given, **options)
    assert str(caught.value) == message
