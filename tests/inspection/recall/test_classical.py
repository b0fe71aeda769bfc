"""Classical Hopfield networks: weights by explicit loops, an energy that falls by exactly what each change is worth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nodewise as nw
from nodewise.inspection.recall.classical import asynchronous, synchronous
from nodewise.inspection.recall.couplings import RULES, hebb, pseudo_inverse


def patterns(seed, rows, features):
    return np.random.default_rng(seed).choice([-1.0, 1.0], (rows, features))


def cue(seed, features, unknown=0.0):
    random = np.random.default_rng(seed + 1)
    return random.choice([-1.0, 1.0], features) * (random.random(features) >= unknown)


def by_loops(rows):
    """Hebb's weights, one product at a time."""
    features = rows.shape[1]
    weights = np.zeros((features, features))
    for i in range(features):
        for j in range(features):
            if i != j:
                weights[i, j] = sum(row[i] * row[j] for row in rows) / features
    return weights


SIZES = {"seed": st.integers(0, 1000), "rows": st.integers(1, 8), "features": st.integers(2, 12)}


@given(**SIZES)
def test_hebb_by_explicit_loops(seed, rows, features):
    x = patterns(seed, rows, features)
    couplings, weights = hebb(x), by_loops(x)
    np.testing.assert_allclose(couplings.weights, weights, rtol=1e-15, atol=1e-16)
    s = cue(seed, features, 0.3)
    np.testing.assert_allclose(couplings.fields(s), weights @ s, atol=1e-14)
    np.testing.assert_allclose(couplings.energy(s), -0.5 * s @ weights @ s, atol=1e-13)


@given(**SIZES)
def test_pseudo_inverse_is_the_projection_without_its_diagonal(seed, rows, features):
    x = patterns(seed, rows, features)
    projection = np.linalg.pinv(x) @ x
    np.testing.assert_allclose(pseudo_inverse(x).weights, projection - np.diag(np.diag(projection)), atol=1e-12)


@given(**SIZES)
def test_pseudo_inverse_lets_every_row_stand_still(seed, rows, features):
    x = patterns(seed, rows, features)
    for row in x:
        for update in ("asynchronous", "synchronous"):
            reading = nw.recall(x, row, "pseudo-inverse", update=update, threshold=0)
            np.testing.assert_array_equal(reading.recalled, row)
            assert (reading.steps, reading.outcome, reading.kind) == (0, "settled", "row")


@pytest.mark.parametrize("rule", RULES)
@given(**SIZES, unknown=st.sampled_from([0.0, 0.4]))
def test_each_change_lowers_the_energy_by_what_it_is_worth(rule, seed, rows, features, unknown):
    couplings = RULES[rule](patterns(seed, rows, features))
    path = asynchronous(couplings, cue(seed, features, unknown), np.ones(features, bool), 10**6, seed)
    weights, states = couplings.weights, path.states.astype(float)
    energies = couplings.energy(states)
    for before, after, drop in zip(states[:-1], states[1:], np.diff(energies), strict=True):
        (unit,) = np.flatnonzero(before != after)
        field = weights[unit] @ before
        assert after[unit] == np.sign(field)
        assert drop == pytest.approx(-(after[unit] - before[unit]) * field, abs=1e-12)
        assert drop < 0
    fields = weights @ states[-1]
    level = np.abs(fields) < 1e-9
    np.testing.assert_array_equal(np.sign(fields)[~level], states[-1][~level])
    assert path.outcome == "settled"


@pytest.mark.parametrize("rule", RULES)
@given(**SIZES)
def test_all_at_once_never_raises_the_energy_of_two_states(rule, seed, rows, features):
    couplings = RULES[rule](patterns(seed, rows, features))
    path = synchronous(couplings, cue(seed, features), np.ones(features, bool), 1000)
    states = path.states.astype(float)
    pairs = -np.einsum("ti,ij,tj->t", states[:-1], couplings.weights, states[1:])
    assert (np.diff(pairs) <= 1e-12).all()
    assert path.outcome in ("settled", "cycle")


def test_all_at_once_may_cycle_where_one_by_one_settles():
    x = np.array([[1.0, -1.0]])
    reading = nw.recall(x, [1, 1], "hebb", update="synchronous")
    np.testing.assert_array_equal(reading.states, [[1, 1], [-1, -1]])
    assert reading.outcome == "cycle"
    assert "after 1 step, from where on two states follow each other for ever" in str(reading)
    assert nw.recall(x, [1, 1], "hebb").kind in ("row", "inverse")


def test_a_part_of_an_image_brings_back_the_rest():
    from sklearn.datasets import load_digits

    images = load_digits().images[:6]
    part = images[3].copy()
    part[4:] = np.nan
    reading = nw.recall(images, part, "pseudo-inverse", threshold=8)
    np.testing.assert_array_equal(reading.recalled.reshape(8, 8), np.where(images[3] > 8, 1, -1))
    assert (reading.nearest, reading.kind, reading.shape) == (3, "row", (8, 8))
    np.testing.assert_array_equal(reading.states[0].reshape(8, 8)[4:], 0)
    np.testing.assert_allclose(reading.similarity[-1], reading.rows @ reading.recalled / 64)
    assert reading.similarity[0, 3] == 1  # over what the cue knows


def test_a_clamped_cue_is_held():
    x = patterns(0, 3, 40)
    noisy = x[0].copy()
    noisy[:4] *= -1
    noisy[30:] = np.nan
    held = nw.recall(x, noisy, "hebb", clamp=True)
    np.testing.assert_array_equal(held.states[:, :30], np.tile(noisy[:30], (held.steps + 1, 1)))
    np.testing.assert_array_equal(held.recalled[30:], x[0, 30:])
    np.testing.assert_array_equal(nw.recall(x, noisy, "hebb").recalled, x[0])


def test_an_inverse_is_told():
    x = patterns(0, 2, 30)
    reading = nw.recall(x, -x[1], "hebb")
    assert reading.kind == "inverse"
    assert str(reading).startswith(
        "Recalled the inverse of row 2, which stands still as the row itself does, after 0 changes of a unit; the "
        "energy is "
    )


def test_two_values_are_told_apart_in_the_middle_and_others_by_their_mean():
    x = patterns(3, 4, 12)
    np.testing.assert_array_equal(nw.recall((x + 1) / 2, x[0], "hebb").rows, x)
    table = np.array([[1.0, 10.0], [2.0, 20.0], [6.0, 0.0]])
    reading = nw.recall(table, [5, 5], "hebb")
    np.testing.assert_allclose(reading.threshold, [3, 10])
    np.testing.assert_array_equal(reading.rows, [[-1, -1], [-1, 1], [1, -1]])
    assert "Values above the mean of their column became 1, the others -1." in reading.notes
    assert "Values above 5 became 1, the others -1." in nw.recall(table, [5, 5], "hebb", threshold=5).notes


def test_what_nothing_decides_stays_undecided():
    reading = nw.recall([[1.0, 1.0, 1.0], [1.0, -1.0, -1.0]], [1, np.nan, np.nan], "hebb")
    np.testing.assert_array_equal(reading.recalled, [1, 0, 0])
    assert reading.kind == "mixture"
    assert reading.notes[-1] == "2 features stayed undecided, at 0."


def test_rows_that_span_everything_correct_nothing():
    x = np.array([[1.0, 1], [1, -1]])
    reading = nw.recall(x, [-1, 1], "pseudo-inverse")
    np.testing.assert_array_equal(reading.recalled, [-1, 1])
    assert reading.notes[-1] == "The rows span every state, so that all of them stand still and nothing is corrected."


def test_steps_can_be_limited():
    x = patterns(0, 2, 50)
    reading = nw.recall(x, -x[0] * np.where(np.arange(50) < 20, -1, 1), "hebb", steps=3)
    assert (reading.steps, reading.outcome) == (3, "stopped")
    assert "when stopped after 3 changes of a unit" in str(reading)
