"""Models that are only called: what they answer, which class they say, gaps, and one sentence for what goes wrong."""

import numpy as np
import pytest

from nodewise import NodewiseError, Predictor

X = np.array([[0.0, 1.0], [2.0, -1.0], [np.nan, 4.0]])


def box(call, outputs=1, **more):
    return Predictor(call, 2, outputs, "it is a test", "Test model", **more)


def test_answers_are_rows_whatever_the_shape():
    for call in (lambda x: x[:, 1], lambda x: x[:, 1:], lambda x: x[:, 1].tolist(), lambda x: x[:, 1:, None]):
        np.testing.assert_array_equal(box(call)(X[:2]), X[:2, 1:])
    assert box(lambda x: x[:, 1])(np.empty((0, 2))).shape == (0, 1)


def test_the_class_is_the_models_own_choice_before_its_outputs():
    classes = ("a", "b")
    assert box(lambda x: x, 2, classes=classes).classify(X[:2]).tolist() == ["b", "a"]
    own = box(lambda x: x, 2, classes=classes, decide=lambda x: np.zeros(len(x)))
    assert own.classify(X[:2]).tolist() == ["a", "a"]
    assert box(lambda x: x[:, 0], classes=classes, threshold=2.0).classify(X[:2]).tolist() == ["a", "b"]
    assert box(lambda x: x, 2).classify(X[:2]).tolist() == [1, 0]


def test_gaps_go_to_a_model_that_takes_them():
    filled = box(lambda x: np.nan_to_num(x).sum(axis=1))
    np.testing.assert_array_equal(filled(X)[:, 0], [1, 1, 4])


def test_it_says_what_it_is():
    assert str(box(lambda x: x)) == "Test model, a black box of 2 inputs and 1 output: it is a test."


def refuse(x):
    if np.isnan(x).any():
        raise ValueError("Input X contains NaN. Many more words.")
    return 1 / 0


REFUSALS = {
    "gap refused": (
        lambda: box(refuse)(X),
        "samples with gaps need a model that takes them. Got Test model and sample 3 without x1, which it refuses "
        "(ValueError: Input X contains NaN). Fill the gaps, or leave those samples out.",
    ),
    "gap answered by nan": (
        lambda: box(lambda x: x[:, 0])(X),
        "samples with gaps need a model that takes them. Got Test model and sample 3 without x1, for which it answers "
        "nan. Fill the gaps, or leave those samples out.",
    ),
    "breaks off": (
        lambda: box(refuse)(X[:2]),
        "a black box must answer every sample. Got ZeroDivisionError of Test model: division by zero. "
        "Give samples that it takes.",
    ),
    "samples mixed": (
        lambda: box(lambda x: [x, x], 2)(X[:1]),
        "a black box must answer [sample, output] with 2 output(s). Got shape (2, 1, 2) of Test model for 1 samples.",
    ),
    "texts": (
        lambda: box(lambda x: ["a"] * len(x))(X[:2]),
        "a black box must answer numbers. Got np.str_('a') of Test model. Give a model of numbers, or one that tells "
        "its classes.",
    ),
    "infinite": (
        lambda: box(lambda x: x[:, 0] * np.inf)(X[1:2]),
        "answers of a black box must be finite. Got inf of Test model. Leave out the samples or the grid's values "
        "where it cannot answer.",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(case):
    act, message = REFUSALS[case]
    with pytest.raises(NodewiseError) as refused:
        act()
    assert str(refused.value) == message
