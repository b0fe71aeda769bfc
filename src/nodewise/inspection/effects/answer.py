"""What the function returns: the curves, with the sentence and the table that tell them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise.inspection.effects.curve import Curve
from nodewise.inspection.reading import Reading, Row, joined, nice, plain
from nodewise.network import Network, Predictor

_ROUNDING = 1e-12  # of the largest spread
_PARALLEL = 0.1  # share of the variance below which curves are called parallel
_MOST_OUTPUTS = 3  # outputs the sentence speaks of
_MOST_FEATURES = 3
_MOST_NUMBERS = 100_000


@dataclass(frozen=True, eq=False)
class Effects(Reading):
    """What the output does along each feature, everything else in each sample as it is.

    It is what the model does, whether or not samples like those on the way exist: features that go together in the data
    are told apart as if they did not.

    Attributes:
        curves: One per feature asked for, in their order.
        bias: [output], with which the parts of every curve add up; None of a black box.
        order: [curve, output], the features by falling spread.
        samples: [picked], the samples averaged over, in random order; the first of them keep curves of their own.
        of_samples: How many there were to draw from.
        residual: Largest difference between curves and the model called sample by sample, over 16 of the samples.
        of: "output", or "pre-activation" where the output layer has an activation of its own.
        names: One name per node, or feature of a linear model; none of a black box.
        output_names, output_units: Of what is followed.
        places: [curve, feature], where the samples with a curve of their own stand along each feature asked for.
        notes: How many samples were drawn, and why there are no parts.
        source: What was read.
    """

    curves: tuple[Curve, ...]
    bias: Float[np.ndarray, " output"] | None
    order: Int[np.ndarray, "curve output"]
    samples: Int[np.ndarray, " picked"]
    of_samples: int
    residual: float
    of: str
    names: tuple[str, ...]
    output_names: tuple[str, ...]
    output_units: tuple[str, ...]
    places: Float[np.ndarray, "curve feature"]
    notes: tuple[str, ...]
    source: Network | Predictor

    @property
    def certainty(self) -> str:
        """How sure the curves are: "exact" for all samples, or "sampled on … of … samples"."""
        drawn = len(self.samples)
        return "exact" if drawn == self.of_samples else f"sampled on {drawn} of {self.of_samples} samples"

    @property
    def written(self) -> tuple[str, ...]:
        """Names of what `as_dict` writes: the attributes, and how sure they are."""
        return (*super().written, "certainty")

    @property
    def summary(self) -> str:
        """Which features move the output most, and whether alike for all samples; the notes."""
        hidden = len(self.output_names) - _MOST_OUTPUTS
        said = [self._clause(o) for o in range(len(self.output_names))[:_MOST_OUTPUTS]]
        said += ["the others are in the table"] * (hidden > 0)
        return " ".join([f"{'; '.join(said)}.", *self.notes])

    def _clause(self, o: int) -> str:
        name = self.output_names[o]
        ranked = [self.curves[i] for i in self.order[:, o]]
        moving = [each for each in ranked if each.spread[o] > _ROUNDING * ranked[0].spread[o]]
        if not moving:
            return f"{name} does not move along {'any feature' if len(ranked) > 1 else ranked[0].name}"
        unit = f" {self.output_units[o]}".rstrip()
        first = moving[0]
        alike = first.own[o] ** 2 < _PARALLEL * first.spread[o] ** 2
        kind = "much alike for all samples" if alike else "differently from sample to sample"
        spread = f"{name} moves {'most ' if len(ranked) > 1 else ''}along {first.name}"
        text = f"{spread} ({kind}, by {nice(first.spread[o])}{unit} around its mean)"
        rest = [each.name for each in moving[1:_MOST_FEATURES]]
        return text + (f", then {joined(rest)}" if rest else "")

    def of_feature(self, feature: int | str) -> Curve:
        """Return the curve along a feature, by its name or index.

        Raises:
            KeyError: If it was not asked for.
        """
        for each in self.curves:
            if feature in (each.name, *each.columns, *(self.source.feature_names[i] for i in each.columns)):
                return each
        raise KeyError(feature)

    def table(self) -> list[Row]:
        """Return one row per output and feature, by falling spread."""
        return [self._row(self.curves[i], o) for o in range(len(self.output_names)) for i in self.order[:, o]]

    def _row(self, each: Curve, o: int) -> Row:
        row: Row = {"feature": each.name}
        if len(self.output_names) > 1:
            row["output"] = self.output_names[o]
        row |= {"spread": float(each.spread[o]), "common": float(each.common[o]), "own": float(each.own[o])}
        row |= _ends(each, o)
        if each.share is not None and len(self.names) > 1:
            best = int(np.abs(each.share[:, o]).argmax())
            there = bool(each.share[:, o].any())
            row["mainly"] = self.names[best] if there else None
            row["its_share"] = float(each.share[best, o]) if there else None
        return row

    def as_dict(self, without: Any = ()) -> Row:
        """Return what `Reading.as_dict` does; of many numbers the curves of samples, then the parts, are left out."""
        document = super().as_dict({*without, "curves", "source"})
        leave: set[str] = set()
        for name in ("individual", "parts"):
            if sum(_numbers(each, leave) for each in self.curves) > _MOST_NUMBERS:
                leave.add(name)
        kept = [{key: value for key, value in vars(each).items() if key not in leave} for each in self.curves]
        return document | {"curves": [] if "curves" in without else plain(kept)}


def _ends(each: Curve, o: int) -> Row:
    """Return what a curve does from one end to the other, or of categories from the lowest to the highest."""
    average = each.average[:, o]
    if not each.categories:
        row: Row = {"shape": _shape(average), "from": float(each.grid[0]), "to": float(each.grid[-1])}
        return row | {"at_from": float(average[0]), "at_to": float(average[-1])}
    low, high = int(average.argmin()), int(average.argmax())
    row = {"shape": "by category", "from": each.categories[low], "to": each.categories[high]}
    return row | {"at_from": float(average[low]), "at_to": float(average[high])}


def _numbers(each: Curve, without: set[str]) -> int:
    return sum(np.size(value) for key, value in vars(each).items() if key not in without and value is not None)


def _shape(average: Float[np.ndarray, " point"]) -> str:
    """Return in a word what a curve does."""
    steps, size = np.diff(average), np.ptp(average)
    if size <= _ROUNDING * np.abs(average).max(initial=0):
        return "flat"
    slack = 1e-3 * size
    if steps.min() >= -slack / len(steps):
        return "rises"
    if steps.max() <= slack / len(steps):
        return "falls"
    return "bends"
