"""An activation of straight lines in whole numbers: its corners, and the line it follows between them."""

import math
from fractions import Fraction
from typing import Any

import numpy as np

from nodewise.activations import Activation


def provable(activation: Activation) -> bool:
    """Whether the corners of φ and its period are whole numbers, not irrational ones that had to be rounded (π)."""
    numbers = (*activation.kinks, *activation.jumps, activation.period or 0.0)
    return activation.piecewise_linear and all(float(number).is_integer() for number in numbers)


class Bent:
    """φ of pre-activations that are whole multiples of 2^-before.

    Attributes:
        exponent: How much finer its values are: whole multiples of 2^-(before + exponent).
    """

    def __init__(self, activation: Activation, before: int) -> None:
        """Read the corners from the table, and the lines between them from values beside them, which are exact."""
        self.activation, self.before = activation, before
        self.period = None if activation.period is None else int(activation.period)
        self.corners = sorted(int(corner) for corner in (*activation.kinks, *activation.jumps))
        lines = [self._line(number) for number in range(len(self.corners) + 1)]
        self.exponent = max(part.denominator.bit_length() - 1 for line in lines for part in line)
        self.table = [tuple(int(part * 2**self.exponent) for part in line) for line in lines]

    def _line(self, number: int) -> tuple[Fraction, Fraction]:
        """Return slope and intercept of φ behind `number` corners."""
        corners = self.corners or [0]
        ends = [corners[0] - 2, *corners, corners[-1] + 2]
        if self.period is not None:
            ends = [corners[-1] - self.period, *corners, corners[0] + self.period]
        place = (ends[number] + ends[number + 1]) / 2
        slope = Fraction(float(self.activation.slope(place)))
        return slope, Fraction(float(self.activation(place))) - slope * Fraction(place)

    def cuts(self, slope: int, intercept: int, piece: Any, most: int) -> list[Fraction]:
        """Return where (slope·t + intercept)·2^-before meets a corner inside a piece, the first `most` + 1 at least."""
        if slope == 0:
            return []
        unit, found = 2**self.before, []
        ends = [self._at(slope, intercept, place, side) for side, place in ((-1, piece.low), (1, piece.high))]
        for corner in self.corners:
            if self.period is None:
                numbers = [0] if min(ends) < corner < max(ends) else []
            else:
                first = math.floor((min(ends) - corner) / self.period) + 1
                last = math.ceil((max(ends) - corner) / self.period) - 1
                numbers = range(first, last + 1) if slope > 0 else range(last, first - 1, -1)
            places = (corner + number * (self.period or 0) for number in numbers[: most + 1])
            found += [Fraction(place * unit - intercept, slope) for place in places]
        return found

    def segments(self, slope: np.ndarray, intercept: np.ndarray, middle: Fraction) -> list[int]:
        """Return on which segment each node is: twice the number of corners below it, odd where it rests on a kink."""
        return [self._segment(self._at(m, b, middle, 1), m == 0) for m, b in zip(slope, intercept, strict=True)]

    def _segment(self, z: Fraction, flat: bool) -> int:
        if self.period is None:
            found = 2 * sum(z > corner for corner in self.corners)
            return found + 1 if flat and z in self.activation.kinks else found
        turns, rest = divmod(z - self.corners[0], self.period)
        below = sum(rest >= corner - self.corners[0] for corner in self.corners)
        resting = flat and rest + self.corners[0] in self.activation.kinks
        return 2 * (int(turns) * len(self.corners) + below) - resting

    def lines(self, slope: np.ndarray, intercept: np.ndarray, segments: list[int]) -> tuple[np.ndarray, np.ndarray]:
        """Return slope and intercept of φ, in units of 2^-(before + exponent)."""
        steep, level = np.empty(len(segments), object), np.empty(len(segments), object)
        for node, segment in enumerate(segments):
            number = (segment + (self.period is not None)) // 2
            turns = 0
            if self.period is not None:
                turns, number = divmod(number - 1, len(self.corners))
                number += 1
            m, b = self.table[number]
            steep[node] = m
            level[node] = b - m * turns * (self.period or 0)
        return steep * slope, steep * intercept + level * 2**self.before

    def _at(self, slope: int, intercept: int, place: Any, side: int) -> Any:
        """Return the pre-activation at a place, which may be the infinity on `side`."""
        if not math.isfinite(place):
            sign = side * (slope > 0) - side * (slope < 0)
            return sign * math.inf if sign else Fraction(intercept, 2**self.before)
        return Fraction(slope * place.numerator + intercept * place.denominator, place.denominator * 2**self.before)
