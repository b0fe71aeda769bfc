"""Labels of a dataset: texts, whole numbers, or truth values, as they were."""

import numpy as np
import pytest

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError

X = np.arange(6.0)


@pytest.mark.parametrize(
    ("labels", "classes", "codes"),
    [
        (["b", "a", "b", "c", "c", "a"], ("a", "b", "c"), [1, 0, 1, 2, 2, 0]),
        ([True, False, True, True, False, False], (False, True), [1, 0, 1, 1, 0, 0]),
        ([7, -1, 7, 3, 3, -1], (-1, 3, 7), [2, 0, 2, 1, 1, 0]),
        ([1.0, 2.0, 1.0, 2.0, 2.0, 1.0], (1, 2), [0, 1, 0, 1, 1, 0]),
        (np.array(["x", "y"] * 3, dtype=object), ("x", "y"), [0, 1, 0, 1, 0, 1]),
    ],
)
def test_classes_are_the_different_labels_in_order(labels, classes, codes):
    data = Dataset(X, labels=labels, label="kind")
    assert data.classes == classes
    assert [type(entry) for entry in data.classes] == [type(entry) for entry in classes]
    assert data.codes.tolist() == codes
    assert [data.classes[code] for code in data.codes] == list(labels)


def test_rows_know_their_own_classes():
    data = Dataset(X, labels=list("aabbcc"))
    assert data.classes == ("a", "b", "c")
    assert data.rows([4, 5]).classes == ("c",)
    assert data.rows([0, 5]).codes.tolist() == [0, 1]


@pytest.mark.parametrize("seed", range(20))
def test_a_split_holds_out_the_same_share_of_every_class(seed):
    labels = np.repeat(["a", "b", "c"], [50, 30, 10])
    train, held_out = Dataset(np.arange(90.0), labels=labels).split(0.2, seed)
    assert [int((held_out.labels == k).sum()) for k in "abc"] == [10, 6, 2]
    assert len(np.intersect1d(train.inputs, held_out.inputs)) == 0


@pytest.mark.parametrize("fraction", [0.01, 0.5, 0.99])
def test_a_split_leaves_one_of_every_class_and_holds_out_one_at_least(fraction):
    train, held_out = Dataset(X, labels=list("aaabbc")).split(fraction, 0)
    assert train.classes == ("a", "b", "c")
    assert held_out.samples >= 1


def test_it_shows_its_classes():
    assert repr(Dataset(X, labels=list("aaabbc"), label="kind")) == "Dataset 'data': 6 samples, x -> kind, 3 classes"


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (
            ["a", None, "b", "a", "b", "a"],
            "labels must be given for every sample. Got None at sample 1. Leave out the samples without one.",
        ),
        (
            [0, 1, float("nan"), 1, 0, 1],
            "labels must be given for every sample. Got nan at sample 2. Leave out the samples without one.",
        ),
        (
            ["a", "b", " ", "a", "b", "a"],
            "labels must be given for every sample. Got ' ' at sample 2. Leave out the samples without one.",
        ),
        (
            [0.5, 1.5, 2.5, 0.5, 7.0, 8.0],
            "labels must be all texts, all whole numbers, or all True and False. Got 0.5 at sample 0, one of 5 "
            "different values. To learn numbers, give them as targets.",
        ),
        (
            np.array(["a", 1, "b", "a", "b", "a"], dtype=object),
            "labels must be all texts, all whole numbers, or all True and False. Got 1 at sample 1, one of 3 "
            "different values. To learn numbers, give them as targets.",
        ),
        (["a", "b"], "labels must have one row per sample. Got 2 rows for 6 samples of inputs."),
        (np.ones((6, 2)), "labels must be one class per sample. Got shape (6, 2). Pass one column."),
    ],
)
def test_what_is_no_class_is_refused(labels, message):
    with pytest.raises(NodewiseError) as caught:
        Dataset(X, labels=labels)
    assert str(caught.value) == message


def test_pandas_missing_value_is_refused():
    pandas = pytest.importorskip("pandas")
    with pytest.raises(NodewiseError, match="Got <NA> at sample 1"):
        Dataset([0.0, 1.0, 2.0], labels=np.array(["a", pandas.NA, "b"], dtype=object))
