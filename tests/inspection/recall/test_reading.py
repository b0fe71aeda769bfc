"""What a recall says, and what it refuses."""

import json

import numpy as np
import pytest

import nodewise as nw
from nodewise.errors import NodewiseError

TABLE = np.array([[1.0, 2.0, 3.0], [4.0, 0.0, 1.0], [2.0, 2.0, 0.0]])


def test_the_sentence_and_the_tables():
    reading = nw.recall(TABLE, [1, 2, np.nan], beta=20.0)
    assert str(reading) == (
        "Recalled row 1, 99.8 % of the weight at β = 20, after 7 steps; "
        "1 of 3 features were not known; the energy fell by 8.53e-7 from 0.0548."
    )
    assert [line["row"] for line in reading.table()] == [1, 3, 2]
    assert sum(line["weight"] for line in reading.table()) == pytest.approx(1)
    assert [line["step"] for line in reading.step_table()] == list(range(reading.steps + 1))
    assert [line["energy"] for line in reading.step_table()] == reading.energies.tolist()
    json.dumps(reading.as_dict(), allow_nan=False)
    json.dumps(nw.recall(TABLE, [1, 2, 3], "hebb").as_dict(), allow_nan=False)


def test_one_row_is_always_recalled():
    for rule in ("softmax", "hebb", "pseudo-inverse"):
        reading = nw.recall([[1.0, -1.0, 1.0, 1.0]], [1, -1, 1, np.nan], rule)
        np.testing.assert_array_equal(reading.recalled, [1, -1, 1, 1])
        assert reading.kind == "row"


def test_equal_rows_count_together():
    reading = nw.recall(np.vstack([TABLE, TABLE[1]]), TABLE[1])
    assert reading.kind == "row"
    assert reading.equal.tolist() == [1, 3]
    assert reading.weights[-1, 1] == pytest.approx(0.5, abs=1e-3)
    assert str(reading).startswith("Recalled row 2 with 1 equal row, 99.8 % of the weight at β = 1.58, after 7 steps; ")
    assert nw.recall(np.vstack([TABLE, TABLE]), TABLE[1], "pseudo-inverse").kind == "row"


def test_rows_that_the_cue_cannot_tell_apart_are_named():
    reading = nw.recall(TABLE, [np.nan, 2, np.nan], beta=100.0)
    assert reading.kind == "mixture"
    assert reading.notes == ("In what the cue knows, rows 1 and 3 are the same: it cannot tell them apart.",)
    np.testing.assert_allclose(reading.recalled, [1.5, 2, 1.5])


def test_constant_columns_are_named():
    constant = np.column_stack([TABLE, np.full(3, 7.0)])
    note = "Feature x4 is the same in all rows and tells none apart."
    assert nw.recall(constant, [1, 2, 3, 7]).notes == (note,)
    assert note in nw.recall(constant, [1, 2, 3, 7], "hebb").notes
    np.testing.assert_allclose(
        nw.recall(constant, [1, 2, 3, 99]).weights[0], nw.recall(constant, [1, 2, 3, 7]).weights[0]
    )
    two = np.column_stack([constant, np.zeros(3)])
    assert nw.recall(two, [1, 2, 3, 7, 0]).notes == ("2 features are the same in all rows and tell none apart.",)


def test_long_rows_are_named_where_lengths_count():
    x = np.array([[1.0, 0.0], [3.0, 1.0], [0.0, 0.0]])
    reading = nw.recall(x, [1, 0], similarity="dot", scale=False, beta=5.0)
    assert reading.nearest == 1
    assert reading.notes == (
        "For 1 of 3 rows a longer row has the larger dot product, so that they are not recalled by themselves; "
        'similarity="distance" takes the lengths off.',
    )
    assert nw.recall(x, [1, 0], scale=False, beta=20.0).nearest == 0


CUE = [1.0, 2.0, 3.0]
REFUSALS = [
    (
        (TABLE, [1, 2]),
        {},
        "cue must have 3 values, one per feature of the memory. Got 2. Put NaN where a value is not known.",
    ),
    (
        (TABLE, [np.nan] * 3),
        {},
        "cue must know at least one value. Got only missing ones. Give one to compare rows with.",
    ),
    ((TABLE, {}), {}, "cue must know at least one value. Got only missing ones. Give one to compare rows with."),
    (
        (TABLE, [1, np.inf, 2]),
        {},
        "cue must lie between -1e100 and 1e100. Got inf in feature 'x2'. Put NaN where a value is not known.",
    ),
    (
        (TABLE, ["1", "2", "3"]),
        {},
        "cue must be one number per feature, NaN where it is not known, or a dictionary from feature names to numbers. "
        "Got ['1', '2', '3'].",
    ),
    ((TABLE, {"x9": 1}), {}, "a feature of the cue must be one of x1, x2, x3. Got 'x9'. Did you mean 'x3'?"),
    (
        ([[1.0, np.nan], [2, 3]], [1, 2]),
        {},
        "memory must be finite. Got nan at sample 0 of feature 'x2'. Drop or fill such rows first.",
    ),
    (
        (np.empty((0, 3)), CUE),
        {},
        "memory must hold at least one row. Got none. Add the rows to be recalled.",
    ),
    (
        ([[1.0, 2.0], [3.0]], CUE),
        {},
        "memory must have equally many values in every sample. Got rows of different lengths.",
    ),
    (
        (TABLE, CUE, "hopfield"),
        {},
        "rule must be one of softmax, hebb, pseudo-inverse. Got 'hopfield'.",
    ),
    (
        (TABLE, CUE),
        {"beta": 0},
        "beta must be above 0. Got 0. The larger it is, the more the most similar row counts; leave it out for one that "
        "fits the rows.",
    ),
    ((TABLE, CUE), {"beta": np.nan}, "beta must be a finite number. Got nan."),
    ((TABLE, CUE, "hebb"), {"beta": 1.0}, "beta belongs to the rule 'softmax'. Got it with 'hebb'; leave it out."),
    (
        (TABLE, CUE),
        {"threshold": 1.0},
        "threshold belongs to the rule 'hebb' or 'pseudo-inverse'. Got it with 'softmax'; leave it out.",
    ),
    (
        (TABLE, CUE, "hebb"),
        {"threshold": [1.0, 2.0]},
        "threshold must be a finite number, or one for each of 3 features. Got [1.0, 2.0].",
    ),
    (
        (TABLE, CUE, "hebb"),
        {"threshold": "middle"},
        "threshold must be a finite number, or one for each of 3 features. Got 'middle'.",
    ),
    ((TABLE, CUE), {"similarity": "cosine"}, "similarity must be one of distance, dot. Got 'cosine'."),
    (
        (TABLE, CUE, "hebb"),
        {"update": "at once"},
        "update must be one of asynchronous, synchronous. Got 'at once'.",
    ),
    ((TABLE, CUE), {"steps": 0}, "steps must be a whole number of at least 1. Got 0."),
    ((TABLE, CUE, "hebb"), {"seed": -1}, "seed must be a whole number of at least 0. Got -1."),
]


@pytest.mark.parametrize(("given", "options", "message"), REFUSALS)
def test_what_cannot_be_recalled_is_refused(given, options, message):
    with pytest.raises(NodewiseError) as caught:
        nw.recall(*given, **options)
    assert str(caught.value) == message


def test_states_too_many_to_be_kept_are_refused(monkeypatch):
    from nodewise.inspection.recall import classical

    monkeypatch.setattr(classical, "_MOST", 10)
    with pytest.raises(NodewiseError) as caught:
        nw.recall(np.ones((1, 4)) * [1, -1, 1, -1], [np.nan, -1, np.nan, np.nan], "hebb")
    assert str(caught.value) == (
        "the states of a recall must be at most 10 numbers. Got more, after 3 steps of 4 features. "
        'Use update="synchronous", which takes fewer steps, or leave features out.'
    )
