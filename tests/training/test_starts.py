"""Starts: the frameworks' distributions, and the data-aware ones doing what they are for."""

import numpy as np
import pytest
from scipy.stats import kstest

import nodewise as nw
from nodewise import activations
from nodewise.network.flat import unravel
from nodewise.training import starts


def setting(sizes=(1, 10, 1), name="sigmoid", x=None, y=None):
    x = np.linspace(-1.7, 1.7, 50)[:, None] if x is None else x
    y = np.sin(5 * x[:, :1]) if y is None else y
    rows = [activations.find(name)] * (len(sizes) - 2) + [activations.find("identity")]
    return starts.Setting(sizes, rows, x, np.repeat(y, sizes[-1], axis=1)[:, : sizes[-1]])


def layers(name, count=4000, **kinds):
    here = setting(**kinds)
    return unravel(starts.draw(name, here, count, seed=0), here.sizes)


def test_pytorchs_start_has_the_distribution_of_its_linear_layer():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    theirs = [torch.nn.Linear(4, 8) for _ in range(2000)]
    (weight, bias), _ = layers("pytorch", 2000, sizes=(4, 8, 1), x=np.random.default_rng(0).normal(size=(20, 4)))
    for ours, other in (
        (weight, np.stack([layer.weight.detach().numpy() for layer in theirs])),
        (bias, np.stack([layer.bias.detach().numpy() for layer in theirs])),
    ):
        quantiles = np.linspace(0, 1, 21)
        np.testing.assert_allclose(np.quantile(ours, quantiles), np.quantile(other, quantiles), atol=0.02)


def test_pytorchs_knots_crowd_the_middle():
    """facts: P(|knot| <= s) = s/2 for s <= 1 and 1 - 1/(2s) above, so 2.5 % lie outside [-20, 20]."""
    (weight, bias), _ = layers("pytorch")
    knots = np.abs(bias / weight[..., 0])
    for s, share in ((0.5, 0.25), (1, 0.5), (10, 0.95), (20, 0.975)):
        assert np.mean(knots <= s) == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize(
    ("name", "spread"), [("glorot", (6 / 11) ** 0.5 / 3**0.5), ("keras", (6 / 11) ** 0.5 / 3**0.5), ("he", 2**0.5),
                         ("lecun", 1.0), ("uniform", 1 / 3**0.5)],
)  # fmt: skip
def test_classical_starts_have_their_spread(name, spread):
    (weight, bias), (outer, _) = layers(name)
    assert weight.std() == pytest.approx(spread, rel=0.02)
    assert abs(weight.mean()) < 0.02
    assert (bias == 0).all() == (name != "uniform")
    assert len(np.unique(outer)) == outer.size


def test_spread_lays_a_knot_in_every_tenth_of_the_data():
    (weight, bias), _ = layers("spread", 100)
    knots = np.sort(-bias / weight[..., 0])
    assert (np.abs(knots - np.linspace(-1.53, 1.53, 10)) < 0.25).all()
    assert ((weight > 0).sum(axis=1) == 5).all()


def test_spread_follows_the_data_into_a_crowd():
    x = np.r_[np.linspace(0, 1, 90), np.linspace(1, 10, 10)][:, None]
    (weight, bias), _ = layers("spread", 200, x=x)
    knots = -bias / weight[..., 0]
    assert 0.15 < np.mean(knots < 1) < 0.3  # evenly spaced it would be 0.1, evenly counted 0.9


def test_spread_leaves_no_relu_node_dead_in_any_layer():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(200, 3))
    here = setting((3, 20, 20, 1), "relu", x, x[:, :1] * x[:, 1:2])
    for flat in starts.draw("spread", here, 20, seed=3):
        (w1, b1), (w2, b2), _ = unravel(flat, here.sizes)
        first = np.maximum(x @ w1.T + b1, 0)
        second = np.maximum(first @ w2.T + b2, 0)
        assert (first > 0).any(axis=0).all()
        assert (second > 0).any(axis=0).mean() > 0.9


def test_the_output_layer_of_a_data_aware_start_is_a_ridge_solution():
    here = setting()
    for flat in starts.draw("spread", here, 5, seed=0):
        (w1, b1), (w2, b2) = unravel(flat, here.sizes)
        hidden = here.activations[0](here.inputs @ w1.T + b1)
        misfit = hidden @ w2.T + b2 - here.targets
        assert np.mean(misfit**2) < np.var(here.targets)
        assert np.abs(misfit.mean()) < 1e-10


@pytest.mark.parametrize("name", ["cosine", "sine", "snake", "triangle"])
def test_spectral_finds_the_frequencies_in_the_data(name):
    x = np.sort(np.random.default_rng(0).uniform(-1.7, 1.7, 200))[:, None]
    y = 2 * np.sin(5 * x + 0.3) + np.cos(11 * x)
    here = setting((1, 2, 1), name, x, y)
    (weight, _), _ = unravel(starts.draw("spectral", here, 1, seed=0), here.sizes)
    row = here.activations[0]
    turn = row.wave.frequency if row.wave else 2 * np.pi / row.period
    np.testing.assert_allclose(np.sort(weight[0, :, 0]) * turn, [5, 11], atol=0.4)


def test_spectral_takes_the_feature_that_waves():
    x = np.random.default_rng(0).uniform(-1, 1, (300, 3))
    here = setting((3, 1, 1), "cosine", x, np.sin(9 * x[:, 1:2]))
    (weight, _), _ = unravel(starts.draw("spectral", here, 3, seed=0), here.sizes)
    assert (weight[:, 0, [0, 2]] == 0).all()
    assert abs(weight[0, 0, 1] - 9) < 0.5


def test_shifted_scatters_around_the_frequencies_in_the_data():
    x = np.sort(np.random.default_rng(0).uniform(-1.7, 1.7, 200))[:, None]
    here = setting((1, 1, 1), "cosine", x, np.sin(7 * x))
    drawn = np.concatenate([starts.draw("shifted", here, 1, seed) for seed in range(200)])
    (weight, bias), _ = unravel(drawn, here.sizes)
    resolution = np.pi / np.ptp(x)
    assert np.abs(weight - 7).max() < 0.5 * resolution + 0.1
    assert np.std(weight) == pytest.approx(resolution / np.sqrt(12), rel=0.1)
    assert np.std(bias) == pytest.approx(2 * np.pi / np.sqrt(12), rel=0.1)


def test_scattered_has_knots_at_random_places_of_the_samples_range():
    x = np.random.default_rng(0).uniform([-3, 5], [1, 6], (50, 2))
    here = setting((2, 40, 3, 1), "tanh", x, x[:, :1])
    layers = unravel(starts.draw("scattered", here, 100, seed=0), here.sizes)
    glorot = unravel(starts.draw("glorot", here, 100, seed=0), here.sizes)
    np.testing.assert_array_equal(layers[0][0], glorot[0][0])
    for (weight, bias), (other, zero) in zip(layers[1:], glorot[1:], strict=True):
        assert weight.shape == other.shape
        assert (bias == zero).all()
    weight, bias = layers[0]
    corners = np.stack([x.min(0), x.max(0)])[:, None, None] * weight  # every knot cuts the box of the samples
    assert (corners.min(0).sum(-1) <= -bias).all()
    assert (-bias <= corners.max(0).sum(-1)).all()
    line = setting((1, 40, 1), "tanh", x[:, :1], x[:, :1])
    (weight, bias), _ = unravel(starts.draw("scattered", line, 100, seed=0), line.sizes)
    places = (-bias / weight[..., 0] - x[:, 0].min()) / np.ptp(x[:, 0])
    assert kstest(places.ravel(), "uniform").pvalue > 0.01


def test_spread_becomes_spectral_for_periodic_activations_only():
    rows = lambda name: [activations.find(name), activations.find("identity")]  # noqa: E731
    assert starts.choose("spread", rows("cosine")) == "spectral"
    assert starts.choose("spread", rows("relu")) == "spread"
    assert starts.choose("glorot", rows("cosine")) == "glorot"


@pytest.mark.slow
def test_data_aware_starts_reach_the_noise_floor_more_often():
    """facts: on the essay's sine the start decides; 8 starts of each, Adam as in the essay."""
    reached = {
        start: nw.fit(nw.problems.sine(), 20, "relu", starts=8, start=start).starts for start in ("spread", "glorot")
    }
    good = {start: int((np.sqrt(kept.losses) < 0.16).sum()) for start, kept in reached.items()}
    assert good["spread"] >= 7
    assert good["spread"] > good["glorot"]


def test_the_same_seed_draws_the_same_start():
    here = setting()
    for name in starts.STARTS:
        if name != "spectral":
            np.testing.assert_array_equal(starts.draw(name, here, 3, 7), starts.draw(name, here, 3, 7))
            assert not np.array_equal(starts.draw(name, here, 3, 7), starts.draw(name, here, 3, 8))
