"""The proof that a model was read right: both are evaluated on the same probes, inside the data and far outside."""

import itertools
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from nodewise.errors import NodewiseError
from nodewise.network import Network
from nodewise.shapes import Float

LEAST = 256  # probes, which a network of 256 nodes a layer goes through in one block
OUTSIDE = 64
SAMPLES = 192  # of the data, beside those
_CORNERS = 64
TOLERANCE = {"float64": 1e-10, "float32": 1e-4}


def probes(low: np.ndarray, high: np.ndarray, data: np.ndarray | None = None) -> Float[np.ndarray, "sample feature"]:
    """Return at least 256 samples to compare a model on: of the data or its box, its corners, and ten times outside.

    Args:
        low: [feature], the lower ends of the data's box.
        high: [feature], its upper ends.
        data: [sample, feature], samples of it, if there are any.
    """
    corners = _corners(low, high)
    scattered = _scattered(LEAST - len(corners), len(low))
    outside = scattered[:OUTSIDE] - 0.5
    outside *= 10 * np.maximum(high - low, 2e-12)
    outside += (low + high) / 2
    inside = scattered[OUTSIDE:] * (high - low)
    inside += low
    if data is not None and len(data):
        some = np.argsort(_scattered(len(data), 1)[:, 0])[:SAMPLES]
        inside = np.concatenate([data[some], inside])
    return np.concatenate([inside, corners, outside])


@lru_cache(maxsize=4)
def _scattered(rows: int, columns: int) -> np.ndarray:
    """Return numbers between 0 and 1, [row, column], the same every time.

    By SplitMix64 (Steele, Lea and Flood, 2014), because loading numpy.random takes longer than reading a network.
    """
    z = np.arange(1, rows * columns + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1)):
        z ^= z >> np.uint64(shift)
        z *= np.uint64(factor)
    z >>= np.uint64(11)
    numbers = z.reshape(rows, columns) * 2.0**-53
    numbers.setflags(write=False)  # kept for the next model of this width
    return numbers


def _corners(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return all corners of a box, or some where there are more."""
    if 2 ** len(low) <= _CORNERS:
        chosen = np.array(list(itertools.product((False, True), repeat=len(low))))
    else:
        chosen = _scattered(_CORNERS, len(low)) < 0.5
    return np.where(chosen, high, low)


def largest_difference(
    network: Network, call: Callable[[np.ndarray], Any], x: np.ndarray, kind: str, tolerance: float
) -> float:
    """Return the largest difference between a network and the original, as a part of a sample's largest output or of 1.

    Raises:
        NodewiseError: If they part by more than the tolerance; says where.
    """
    wanted = np.asarray(call(x), dtype=np.float64).reshape(len(x), -1)
    got = network(x)
    if wanted.shape != got.shape:
        raise NodewiseError(
            f"{kind} was read as a network of {got.shape[1]} output(s), and gives {wanted.shape[1]}. "
            "Please report this model."
        )
    known = np.isfinite(wanted)  # where the original overflows there is nothing to compare with
    size = np.maximum(1.0, np.abs(np.where(known, wanted, 0.0)).max(axis=1, keepdims=True))
    apart = np.abs(np.subtract(got, wanted, out=np.zeros_like(got), where=known)) / size
    sample, output = np.unravel_index(np.argmax(apart), apart.shape)
    if not apart.max() <= tolerance:
        where = ", ".join(f"{value:.6g}" for value in x[sample][:8]) + ", …" * (x.shape[1] > 8)
        raise NodewiseError(
            f"{kind} and the network read from it must agree within {tolerance:.0e}. At x = ({where}) output "
            f"{output + 1} is {wanted[sample, output]:.9g} in the original and {got[sample, output]:.9g} as read. "
            "Please report this model."
        )
    return float(apart.max())
