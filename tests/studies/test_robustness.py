"""Fits with outliers and without: each arm is the fit it says it is, measured by hand."""

import json

import numpy as np
import pytest

import nodewise as nw
from nodewise.errors import NodewiseError

ESSAY = nw.problems.sign_with_outlier()
HOW = {"hidden": 4, "activation": "relu", "solver": "lbfgs", "starts": 8, "steps": 1000}


@pytest.fixture(scope="module")
def read():
    return nw.robustness(ESSAY, **HOW)


def test_every_arm_is_the_fit_it_says(read):
    rest = ESSAY.rows(slice(100))
    same = {
        "without it": nw.fit(rest, **HOW),
        "with it": nw.fit(ESSAY, **HOW),
        "no scaling": nw.fit(ESSAY, scale=False, **HOW),
        "L2 on weights": nw.fit(ESSAY, l2=0.01, **HOW),
        "L2 on weights and biases": nw.fit(ESSAY, l2=0.01, l2_on="all", **HOW),
        "Huber's loss": nw.fit(ESSAY, loss="huber", **HOW),
        "robust scaling": nw.fit(ESSAY, scaler="robust", **HOW),
        "robust scaling and L2": nw.fit(ESSAY, scaler="robust", l2=0.01, **HOW),
    }
    assert [arm.name for arm in read.arms] == list(same)
    for name, fit in same.items():
        arm = read.arm(name)
        said = fit.network(ESSAY.inputs)
        np.testing.assert_array_equal(arm.network(ESSAY.inputs), said)
        assert arm.error == np.sqrt(np.mean((said - ESSAY.targets)[:100] ** 2))
        assert arm.misfit.tolist() == pytest.approx([-1 - said[100, 0]], abs=1e-8)
        assert arm.slope == pytest.approx((said[99, 0] - said[0, 0]) / 1.98)
        others = np.linspace(-1, 0.98, 20_001)[:, None]
        turns = others[:-1, 0][np.diff(fit.network(others)[:, 0] >= 0)]
        np.testing.assert_allclose(arm.boundary, turns, atol=1e-4)
        folded = fit.network.folded.dense[0]
        np.testing.assert_allclose(arm.row_norms, np.abs(folded.weight[:, 0]))


def test_it_finds_that_l2_after_standardising_is_worse_than_nothing(read):
    errors = {arm.name: arm.error for arm in read.arms}
    assert errors["L2 on weights"] > 0.9 > errors["with it"]
    assert errors["L2 on weights and biases"] > 0.9
    assert errors["robust scaling and L2"] < 0.6
    assert str(read).startswith("Error on the 100 other samples: ")
    assert " where sample 101 is left out, " in str(read)
    for name in ("with it", "no scaling", "Huber's loss", "robust scaling and L2"):
        assert abs(read.arm(name).misfit[0]) < 0.1


def test_the_table_and_json(read):
    rows = read.table()
    assert [row["fit"] for row in rows] == [arm.name for arm in read.arms]
    assert all(row["leverage"] <= 1 for row in rows)
    document = json.loads(json.dumps(read.as_dict(), allow_nan=False))
    assert document["samples"] == [100]
    assert read.others.samples == 100


@pytest.mark.slow
def test_labels_have_mistakes_and_no_huber():
    rng = np.random.default_rng(0)
    x = np.append(rng.normal(size=30), 500.0)
    data = nw.Dataset(x, labels=np.where(np.append(x[:30] > 0, False), "yes", "no"))
    read = nw.robustness(data, hidden=(), solver="lbfgs", steps=30, starts=1, l2=0.1)
    assert len(read.arms) == 7
    assert "Huber's loss" not in [arm.name for arm in read.arms]
    for arm in read.arms:
        wrong = arm.network.classify(x) != data.labels
        assert arm.error == wrong[:30].mean()
        assert arm.misfit.tolist() == [float(wrong[30])]
    assert str(read).startswith("Share of mistakes on the 30 other samples: 0 % where sample 31 is left out, ")


REFUSALS = {
    "none": (
        lambda: nw.robustness(nw.problems.sine()),
        "data must have outliers: none lies more than 3 quartile distances outside the quartiles. "
        "Name them, counted from 0: samples=[…].",
    ),
    "data": (lambda: nw.robustness([1, 2]), "data must be a Dataset. Got list; nodewise.read_table makes one."),
    "sample": (
        lambda: nw.robustness(ESSAY, samples=[101]),
        "samples must be different whole numbers from 0 to 100, the outliers. Got [101].",
    ),
    "setting": (lambda: nw.robustness(ESSAY, l2="strong"), "l2 must be a finite number of at least 0. Got 'strong'; 0 switches it off."),
    "settings": (
        lambda: nw.robustness(ESSAY, settings={"l2": 1}),
        "settings must be a Settings. Got dict; give single ones by name.",
    ),
    "class": (
        lambda: nw.robustness(nw.Dataset([1, 2, 3, 4.0], labels=["a", "a", "b", "b"]), samples=[2, 3]),
        "every class must have samples that are no outliers. Got one without; name fewer outliers.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(call, message):
    with pytest.raises(NodewiseError) as refused:
        call()
    assert str(refused.value) == message


@pytest.mark.slow
def test_the_others_may_all_be_at_one_place_and_huber_is_not_asked_of_variable_projection():
    data = nw.Dataset([1, 1, 1, 3.0], [1, 2, 1, 3.0])
    read = nw.robustness(data, samples=[3], solver="variable_projection", steps=3, hidden=2)
    assert len(read.arms) == 7
    assert read.arm("with it").slope is read.arm("with it").boundary is None


def test_an_unknown_setting_is_refused():
    with pytest.raises(NodewiseError) as refused:
        nw.robustness(ESSAY, L2=2)
    assert str(refused.value).startswith("a setting must be one of hidden, activation, ")
