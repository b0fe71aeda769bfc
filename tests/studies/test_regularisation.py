"""The regularisation path: each point is the fit it says, linear ones are ridge regression, and refusals."""

import json

import numpy as np
import pytest

import nodewise as nw
from nodewise.errors import NodewiseError

SINE = nw.problems.sine(samples=20)
HOW = {"hidden": 3, "activation": "relu", "solver": "lbfgs", "starts": 1, "steps": 40}


def test_a_linear_path_is_ridge_regression():
    ridge = pytest.importorskip("sklearn.linear_model").Ridge
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 3)) * [1, 5, 0.2]
    y = x @ [1, -1, 2] + rng.normal(size=40)
    read = nw.regularisation(nw.Dataset(x, y), [0.1, 1], hidden=(), solver="lbfgs", starts=1, steps=200)
    z, t = ((v - v.mean(axis=0)) / v.std(axis=0) for v in (x, y))
    for i, strength in enumerate((0.1, 1)):
        # mean squared error + strength/2 · Σ w² is scikit-learn's objective / n with alpha = n · strength / 2.
        theirs = ridge(alpha=40 * strength / 2).fit(z, t).coef_
        assert read.row_norms[i].tolist() == pytest.approx([np.linalg.norm(theirs)], rel=1e-3)
        assert read.penalties[i] == pytest.approx(theirs @ theirs / 2, rel=1e-3)


def test_every_point_is_the_fit_it_says():
    read = nw.regularisation(SINE, [1.0, 0, 1e-3], l2_on="all", **HOW)
    assert read.strengths.tolist() == [0, 1e-3, 1]
    for i, strength in enumerate(read.strengths):
        fit = nw.fit(SINE, l2=strength, l2_on="all", **HOW)
        first, second = fit.network.dense
        assert read.errors[i] == pytest.approx(fit.rmse)
        size = np.abs(first.weight[:, 0])
        assert read.row_norms[i].tolist() == sorted(size, reverse=True)
        assert read.at_work[i] == (size * np.abs(second.weight[0]) > 1e-3).sum()
        everything = np.concatenate(
            [np.ravel(part) for layer in (first, second) for part in (layer.weight, layer.bias)]
        )
        assert read.penalties[i] == pytest.approx(everything @ everything / 2)
    assert read.penalties[2] < read.penalties[1]
    json.dumps(read.as_dict(), allow_nan=False)
    assert len(read.table()) == 3
    assert set(read.reasons) <= {"converged", "finished"}
    assert str(read).startswith("With L2 0: 3 nodes at work, largest row norm ")


@pytest.mark.slow
def test_labels_count_mistakes():
    data = nw.problems.moons(samples=30)
    read = nw.regularisation(data, 0.01, hidden=(), solver="lbfgs", starts=1, steps=20)
    assert read.errors[0] == np.mean(read.networks[0].classify(data.inputs) != data.labels)


REFUSED = "strengths must be 1 to 200 finite numbers of at least 0. Got "


@pytest.mark.parametrize(
    ("strengths", "got"),
    [([], "[]."), ([-1], "[-1]."), ([np.nan], "[nan]."), ("much", "'much'."), (None, "None."), (range(201), "range(0, 201).")],
)  # fmt: skip
def test_refuses(strengths, got):
    with pytest.raises(NodewiseError) as refused:
        nw.regularisation(SINE, strengths)
    assert str(refused.value) == REFUSED + got


def test_l2_is_no_setting_of_it():
    with pytest.raises(NodewiseError) as refused:
        nw.regularisation(SINE, l2=0.1)
    assert str(refused.value).startswith("a setting must be one of hidden, activation, ")
    assert "Got 'l2'." in str(refused.value)
