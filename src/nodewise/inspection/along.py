"""The line through the inputs along which a reading is asked for, checked."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.errors import NodewiseError
from nodewise.network import Network

_UTMOST = 1e100


@dataclass(frozen=True, eq=False)
class Line:
    """The points origin + t·direction, low ≤ t ≤ high; low and high may be infinite.

    Attributes:
        origin, direction: [feature].
        low, high: The ends.
    """

    origin: Float[np.ndarray, " feature"]
    direction: Float[np.ndarray, " feature"]
    low: float
    high: float


def line(network: Network, low: Any, high: Any, along: Any, has: str, infinite: bool = False) -> Line:
    """Return the line asked for; without `along` the axis of the one feature.

    Args:
        network: The network.
        low: One end.
        high: The other.
        along: (origin, direction), each [feature]; or None.
        has: What a network has on a line, for the refusal.
        infinite: Whether an end may be infinite.

    Raises:
        NodewiseError: If the ends are not in order, or `along` is missing or does not fit.
    """
    ends = [_number(name, value, infinite) for name, value in (("low", low), ("high", high))]
    if not ends[0] < ends[1]:
        raise NodewiseError(f"low must be less than high. Got low={low:g} and high={high:g}. Swap or widen them.")
    if along is None and network.inputs > 1:
        raise NodewiseError(
            f"a network of {network.inputs} features has {has} on a line through them. Got none; give "
            "along=(origin, direction), one number per feature in each."
        )
    if along is None:
        return Line(np.zeros(1), np.ones(1), *ends)
    return Line(*_vectors(network, along), *ends)


def _number(name: str, value: Any, infinite: bool) -> float:
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool) and not np.isnan(value)
    if not number or (np.isinf(value) and not infinite):
        rule = "a number, or infinite" if infinite else "a finite number"
        raise NodewiseError(f"{name} must be {rule}. Got {value!r}.")
    if _UTMOST < abs(value) < np.inf:
        more = ", or be infinite" * infinite
        raise NodewiseError(f"{name} must lie between -1e100 and 1e100{more}. Got {value:g}; use a larger unit.")
    return float(value)


def _vectors(network: Network, along: Any) -> np.ndarray:
    try:
        both = np.array(along, float)
    except (TypeError, ValueError):
        both = np.empty(0)
    if both.shape != (2, network.inputs):
        raise NodewiseError(
            f"along must be (origin, direction), each with {network.inputs} number(s), one per feature. "
            f"Got {along!r}. From a point a to a point b it is (a, b - a), with low=0 and high=1."
        )
    if not (np.abs(both) <= _UTMOST).all() or not both[1].any():
        raise NodewiseError(
            f"along must be finite, between -1e100 and 1e100, and its direction not 0 everywhere. Got {along!r}."
        )
    return both
