"""The table of random weights: how a layer's weights and biases are drawn, by its fan-in and fan-out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Spread = Callable[[int, int], float]


@dataclass(frozen=True)
class Draw:
    """One way to draw a layer.

    Attributes:
        uniform: Whether numbers are uniform within ± their spread; else normal, with it as standard deviation.
        weight: Spread of the weights, from fan-in and fan-out.
        bias: Spread of the biases, likewise; None where they are 0.
    """

    uniform: bool
    weight: Spread
    bias: Spread | None = None

    def numbers(self, rng: np.random.Generator, spread: float, shape: int | tuple[int, ...]) -> np.ndarray:
        """Return random numbers of the given spread."""
        return rng.uniform(-spread, spread, shape) if self.uniform else rng.normal(0, spread, shape)


def _one(before: int, after: int) -> float:
    return 1.0


def _root(before: int, after: int) -> float:
    return before**-0.5


DRAWS: dict[str, Draw] = {
    "uniform": Draw(True, _one, _one),
    "glorot": Draw(True, lambda before, after: (6 / (before + after)) ** 0.5),
    "he": Draw(False, lambda before, after: (2 / before) ** 0.5),
    "lecun": Draw(False, _root),
    "pytorch": Draw(True, _root, _root),
    "normal": Draw(False, _one, _one),
}
