"""The picture of how many nodes a curve needs shows its reading's numbers, and every word can be read."""

import numpy as np
import pytest

import nodewise as nw
from networks import random_network
from nodewise import figures
from nodewise.errors import NodewiseError

READINGS = {
    "sine": lambda: nw.nodes_needed(np.sin, 0.2, -10, 10),
    "fine": lambda: nw.nodes_needed(np.sin, 0.002, -10, 10),
    "samples": lambda: nw.nodes_needed(nw.problems.sine(), 0.2),
    "network": lambda: nw.nodes_needed(random_network(1, [1, 20, 20, 1], ["relu", "relu"], spread=2.0), 0.5, -3, 3),
    "constant": lambda: nw.nodes_needed(nw.Dataset([0, 1, 2], [0, 1, 0]), 0.5),
    "named": lambda: nw.nodes_needed(
        nw.Dataset([0, 1, 2, 4], [0, 9e5, 0, 7e5], feature_names="price in $", target_names="a long name " * 6), 1000
    ),
}


@pytest.mark.parametrize("name", READINGS)
def test_the_curve_in_its_tube(name, readable):
    reading = READINGS[name]()
    shown = figures.nodes_needed(reading)
    readable(shown.figure)
    np.testing.assert_array_equal(shown.x, [reading.low, *reading.knots, reading.high])
    lines = {line.get_label(): line for line in shown.ax.lines}
    np.testing.assert_array_equal(lines["ReLU network"].get_ydata(), reading.network(shown.x)[:, 0])
    np.testing.assert_array_equal(lines["its knots"].get_xdata(), reading.knots)
    drawn = shown.exchange_ax.lines[0]
    np.testing.assert_array_equal(drawn.get_xdata(), shown.exchange.errors)
    np.testing.assert_array_equal(drawn.get_ydata(), shown.exchange.pieces)
    assert reading.pieces in shown.exchange.pieces
    assert f"{reading.pieces} straight piece" in shown.ax.get_title(loc="left")


def test_refuses():
    with pytest.raises(NodewiseError) as refused:
        figures.nodes_needed(3)
    assert str(refused.value) == (
        "a picture of the nodes a curve needs needs what nodewise.nodes_needed returns. Got int."
    )
