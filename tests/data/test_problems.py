"""Problems: their truths, their draws, their refusals."""

import inspect
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodewise.data import problems
from nodewise.errors import NodewiseError

# Worked out by hand: a point, and the truth there.
TRUTHS = {
    "sine": [([np.pi / 6], 0.5), ([-np.pi / 2], -1.0)],
    "step": [([-1e-9], 0.0), ([0.0], 1.0), ([0.5], 1.0)],
    "chirp": [([np.sqrt(np.pi / 2)], 1.0), ([0.0], 0.0)],
    "absolute": [([-0.75], 0.75), ([0.25], 0.25)],
    "multiplication": [([0.5, -0.25], -0.125), ([3.0, 4.0], 12.0)],
    "sawtooth": [([1.75], 0.75), ([-0.25], 0.75), ([2.0], 0.0)],
}
NAMES = tuple(name for name in problems.names() if name not in ("sign_with_outlier", *problems.of_classes()))


def test_every_problem_has_a_known_truth():
    assert tuple(TRUTHS) == NAMES
    assert all(getattr(problems, name).__name__ == name for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_truth(name):
    function = problems.make(name).function
    for point, value in TRUTHS[name]:
        np.testing.assert_allclose(function(np.array([point])), [[value]], atol=1e-15)


@pytest.mark.parametrize("name", NAMES)
def test_settings_are_the_same_everywhere(name):
    defaults = {key: value.default for key, value in inspect.signature(getattr(problems, name)).parameters.items()}
    assert list(defaults) == ["samples", "noise", "low", "high", "seed"]
    assert (defaults["samples"], defaults["noise"], defaults["seed"]) == (50, 0.1, 0)
    if name == "sine":
        assert (defaults["low"], defaults["high"]) == (-10, 10)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_draws_the_same(name):
    one, two, other = problems.make(name), problems.make(name), problems.make(name, seed=1)
    np.testing.assert_array_equal(one.inputs, two.inputs)
    np.testing.assert_array_equal(one.targets, two.targets)
    assert (one.targets != other.targets).any()


@pytest.mark.parametrize("name", NAMES)
@given(samples=st.integers(20, 60), half=st.floats(1, 5), seed=st.integers(0, 2**40))
def test_inputs_lie_in_range_and_targets_on_the_truth(name, samples, half, seed):
    data = problems.make(name, samples=samples, noise=0, low=-half, high=half, seed=seed)
    assert data.samples == samples
    assert (data.low >= -half).all()
    assert (data.high <= half).all()
    np.testing.assert_array_equal(data.targets, data.function(data.inputs))
    if data.features == 1:
        np.testing.assert_array_equal(data.inputs[:, 0], np.linspace(-half, half, samples))


@pytest.mark.parametrize("name", NAMES)
def test_the_noise_has_its_size_and_leaves_the_inputs(name):
    data = problems.make(name, samples=20_000, noise=0.3)
    residual = data.targets - data.function(data.inputs)
    # Four standard errors of a mean and of a standard deviation.
    assert abs(residual.mean()) < 4 * 0.3 / np.sqrt(20_000)
    assert abs(residual.std() - 0.3) < 4 * 0.3 / np.sqrt(40_000)
    assert data.noise == 0.3
    np.testing.assert_array_equal(data.inputs, problems.make(name, samples=20_000, noise=0).inputs)


@pytest.mark.parametrize("name", NAMES)
def test_survives_pickling_with_its_truth(name):
    data = problems.make(name)
    again = pickle.loads(pickle.dumps(data))
    np.testing.assert_array_equal(again.function(data.inputs), data.function(data.inputs))


def test_abs_is_another_name_for_absolute():
    np.testing.assert_array_equal(problems.make("abs").targets, problems.absolute().targets)


def test_the_essay_s_outlier():
    data = problems.sign_with_outlier()
    x, y = data.inputs[:, 0], data.targets[:, 0]
    np.testing.assert_allclose(x, [*np.arange(-50, 50) / 50, 9804], atol=1e-15)
    assert y.tolist() == [-1] * 50 + [1] * 50 + [-1]
    assert data.function(data.inputs)[-1] == 1


def test_an_outlier_on_the_left_has_the_wrong_sign_too():
    data = problems.make("sign_with_outlier", samples=3, low=0, high=1, outlier=-5, noise=0.1, seed=3)
    assert data.inputs[:, 0].tolist() == [0, 1, -5]
    assert data.targets[2, 0] == 1
    assert data.noise == 0.1


RANGE = "low must be less than high, a finite distance apart. Got "
REFUSALS = {
    "name": (
        lambda: problems.make("sin"),
        "problem must be one of sine, step, chirp, absolute, multiplication, sawtooth, "
        "sign_with_outlier, moons, circles, spirals, xor. Got 'sin'. Did you mean 'sine'?",
    ),
    "setting": (
        lambda: problems.make("sine", sampels=3),
        "setting of sine must be one of samples, noise, low, high, seed. Got 'sampels'. Did you mean 'samples'?",
    ),
    "one sample": (lambda: problems.sine(samples=1), "samples must be a whole number of at least 2. Got 1."),
    "half a sample": (lambda: problems.sine(samples=2.5), "samples must be a whole number of at least 2. Got 2.5."),
    "true samples": (lambda: problems.sine(samples=True), "samples must be a whole number of at least 2. Got True."),
    "noise": (lambda: problems.step(noise=-0.1), "noise must be a finite number of at least 0. Got -0.1."),
    "noise nan": (lambda: problems.step(noise=np.nan), "noise must be a finite number of at least 0. Got nan."),
    "low nan": (lambda: problems.chirp(low=np.nan), "low must be a finite number. Got nan."),
    "high a word": (lambda: problems.chirp(high="9"), "high must be a finite number. Got '9'."),
    "empty range": (lambda: problems.sine(low=1, high=1), RANGE + "low=1 and high=1."),
    "backward range": (lambda: problems.sine(low=2, high=1), RANGE + "low=2 and high=1."),
    "endless range": (lambda: problems.sine(low=-1e308, high=1e308), RANGE + "low=-1e+308 and high=1e+308."),
    "seed": (lambda: problems.sine(seed=-1), "seed must be a whole number of at least 0. Got -1."),
    "outlier inside": (
        lambda: problems.sign_with_outlier(outlier=0.5),
        "outlier must lie outside low to high, -1 to 0.98. Got 0.5.",
    ),
    "outlier nan": (lambda: problems.sign_with_outlier(outlier=np.nan), "outlier must be a finite number. Got nan."),
    "no inliers": (
        lambda: problems.sign_with_outlier(samples=2),
        "samples must be a whole number of at least 3. Got 2.",
    ),
    "overflow": (
        lambda: problems.multiplication(samples=2, low=1e200, high=2e200),
        ("inputs must lie between -1e100 and 1e100. Got 1.63696e+200 at sample 0 of feature 'x1'. Use a larger unit."),
    ),
}


@pytest.mark.parametrize(("make", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(make, message):
    with pytest.raises(NodewiseError) as caught:
        make()
    assert str(caught.value) == message
