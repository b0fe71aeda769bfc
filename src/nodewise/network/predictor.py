"""Predictor: a model that can be called, and whose weights are not known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nodewise.errors import NodewiseError
from nodewise.network.network import Class, default_names
from nodewise.network.samples import as_samples
from nodewise.shapes import Float


@dataclass(frozen=True, eq=False)
class Predictor:
    """A model that could be called but not read. Calling it takes [sample, feature] and returns [sample, output].

    Every reading that needs weights refuses it with `reason`.

    Attributes:
        call: The model itself, from float64 [sample, feature] to [sample, output].
        inputs: Number of features.
        outputs: Number of outputs.
        reason: Why its weights could not be read, a clause without a full stop.
        kind: What it is, such as "PyTorch Net".
        feature_names: One name each; x, or x1, x2, … where none is given.
        output_names: One name each; y, or y1, y2, … where none is given.
        classes: Of a classifier its labels, one per output.
        label: What the labels are called.
    """

    call: Callable[[np.ndarray], Any]
    inputs: int
    outputs: int
    reason: str
    kind: str
    feature_names: Sequence[str] = ()
    output_names: Sequence[str] = ()
    classes: tuple[Class, ...] = ()
    label: str = ""

    def __post_init__(self) -> None:
        """Fill in names."""
        for field, letter, count in (("feature_names", "x", self.inputs), ("output_names", "y", self.outputs)):
            names = tuple(map(str, getattr(self, field))) or default_names(letter, count)
            if len(names) != count:
                raise NodewiseError(f"{field} must have {count} entries. Got {len(names)}: {', '.join(names)}.")
            object.__setattr__(self, field, names)

    def __str__(self) -> str:
        """Return what it is and why it is no more."""
        return f"{self.kind}, a black box of {self.inputs} inputs and {self.outputs} outputs: {self.reason}."

    def check(self, x: object) -> Float[np.ndarray, "sample feature"]:
        """Return x as a float64 array [sample, feature].

        Raises:
            NodewiseError: If x is no array of numbers or has another number of features.
        """
        return as_samples(x, self.feature_names)

    def __call__(self, x: object) -> Float[np.ndarray, "sample output"]:
        """Return what the model answers, float64 [sample, output].

        Raises:
            NodewiseError: If x does not fit.
        """
        values = self.check(x)
        answer = np.asarray(self.call(values), dtype=np.float64)
        return answer.reshape(len(values), -1)
