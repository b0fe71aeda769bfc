"""Sine and cosine as polynomials against NumPy's and, where the angle is large, against many digits."""

import jax
import mpmath
import numpy as np
import pytest

from nodewise.training import waves

ANGLES = np.concatenate([np.linspace(-30, 30, 20_001), np.arange(-40, 41) * np.pi / 4, np.geomspace(1e-12, 1e4, 3000)])


@pytest.mark.parametrize("name", ["sin", "cos"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_they_are_exact_to_two_units_in_the_last_place(name, dtype):
    z = ANGLES.astype(dtype)
    with jax.enable_x64(True):
        ours = np.asarray(jax.jit(getattr(waves, name))(z))
    assert ours.dtype == dtype
    np.testing.assert_allclose(ours, getattr(np, name)(z.astype(float)), atol=2 * np.finfo(dtype).eps, rtol=0)


@pytest.mark.parametrize("name", ["sin", "cos"])
def test_large_angles_are_off_by_no_more_than_the_angle_is(name):
    z = np.random.default_rng(0).uniform(1e4, 1e9, 500)
    with jax.enable_x64(True):
        ours = np.asarray(jax.jit(getattr(waves, name))(z))
    with mpmath.workdps(40):
        exact = np.array([float(getattr(mpmath, name)(mpmath.mpf(each))) for each in z])
    assert (np.abs(ours - exact) <= 2e-16 + np.spacing(z)).all()


def test_what_is_no_angle_has_no_sine():
    assert np.isnan(np.asarray(waves.sin(np.array([np.inf, np.nan], np.float32)))).all()
