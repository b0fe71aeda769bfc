"""Every row of the table of activations holds what it says, against PyTorch, finite differences and far-out values."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodewise import activations
from nodewise.errors import NodewiseError

FAMILIES = ["leaky_relu(0.2)", "leaky_relu(1.5)", "elu(0.5)", "elu(2.0)"]
ROWS = [activations.find(name) for name in (*activations.names(), *FAMILIES)]
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
        "hard_tanh": functional.hardtanh,
        "softsign": functional.softsign,
        "relu": functional.relu,
        "leaky_relu": functional.leaky_relu,
        "elu": functional.elu,
        "gelu": functional.gelu,
        "gelu_tanh": lambda z: functional.gelu(z, approximate="tanh"),
        "silu": functional.silu,
        "hard_swish": functional.hardswish,
        "mish": functional.mish,
        "softplus": lambda z: functional.softplus(z, threshold=1e9),
        "gaussian": lambda z: torch.exp(-z * z),
        "step": lambda z: (z > 0).to(z.dtype) + 0 * z,
        "abs": torch.abs,
        "cosine": torch.cos,
        "sine": torch.sin,
        "snake": lambda z: z + torch.sin(z) ** 2,
        "triangle": lambda z: 1 - 2 / math.pi * torch.abs(torch.remainder(z + math.pi, 2 * math.pi) - math.pi),
        "saw": lambda z: torch.remainder(z, 1.0),
        "leaky_relu(0.2)": lambda z: functional.leaky_relu(z, 0.2),
        "leaky_relu(1.5)": lambda z: functional.leaky_relu(z, 1.5),
        "elu(0.5)": lambda z: functional.elu(z, 0.5),
        "elu(2.0)": lambda z: functional.elu(z, 2.0),
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
    z = 100 * z if row.name == "softsign" else z  # which comes close to its limits slowly
    assert row.low <= row(z).min()
    assert row(z).max() <= row.high
    for bound, reached in ((row.low, row(z).min()), (row.high, row(z).max())):
        assert math.isinf(bound) or abs(bound - reached) < 1e-3


@each_row
def test_lipschitz_constant_is_the_steepest_slope(row):
    peaks = np.array([*row.inflections, *(np.nextafter(kink, side) for kink in row.kinks for side in (-9, 9))])
    steepest = np.abs(row.slope(np.concatenate([places(row, reach=30, count=200_001), peaks]))).max()
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
    z = 1e13 * z if row.name == "softsign" else z
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
    for z in np.linspace(-3.5, 3.5, 15):  # 0, ½, 1, … hold every kink and jump listed but π
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
        "activation must be one of identity, sigmoid, tanh, hard_tanh, softsign, relu, leaky_relu, elu, gelu, gelu_tanh, "
        "silu, hard_swish, mish, softplus, gaussian, step, abs, cosine, sine, snake, triangle, saw, softmax. Got 'sigmoyd'. Did you mean 'sigmoid'?"
    )


@pytest.mark.parametrize("name", [*activations.names(), *FAMILIES])
def test_no_value_leaves_its_bounds_however_large_the_input(name):
    row = activations.find(name)
    z = np.random.default_rng(0).normal(size=150) * 10.0 ** np.arange(150)
    assert (row(z) >= row.low).all()
    assert (row(z) <= row.high).all()


@each_row
def test_turns_and_inflections_are_all_there_are(row):
    """From one place listed to the next value and slope only rise or only fall; on both sides of one they do the same."""
    if row.slope_period:
        return
    for places, values in ((row.turns, row), (row.inflections, row.slope)):
        edges = [-12.0, *sorted([*places, *row.kinks, *row.jumps]), 12.0]
        for low, high in itertools.pairwise(edges):
            steps = np.diff(values(np.linspace(low + 1e-6, high - 1e-6, 4001)))
            assert (steps >= -1e-14).all() or (steps <= 1e-14).all()
        for place in places:
            before, at, after = values(place + np.array([-0.01, 0, 0.01]))
            assert (before - at) * (after - at) > 0


@pytest.mark.parametrize("name", ["gelu", "gelu_tanh", "silu", "mish", "hard_swish"])
def test_extreme_values_and_slopes_stand_in_full_precision(name):
    mp = pytest.importorskip("mpmath")
    row = activations.find(name)
    functions = {
        "gelu": lambda z: z * mp.ncdf(z),
        "gelu_tanh": lambda z: z / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (z + mp.mpf("0.044715") * z**3))),
        "silu": lambda z: z / (1 + mp.exp(-z)),
        "mish": lambda z: z * mp.tanh(mp.log1p(mp.exp(z))),
        "hard_swish": lambda z: z * min(max(z + 3, mp.mpf(0)), mp.mpf(6)) / 6,
    }
    with mp.workdps(40):
        function = functions[name]
        turn = mp.findroot(lambda z: mp.diff(function, z), row.turns[0])
        assert float(turn) == pytest.approx(row.turns[0], rel=4e-16)
        assert float(function(turn)) == pytest.approx(row.low, rel=4e-16)
        bends = [mp.findroot(lambda z: mp.diff(function, z, 2), place) for place in row.inflections]
        np.testing.assert_allclose([float(z) for z in bends], row.inflections, rtol=4e-16)
        steepest = float(max(mp.diff(function, z) for z in bends)) if bends else 1.5
        assert steepest == pytest.approx(row.lipschitz, rel=4e-16)


def test_a_number_in_brackets_is_the_parameter():
    assert activations.find("leaky_relu(0.01)") is activations.find("leaky_relu")
    assert activations.find("ELU(1)") is activations.find("elu")
    assert activations.find("leaky_relu(.2)") is activations.find("LeakyReLU( 2e-1 )")
    assert activations.find("leaky_relu(0)").name == activations.find("elu(0)").name == "relu"
    assert activations.find("leaky_relu(1)").name == "identity"
    assert activations.find("leaky_relu(0.2)").name == "leaky_relu(0.2)"
    assert activations.find("elu(2)").formula == "z if z > 0 else 2.0·(exp(z) - 1)"
    np.testing.assert_array_equal(activations.find("leaky_relu(0.2)")([-10.0, 10.0]), [-2.0, 10.0])
    assert activations.parameter(activations.find("leaky_relu(0.2)")) == ("leaky_relu", "slope", 0.2)
    assert activations.parameter(activations.find("elu")) == ("elu", "alpha", 1.0)
    assert activations.parameter(activations.find("relu")) is None


@pytest.mark.parametrize("number", ["nan", "inf", "-0.1", "-inf", "", "a", "1, 2", "0.2) + (1", "1e999"])
def test_a_parameter_must_be_a_number(number):
    for family, called, plain in (("leaky_relu", "slope", 0.01), ("elu", "alpha", 1.0)):
        with pytest.raises(NodewiseError) as caught:
            activations.find(f"{family}({number})")
        assert str(caught.value) == (
            f"the {called} of {family} must be one finite number, 0 or more. Got '{family}({number})'; "
            f"{family}({plain}) is {family}."
        )


@pytest.mark.parametrize("name", ["relu(0.2)", "gelu()", "softmax(1)", "leaky_relu 0.2", "leaky_relu(0.2", 3])
def test_no_other_activation_has_a_parameter(name):
    with pytest.raises(NodewiseError, match="activation must be one of identity, "):
        activations.find(name)
