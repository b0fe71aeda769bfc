"""Mean, spread and range of columns, merged batch by batch."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from jaxtyping import Float, Int


@dataclass(frozen=True, eq=False)
class Moments:
    """Mean, spread and range of columns.

    Attributes:
        count: How many rows they are of; [column] where a value may be missing.
        mean: [column].
        squares: [column], Σ(value - mean)².
        low, high: [column], the smallest and the largest value.
    """

    count: int | Int[np.ndarray, " column"]
    mean: Float[np.ndarray, " column"]
    squares: Float[np.ndarray, " column"]
    low: Float[np.ndarray, " column"]
    high: Float[np.ndarray, " column"]

    @classmethod
    def of(cls, values: Float[np.ndarray, "row column"]) -> Self:
        """Return the moments of rows at hand; what is missing counts in no column."""
        if np.isnan(values).any():
            return cls._of_known(values)
        mean = values.mean(axis=0)
        around = values - mean
        return cls(len(values), mean, np.einsum("rc,rc->c", around, around), values.min(axis=0), values.max(axis=0))

    @classmethod
    def _of_known(cls, values: Float[np.ndarray, "row column"]) -> Self:
        lacking = np.isnan(values)
        count = (~lacking).sum(axis=0)
        mean = np.where(lacking, 0, values).sum(axis=0) / np.maximum(count, 1)
        around = np.where(lacking, 0, values - mean)
        low, high = (np.where(lacking, end, values) for end in (np.inf, -np.inf))
        return cls(count, mean, np.einsum("rc,rc->c", around, around), low.min(axis=0), high.max(axis=0))

    def merged(self, other: Self) -> Self:
        """Return the moments of the rows of both (Chan, Golub & LeVeque 1979)."""
        count = self.count + other.count
        apart, either = other.mean - self.mean, np.maximum(count, 1)
        squares = self.squares + other.squares + apart**2 * (self.count * other.count / either)
        mean = self.mean + apart * (other.count / either)
        return type(self)(count, mean, squares, np.minimum(self.low, other.low), np.maximum(self.high, other.high))

    @property
    def sd(self) -> Float[np.ndarray, " column"]:
        """The standard deviation, dividing by the number of rows; 0 where all are the same, without rounding."""
        return np.where(self.low == self.high, 0, np.sqrt(self.squares / self.count))
