"""Which value errs least, in words and numbers."""

import json

import numpy as np
import pytest
from scipy.stats import wilcoxon

import nodewise as nw
from made_studies import study
from nodewise.errors import NodewiseError
from nodewise.inspection.study import comparison

RANDOM = np.random.default_rng(0)
ERRORS = np.exp(RANDOM.normal([[-3], [-2], [-2.97]], 0.3, (3, 30)))
JUDGED = (np.array([[20.0], [30.0]]), np.array([[0.5], [-1.5]]))


def made(**more):
    found = study(ERRORS, "activation", ("relu", "tanh", "cosine"), outside=ERRORS[[1, 2, 0]], judged=JUDGED, **more)
    return comparison([found], "activation", ["relu", "tanh", "cosine"], "outside")


def test_numbers():
    read = made()
    np.testing.assert_array_equal(read.errors, ERRORS[[1, 2, 0]])
    assert (read.best, read.apart, read.alike) == (2, (0,), (1,))
    assert read.against(0).p == wilcoxon(np.log(ERRORS[0] / ERRORS[1])).pvalue
    assert read.against(0).adjusted == 3 * read.against(0).p
    assert read.plain_error == pytest.approx(np.sqrt(np.mean((JUDGED[1] - nw.problems.sine().targets.mean()) ** 2)))
    rows = read.table()
    assert rows[0]["ratio"] == pytest.approx(np.median(ERRORS[1] / ERRORS[0]), rel=0.05)
    assert rows[0]["worse"] == (ERRORS[1] > ERRORS[0]).sum()
    assert rows[2]["p"] is None
    assert [row["good"] for row in rows] == [(row <= 0.15).sum() for row in ERRORS]
    assert json.loads(json.dumps(read.as_dict(), allow_nan=False))["table"][0]["p"] == rows[0]["p"]


def test_words():
    read = made()
    low, middle, high = (read.medians[i] for i in (2, 1, 0))
    times = np.exp(np.median(np.log(ERRORS[1] / ERRORS[0])))
    less = (ERRORS[0] < ERRORS[1]).sum()
    assert str(read) == (
        f"The least median RMSE outside (beyond) on sine has cosine: {low:.3g} over 30 starts. That is less than with relu "
        f"(median {high:.3g}, {times:.3g} times; less from {less} of 30 starts, p below 0.0001). From tanh (median "
        f"{middle:.3g}) it is not told apart (p = {read.against(1).adjusted:.2g}). Always saying the mean of the training targets errs "
        f"{read.plain_error:.3g} there. Good, an error inside of at most 0.15, as asked for, are "
        f"{(ERRORS[0] <= 0.15).sum()} with relu, {(ERRORS[1] <= 0.15).sum()} with tanh and {(ERRORS[2] <= 0.15).sum()} "
        "with cosine. p is of Wilcoxon's signed-rank test, start by start, corrected by Holm for 3 pairs; it is about other "
        "starts, not about other data."
    )


def test_two_values_gain_and_lose():
    errors = np.array([[0.1, 0.2, 0.2, 0.1, 0.3], [0.2, 0.1, 0.1, 0.1, 0.1]])
    read = comparison([study(errors, "steps", (10, 100))], "steps", ["10", "100"], "inside")
    assert "are 2 with 10 and 4 with 100: 100 gains 3 starts and loses 1 (p = 0.62, McNemar)" in str(read)
    assert str(read).startswith(
        "The least median RMSE inside (the range) on sine has steps 100: 0.1 over 5 starts. From "
    )


def test_only_starts_that_all_have_are_compared():
    whole, part = study(ERRORS[:1], values=(2,)), study(ERRORS[1:2, :7], values=(3,))
    read = comparison([whole, part], "noise", ["0", "1"], "inside")
    np.testing.assert_array_equal(read.errors, ERRORS[:2, :7])
    assert len(read.studies) == 2


def test_a_training_without_an_error_is_lost():
    errors = ERRORS[:2].copy()
    errors[1, 3] = np.nan
    read = comparison([study(errors)], "hidden", ["2", "3"], "inside")
    assert np.isinf(read.errors[1, 3])
    json.dumps(read.as_dict(), allow_nan=False)


@pytest.mark.parametrize(
    ("by", "starts", "message"),
    [
        ("beside", 3, "by must be 'inside' or 'outside'. Got 'beside'."),
        (
            "outside",
            3,
            "errors outside need something to be measured on. Got none; hold samples out (holdout=0.2), or compare by "
            "'inside'.",
        ),
        (
            "inside",
            1,
            "a comparison needs at least 2 starts of every value. Got 1; let the study go on, or ask for more starts.",
        ),
    ],
)
def test_refusals(by, starts, message):
    with pytest.raises(NodewiseError) as refused:
        comparison([study(ERRORS[:2, :starts])], "hidden", ["2", "3"], by)
    assert str(refused.value) == message
