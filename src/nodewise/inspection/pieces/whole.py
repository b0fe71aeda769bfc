"""Layers in whole numbers: every weight is a fraction with a power of 2 below, so every line is.

Lines are slope·t + intercept with whole numbers over one power of 2 per layer; Python's whole numbers have no end, so
nothing is rounded. Positions are fractions.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from nodewise.inspection.pieces.bent import Bent
from nodewise.network import Dense, Scale

Position = Any  # Fraction, or an infinite float
Switch = tuple[Fraction, int, int]  # position, layer, node


@dataclass(frozen=True, eq=False)
class Piece:
    """A piece before layer `depth`: (slope·t + intercept)·2^-exponent [node] for low < t < high."""

    depth: int
    low: Position
    high: Position
    slope: np.ndarray
    intercept: np.ndarray


class Layer:
    """A layer in whole numbers, and the segments its nodes were on in the last piece seen."""

    def __init__(self, layer: Dense | Scale, exponent: int, number: int) -> None:
        """Read a layer whose inputs are multiples of 2^-exponent; `number` counts the layers of nodes."""
        dense = isinstance(layer, Dense)
        weight, own = dyadic(layer.weight if dense else np.diag(layer.factor))
        bias, other = dyadic(layer.bias if dense else layer.shift)
        self.between = max(exponent + own, other)
        self.weight = weight * 2 ** (self.between - exponent - own)
        self.bias = bias * 2 ** (self.between - other)
        self.bent = Bent(layer.activation, self.between) if dense else None
        self.exponent = self.between + (self.bent.exponent if self.bent else 0)
        self.number = number
        self.before: list[int] | None = None
        self.seen: tuple[np.ndarray, np.ndarray] | None = None  # [line, node], inputs and pre-activations

    def through(self, piece: Piece, most: int, switches: list[Switch]) -> list[Piece]:
        """Return the parts of a piece behind the layer; beyond `most` cuts the rest of it, still before the layer."""
        slope, intercept = self._affine(np.stack([piece.slope, piece.intercept]))
        if self.bent is None:
            return [Piece(piece.depth + 1, piece.low, piece.high, slope, intercept)]
        cuts = sorted({cut for m, b in zip(slope, intercept, strict=True) for cut in self.bent.cuts(m, b, piece, most)})
        ends = [piece.low, *cuts[:most], *([] if cuts[most:] else [piece.high])]
        parts = []
        for low, high in pairwise(ends):
            segments = self.bent.segments(slope, intercept, _between(low, high))
            for node, (now, before) in enumerate(zip(segments, self.before or segments, strict=True)):
                if abs(now - before) > 1:
                    switches.append((low, self.number, node))
            self.before = segments
            parts.append(Piece(piece.depth + 1, low, high, *self.bent.lines(slope, intercept, segments)))
        return (
            [*parts, Piece(piece.depth, ends[-1], piece.high, piece.slope, piece.intercept)] if cuts[most:] else parts
        )

    def _affine(self, lines: np.ndarray) -> np.ndarray:
        """Return weight·lines + bias; from the piece before, whose lines mostly differ in few nodes."""
        if self.seen is None:
            bias = np.stack([0 * self.bias, self.bias])
            self.seen = 0 * lines, bias
        step = lines - self.seen[0]
        changed = np.flatnonzero((step != 0).any(axis=0))
        few = changed if len(changed) <= lines.shape[1] // 2 else None
        if few is not None:
            found = self.seen[1] + step[:, few] @ self.weight[:, few].T
        else:
            there = np.flatnonzero((lines != 0).any(axis=0))
            found = lines[:, there] @ self.weight[:, there].T
            found[1] += self.bias
        self.seen = lines, found
        return found


def _between(low: Position, high: Position) -> Fraction:
    if math.isfinite(low) and math.isfinite(high):
        return (low + high) / 2
    return high - 1 if math.isfinite(high) else low + 1 if math.isfinite(low) else Fraction(0)


def dyadic(values: np.ndarray) -> tuple[np.ndarray, int]:
    """Return whole numbers and the least exponent for which they times 2^-exponent are the values."""
    ratios = [float(value).as_integer_ratio() for value in values.ravel()]
    exponent = max(below.bit_length() - 1 for _, below in ratios)
    whole = objects([above * (2**exponent // below) for above, below in ratios])
    return whole.reshape(values.shape), exponent


def objects(values: list[Any]) -> np.ndarray:
    """Return an array of objects [entry]."""
    found = np.empty(len(values), object)
    found[:] = values
    return found
