"""What `bounds` returns."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from nodewise.inspection.reading import Reading, Row, counted, interval, joined, nice

_MOST = 3  # outputs named
_SAME = 1e-9  # relative; a range so narrow is one number
_MOST_FEATURES = 4  # named
_SAID = {"rises": "never falls", "falls": "never rises", "flat": "does not move"}


@dataclass(frozen=True, eq=False)
class Search:
    """What branch and bound found out over a finite box.

    Attributes:
        exact: Whether the bounds are the least and largest values but for rounding, as of straight pieces of one or two
            features.
        gap: The share of the range taken at which the search was to stop.
        budget: Most boxes, for each question: the range, the slopes, the classes.
        boxes: How many were bounded for each of the three.
        within: [output], how far the bounds can be from the true least and largest values.
        reached: [output], whether the gap was reached; of exact bounds, whether they are values seen, but for rounding.
        lowest: [output], the least value the output was seen to take.
        highest: [output], the largest.
        lowest_at: [output, feature], where.
        highest_at: [output, feature], where.
        steepest: [output], length of the steepest gradient known: no Lipschitz constant is smaller. Infinite where a
            jump was met.
        monotone: [output][feature], "rises" (never falls), "falls" (never rises), "flat" (neither), "both" (rises
            somewhere and falls elsewhere), all for certain; or "undecided".
        possible_classes: Of a classifier the classes that are not excluded; one alone is the class everywhere. None of
            other networks.
        seen_classes: The classes seen at places looked at.
        meeting: Whether the range is not known better because several nodes jump in one place: of their values there
            rounding may give any, so that bounds of what float64 computes cannot leave them out.
    """

    exact: bool
    gap: float
    budget: int
    boxes: tuple[int, int, int]
    within: Float[np.ndarray, " output"]
    reached: Bool[np.ndarray, " output"]
    lowest: Float[np.ndarray, " output"]
    highest: Float[np.ndarray, " output"]
    lowest_at: Float[np.ndarray, "output feature"]
    highest_at: Float[np.ndarray, "output feature"]
    steepest: Float[np.ndarray, " output"]
    monotone: tuple[tuple[str, ...], ...]
    possible_classes: tuple[Any, ...] | None
    seen_classes: tuple[Any, ...] | None
    meeting: bool = False

    @property
    def constant_class(self) -> Any:
        """The class in the whole box, for certain; None where there may be others."""
        one = self.possible_classes is not None and len(self.possible_classes) == 1
        return self.possible_classes[0] if one and self.possible_classes else None

    @property
    def certainty(self) -> str:
        """Either "exact", to rounding, or "certified within …", in the output's unit."""
        if self.exact:
            return "exact"
        return f"certified within {nice(self.within.max())}"

    def words(self, of: "Bounds") -> list[str]:
        """Return how near the bounds are to the true range."""
        size = np.maximum(np.abs(of.low), np.abs(of.high))
        if (self.exact and self.reached.all()) or (self.within <= _SAME * size).all():
            return ["both ends are reached"]
        if self.exact:
            return ["both ends are reached or approached"]
        said = f"both ends are {self.certainty} of values it takes"
        if self.meeting:
            return [f"{said}, because nodes jump in one place, where rounding decides on which side each is"]
        if self.reached.all() or self.boxes[0] < self.budget - 1:
            return [said]
        return [f"{said}, after {counted(self.boxes[0], 'box').replace('boxs', 'boxes')}, which was the budget"]

    def findings(self, features: tuple[str, ...], outputs: tuple[str, ...]) -> list[str]:
        """Return what is certain about slopes and classes."""
        said = []
        for name, row in zip(outputs[:_MOST], self.monotone, strict=False):
            for kind, verb in _SAID.items():
                which = [feature for feature, found in zip(features, row, strict=True) if found == kind]
                if which:
                    more = len(which) - _MOST_FEATURES
                    named = joined([*which[:_MOST_FEATURES], f"{more} more"] if more > 0 else which)
                    said.append(f"{name} {verb} along {named}")
        if self.possible_classes is None:
            return said
        if len(self.possible_classes) == 1:
            return [*said, f"the class is {self.possible_classes[0]} everywhere"]
        count = len(self.possible_classes)
        seen = len(self.seen_classes or ())
        sure = "all seen" if seen == count else f"{seen} of them seen"
        return [*said, f"the class can be {joined([str(label) for label in self.possible_classes[:8]])} ({sure})"]


@dataclass(frozen=True, eq=False)
class Bounds(Reading):
    """Between which values the outputs stay, for every input of a box or for every input there is.

    Attributes:
        feature_names: As the network's.
        output_names: As the network's.
        box: [feature, 2], the inputs meant; infinite where nothing limits them.
        low: [output], no output falls below it; -infinite where none is known.
        high: [output], no output rises above it.
        low_attained: [output], whether the output is known to come as close to `low` as one likes; over a finite box
            `lowest` and `highest` say more.
        high_attained: [output], the same of `high`.
        lipschitz: [output], the output changes by at most this times the (Euclidean) distance of two inputs; infinite
            where it jumps.
        slope: [output, 2], of one feature over a finite box: guaranteed bounds of the derivative, ±infinite across a
            jump; None otherwise.
        why: [output], why a bound is infinite; "" where none is.
        search: Over a finite box: how near the bounds are to values the outputs take, and what is certain about slopes
            and classes; None where the box has no end.
    """

    feature_names: tuple[str, ...]
    output_names: tuple[str, ...]
    box: Float[np.ndarray, "feature 2"]
    low: Float[np.ndarray, " output"]
    high: Float[np.ndarray, " output"]
    low_attained: Bool[np.ndarray, " output"]
    high_attained: Bool[np.ndarray, " output"]
    lipschitz: Float[np.ndarray, " output"]
    slope: Float[np.ndarray, "output 2"] | None
    why: tuple[str, ...]
    search: Search | None = None

    @property
    def certainty(self) -> str:
        """How far the bounds can be from the true range: "exact", "certified within …", or "certified" alone.

        Certified bounds are never violated; over a finite box the distance to values really taken is known too.
        """
        if self.search is not None:
            return self.search.certainty
        reached = (self.low_attained | np.isinf(self.low)) & (self.high_attained | np.isinf(self.high))
        return "exact" if reached.all() else "certified"

    @property
    def written(self) -> tuple[str, ...]:
        """Names of what `as_dict` writes: the attributes, and how sure they are."""
        return (*super().written, "certainty")

    @property
    def clause(self) -> str:
        """The range in a few words, for a longer sentence: "its output stays in [-0.9, 0.9] for every input"."""
        return self.said("for every input" if np.isinf(self.box).all() else "in the box")

    def said(self, where: str) -> str:
        """Return the range in a few words, with words for where it holds."""
        if not np.isfinite([self.low, self.high]).any():
            return "its output has no bound" if len(self.low) == 1 else "its outputs have no bounds"
        if len(self.low) == 1:
            return f"its output {self._stays(0)} {where}"
        if len({self._stays(o) for o in range(len(self.low))}) == 1:
            return f"each output {self._stays(0)} {where}"
        if len(self.low) > _MOST and np.isfinite([self.low, self.high]).all():
            return f"all {len(self.low)} outputs stay in {interval(self.low.min(), self.high.max())} {where}"
        said = [f"{name} {self._stays(o)}" for o, name in enumerate(self.output_names[:_MOST])]
        more = [f"{len(self.low) - _MOST} more have bounds of their own"] if len(self.low) > _MOST else []
        return f"{joined([*said, *more])} {where}"

    def _stays(self, o: int) -> str:
        low, high = float(self.low[o]), float(self.high[o])
        if self.search is not None and self.search.exact and self.search.reached[o]:  # 0 instead of its rounding
            low, high = float(self.search.lowest[o]), float(self.search.highest[o])
        if low == high:
            return f"is {nice(low)}"
        if math.isfinite(high - low) and high - low <= _SAME * max(abs(low), abs(high)):
            return f"is {nice(low)}"
        if math.isfinite(low) and math.isfinite(high):
            return f"stays in {interval(low, high)}"
        if math.isfinite(low):
            return f"stays above {nice(low)}"
        return f"stays below {nice(high)}" if math.isfinite(high) else "has no bound"

    @property
    def summary(self) -> str:
        """The range and the steepness, in one sentence."""
        own = self.clause.startswith(self.output_names[0])  # a name stays as it is written
        head = self.clause if own else self.clause[0].upper() + self.clause[1:]
        parts = [head]
        reached = self.low_attained & self.high_attained
        if self.search is not None:
            parts += self.search.words(self)
        elif np.isfinite([self.low, self.high]).all():
            parts.append("both ends are reached or approached" if reached.all() else "a bound, not always reached")
        parts += [why for why in dict.fromkeys(self.why) if why]
        parts.append(self._steepness)
        parts += [] if self.search is None else self.search.findings(self.feature_names, self.output_names)
        return f"{'; '.join(parts)}."

    @property
    def _steepness(self) -> str:
        """How much the outputs change at most, and whether they do somewhere."""
        steepest = float(self.lipschitz.max())
        if not math.isfinite(steepest):
            return "it can jump, so that no step is small enough to keep a change small"
        said = f"it changes by at most {nice(steepest)} per unit of distance between two inputs"
        if self.search is None or not steepest:
            return said
        known = float(self.search.steepest.max())
        exact = known >= steepest * (1 - _SAME)
        return f"{said}, and somewhere by {'that' if exact else f'{nice(known)} at least'}"

    def table(self) -> list[Row]:
        """Return one row per output."""
        rows = []
        for o, name in enumerate(self.output_names):
            row: Row = {"output": name, "low": float(self.low[o]), "high": float(self.high[o])}
            if self.search is not None:
                row |= {"lowest": float(self.search.lowest[o]), "highest": float(self.search.highest[o])}
            row["lipschitz"] = float(self.lipschitz[o])
            if self.slope is not None:
                row["slope from"], row["slope to"] = (float(end) for end in self.slope[o])
            if self.search is not None:
                row |= dict(zip(self.feature_names, self.search.monotone[o], strict=True))
            rows.append({key: None if isinstance(v, float) and not math.isfinite(v) else v for key, v in row.items()})
        return rows
