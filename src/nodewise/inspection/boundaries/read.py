"""Where a classifier changes its mind, from its weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.border import Border
from nodewise.inspection.boundaries.called import Choice, choice, line_of, plane_of
from nodewise.inspection.boundaries.line import TOLERANCE, Crossing, Line, Region, follow
from nodewise.inspection.boundaries.linear import Mosaic, mosaic
from nodewise.inspection.boundaries.plane import CONTOUR, Plane, plane
from nodewise.inspection.boundaries.samples import Samples, classified
from nodewise.inspection.boundaries.slice import Slice, find_slice
from nodewise.inspection.reading import Reading, Row, as_model, counted, interval, joined, nice
from nodewise.inspection.regions import Regions, regions
from nodewise.inspection.rule import Rule, rule
from nodewise.network import Dense, Network, Predictor
from nodewise.network.network import called

_POINTS = (10, 2000)
_FINEST = 1e-8  # tolerance of a traced boundary, as a share of the range
_MOST_NAMED = 6


@dataclass(frozen=True, eq=False)
class Boundaries(Reading):
    """Where a classifier changes its mind, over one feature or two.

    Attributes:
        network: The classifier.
        classes: The labels as they were, or whole numbers from 0; arrays over classes are in this order.
        feature_names: The features drawn, one or two.
        at: Name and value of each other feature.
        low: [drawn], where the range begins.
        high: [drawn], where it ends.
        from_data: Whether that is the range of the data.
        threshold: Of one output: where the second class begins; None where the largest output wins.
        line: Over one feature: crossings and regions, certified; of a black box sampled.
        plane: Over two features: the winners on a grid, sampled; its margin and its traced boundary.
        mosaic: Over two features, of a linear classifier: the regions as polygons, exact.
        samples: What the classifier does with the samples; None without data.
        rule: How it decides.
        where: The slice.
    """

    network: Network | Predictor
    classes: tuple[Any, ...]
    feature_names: tuple[str, ...]
    at: dict[str, float]
    low: Float[np.ndarray, " drawn"]
    high: Float[np.ndarray, " drawn"]
    from_data: bool
    threshold: float | None
    line: Line | None
    plane: Plane | None
    mosaic: Mosaic | None
    samples: Samples | None
    rule: Rule | Choice
    where: Slice

    @property
    def certainty(self) -> str:
        """How sure the boundary is: "exact", "certified within …", "sampled on …"."""
        if self.line is not None:
            if self.line.sampled:
                return f"sampled at {self.line.sampled} points"
            if self.line.undecided:
                return f"undecided in {counted(len(self.line.undecided), 'interval')}"
            return f"certified within {nice(max(TOLERANCE, self.line.within))}"
        if self.mosaic is not None:
            return "exact"
        points = len(self._plane.t)
        return f"sampled on {points} × {points}"

    @property
    def crossings(self) -> tuple[Crossing, ...]:
        """Over one feature: the places where the winner changes, in rising order."""
        return self._line.crossings

    @property
    def regions(self) -> tuple[Region, ...]:
        """Over one feature: the stretches between them."""
        return self._line.regions

    @property
    def borders(self) -> tuple[Border, ...]:
        """Over two features: the boundary as polylines, exact where the classifier is linear."""
        plane = self._plane
        return plane.borders if self.mosaic is None else self.mosaic.borders

    @property
    def share(self) -> Float[np.ndarray, " class"]:
        """Share of the area (over one feature: of the range) in which each class wins; they sum to 1."""
        if self.line is not None:
            return self.line.share(self.classes)
        return self._plane.share if self.mosaic is None else self.mosaic.share

    @property
    def islands(self) -> tuple[int, ...]:
        """Number of connected parts of each class."""
        if self.line is not None:
            return self.line.islands(self.classes)
        return self._plane.islands if self.mosaic is None else self.mosaic.islands

    @cached_property
    def exact(self) -> Regions | None:
        """Over two features, of a network of straight lines: its exact regions, whatever the grid has seen.

        `exact.islands`, `exact.class_areas` and `exact.boundary` miss no island. Computed when it is first asked for; a
        large network takes seconds. None of a smooth network, and where there are more than 200 000 regions.
        """
        if isinstance(self.rule, Choice):
            return None
        layers = [layer for layer in self.rule.layers if isinstance(layer, Dense)]
        straight = all(layer.activation.piecewise_linear for layer in layers)
        if self.line is not None or not straight or self.rule.constant is not None:
            return None
        order = np.argsort(self.where.features)
        box = np.column_stack([self.low, self.high])[order]
        network = replace(self.network, classes=self.classes)
        found = regions(network, box.tolist(), at=self.at, threshold=self.threshold)
        return found if found.decision is not None else None

    @property
    def margin(self) -> Float[np.ndarray, "row column"]:
        """Over two features: how far the winner is ahead at each point of the grid, in the unit of the outputs."""
        return self._plane.margin

    @property
    def contour_within(self) -> float:
        """Over two features: how far the boundary drawn is from the true one, as a share of the range.

        Measured at the middles of all straight pieces, which is no guarantee in between; 0 of a linear classifier.
        Islands between the points of the grid, and pieces narrower than it, are not seen; `exact` sees them.
        """
        return self._plane.contour_within if self.mosaic is None else 0.0

    @property
    def unseen(self) -> tuple[Any, ...]:
        """Classes that exist and win nowhere here."""
        return tuple(label for label, share in zip(self.classes, self.share, strict=True) if share == 0)

    @property
    def _line(self) -> Line:
        if self.line is None:
            raise NodewiseError(
                "crossings and regions must be asked of one feature. Got two; name one in features, or use borders."
            )
        return self.line

    @property
    def _plane(self) -> Plane:
        if self.plane is None:
            raise NodewiseError(
                "borders and a margin everywhere must be asked of two features. Got one; use crossings and regions."
            )
        return self.plane

    @property
    def summary(self) -> str:
        """Where it changes its mind, in one sentence."""
        parts = [self._along()] if self.line is not None else [self._across(), *filter(None, [self._straight()])]
        parts += [*self._doubts(), *self._on_samples()]
        return f"{self._range()} {'; '.join(parts)}."

    @property
    def clause(self) -> str:
        """Where the class changes, if words can say it, as part of a longer sentence; "" for a curved boundary."""
        return self._along() if self.line is not None else self._straight()

    def _range(self) -> str:
        axes = [f"{n} in {interval(a, b)}" for n, a, b in zip(self.feature_names, self.low, self.high, strict=True)]
        values = [f"{name} = {nice(value)}" for name, value in self.at.items()]
        if (more := len(values) - _MOST_NAMED) > 0:
            values = [*values[:_MOST_NAMED], f"{more} more held fixed"]
        held = joined(values)
        domain = " (the range of the data)" if self.from_data else ""
        return f"For {joined(axes)}{domain}{f', with {held},' if held else ''}"

    def _along(self) -> str:
        line = self._line
        if not line.crossings:
            return f"the class is {line.regions[0].winner} everywhere ({self.certainty})"
        at = [nice(crossing.x) for crossing in line.crossings]
        if len(at) <= _MOST_NAMED:
            ways = [f"{r.winner} up to {x}" for r, x in zip(line.regions, at, strict=False)]
            said = f"the class is {', '.join([*ways, f'then {line.regions[-1].winner}'])}"
        else:
            said = (
                f"the class changes at {', '.join(at[: _MOST_NAMED - 1])} and {len(at) - _MOST_NAMED + 1} more places"
            )
        missed = " none missed," if line.certified else ""
        return f"{said}: {counted(len(at), 'crossing')},{missed} {self.certainty}"

    def _across(self) -> str:
        seen = [i for i in np.argsort(-self.share, kind="stable") if self.share[i]]
        named = seen if len(seen) <= _MOST_NAMED else seen[: _MOST_NAMED - 1]
        said = [f"{called(self.classes[i])} {self.share[i]:.1%} in {counted(self.islands[i], 'part')}" for i in named]
        if len(named) < len(seen):
            rest = [i for i in seen if i not in named]
            said.append(f"{len(rest)} more {float(sum(self.share[i] for i in rest)):.1%}")
        return f"the area is {joined(said)} ({self.certainty})"

    def _straight(self) -> str:
        if self.mosaic is None or not self.borders:
            return ""
        lines = list(dict.fromkeys(equation(border, self.feature_names) for border in self.borders))
        if len(lines) == 1:
            return f"the boundary is the straight line {lines[0]}"
        if len(lines) <= _MOST_NAMED // 2:
            return f"the boundaries are the straight lines {joined(lines)}"
        return f"the boundaries are {len(lines)} straight lines"

    def _doubts(self) -> list[str]:
        found = []
        if self.rule.constant is not None:
            found.append(f"the threshold {nice(self.threshold or 0)} lies outside what the output can give")
        elif self.unseen:
            named = [called(label) for label in self.unseen[:_MOST_NAMED]]
            more = len(self.unseen) - len(named)
            one = "s" * (len(self.unseen) == 1)
            found.append(f"{joined([*named, f'{more} more'] if more else named)} exist{one} but win{one} nowhere here")
        if self.line is not None and self.line.sampled:
            found.append("a crossing between two of these points that are of the same class can be missed")
        if self.line is not None and self.line.ties:
            count = len(self.line.ties)
            where = "in a stretch" if count == 1 else f"in {count} stretches"
            found.append(f"{where} the two best are equal to rounding")
        if self.line is not None and self.line.undecided:
            low, high = self.line.undecided[0]
            found.append(f"crossings may be missing, first in {interval(low, high)}")
        return found

    def _on_samples(self) -> list[str]:
        if self.samples is None:
            return []
        margin = self.samples.margin
        median, least = nice(np.median(margin)), nice(margin.min())
        ahead = f"the winner is ahead by {median} (median of the samples), at least {least}"
        if self.threshold is not None:
            at = nice(self.threshold)
            ahead = f"the output is {median} from the threshold {at} (median of the samples), at least {least}"
        if self.samples.accuracy is None:
            return [ahead]
        return [f"right on {self.samples.accuracy:.1%} of {counted(len(margin), 'sample')}", ahead]

    def table(self) -> list[Row]:
        """Return one row per region over one feature, one row per class over two."""
        if self.line is not None:
            return [{"class": _entry(r.winner), "from": r.low, "to": r.high} for r in self.line.regions]
        rows = []
        for code, label in enumerate(self.classes):
            row: Row = {"class": _entry(label), "share": float(self.share[code]), "parts": self.islands[code]}
            if self.samples is not None and self.samples.class_accuracy is not None:
                accuracy = float(self.samples.class_accuracy[code])
                row["accuracy"] = None if np.isnan(accuracy) else accuracy
            rows.append(row)
        return rows

    @property
    def written(self) -> tuple[str, ...]:
        """Names of what `as_dict` writes: crossings and regions, or shares, parts and polylines.

        The margin at every point of the grid is left out: it can be computed from the saved network.
        """
        names = ("network", "classes", "feature_names", "at", "low", "high", "from_data", "threshold", "certainty")
        names += ("share", "islands", "unseen", "samples")
        return names + (("line",) if self.line is not None else ("borders", "contour_within"))


def _entry(label: Any) -> Any:
    """Return a label for a table, where True would be a yes."""
    return str(label) if isinstance(label, bool) else label


def equation(border: Border, names: Sequence[str]) -> str:
    """Return "x1 + 0.5·x2 = 1.2", the straight line that a piece of the boundary lies on; "" where it is none."""
    if border.equation is None:
        return ""
    *slopes, level = border.equation
    text = ""
    for slope, name in zip(slopes, names, strict=True):
        if slope:
            size = "" if abs(slope) == 1 else f"{nice(abs(slope))}·"
            sign = ("-" if slope < 0 else "") if not text else (" - " if slope < 0 else " + ")
            text += f"{sign}{size}{name}"
    return f"{text} = {nice(level)}"


def boundaries(
    network: Any,
    data: Dataset | None = None,
    *,
    features: str | Sequence[str] | None = None,
    at: Mapping[str, float] | None = None,
    threshold: float | None = None,
    low: float | Sequence[float] | None = None,
    high: float | Sequence[float] | None = None,
    points: int = 200,
    tolerance: float = CONTOUR,
) -> Boundaries:
    """Read where a classifier changes its mind: any network, any activation.

    Several outputs decide by the largest (before a softmax, which keeps their order), one output by a threshold. Over
    one feature every crossing is found by guaranteed bounds on values and slopes. Over two features the winners are
    sampled on a grid and the boundary is traced and refined; of a linear classifier it is exact. Of other networks of
    straight lines the reading's `exact` has the exact regions too.

    A black box is called on a grid, and the boundary between two points of different classes found by halving: sampled,
    so that what is narrower than the grid can be missed. It decides as it does by itself, such as by its `predict`.

    Args:
        network: A network, a fit, whose data are used unless others are given, or a `Predictor`.
        data: Samples whose range is looked at and whose labels are compared; not needed where `low` and `high` are.
        features: Names of the one or two features to look at; by default the only one, or the two most telling: those
            whose setting to the median moves the logits most.
        at: Where the other features are held, by name; at their medians over the data unless given.
        threshold: Of one output: the second class begins here, in the output's unit; `network.threshold` unless given.
        low: Where the range begins, one number for each feature looked at; the data's smallest unless given.
        high: Where it ends; the data's largest unless given.
        points: Over two features, how many points the grid has along each, from 10 to 2000. Along one feature a black
            box is called at ten times as many.
        tolerance: Over two features of a network, how far the traced boundary may be from the true one between
            its vertices, as a share of the range, from 1e-8 on; vertices are added until it is met.

    Raises:
        NodewiseError: If an argument is none of these, or the data do not fit the network.
    """
    classifier = as_model(network)
    if data is None:
        data = getattr(network, "data", None)
    if data is not None and not isinstance(data, Dataset):
        raise NodewiseError(f"data must be a Dataset. Got {type(data).__name__}. Build one with nodewise.Dataset.")
    if data is not None and data.features != classifier.inputs:
        raise NodewiseError(
            f"data must fit the network, {counted(classifier.inputs, 'feature')}. Got {data.features}; give the data "
            "it was trained on."
        )
    whole = isinstance(points, int | np.integer) and not isinstance(points, bool)
    if not whole or not _POINTS[0] <= points <= _POINTS[1]:
        raise NodewiseError(f"points must be a whole number from {_POINTS[0]} to {_POINTS[1]}. Got {points!r}.")
    if isinstance(tolerance, bool) or not isinstance(tolerance, int | float | np.number) or not tolerance >= _FINEST:
        raise NodewiseError(f"tolerance must be a share of the range, 1e-8 or more. Got {tolerance!r}.")
    where = find_slice(classifier, data, features, at, low, high)
    decides: Any
    line: Any
    over: Any
    if isinstance(classifier, Predictor):
        decides = choice(classifier, threshold, data)
        line, over = partial(line_of, points=int(points)), plane_of
    else:
        decides, line, over = rule(classifier, threshold, data), follow, plane
    one = len(where.features) == 1
    return Boundaries(
        classifier,
        decides.classes,
        where.names,
        where.at,
        where.low,
        where.high,
        where.from_data,
        decides.threshold,
        line(decides, where) if one else None,
        None if one else over(decides, where, int(points), float(tolerance)),
        None if one or isinstance(decides, Choice) else mosaic(decides, where),
        None if data is None else classified(decides, data),
        decides,
        where,
    )
