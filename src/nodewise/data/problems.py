"""Problems to learn on: curves and surfaces with a known truth, points of two classes; and examples to remember."""

import inspect
import math
from collections.abc import Callable

import numpy as np

from nodewise.data import checks
from nodewise.data.checks import Array
from nodewise.data.class_problems import circles as circles
from nodewise.data.class_problems import moons as moons
from nodewise.data.class_problems import spirals as spirals
from nodewise.data.class_problems import xor as xor
from nodewise.data.dataset import Dataset
from nodewise.data.memory_examples import encode as encode
from nodewise.data.memory_examples import half_circle as half_circle
from nodewise.data.memory_examples import product as product
from nodewise.data.memory_examples import product_network as product_network
from nodewise.errors import NodewiseError, unknown


def sine(samples: int = 50, noise: float = 0.1, low: float = -10, high: float = 10, seed: int = 0) -> Dataset:
    """Draw samples of y = sin x, x in radians: the curve of the first essay.

    Args:
        samples: How many, at least 2.
        noise: Standard deviation of the normal noise added to each target.
        low: One input is evenly spaced from `low` …
        high: … to `high`, both included; several inputs are uniformly random between them.
        seed: Which random draw; the inputs do not depend on `noise`.

    Returns:
        Dataset with `function`, the truth without noise, and `noise`. All problems take and return the same.

    Raises:
        NodewiseError: If a setting is out of range.
    """
    return _sampled("sine", np.sin, 1, samples, noise, low, high, seed)


def step(samples: int = 50, noise: float = 0.1, low: float = -1, high: float = 1, seed: int = 0) -> Dataset:
    """Draw samples of a step: y = 0 for x < 0, else 1. Arguments as in `sine`."""
    return _sampled("step", _step, 1, samples, noise, low, high, seed)


def chirp(samples: int = 50, noise: float = 0.1, low: float = 0, high: float = 5, seed: int = 0) -> Dataset:
    """Draw samples of y = sin x², a wave of angular frequency 2x that quickens to the right. Arguments as in `sine`."""
    return _sampled("chirp", _chirp, 1, samples, noise, low, high, seed)


def absolute(samples: int = 50, noise: float = 0.1, low: float = -1, high: float = 1, seed: int = 0) -> Dataset:
    """Draw samples of y = |x|. Arguments as in `sine`."""
    return _sampled("absolute", np.abs, 1, samples, noise, low, high, seed)


def multiplication(samples: int = 50, noise: float = 0.1, low: float = -1, high: float = 1, seed: int = 0) -> Dataset:
    """Draw samples of y = x1·x2, both inputs uniformly random between `low` and `high`. Arguments as in `sine`."""
    return _sampled("multiplication", _product, 2, samples, noise, low, high, seed)


def sawtooth(samples: int = 50, noise: float = 0.1, low: float = -3, high: float = 3, seed: int = 0) -> Dataset:
    """Draw samples of y = x - ⌊x⌋, which climbs from 0 to 1 and falls back at each whole x. Arguments as in `sine`."""
    return _sampled("sawtooth", _sawtooth, 1, samples, noise, low, high, seed)


def sign_with_outlier(
    samples: int = 101, noise: float = 0.0, low: float = -1, high: float = 0.98, seed: int = 0, outlier: float = 9804
) -> Dataset:
    """Draw samples of y = -1 for x < 0, else 1, and last of all one far away whose target has the wrong sign.

    It is the outlier of the third essay: x = 9804, y = -1.

    Args:
        samples: How many, the outlier among them, at least 3.
        noise: As in `sine`.
        low: As in `sine`.
        high: As in `sine`.
        seed: As in `sine`.
        outlier: Where the last sample lies, outside `low` to `high`.
    """
    outlier, low, high = checks.real("outlier", outlier), checks.real("low", low), checks.real("high", high)
    if low <= outlier <= high:
        raise NodewiseError(f"outlier must lie outside low to high, {low:g} to {high:g}. Got {outlier:g}.")
    others = _sampled("sign_with_outlier", _sign, 1, checks.whole("samples", samples, 3) - 1, noise, low, high, seed)
    inputs = np.append(others.inputs, [[outlier]], axis=0)
    targets = np.append(others.targets, -_sign(inputs[-1:]), axis=0)  # type: ignore[arg-type]
    return Dataset(inputs, targets, function=_sign, noise=others.noise, name=others.name)


_OF_CLASSES = (moons, circles, spirals, xor)
_PROBLEMS: dict[str, Callable[..., Dataset]] = {
    problem.__name__: problem
    for problem in (sine, step, chirp, absolute, multiplication, sawtooth, sign_with_outlier, *_OF_CLASSES)
}
ALIASES = {"abs": "absolute"}
EXAMPLES: dict[str, Callable[[], Dataset]] = {example.__name__: example for example in (product, half_circle)}


def names() -> tuple[str, ...]:
    """Return the names of all problems; each is a function here and a name that `make` takes."""
    return tuple(_PROBLEMS)


def of_classes() -> tuple[str, ...]:
    """Return the names of those problems whose samples have labels instead of targets."""
    return tuple(problem.__name__ for problem in _OF_CLASSES)


def options(name: str) -> dict[str, float]:
    """Return the settings of the problem called `name` with their defaults."""
    return {key: parameter.default for key, parameter in inspect.signature(_PROBLEMS[name]).parameters.items()}


def make(name: str, **settings: float) -> Dataset:
    """Draw the problem called `name` with its settings, as the command line does.

    Raises:
        NodewiseError: If there is no such problem or setting, or a setting is out of range.
    """
    problem = _PROBLEMS.get(ALIASES.get(name, name))
    if problem is None:
        raise unknown("problem", name, names())
    known = inspect.signature(problem).parameters
    for setting in settings:
        if setting not in known:
            raise unknown(f"setting of {name}", setting, known)
    return problem(**settings)


# Named functions rather than lambdas: a dataset must survive pickling to reach a worker.
def _step(x: Array) -> Array:
    return (x >= 0).astype(np.float64)


def _sign(x: Array) -> Array:
    return np.where(x < 0, -1.0, 1.0)


def _chirp(x: Array) -> Array:
    return np.sin(x**2)


def _product(x: Array) -> Array:
    return x[:, :1] * x[:, 1:]


def _sawtooth(x: Array) -> Array:
    return x - np.floor(x)


def _sampled(
    name: str,
    function: Callable[[Array], Array],
    features: int,
    samples: int,
    noise: float,
    low: float,
    high: float,
    seed: int,
) -> Dataset:
    samples, seed = checks.whole("samples", samples, 2), checks.whole("seed", seed, 0)
    noise, low, high = checks.real("noise", noise, 0), checks.real("low", low), checks.real("high", high)
    if not low < high or not math.isfinite(high - low):
        raise NodewiseError(f"low must be less than high, a finite distance apart. Got low={low:g} and high={high:g}.")
    random = np.random.default_rng(seed)
    even = np.linspace(low, high, samples)[:, None]
    inputs = even if features == 1 else random.uniform(low, high, (samples, features))
    # The noise is always drawn, and after the inputs: changing its size changes nothing else.
    with np.errstate(all="ignore"):  # where the truth overflows, Dataset refuses the target in a sentence
        targets = function(inputs) + noise * random.standard_normal((samples, 1))
    return Dataset(inputs, targets, function=function, noise=noise, name=name)
