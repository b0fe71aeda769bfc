"""The continuous curve of fewest straight pieces within a tube, or through windows: greedy, in one pass.

Each piece goes as far as any can. While the lines that are possible have a steepest and a shallowest, the next window
only cuts these two (O'Rourke 1981); where even the shallowest passes above a window, no line reaches it. That line,
from where it last touches the floor to where it leaves, is what every curve with as many pieces must cross on its way
down, so the next piece may begin anywhere on it, and nowhere better (Imai and Iri 1986; Suri 1986; Guibas, Hershberger,
Mitchell and Snoeyink 1993). For it the floor counts from that last touch on, the ceiling from where the line leaves.

A window is visited at most twice and leaves each convex hull once, so the time is linear in the number of windows.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

Numbers = Float[np.ndarray, " place"]
_NONE = -math.inf  # slope of the lowest line while nothing holds it


@dataclass(frozen=True, eq=False)
class Tube:
    """Between which values a curve has to stay.

    Attributes:
        x: [place], rising.
        floor, ceiling: [place], the windows.
        sides: (floor before, floor after, ceiling before, ceiling after) each place, between which straight walls run;
            None where only the windows matter.
    """

    x: Numbers
    floor: Numbers
    ceiling: Numbers
    sides: tuple[Numbers, Numbers, Numbers, Numbers] | None = None


class Links(NamedTuple):
    """A curve of straight pieces.

    Attributes:
        knots: [knot], rising.
        values: [knot].
        slopes: [knot + 1].
        start: Its value at the first place.
    """

    knots: np.ndarray
    values: np.ndarray
    slopes: np.ndarray
    start: float

    def __call__(self, x: np.ndarray, low: float) -> np.ndarray:
        """Return the curve, which has its start at `low`, piece by piece."""
        piece = np.searchsorted(self.knots, x)
        at, values = np.append(low, self.knots), np.append(self.start, self.values)
        return values[piece] + self.slopes[piece] * (x - at[piece])


class _Side:
    """The walls met so far on one side, seen as a ceiling (the floor is given upside down).

    `hull` holds the walls that a line from the other side can lean on, from `first` on; the line that comes closest to
    this side leans on one of them and ends at `anchor`, a wall of the other side, with the next wall there.
    """

    def __init__(self) -> None:
        self.x: list[float] = []
        self.y: list[float] = []
        self.first = 0
        self.slope = _NONE  # of the lowest line far out: under this ceiling at its left, over the floor at its right
        self.anchor = (0.0, 0.0, 0)

    def lean(self, x: float, y: float, after: int) -> None:
        """Let the lowest line end at the floor (x, y)."""
        hx, hy, i, last = self.x, self.y, self.first, len(self.x) - 1
        if last < i or hx[i] >= x:
            return
        slope = (y - hy[i]) / (x - hx[i])
        while i < last and hx[i + 1] < x and (y - hy[i + 1]) / (x - hx[i + 1]) >= slope:
            i += 1
            slope = (y - hy[i]) / (x - hx[i])
        self.first, self.slope, self.anchor = i, slope, (x, y, after)

    def push(self, x: float, y: float) -> None:
        """Add a wall to the lower hull of this ceiling."""
        hx, hy, left = self.x, self.y, len(self.x) - self.first
        while left >= 2 and (hy[-1] - hy[-2]) * (x - hx[-2]) >= (y - hy[-2]) * (hx[-1] - hx[-2]):
            hx.pop()
            hy.pop()
            left -= 1
        hx.append(x)
        hy.append(y)


def fewest(tube: Tube) -> Links:
    """Return a continuous curve of as few straight pieces as there can be."""
    x = tube.x.tolist()
    # Upside down the floor is a ceiling: what is blocked above and below differs by a sign alone.
    walls = (tube.ceiling.tolist(), (-tube.floor).tolist())
    lines: list[tuple[float, float, float]] = []
    begin, extra, ahead = (0, 0), (None, None), 1
    while True:
        side, sides, at = _stretch(x, walls, begin, extra, ahead)
        if side is None:
            lines.append(_between(*sides))
            return _joined(lines, x[0])
        sign = (1.0, -1.0)[side]
        px, py, after = sides[side].anchor
        slope = sides[side].slope
        lines.append((px, sign * py, sign * slope))
        leaves = _exit(tube, side, at, px, py, slope)
        begin, extra = ((at, after), (leaves, (px, -py))) if side == 0 else ((after, at), ((px, -py), leaves))
        ahead = 1 - side


def _stretch(
    x: list[float], walls: tuple, begin: tuple, extra: tuple, ahead: int
) -> tuple[int | None, tuple[_Side, _Side], int]:
    """Return which side blocks the next line (None if it reaches the end), the sides, and the window it is blocked at.

    Args:
        x: As the tube's.
        walls: The ceiling, and the floor upside down.
        begin: The first window of either.
        extra: A wall before it of either, or None.
        ahead: The side whose walls begin earlier; nothing is blocked until the other's do.
    """
    sides = (_Side(), _Side())
    for s in (ahead, 1 - ahead):
        if s != ahead:
            for i in range(begin[ahead], begin[s]):
                sides[ahead].push(x[i], walls[ahead][i])
        if extra[s] is not None:
            px, py = extra[s]
            sides[1 - s].lean(px, -py, begin[s])
            sides[s].push(px, py)
    up, down = sides
    ceiling, floor = walls
    push_up, push_down = up.push, down.push
    (ax, ay, _), a, (bx, by, _), b = up.anchor, up.slope, down.anchor, down.slope
    for i in range(max(begin), len(x)):
        at, high, low = x[i], ceiling[i], floor[i]
        # Both lines are checked before either is moved, because both may lean on this window.
        least = ay + a * (at - ax) if a > _NONE else _NONE
        most = by + b * (at - bx) if b > _NONE else _NONE
        if least > high:
            return 0, sides, i
        if most > low:
            return 1, sides, i
        if -low > least:
            up.lean(at, -low, i + 1)
            (ax, ay, _), a = up.anchor, up.slope
        if -high > most:
            down.lean(at, -high, i + 1)
            (bx, by, _), b = down.anchor, down.slope
        push_up(at, high)
        push_down(at, low)
    return None, sides, len(x)


def _exit(tube: Tube, side: int, at: int, px: float, py: float, slope: float) -> tuple[float, float] | None:
    """Return where a line leaves through the wall before window `at`, if there are walls; upside down for the floor."""
    if tube.sides is None:
        return None
    walls = (tube.sides[3], tube.sides[2]) if side == 0 else (-tube.sides[1], -tube.sides[0])
    a, b = float(tube.x[at - 1]), float(tube.x[at])
    left, right = float(walls[0][at - 1]), float(walls[1][at])
    over, under = py + slope * (b - px) - right, left - (py + slope * (a - px))
    if over <= 0:
        return None  # it fits under the wall, and not through a jump at its end
    share = max(under, 0.0) / (max(under, 0.0) + over)
    x = a + share * (b - a)
    return (x, left + share * (right - left)) if a < x < b else ((a, left) if x <= a else None)


def _between(up: _Side, down: _Side) -> tuple[float, float, float]:
    """Return the line midway between the lowest and the highest, or the one there is."""
    low, high = (*up.anchor[:2], up.slope), (down.anchor[0], -down.anchor[1], -down.slope)
    if not (np.isfinite(low[2]) and np.isfinite(high[2])):
        return low if np.isfinite(low[2]) else high
    slope = (low[2] + high[2]) / 2
    return low[0], (low[1] + high[1] + high[2] * (low[0] - high[0])) / 2, slope


def _joined(lines: list[tuple[float, float, float]], begin: float) -> Links:
    """Return the curve along lines (x, y, slope), each from where it crosses the one before."""
    x, y, slope = np.array(lines).T
    # Offsets from the later line's own place, so that nothing far away cancels.
    at = x[1:] + (y[1:] - y[:-1] - slope[:-1] * (x[1:] - x[:-1])) / (slope[:-1] - slope[1:])
    return Links(at, y[1:] + slope[1:] * (at - x[1:]), slope, float(y[0] + slope[0] * (begin - x[0])))
