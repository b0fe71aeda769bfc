"""The rectangle that is looked at: two features over a box, the others held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.errors import NodewiseError
from nodewise.inspection.intervals import Layer
from nodewise.inspection.reading import counted, joined
from nodewise.network import Network
from nodewise.network.slices import along, sliced

_UTMOST = 1e100
_LEAST = 5e-301
_TWO = 2


@dataclass(frozen=True, eq=False)
class Plane:
    """A network of two features over a box, in coordinates that run from -1 to 1.

    Attributes:
        network: Of the two features that are left free.
        box: [feature, 2].
    """

    network: Network
    box: Float[np.ndarray, "feature 2"]

    @property
    def middle(self) -> Float[np.ndarray, " feature"]:
        """Where both coordinates are 0."""
        return self.box[:, 0] / 2 + self.box[:, 1] / 2

    @property
    def half(self) -> Float[np.ndarray, " feature"]:
        """The step in each feature that a coordinate's step of 1 stands for."""
        return self.box[:, 1] / 2 - self.box[:, 0] / 2

    def chain(self, layers: Sequence[Layer]) -> tuple[Layer, ...]:
        """Return a chain of layers as a function of the coordinates."""
        return along(layers, self.middle, np.diag(self.half))

    def place(self, t: Float[np.ndarray, "point 2"]) -> Float[np.ndarray, "point 2"]:
        """Return the features at coordinates t; ±1 gives the ends of the box to the bit."""
        inside = self.middle + self.half * t
        return np.where(t <= -1, self.box[:, 0], np.where(t >= 1, self.box[:, 1], inside))


def find_plane(network: Network, box: Any, at: Mapping[str, float] | None) -> Plane:
    """Return the rectangle asked for.

    Raises:
        NodewiseError: If not two features are left free, or the box is no rectangle of them.
    """
    free = sliced(network, at or {})
    if free.inputs < _TWO:
        raise NodewiseError(
            f"regions must be asked of two features. Got {free.inputs}: {joined(free.feature_names)}. "
            "Use nodewise.pieces for one."
        )
    if free.inputs > _TWO:
        example = ", ".join(f"{name!r}: …" for name in free.feature_names[_TWO:][:3])
        raise NodewiseError(
            f"regions must be asked of two features. Got {free.inputs}; hold the others in at, such as "
            f"at={{{example}{', …' if free.inputs > 5 else ''}}}."
        )
    return Plane(free, _box(free, box))


def _box(network: Network, box: Any) -> np.ndarray:
    names = joined(network.feature_names)
    try:
        ends = np.array(box, float)
    except (TypeError, ValueError):
        ends = np.empty(0)
    if ends.shape != (_TWO, 2):
        raise NodewiseError(f"box must be {counted(2, 'pair')} (low, high), for {names}. Got {box!r}.")
    if not (np.abs(ends) <= _UTMOST).all():
        raise NodewiseError(f"box must have ends between -1e100 and 1e100. Got {box!r} for {names}; give finite ends.")
    for name, low, high in zip(network.feature_names, ends[:, 0], ends[:, 1], strict=True):
        if not low < high:
            raise NodewiseError(
                f"box must have low below high. Got {low:g} and {high:g} for {name}; swap or widen them."
            )
        if high / 2 - low / 2 < _LEAST:
            raise NodewiseError(f"box must be wider than 1e-300. Got {high - low:g} for {name}; use a smaller unit.")
    return ends
