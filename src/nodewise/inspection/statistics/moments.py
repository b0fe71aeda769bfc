"""Mean, spread and range of columns, merged batch by batch."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class Moments:
    """Mean, spread and range of columns.

    Attributes:
        count: How many rows they are of.
        mean: [column].
        squares: [column], Σ(value - mean)².
        low, high: [column], the smallest and the largest value.
    """

    count: int
    mean: Float[np.ndarray, " column"]
    squares: Float[np.ndarray, " column"]
    low: Float[np.ndarray, " column"]
    high: Float[np.ndarray, " column"]

    @classmethod
    def of(cls, values: Float[np.ndarray, "row column"]) -> Self:
        """Return the moments of rows at hand."""
        mean = values.mean(axis=0)
        around = values - mean
        return cls(len(values), mean, np.einsum("rc,rc->c", around, around), values.min(axis=0), values.max(axis=0))

    def merged(self, other: Self) -> Self:
        """Return the moments of the rows of both (Chan, Golub & LeVeque 1979)."""
        count = self.count + other.count
        apart = other.mean - self.mean
        squares = self.squares + other.squares + apart**2 * (self.count * other.count / count)
        mean = self.mean + apart * (other.count / count)
        return type(self)(count, mean, squares, np.minimum(self.low, other.low), np.maximum(self.high, other.high))

    @property
    def sd(self) -> Float[np.ndarray, " column"]:
        """The standard deviation, dividing by the number of rows; 0 where all are the same, without rounding."""
        return np.where(self.low == self.high, 0, np.sqrt(self.squares / self.count))
