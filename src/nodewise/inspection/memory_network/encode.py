"""What happens to an input before a memory network sees it, and what no chain of layers can do."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.errors import NodewiseError
from nodewise.network import Scale


@dataclass(frozen=True, eq=False)
class Encoding:
    """From the user's inputs to those of the network.

    Attributes:
        kind: "none"; "unit", divided by the own length; or "lift", one feature added so that all have one length.
        shift, factor: [feature], the scaling to mean 0 and standard deviation 1; 0 and 1 without.
        radius: Of a lift the length R of all lifted inputs, in scaled units; else 1.
        names: [feature], of the inputs.
    """

    kind: str
    shift: Float[np.ndarray, " feature"]
    factor: Float[np.ndarray, " feature"]
    radius: float
    names: tuple[str, ...]

    @property
    def scaled(self) -> bool:
        """Whether inputs are scaled."""
        return bool(self.shift.any() or (self.factor != 1).any())

    def __call__(self, x: Float[np.ndarray, "sample feature"]) -> Float[np.ndarray, "sample feature"]:
        """Return what the network takes for x [sample, feature].

        A point farther from 0 than R is lifted as the nearest point that is not: (x·R/``|x|``, 0).

        Raises:
            NodewiseError: If an input of length 0 is to be divided by its length.
        """
        if self.kind == "none":
            return x
        z = self.shift + self.factor * x
        length = np.linalg.norm(z, axis=1, keepdims=True)
        if self.kind == "unit":
            if not length.all():
                raise NodewiseError(zero(int(np.argmin(length[:, 0])), self.scaled))
            return z / length
        z = z / np.maximum(length / self.radius, 1)
        # (R - |z|)(R + |z|) keeps the digits that R² - |z|² loses.
        length = np.minimum(length, self.radius)
        return np.hstack([z, np.sqrt((self.radius - length) * (self.radius + length))])

    def seen(self, x: Float[np.ndarray, "sample feature"]) -> Float[np.ndarray, "sample feature"]:
        """Return what the rows are compared with: the encoded inputs behind the network's own scaling."""
        values = self(x)
        for layer in self.layers:
            values = layer(values)
        return values

    @property
    def layers(self) -> tuple[Scale, ...]:
        """The part of the encoding that is a layer of the network."""
        if self.kind == "lift":
            count = len(self.shift) + 1
            return (Scale(np.zeros(count), np.full(count, 1 / self.radius)),)
        return (Scale(self.shift, self.factor),) if self.kind == "none" and self.scaled else ()

    @property
    def labels(self) -> dict[str, Any]:
        """What the features of the network are called where they are no longer the user's."""
        return {} if self.kind == "none" else {"feature_names": self._changed(), "feature_units": ()}

    def _changed(self) -> tuple[str, ...]:
        changed = tuple(f"{name} ({'unit' if self.kind == 'unit' else 'scaled'})" for name in self.names)
        if self.kind == "lift":
            return (*(changed if self.scaled else self.names), "lift")
        return changed


def zero(sample: int, scaled: bool) -> str:
    """Return the refusal of an input of length 0."""
    length = "length after scaling" if scaled else "length"
    return (
        f"each input must have a direction. Got sample {sample + 1}, whose {length} is 0, so that no row can point to "
        "it. Leave it out, or use lift=True, which gives all inputs one length."
    )
