"""What `critical_points` returns."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from nodewise.inspection.reading import Reading, Row, counted, interval, joined, nice
from nodewise.network import Network

_MOST = 6  # places named
_SETTLED = ("flat", "at the level", "end")
_MOST_OUTPUTS = 3


@dataclass(frozen=True)
class LevelCrossing:
    """A place where an output passes the level.

    Attributes:
        output: Index of the output.
        x: The place: the feature, or t along a line.
        within: How far the true place can be from it.
        rises: Whether the output is above the level behind it.
        jump: Whether the output may jump over the level.
    """

    output: int
    x: float
    within: float
    rises: bool
    jump: bool


@dataclass(frozen=True)
class Extremum:
    """A stretch in which an output turns: to one side of it it surely rises, to the other it surely falls.

    Attributes:
        output: Index of the output.
        kind: "maximum" or "minimum".
        low, high: The ends of the bracket. It holds an extremum, more than one only if the output turns to and fro
            inside; it is wide where the output is flat at its extremum.
        value: The output there.
        value_within: How far the extreme value can be from it.
    """

    output: int
    kind: str
    low: float
    high: float
    value: float
    value_within: float

    @property
    def x(self) -> float:
        """The middle of the bracket."""
        return self.low / 2 + self.high / 2

    @property
    def within(self) -> float:
        """Half the width of the bracket."""
        return self.high / 2 - self.low / 2


@dataclass(frozen=True)
class Doubt:
    """A stretch of which less is known.

    Attributes:
        output: Index of the output.
        kind: "flat": it moves by no more than rounding; "at the level": it is there but for rounding; "jump": it may
            jump, to the other side of the level or turning; "touch": it may reach the level without crossing it;
            "end": it is at the level at an end of the line, or jumps there, but for rounding, which is no crossing;
            "turn": its slope may be 0, or change its sign twice; "unsearched": the search ended before.
        low, high: The ends.
    """

    output: int
    kind: str
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class CriticalPoints(Reading):
    """Where the outputs cross a level and where they turn, on a line.

    Attributes:
        network: The network.
        low, high: The ends of the line, in the feature's unit, or as t along origin + t·direction.
        origin, direction: [feature], the line.
        level: The level.
        crossings: Every crossing, by output and place: inside the line, from one side of the level to the other.
        extrema: Every extremum inside, by output and place; the ends of the line are none.
        doubts: The stretches outside of which no crossing and no extremum is missing. Those that are "flat", "at the
            level" or "end" hold none that float64 could tell.
        tolerance: The length down to which the line was searched.
        intervals: How many were bounded.
    """

    network: Network
    low: float
    high: float
    origin: Float[np.ndarray, " feature"]
    direction: Float[np.ndarray, " feature"]
    level: float
    crossings: tuple[LevelCrossing, ...]
    extrema: tuple[Extremum, ...]
    doubts: tuple[Doubt, ...]
    tolerance: float
    intervals: int

    @property
    def undecided(self) -> tuple[Doubt, ...]:
        """The doubts that could hide a crossing or an extremum."""
        return tuple(doubt for doubt in self.doubts if doubt.kind not in _SETTLED)

    @property
    def certified(self) -> bool:
        """Whether no crossing and no extremum can be missing."""
        return not self.undecided

    @property
    def within(self) -> float:
        """How far a place can be from where it is said to be; 0 without one."""
        return max((place.within for place in (*self.crossings, *self.extrema)), default=0.0)

    @property
    def certainty(self) -> str:
        """How sure the places are: "certified within …", or where it is undecided."""
        if self.undecided:
            return f"undecided in {counted(len(self.undecided), 'stretch').replace('stretchs', 'stretches')}"
        return f"certified within {nice(self.within or self.tolerance)}"

    def points(self, t: Float[np.ndarray, " point"]) -> Float[np.ndarray, "point feature"]:
        """Return the inputs at places of the line."""
        return self.origin + np.asarray(t, float)[:, None] * self.direction

    @property
    def summary(self) -> str:
        """What crosses and turns where, in one sentence."""
        names = self.network.output_names
        said = [self._of(o) for o in range(len(names))[:_MOST_OUTPUTS]]
        if len(names) > _MOST_OUTPUTS:
            said.append("the other outputs are in the table")
        missed = "none missed, " if self.certified else ""
        parts = ["; ".join(said) + f" ({missed}{self.certainty})"]
        for kind, words in (("flat", "is flat to rounding"), ("at the level", "is at the level to rounding")):
            found = [doubt for doubt in self.doubts if doubt.kind == kind]
            if found:
                more = f" and {len(found) - 1} more" if len(found) > 1 else ""
                parts.append(f"{names[found[0].output]} {words} in {interval(found[0].low, found[0].high)}{more}")
        reached = [f"{names[doubt.output]} at {nice(self._end(doubt))}" for doubt in self.doubts if doubt.kind == "end"]
        if reached:
            parts.append(f"reached at an end, which is no crossing: {joined(reached[:_MOST])}")
        if self.undecided:
            first = self.undecided[0]
            parts.append(f"some may be missing, first in {interval(first.low, first.high)}")
        axis = self.network.feature_names[0] if len(self.origin) == 1 else "t"
        return f"For {axis} in {interval(self.low, self.high)} {'; '.join(parts)}."

    def _end(self, doubt: Doubt) -> float:
        return self.low if doubt.low <= self.low else self.high

    def _of(self, o: int) -> str:
        crossings = [found.x for found in self.crossings if found.output == o]
        text = f"{self.network.output_names[o]} crosses {nice(self.level)} {_places(crossings)}"
        for kind in ("maximum", "minimum"):
            found = [place.x for place in self.extrema if place.output == o and place.kind == kind]
            plural = kind if len(found) == 1 else kind.replace("mum", "ma")
            text += f"{', has' if kind == 'maximum' else ' and'} {len(found) or 'no'} {plural}"
            text += f" ({', '.join(_named(found))})" if found else ""
        return text

    def table(self) -> list[Row]:
        """Return one row per crossing and extremum, by output and place."""
        names = self.network.output_names
        rows = [
            (c.output, c.x, {"kind": "rises" if c.rises else "falls", "value": self.level, "within": c.within})
            for c in self.crossings
        ]
        rows += [(e.output, e.x, {"kind": e.kind, "value": e.value, "within": e.within}) for e in self.extrema]
        rows.sort(key=lambda row: row[:2])
        return [{"output": names[o], "x": x, **row} for o, x, row in rows]

    @property
    def written(self) -> tuple[str, ...]:
        """Names of what `as_dict` writes: the attributes, and how sure they are."""
        return (*super().written, "certainty")


def _places(places: list[float]) -> str:
    if not places:
        return "nowhere"
    return f"at {joined(_named(places))}"


def _named(places: list[float]) -> list[str]:
    texts = [nice(place) for place in places]
    return texts if len(texts) <= _MOST else [*texts[: _MOST - 1], f"{len(texts) - _MOST + 1} more"]
