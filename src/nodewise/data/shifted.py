"""Samples that say the same wherever they lie: trained on in some places, tried in these and in others."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from nodewise.errors import NodewiseError

PATTERNS = np.array([[1.0, -1, 1, -1], [1, 1, -1, -1]])
_POSITIONS, _NOISE = 32, 0.1
_SEEN, _UNSEEN = (0, 11), (16, 27)
_TRAINED, _TRIED = 240, 240
_SIDE, _DIGIT = 14, 8
_CORNER, _FAR_CORNER = (0, 2), (4, 6)
_TRAINED_DIGITS = 1200


class Samples(NamedTuple):
    """Samples [sample, feature] and their classes [sample], counted from 0."""

    x: Float[np.ndarray, "sample feature"]
    classes: Int[np.ndarray, " sample"]


class Drawn(NamedTuple):
    """What one start is trained on, and two sets it is tried on: at the places of training, and at others."""

    train: Samples
    seen: Samples
    unseen: Samples


@dataclass(frozen=True)
class Task:
    """What there is to tell apart.

    Attributes:
        name: What it is called.
        shape: Rows and columns of a sample.
        classes: How many there are.
        said: The task in words.
        draw: seed → what one start is given.
    """

    name: str
    shape: tuple[int, int]
    classes: int
    said: str
    draw: Callable[[int], Drawn]


def _patterns(seed: int) -> Drawn:
    random = np.random.default_rng(seed)
    return Drawn(*(_line(random, n, *at) for n, at in ((_TRAINED, _SEEN), (_TRIED, _SEEN), (_TRIED, _UNSEEN))))


def _line(random: np.random.Generator, count: int, first: int, last: int) -> Samples:
    classes = np.arange(count) % 2
    x = _NOISE * random.normal(size=(count, _POSITIONS))
    place = random.integers(first, last + 1, count)[:, None] + np.arange(PATTERNS.shape[1])
    x[np.arange(count)[:, None], place] += PATTERNS[classes]
    return Samples(x, classes)


def _digits(seed: int) -> Drawn:
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        raise NodewiseError(
            'the digits come with scikit-learn, which is not installed. Install it: pip install "nodewise[sklearn]".'
        ) from None
    images, classes = map(np.asarray, load_digits(return_X_y=True))
    random = np.random.default_rng(seed)
    order = random.permutation(len(classes))
    train, held_out = order[:_TRAINED_DIGITS], order[_TRAINED_DIGITS:]

    def put(which: np.ndarray, first: int, last: int) -> Samples:
        x = np.zeros((len(which), _SIDE, _SIDE))
        corners = random.integers(first, last + 1, (len(which), 2))
        for picture, image, (row, column) in zip(x, images[which], corners, strict=True):
            picture[row : row + _DIGIT, column : column + _DIGIT] = image.reshape(_DIGIT, _DIGIT) / 16
        return Samples(x.reshape(len(which), -1), classes[which])

    return Drawn(put(train, *_CORNER), put(held_out, *_CORNER), put(held_out, *_FAR_CORNER))


TASKS = {
    task.name: task
    for task in (
        Task(
            "patterns", (1, _POSITIONS), 2,
            f"two patterns of 4 samples in noise on {_POSITIONS} positions, trained at positions 0 to 11 and tried at "
            "these and at 16 to 27", _patterns,
        ),
        Task(
            "digits", (_SIDE, _SIDE), 10,
            f"digits of {_DIGIT}×{_DIGIT} pixels on {_SIDE}×{_SIDE}, trained at most 2 pixels from one corner and "
            "tried there and at most 2 from the opposite one", _digits,
        ),
    )
}  # fmt: skip
