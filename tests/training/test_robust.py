"""Huber's loss and scaling by median and quartiles, against SciPy's robust least squares and scikit-learn's scaler."""

import jax
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import least_squares
from scipy.special import huber

import nodewise as nw
from nodewise.training.losses import LOSSES


@pytest.mark.slow
@given(st.lists(st.floats(-20, 20), min_size=1, max_size=6))
def test_the_loss_is_twice_scipys_huber(residuals):
    r = np.array([residuals])
    with jax.enable_x64(True):
        np.testing.assert_allclose(LOSSES["huber"].value(r, 0 * r), 2 * huber(1, r[0]), rtol=1e-14)
        slope = LOSSES["huber"].derivative(r, 0 * r)[0]
    up, down = (2 * huber(1, r[0] + h) for h in (1e-6, -1e-6))
    np.testing.assert_allclose(slope, (up - down) / 2e-6, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("scaler", ["standard", "robust"])
def test_a_linear_fit_is_scipys_robust_least_squares(scaler):
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    rng = np.random.default_rng(0)
    x = rng.normal(3, 2, (60, 2))
    y = x @ [1.0, -2.0] + 0.1 * rng.normal(size=60)
    y[:4] += 50
    theirs = preprocessing.RobustScaler(unit_variance=True) if scaler == "robust" else preprocessing.StandardScaler()
    z, t = theirs.fit_transform(x), theirs.fit_transform(y[:, None])[:, 0]
    line = least_squares(lambda p: z @ p[:2] + p[2] - t, np.zeros(3), loss="huber", f_scale=1.0, xtol=1e-14, ftol=1e-14)
    fit = nw.fit(nw.Dataset(x, y), hidden=(), solver="lbfgs", loss="huber", scaler=scaler, steps=300)
    (layer,) = fit.network.dense
    np.testing.assert_allclose([*layer.weight[0], layer.bias[0]], line.x, atol=2e-3)
    assert fit.settings.scaler == scaler


def test_labels_have_robustly_scaled_features():
    data = nw.problems.moons(samples=40)
    network = nw.fit(data, hidden=3, steps=3, scaler="robust").network
    np.testing.assert_allclose(np.median(network.layers[0](data.inputs), axis=0), 0, atol=1e-12)


def test_an_unknown_scaler_is_refused():
    with pytest.raises(nw.NodewiseError) as refused:
        nw.fit(nw.problems.sine(), scaler="robuts")
    assert str(refused.value) == "scaler must be one of standard, robust. Got 'robuts'. Did you mean 'robust'?"
