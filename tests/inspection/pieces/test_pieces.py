import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nodewise as nw
from networks import random_network
from nodewise import activations
from nodewise.network import Dense, Network

LINES = [name for name in activations.names() if activations.find(name).piecewise_linear]
FINITE = [name for name in LINES if activations.find(name).period is None]


def tents(layers):
    """Return `layers` tent maps 2x, 2 - 2x on [0, 1], one after the other."""
    first = Dense([[1.0], [1.0]], [0.0, -0.5], "relu")
    between = Dense([[2.0, -4.0], [2.0, -4.0]], [0.0, -0.5], "relu")
    return Network((first, *[between] * (layers - 1), Dense([[2.0, -4.0]], [0.0], "identity")))


@st.composite
def cases(draw, names, width=20, depth=4, inputs=(1, 1), outputs=(1, 3)):
    """Draw a network of straight lines and a seed."""
    hidden = [draw(st.integers(1, width)) for _ in range(draw(st.integers(1, depth)))]
    chosen = [draw(st.sampled_from(names)) for _ in hidden]
    sizes = [draw(st.integers(*inputs)), *hidden, draw(st.integers(*outputs))]
    seed = draw(st.integers(0, 2**32 - 1))
    return random_network(seed, sizes, chosen, scaled=draw(st.booleans())), seed


@pytest.mark.parametrize("layers", range(1, 13))
@pytest.mark.parametrize("proof", [False, True])
def test_tents_double_the_pieces(layers, proof):
    reading = nw.pieces(tents(layers), 0, 1, proof=proof)
    assert len(reading.slopes) == 2**layers
    np.testing.assert_array_equal(reading.breakpoints, np.arange(1, 2**layers) / 2**layers)
    np.testing.assert_array_equal(np.abs(reading.slopes), 2.0**layers)
    assert reading.counts.tolist() == [2**layers]
    np.testing.assert_array_equal(reading.extrema[0].value, np.arange(1, 2**layers) % 2)
    assert reading.length[0] == pytest.approx(math.sqrt(1 + 4.0**layers), rel=1e-14)
    assert len(reading.crossings(0.5)) == 2**layers
    assert reading.range.tolist() == [[0, 1]]


@pytest.mark.parametrize(("depth", "width"), [(1, 300), (2, 100), (3, 60)])
def test_he_networks_have_one_breakpoint_per_neuron(depth, width):
    """facts.md §5: breakpoints per neuron on a line .99–1.01; the mean of 24 networks, and its scatter."""
    rng = np.random.default_rng(0)
    shares = []
    for _ in range(24):
        sizes = [2, *[width] * depth, 1]
        weights = [rng.normal(size=(b, a)) * np.sqrt(2 / a) for a, b in pairwise(sizes)]
        triples = [(w, rng.normal(size=len(w)), "relu") for w in weights[:-1]]
        network = Network.from_weights([*triples, (weights[-1], [0.0], "identity")])
        reading = nw.pieces(network, -np.inf, np.inf, along=rng.normal(size=(2, 2)))
        shares.append(len(reading.breakpoints) / (depth * width))
    assert np.mean(shares) == pytest.approx(1, abs=0.02 + 3 * np.std(shares) / math.sqrt(len(shares)))


@given(cases(LINES))
@settings(max_examples=60)
def test_the_pieces_are_the_network(case):
    network, seed = case
    rng = np.random.default_rng(seed)
    low, high = np.sort(rng.uniform(-5, 5, 2))
    reading = nw.pieces(network, low, high, budget=20_000)
    edges = np.array([low, *reading.breakpoints, reading.high])
    assert reading.complete == (reading.high == high)
    wide = np.diff(edges) > 1e-6  # between breakpoints as close as that a jump may lie on either side
    share = rng.uniform(0.01, 0.99, len(wide))
    t = (edges[:-1] + share * np.diff(edges))[wide]
    truth = network(t[:, None])
    tolerance = 1e-9 * np.maximum(1, np.abs(truth).max(axis=0))
    assert (np.abs(reading(t) - truth) <= tolerance).all()
    inside = share[wide, None] * (reading.values[wide, 1] - reading.values[wide, 0]) + reading.values[wide, 0]
    assert (np.abs(inside - truth) <= tolerance).all()
    low_high = reading.range[:, 0] - tolerance, reading.range[:, 1] + tolerance
    assert ((truth >= low_high[0]) & (truth <= low_high[1])).all()


@given(cases(["relu", "leaky_relu", "abs", "hard_tanh"], width=12, depth=3, outputs=(1, 1)))
@settings(max_examples=40)
def test_a_fine_grid_finds_no_other_bends_crossings_or_extrema(case):
    network, _ = case
    reading = nw.pieces(network, -3, 3)
    x = np.linspace(-3, 3, 60_001)
    y = network(x)[:, 0]
    size = max(1.0, np.abs(y).max())
    # Every bend on the grid lies at a breakpoint, and between two breakpoints the grid sees none.
    bent = x[1:-1][np.abs(np.diff(y, 2)) > 1e-9 * size]
    if len(bent):
        assert len(reading.breakpoints)
        assert np.abs(bent[:, None] - reading.breakpoints).min(axis=1).max() <= 1.01e-4
    level = float(np.median(y)) + 1e-3 * size
    found = np.flatnonzero(np.diff(np.sign(y - level)))
    crossed = reading.crossings(level)
    for i in found:
        assert ((crossed >= x[i] - 1e-9) & (crossed <= x[i + 1] + 1e-9)).any()
    assert (np.abs(network(crossed)[:, 0] - level) <= 1e-9 * size).all()
    turned = reading.extrema[0]
    for place, until, value, maximum in zip(turned.place, turned.until, turned.value, turned.maximum, strict=True):
        near = network(np.array([place - 1e-7, until + 1e-7]))[:, 0]
        middle = network([[(place + until) / 2]])[0, 0]
        assert middle == pytest.approx(value, abs=1e-9 * size)
        assert ((near <= value + 1e-9 * size) if maximum else (near >= value - 1e-9 * size)).all()
    assert reading.range[0] == pytest.approx([y.min(), y.max()], abs=1e-3 * size * max(1, np.abs(reading.slopes).max()))
    chords = np.hypot(np.diff(x), np.diff(y)).sum()
    assert chords <= reading.length[0] * (1 + 1e-12)
    assert reading.length[0] == pytest.approx(chords, rel=1e-3)


@given(cases(FINITE, inputs=(1, 4)))
@settings(max_examples=60)
def test_the_nodes_that_switch_are_those_whose_segment_changes(case):
    """Between two places no node goes over a corner; at a place those named do, and no others."""
    network, seed = case
    rng = np.random.default_rng(seed)
    along = rng.normal(size=(2, network.inputs))
    reading = nw.pieces(network, -3, 3, along=along)
    edges = np.array([-3.0, *reading.places, 3.0])
    if len(edges) < 3 or np.diff(edges).min() < 1e-6:
        return
    middle = (edges[1:] + edges[:-1]) / 2
    trace = network.trace(along[0] + middle[:, None] * along[1])
    truth = set()
    for number, (layer, (z, _)) in enumerate(zip(network.dense, trace, strict=True)):
        for corner in (*layer.activation.kinks, *layer.activation.jumps):
            above = z > corner
            moving = np.abs(z - corner) > 1e-9
            at, node = np.nonzero((above[1:] != above[:-1]) & moving[1:] & moving[:-1])
            truth |= {(int(a), number, int(n)) for a, n in zip(at, node, strict=True)}
    found = zip(reading.switch_place, reading.switch_layer, reading.switch_node, strict=True)
    found = {(int(a), int(b), int(c)) for a, b, c in found}
    assert truth <= found
    for place, number, node in found - truth:  # it rests on a corner on one side
        z = trace[number][0][place : place + 2, node]
        corners = network.dense[number].activation
        assert min(abs(v - c) for v in z for c in (*corners.kinks, *corners.jumps)) <= 1e-9


@given(cases(["relu", "leaky_relu", "abs", "hard_tanh", "step"], width=12, depth=3))
@settings(max_examples=40)
def test_the_last_knots_are_those_of_extrapolation(case):
    network, _ = case
    reading = nw.pieces(network, -np.inf, np.inf)
    ends = nw.extrapolation(network, np.array([[-1.0], [1.0]])).ends
    for o in range(network.outputs):
        bent = reading.breakpoints[(reading.bends | reading.jumps)[:, o]]
        for end in ends:
            knot, piece = end.last_knot[o], 0 if end.side < 0 else -1
            if np.isnan(knot):
                assert not len(bent)
            else:
                assert bent[piece] == pytest.approx(knot, rel=1e-9, abs=1e-9)
            assert reading.slopes[piece, o] == pytest.approx(end.slope[o], abs=1e-9)
            far = end.side * 1e4 * max(1.0, np.abs(reading.breakpoints).max(initial=1.0))
            assert reading([far])[0, o] == pytest.approx(end([far])[0, o], rel=1e-9, abs=1e-7)


def test_one_relu_layer_bends_at_its_knots():
    w, b, v = np.array([2.0, -1.0, 0.5]), np.array([1.0, 1.0, 1.0]), np.array([1.0, -2.0, 0.25])
    network = Network.from_weights([(w[:, None], b, "relu"), (v[None], [0.5], "identity")])
    reading = nw.pieces(network, -10, 10)
    np.testing.assert_allclose(reading.breakpoints, [-2, -0.5, 1], rtol=1e-15)
    assert reading.nodes == (((0, 2),), ((0, 0),), ((0, 1),))
    np.testing.assert_allclose(np.diff(reading.slopes[:, 0]), (v * np.abs(w))[[2, 0, 1]])
    assert [row["begins at"] for row in reading.table()] == ["", "node 3", "node 1", "node 2"]
    assert reading.summary == (
        "y is 4 straight pieces on [-10, 10], slopes from 2 to 4.12; every switch of a node shows. Exact to rounding."
    )


def test_linear_pieces_and_activation_pieces_are_counted_apart():
    twice = Dense([[1.0], [1.0]], [0.5, 0.5], "relu")
    network = Network((twice, Dense([[1.0, -1.0], [1.0, 0.0]], [0.0, 0.0], "identity")), output_names=("a", "b"))
    both = nw.pieces(network, -1, 1)
    assert both.nodes == (((0, 0), (0, 1)),)
    assert both.bends.tolist() == [[False, True]]
    assert both.counts.tolist() == [1, 2]
    assert both.summary == (
        "The 2 outputs together are 2 straight pieces on [-1, 1] (1 of a and 2 of b); every switch "
        "of a node shows. Exact to rounding."
    )
    one = nw.pieces(Network((twice, Dense([[1.0, -1.0]], [0.0], "identity"))), -1, 1)
    assert (len(one.slopes), one.activation_pieces) == (1, 2)
    assert one.summary == (
        "y is one straight line on [-1, 1], slope 0; nodes switch at 1 place, of which none shows. Exact to rounding."
    )


def test_steps_and_saws_jump():
    step = nw.pieces(Network.from_weights([([[1.0]], [0.0], "step"), ([[2.0]], [1.0], "identity")]), -1, 1)
    assert step.values.tolist() == [[[1], [1]], [[3], [3]]]
    assert (step.jumps.tolist(), step.bends.tolist()) == ([[True]], [[False]])
    assert step.length.tolist() == [4]
    assert step.crossings(2).tolist() == [0]
    assert step.crossings(3).tolist() == []
    saw = nw.pieces(Network.from_weights([([[2.0]], [0.0], "saw")]), -1, 1)
    np.testing.assert_allclose(saw.breakpoints, [-0.5, 0, 0.5], atol=1e-15)
    assert saw.nodes == (((0, 0),),) * 3
    np.testing.assert_allclose(saw.values[:, :, 0], [[0, 1]] * 4, atol=1e-15)
    assert saw.extrema[0].maximum.tolist() == [True, False] * 3
    assert saw.length[0] == pytest.approx(4 * math.hypot(0.5, 1) + 3)
    assert [row["begins at"] for row in saw.table()] == ["", *["output y"] * 3]


def test_a_triangle_wave_turns_every_half_period():
    wave = nw.pieces(Network.from_weights([([[np.pi]], [0.5], "triangle")]), -6, 6)
    np.testing.assert_allclose(wave.breakpoints, np.arange(-5, 7) - 0.5 / np.pi, atol=1e-14)
    assert len(wave.extrema[0]) == 12


def test_a_flat_top_is_one_extremum_and_a_stretch_one_crossing():
    trapezium = ([[1.0]] * 4, [2.0, 1.0, -1.0, -2.0], "relu"), ([[1.0, -1, -1, 1]], [0.0], "identity")
    top = nw.pieces(Network.from_weights(trapezium), -3, 3)
    (turned,) = top.extrema
    assert (turned.place.tolist(), turned.until.tolist(), turned.value.tolist()) == ([-1], [1], [1])
    stairs = Network.from_weights([([[1.0]] * 2, [1.0, -1.0], "relu"), ([[-1.0, 1.0]], [0.0], "identity")])
    crossed = [nw.pieces(stairs, -3, 3).crossings(level).tolist() for level in (0, -1, -2)]
    assert crossed == [[], [0], []]
    valley = Network.from_weights([([[1.0], [-1.0]], [-1.0, -1.0], "relu"), ([[1.0, -1.0]], [0.0], "identity")])
    assert nw.pieces(valley, -3, 3).crossings(0).tolist() == [-1]


def test_rays_and_segments():
    network = random_network(3, [3, 7, 5, 2], ["relu", "abs"], scaled=True)
    a, b = np.random.default_rng(0).normal(size=(2, 3))
    segment = nw.pieces(network, 0, 1, along=(a, b - a))
    ray = nw.pieces(network, 0, math.inf, along=(a, b - a))
    np.testing.assert_allclose(ray.breakpoints[: len(segment.breakpoints)], segment.breakpoints, atol=1e-12)
    np.testing.assert_allclose(segment([0, 1]), network([a, b]), atol=1e-12)
    t = np.array([0, 3, 40, 1e3])
    np.testing.assert_allclose(ray(t), network(a + t[:, None] * (b - a)), rtol=1e-10)
    assert segment.length[0] >= np.hypot(np.linalg.norm(b - a), np.ptp(network([a, b])[:, 0]))
    assert ray.summary.startswith("The 2 outputs together are ")
    assert " for t above 0 along the line (" in ray.summary


def test_far_from_zero_and_far_apart():
    """Knots at 1e-3 are as exact as ever in an interval that reaches 1e9; a date in seconds keeps its digits."""
    network = Network.from_weights([([[1.0]] * 3, [-1e-3, -2e-3, -5e8], "relu"), ([[1.0, 1, 1]], [0.0], "identity")])
    reading = nw.pieces(network, -1e9, 1e9)
    np.testing.assert_allclose(reading.breakpoints, [1e-3, 2e-3, 5e8], rtol=1e-13)
    now = nw.pieces(network, 1.7e9, 1.7e9 + 1)
    assert now.breakpoints.size == 0


def test_zero_bias_makes_all_nodes_switch_at_once():
    rng = np.random.default_rng(1)
    triples = [(rng.normal(size=(b, a)), np.zeros(b), "relu") for a, b in ((1, 8), (8, 8))]
    network = Network.from_weights([*triples, (rng.normal(size=(1, 8)), [0.0], "identity")])
    for low in (-1.0, -0.3):
        reading = nw.pieces(network, low, 1)
        assert reading.breakpoints.tolist() == [0]
        assert {(0, i) for i in range(8)} <= set(reading.nodes[0])


def test_a_budget_leaves_what_is_left_of_it_known():
    whole = nw.pieces(tents(8), 0, 1)
    some = nw.pieces(tents(8), 0, 1, budget=100)
    assert (some.activation_pieces, some.complete, some.high) == (100, False, 100 / 256)
    np.testing.assert_array_equal(some.breakpoints, whole.breakpoints[:99])
    assert some.summary == (
        "y is 100 straight pieces on [0, 0.391], slopes from -256 to 256; every switch of a node shows. "
        "Exact to rounding. The budget ended after 100 activation pieces, at 0.391: raise it."
    )
    steep = nw.pieces(Network.from_weights([([[1e9]], [0.0], "saw")]), 0, 1, budget=50)
    np.testing.assert_allclose(steep.high, 50e-9, rtol=1e-12)
    assert nw.pieces(tents(8), 0, 1, budget=256).complete


def test_json_is_complete_without_the_fractions():
    written = nw.pieces(tents(2), 0, 1, proof=True).as_dict()
    assert written["breakpoints"] == [0.25, 0.5, 0.75]
    assert written["method"] == "proved"
    assert written["activation_pieces"] == 4
    assert not {"proof", "_found"} & set(written)


SMOOTH = Network.from_weights([([[1.0]], [0.0], "relu"), ([[1.0]], [0.0], "tanh"), ([[1.0]], [0.0], "identity")])
JUDGE = Network.from_weights([([[1.0]], [0.0], "relu"), ([[1.0]], [0.0], "sigmoid")])
PLANE = random_network(0, [2, 3, 1], ["relu"])
SAW = Network.from_weights([([[1.0]], [0.0], "saw")])
TRIANGLE = Network.from_weights([([[1.0]], [0.0], "triangle")])
HUGE = Network.from_weights([([[1e200]], [0.0], "relu"), ([[1e200]], [0.0], "identity")])
REFUSALS = {
    "smooth": (
        lambda: nw.pieces(SMOOTH, 0, 1),
        "pieces needs activations of straight lines, such as relu, abs or step. Got tanh in hidden layer 2; "
        "nodewise.critical_points finds crossings and extrema of any activation, none missed.",
    ),
    "smooth output": (
        lambda: nw.pieces(JUDGE, 0, 1),
        "pieces needs activations of straight lines, such as relu, abs or step. Got sigmoid in the output layer; "
        "its logits have pieces: pass network.logits.",
    ),
    "empty": (
        lambda: nw.pieces(SAW, 1, 1),
        "low must be less than high. Got low=1 and high=1. Swap or widen them.",
    ),
    "inverted": (
        lambda: nw.pieces(SAW, 2, 1),
        "low must be less than high. Got low=2 and high=1. Swap or widen them.",
    ),
    "no number": (lambda: nw.pieces(SAW, math.nan, 1), "low must be a number, or infinite. Got nan."),
    "far": (
        lambda: nw.pieces(SAW, 0, 1e101),
        "high must lie between -1e100 and 1e100, or be infinite. Got 1e+101; use a larger unit.",
    ),
    "endless": (
        lambda: nw.pieces(SAW, 0, math.inf),
        "low and high must be finite where an activation repeats for ever. "
        "Got low=0, high=inf and saw in the output layer.",
    ),
    "no line": (
        lambda: nw.pieces(PLANE, 0, 1),
        "a network of 2 features has pieces on a line through them. Got none; give along=(origin, direction), one "
        "number per feature in each.",
    ),
    "other line": (
        lambda: nw.pieces(PLANE, 0, 1, along=([0, 0], [1])),
        "along must be (origin, direction), each with 2 number(s), one per feature. Got ([0, 0], [1]). "
        "From a point a to a point b it is (a, b - a), with low=0 and high=1.",
    ),
    "no direction": (
        lambda: nw.pieces(PLANE, 0, 1, along=([0, 0], [0, 0])),
        "along must be finite, between -1e100 and 1e100, and its direction not 0 everywhere. Got ([0, 0], [0, 0]).",
    ),
    "budget": (
        lambda: nw.pieces(SAW, 0, 1, budget=0),
        "budget must be a whole number of pieces, 1 or more. Got 0.",
    ),
    "irrational": (
        lambda: nw.pieces(TRIANGLE, 0, 1, proof=True),
        "a proof needs corners and periods that are whole numbers, as those of relu, hard_tanh and saw. "
        "Got triangle in the output layer, which has irrational ones; leave proof out.",
    ),
    "overflow": (
        lambda: nw.pieces(HUGE, -1, 1),
        "pieces needs weights whose products are finite, and breakpoints that rounding can tell apart. "
        "Got weights up to 1e+200. Use a smaller unit or a narrower interval, or proof=True.",
    ),
    "level": (
        lambda: nw.pieces(SAW, 0, 1).crossings(math.inf),
        "level must be a finite number in the output's unit. Got inf.",
    ),
    "output": (lambda: nw.pieces(SAW, 0, 1).crossings(output="z"), "output must be one of y. Got 'z'."),
    "outside": (lambda: nw.pieces(SAW, 0, 1)([2.0]), "positions must lie between 0 and 1. Got others."),
    "weights": (
        lambda: nw.pieces(Network.from_weights([([[math.nan]], [0.0], "relu")]), 0, 1),
        "weight of layer 1 must be finite. Got nan at [0, 0]; train the network again, with smaller steps.",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals(name):
    work, message = REFUSALS[name]
    with pytest.raises(nw.NodewiseError) as caught:
        work()
    assert str(caught.value) == message


def test_the_lipschitz_constant_is_the_steepest_slope_and_none_where_it_jumps():
    network = Network.from_weights([([[1], [-1]], [0, 1], "relu"), ([[2, 3], [1, -1]], [0, 0], "identity")])
    assert nw.pieces(network, -2, 2).lipschitz.tolist() == [3, 2]
    bounds = nw.bounds(network, [(-2, 2)])
    assert bounds.lipschitz == pytest.approx([3, 2], rel=1e-12)
    step = Network.from_weights([([[1]], [0], "step"), ([[2]], [0], "identity")])
    assert nw.pieces(step, -1, 1).lipschitz.tolist() == [np.inf]
    plane = Network.from_weights([([[1, 1]], [0], "relu"), ([[2]], [0], "identity")])
    assert nw.pieces(plane, -1, 1, along=([0, 0], [3, 4])).lipschitz == pytest.approx([2 * 7 / 5])


def test_far_out_of_weights_whose_squares_overflow_is_refused():
    network = nw.Network.from_weights([([[1e300]], [0.0], "relu"), ([[1e-300]], [0.0], "identity")])
    with pytest.raises(nw.NodewiseError) as refused:
        nw.pieces(network, -np.inf, np.inf)
    assert str(refused.value) == (
        "products of weights and inputs must be finite, squares included. Got weights up to 1e+300 and inputs up to 1. "
        "Use other units."
    )
