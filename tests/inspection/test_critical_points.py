"""Crossings and extrema: none missed, against dense sampling, closed forms and SciPy; what is in doubt is named."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

import nodewise as nw
from networks import networks, random_network
from nodewise.activations import find, names
from nodewise.errors import NodewiseError
from nodewise.inspection.critical_points import critical_points
from nodewise.inspection.pieces import pieces

WITHOUT_JUMPS = [name for name in names() if not find(name).jumps]


def wave(activation="sine"):
    return nw.Network.from_weights([([[1.0]], [0.0], activation), ([[1.0]], [0.0], "identity")])


def test_a_sine_crosses_and_turns_where_it_does():
    found = critical_points(wave(), -10, 10)
    np.testing.assert_allclose([c.x for c in found.crossings], np.pi * np.arange(-3, 4), atol=1e-12)
    assert [c.rises for c in found.crossings] == [False, True] * 3 + [False]
    turns = np.pi * (np.arange(-3, 3) + 0.5)
    for extremum, place in zip(found.extrema, turns, strict=True):
        assert extremum.low <= place <= extremum.high
        assert extremum.within <= 2e-8
        assert abs(abs(extremum.value) - 1) <= extremum.value_within + 1e-15
        assert extremum.kind == ("maximum" if extremum.value > 0 else "minimum")
    assert all(abs(c.x - np.pi * k) <= c.within + 1e-15 for c, k in zip(found.crossings, range(-3, 4), strict=True))
    assert found.certified
    assert found.summary == (
        "For x in [-10, 10] y crosses 0 at -9.42, -6.28, -3.14, 0, 3.14 and 2 more, has 3 maxima (-4.71, 1.57, 7.85) "
        f"and 3 minima (-7.85, -1.57, 4.71) (none missed, {found.certainty})."
    )
    assert found.certainty == f"certified within {found.within:.3g}"
    assert found.within <= 2e-8  # the tolerance, 1e-9 of the line


@pytest.mark.slow
@given(networks(inputs=(1, 1), depth=(1, 3), names=WITHOUT_JUMPS), st.floats(-2, 2))
@settings(max_examples=60)
def test_nothing_that_dense_sampling_sees_is_missed(network, level):
    found = critical_points(network, -4, 4, level=level, tolerance=1e-6)
    x = np.linspace(-4, 4, 40_001)
    y = network(x)
    for o in range(network.outputs):
        places = np.array([c.x for c in found.crossings if c.output == o])
        cover = [(c.x - c.within, c.x + c.within) for c in found.crossings if c.output == o]
        cover += [(doubt.low, doubt.high) for doubt in found.doubts if doubt.output == o]
        above = y[:, o] >= level
        for i in np.flatnonzero(above[1:] != above[:-1]):
            assert any(a <= x[i + 1] and b >= x[i] for a, b in cover)
        signs = (np.sign(y[0, o] - level), np.sign(y[-1, o] - level))
        if not [doubt for doubt in found.doubts if doubt.output == o] and 0 not in signs:
            assert len(places) % 2 == (signs[0] != signs[1])
        turns = [(e.low, e.high, e.kind) for e in found.extrema if e.output == o]
        flat = [(doubt.low, doubt.high) for doubt in found.doubts if doubt.output == o]
        size = np.abs(y[:, o]).max() * 1e-13
        step = np.diff(y[:, o])
        for i in np.flatnonzero((step[:-1] * step[1:] < 0) & (np.minimum(abs(step[:-1]), abs(step[1:])) > size)):
            assert any(a <= x[i + 2] and b >= x[i] for a, b, _ in turns) or any(
                a <= x[i + 2] and b >= x[i] for a, b in flat
            )
        kinds = [kind for *_, kind in sorted(turns)]
        if not flat:
            assert all(a != b for a, b in pairwise(kinds))  # they alternate
    assert json.loads(json.dumps(found.as_dict()))["certainty"] == found.certainty
    json.dumps(found.table(), allow_nan=False)


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "gelu", "silu", "softplus", "snake", "cosine", "mish"])
def test_places_are_those_of_brentq_and_slopes_change_sign(name):
    network = random_network(11, (1, 9, 6, 1), [name, name], spread=2)
    found = critical_points(network, -5, 5)
    assert found.certified
    for crossing in found.crossings:
        a, b = crossing.x - 1e-6, crossing.x + 1e-6
        truth = brentq(lambda x: float(network(x)[0, 0]), a, b, xtol=1e-15)
        assert abs(crossing.x - truth) <= crossing.within + 1e-12
    for extremum in found.extrema:
        x = np.linspace(extremum.low - 1e-3, extremum.high + 1e-3, 2001)
        y = network(x)[:, 0] * (1 if extremum.kind == "maximum" else -1)
        assert y.max() <= y[1000] + 1e-9
        assert extremum.value - extremum.value_within <= network(extremum.x)[0, 0]
        assert network(extremum.x)[0, 0] <= extremum.value + extremum.value_within


def test_kinks_are_turns_and_plateaus_count_once():
    tent = nw.Network.from_weights([([[1.0], [1.0]], [0.0, -1.0], "relu"), ([[1.0, -2.0]], [0.0], "identity")])
    found = critical_points(tent, -1, 3, level=0.5)
    assert [extremum.kind for extremum in found.extrema] == ["maximum"]
    assert found.extrema[0].low <= 1 <= found.extrema[0].high
    np.testing.assert_allclose([c.x for c in found.crossings], [0.5, 1.5], atol=1e-12)
    assert found.certified
    assert [doubt.kind for doubt in found.doubts] == ["flat"]  # left of 0
    plateau = nw.Network.from_weights(
        [([[1.0]] * 4, [0.0, -1.0, -2.0, -3.0], "relu"), ([[1.0, -1.0, -1.0, 1.0]], [0.0], "identity")]
    )
    found = critical_points(plateau, -1, 5)
    (top,) = found.extrema
    assert (top.low, top.high) == (pytest.approx(1, abs=1e-8), pytest.approx(2, abs=1e-8))


def test_a_level_that_is_touched_is_in_doubt():
    found = critical_points(wave("cosine"), -1, 1, level=1.0)
    assert [doubt.kind for doubt in found.doubts] == ["at the level"]
    assert found.doubts[0].low < 0 < found.doubts[0].high
    assert found.doubts[0].high - found.doubts[0].low < 1e-7
    assert not found.crossings
    just_above = critical_points(wave("cosine"), -1, 1, level=1 + 1e-9)
    assert (just_above.crossings, just_above.doubts) == ((), ())
    just_below = critical_points(wave("cosine"), -1, 1, level=1 - 1e-9)
    np.testing.assert_allclose([c.x for c in just_below.crossings], [-(2e-9**0.5), 2e-9**0.5], rtol=1e-6)
    jump = critical_points(wave("step"), -1, 1, level=0.5)
    assert [c.jump for c in jump.crossings] == [True]
    assert jump.crossings[0].x == pytest.approx(0, abs=1e-8)


TENT = nw.Network.from_weights([([[1.0], [1.0]], [0.0, -1.0], "relu"), ([[1.0, -2.0]], [0.0], "identity")])


@pytest.mark.parametrize("scale", [1.0, 1e-9, 1e9])
@pytest.mark.parametrize(
    ("network", "low", "high", "level", "reached"),
    [
        (wave("relu"), 0, 1, 0, [0]),
        (wave("abs"), 0, 1, 0, [0]),
        (wave("abs"), -1, 0, 0, [0]),
        (wave("abs"), -1, 0, 0.3, []),
        (wave("triangle"), 0, 1, 1, [0]),
        (wave("cosine"), -1, 0, 1, [0]),
        (TENT, 0, 1, 1, [1]),
        (TENT, 1, 2, 1, [1]),
        (wave("identity"), 0, 1, 0, [0]),
        (wave("identity"), -1, 0, 0, [0]),
        (wave("identity"), -1, 1, 1, [1]),
        (wave("tanh"), -1, 0, 0, [0]),
        (wave("sine"), 0, 1, 0, [0]),
        (wave("cosine"), 0, 3, 0, []),
        (TENT, 0, 1, 0.5, []),
        (TENT, 1, 2, 0.5, []),
        (TENT, 0, 1, 0, [0]),
        (wave("step"), 0, 1, 0.5, [0]),
        (wave("step"), -1, 0, 0.5, [0]),
        (wave("saw"), 0, 0.4, 0, [0]),
    ],
)
def test_what_is_at_an_end_is_no_crossing_and_no_extremum(network, low, high, level, reached, scale):
    """A kink, a jump, a turn or the level itself at the very end of the line is decided, on any scale."""
    first = network.dense[0]
    stretched = replace(network, layers=(replace(first, weight=first.weight / scale), *network.layers[1:]))
    found = critical_points(stretched, low * scale, high * scale, level=level)
    assert found.certified, found.doubts
    ends = [doubt for doubt in found.doubts if doubt.kind in ("end", "at the level")]
    np.testing.assert_allclose([(d.low + d.high) / 2 / scale for d in ends], reached, atol=2e-8)
    assert not found.extrema
    x = np.linspace(low, high, 10_001)[1:-1, None]
    signs = np.sign(network(x)[:, 0] - level)
    assert len(found.crossings) == np.count_nonzero(np.diff(signs[signs != 0]))


def test_what_is_beside_an_end_is_found_or_in_doubt():
    """A kink and a crossing 1e-13 from the end lie inside."""
    near = nw.Network.from_weights([([[1.0]], [-1e-13], "abs"), ([[1.0]], [0.0], "identity")])
    found = critical_points(near, 0, 1)
    assert [extremum.kind for extremum in found.extrema] == ["minimum"]
    assert found.extrema[0].low <= 1e-13 <= found.extrema[0].high
    line = nw.Network.from_weights([([[1.0]], [-1e-13], "identity"), ([[1.0]], [0.0], "identity")])
    (crossing,) = critical_points(line, 0, 1).crossings
    assert abs(crossing.x - 1e-13) <= crossing.within
    assert str(critical_points(wave("identity"), 0, 1)) == (
        "For x in [0, 1] y crosses 0 nowhere, has no maxima and no minima (none missed, certified within 1e-9); "
        "reached at an end, which is no crossing: y at 0."
    )


def test_weights_as_large_as_they_may_be():
    network = nw.Network.from_weights([([[1e90], [1.0]], [0.0, 1.0], "relu"), ([[1e90, 1.0]], [0.0], "identity")])
    found = critical_points(network, -1e99, 1e99, level=0.5)
    places = [(c.x - c.within, c.x + c.within) for c in found.crossings] + [(d.low, d.high) for d in found.doubts]
    assert any(low <= -0.5 <= high for low, high in places)


def jumping(name, bias, out):
    """Return a network of one feature whose nodes jump."""
    return nw.Network.from_weights([([[1.0]] * len(bias), bias, name), ([out], [0.0], "identity")])


@pytest.mark.parametrize(
    ("network", "turning"),
    [
        (jumping("saw", [0.5], [1.0]), [-0.5, 0.5]),  # rises, falls at each jump, rises
        (jumping("saw", [0.5], [-1.0]), [-0.5, 0.5]),
        (jumping("step", [0.5, -0.5], [1.0, -1.0]), [-0.5, 0.5]),  # a hat, flat between its jumps
        (jumping("step", [0.5], [1.0]), []),  # a stair goes one way
    ],
)
def test_a_jump_at_which_an_output_turns_is_in_doubt_though_it_crosses_the_level(network, turning):
    level = float(network(np.array([[0.1]]))[0, 0]) / 2
    found = critical_points(network, -1, 1, level=level)
    assert len([c for c in found.crossings if c.jump]) == len(pieces(network, -1, 1).breakpoints)
    doubts = [doubt for doubt in found.doubts if doubt.kind == "jump"]
    np.testing.assert_allclose([doubt.low for doubt in doubts], turning, atol=1e-8)
    assert found.certified == (not turning) == (not len(pieces(network, -1, 1).extrema[0].place))


def test_a_line_through_several_features():
    network = random_network(3, (3, 8, 2), ["tanh"], scaled=True)
    origin, direction = np.array([0.1, -0.4, 1.0]), np.array([1.0, 0.5, -2.0])
    found = critical_points(network, -3, 3, along=(origin, direction), level=0.2)
    t = np.linspace(-3, 3, 200_001)
    y = network(found.points(t))
    for o in range(2):
        above = y[:, o] >= 0.2
        assert sum(c.output == o for c in found.crossings) == (above[1:] != above[:-1]).sum()
        sign = np.sign(np.diff(y[:, o]))
        assert sum(e.output == o for e in found.extrema) == (sign[1:] != sign[:-1]).sum()


def test_two_extrema_between_the_points_of_a_grid_are_found():
    # A wiggle 1e-4 wide on a slope: no grid of 1e4 points over [-1, 1] turns there.
    narrow = 2e4
    network = nw.Network.from_weights(
        [([[narrow], [1.0]], [0.3 * narrow, 0.0], "gaussian"), ([[0.05, 0.0]], [0.0], "identity")]
    )
    found = critical_points(network, -1, 1)
    assert [extremum.kind for extremum in found.extrema] == ["maximum"]
    assert found.extrema[0].low <= -0.3 <= found.extrema[0].high


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"low": 2, "high": 1}, "low must be less than high. Got low=2 and high=1. Swap or widen them."),
        ({"low": np.nan}, "low must be a finite number. Got nan."),
        ({"high": 1e200}, "high must lie between -1e100 and 1e100. Got 1e+200; use a larger unit."),
        ({"level": np.inf}, "level must be a finite number. Got inf."),
        ({"tolerance": 0}, "tolerance must be a number above 0, in the feature's unit. Got 0."),
        (
            {"along": ([1, 2], [0, 1])},
            "along must be (origin, direction), each with 1 number(s), one per feature. Got ([1, 2], [0, 1]). From a "
            "point a to a point b it is (a, b - a), with low=0 and high=1.",
        ),
        (
            {"along": ([1], [0])},
            "along must be finite, between -1e100 and 1e100, and its direction not 0 everywhere. Got ([1], [0]).",
        ),
    ],
)
def test_refusals(change, message):
    with pytest.raises(NodewiseError) as refused:
        critical_points(wave(), **({"low": 0, "high": 1} | change))
    assert str(refused.value) == message


def test_refusals_of_networks():
    with pytest.raises(NodewiseError) as refused:
        critical_points(random_network(0, (2, 3, 1), ["tanh"]), 0, 1)
    assert str(refused.value) == (
        "a network of 2 features has critical points on a line through them. Got none; give along=(origin, direction), "
        "one number per feature in each."
    )
    softmax = nw.Network.from_weights([(np.ones((2, 1)), [0.0, 1.0], "softmax")])
    with pytest.raises(NodewiseError) as refused:
        critical_points(softmax, 0, 1)
    assert str(refused.value) == (
        "critical_points needs outputs that do not share a softmax. Got softmax; read network.logits, or "
        "nodewise.boundaries for where the class changes."
    )
