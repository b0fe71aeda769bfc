"""Samples in any form are brought into the order a model takes them, whatever their columns hold."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

import nodewise as nw
from nodewise.data.given import as_table
from nodewise.errors import NodewiseError

COLUMNS = {"dose": [1, 2, 3], "late": [True, False, True], "age": [0.5, None, 4.0]}
WANTED = np.array([[0.5, 1, 1], [np.nan, 2, 0], [4, 3, 1]])
NAMES = ("age", "dose", "late")
FRAMES = {
    "pandas": pd.DataFrame(COLUMNS),
    "pandas with its own types": pd.DataFrame(COLUMNS).convert_dtypes(),
    "pandas with objects": pd.DataFrame(COLUMNS, dtype=object),
    "polars": pl.DataFrame(COLUMNS),
    "pyarrow": pl.DataFrame(COLUMNS).to_arrow(),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_columns_are_picked_by_name(kind):
    table = as_table(FRAMES[kind], NAMES, named=True)
    np.testing.assert_array_equal(table.numbers(NAMES), WANTED)
    assert list(getattr(table.whole, "column_names", getattr(table.whole, "columns", None))) == list(NAMES)


@pytest.mark.parametrize("kind", FRAMES)
def test_a_model_without_names_takes_them_as_they_stand(kind):
    table = as_table(FRAMES[kind], ("x1", "x2", "x3"), named=False)
    assert table.names == tuple(COLUMNS)
    np.testing.assert_array_equal(table.numbers(table.names), WANTED[:, [1, 2, 0]])


@pytest.mark.parametrize("given", [[[1, 2], [3, 4]], np.array([[1, 2], [3, 4]]), np.array([[1, 2], [3, 4]], object)])
def test_arrays_and_lists_have_no_names(given):
    table = as_table(given, ("a", "b"), named=True)
    assert table.names == ()
    np.testing.assert_array_equal(table.numbers("ab"), [[1, 2], [3, 4]])


def test_one_dimension_is_one_feature_or_one_sample():
    assert as_table([1, 2, 3], ("x",), named=False).numbers("x").shape == (3, 1)
    assert as_table([1, 2, 3], ("a", "b", "c"), named=False).numbers("abc").shape == (1, 3)


def test_a_dataset_has_names_if_somebody_gave_them():
    x = np.array([[1.0, 2], [3, 5]])
    assert as_table(nw.Dataset(x), ("a", "b"), named=True).names == ()
    swapped = as_table(nw.Dataset(x, feature_names=["b", "a"]), ("a", "b"), named=True)
    np.testing.assert_array_equal(swapped.numbers("ab"), x[:, ::-1])
    np.testing.assert_array_equal(swapped.whole, x[:, ::-1])


REFUSALS = {
    "both": (
        {"dosis": [1], "late": [1], "age": [1]},
        "samples must have the features that the model was fitted on. Got no 'dose', and 'dosis', unknown to it. "
        "Rename 'dosis' to 'dose'.",
    ),
    "missing": (
        {"late": [1]},
        "samples must have the features that the model was fitted on. Got no 'age', 'dose'. Add what is missing.",
    ),
    "strange": (
        COLUMNS | {"z": [1, 2, 3]},
        "samples must have the features that the model was fitted on. Got 'z', unknown to it. Leave out what is unknown.",
    ),
    "words": (
        COLUMNS | {"late": ["no", "yes", "no"]},
        "feature 'late' must hold numbers. Got 'no' at sample 1. Encode that column before the model.",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_other_columns_are_refused_by_name(case, frame):
    columns, message = REFUSALS[case]
    with pytest.raises(NodewiseError) as refused:
        as_table(frame(columns), NAMES, named=True).numbers(NAMES)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("given", "got"),
    [
        (np.zeros((3, 2)), "samples must have 3 features, 'age', 'dose', 'late'. Got 2. Give them as the model was fitted."),
        (np.zeros((2, 3, 1)), "Got ndarray of shape (2, 3, 1)."),
        (np.zeros((0, 3)), "Got ndarray of shape (0, 3)."),
        ([[1, 2, 3], [1]], "Got list."),
        (None, "Got NoneType."),
    ],
)  # fmt: skip
def test_other_shapes_are_refused(given, got):
    rule = "samples must be a frame, or an array [sample, feature] with at least one sample. "
    with pytest.raises(NodewiseError) as refused:
        as_table(given, NAMES, named=True)
    assert str(refused.value) == (got if got.startswith("samples") else rule + got)
