"""Networks written by hand beside trained ones: the errors are those of the networks themselves."""

import numpy as np
import pytest

import nodewise as nw

DENSE = nw.problems.multiplication(samples=200, noise=0, low=0, high=1)


@pytest.fixture(scope="module")
def reading():
    return nw.hand_against_trained(nw.problems.product(), DENSE, seed=1)


def rms(values):
    return np.sqrt(np.mean(np.square(values)))


def test_errors_are_those_of_the_networks(reading):
    data = nw.problems.product()
    made = [
        nw.memory_network(data),
        nw.memory_network(data, recipe="exact"),
        nw.memory_network(data, lift=True),
        nw.fit(data, hidden=3, activation="relu", solver="auto", seed=1).network,
        nw.fit(DENSE, hidden=3, activation="relu", solver="auto", seed=1).network,
    ]
    for arm, network in zip(reading.arms, made, strict=True):
        assert arm.error == pytest.approx(rms(network(data.inputs) - data.targets), abs=1e-12)
        assert arm.dense_error == pytest.approx(rms(network(DENSE.inputs) - DENSE.targets), abs=1e-12)
    essay = reading.arms[0]
    assert essay.largest == pytest.approx((1 + np.sqrt(2)) / 2)
    np.testing.assert_allclose(essay.output[:, 0], [0, 0.5, (1 + np.sqrt(2)) / 2], atol=1e-12)
    assert [arm.error < 1e-6 for arm in reading.arms] == [False, True, True, True, False]


def test_what_is_said(reading):
    assert str(reading).startswith(
        "Of 3 nodes each, root-mean-square error on the 3 samples and on 200 denser ones: by hand, the essay's recipe 0.697"
    )
    assert str(reading).endswith("Best on the denser set is the one trained on the denser set.")
    assert [row["parameters"] for row in reading.table()] == [13, 13, 16, 13, 13]


@pytest.mark.slow
def test_a_recipe_without_a_solution_says_why():
    data = nw.Dataset([[1.0], [2.0], [3.0]], [1, 4, 9])
    reading = nw.hand_against_trained(data, nw.Dataset(np.linspace(1, 3, 20), np.linspace(1, 3, 20) ** 2), steps=20)
    assert [bool(arm.refused) for arm in reading.arms] == [True, True, False, False, False]
    assert reading.table()[0]["refused"].startswith("no two inputs may point in the same direction.")
    assert reading.table()[0]["error"] is None
    assert "No network by hand, exact: no two inputs may point in the same direction." in str(reading)


LABELS = nw.problems.moons(samples=20)
REFUSALS = {
    "labels": ((LABELS, DENSE), {}, "data must be a dataset with targets that are numbers. Got one without."),
    "array": ((DENSE, [[1, 2]]), {}, "dense must be a dataset with targets that are numbers. Got list."),
    "features": (
        (DENSE, nw.problems.sine()),
        {},
        "dense must have the 2 features and 1 target of data. Got 1 and 1.",
    ),
}


@pytest.mark.parametrize(("arguments", "options", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(arguments, options, message):
    with pytest.raises(nw.NodewiseError) as caught:
        nw.hand_against_trained(*arguments, **options)
    assert str(caught.value) == message


def test_the_size_is_not_for_the_asking():
    with pytest.raises(nw.NodewiseError, match="a setting must be one of solver, "):
        nw.hand_against_trained(DENSE, DENSE, hidden=3)
