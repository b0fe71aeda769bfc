import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from networks import networks
from nodewise import activations
from nodewise.inspection.smallest import smallest
from redundant import redundant, shuffled

ALL = activations.names()


def close(ours, theirs, x, tolerance=1e-12):
    one, other = ours(x), theirs(x)
    size = np.abs(one).max() + sum(np.abs(layer.bias).max() for layer in ours.dense)
    assert np.abs(one - other).max() <= tolerance * size


@given(networks(depth=(1, 1), names=ALL), st.integers(0, 10**6))
def test_planted_nodes_are_found(network, seed):
    more = redundant(network, seed)
    found = smallest(more)
    assert found.nodes <= sum(layer.outputs for layer in network.hidden)
    x = np.random.default_rng(seed).normal(size=(200, network.inputs)) * 10.0 ** np.arange(-1, 3).repeat(50)[:, None]
    close(more, found.network, x)


@given(networks(depth=(2, 3), names=ALL), st.integers(0, 10**6))
def test_planted_nodes_are_found_at_any_depth(network, seed):
    more = redundant(network, seed)
    found = smallest(more)
    assert found.nodes <= sum(layer.outputs for layer in network.hidden)
    x = np.random.default_rng(seed).normal(size=(200, network.inputs))
    if not any(layer.activation.jumps for layer in network.hidden):
        close(more, found.network, x, 1e-10)


@given(networks(depth=(1, 3), names=ALL), st.integers(0, 10**6))
def test_equal_networks_print_the_same(network, seed):
    one, other = smallest(network).network, smallest(shuffled(network, seed)).network
    assert one.sizes == other.sizes
    for ours, theirs in zip(one.dense, other.dense, strict=True):
        np.testing.assert_allclose(ours.weight, theirs.weight, atol=1e-9 * np.abs(ours.weight).max())
        np.testing.assert_allclose(ours.bias, theirs.bias, atol=1e-9 * max(1, np.abs(ours.bias).max()))
