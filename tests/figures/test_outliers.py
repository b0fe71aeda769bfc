"""Pictures of outliers and of regularisation show their readings' numbers, and every word can be read."""

import numpy as np
import pytest

import nodewise as nw
from nodewise import figures
from nodewise.errors import NodewiseError

HOW = {"hidden": 3, "activation": "relu", "solver": "lbfgs", "starts": 1, "steps": 20}


@pytest.fixture(scope="module")
def essay():
    return nw.robustness(nw.problems.sign_with_outlier(), **HOW)


@pytest.fixture(scope="module")
def path():
    return nw.regularisation(nw.problems.sine(), [0, 1e-4, 1e-2, 1], **HOW)


def test_curves_of_every_fit(essay, readable):
    shown = figures.outliers(essay)
    readable(shown.figure)
    for arm, panel, strip, curve, far in zip(
        essay.arms, shown.panels, shown.strips, shown.curves, shown.far, strict=True
    ):
        np.testing.assert_array_equal(curve, arm.network(shown.x)[:, 0])
        np.testing.assert_array_equal(far, arm.network([9804.0])[:, 0])
        assert panel.get_title(loc="left").startswith(f"{arm.name}\nerror ")
        drawn = [line.get_ydata() for line in panel.lines if len(line.get_ydata()) == len(shown.x)]
        np.testing.assert_array_equal(drawn, [curve])
        (mark,) = strip.lines
        assert mark.get_marker() == ("_" if abs(far[0]) < 1.8 else "^" if far[0] > 0 else "v")
        assert strip.get_title() == "9804"


@pytest.mark.parametrize("labels", [False, True])
def test_several_features_and_labels(readable, labels):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(30, 1 if labels else 2))
    more = {"targets": np.append(x[:28, 0], [60, -50]), "target_names": "$yield$", "target_units": "kg"}
    data = nw.Dataset(x, labels=x[:, 0] > 0) if labels else nw.Dataset(x, **more)
    shown = figures.outliers(nw.robustness(data, samples=[28, 29], **(HOW | {"hidden": ()})))
    readable(shown.figure)
    assert shown.far.shape == (7 if labels else 8, 2)


def test_row_norms_against_l2(path, readable):
    shown = figures.regularisation(path)
    readable(shown.figure)
    assert shown.strengths.tolist() == [1e-4, 1e-2, 1]
    np.testing.assert_array_equal(shown.row_norms, path.row_norms[1:])
    for line, norms in zip(shown.ax.lines, shown.row_norms.T, strict=True):
        np.testing.assert_array_equal(line.get_ydata(), np.maximum(norms, 1e-6 * shown.row_norms.max()))
    np.testing.assert_array_equal(shown.error_ax.lines[0].get_ydata(), path.errors[1:])


def test_refuses(essay, path):
    refusals = {
        "a picture of outliers needs what nodewise.robustness returns. Got Regularisation.": lambda: figures.outliers(
            path
        ),
        "a picture of regularisation needs what nodewise.regularisation returns. Got Robustness.": lambda: (
            figures.regularisation(essay)
        ),
        "a picture of regularisation needs a strength above 0. Got 0 alone.": lambda: figures.regularisation(
            nw.regularisation(nw.problems.sine(), 0, **HOW)
        ),
    }
    for message, call in refusals.items():
        with pytest.raises(NodewiseError) as refused:
            call()
        assert str(refused.value) == message
