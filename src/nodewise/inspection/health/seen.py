"""What was seen of a layer's nodes over a set of points; two sets can be put together."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from jaxtyping import Float, Int

from nodewise.activations import Activation

_LIMIT = 0.01  # of the range (value) and of the steepest slope: at its limit


@dataclass(frozen=True, eq=False)
class Seen:
    """Pre-activations z and activations h of a layer's nodes over some points.

    Attributes:
        count: How many points.
        span: [4, node], lowest and highest z, lowest and highest h.
        limits: [2, node], at how many points h is at the limit it approaches, but never reaches, on the left and on the
            right.
        mean: [2, node], of z and h.
        length: [2, node], √Σ(z - mean)², √Σ(h - mean)².
        correlation: [node], of z and h; 0 where one of them is constant.
    """

    count: int
    span: Float[np.ndarray, "4 node"]
    limits: Int[np.ndarray, "2 node"]
    mean: Float[np.ndarray, "2 node"]
    length: Float[np.ndarray, "2 node"]
    correlation: Float[np.ndarray, " node"]

    @classmethod
    def of(cls, activation: Activation, z: Float[np.ndarray, "sample node"], h: np.ndarray) -> Self:
        """Return what z and h tell."""
        unit = []
        for values in (z, h):
            around = values - values.mean(axis=0)
            largest = np.abs(around).max(axis=0)  # squares of very small ones would vanish
            around /= np.where(largest > 0, largest, 1)
            length = np.sqrt(np.einsum("sn,sn->n", around, around))
            unit.append((around, length, largest * length))
        joint = np.einsum("sn,sn->n", unit[0][0], unit[1][0])
        correlation = _divided(_divided(joint, unit[0][1]), unit[1][1])
        mean, length = np.stack([z.mean(axis=0), h.mean(axis=0)]), np.stack([part[2] for part in unit])
        return cls(len(z), span(z, h), _at_limits(activation, z, h), mean, length, correlation)

    def merged(self, other: Self) -> Self:
        """Return what was seen over both sets of points (Chan, Golub & LeVeque 1979)."""
        count = self.count + other.count
        apart = other.mean - self.mean
        bridge = np.sqrt(self.count * other.count / count) * apart
        length = np.hypot(np.hypot(self.length, other.length), bridge)
        shares = [_divided(part, length) for part in (self.length, other.length, bridge)]
        weights = (self.correlation, other.correlation, 1.0)
        correlation = sum((w * share[0] * share[1] for w, share in zip(weights, shares, strict=True)), np.zeros(1))
        mean = self.mean + apart * (other.count / count)
        spans = together([self.span, other.span])
        return type(self)(count, spans, self.limits + other.limits, mean, length, correlation)


def _divided(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.divide(a, b, out=np.zeros_like(b), where=b > 0)


def span(z: Float[np.ndarray, "sample node"], h: Float[np.ndarray, "sample node"]) -> Float[np.ndarray, "4 node"]:
    """Return lowest and highest pre-activation, lowest and highest activation."""
    return np.stack([z.min(axis=0), z.max(axis=0), h.min(axis=0), h.max(axis=0)])


def together(spans: list[Float[np.ndarray, "4 node"]]) -> Float[np.ndarray, "4 node"]:
    """Return the span of all of them."""
    low, high = np.min(spans, axis=0), np.max(spans, axis=0)
    return np.stack([low[0], high[1], low[2], high[3]])


def _at_limits(activation: Activation, z: np.ndarray, h: np.ndarray) -> Int[np.ndarray, "2 node"]:
    left, right = activation.left, activation.right
    none = np.zeros(z.shape[1], np.int64)
    if activation.piecewise_linear or activation.wave is not None:
        return np.stack([none, none])
    scale = activation.high - activation.low if activation.bounded else 1.0
    gentle = np.abs(activation.slope(z)) < _LIMIT * activation.lipschitz
    counts = [
        (gentle & side & (np.abs(h - line.intercept) <= _LIMIT * scale)).sum(axis=0)
        if line and not line.slope
        else none
        for line, side in ((left, z < 0), (right, z > 0))
    ]
    return np.stack(counts)
