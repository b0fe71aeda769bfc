"""Predictor: a model that can be called, and whose weights are not known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nodewise.errors import NodewiseError
from nodewise.network.network import Class, default_names
from nodewise.network.samples import as_samples
from nodewise.shapes import Float

_NAMED = (("feature_names", "x", "inputs"), ("output_names", "y", "outputs"))
_UNITS = (("feature_units", "inputs"), ("output_units", "outputs"))
_BINARY = 2
_LONGEST = 200  # letters of what a model says when it breaks off


@dataclass(frozen=True, eq=False)
class Predictor:
    """A model that could be called but not read. Calling it takes [sample, feature] and returns [sample, output].

    Every reading that needs weights refuses it with `reason`. A gap is NaN; whether the model takes one is its own
    business.

    Attributes:
        call: The model itself, from float64 [sample, feature] to [sample, output].
        inputs: Number of features.
        outputs: Number of outputs.
        reason: Why its weights could not be read, a clause without a full stop.
        kind: What it is, such as "PyTorch Net".
        feature_names: One name each; x, or x1, x2, … where none is given.
        output_names: One name each; y, or y1, y2, … where none is given.
        classes: Of a classifier its labels, one per output, or two for one output.
        label: What the labels are called.
        decide: The place among the classes that the model itself says [sample], where that is not told by its outputs;
            None where the largest output decides, or the threshold.
        ends: The lower and upper end of what its outputs can be, such as (0, 1) of probabilities; None if not known.
        threshold: Of one output: where the second class begins.
        feature_units: One unit each, "" where not known.
        output_units: The same of the outputs.
        encoded: Of features that are categories of a column of the model's table: the column, the category as text, and
            the feature, "" for a category without one. The model is asked about the category with the largest value.
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
    decide: Callable[[np.ndarray], Any] | None = None
    ends: tuple[float, float] | None = None
    threshold: float = 0.5
    feature_units: Sequence[str] = ()
    output_units: Sequence[str] = ()
    encoded: tuple[tuple[str, str, str], ...] = ()

    def __post_init__(self) -> None:
        """Fill in names and units."""
        for field, letter, count in _NAMED:
            self._keep(field, default_names(letter, getattr(self, count)))
        for field, count in _UNITS:
            self._keep(field, ("",) * getattr(self, count))

    def _keep(self, field: str, default: tuple[str, ...]) -> None:
        names = tuple(map(str, getattr(self, field))) or default
        if len(names) != len(default):
            raise NodewiseError(f"{field} must have {len(default)} entries. Got {len(names)}: {', '.join(names)}.")
        object.__setattr__(self, field, names)

    def __str__(self) -> str:
        """Return what it is and why it is no more."""
        counts = [f"{n} {noun}{'s' * (n != 1)}" for n, noun in ((self.inputs, "input"), (self.outputs, "output"))]
        return f"{self.kind}, a black box of {' and '.join(counts)}: {self.reason}."

    @property
    def logits(self) -> "Predictor":
        """Itself: what stands before an output is not known."""
        return self

    @property
    def origin(self) -> None:
        """None: nothing was read, so there is nothing to compare."""
        return

    def check(self, x: object) -> Float[np.ndarray, "sample feature"]:
        """Return x as a float64 array [sample, feature].

        Raises:
            NodewiseError: If x is no array of numbers or has another number of features.
        """
        return as_samples(x, self.feature_names)

    def __call__(self, x: object) -> Float[np.ndarray, "sample output"]:
        """Return what the model answers, float64 [sample, output].

        Raises:
            NodewiseError: If x does not fit, the model breaks off or refuses a gap, or its answer has another shape or
                is not finite.
        """
        values = self.check(x)
        if not len(values):
            return np.empty((0, self.outputs))
        answer = np.asarray(self._asked(self.call, values))
        count, shape = len(values), answer.shape
        if shape[:1] == (count,):
            shape = (count, answer.size // count)
        if shape != (count, self.outputs):
            raise NodewiseError(
                f"a black box must answer [sample, output] with {self.outputs} output(s). Got shape {shape} of "
                f"{self.kind} for {count} samples."
            )
        try:
            answer = answer.reshape(shape).astype(np.float64)
        except (TypeError, ValueError):
            raise NodewiseError(
                f"a black box must answer numbers. Got {answer.flat[0]!r} of {self.kind}. Give a model of numbers, or "
                "one that tells its classes."
            ) from None
        self._refuse_answers(values, answer)
        return answer

    def codes(self, x: object, outputs: np.ndarray | None = None) -> np.ndarray:
        """Return the place of the class of every sample: the model's own choice, where it has one beside its outputs.

        Args:
            x: [sample, feature].
            outputs: What it answers there [sample, output], if that is known already.

        Raises:
            NodewiseError: As of calling it.
        """
        values = self.check(x)
        if self.decide is not None and len(values):
            return np.asarray(self._asked(self.decide, values)).astype(np.intp).reshape(len(values))
        answer = self(values) if outputs is None else outputs
        return answer.argmax(axis=1) if self.outputs > 1 else (answer[:, 0] >= self.threshold).astype(np.intp)

    def classify(self, x: object) -> np.ndarray:
        """Return the class of every sample [sample]: an entry of `classes`, or a whole number from 0 without any.

        Raises:
            NodewiseError: As of calling it.
        """
        own = np.array(self.classes) if self.classes else np.arange(max(self.outputs, _BINARY))
        return own[self.codes(x)]

    def _asked(self, ask: Callable[[np.ndarray], Any], values: np.ndarray) -> Any:
        try:
            return ask(values)
        except NodewiseError:
            raise
        except Exception as error:  # a stranger's model may fail in any way
            told = " ".join(str(error).split()).partition(". ")[0][:_LONGEST].rstrip(".")
            self._refuse_gap(values, f"which it refuses ({type(error).__name__}: {told})")
            raise NodewiseError(
                f"a black box must answer every sample. Got {type(error).__name__} of {self.kind}: {told}. "
                "Give samples that it takes."
            ) from None

    def _refuse_answers(self, values: np.ndarray, answer: np.ndarray) -> None:
        strange = np.logical_not(np.isfinite(answer).all(axis=1))
        if not strange.any():
            return
        found = answer[strange][~np.isfinite(answer[strange])][0]
        if np.isnan(values[strange]).any():
            self._refuse_gap(np.where(strange[:, None], values, 0.0), f"for which it answers {found}")
        raise NodewiseError(
            f"answers of a black box must be finite. Got {found} of {self.kind}. "
            "Leave out the samples or the grid's values where it cannot answer."
        )

    def _refuse_gap(self, values: np.ndarray, how: str) -> None:
        if np.isnan(values).any():
            sample, feature = np.argwhere(np.isnan(values))[0]
            raise NodewiseError(
                f"samples with gaps need a model that takes them. Got {self.kind} and sample {sample + 1} without "
                f"{self.feature_names[feature]}, {how}. Fill the gaps, or leave those samples out."
            ) from None
