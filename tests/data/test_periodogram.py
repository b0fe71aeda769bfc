import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import lombscargle

from nodewise.data import problems
from nodewise.data.periodogram import grid, periodogram


def explained(x, y, frequency):
    """Return the share of the variance that c + a·cos + b·sin explains, by least squares."""
    design = np.column_stack([np.cos(frequency * x), np.sin(frequency * x), np.ones(len(x))])
    left = y - design @ np.linalg.lstsq(design, y)[0]
    return 1 - left @ left / np.sum((y - y.mean()) ** 2)


@given(seed=st.integers(0, 10**6), samples=st.integers(5, 80), start=st.sampled_from([0.0, -3.0, 1990.0]))
def test_power_against_scipy_and_least_squares(seed, samples, start):
    rng = np.random.default_rng(seed)
    x, y = start + rng.uniform(0, 12, samples), rng.normal(5, 2, samples)
    frequency = np.linspace(0.3, 6, 20)
    power = periodogram(x, y, frequency).power
    centered = x - x.mean()  # the power does not depend on the origin, SciPy's digits do
    assert power == pytest.approx(lombscargle(centered, y, frequency, floating_mean=True, normalize=True), abs=1e-9)
    assert power == pytest.approx([explained(centered, y, f) for f in frequency], abs=1e-7)


def test_a_pure_wave_is_explained_whole():
    x = np.random.default_rng(0).uniform(0, 30, 60)
    found = periodogram(x, 3 + np.cos(1.7 * x + 0.4), np.array([1.0, 1.7, 2.4]))
    assert found.power[1] == pytest.approx(1)
    assert (found.power[[0, 2]] < 0.5).all()
    assert found.chance[1] == pytest.approx(0, abs=1e-100)


def test_cosine_and_sine_that_samples_cannot_tell_apart():
    x = np.arange(10.0)  # at the frequency π a sine is 0 at every sample, or the cosine's multiple
    y = (-1.0) ** np.arange(10) + np.random.default_rng(0).normal(size=10)
    assert periodogram(x, y, np.array([np.pi])).power[0] == pytest.approx(explained(x, y, np.pi), abs=1e-9)
    assert periodogram(x, y, np.array([2 * np.pi])).power[0] == pytest.approx(0, abs=1e-9)


def test_the_same_target_everywhere_has_no_power():
    found = periodogram(np.arange(5.0), np.full(5, 3.0))
    assert (found.power == 0).all()
    assert (found.chance == 1).all()


@pytest.mark.parametrize("samples", [8, 30])
def test_chance_against_white_noise(samples):
    rng = np.random.default_rng(0)
    x, trials = rng.uniform(0, 10, samples), 4000
    frequency = np.array([0.9, 2.3])
    chance = np.array([periodogram(x, rng.normal(size=samples), frequency).chance for _ in range(trials)])
    for level in (0.5, 0.1, 0.01):
        spread = np.sqrt(level * (1 - level) / trials)
        assert (chance <= level).mean(0) == pytest.approx(level, abs=4 * spread)


def test_two_or_three_samples_make_any_peak_likely():
    for x in ([0.0, 1.0], [0.0, 1.0, 3.0]):
        assert (periodogram(np.array(x), np.arange(len(x), dtype=float)).chance == 1).all()


def test_the_peak_of_the_sine():
    data = problems.sine()
    found = periodogram(data.inputs[:, 0], data.targets[:, 0])
    assert found.peak == pytest.approx(1, abs=0.05)
    assert found.samples == 50


def test_blocks_do_not_show(monkeypatch):
    rng = np.random.default_rng(0)
    x, y = rng.uniform(0, 10, 40), rng.normal(size=40)
    whole = periodogram(x, y)
    monkeypatch.setattr("nodewise.data.periodogram._BLOCK", 100)
    assert periodogram(x, y).power == pytest.approx(whole.power, abs=1e-14)


def test_the_grid_reaches_half_a_turn_per_mean_spacing():
    frequency = grid(np.linspace(0, 10, 41))
    assert frequency[0] == pytest.approx(2 * np.pi / 50)
    assert np.diff(frequency) == pytest.approx(frequency[0])
    assert frequency[-1] == pytest.approx(2 * np.pi / 10 * 20.4, rel=0.01)
    assert len(grid(np.linspace(0, 1, 10**6))) == 20_000
    assert len(grid(np.array([0.0, 0.0, 2.0]))) == 10
