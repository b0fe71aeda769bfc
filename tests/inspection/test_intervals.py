"""Enclosures hold every value and slope that sampling finds, and are not wider than need be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networks import networks, random_network
from nodewise.activations import find, names
from nodewise.inspection.intervals import HUGE, Range, affine, enclose, slope_range, value_range

each = pytest.mark.parametrize("activation", [find(name) for name in names()], ids=lambda row: row.name)


def intervals(seed, count=400):
    """Return intervals of every width around places that matter, as ends [interval]."""
    rng = np.random.default_rng(seed)
    middle = rng.uniform(-9, 9, count)
    middle[:60] = rng.choice([0, 1, -1, 0.5, np.pi, np.pi / 2, 2 * np.pi, np.pi / 4, -0.75, -1.28, 2.4], 60)
    width = 10 ** rng.uniform(-6, 1.2, count)
    return middle - width * rng.uniform(size=count), middle + width * rng.uniform(size=count)


@each
def test_ranges_of_values_and_slopes_against_dense_sampling(activation):
    low, high = intervals(0)
    value, slope = value_range(activation, Range(low, high)), slope_range(activation, Range(low, high))
    share = np.linspace(0, 1, 2001)
    for i in range(len(low)):
        z = np.clip(low[i] + share * (high[i] - low[i]), low[i], high[i])
        h, d = activation(z), activation.slope(z)
        assert value.low[i] <= h.min()
        assert h.max() <= value.high[i]
        assert slope.low[i] <= d.min()
        assert d.max() <= slope.high[i]
        # Tight: what lies between two samples is all that can be missing.
        step = (high[i] - low[i]) / 2000
        jumps = bool(activation.jumps) and max(slope.high[i], -slope.low[i]) == HUGE
        slack = 1.0 if jumps else 2 * np.abs(activation.slope(z)).max() * step + 1e-12 + step**2
        assert h.min() - value.low[i] <= slack
        assert value.high[i] - h.max() <= slack
        if not activation.kinks and not jumps:
            assert max(d.min() - slope.low[i], slope.high[i] - d.max()) <= 3 * step + 1e-12


@each
def test_the_whole_line_gives_lowest_and_highest_value(activation):
    whole = value_range(activation, Range(np.array([-np.inf]), np.array([np.inf])))
    assert (whole.low[0], whole.high[0]) == (pytest.approx(activation.low), pytest.approx(activation.high))
    right = value_range(activation, Range(np.array([2.0]), np.array([np.inf])))
    z = np.concatenate([np.linspace(2, 40, 100_001), [1e3, 1e4]])
    assert right.low[0] <= activation(z).min()
    assert right.high[0] >= activation(z).max()


@each
def test_a_jump_has_no_finite_slope_and_a_kink_has_both(activation):
    for place in activation.jumps:
        found = slope_range(activation, Range(np.array([place - 0.1]), np.array([place + 0.1])))
        up = activation(place + 1e-9) > activation(place - 1e-9)
        assert found.high[0] == (HUGE if up else activation.slope(place - 0.1))
        assert found.low[0] == (activation.slope(place + 0.1) if up else -HUGE)
    for place in activation.kinks:
        found = slope_range(activation, Range(np.array([place - 0.1]), np.array([place + 0.1])))
        seen = activation.slope(np.array([place - 0.1, *np.nextafter(place, [-9, 9]), place + 0.1]))
        assert found.low[0] <= seen.min()
        assert seen.max() <= found.high[0]
        assert (found.low[0], found.high[0]) == pytest.approx((seen.min(), seen.max()), abs=1e-13)


@given(networks(), st.integers(0, 2**31), st.sampled_from([1e-9, 1e-3, 0.3, 4.0]))
@settings(max_examples=60)
def test_a_hundred_thousand_values_never_leave_their_bounds(network, seed, width):
    rng = np.random.default_rng(seed)
    middle, radius = rng.uniform(-3, 3, (50, network.inputs)), width * rng.uniform(size=(50, network.inputs))
    low, high = middle - radius, middle + radius
    plain, sharp = enclose(network.layers, low, high), enclose(network.layers, low, high, np.eye(network.inputs))
    points = np.clip(low + rng.uniform(size=(2000, 50, network.inputs)) * (high - low), low, high)
    values = network(points.reshape(-1, network.inputs)).reshape(2000, 50, network.outputs)
    for found in (plain, sharp):
        assert (found.value.low <= values.min(0)).all()
        assert (values.max(0) <= found.value.high).all()


@given(networks(names=[name for name in names() if not find(name).jumps]), st.integers(0, 2**31))
@settings(max_examples=40)
def test_difference_quotients_never_leave_the_bounds_of_the_slope(network, seed):
    rng = np.random.default_rng(seed)
    low = rng.uniform(-3, 3, (20, network.inputs))
    high = low + rng.uniform(0.01, 2, (20, network.inputs))
    directions = rng.normal(size=(2, network.inputs))
    slope = enclose(network.layers, low, high, directions).slope
    for d, direction in enumerate(directions):
        start = low + rng.uniform(0.3, 0.6, (200, 1, 1)) * (high - low)
        step = 0.25 * ((high - low) / np.abs(direction)).min(1)[:, None]
        first, last = (network(p.reshape(-1, network.inputs)) for p in (start, start + step * direction))
        quotient = (last - first).reshape(200, 20, -1) / step
        rounding = 1e-12 * (1 + np.abs(first).max()) / step
        assert (quotient >= slope.low[:, :, d] - rounding).all()
        assert (quotient <= slope.high[:, :, d] + rounding).all()


@given(networks(outputs=(1, 1)), st.integers(0, 2**31))
@settings(max_examples=30)
def test_rounding_covers_the_difference_to_extended_precision(network, seed):
    x = np.random.default_rng(seed).uniform(-3, 3, (100, network.inputs))
    if any(layer.activation.jumps for layer in network.dense):
        return
    exact = x.astype(np.longdouble)
    for layer in network.layers:
        if hasattr(layer, "factor"):
            exact = layer.shift + layer.factor * exact
        else:
            exact = exact @ layer.weight.astype(np.longdouble).T + layer.bias
            exact = layer.activation(exact.astype(float)) + layer.activation.slope(exact.astype(float)) * (
                exact - exact.astype(float)
            )
    found = enclose(network.layers, x, x)
    # The activations are computed in float64 on both sides; what they share is allowed for by the same bound.
    assert (np.abs(network(x) - exact.astype(float)) <= 2 * found.rounding).all()


def test_exact_for_one_layer_and_second_order_for_small_boxes():
    found = affine(np.array([[2.0, -3.0]]), np.array([1.0]), Range(np.array([[0.0, 1.0]]), np.array([[1.0, 2.0]])))
    np.testing.assert_allclose((found.low[0, 0], found.high[0, 0]), (-5, 0), atol=1e-13)
    network = random_network(3, (1, 8, 1), ["tanh"])
    excess = []
    for width in (1e-2, 1e-3):
        x = np.linspace(0.3, 0.3 + width, 1001)[:, None]
        value = enclose(network.layers, x[:1], x[-1:], np.eye(1)).value
        excess.append((value.high - value.low)[0, 0] - np.ptp(network(x)))
    assert excess[1] < excess[0] / 50


def test_infinite_ends_pass_only_where_they_are_read():
    x = Range(np.array([[-np.inf, 0.0]]), np.array([[np.inf, 1.0]]))
    found = affine(np.array([[0.0, 2.0], [1.0, 0.0]]), np.array([1.0, 0.0]), x)
    np.testing.assert_allclose(found.low, [[1, -np.inf]], atol=1e-14)
    np.testing.assert_allclose(found.high, [[3, np.inf]], atol=1e-14)


def test_steps_behind_steps_do_not_overflow():
    network = random_network(4, (1, 4, 4, 4, 4, 4, 4, 4, 1), ["step"] * 7)
    found = enclose(network.layers, np.array([[-1.0]]), np.array([[1.0]]), np.eye(1))
    y = network(np.linspace(-1, 1, 10_001)[:, None])
    assert (found.value.low <= y).all()
    assert (y <= found.value.high).all()
    assert (found.rounding <= np.abs(network.dense[-1].weight).sum() + 1e-12).all()  # a step is off by 1 at most
