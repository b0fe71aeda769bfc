"""What is trained on and judged by: the end of the range apart, the truth where it is known."""

import numpy as np
import pytest

import nodewise as nw
from nodewise.errors import NodewiseError
from nodewise.studies.study.samples import split, unpack


def table(samples=20):
    x = np.random.default_rng(0).permutation(samples) * 1.0
    return nw.Dataset(x, x**2, feature_names="year", name="growth")


def test_the_largest_are_held_out():
    made = split(table(), 0.25)
    assert sorted(made.train.inputs[:, 0]) == list(range(15))
    assert sorted(made.outside.inputs[:, 0]) == list(range(15, 20))
    np.testing.assert_array_equal(made.outside.wanted, made.outside.inputs**2)
    np.testing.assert_array_equal(made.inside.wanted, made.train.targets)
    assert made.outside.words == "the last 0.25 of year"


def test_where_the_truth_is_known_it_is_judged_by():
    data = nw.problems.sine(low=-10, high=10)
    made = split(data, 0)
    x, away = made.inside.inputs[:, 0], made.outside.inputs[:, 0]
    np.testing.assert_allclose(made.inside.wanted[:, 0], np.sin(x))
    np.testing.assert_allclose(made.outside.wanted[:, 0], np.sin(away))
    low, high = data.low[0], data.high[0]
    assert (x.min(), x.max()) == (low, high)
    assert ((away < low) | (away > high)).all()
    np.testing.assert_allclose([away.min(), away.max()], [low - (high - low) / 2, high + (high - low) / 2])
    held = split(data, 0.2)
    np.testing.assert_allclose(held.outside.wanted, np.sin(held.outside.inputs))


@pytest.mark.parametrize("data", [nw.problems.sine(), nw.problems.moons(), nw.problems.multiplication(), table()])
def test_nothing_is_lost_on_the_way_to_a_worker(data):
    made = split(data, 0.2)
    back = unpack(*made.pack())
    assert back.key == made.key
    np.testing.assert_array_equal(back.train.inputs, made.train.inputs)
    assert back.train.classes == made.train.classes
    assert (back.outside.wanted == made.outside.wanted).all()


def test_a_name_tells_samples_apart():
    data = nw.problems.sine()
    names = [split(each, h).key for each in (data, nw.problems.sine(seed=1)) for h in (0, 0.2)]
    assert len(set(names)) == 4
    assert split(data, 0).key == names[0]


@pytest.mark.parametrize(
    ("data", "holdout", "message"),
    [
        (table(), 1, "holdout must be a share from 0 to below 1, or a Dataset (--test TABLE). Got 1."),
        (table(), True, "holdout must be a share from 0 to below 1, or a Dataset (--test TABLE). Got True."),
        (table(4), 0.7, "holdout must leave at least 2 samples to train on. Got 0.7 of 4."),
        ("data", 0.2, "data must be a Dataset. Got str; nodewise.read_table makes one."),
        (
            nw.Dataset([1, 2, 3]),
            0,
            "data must have targets or labels to fit. Got neither; give numbers or classes to learn.",
        ),
        (
            table(),
            nw.problems.sine(),
            "holdout must have the features and targets of the data: year, y. Got x, y.",
        ),
        (
            nw.Dataset([1, 2, 3, 4], [5, 5, 5, 6]),
            0.25,
            "holdout must leave samples that differ. Got 0.25, which leaves y at 5.",
        ),
        (
            nw.Dataset([1, 2, 3, 4], labels=["a", "a", "b", "b"]),
            0.5,
            "holdout must leave samples of two classes. Got 0.5, which leaves 'a'.",
        ),
    ],
)
def test_what_cannot_be_held_out_is_refused(data, holdout, message):
    with pytest.raises(NodewiseError) as refused:
        split(data, holdout)
    assert str(refused.value) == message
