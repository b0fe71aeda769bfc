"""Labels from tables: when a column holds classes, and how they come back."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from nodewise.data.tables import read_table
from nodewise.errors import NodewiseError


def table(cells):
    """Return a table of one feature and the column `kind`."""
    return "x,kind\n" + "".join(f"{i},{cell}\n" for i, cell in enumerate(cells))


def read(tmp_path, cells, **more):
    (tmp_path / "t.csv").write_text(table(cells))
    return read_table(tmp_path / "t.csv", target="kind", **more)


@pytest.mark.parametrize(
    ("cells", "classes"),
    [
        (["setosa", "virginica", "setosa", "virginica"], ("setosa", "virginica")),
        (["true", "FALSE", "False", "True"], (False, True)),
        (["0", "1", "1", "0"], (0, 1)),
        (["3", "1", "1", "3", "2", "2"], (1, 2, 3)),
        (["1.0", "2.0", "1.0", "2.0"], (1, 2)),
        (["a b", " a b ", "ü", "ü"], ("a b", "ü")),
        (["007", "010", "007", "010"], ("007", "010")),
    ],
)
def test_texts_truths_and_few_whole_numbers_are_classes(tmp_path, cells, classes):
    data = read(tmp_path, cells)
    assert data.classes == classes
    assert [type(entry) for entry in data.classes] == [type(entry) for entry in classes]
    assert (data.label, data.targets, data.target_names) == ("kind", None, ())


@pytest.mark.parametrize("cells", [["0.5", "1", "0.5", "1"], ["1", "2", "3", "3"], [*map(str, range(11)), *range(11)]])
def test_other_numbers_are_targets(tmp_path, cells):
    data = read(tmp_path, cells)
    assert data.labels is None
    assert data.target_names == ("kind",)


def test_numbers_taken_for_classes_are_said_with_the_option_that_decides(tmp_path):
    assert read(tmp_path, "0101").notes == (
        "Took 'kind' as 2 classes, because it holds so few different whole numbers; "
        'task="regression" (--task regression) fits them as numbers.',
    )
    assert read(tmp_path, "0101", task="classification").notes == ()
    data = read(tmp_path, "0101", task="regression")
    assert (data.notes, data.targets[:, 0].tolist()) == ((), [0, 1, 0, 1])


def test_asked_for_many_whole_numbers_are_classes(tmp_path):
    assert read(tmp_path, map(str, [*range(20), *range(20)]), task="classification").classes == tuple(range(20))
    long = ("100000000000000000", "100000000000000001")  # equal as floats
    assert read(tmp_path, long * 2, task="classification").classes == long


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
@pytest.mark.parametrize(
    ("kind", "classes"),
    [
        (["b", "a", "b", "a"], ("a", "b")),
        ([True, False, False, True], (False, True)),
        ([7, 5, 5, 7], (5, 7)),
        (np.array([7, 5, 5, 7], np.uint8), (5, 7)),
    ],
)
def test_frames_give_the_same(frame, kind, classes):
    assert read_table(frame({"x": [1.0, 2.0, 3.0, 4.0], "kind": kind}), target="kind").classes == classes


def test_a_categorical_column_is_texts():
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0], "kind": pd.Categorical(["b", "a", "b"])})
    assert read_table(frame, target="kind").classes == ("a", "b")


def test_rows_without_a_feature_are_dropped_with_their_labels(tmp_path):
    (tmp_path / "t.csv").write_text("x,kind\n1,a\n,b\n3,a\n4,b\n")
    data = read_table(tmp_path / "t.csv", target="kind")
    assert data.labels.tolist() == ["a", "a", "b"]
    assert data.dropped == 1


@pytest.mark.parametrize(
    ("cells", "more", "message"),
    [
        (
            ["a", "b", "", "a", "NA"],
            {},
            "label 'kind' must be given in every row. Got '' at line 4 and 1 more, which counts as missing. Fill in or "
            "remove such rows, or write another word if it is a class.",
        ),
        (
            ["mild", "none", "severe", "mild"],
            {},
            "label 'kind' must be given in every row. Got 'none' at line 3, which counts as missing. Fill in or remove "
            "such rows, or write another word if it is a class.",
        ),
        (
            ["0.1", "0.2", "0.30", "0.1"],
            {"task": "classification"},
            "label 'kind' must hold classes: texts, True and False, or whole numbers. Got 0.1 at line 2, one of 3 "
            'different numbers; task="regression" (--task regression) learns them as numbers.',
        ),
        (
            ["1", "2", "x", "1"],
            {},
            "target 'kind' must hold numbers or dates. Got 'x' at line 4. Correct that cell, empty it if it is missing, "
            'or choose another column. If it holds classes, say task="classification" (--task classification).',
        ),
        (["a", "b"], {"task": "sort"}, "task must be one of auto, classification, regression. Got 'sort'."),
    ],
)
def test_refuses(tmp_path, cells, more, message):
    with pytest.raises(NodewiseError) as caught:
        read(tmp_path, cells, **more)
    assert str(caught.value) == message


def test_refuses_two_columns_of_labels(tmp_path):
    (tmp_path / "t.csv").write_text("x,kind,sort\n1,a,b\n2,b,a\n")
    with pytest.raises(NodewiseError) as caught:
        read_table(tmp_path / "t.csv", target=["kind", "sort"], task="classification")
    assert str(caught.value) == "target must name one column of labels. Got 2: kind, sort. Choose one."
