import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodewise.data import problems
from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.fisher import horizon
from nodewise.inspection.spectrum import basin, share_of_good_starts, spectrum
from nodewise.network import Dense, Network, Scale

EVEN = np.linspace(-10, 10, 50)


def random_network(seed, activation, features=1, nodes=4, outputs=1):
    rng = np.random.default_rng(seed)
    weight = rng.choice([-1.5, -1.0, 0.0, 0.5, 1.0, 2.25], (nodes, features))  # equal and standing ones on purpose
    return Network.from_weights(
        [
            (weight, rng.normal(size=nodes), activation),
            (rng.normal(size=(outputs, nodes)), rng.normal(size=outputs), "identity"),
        ]
    )


def sine_network(*nodes, bias=0.0):
    """Return Σ amplitude·sin(frequency·x + phase) + bias for (amplitude, frequency, phase)."""
    amplitude, frequency, phase = np.array(nodes, float).T
    return Network.from_weights([(frequency[:, None], phase, "sine"), (amplitude[None], [bias], "identity")])


@given(
    seed=st.integers(0, 10**6),
    activation=st.sampled_from(["cosine", "sine", "snake"]),
    features=st.integers(1, 3),
    outputs=st.integers(1, 3),
)
def test_waves_line_and_offset_add_up_to_the_output(seed, activation, features, outputs):
    network = random_network(seed, activation, features, nodes=6, outputs=outputs)
    x = np.random.default_rng(seed).uniform(-20, 20, (30, features))
    reading = spectrum(network, x)
    assert reading(x) == pytest.approx(network(x), abs=1e-12)
    assert (reading.amplitude >= 0).all()
    for phase in (reading.phase, reading.merged.phase):
        assert ((phase > -math.pi) & (phase <= math.pi)).all()
    first = reading.merged.frequency[np.arange(len(reading.merged)), (reading.merged.frequency != 0).argmax(1)]
    assert (first > 0).all()
    strongest = reading.merged.amplitude.max(1)
    assert (np.diff(strongest) <= 0).all()


def test_each_node_is_the_wave_it_adds():
    network = Network.from_weights([([[-2.0], [0.5]], [0.3, -1.0], "cosine"), ([[-3.0, 0.7]], [0.2], "identity")])
    reading = spectrum(network)
    x = np.linspace(-4, 4, 40)
    _, activations = network.trace(x)[0]
    for node, weight in enumerate((-3.0, 0.7)):
        wave = reading.amplitude[node, 0] * np.cos(reading.frequency[node, 0] * x + reading.phase[node, 0])
        assert wave == pytest.approx(weight * activations[:, node], abs=1e-14)
    assert reading.amplitude[:, 0] == pytest.approx([3, 0.7])
    assert reading.frequency[:, 0] == pytest.approx([2, 0.5])


def test_equal_frequencies_merge_as_phasors():
    reading = spectrum(sine_network((1, 2, 0), (1, -2, math.pi / 2), (0.1, 3, 0)))
    # sin 2x + cos 2x = √2·cos(2x - π/4)
    assert reading.merged.amplitude[:, 0] == pytest.approx([math.sqrt(2), 0.1])
    assert reading.merged.frequency[:, 0] == pytest.approx([2, 3])
    assert reading.merged.phase[0, 0] == pytest.approx(-math.pi / 4)
    assert reading.merged.period[0] == pytest.approx(math.pi)
    assert reading.merged.nodes == ((0, 1), (2,))
    assert len(reading.node_table()) == 3


def test_frequencies_that_differ_by_more_than_rounding_do_not_merge():
    network = Network.from_weights([([[1.0], [1 + 5e-10]], [0, 0], "cosine"), ([[1.0, 1.0]], [0], "identity")])
    x = np.linspace(0, 1e6, 101)
    found = spectrum(network, x)
    assert len(found.merged) == 2
    np.testing.assert_allclose(found(x), network(x), atol=1e-9)
    rounded = Network.from_weights([([[3 * 0.1], [0.3]], [0, 0], "cosine"), ([[1, 1]], [0], "identity")])
    assert len(spectrum(rounded).merged) == 1


def test_a_standing_node_is_part_of_the_offset():
    reading = spectrum(sine_network((2, 0, math.pi / 6), bias=0.5))
    assert len(reading.merged) == 0
    assert reading.offset == pytest.approx([1.5])
    assert reading.summary == "1 sine node stands still: no wave is left."


def test_scaling_is_undone():
    layers = (Scale([-3.0], [2.0]), *sine_network((1, 1.5, 0.2)).layers, Scale([7.0], [10.0]))
    reading = spectrum(Network(layers))
    assert reading.frequency[0, 0] == pytest.approx(3)
    assert reading.amplitude[0, 0] == pytest.approx(10)
    assert reading.offset == pytest.approx([7])


def test_layers_of_straight_lines_do_not_matter():
    rng = np.random.default_rng(0)
    shapes, activations = [(3, 2), (4, 3), (2, 4), (1, 2)], ["identity", "snake", "identity", "identity"]
    layers = [Dense(rng.normal(size=s), rng.normal(size=s[0]), a) for s, a in zip(shapes, activations, strict=True)]
    network, x = Network(tuple(layers)), rng.normal(size=(9, 2))
    assert spectrum(network)(x) == pytest.approx(network(x), abs=1e-12)


def test_waves_closer_than_half_a_turn_are_flagged_not_merged():
    network = sine_network((1, 1, 0), (0.5, 1.1, 0), (0.3, 1.2, 0), (0.2, 3, 0))
    reading = spectrum(network, problems.sine())
    assert reading.indistinguishable == ((0, 1, 2),)  # a chain: π/20 = 0.157 apart at most
    assert len(reading.merged) == 4
    assert spectrum(network).indistinguishable == ()


def test_the_data_s_peak_stands_beside_the_wave():
    reading = spectrum(sine_network((1, 1, 0)), problems.sine())
    assert reading.peaks is not None
    assert reading.peaks.frequency[0, 0] == pytest.approx(1, abs=0.05)
    assert reading.peaks.power[0, 0] > 0.95
    assert reading.peaks.chance[0, 0] == pytest.approx((1 - reading.peaks.power[0, 0]) ** (47 / 2))
    assert reading.peaks.chance_anywhere[0, 0] == pytest.approx(25 * reading.peaks.chance[0, 0], rel=1e-6)
    row = reading.table()[0]
    assert list(row) == ["wave", "amplitude", "frequency", "period", "phase", "nodes", "peak", "power", "chance",
                         "chance_anywhere"]  # fmt: skip
    json.dumps(reading.as_dict(), allow_nan=False)


def test_chance_of_a_strong_peak_in_noise_is_near_one():
    rng = np.random.default_rng(1)
    data = Dataset(EVEN, rng.normal(size=50))
    peaks = spectrum(sine_network((1, 2.2, 0)), data).peaks
    assert peaks is not None
    assert 0.2 < peaks.chance_anywhere[0, 0] <= 1


def test_summary():
    assert spectrum(sine_network((0.5, 1, 0), (0.6, -1, 0.3), (0.02, 3, 0.2))).summary == (
        "3 sine nodes make 2 waves: the strongest has amplitude 0.192, frequency 1 (period 6.28), phase 0.392."
    )
    assert str(spectrum(sine_network((1, 1, 0)), problems.sine())).startswith(
        "1 sine node makes 1 wave: amplitude 1, frequency 1 (period 6.28), phase -1.57; the data's periodogram peaks "
        "there at 1.01 (by chance with probability "
    )
    snake = Network.from_weights([([[1.0]], [0.0], "snake"), ([[1.0]], [0.0], "identity")])
    assert spectrum(snake).summary == (
        "1 snake node makes 1 wave: amplitude 0.5, frequency 2 (period 3.14), phase 3.14; beside a line with slope 1."
    )


USE = "Use nodewise.contributions for what its nodes add, and nodewise.extrapolation for what it does outside the data."
NEEDS = "spectrum needs one hidden layer of waves (cosine, sine or snake)."


@pytest.mark.parametrize(
    ("activations", "message"),
    [
        (["relu"], f"{NEEDS} Got 1-1-1 relu. Its nodes do not wave. {USE}"),
        ([], f"{NEEDS} Got 1-1 linear. Its nodes do not wave. {USE}"),
        (
            ["triangle"],
            (
                f"{NEEDS} Got 1-1-1 triangle. triangle repeats, but with corners or jumps: each "
                f"node holds endlessly many waves. {USE}"
            ),
        ),
        (
            ["cosine", "tanh"],
            (
                f"{NEEDS} Got 1-1-1-1 cosine/tanh. It has layers that bend, beside the waves, and "
                f"what they become is no sum of waves. {USE}"
            ),
        ),
    ],
)
def test_what_is_no_sum_of_waves_is_refused(activations, message):
    network = Network.from_weights([([[1.0]], [0.0], a) for a in [*activations, "identity"]])
    with pytest.raises(NodewiseError) as caught:
        spectrum(network)
    assert str(caught.value) == message


def test_other_targets_are_refused():
    data = Dataset(EVEN, np.column_stack([EVEN, EVEN**2]))
    with pytest.raises(NodewiseError) as caught:
        spectrum(sine_network((1, 1, 0)), data)
    assert str(caught.value) == "data must have 1 target(s), as the network. Got 2."


def test_the_basin_of_the_sine_and_the_share_of_good_starts():
    low, high = basin(1, EVEN)
    assert (round(low, 3), round(high, 3)) == (0.673, 1.322)
    assert share_of_good_starts((low, high), 3, "pytorch") == pytest.approx(0.695, abs=5e-4)
    assert share_of_good_starts((low, high), 3, "glorot") == pytest.approx(0.834, abs=5e-4)


def test_the_basin_against_least_squares():
    x = np.random.default_rng(0).uniform(0, 30, 40)
    low, high = basin(2, x, phase=0.4)
    y = np.cos(2 * x + 0.4)

    def left(f):
        design = np.column_stack([np.cos(f * x), np.sin(f * x), np.ones(40)])
        return np.sum((y - design @ np.linalg.lstsq(design, y)[0]) ** 2)

    grid = np.arange(1.5, 2.5, 1e-4)
    loss = np.array([left(f) for f in grid])
    tops = grid[1:-1][(loss[1:-1] > loss[:-2]) & (loss[1:-1] > loss[2:])]
    assert low == pytest.approx(tops[tops < 2].max(), abs=2e-4)
    assert high == pytest.approx(tops[tops > 2].min(), abs=2e-4)


def test_the_share_against_random_starts():
    rng = np.random.default_rng(0)
    for nodes in (1, 3, 8):
        weights = np.abs(rng.uniform(-1.2, 1.2, (20_000, nodes)))
        good = ((weights > 0.5) & (weights < 0.9)).any(1).mean()
        assert share_of_good_starts((0.5, 0.9), nodes, 1.2) == pytest.approx(good, abs=0.012)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: basin(0, EVEN), "frequency must be a positive number. Got 0."),
        (lambda: basin(1, EVEN[:4]), "a basin needs at least 5 different positions. Got 4."),
        (
            lambda: share_of_good_starts((0, 1), 3, "keras"),
            "start must be one of pytorch, glorot or a positive number. Got 'keras'.",
        ),
        (
            lambda: share_of_good_starts((0, 1), 3, -1),
            "start must be one of pytorch, glorot or a positive number. Got -1.",
        ),
    ],
)
def test_bad_basins_and_starts_are_refused(call, message):
    with pytest.raises(NodewiseError) as caught:
        call()
    assert str(caught.value) == message


def single(amplitude=1.0, frequency=1.0):
    return spectrum(sine_network((amplitude, frequency, 0))).merged


def test_fisher_s_frequency_sd_and_the_horizon():
    # Evenly spaced samples: the horizon of 316.
    even = horizon(single(), EVEN, np.array([0.1]))
    assert even.frequency_sd[0] == pytest.approx(0.0031654, abs=1e-7)
    assert even.distance[0] == pytest.approx(316, abs=0.1)
    assert even.center[0] == pytest.approx(0, abs=1e-9)
    # Samples drawn uniformly, no offset fitted: the information of 1500 draws on average; its own error is 0.3 %.
    rng = np.random.default_rng(0)
    draws = [horizon(single(), rng.uniform(-10, 10, 50), np.array([0.1]), terms=0).frequency_sd[0] for _ in range(1500)]
    assert 1 / math.sqrt(np.mean(1 / np.square(draws))) == pytest.approx(0.003307, rel=0.01)


def test_many_even_samples_reach_kay_s_formula():
    x = np.linspace(0, 400, 2000)
    sd = horizon(single(2.0, 1.7), x, np.array([0.3])).frequency_sd[0]
    assert sd == pytest.approx(0.3 / 2 * math.sqrt(24 / 2000) / 400, rel=2e-3)


def test_fisher_against_refits():
    from scipy.optimize import least_squares

    rng = np.random.default_rng(0)
    x, found, centers = rng.uniform(1990, 2010, 50), [], []
    network = sine_network((1, 1.3, 0.2), bias=0.5)
    waves = spectrum(network).merged
    truth = network(x)[:, 0]
    for _ in range(300):
        y = truth + rng.normal(scale=0.1, size=50)
        fit = least_squares(
            lambda p, y=y: p[0] * np.sin(p[1] * (x - 2000) + p[2]) + p[3] - y, (1, 1.3, 2600.2 % 6.2832, 0.5)
        )
        found.append(fit.x[1])
        centers.append(fit.x[1:3])
    far = horizon(waves, x, np.array([0.1]))
    assert far.frequency_sd[0] == pytest.approx(np.std(found), rel=0.15)
    covariance = np.cov(np.transpose(centers))
    assert far.center[0] == pytest.approx(2000 - covariance[0, 1] / covariance[0, 0], abs=0.6)


def test_frequencies_that_samples_cannot_tell_apart_are_not_fixed():
    waves = spectrum(sine_network((1, 1, 0), (1, 1 + 2 * math.pi, 0), (0.5, 2.6, 0))).merged
    x = np.arange(30.0)  # 1 and 1 + 2π are the same at whole numbers
    far = horizon(waves, x, np.array([0.1]))
    order = [tuple(waves.nodes).index((i,)) for i in range(3)]
    assert np.isinf(far.frequency_sd[order[:2]]).all()
    assert (far.distance[order[:2]] == 0).all()
    assert np.isfinite(far.frequency_sd[order[2]])


def test_several_outputs_share_a_frequency():
    one = single()
    network = Network.from_weights([([[1.0]], [0.0], "sine"), ([[1.0], [1.0]], [0.0, 0.0], "identity")])
    two = spectrum(network).merged
    sd = horizon(one, EVEN, np.array([0.1])).frequency_sd[0]
    assert horizon(two, EVEN, np.array([0.1, 0.1])).frequency_sd[0] == pytest.approx(sd / math.sqrt(2), rel=1e-9)
