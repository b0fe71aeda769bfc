"""The modern Hopfield network against scipy's softmax, its closed form, and an energy that never rises."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logsumexp, softmax

import nodewise as nw

SETTINGS = {
    "seed": st.integers(0, 1000),
    "rows": st.integers(1, 9),
    "features": st.integers(1, 6),
    "beta": st.sampled_from([0.01, 0.5, 2.0, 50.0]),
    "similarity": st.sampled_from(["dot", "distance"]),
    "scale": st.booleans(),
    "unknown": st.booleans(),
}


def drawn(seed, rows, features, unknown):
    random = np.random.default_rng(seed)
    x, cue = random.normal(2, 3, (rows, features)), random.normal(2, 3, features)
    if unknown:
        cue[1:][random.random(features - 1) < 0.5] = np.nan
    return x, cue


@given(**SETTINGS)
def test_each_step_is_attention_and_the_energy_never_rises(seed, rows, features, beta, similarity, scale, unknown):
    x, cue = drawn(seed, rows, features, unknown)
    reading = nw.recall(x, cue, beta=beta, similarity=similarity, scale=scale)
    known = reading.known
    spread = np.where(x.std(axis=0) > 0, x.std(axis=0), 1) if scale else np.ones(features)
    z = ((x - x.mean(axis=0) * scale) / spread)[:, known]
    states = ((reading.states - x.mean(axis=0) * scale) / spread)[:, known]
    for step, state in enumerate(states):
        scores = z @ state if similarity == "dot" else -((z - state) ** 2).sum(axis=1) / 2
        weights = softmax(beta * scores)
        np.testing.assert_allclose(reading.similarity[step], scores, atol=1e-9)
        np.testing.assert_allclose(reading.weights[step], weights, atol=1e-7)
        if step < reading.steps:
            np.testing.assert_allclose(reading.states[step + 1], weights @ x, atol=1e-6)
    assert (np.diff(reading.energies) <= 1e-12 * np.abs(reading.energies).max()).all()


@given(**SETTINGS)
def test_the_energy_is_ramsauers(seed, rows, features, beta, similarity, scale, unknown):
    x, cue = drawn(seed, rows, features, unknown)
    reading = nw.recall(x, cue, beta=beta, similarity=similarity, scale=scale)
    z, states = reading.scaled(reading.rows)[:, reading.known], reading.scaled(reading.states)[:, reading.known]
    bias = 0 if similarity == "dot" else -0.5 * (z**2).sum(axis=1)
    largest = (z**2).sum(axis=1).max() / 2 if similarity == "dot" else 0
    for state, energy in zip(states, reading.energies, strict=True):
        lse = logsumexp(beta * (z @ state + bias)) / beta
        assert energy == pytest.approx(-lse + state @ state / 2 + np.log(rows) / beta + largest, rel=1e-6, abs=1e-6)
        assert energy >= -1e-9


@pytest.mark.parametrize(("beta", "weight"), [(2, 0.513519), (5, 0.954959)])
@pytest.mark.parametrize("similarity", ["dot", "distance"])
def test_orthonormal_rows(beta, weight, similarity):
    q = np.linalg.qr(np.random.default_rng(0).normal(size=(8, 8)))[0]
    first = nw.recall(q, q[3], beta=beta, scale=False, similarity=similarity).weights[0]
    assert first[3] == pytest.approx(weight, abs=5e-7)
    assert first[3] == pytest.approx(1 / (1 + 7 * np.exp(-beta)), rel=1e-12)


@given(seed=st.integers(0, 100))
def test_distance_and_dot_product_are_the_same_where_rows_are_equally_long(seed):
    x = np.random.default_rng(seed).choice([-1.0, 1.0], (5, 7))
    cue = np.random.default_rng(seed + 1).normal(size=7)
    dot, distance = (nw.recall(x, cue, beta=0.7, scale=False, similarity=s) for s in ("dot", "distance"))
    np.testing.assert_allclose(dot.states[:3], distance.states[:3], atol=1e-12)
    np.testing.assert_allclose(np.diff(dot.energies[:3]), np.diff(distance.energies[:3]), atol=1e-10)


def test_what_is_not_known_does_not_count():
    random = np.random.default_rng(0)
    x = random.normal(size=(30, 5))
    cue = np.array([0.3, np.nan, -1, np.nan, np.nan])
    reading = nw.recall(x, cue, beta=2.0)
    alone = nw.recall(x[:, [0, 2]], [0.3, -1], beta=2.0)
    np.testing.assert_allclose(reading.weights, alone.weights)
    np.testing.assert_allclose(reading.energies, alone.energies)
    np.testing.assert_allclose(reading.recalled, reading.weights[-2] @ x)
    assert np.isnan(reading.states[0]).tolist() == [False, True, False, True, True]
    assert "3 of 5 features were not known" in str(reading)


def test_a_clamped_cue_is_compared_once_and_held():
    x = np.random.default_rng(0).normal(size=(30, 3))
    reading = nw.recall(x, [0.3, np.nan, -1], beta=2.0, clamp=True)
    free = nw.recall(x, [0.3, np.nan, -1], beta=2.0)
    assert (reading.steps, reading.outcome) == (1, "settled")
    np.testing.assert_array_equal(reading.recalled[[0, 2]], [0.3, -1])
    assert reading.recalled[1] == pytest.approx(free.states[1, 1], rel=1e-12)


def test_half_of_the_rows_get_99_percent_of_themselves_by_default():
    from sklearn.datasets import load_diabetes

    x = load_diabetes().data[:100]
    shares = [nw.recall(x, row, steps=1).weights[0, i] for i, row in enumerate(x)]
    assert np.mean(np.array(shares) >= 0.99) >= 0.5


def test_a_part_of_a_digit_brings_back_the_rest():
    from sklearn.datasets import load_digits

    digits = load_digits()
    part = digits.images[3].copy()
    part[4:] = np.nan
    reading = nw.recall(digits.images, part, scale=False)
    assert (reading.nearest, reading.kind) == (3, "row")
    np.testing.assert_allclose(reading.recalled, digits.data[3], atol=0.5)
    noisy = digits.images[3] + np.random.default_rng(0).normal(0, 3, (8, 8))
    assert nw.recall(digits.images, noisy, scale=False).nearest == 3


def test_units_do_not_matter_where_columns_are_scaled():
    x = np.random.default_rng(0).normal(size=(20, 3))
    units = np.array([1e6, 1e-3, 4.0])
    a, b = nw.recall(x, x[4] + 0.1), nw.recall(x * units + 5, (x[4] + 0.1) * units + 5)
    np.testing.assert_allclose(a.weights[:3], b.weights[:3], atol=1e-8)
    np.testing.assert_allclose(a.recalled * units + 5, b.recalled, rtol=1e-8)


def test_a_cue_by_names():
    data = nw.Dataset([[1.0, 2], [3, 9], [7, 4]], labels=["a", "b", "c"], feature_names=["width", "height"])
    reading = nw.recall(data, {"height": 8.8})
    assert reading.name(reading.nearest) == "row 2 (b)"
    np.testing.assert_allclose(reading.recalled, [3, 9], atol=0.05)
    assert reading.table()[0]["label"] == "b"
    np.testing.assert_array_equal(nw.recall(data, np.ma.masked_array([5, 8.8], [True, False])).cue, [np.nan, 8.8])
    np.testing.assert_array_equal(nw.recall(data, [None, 8.8]).cue, [np.nan, 8.8])
    np.testing.assert_array_equal(nw.recall(data, data.rows(1)).cue, [3, 9])
