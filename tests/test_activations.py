"""Every row of the table of activations holds what it says, against PyTorch, finite differences and far-out values."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodewise import activations
from nodewise.errors import NodewiseError

ROWS = [activations.find(name) for name in activations.names()]
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


def places(row, reach=9.0, count=20_001):
    """Return points away from kinks and jumps."""
    z = np.linspace(-reach, reach, count) + 1.2345e-4
    for break_ in (*row.kinks, *row.jumps):
        distance = np.abs(z - break_) if row.period is None else np.abs(np.remainder(z - break_, row.period))
        z = z[(distance > 1e-4) & ((row.period is None) | (distance < (row.period or 1) - 1e-4))]
    return z


def torch_function(name):
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    return {
        "identity": lambda z: z,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": functional.relu,
        "leaky_relu": functional.leaky_relu,
        "elu": functional.elu,
        "gelu": functional.gelu,
        "silu": functional.silu,
        "softplus": lambda z: functional.softplus(z, threshold=1e9),
        "gaussian": lambda z: torch.exp(-z * z),
        "step": lambda z: (z > 0).to(z.dtype) + 0 * z,
        "abs": torch.abs,
        "cosine": torch.cos,
        "sine": torch.sin,
        "snake": lambda z: z + torch.sin(z) ** 2,
        "triangle": lambda z: 1 - 2 / math.pi * torch.abs(torch.remainder(z + math.pi, 2 * math.pi) - math.pi),
        "saw": lambda z: torch.remainder(z, 1.0),
    }[name]


@each_row
def test_value_and_slope_equal_pytorchs(row):
    torch = pytest.importorskip("torch")
    z = places(row)
    there = torch.tensor(z, requires_grad=True)
    value = torch_function(row.name)(there)
    (slope,) = torch.autograd.grad(value.sum(), there)
    np.testing.assert_allclose(row(z), value.detach().numpy(), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(row.slope(z), slope.numpy(), rtol=1e-9, atol=1e-9)


@each_row
def test_slope_is_the_finite_difference(row):
    z, h = places(row), 1e-6
    np.testing.assert_allclose(
        row.slope(z), (row(z + h) - row(z - h)) / (2 * h), atol=2e-8 * max(1, row.slope(z).max())
    )


@each_row
def test_values_stay_in_the_range_and_reach_it(row):
    z = np.linspace(-40, 40, 400_001)
    assert row.low <= row(z).min()
    assert row(z).max() <= row.high
    for bound, reached in ((row.low, row(z).min()), (row.high, row(z).max())):
        assert math.isinf(bound) or abs(bound - reached) < 1e-3


@each_row
def test_lipschitz_constant_is_the_steepest_slope(row):
    steepest = np.abs(row.slope(places(row, reach=30, count=200_001))).max()
    if row.jumps:
        assert math.isinf(row.lipschitz)
    else:
        assert steepest <= row.lipschitz * (1 + 1e-12)
        assert row.lipschitz == pytest.approx(steepest, rel=1e-6)


@each_row
@pytest.mark.parametrize("side", [-1, 1])
def test_lines_at_infinity(row, side):
    line = row.left if side < 0 else row.right
    z = side * np.linspace(50, 60, 1001)
    if line is None:
        assert row.period is not None
        return
    wave = row.wave.amplitude * np.cos(row.wave.frequency * z + row.wave.phase) if row.wave else 0
    np.testing.assert_allclose(row(z), line.slope * z + line.intercept + wave, atol=1e-12)


@each_row
@given(z=st.floats(-1e3, 1e3))
def test_wave_symmetry_and_period_are_identities(row, z):
    # Rounding of z itself moves a point across a jump; there the identity is not claimed.
    if any(abs(np.remainder(z - jump + 1e-9, row.period or 1e9)) < 2e-9 for jump in row.jumps):
        return
    if row.wave:
        wave = row.wave.amplitude * math.cos(row.wave.frequency * z + row.wave.phase)
        assert row(z) == pytest.approx(row.right.slope * z + row.right.intercept + wave, abs=1e-11)
    if row.symmetry:
        mirrored = row.symmetry.sign * row(z) + row.symmetry.slope * z + row.symmetry.constant
        assert row(-z) == pytest.approx(mirrored, rel=1e-12, abs=1e-12)
    if row.period:
        assert row(z + row.period) == pytest.approx(float(row(z)), abs=1e-10)


@each_row
def test_kinks_and_jumps_are_where_the_row_says(row):
    h, slope_or_value_breaks = 1e-7, []
    for z in np.linspace(-0.5, 3.5, 9):  # 0, ½, 1, … hold every kink and jump listed but π
        slope_or_value_breaks += [
            (float(z), abs(row(z + h) - row(z - h)) > 1e-3, abs(row.slope(z + h) - row.slope(z - h)) > 1e-3)
        ]
    for z, jumps, kinks in slope_or_value_breaks:
        at = np.remainder(z, row.period) if row.period else z
        assert bool(jumps) == any(math.isclose(at, jump, abs_tol=1e-6) for jump in row.jumps)
        if not jumps:
            assert bool(kinks) == any(math.isclose(at, kink, abs_tol=1e-6) for kink in row.kinks)


@each_row
def test_piecewise_linear_means_no_curvature_between_breaks(row):
    z, h = places(row), 5e-5
    bend = np.abs(row(z + h) - 2 * row(z) + row(z - h)) / h**2
    assert (bend.max() < 1e-4) == row.piecewise_linear
    assert row.linear == (row.name == "identity")


def test_no_value_overflows():
    for row in ROWS:
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            assert np.isfinite(row(np.array([-1e4, -750.0, 750.0, 1e4]))).all()
            assert np.isfinite(row.slope(np.array([-1e4, -750.0, 750.0, 1e4]))).all()


def test_aliases_and_capitals_find_the_same_row():
    assert activations.find("logistic") is activations.find("Sigmoid")
    assert activations.find("swish").name == "silu"


def test_an_unknown_activation_prints_all_choices():
    with pytest.raises(NodewiseError) as caught:
        activations.find("sigmoyd")
    assert str(caught.value) == (
        "activation must be one of identity, sigmoid, tanh, relu, leaky_relu, elu, gelu, silu, softplus, gaussian, "
        "step, abs, cosine, sine, snake, triangle, saw, softmax. Got 'sigmoyd'. Did you mean 'sigmoid'?"
    )


@pytest.mark.parametrize("name", activations.names())
def test_no_value_leaves_its_bounds_however_large_the_input(name):
    row = activations.find(name)
    z = np.random.default_rng(0).normal(size=150) * 10.0 ** np.arange(150)
    assert (row(z) >= row.low).all()
    assert (row(z) <= row.high).all()
