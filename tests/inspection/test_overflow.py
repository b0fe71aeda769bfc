"""Weights beyond what float64 can multiply are refused by every exact reading, and those below it are not."""

from contextlib import suppress
from fractions import Fraction

import numpy as np
import pytest

import nodewise as nw
from nodewise.errors import NodewiseError

BOX = [(-1.0, 1.0), (0.0, 1.0)]


def one(size, name="relu"):
    """Return a network of one feature with weights of a size."""
    layers = [([[size], [-size]], [size / 2, size], name), ([[1.0, size]], [0.0], "identity")]
    return nw.Network.from_weights(layers)


def two(size, name="relu"):
    """Return the same over two features."""
    layers = [([[size, 1.0], [-size, 2.0]], [size / 2, size], name), ([[1.0, size]], [0.0], "identity")]
    return nw.Network.from_weights(layers)


READINGS = {
    "bounds": lambda size, name: nw.bounds(one(size, name), BOX[:1]),
    "bounds everywhere": lambda size, name: nw.bounds(one(size, name)),
    "bounds of two": lambda size, name: nw.bounds(two(size, name), BOX),
    "critical points": lambda size, name: nw.critical_points(one(size, name), -1, 1),
    "nodes needed": lambda size, name: nw.nodes_needed(one(size, name), size / 10, -1, 1),
    "one hidden layer": lambda size, name: nw.one_hidden_layer(one(size, name)),
    "pieces": lambda size, name: nw.pieces(one(size, name), -1, 1),
    "proof": lambda size, name: nw.pieces(one(size, name), -1, 1, proof=True),
    "regions": lambda size, name: nw.regions(two(size, name), BOX),
    "smallest": lambda size, name: nw.smallest(one(size, name)),
}


@pytest.mark.parametrize("name", ["relu", "tanh", "step"])
@pytest.mark.parametrize("size", [1e90, 1e150, 1e160, 1e250, 1e300])
@pytest.mark.parametrize("reading", READINGS)
def test_what_overflows_is_read_or_refused_but_never_warned_of(reading, size, name):
    with suppress(NodewiseError):
        READINGS[reading](size, name)


def test_the_refusal_says_what_overflows():
    with pytest.raises(NodewiseError) as refusal:
        nw.bounds(one(1e200), [(-1, 3)])
    assert str(refusal.value) == (
        "products of weights and inputs must be finite, squares included. Got weights up to 1e+200 and inputs up to 3. "
        "Use other units."
    )


@pytest.mark.parametrize("size", [1.0, 1e60, 1e90, 1e120])
def test_large_weights_whose_products_are_finite_are_bounded(size):
    network = one(size)
    found = nw.bounds(network, BOX[:1])
    x = np.linspace(-1, 1, 10_001)
    y = network(x[:, None])
    assert (found.low <= y).all()
    assert (y <= found.high).all()
    assert found.low[0] == pytest.approx(1.5 * size, rel=1e-9, abs=1e-12 * size**2)  # at x = 1; the products round
    assert found.high[0] == pytest.approx(float(2 * Fraction(size) ** 2), rel=1e-9)  # at x = -1
