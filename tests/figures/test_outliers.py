"""Pictures of outliers and of regularisation show their readings' numbers, and every word can be read."""

from dataclasses import replace

import numpy as np
import pytest

import nodewise as nw
from networks import random_network
from nodewise import figures
from nodewise.errors import NodewiseError
from nodewise.inspection.regularisation import Regularisation
from nodewise.inspection.robustness import Robustness, measured

NAMES = ("without it", "with it", "no scaling", "L2 on weights and biases", "Huber's loss", "robust scaling and L2")


def compared(data, networks, samples, boundary=None):
    """A study whose fits are networks of chance."""
    samples, more = np.array(samples), {"leverage": np.ones(1), "stored": (), "boundary": boundary}
    arms = zip(NAMES, networks, strict=True)
    return Robustness(tuple(measured(name, net, data, samples, more) for name, net in arms), data, samples)


@pytest.fixture(scope="module")
def essay():
    networks = [random_network(seed, [1, 3, 1], ["tanh" if seed % 2 else "relu"]) for seed in range(6)]
    return compared(nw.problems.sign_with_outlier(), networks, [100], np.array([-0.1, 0.3]))


@pytest.fixture(scope="module")
def path():
    norms = np.array([[30.0, 2], [3, 1], [1, 1e-9], [0, 0]])
    networks = tuple(random_network(seed, [1, 2, 1], ["relu"]) for seed in range(4))
    errors, at_work = np.array([0.1, 0.2, 0.5, 0.7]), np.array([2, 2, 1, 0])
    return Regularisation(
        np.array([0, 1e-4, 1e-2, 1]), "all", norms, errors, errors, at_work, networks, ("converged",) * 4
    )


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
        assert mark.get_marker() == ("_" if abs(far[0]) <= panel.get_ylim()[1] else "^" if far[0] > 0 else "v")
        assert strip.get_title() == "9804"


def test_several_features_are_drawn_against_their_targets(readable):
    x = np.random.default_rng(0).normal(size=(30, 2))
    y = np.append(x[:28, 0], [60, -50])
    data = nw.Dataset(x, y, target_names="$yield$", target_units="kg")
    shown = figures.outliers(compared(data, [random_network(seed, [2, 3, 1], ["tanh"]) for seed in range(6)], [28, 29]))
    readable(shown.figure)
    assert shown.far.shape == (6, 2)
    np.testing.assert_array_equal(shown.x, y[:28])
    for panel, curve in zip(shown.panels, shown.curves, strict=True):
        np.testing.assert_array_equal(panel.collections[0].get_offsets(), np.column_stack([y[:28], curve]))


@pytest.mark.slow
def test_labels_of_one_feature(readable):
    x = np.append(np.linspace(-1, 1, 30), [80, 90])
    networks = []
    for seed in range(6):
        first, second = random_network(seed, [1, 3, 1], ["tanh"]).dense
        layers = [(first.weight, first.bias, "tanh"), (second.weight, second.bias, "sigmoid")]
        networks.append(replace(nw.Network.from_weights(layers), classes=(False, True)))
    shown = figures.outliers(compared(nw.Dataset(x, labels=x > 0), networks, [30, 31]))
    readable(shown.figure)
    assert shown.strips[0].get_title() == "outliers"
    assert shown.panels[0].get_title(loc="left").endswith(" %")


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
            replace(path, strengths=np.zeros(1))
        ),
    }
    for message, call in refusals.items():
        with pytest.raises(NodewiseError) as refused:
            call()
        assert str(refused.value) == message
