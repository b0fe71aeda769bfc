"""How many nodes are needed as the range of the data grows."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from nodewise.inspection.reading import Reading, Row, interval, joined, nice, plain
from nodewise.inspection.study.width import SmallestWidth

_LINE = 2  # ranges that make a line
_SURE = 3  # ranges from which it can be told how sure its slope is


@dataclass(frozen=True)
class Line:
    """Needed nodes = `intercept` + `slope` · length of the range, by least squares.

    Attributes:
        slope: Nodes per unit of the feature.
        intercept: Nodes at a range of length 0.
        error: Standard error of the slope; None from two ranges.
    """

    slope: float
    intercept: float
    error: float | None


@dataclass(frozen=True, eq=False)
class WidthByRange(Reading):
    """The fewest nodes that are reached on ranges that grow.

    Attributes:
        ranges: Each (low, high), the shortest first.
        widths: What was found on each.
    """

    ranges: tuple[tuple[float, float], ...]
    widths: tuple[SmallestWidth, ...]

    @property
    def lengths(self) -> tuple[float, ...]:
        """How long each range is."""
        return tuple(high - low for low, high in self.ranges)

    @cached_property
    def line(self) -> Line | None:
        """The line through the widths that are reached; None of fewer than two."""
        found = [(x, width.nodes) for x, width in zip(self.lengths, self.widths, strict=True) if width.nodes]
        if len(found) < _LINE:
            return None
        from scipy.stats import linregress

        x, y = np.array(found, float).T
        seen: Any = linregress(x, y)
        error = float(np.nan_to_num(seen.stderr)) if len(found) >= _SURE else None  # a level line's is nan
        return Line(float(seen.slope), float(seen.intercept), error)

    @property
    def summary(self) -> str:
        """The widths, and by how many nodes they grow."""
        first = self.widths[0]
        kind, feature = first.study.settings[0].activation[0], first.study.data.feature_names[0]
        words = [f"{_nodes(w)} on {interval(*r)}" for w, r in zip(self.widths, self.ranges, strict=True)]
        said = [
            (
                f"Needed to be good from at least {100 * first.share:.3g} % of starts, with 95 % confidence, on "
                f"{first.study.data.name}: {joined(words)} {kind} nodes"
            )
        ]
        if self.line is not None:
            slope = self.line.slope
            sure = "" if self.line.error is None else f" (standard error {nice(self.line.error)})"
            turn = f"{'falls' if slope < 0 else 'rises'} by {nice(abs(slope))} nodes per unit of {feature}{sure}"
            said.append(f"The line through them {turn if slope else 'is level'}")
            if slope > 0:
                said[-1] += f", one node per {nice(1 / slope)}"
        missed = [length for length, width in zip(self.lengths, self.widths, strict=True) if width.nodes is None]
        if missed and self.line is not None:
            reached = [length for length, width in zip(self.lengths, self.widths, strict=True) if width.nodes]
            flat = ", and is too flat" if min(missed) > max(reached) else ""
            said.append(f"The line leaves out where none is{flat}")
        level = f"Good is an RMSE of at most {nice(first.study.good)}, {first.study.rule}"
        said.append(f"{level}; samples are as dense on every range")
        return ". ".join(said) + "."

    def table(self) -> list[Row]:
        """Return one row per range: nodes reached and representable, the shares there, and what the line says."""
        rows = []
        for (low, high), width in zip(self.ranges, self.widths, strict=True):
            row: Row = {"from": low, "to": high, "samples": width.study.data.samples, "reached": width.nodes}
            row |= {"representable": width.representable}
            at = next((each for each in width.table() if each["nodes"] == width.nodes), {})
            row |= {name: at.get(name) for name in ("good", "starts", "share", "low", "high")}
            line = self.line
            rows.append(row | {"line": None if line is None else line.intercept + line.slope * (high - low)})
        return rows

    @property
    def written(self) -> tuple[str, ...]:
        """Names of the attributes that `as_dict` writes."""
        return ("ranges", "line")

    def as_dict(self, without: Collection[str] = ()) -> Row:
        """Return what was found on each range, as JSON knows it."""
        return super().as_dict(without) | {
            "widths": [width.as_dict() for width in self.widths],
            "table": plain(self.table()),
        }


def _nodes(width: SmallestWidth) -> str:
    return f"none of up to {width.widths[-1]}" if width.nodes is None else str(width.nodes)
