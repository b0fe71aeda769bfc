"""The rational mode against the float mode, against arithmetic in fractions written here, and against closed forms."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nodewise as nw
from networks import random_network
from nodewise.network import Network, Scale

RATIONAL = ["identity", "relu", "leaky_relu", "hard_tanh", "step", "abs", "saw"]
VALUES = {
    "identity": lambda z: z,
    "relu": lambda z: max(z, 0),
    "leaky_relu": lambda z: z if z > 0 else Fraction(0.01) * z,
    "hard_tanh": lambda z: max(min(z, 1), -1),
    "step": lambda z: Fraction(int(z > 0)),
    "abs": abs,
    "saw": lambda z: z - z.__floor__(),
}


def exactly(network, x):
    """Return the outputs of a network at fractions x, in fractions."""
    values = list(x)
    for layer in network.layers:
        if isinstance(layer, Scale):
            pairs = zip(layer.factor, values, layer.shift, strict=True)
            values = [Fraction(f) * v + Fraction(s) for f, v, s in pairs]
        else:
            rows = zip(layer.weight, layer.bias, strict=True)
            z = [sum(Fraction(w) * v for w, v in zip(row, values, strict=True)) + Fraction(b) for row, b in rows]
            values = [VALUES[layer.activation.name](each) for each in z]
    return values


@st.composite
def cases(draw, names=tuple(RATIONAL)):
    hidden = [draw(st.integers(1, 8)) for _ in range(draw(st.integers(1, 3)))]
    chosen = [draw(st.sampled_from(names)) for _ in hidden]
    sizes = [draw(st.integers(1, 2)), *hidden, draw(st.integers(1, 2))]
    seed = draw(st.integers(0, 2**32 - 1))
    return random_network(seed, sizes, chosen, scaled=draw(st.booleans())), np.random.default_rng(seed)


@given(cases())
@settings(max_examples=40)
def test_the_fractions_are_the_network(case):
    network, rng = case
    along = rng.normal(size=(2, network.inputs))
    low, high = np.sort(rng.uniform(-3, 3, 2))
    reading = nw.pieces(network, low, high, along=along, proof=True, budget=300)
    proof = reading.proof
    assert proof.edges[0] == Fraction(low)
    for i in range(0, len(proof), max(1, len(proof) // 10)):
        for share in (Fraction(1, 7), Fraction(6, 7)):
            t = proof.edges[i] + share * (proof.edges[i + 1] - proof.edges[i])
            x = [Fraction(o) + t * Fraction(d) for o, d in along.T]
            line = proof.left[i] + proof.slopes[i] * (t - proof.edges[i])
            assert line.tolist() == exactly(network, x)
        assert (proof.left[i] + proof.slopes[i] * (proof.edges[i + 1] - proof.edges[i]) == proof.right[i]).all()
    for i in range(len(proof) - 1):  # a breakpoint bends or jumps, exactly
        turned, jumped = proof.slopes[i] != proof.slopes[i + 1], proof.right[i] != proof.left[i + 1]
        assert (turned | jumped).any()
        np.testing.assert_array_equal(proof.bends[i], turned)
        np.testing.assert_array_equal(proof.jumps[i], jumped)


@given(cases())
@settings(max_examples=60)
def test_the_float_mode_agrees(case):
    network, rng = case
    along = rng.normal(size=(2, network.inputs))
    proved, swept = (nw.pieces(network, -2, 2, along=along, proof=proof, budget=1000) for proof in (True, False))
    if len(proved.places) and np.diff(proved.places).min(initial=1) < 1e-9:
        return
    np.testing.assert_allclose(swept.places, proved.places, atol=1e-10)
    np.testing.assert_allclose(swept.breakpoints, proved.breakpoints, atol=1e-10)
    for name in ("switch_place", "switch_layer", "switch_node", "bends", "jumps", "at"):
        np.testing.assert_array_equal(getattr(swept, name), getattr(proved, name))
    size = max(1.0, np.abs(proved.values).max())
    np.testing.assert_allclose(swept.values, proved.values, atol=1e-9 * size)
    np.testing.assert_allclose(swept.slopes, proved.slopes, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(swept.length, proved.length, rtol=1e-9)
    for o in range(network.outputs):
        level = float(rng.choice(network(along[0] + np.linspace(-2, 2, 7)[:, None] * along[1])[:, o])) + 0.01
        np.testing.assert_allclose(swept.crossings(level, o), proved.crossings(level, o), atol=1e-8)
        np.testing.assert_allclose(swept.extrema[o].place, proved.extrema[o].place, atol=1e-9)


@given(cases([name for name in RATIONAL if name != "saw"]))
@settings(max_examples=40)
def test_rays_agree(case):
    network, rng = case
    along = rng.normal(size=(2, network.inputs))
    proved, swept = (nw.pieces(network, -np.inf, np.inf, along=along, proof=proof) for proof in (True, False))
    if np.diff(proved.places).min(initial=1) < 1e-9:
        return
    np.testing.assert_allclose(swept.breakpoints, proved.breakpoints, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(swept.slopes, proved.slopes, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(swept.values, proved.values, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(swept.range, proved.range, rtol=1e-8, atol=1e-8)


def test_a_third_is_a_third():
    network = Network.from_weights([([[3.0]], [-1.0], "relu"), ([[1.0]], [0.0], "identity")])
    reading = nw.pieces(network, 0, 1, proof=True)
    assert reading.proof.edges.tolist() == [0, Fraction(1, 3), 1]
    assert reading.breakpoints.tolist() == [1 / 3]
    assert reading.summary.endswith("Proved in rational arithmetic.")
    assert reading.crossings(1).tolist() == [2 / 3]


def test_knots_that_differ_in_the_last_digit_are_two():
    bias = [-1.0, -np.nextafter(1.0, 2)]
    network = Network.from_weights([([[1.0]] * 2, bias, "relu"), ([[1.0, 1.0]], [0.0], "identity")])
    assert nw.pieces(network, 0, 2, proof=True).breakpoints.tolist() == [1.0, np.nextafter(1.0, 2)]
    assert nw.pieces(network, 0, 2).nodes == (((0, 0), (0, 1)),)


def test_a_budget_stops_a_proof_too():
    steep = nw.pieces(Network.from_weights([([[1e9]], [0.0], "saw")]), 0, 1, proof=True, budget=50)
    assert steep.proof.edges[-1] == Fraction(50, 10**9)
    assert not steep.complete
    falling = nw.pieces(Network.from_weights([([[-1e9]], [0.0], "saw")]), 0, 1, proof=True, budget=50)
    assert falling.proof.edges[-1] == Fraction(50, 10**9)


@pytest.mark.parametrize("proof", [False, True])
def test_a_step_of_a_resting_node(proof):
    """step(relu(x)) jumps where its pre-activation leaves 0, at the same place as relu switches."""
    network = Network.from_weights([([[1.0]], [0.0], "relu"), ([[1.0]], [0.0], "step"), ([[1.0]], [0.0], "identity")])
    reading = nw.pieces(network, -1, 1, proof=proof)
    assert reading.nodes == (((0, 0), (1, 0)),)
    assert reading.jumps.tolist() == [[True]]
    network = Network.from_weights([([[1.0]], [0.0], "relu"), ([[1.0]], [0.0], "relu"), ([[1.0]], [0.0], "identity")])
    assert nw.pieces(network, -1, 1, proof=proof).nodes == (((0, 0),),)
