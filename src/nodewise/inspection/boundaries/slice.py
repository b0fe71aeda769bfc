"""The slice of the input space that is looked at: one or two features over a range, the others held."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError, unknown
from nodewise.inspection.intervals import Layer
from nodewise.inspection.support import median
from nodewise.network import Network, Predictor
from nodewise.network.slices import along

_MOST = 2
_UTMOST = 1e100  # as of data: beyond it slopes in the range would be taken for jumps
_ENOUGH = 500  # samples, to choose the features to draw


@dataclass(frozen=True, eq=False)
class Slice:
    """A line or a plane through the inputs, in coordinates t that run from -1 to 1 over its range.

    Attributes:
        features: Indices of the features drawn, one or two.
        names: Their names.
        units: Their units.
        at: Name and value of each of the others.
        low: [drawn].
        high: [drawn].
        from_data: Whether the range is the data's.
        origin: [feature], the middle.
    """

    features: tuple[int, ...]
    names: tuple[str, ...]
    units: tuple[str, ...]
    at: dict[str, float]
    low: Float[np.ndarray, " drawn"]
    high: Float[np.ndarray, " drawn"]
    from_data: bool
    origin: Float[np.ndarray, " feature"]

    @property
    def half(self) -> Float[np.ndarray, " drawn"]:
        """Half the range: the length of a step of 1 in t."""
        return self.high / 2 - self.low / 2

    def place(self, t: Float[np.ndarray, "point drawn"]) -> Float[np.ndarray, "point drawn"]:
        """Return the values of the features drawn; t = ±1 gives the ends of the range to the bit."""
        inside = self.origin[list(self.features)] + self.half * t
        return np.where(t <= -1, self.low, np.where(t >= 1, self.high, inside))

    def points(self, t: Float[np.ndarray, "point drawn"]) -> Float[np.ndarray, "point feature"]:
        """Return the inputs at coordinates t, the other features held."""
        x = np.tile(self.origin, (len(t), 1))
        x[:, list(self.features)] = self.place(t)
        return x

    def restrict(self, layers: Sequence[Layer]) -> tuple[Layer, ...]:
        """Return the chain as a function of t: the first layer of weights reads t, whatever was before it is gone."""
        directions = np.zeros((len(self.origin), len(self.features)))
        directions[list(self.features), range(len(self.features))] = self.half
        return along(layers, self.origin, directions)


def find_slice(
    network: Network | Predictor,
    data: Dataset | None,
    features: str | Sequence[str] | None,
    at: Mapping[str, float] | None,
    low: Any,
    high: Any,
) -> Slice:
    """Return the slice asked for: by default the two most telling features over the data, the others at their medians.

    Raises:
        NodewiseError: If a feature is unknown or drawn twice, or a range is missing or empty.
    """
    names = tuple(network.feature_names)
    at = {} if at is None else at
    if not isinstance(at, Mapping):
        raise NodewiseError(f"at must give values by the names of features, such as {{'x': 0}}. Got {at!r}.")
    drawn = _drawn(names, features) if features is not None else _telling(network, data, at)
    held = _held(names, drawn, at, data)
    first, last = _ends("low", low, drawn, data), _ends("high", high, drawn, data)
    for name, start, end in zip((names[i] for i in drawn), first, last, strict=True):
        if not start < end:
            raise NodewiseError(f"low must be less than high. Got {start:g} and {end:g} for {name}.")
    origin = np.array([held.get(name, 0.0) for name in names])
    origin[list(drawn)] = first / 2 + last / 2
    whole = low is None and high is None
    units = tuple(network.feature_units[i] for i in drawn)
    return Slice(drawn, tuple(names[i] for i in drawn), units, held, first, last, whole, origin)


def _telling(network: Network | Predictor, data: Dataset | None, at: Mapping[str, float]) -> tuple[int, ...]:
    """Return the two features, of those not held, whose setting to the median moves the logits most on average."""
    free = [i for i, name in enumerate(network.feature_names) if name not in at] or list(range(network.inputs))
    if data is None or len(free) <= _MOST:
        return tuple(free[:_MOST])
    x = data.inputs[:: -(-data.samples // _ENOUGH)]
    logits, middle = network.logits(x), median(data.inputs)
    moved = [np.abs(network.logits(np.where(np.arange(x.shape[1]) == i, middle, x)) - logits).mean() for i in free]
    return tuple(sorted(free[k] for k in np.argsort(moved)[::-1][:_MOST]))


def _drawn(names: tuple[str, ...], features: str | Sequence[str]) -> tuple[int, ...]:
    asked = tuple(features) if isinstance(features, Iterable) and not isinstance(features, str) else (features,)
    for name in asked:
        if name not in names:
            raise unknown("feature", name, names)
    if not 1 <= len(set(asked)) == len(asked) <= _MOST:
        raise NodewiseError(
            f"features must name one feature or two different ones. Got {', '.join(map(repr, asked)) or 'none'}. "
            "Name the two to draw, and the values of others in at."
        )
    return tuple(names.index(name) for name in asked)


def _held(
    names: tuple[str, ...], drawn: tuple[int, ...], at: Mapping[str, float], data: Dataset | None
) -> dict[str, float]:
    for name, value in at.items():
        if name not in names:
            raise unknown("feature in at", name, names)
        if names.index(name) in drawn:
            raise NodewiseError(
                f"at must name features that are not drawn. Got {name!r}, which is; leave it out, or name others "
                "in features."
            )
        if not _is_number(value):
            raise NodewiseError(f"at must give a finite number for each feature. Got {value!r} for {name}.")
    held = {}
    for i, name in enumerate(names):
        if i in drawn:
            continue
        if name not in at and data is None:
            raise NodewiseError(
                f"at must say where {name} is held, because there are no data whose median could. "
                f"Give at={{{name!r}: …}} or data."
            )
        held[name] = float(at[name]) if name in at or data is None else float(median(data.inputs[:, [i]])[0])
    return held


def _ends(what: str, given: Any, drawn: tuple[int, ...], data: Dataset | None) -> np.ndarray:
    if given is None:
        if data is None:
            raise NodewiseError(f"{what} must be given where there are no data whose range to take. Got none.")
        return np.array(getattr(data, what)[list(drawn)])
    values = [given] if isinstance(given, int | float | np.number) else list(given)
    if len(values) != len(drawn) or not all(_is_number(value) for value in values):
        raise NodewiseError(f"{what} must be {len(drawn)} finite number(s), one for each feature drawn. Got {given!r}.")
    if any(abs(value) > _UTMOST for value in values):
        raise NodewiseError(f"{what} must lie between -1e100 and 1e100. Got {given!r}; use a larger unit.")
    return np.array(values, float)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool) and math.isfinite(value)
