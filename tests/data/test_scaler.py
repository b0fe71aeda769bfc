"""Standardising against its definition, scikit-learn and its own inverse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nodewise.data.scaler import inverse, robust, standardise

columns = hnp.arrays(
    np.float64, st.tuples(st.integers(2, 30), st.integers(1, 3)), elements=st.floats(-1e6, 1e6, width=32)
)


@given(columns)
def test_gives_mean_zero_and_deviation_one(values):
    shift, factor = standardise(values)
    scaled = shift + factor * values
    # Of a column far from 0 against its width, rounding leaves its relative error.
    slack = 1e-12 * (1 + abs(shift))
    assert (abs(scaled.mean(axis=0)) <= slack).all()
    varying = np.ptp(values, axis=0) > 0
    assert (abs(scaled.std(axis=0) - 1) <= slack)[varying].all()
    assert (factor[~varying] == 1).all()


@given(columns)
def test_inverse_leads_back(values):
    shift, factor = standardise(values)
    back_shift, back_factor = inverse(shift, factor)
    back = back_shift + back_factor * (shift + factor * values)
    np.testing.assert_allclose(back, values, rtol=0, atol=1e-13 * (abs(back_factor) * (1 + abs(shift))).max())


def test_is_scikit_learn_s_standard_scaler_with_weights_too():
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    random = np.random.default_rng(0)
    values, weights = random.normal(1980, 12, (40, 3)), random.uniform(0, 2, 40)
    for sample_weight in (None, weights):
        scaler = preprocessing.StandardScaler().fit(values, sample_weight=sample_weight)
        shift, factor = standardise(values, sample_weight)
        np.testing.assert_allclose(factor, 1 / scaler.scale_, rtol=1e-12)
        np.testing.assert_allclose(shift, -scaler.mean_ / scaler.scale_, rtol=1e-12)


def test_whole_weights_count_samples():
    weighted = standardise([[1.0], [5.0], [9.0]], [2, 1, 0])
    np.testing.assert_allclose(weighted, standardise([[1.0], [1.0], [5.0]]), rtol=1e-14)


def test_equal_values_only_move():
    shift, factor = standardise([[0.1, 1.0], [0.1, 2.0], [0.1, 3.0]])
    assert (shift[0], factor[0]) == (-0.1, 1.0)


def test_does_not_overflow():
    values = np.array([[-1.7e308], [0.0], [1.7e308]])
    shift, factor = standardise(values)
    np.testing.assert_allclose(shift + factor * values, [[-(1.5**0.5)], [0], [1.5**0.5]], rtol=1e-14, atol=1e-14)


@given(columns)
def test_robust_is_scikit_learn_s_robust_scaler(values):
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    values = np.round(values, 3)  # of what is smaller scikit-learn says that it does not vary
    scaler = preprocessing.RobustScaler(unit_variance=True).fit(values)
    shift, factor = robust(values)
    spread = np.diff(np.quantile(values, [0.25, 0.75], axis=0), axis=0)[0]
    apart = spread > 1e-9 * np.abs(values).max(axis=0)  # else what is left is rounding
    np.testing.assert_allclose(factor[apart], 1 / scaler.scale_[apart], rtol=1e-6)
    np.testing.assert_allclose(-shift / factor, scaler.center_, rtol=1e-12, atol=1e-12)


def test_of_equal_quartiles_the_deviation_stands_in():
    values = np.array([[0.0], [0], [0], [0], [8], [0]])
    shift, factor = robust(values)
    assert (shift[0], factor[0]) == (0, pytest.approx(1 / values.std()))
    assert [float(part[0]) for part in robust([[3.0], [3.0]])] == [-3, 1]


def test_robust_scaling_does_not_feel_how_far_an_outlier_is():
    near, far = ([*np.arange(20.0), end] for end in (100, 1e12))
    assert robust(np.reshape(near, (-1, 1))) == robust(np.reshape(far, (-1, 1)))


def test_robust_weights_are_those_of_the_samples():
    values = np.array([[4.0, 1], [9, 2], [1, 3], [2, 9]])
    for weights in (None, [3, 3, 3, 3]):
        np.testing.assert_allclose(robust(values, weights), robust(values), rtol=1e-14)
    np.testing.assert_array_equal(robust(values, [1, 0, 1, 1]), robust(values[[0, 2, 3]]))
    # Half of the weight on either side of the heavy sample, whose place is the middle of its own.
    shift, factor = robust([[0.0], [1.0], [7.0]], [1, 2, 1])
    assert -shift[0] / factor[0] == pytest.approx(1)
