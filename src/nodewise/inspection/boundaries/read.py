"""Where a classifier changes its mind, from its weights."""

import math
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.border import Border
from nodewise.inspection.boundaries import words
from nodewise.inspection.boundaries.called import Choice, choice, line_of, plane_of
from nodewise.inspection.boundaries.line import TOLERANCE, Crossing, Line, Region, follow
from nodewise.inspection.boundaries.linear import Mosaic, mosaic
from nodewise.inspection.boundaries.plane import CONTOUR, Plane, plane
from nodewise.inspection.boundaries.samples import Samples, classified
from nodewise.inspection.boundaries.slice import Slice, find_slice
from nodewise.inspection.overflow import within_float64
from nodewise.inspection.reading import Reading, Row, as_model, counted, nice
from nodewise.inspection.regions import Regions, regions
from nodewise.inspection.rule import Rule, rule
from nodewise.network import Dense, Network, Predictor

_POINTS = (10, 2000)
_FINEST = 1e-8  # tolerance of a traced boundary, as a share of the range
_FEW_REGIONS = 10_000  # a second or two
_MOST_REGIONS = 200_000
_ALL = 1e-9  # of the length


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
        plane: Over two features: the winners on a grid, sampled; its margin and its traced boundary, also where
            `share`, `islands` and `borders` are exact.
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
        return "exact" if self.mosaic is not None or self._cut is not None else self._plane.certainty

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
        """Over two features: the boundary as polylines, exact where `certainty` is."""
        plane = self._plane
        if self.mosaic is not None:
            return self.mosaic.borders
        if self._cut is None:
            return plane.borders
        step = 1 if self.where.features[0] < self.where.features[1] else -1
        return tuple(Border(border.points[:, ::step], border.classes) for border in self._cut.boundary)

    @property
    def share(self) -> Float[np.ndarray, " class"]:
        """Share of the area (over one feature: of the range) in which each class wins; they sum to 1."""
        if self.line is not None:
            return self.line.share(self.classes)
        if self._cut is not None:
            areas = np.array([self._cut.class_areas[label] for label in self.classes])
            return areas / areas.sum()
        return self._plane.share if self.mosaic is None else self.mosaic.share

    @property
    def islands(self) -> tuple[int, ...]:
        """Number of connected parts of each class."""
        if self.line is not None:
            return self.line.islands(self.classes)
        if self._cut is not None:
            return tuple(self._cut.islands[label] for label in self.classes)
        return self._plane.islands if self.mosaic is None else self.mosaic.islands

    @cached_property
    def exact(self) -> Regions | None:
        """Over two features, of a network of straight lines: its exact regions, which miss no island.

        Computed when it is first asked for; a large network takes seconds. None of a smooth network, and where there
        are more than 200 000 regions. Up to 10 000 of them, `share`, `islands` and `borders` are taken from here.
        """
        return self._cut or self._regions(_MOST_REGIONS)

    @cached_property
    def _cut(self) -> Regions | None:
        """The exact regions, if they are so few that they take a second or two."""
        try:
            return self._regions(_FEW_REGIONS) if self.mosaic is None else None
        except NodewiseError:  # numbers overflow
            return None

    def _regions(self, most: int) -> Regions | None:
        if isinstance(self.rule, Choice):
            return None
        layers = [layer for layer in self.rule.layers if isinstance(layer, Dense)]
        straight = all(layer.activation.piecewise_linear for layer in layers)
        if self.line is not None or not straight or self.rule.constant is not None:
            return None
        order = np.argsort(self.where.features)
        box = np.column_stack([self.low, self.high])[order]
        network = replace(self.network, classes=self.classes)
        found = regions(network, box.tolist(), at=self.at, threshold=self.threshold, most=most)
        return found if found.decision is not None else None

    @property
    def margin(self) -> Float[np.ndarray, "row column"]:
        """Over two features: how far the winner is ahead at each point of the grid, in the unit of the outputs."""
        return self._plane.margin

    @property
    def contour_within(self) -> float:
        """Over two features: how far `borders` are from the true boundary, as a share of the range; 0 where exact.

        Measured at the middles of all straight pieces; `contour_certainty` says how much is proved in between.
        """
        return self._plane.contour_within if self.certainty != "exact" else 0.0

    @property
    def contour_certainty(self) -> str:
        """Over two features: how sure it is that the boundary passes wherever `borders` are; "" where there are none.

        "Exact", or "certified within …": the class changes within that distance of every place, proved by intervals on
        both hands of each piece. If that is proved of a part only, its share is given: what is left is mostly where a
        class is narrower than the grid. If of nothing, what was measured. That no other piece exists, such as an island
        between the points of the grid, is not meant.
        """
        plane = self._plane
        if self.certainty == "exact" or not self.borders:
            return "exact" if self.borders else ""
        if not plane.contour_proved:
            return f"measured within {nice(plane.contour_within)} of the range"
        said, share = f"certified within {nice(plane.tolerance)} of the range", plane.contour_proved
        if share > 1 - _ALL:
            return said
        return f"{said} along {math.floor(1000 * share) / 10:g}% of its length, sampled along the rest"

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
        parts = [words.along(self)] if self.line is not None else [words.across(self), *words.boundary(self)]
        parts += [*words.doubts(self), *words.on_samples(self)]
        return f"{words.domain(self)} {'; '.join(parts)}."

    @property
    def clause(self) -> str:
        """Where the class changes, if words can say it, as part of a longer sentence; "" for a curved boundary."""
        return words.along(self) if self.line is not None else words.straight(self)

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
        return names + (("line",) if self.line is not None else ("borders", "contour_within", "contour_certainty"))


def _entry(label: Any) -> Any:
    """Return a label for a table, where True would be a yes."""
    return str(label) if isinstance(label, bool) else label


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
    one feature every crossing is found by guaranteed bounds on values and slopes. Over two features areas, islands and
    boundary are exact of networks of straight lines, such as ReLU, with up to 10 000 regions there; the reading's
    `exact` has the regions, and takes more. Of others the winners are sampled on a grid and the boundary is traced and
    refined, and how near it is to the true one is certified.

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
        tolerance: Over two features of a network, how far the traced boundary may be from the true one, as a share of
            the range, from 1e-8 on; vertices are added until it is half of that at the middles of all pieces.

    Raises:
        NodewiseError: If an argument is none of these, the data do not fit the network, or products of weights and
            inputs overflow.
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
    guard = nullcontext() if isinstance(classifier, Predictor) else within_float64(classifier, _ends(where))
    with guard:
        return _read(decides, where, data, line, partial(over, points=int(points), tolerance=float(tolerance)))


def _ends(where: Slice) -> list[float]:
    return [*where.low, *where.high, *where.origin]


def _read(decides: Any, where: Slice, data: Dataset | None, line: Any, over: Any) -> Boundaries:
    one = len(where.features) == 1
    return Boundaries(
        decides.network,
        decides.classes,
        where.names,
        where.at,
        where.low,
        where.high,
        where.from_data,
        decides.threshold,
        line(decides, where) if one else None,
        None if one else over(decides, where),
        None if one or isinstance(decides, Choice) else mosaic(decides, where),
        None if data is None else classified(decides, data),
        decides,
        where,
    )
