"""The sample that tells most."""

import numpy as np

import nodewise as nw
from nodewise.viewer.telling import telling

LINE = nw.Network.from_weights([([[1.0], [2.0]], [0.0, 0.0], "identity")])


def test_it_is_the_one_missed_by_most_in_its_outputs_spread():
    x = np.arange(6.0)
    y = LINE(x)
    y[2, 0] += 1  # of a spread of about 1.7
    y[4, 1] += 1.5  # of about 3.4
    assert telling(LINE, nw.Dataset(x, y)) == 2


def test_of_labels_it_is_the_one_whose_own_class_is_furthest_behind():
    classes = nw.Network(LINE.layers, classes=("a", "b"))
    data = nw.Dataset([3.0, -1.0, -5.0, 4.0], labels=["b", "b", "b", "a"])
    margins = [3.0, -1.0, -5.0, -4.0]  # of the own logit over the other
    assert telling(classes, data) == int(np.argmin(margins))
    one = nw.Network.from_weights([([[1.0]], [0.0], "sigmoid")])
    one = nw.Network(one.layers, classes=("a", "b"))
    assert telling(one, nw.Dataset([3.0, -1.0, 5.0, -9.0], labels=["b", "b", "a", "a"])) == 2


def test_without_targets_it_is_the_first():
    assert telling(LINE, nw.Dataset([[3.0], [1.0]])) == 0
