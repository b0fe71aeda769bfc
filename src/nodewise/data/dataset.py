"""The samples a network is trained on and read against: numbers, with the names and units people know them by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nodewise.data import checks
from nodewise.data.checks import Array
from nodewise.errors import NodewiseError

Function = Callable[[Array], Array]
GIVEN = "the model is given them as they are."  # what a note says of gaps that were asked for
_CACHED = ("classes", "codes")


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Dataset:
    """Samples with their targets or labels; frozen, its arrays read-only.

    Attributes:
        inputs: Array [sample, feature].
        targets: Array [sample, output], or None.
        labels: Class of each sample [sample], all of them texts, whole numbers, or truth values; or None.
        feature_names: One name per feature; x, or x1, x2, … unless given.
        target_names: One name per output; y, or y1, y2, … unless given.
        feature_units: One unit per feature, "" where unknown.
        target_units: One unit per output, "" where unknown.
        function: The true function [sample, feature] -> [sample, output], where it is known.
        weights: How much each sample counts in training [sample], or None for equal weights.
        noise: Standard deviation of the noise in the targets, in the target's unit, where it is known.
        label: What the labels are called, such as the column they came from.
        name: What the data are called in sentences and file names.
        dropped: Rows of the source left out because a value was missing.
        notes: Sentences about what was left out or changed while reading the source.
    """

    inputs: Array
    targets: Array | None
    labels: NDArray[Any] | None
    feature_names: tuple[str, ...]
    target_names: tuple[str, ...]
    feature_units: tuple[str, ...]
    target_units: tuple[str, ...]
    function: Function | None
    weights: Array | None
    noise: float | None
    label: str
    name: str
    dropped: int
    notes: tuple[str, ...]

    def __init__(
        self,
        inputs: ArrayLike,
        targets: ArrayLike | None = None,
        labels: ArrayLike | None = None,
        *,
        feature_names: str | Sequence[str] | None = None,
        target_names: str | Sequence[str] | None = None,
        feature_units: str | Sequence[str] | None = None,
        target_units: str | Sequence[str] | None = None,
        function: Function | None = None,
        weights: ArrayLike | None = None,
        noise: float | None = None,
        label: str = "label",
        name: str = "data",
        dropped: int = 0,
        notes: Sequence[str] = (),
        gaps: bool = False,
    ) -> None:
        """Check and copy the samples; anything NumPy understands is taken, and one dimension is one column.

        Args:
            inputs: Array [sample, feature] or [sample].
            targets: Array [sample, output] or [sample].
            labels: Array [sample].
            feature_names: As the attributes; one string will do for one column. So for the following three.
            target_names: See `feature_names`.
            feature_units: See `feature_names`.
            target_units: See `feature_names`.
            function: As the attribute.
            weights: Array [sample], not negative, not all zero.
            noise: As the attribute.
            label: As the attribute.
            name: As the attribute.
            dropped: As the attribute.
            notes: As the attribute.
            gaps: Whether an input may be missing, NaN, for a model that takes gaps; all else refuses such samples.

        Raises:
            NodewiseError: If values are not finite numbers, lengths differ, there are fewer than two samples, a feature
                or target is the same everywhere, a label is missing or no class, or names repeat.
        """
        x = checks.table("inputs", inputs)
        samples, features = x.shape
        if samples < 2:
            raise NodewiseError(f"A dataset must have at least two samples. Got {samples}. Add samples.")
        y = None if targets is None else checks.table("targets", targets)
        outputs = 0 if y is None else y.shape[1]
        feature_names = _names("feature_names", feature_names, features, ("x", "feature"), target_names or ())
        target_names = _names("target_names", target_names, outputs, ("y", "target"), feature_names)
        checks.distinct(feature_names + target_names)
        fields = {
            "inputs": _column_numbers("inputs", x, "feature", feature_names, samples, gaps),
            "targets": None if y is None else _column_numbers("targets", y, "target", target_names, samples),
            "labels": None if labels is None else checks.labels(labels, samples),
            "feature_names": feature_names,
            "target_names": target_names,
            "feature_units": _units("feature_units", feature_units, features),
            "target_units": _units("target_units", target_units, outputs),
            "function": function,
            "weights": None if weights is None else checks.sample_weights(weights, samples),
            "noise": None if noise is None else checks.real("noise", noise, least=0),
            "label": str(label),
            "name": name,
            "dropped": dropped,
            "notes": tuple(notes),
        }
        self.__dict__.update(fields)

    @property
    def samples(self) -> int:
        """How many samples there are."""
        return self.inputs.shape[0]

    @property
    def features(self) -> int:
        """How many features each sample has."""
        return self.inputs.shape[1]

    @property
    def outputs(self) -> int:
        """How many targets each sample has; 0 without targets."""
        return 0 if self.targets is None else self.targets.shape[1]

    @property
    def whole(self) -> NDArray[np.bool_]:
        """Which samples have a value of every feature [sample]."""
        return np.logical_not(np.isnan(self.inputs).any(axis=1))

    @cached_property
    def classes(self) -> tuple[str | bool | int, ...]:
        """The different labels in order, as they were; none without labels."""
        return () if self.labels is None else tuple(np.unique(self.labels).tolist())

    @cached_property
    def codes(self) -> NDArray[np.intp]:
        """The place of each sample's label among `classes` [sample]; empty without labels."""
        return np.empty(0, np.intp) if self.labels is None else np.unique(self.labels, return_inverse=True)[1]

    @property
    def low(self) -> Array:
        """The smallest value of each feature [feature]."""
        return np.fmin.reduce(self.inputs, axis=0)

    @property
    def high(self) -> Array:
        """The largest value of each feature [feature]."""
        return np.fmax.reduce(self.inputs, axis=0)

    def rows(self, index: ArrayLike | slice) -> "Dataset":
        """Return the samples picked by `index`: whole numbers from 0, one True or False per sample, or a slice.

        A pick may be a single sample, and a feature may be the same in all of it; everything else stays as it is.

        Raises:
            NodewiseError: If `index` picks nothing or a sample that is not there.
        """
        try:
            index = np.arange(self.samples)[index if isinstance(index, slice) else np.asarray(index)].reshape(-1)
        except IndexError:
            index = np.empty(0, dtype=np.intp)
        if index.size == 0:
            raise NodewiseError(
                f"rows must be picked by whole numbers from 0 to {self.samples - 1}, by {self.samples} True or False, "
                "or by a slice, and at least one must be picked."
            )
        picked = object.__new__(Dataset)
        picked.__dict__.update({name: value for name, value in self.__dict__.items() if name not in _CACHED})
        for name in ("inputs", "targets", "labels", "weights"):
            values = getattr(self, name)
            picked.__dict__[name] = None if values is None else _frozen(values[index])
        return picked

    def split(self, fraction: float, seed: int) -> "tuple[Dataset, Dataset]":
        """Split at random into samples to train on and samples held out, of every class the same share.

        Args:
            fraction: The share of samples to hold out, between 0 and 1. At least one is held out, and two are kept, of
                a class one.
            seed: Which random split; the same seed gives the same split.

        Returns:
            The training samples and the held-out samples, each in their old order.

        Raises:
            NodewiseError: If `fraction` or `seed` is no such number, or there are fewer than three samples.
        """
        held_out = self.held_out(fraction, seed)
        return self.rows(~held_out), self.rows(held_out)

    def held_out(self, fraction: float, seed: int) -> NDArray[np.bool_]:
        """Return which samples `split` holds out, [sample].

        Raises:
            NodewiseError: As `split`.
        """
        if not 0 < checks.real("fraction", fraction) < 1:
            raise NodewiseError(f"fraction must lie between 0 and 1. Got {fraction!r}. Use 0.2 to hold out a fifth.")
        if self.samples < 3:
            raise NodewiseError(f"A split must have at least three samples. Got {self.samples}. Add samples.")
        order = np.random.default_rng(checks.whole("seed", seed, 0)).permutation(self.samples)
        held_out = np.zeros(self.samples, dtype=bool)
        for members in self._groups(order):
            held_out[members[: min(round(fraction * len(members)), len(members) - 1)]] = True
        if not held_out.any():
            held_out[max(self._groups(order), key=len)[0]] = True
        if held_out.sum() > self.samples - 2:
            held_out[np.flatnonzero(held_out)[0]] = False
        return held_out

    def _groups(self, order: NDArray[np.intp]) -> list[NDArray[np.intp]]:
        """Return the samples in this order, those of each class together; one group without labels."""
        return [order] if self.labels is None else [order[self.codes[order] == k] for k in range(len(self.classes))]

    def __repr__(self) -> str:
        """Show name, size and columns, not the numbers."""
        columns = _listed(self.feature_names, self.feature_units)
        if self.targets is not None:
            columns += " -> " + _listed(self.target_names, self.target_units)
        if self.labels is not None:
            columns += f" -> {self.label}, {len(self.classes)} classes"
        return f"Dataset {self.name!r}: {self.samples} samples, {columns}"


def _names(
    what: str, given: str | Sequence[str] | None, count: int, stems: tuple[str, str], taken: str | Sequence[str]
) -> tuple[str, ...]:
    """Return the names `given`, or default names from the first of `stems` that gives none already `taken`."""
    if given is not None:
        return checks.column_names(what, given, count)
    used = {taken} if isinstance(taken, str) else set(taken)
    choices = [(stem,) if count == 1 else tuple(f"{stem}{i + 1}" for i in range(count)) for stem in stems]
    return next((names for names in choices if used.isdisjoint(names)), choices[0])


def _units(what: str, given: str | Sequence[str] | None, count: int) -> tuple[str, ...]:
    return ("",) * count if given is None else checks.column_names(what, given, count)


def _column_numbers(
    what: str, values: NDArray[Any], noun: str, names: tuple[str, ...], samples: int, gaps: bool = False
) -> Array:
    checks.same_length(what, len(values), samples)
    result = checks.numbers(what, values, noun, names, gaps)
    checks.varies(result, noun, names)
    return result


def _frozen(values: NDArray[Any]) -> NDArray[Any]:
    values.setflags(write=False)
    return values


def _listed(names: Sequence[str], units: Sequence[str], most: int = 6) -> str:
    shown = [f"{name} [{unit}]" if unit else name for name, unit in zip(names[:most], units[:most], strict=True)]
    return ", ".join(shown) + ", …" * (len(names) > most)
