"""An activation of straight lines: where they meet its corners they are cut, and each part follows one line of it.

A node switches at an edge if its activation follows one straight line before and another after. That is read from the
middle of each piece, so that crossings which fall on an edge, or on each other, count like any other.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from nodewise.activations import Activation
from nodewise.inspection.straight.lines import NOISE, Pieces, Switches

# Breakpoints closer than this share of their distance from 0 are one; so are those closer than their own rounding,
# if that is no more than the second share.
_SAME, _BLURRED = 1e-13, 1e-9
_ROUNDING = 16 * float(np.finfo(float).eps)


@dataclass(frozen=True, eq=False)
class Crossings:
    """How often lines meet one corner inside their piece: number k·period above it from `first` on [piece, node]."""

    corner: float
    period: float
    first: Float[np.ndarray, "piece node"]
    number: Float[np.ndarray, "piece node"]


def crossings(lines: Pieces, activation: Activation) -> list[Crossings]:
    """Return where lines meet the corners of φ inside their piece, not yet spelled out."""
    right, found = lines.right, []
    low, high = np.minimum(lines.left, right), np.maximum(lines.left, right)
    for corner in (*activation.kinks, *activation.jumps):
        if activation.period is None:
            inside = (low < corner) & (corner < high)
            found.append(Crossings(corner, 0.0, np.zeros((1, 1)), inside))
        else:
            first = np.floor((low - corner) / activation.period) + 1
            last = np.ceil((high - corner) / activation.period) - 1
            found.append(Crossings(corner, activation.period, first, np.maximum(last - first + 1, 0)))
    return found


def activated(lines: Pieces, activation: Activation, found: list[Crossings]) -> tuple[Pieces, np.ndarray]:
    """Return φ of the lines, cut at the crossings found, and the segment of φ each is on [piece, node]."""
    parts = [_places(lines, each) for each in found]
    places = np.concatenate([*(place for place, _ in parts), np.empty(0)])
    whole = _cut(lines, places, np.concatenate([*(blur for _, blur in parts), np.empty(0)])) if places.size else lines
    half = whole.slope * whole.width[:, None] / 2
    middle = whole.left + half
    return _bent(whole, activation, middle, half), _segments(whole, activation, middle)


def switched(segments: Int[np.ndarray, "piece node"], before: Int[np.ndarray, " node"] | None, layer: int) -> Switches:
    """Return where a node is on another segment than in the piece before, the first piece following `before`.

    Args:
        segments: Twice the number of corners below each node; odd where it rests on one.
        before: The segments left of the first piece; None if nothing is.
        layer: The layer the nodes are in.
    """
    at, node = np.nonzero(np.abs(segments[1:] - segments[:-1]) > 1)
    at += 1
    if before is not None:
        (first,) = np.nonzero(np.abs(segments[0] - before) > 1)
        at, node = np.concatenate([np.zeros_like(first), at]), np.concatenate([first, node])
    return Switches(at, np.full(len(at), layer), node)


def _places(lines: Pieces, found: Crossings) -> tuple[Float[np.ndarray, " crossing"], Float[np.ndarray, " crossing"]]:
    """Return where the crossings are, and how much their rounding may move them."""
    piece, node = np.nonzero(found.number)
    place: float | np.ndarray = found.corner
    if found.period:
        first, repeats = found.first[piece, node], found.number[piece, node].astype(int)
        piece, node, first = (np.repeat(index, repeats) for index in (piece, node, first))
        k = first + np.arange(len(piece)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        place = found.corner + k * found.period
    slope, begin, end = lines.slope[piece, node], lines.edges[piece], lines.edges[piece + 1]
    shift = (place - lines.left[piece, node]) / slope
    size = lines.left_size[piece, node] + lines.slope_size[piece, node] * np.abs(shift)
    reach = np.maximum(np.abs(begin), np.abs(end))
    blur = np.clip(_ROUNDING * size / np.abs(slope), _SAME * reach, _BLURRED * reach)
    return np.clip(begin + shift, begin, end), blur


def _cut(whole: Pieces, places: Float[np.ndarray, " crossing"], blur: Float[np.ndarray, " crossing"]) -> Pieces:
    """Return the same lines, cut at the places as well; what lies closer than its blur is cut once."""
    edges, count = whole.edges, len(whole.edges)
    every, blurs = np.concatenate([edges, places]), np.concatenate([_SAME * np.abs(edges), blur])
    order = np.argsort(every, kind="stable")
    rising, blurs = every[order], blurs[order]
    apart = rising[1:] - rising[:-1] > np.maximum(blurs[1:], blurs[:-1])
    starts = np.concatenate([[True], apart])
    group = np.empty(len(every), np.intp)
    group[order] = np.cumsum(starts) - 1
    cuts = rising[starts]
    if len(cuts) < 2:
        return whole if len(whole) == 1 else replace(whole.part(0, 1), edges=edges[[0, -1]])
    cuts[group[:count]] = edges  # an edge stays where it was
    cuts[0], cuts[-1] = edges[0], edges[-1]
    parent = np.clip(np.searchsorted(edges, (cuts[1:] + cuts[:-1]) / 2, side="right") - 1, 0, len(whole) - 1)
    shift = (cuts[:-1] - edges[parent])[:, None]
    slope, slope_size = whole.slope[parent], whole.slope_size[parent]
    left = whole.left[parent] + slope * shift
    left_size = np.hypot(whole.left_size[parent], slope_size * shift)
    switches = whole.switches.shifted(group[whole.switches.at])
    return Pieces(cuts, left, slope, slope_size, left_size, switches)


def _bent(straight: Pieces, activation: Activation, middle: np.ndarray, half: np.ndarray) -> Pieces:
    """Return φ of lines that meet no corner of it inside a piece: the middle tells which line of φ acts."""
    value, slope = activation(middle), activation.slope(middle)
    steep = np.abs(slope)
    return Pieces(
        straight.edges,
        value - slope * half,
        slope * straight.slope,
        steep * straight.slope_size,
        np.hypot(steep * straight.left_size, value - slope * middle),
        straight.switches,
    )


def _segments(lines: Pieces, activation: Activation, middle: np.ndarray) -> Int[np.ndarray, "piece node"]:
    """Return twice the number of corners below each piece, odd where it rests on a kink and so on both its lines."""
    period = activation.period
    found = np.zeros(middle.shape, np.int16 if period is None else np.int64)
    resting = np.nonzero(lines.slope == 0)
    for corner in (*activation.kinks, *activation.jumps):
        if period is None:
            below: np.ndarray = (middle > corner).astype(np.int16)
        else:
            below = np.floor((middle - corner) / period).astype(np.int64)
        found += 2 * below
        if resting[0].size and corner in activation.kinks:
            distance = middle[resting] - corner
            turns = np.round(distance / period) if period else 0.0
            rests = np.abs(distance - turns * (period or 0.0)) <= NOISE * lines.left_size[resting]
            rests_at = tuple(index[rests] for index in resting)
            number = 0 if period is None else np.broadcast_to(turns, distance.shape)[rests].astype(np.int64) - 1
            found[rests_at] += (2 * (number - below[rests_at]) + 1).astype(found.dtype)
    return found
