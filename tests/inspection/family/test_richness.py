import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nodewise as nw
from nodewise import activations
from nodewise.activations import find
from nodewise.inspection.family.richness import measure, signs, turns
from nodewise.inspection.family.stack import Stack
from nodewise.network.flat import ravel

SMOOTH = [name for name in activations.names() if not activations.find(name).piecewise_linear]
# Mean zero crossings and extrema of 2000 random tanh networks, counted independently of this project.
KNOWN = {"1-100-1": (1.034, 1.512), "1-20-1": (0.980, 1.468), "1-11-9-1": (0.912, 2.151)}


def stack(layers, *names):
    """Return one network as a family."""
    layers = [(np.array(w, float), np.array(b, float)) for w, b in layers]
    sizes = (layers[0][0].shape[1], *(len(b) for _, b in layers))
    return Stack(sizes, tuple(find(name) for name in names), ravel(layers)[None])


def counts(reading):
    return reading.zero_crossings.values[0].tolist(), reading.extrema.values[0].tolist()


@pytest.mark.slow
@pytest.mark.parametrize("sizes", KNOWN)
def test_the_richness_known_from_elsewhere(sizes):
    reading = nw.family(sizes, "tanh", count=2000).richness
    for known, found in zip(KNOWN[sizes], (reading.zero_crossings, reading.extrema), strict=True):
        # Both sides are means of 2000 random networks.
        assert abs(found.mean - known) < 2.5 * math.sqrt(2) * found.standard_error
        assert found.standard_error == pytest.approx(found.values.std(ddof=1) / math.sqrt(2000))
        assert found.mean == found.values.mean() == float(found)


@given(frequency=st.floats(0.3, 40), phase=st.floats(-3, 3))
def test_one_cosine_node_crosses_and_turns_as_known(frequency, phase):
    reading = measure(stack([([[frequency]], [phase]), ([[1.7]], [0])], "cosine", "identity"), 0, -6, 6)
    angles = np.array([-6, 6]) * frequency + phase
    zeros = math.floor(angles[1] / math.pi - 0.5) - math.ceil(angles[0] / math.pi - 0.5) + 1
    tops = math.floor(angles[1] / math.pi) - math.ceil(angles[0] / math.pi) + 1
    assert counts(reading) == ([zeros], [tops])
    assert reading.pieces is None


@pytest.mark.slow
@given(
    seed=st.integers(0, 10**6),
    hidden=st.lists(st.integers(1, 12), min_size=0, max_size=3),
    name=st.sampled_from(SMOOTH),
)
def test_counts_against_a_grid_many_times_finer(seed, hidden, name):
    family = nw.family([1, *hidden, 2], name, count=1, seed=seed)
    reading = family.richness
    x = np.linspace(-6, 6, 20_001)[:, None]
    before = family.networks[0].logits(x)
    noise = 1e-12 * np.abs(before).max()
    slope = np.diff(before, axis=0)
    for o in range(2):
        sides = np.sign(before[:, o][np.abs(before[:, o]) > noise])
        rises = np.sign(slope[:, o][np.abs(slope[:, o]) > noise])
        assert reading.zero_crossings.values[0, o] == np.count_nonzero(np.diff(sides))
        # Between the last two points at either end the grid sees none.
        assert reading.extrema.values[0, o] - np.count_nonzero(np.diff(rises)) in (0, 1)
    length = np.hypot(np.diff(x, axis=0), np.diff(family.networks[0](x), axis=0)).sum(0)
    np.testing.assert_allclose(reading.length.values[0], length, rtol=1e-4)


def test_four_times_as_many_points_count_the_same(monkeypatch):
    from nodewise.inspection.family import richness

    family = nw.family("1-11-9-1", count=300)
    coarse = family.richness
    monkeypatch.setattr(richness, "_FIRST", 4 * (richness._FIRST - 1) + 1)
    fine = measure(family.networks, 0, -6, 6)
    assert (fine.samples >= 1025).all()
    np.testing.assert_array_equal(fine.zero_crossings.values, coarse.zero_crossings.values)
    np.testing.assert_array_equal(fine.extrema.values, coarse.extrema.values)


@given(st.integers(0, 10**6), st.sampled_from(["relu", "leaky_relu", "abs"]))
def test_straight_networks_are_counted_exactly(seed, name):
    family = nw.family("1-6-5-1", name, count=1, seed=seed)
    reading = family.richness
    assert reading.samples.tolist() == [0]
    x = np.linspace(-6, 6, 20_001)[:, None]
    before, after = family.networks[0].logits(x)[:, 0], family.networks[0](x)[:, 0]
    steps = np.diff(before)
    sides, rises = np.sign(before[np.abs(before) > 1e-12]), np.sign(steps[np.abs(steps) > 1e-12])
    # A pair of them inside one step of the grid escapes the grid, not the pieces.
    for found, seen in ((reading.zero_crossings, sides), (reading.extrema, rises)):
        missed = found.values[0, 0] - np.count_nonzero(np.diff(seen))
        assert missed in (0, 2)
    cut = reading.length.values[0, 0] - np.hypot(np.diff(x[:, 0]), np.diff(after)).sum()
    assert -1e-9 < cut < 0.05  # what chords cut off at the corners


@pytest.mark.parametrize("layers", range(1, 13))
def test_tents_have_twice_the_pieces_and_extrema(layers):
    first = ([[1], [1]], [0, -0.5])
    chain = [first, *[([[2, -4], [2, -4]], [0, -0.5])] * (layers - 1), ([[2, -4]], [-0.25])]
    reading = measure(stack(chain, *["relu"] * layers, "identity"), 0, 0.0, 1.0)
    assert reading.pieces is not None
    assert reading.pieces.mean == 2**layers
    assert counts(reading) == ([2**layers], [2**layers - 1])


def test_length_of_a_line_a_jump_and_a_half_circle_of_tangents():
    line = measure(stack([([[0.75]], [0])], "identity"), 0, -6.0, 6.0)
    assert line.length.mean == pytest.approx(15)
    step = measure(stack([([[1]], [0.1]), ([[3]], [0])], "step", "identity"), 0, -6.0, 6.0)
    assert step.length.mean == pytest.approx(15)
    parabola = measure(stack([([[1]], [0]), ([[1]], [0])], "gaussian", "identity"), 0, -6.0, 6.0)
    from scipy.integrate import quad

    exact = 2 * quad(lambda x: math.hypot(1, 2 * x * math.exp(-x * x)), 0, 6)[0]
    assert parabola.length.mean == pytest.approx(exact, rel=1e-5)


def test_a_flat_stretch_is_one_extremum_and_a_touch_no_crossing():
    # Up, flat, down: relu(x+3) - relu(x+1) - relu(x-1); it touches 0 and never goes below before x = 3.
    chain = [([[1], [1], [1]], [3, 1, -1]), ([[1, -1, -1]], [0])]
    assert counts(measure(stack(chain, "relu", "identity"), 0, -6.0, 2.9)) == ([0], [1])
    assert counts(measure(stack(chain, "relu", "identity"), 0, -6.0, 6.0)) == ([1], [1])
    saturated = measure(stack([([[50]], [0]), ([[1.0]], [0.2])], "tanh", "identity"), 0, -6.0, 6.0)
    assert counts(saturated) == ([1], [0])


@given(depth=st.floats(1e-7, 1e-4), place=st.floats(-5, 5))
def test_two_crossings_between_two_points_are_found(depth, place):
    # A bell whose top is `depth` above 0: both crossings lie closer together than the first points.
    bell = stack([([[1.0]], [-place]), ([[1.0]], [depth - 1])], "gaussian", "identity")
    assert counts(measure(bell, 0, -6, 6)) == ([2], [1])


@given(place=st.floats(2e-4, 1e-2), sign=st.sampled_from([-1, 1]))
def test_a_crossing_beside_a_point_where_the_curve_is_0_is_found(place, sign):
    # A bell that crosses 0 at 0, where there is a point, and at twice the place of its top.
    bell = stack([([[1.0]], [-sign * place]), ([[1.0]], [-np.exp(-place * place)])], "gaussian", "identity")
    assert counts(measure(bell, 0, -6, 6)) == ([2], [1])


def test_turns_pass_over_what_is_rounding():
    values = np.array([[1.0, 1.0], [1e-15, -1e-15], [-1.0, 1.0], [0.0, -1e-15], [2.0, 2.0]])
    np.testing.assert_array_equal(turns(signs(values, np.ones(2))), [2, 0])
    np.testing.assert_array_equal(turns(np.zeros((3, 1))), [0])


def test_several_features_are_read_along_directions_that_can_be_replayed():
    one, other = (nw.family("3-8-1", count=count).richness for count in (4, 9))
    np.testing.assert_array_equal(one.length.values, other.length.values[:4])
    assert "along a random direction each" in one.summary


def test_the_reading_s_sentence_and_table():
    reading = nw.family("1-16-16-1", "relu", count=20).richness
    assert str(reading) == (
        f"20 networks 1-16-16-1 relu (32 nodes, 321 parameters): {reading.zero_crossings} zero crossings and "
        f"{reading.extrema} extrema on [-6, 6] before the output activation; the output has length {reading.length} and "
        f"{reading.pieces} straight pieces. Exact, from the straight pieces."
    )
    assert [row["measure"] for row in reading.table()] == ["zero crossings", "extrema", "length", "pieces"]
    json.dumps(reading.as_dict(), allow_nan=False)
    alone = nw.family("1-16-1", count=1).richness
    assert math.isnan(alone.extrema.standard_error)
    assert str(alone).startswith(
        f"1 network 1-16-1 tanh (16 nodes, 49 parameters): {alone.zero_crossings.mean:.0f} zero"
    )
    assert str(alone).endswith("Sampled at 513 points, and half as many count the same.")


@pytest.mark.parametrize(("mean", "error", "text"), [(1.0344, 0.0154, "1.034 ± 0.015"), (12.3, 0.5, "12.30 ± 0.50")])
def test_a_mean_has_the_digits_of_its_error(mean, error, text):
    from nodewise.inspection.family.richness import Measure

    assert str(Measure(np.array([[mean]]), mean, error)) == text
