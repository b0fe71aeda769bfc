"""The first essay's networks: the measured share of good starts, start by start and rate by rate."""

import numpy as np
import pytest

import nodewise as nw

pytestmark = pytest.mark.slow

INSIDE = np.linspace(-10, 10, 400)
OUTSIDE = np.r_[np.linspace(-20, -10, 200), np.linspace(10, 20, 200)]


def shares(activation, hidden, start, rate, starts=200, datasets=5):
    """Return the share of starts with error below .15 to the true sine, and the good ones' median error outside."""
    inside, outside = [], []
    for seed in range(datasets):
        fit = nw.fit(
            nw.problems.sine(seed=seed), hidden, activation, steps=1000, learning_rate=rate, start=start,
            starts=starts // datasets, scale=False, seed=seed,
        )  # fmt: skip
        for i in range(len(fit.starts)):
            network = fit.start_network(i)
            for x, errors in ((INSIDE, inside), (OUTSIDE, outside)):
                errors.append(np.sqrt(np.mean((network(x)[:, 0] - np.sin(x)) ** 2)))
    good = np.array(inside) < 0.15
    return good.mean(), np.median(np.array(outside)[good]) if good.any() else np.nan


# activation, nodes, start, rate, share, starts it was measured over, error outside
TABLE = [
    ("sigmoid", 10, "glorot", 0.01, 0.03, 200, None),
    ("sigmoid", 10, "glorot", 0.03, 0.28, 200, None),
    ("sigmoid", 10, "glorot", 0.1, 0.56, 200, 2.06),
    ("sigmoid", 10, "pytorch", 0.1, 0.67, 200, 2.0),
    ("relu", 100, "glorot", 0.1, 0.38, 60, 5.25),
    ("relu", 100, "pytorch", 0.1, 0.70, 60, 5.25),
    ("cosine", 1, "glorot", 0.1, 0.46, 200, 0.035),
    ("cosine", 3, "glorot", 0.01, 0.84, 200, 0.09),
    ("cosine", 3, "glorot", 0.03, 0.89, 200, 0.09),
    ("cosine", 3, "glorot", 0.1, 0.90, 200, 0.09),
    ("triangle", 3, "glorot", 0.01, 0.89, 200, 0.135),
    ("triangle", 3, "glorot", 0.1, 0.89, 200, 0.135),
    ("saw", 3, "glorot", 0.1, 0.00, 200, None),
]


@pytest.mark.parametrize(("activation", "hidden", "start", "rate", "share", "count", "outside"), TABLE)
def test_the_share_of_good_starts_is_the_measured_one(activation, hidden, start, rate, share, count, outside):
    ours, error = shares(activation, hidden, start, rate, starts=count)
    # Two samples of `count` starts: three standard errors of their difference, plus the five data sets' own scatter.
    assert abs(ours - share) <= 3 * np.sqrt(2 * max(share * (1 - share), 0.01) / count) + 0.03
    if outside:
        assert error == pytest.approx(outside, rel=0.5)


@pytest.mark.parametrize(("activation", "hidden", "measured"), [("sigmoid", 10, 0.85), ("relu", 100, 0.95)])
def test_our_data_aware_start_is_at_least_as_good_as_the_measured_one(activation, hidden, measured):
    ours, _ = shares(activation, hidden, "spread", 0.1, starts=60)
    assert ours >= measured - 0.05


def test_longer_training_does_not_help_a_start_outside_the_frequency_basin():
    """The essay says a single cosine node works "if lucky or just train longer": ten times longer changes nothing."""
    short, long = (
        nw.fit(nw.problems.sine(), 1, "cosine", steps=steps, learning_rate=0.1, start="glorot", starts=100, scale=False)
        for steps in (1000, 10_000)
    )
    good = [np.sqrt(fit.starts.losses) < 0.15 for fit in (short, long)]
    assert 0.2 < good[0].mean() < 0.7
    assert abs(good[0].mean() - good[1].mean()) <= 0.02


@pytest.mark.parametrize(("activation", "hidden"), [("sigmoid", 10), ("cosine", 3), ("relu", 100)])
def test_auto_reaches_the_noise_floor_from_every_seed(activation, hidden):
    """facts: 50 samples on [-7.5, 7.5], noise .1; all 100 seeds are in benchmarks/training.py."""
    errors = [
        nw.fit(nw.problems.sine(low=-7.5, high=7.5, seed=seed), hidden, activation, solver="auto", seed=seed).rmse
        for seed in range(20)
    ]
    assert max(errors) <= 0.11
