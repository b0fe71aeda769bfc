"""Directions against the rows, against brute force over directions, and against sums."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nodewise as nw
from networks import networks, random_network


def samples_for(network, count=40, seed=0):
    random = np.random.default_rng(seed)
    return random.normal(size=(count, network.inputs)) * random.uniform(0.1, 10, network.inputs)


@given(networks(inputs=(1, 5), depth=(1, 3)))
def test_the_first_layer_is_its_rows(network):
    x = samples_for(network)
    reading = nw.directions(network, x, layer=0)
    rows = network.folded.dense[0].weight * x.std(axis=0)
    np.testing.assert_allclose(reading.direction * reading.steepness[:, None], rows, atol=1e-12 * np.abs(rows).max())
    np.testing.assert_allclose(reading.alone, 1, rtol=1e-12)
    np.testing.assert_allclose(reading.share.sum(axis=1), 1, rtol=1e-12)


@settings(max_examples=40)
@given(networks(inputs=(2, 2), depth=(2, 3), names=["tanh", "softplus", "sine", "gelu"]), st.integers(0, 2**16))
def test_no_other_direction_is_steeper(network, seed):
    x = samples_for(network)
    reading = nw.directions(network, x, samples=len(x))
    scale, step = x.std(axis=0), 1e-6
    last = len(network.hidden) - 1

    def steepness(direction):
        up, down = (network.trace(x + s * step * direction * scale)[last][0] for s in (1, -1))
        return np.sqrt((((up - down) / (2 * step)) ** 2).mean(axis=0))

    for i in range(len(reading.names)):
        np.testing.assert_allclose(steepness(reading.direction[i])[i], reading.steepness[i], rtol=1e-6, atol=1e-8)
    angle = np.random.default_rng(seed).uniform(0, 2 * np.pi)
    along = steepness(np.array([np.cos(angle), np.sin(angle)]))
    across = steepness(np.array([-np.sin(angle), np.cos(angle)]))
    assert (along <= reading.steepness * (1 + 1e-6) + 1e-8).all()
    # Squared slopes along two directions at right angles are all there are.
    np.testing.assert_allclose((along**2 + across**2) * reading.alone, reading.steepness**2, rtol=1e-5, atol=1e-8)


def test_words():
    network = nw.Network.from_weights([([[0, 3.0], [1, -1]], [0, 0], "tanh"), ([[1, 1]], [0], "identity")])
    reading = nw.directions(network, [[-1.0, -2], [1, 2]])
    assert str(reading) == (
        "2 nodes of layer 1 change most along x2 (97.6 %) and x1 (2.44 %); every node looks along one direction only."
    )
    first, second = reading.table()
    assert first["along"] == "+ x2 (100 %)"
    assert second["along"] == "− x2 (80 %); + x1 (20 %)"
    assert second["their_share"] == pytest.approx(1)
    dead = nw.Network.from_weights([([[0, 0.0]], [0], "tanh"), ([[1]], [0], "identity")])
    assert str(nw.directions(dead, [[-1.0, -2], [1, 2]])) == "No node changes along any feature."


NETWORK = random_network(0, [2, 3, 1], ["relu"])
REFUSALS = {
    "no data": (
        lambda: nw.directions(NETWORK),
        "directions need data, for the scale of the features. Got none. Pass the Dataset.",
    ),
    "layer": (
        lambda: nw.directions(NETWORK, np.eye(2), layer=1),
        "layer must be a whole number from -1 to 0 for a network of 1 hidden layer, counted from 0. Got 1.",
    ),
    "linear": (
        lambda: nw.directions(random_network(0, [2, 1], []), np.eye(2)),
        "directions need at least one hidden layer. Got a linear model; nodewise.contributions reads its features.",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(case):
    act, message = REFUSALS[case]
    with pytest.raises(nw.NodewiseError) as refusal:
        act()
    assert str(refusal.value) == message
