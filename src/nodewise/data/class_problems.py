"""Points of two classes on the plane, no line between them: what classifiers are tried on."""

import numpy as np
from numpy.typing import ArrayLike

from nodewise.data import checks
from nodewise.data.checks import Array
from nodewise.data.dataset import Dataset

_INNER = 0.5  # radius of the inner circle
_TURNS = 1.5


def moons(samples: int = 200, noise: float = 0.1, seed: int = 0) -> Dataset:
    """Draw two half circles that reach into each other, as scikit-learn's `make_moons` does.

    Args:
        samples: How many, at least 4, half of each class.
        noise: Standard deviation of the normal noise added to both features of each sample.
        seed: Which random draw.

    Returns:
        Dataset of two features, with labels. All problems of classes take and return the same.

    Raises:
        NodewiseError: If a setting is out of range.
    """
    first, second = _halves(samples)
    outer, inner = np.pi * _even(first), np.pi * _even(second)
    arcs = [np.cos(outer), np.sin(outer)], [1 - np.cos(inner), 0.5 - np.sin(inner)]
    return _labelled("moons", np.concatenate(arcs, axis=1).T, np.repeat([0, 1], [first, second]), noise, seed)


def circles(samples: int = 200, noise: float = 0.1, seed: int = 0) -> Dataset:
    """Draw a circle of radius 1, class 0, and one of radius 0.5 inside it, class 1. Arguments as in `moons`."""
    first, second = _halves(samples)
    turn = 2 * np.pi * np.r_[np.arange(first) / first, np.arange(second) / second]
    radius = np.repeat([1, _INNER], [first, second])
    points = radius * np.stack([np.cos(turn), np.sin(turn)])
    return _labelled("circles", points.T, np.repeat([0, 1], [first, second]), noise, seed)


def spirals(samples: int = 200, noise: float = 0.1, seed: int = 0) -> Dataset:
    """Draw two spirals of 1.5 turns around each other, distance growing with angle. Arguments as in `moons`."""
    first, second = _halves(samples)
    along = np.r_[_even(first), _even(second)]
    codes = np.repeat([0, 1], [first, second])
    # Half a turn apart; the arms start away from the middle, where they would meet.
    angle, radius = 2 * np.pi * _TURNS * along + np.pi * codes, 0.5 + 2.5 * along
    return _labelled("spirals", (radius * np.stack([np.cos(angle), np.sin(angle)])).T, codes, noise, seed)


def xor(samples: int = 200, noise: float = 0.1, seed: int = 0) -> Dataset:
    """Draw points of the square [-1, 1]², True where one feature alone is positive. Arguments as in `moons`.

    The label is decided before the noise is added.
    """
    random = np.random.default_rng((checks.whole("seed", seed, 0), 1))
    quarter = np.arange(checks.whole("samples", samples, 4)) % 4
    signs = np.stack([np.where(quarter % 2, 1, -1), np.where(quarter // 2, 1, -1)], axis=1)
    points = signs * random.uniform(0, 1, (len(quarter), 2))
    return _labelled("xor", points, (points[:, 0] > 0) != (points[:, 1] > 0), noise, seed)


def _halves(samples: int) -> tuple[int, int]:
    samples = checks.whole("samples", samples, 4)
    return samples - samples // 2, samples // 2


def _even(count: int) -> Array:
    return np.linspace(0, 1, count)


def _labelled(name: str, points: Array, labels: ArrayLike, noise: float, seed: int) -> Dataset:
    random = np.random.default_rng(checks.whole("seed", seed, 0))
    moved = points + checks.real("noise", noise, 0) * random.standard_normal(points.shape)
    order = random.permutation(len(points))
    return Dataset(moved[order], labels=np.asarray(labels)[order], label="class", name=name)
