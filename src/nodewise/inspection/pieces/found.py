"""What both ways of finding the pieces give: linear pieces as arrays, of float64 or of fractions."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from jaxtyping import Bool, Int

from nodewise.inspection.straight import Switches

# float64, or object arrays of fractions.Fraction whose infinite entries are floats.
Numbers = np.ndarray


@dataclass(frozen=True, eq=False)
class Found:
    """The linear pieces of all outputs, neighbours of which differ in at least one output.

    Attributes:
        edges: [piece + 1], positions; the first and last are the ends of the line, which may be infinite.
        slopes: [piece, output], per unit of position.
        left, right: [piece, output], the outputs at both ends of each piece, seen from inside.
        anchor: [piece], a finite position in each piece: its left end, where that is finite.
        level: [piece, output], the output there.
        bends, jumps: [breakpoint, output], whether the output's slope changes, and whether its value does.
        places: [place], the positions at which any node switches.
        at: [breakpoint], the place that each inner edge is.
        switches: The nodes that switch; its `at` is the place.
        rounding: [piece, output], what rounding may have changed in a value; 0 for fractions.
        complete: Whether the pieces reach the end asked for.
    """

    edges: Numbers
    slopes: Numbers
    left: Numbers
    right: Numbers
    anchor: Numbers
    level: Numbers
    bends: Bool[np.ndarray, "breakpoint output"]
    jumps: Bool[np.ndarray, "breakpoint output"]
    places: Numbers
    at: Int[np.ndarray, " breakpoint"]
    switches: Switches
    rounding: Numbers
    complete: bool

    def __len__(self) -> int:
        """Return the number of linear pieces."""
        return len(self.slopes)

    def number(self, value: float) -> Any:
        """Return a number of the kind the arrays hold."""
        return Fraction(float(value)) if self.slopes.dtype == object else float(value)

    def floats(self) -> "Found":
        """Return the same in float64, each number rounded once."""
        names = ("edges", "slopes", "left", "right", "anchor", "level", "places", "rounding")
        numbers = {name: getattr(self, name).astype(float) for name in names}
        return Found(
            **numbers, bends=self.bends, jumps=self.jumps, at=self.at, switches=self.switches, complete=self.complete
        )


def anchors(edges: Numbers) -> Numbers:
    """Return a finite position in each piece: its left end, else its right end, else 0."""
    found = edges[:-1].copy()
    if found[0] == -np.inf:
        found[0] = 0 if edges[1] == np.inf else edges[1]
    return found


def far(slope: Any, side: int, level: Any) -> Any:
    """Return what a straight line reaches at side·∞, given its slope and its level anywhere."""
    return level if slope == 0 else side * (np.inf if slope > 0 else -np.inf)
