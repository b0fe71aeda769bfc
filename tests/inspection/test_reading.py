"""The words, numbers and checks every reading shares."""

import math

import numpy as np
import pytest

from nodewise import contributions
from nodewise.activations import find, names
from nodewise.inspection.reading import apart, counted, homogeneous, joined, listed, nice, plain, readonly
from nodewise.network import Network


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (0.12345, "0.123"),
        (-0.5, "-0.5"),
        (12, "12"),
        (999.4, "999"),
        (999.6, "1000"),
        (1958.3, "1958"),
        (-123456.7, "-123457"),
        (1e6, "1e6"),
        (2.346e-7, "2.35e-7"),
        (math.inf, "inf"),
        (math.nan, "nan"),
    ],
)
def test_numbers_for_people(number, text):
    assert nice(number) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (-10, 10, ("-10", "10")),
        (0, 0.001, ("0", "0.001")),
        (1958.2, 2001.97, ("1958", "2002")),
        (1964.15, 1964.44, ("1964.15", "1964.44")),
        (1.7e9, 1.7e9 + 59 * 86400, ("1.7e9", "1.7051e9")),
        (3, 3, ("3", "3")),
    ],
)
def test_ranges_for_people(low, high, text):
    assert apart(low, high) == text


def test_words():
    assert listed("node", [0]) == "node 1"
    assert listed("node", np.array([0, 3, 6])) == "nodes 1, 4 and 7"
    assert listed("node", range(20)) == "nodes 1, 2, 3, 4, 5, 6, 7 and 13 more"
    assert joined(["a", "b"]) == "a and b"
    assert joined(["a"]) == "a"
    assert (counted(1, "node"), counted(3, "node")) == ("1 node", "3 nodes")


def test_json_has_no_arrays_and_no_infinities():
    network = Network.from_weights([([[1.0]], [0.0], "identity")])
    value = {"a": np.array([[1.0, np.nan]]), "b": (np.int64(2), np.bool_(True)), 3: [network], "n": None}
    assert plain(value) == {"a": [[1.0, None]], "b": [2, True], "3": ["1-1 linear"], "n": None}


@pytest.mark.parametrize("name", names())
def test_homogeneous_activations_are_their_slope_times_the_pre_activation(name):
    phi, z = find(name), np.linspace(-5, 5, 101)
    assert homogeneous(phi) == bool(np.allclose(phi(z), phi.slope(z) * z, atol=1e-12))


def test_readonly_arrays_cannot_be_written():
    with pytest.raises(ValueError, match="read-only"):
        readonly([1.0, 2.0])[0] = 3


def test_what_is_not_wanted_is_left_out_of_the_dictionary():
    network = Network.from_weights([([[1.0]], [0.0], "tanh"), ([[1.0]], [0.0], "identity")])
    reading = contributions(network, np.array([[1.0], [2.0]]))
    whole = reading.as_dict()
    assert set(whole) == {"summary", *reading.written}
    assert reading.as_dict(without=("values", "bias")) == {
        name: value for name, value in whole.items() if name not in ("values", "bias")
    }
