"""What stands beside a network opened elsewhere: targets or labels as they mean it, and features that need not vary."""

import numpy as np
import pandas as pd
import pytest

from nodewise.data.beside import beside
from nodewise.errors import NodewiseError
from nodewise.network import Network


def network(last="identity", outputs=1, **named):
    weight = np.arange(1.0, 2 * outputs + 1).reshape(outputs, 2)
    return Network(Network.from_weights([(weight, np.zeros(outputs), last)]).layers, **named)


X = np.array([[0.0, 1.0], [2.0, 1.0], [5.0, 1.0]])


@pytest.mark.parametrize(
    ("given", "y", "labels"),
    [
        (network(), [0, 1, 1], None),
        (network("sigmoid"), [0, 1, 1], [0, 1, 1]),
        (network("sigmoid"), [0.0, 1.0, 0.5], None),
        (network("softmax", 3), [0.0, 2.0, 1.0], [0, 2, 1]),
        (network("softmax", 3), np.eye(3), None),
        (network("sigmoid", classes=("no", "yes")), np.array(["no", "yes", "no"], object), ["no", "yes", "no"]),
        (network(classes=(0, 1)), [[0], [1], [1]], [0, 1, 1]),
        (network(), [True, False, True], [True, False, True]),
    ],
)
def test_y_is_targets_or_labels(given, y, labels):
    _, data = beside(given, X, y)
    if labels is None:
        np.testing.assert_array_equal(data.targets, np.reshape(y, (3, -1)))
        assert data.labels is None
    else:
        assert (data.labels.tolist(), data.targets) == (labels, None)


def test_features_need_not_vary_and_one_sample_is_enough():
    for x in (X, X[:1], np.zeros((2, 2)), np.full((4, 2), 1e17)):
        _, data = beside(network(), x, np.zeros(len(x)))
        np.testing.assert_array_equal(data.inputs, x)
        np.testing.assert_array_equal(data.targets, np.zeros((len(x), 1)))


def test_outputs_without_names_are_called_as_y():
    for y in (pd.Series([1.0, 2, 3], name="price"), pd.DataFrame({"price": [1.0, 2, 3]})):
        named, data = beside(network(), X, y)
        assert named.output_names == data.target_names == ("price",)
    own, data = beside(network(output_names=("cost",)), X, pd.Series([1.0, 2, 3], name="price"))
    assert own.output_names == data.target_names == ("cost",)
    plain, data = beside(network(), X, pd.Series([1.0, 2, 3], name="x1"))  # a feature's name already
    assert plain.output_names == data.target_names == ("y",)


REFUSALS = {
    "length": (network(), [1, 2], "y must have one row per sample. Got 2 rows for 3 samples of inputs."),
    "gap": (
        network(),
        [1, np.nan, 3],
        "y must be finite. Got nan at sample 1 of target 'y'. Drop or fill such rows first.",
    ),
    "label": (
        network("sigmoid", classes=("no", "yes")),
        ["no", "yes", "maybe"],
        "y must hold the model's classes, 'no', 'yes'. Got 'maybe'. Give the labels that it was fitted on.",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals_are_sentences(case):
    given, y, message = REFUSALS[case]
    with pytest.raises(NodewiseError) as refused:
        beside(given, X, y)
    assert str(refused.value) == message
