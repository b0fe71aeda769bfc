import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from networks import networks
from nodewise import activations
from nodewise.inspection.straight import pieces
from nodewise.network import Dense, Network

LINES = [name for name in activations.names() if activations.find(name).piecewise_linear]
ONE = (np.zeros(1), np.ones(1))


def tents(layers):
    """Return `layers` tent maps 2x, 2 - 2x on [0, 1], one after the other."""
    first = Dense([[1.0], [1.0]], [0.0, -0.5], "relu")
    between = Dense([[2.0, -4.0], [2.0, -4.0]], [0.0, -0.5], "relu")
    return [first, *[between] * (layers - 1), Dense([[2.0, -4.0]], [0.0], "identity")]


@pytest.mark.parametrize("layers", range(1, 13))
def test_tents_double_the_pieces(layers):
    found = pieces(tents(layers), *ONE, 0.0, 1.0)
    assert found.counts().tolist() == [2**layers]
    np.testing.assert_array_equal(found.edges, np.arange(2**layers + 1) / 2**layers)
    np.testing.assert_array_equal(np.abs(found.slope), 2.0**layers)
    np.testing.assert_array_equal(found.right[:, 0], np.arange(1, 2**layers + 1) % 2)


@given(seed=st.integers(0, 10**6), nodes=st.integers(1, 30))
def test_one_relu_layer_bends_at_every_knot_inside(seed, nodes):
    rng = np.random.default_rng(seed)
    w, b, v = rng.uniform(-1, 1, (3, nodes))
    found = pieces([Dense(w[:, None], b, "relu"), Dense(v[None], [0.3], "identity")], *ONE, -6.0, 6.0)
    knots = np.sort(-b / w)
    inside = knots[np.abs(knots) < 6]
    assert found.counts()[0] == len(inside) + 1
    np.testing.assert_allclose(found.edges[1:-1], inside, atol=1e-12)


@given(networks(depth=(0, 3), names=LINES), st.integers(0, 10**6))
def test_the_pieces_are_the_network(network, seed):
    rng = np.random.default_rng(seed)
    layers, (origin, direction) = network.folded.dense, rng.normal(size=(2, network.inputs))
    low, high = np.sort(rng.uniform(-5, 5, 2))
    found = pieces(layers, origin, direction, low, high, most=20_000)
    if found is None:
        return  # deep saws
    assert found.edges[0] == low
    assert found.edges[-1] == high
    assert (found.width > 0).all()
    inside = found.width > 1e-6  # between breakpoints as close as that a jump may lie on either side
    share = rng.uniform(0.01, 0.99, len(found.width))
    t = found.edges[:-1] + share * found.width
    lines = found.left + found.slope * (t - found.edges[:-1])[:, None]
    truth = network(origin + t[:, None] * direction)
    np.testing.assert_allclose(lines[inside], truth[inside], atol=1e-8 * max(1.0, np.abs(truth).max()))


@given(networks(depth=(1, 3), inputs=(1, 1), outputs=(1, 1), names=["relu", "leaky_relu", "abs"]))
def test_bends_against_second_differences_on_a_fine_grid(network):
    found = pieces(network.folded.dense, *ONE, -3.0, 3.0)
    x = np.linspace(-3, 3, 60_001)
    y = network(x)[:, 0]
    bent = np.abs(np.diff(y, 2)) > 1e-9 * max(1.0, np.abs(y).max())
    runs = np.count_nonzero(bent[1:] & ~bent[:-1]) + int(bent[0])
    real = found.edges[1:-1][found.bends[:, 0]]
    # Bends closer than two steps of the grid look like one, and of one so weak that it drowns nothing is seen.
    apart = 1 + np.count_nonzero(np.diff(real) > 5e-4) if len(real) else 0
    jumps = np.abs(np.diff(found.slope[:, 0]))[found.bends[:, 0]] * 1e-4
    if not len(real) or jumps.min() > 1e-7 * max(1.0, np.abs(y).max()):
        assert apart <= runs <= len(real)


def test_a_kink_that_does_not_reach_the_output_is_no_bend():
    twice = Dense([[1.0], [1.0]], [0.5, 0.5], "relu")
    found = pieces([twice, Dense([[1.0, -1.0], [1.0, 0.0]], [0.0, 0.0], "identity")], *ONE, -1.0, 1.0)
    np.testing.assert_array_equal(found.edges, [-1, -0.5, 1])
    assert found.counts().tolist() == [1, 2]


def test_steps_and_saws_jump():
    step = pieces([Dense([[1.0]], [0.0], "step"), Dense([[2.0]], [1.0], "identity")], *ONE, -1.0, 1.0)
    np.testing.assert_array_equal(step.left, [[1], [3]])
    assert step.counts().tolist() == [2]
    saw = pieces([Dense([[2.0]], [0.0], "saw")], *ONE, -1.0, 1.0)
    np.testing.assert_allclose(saw.edges, [-1, -0.5, 0, 0.5, 1], atol=1e-15)
    np.testing.assert_allclose(saw.left, 0, atol=1e-15)
    np.testing.assert_allclose(saw.right, 1, atol=1e-15)
    assert saw.counts().tolist() == [4]


def test_a_triangle_wave_turns_every_half_period():
    wave = pieces([Dense([[np.pi]], [0.5], "triangle")], *ONE, -6.0, 6.0)
    assert wave.counts().tolist() == [13]
    np.testing.assert_allclose(wave.edges[1:-1], np.arange(-5, 7) - 0.5 / np.pi, atol=1e-14)


def test_what_has_no_pieces_or_too_many():
    network = Network.from_weights([([[1.0]], [0.0], "tanh"), ([[1.0]], [0.0], "identity")])
    assert pieces(network.dense, *ONE, -1.0, 1.0) is None
    assert pieces(tents(5), *ONE, 0.0, 1.0, most=31) is None
    assert pieces(tents(5), *ONE, 0.0, 1.0, most=32) is not None
    assert pieces([Dense([[1e9]], [0.0], "saw")], *ONE, 0.0, 1.0) is None
