"""The picture of linear pieces: the curve, and at each breakpoint the node that makes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.figures.node_colours import Node, by_share
from nodewise.figures.subject import output_index
from nodewise.inspection.pieces import LinearPieces

Nodes = tuple[Node, ...]

_SIZE, _LETTER, _LINE = 7.5, 5.2, 10.0  # of labels: their font; points across a letter, at most; and a line
_WIDE, _TALL = 3.6, 3.0  # inches of the axes across beside the legend, and up
_ROWS = 2
_CLEAR = -1.0  # points beside a label, of the 2 that are its own, for the line of one above it
_UPRIGHT = 3  # letters; longer labels are turned
_TICK = 0.05  # share of the height for ticks at the bottom
_MOST_DRAWN = 2000  # breakpoints; the strongest are drawn
_MOST_NAMED = 2  # nodes of one breakpoint
_CROWD = 60  # breakpoints from which on dots are small


@dataclass(frozen=True, eq=False)
class PiecesDisplay(style.Display):
    """Linear pieces, drawn.

    Attributes:
        reading: The reading drawn.
        output: Index of the output drawn.
        x, y: [point], the curve; NaN where it jumps.
        breakpoints: [breakpoint], those of this output.
        strength: [breakpoint], what each does to the curve: the change of slope times the range drawn, plus the jump.
        singled_out: The nodes (layer, node) with a colour of their own, the strongest, or largest by share, first.
        labelled: Indices of the breakpoints that have a label, from left to right.
    """

    reading: LinearPieces
    output: int
    x: Float[np.ndarray, " point"]
    y: Float[np.ndarray, " point"]
    breakpoints: Float[np.ndarray, " breakpoint"]
    strength: Float[np.ndarray, " breakpoint"]
    singled_out: Nodes
    labelled: Int[np.ndarray, " label"]


@dataclass(frozen=True, eq=False)
class _Knots:
    """The breakpoints drawn, the strongest first: indices among the reading's, nodes and colours."""

    reading: LinearPieces
    output: int
    at: Int[np.ndarray, " knot"]
    nodes: list[Nodes]
    colours: list[str]

    @property
    def places(self) -> Float[np.ndarray, " knot"]:
        return self.reading.breakpoints[self.at]

    @property
    def sides(self) -> Float[np.ndarray, "knot 2"]:
        """The output just left and just right of each."""
        values = self.reading.values[:, :, self.output]
        return np.column_stack([values[self.at, 1], values[self.at + 1, 0]])


def pieces(reading: Any, *, output: int | str = 0, contributions: Any = None, ax: Axes | None = None) -> PiecesDisplay:
    """Draw an output along the line, each breakpoint in the colour of its node, and labelled where there is room.

    The ten nodes that change the curve most have colours, or those with the largest shares. Where one row of labels
    does not hold all there are two, and where these do not either, the breakpoints that change it most have theirs.
    Ticks at the bottom are places where nodes switch and this output stays straight.

    Args:
        reading: What `nodewise.pieces` returned. Of an infinite end as much is drawn as shows the last slope.
        output: Index or name of the output to draw.
        contributions: What `nodewise.contributions` returned, so that each node has the colour it has in its picture,
            and on the page of the report; those of other layers are grey.
        ax: Axes to draw on; new ones unless given.

    Raises:
        NodewiseError: If they are no such readings, or there is no such output.
    """
    if not isinstance(reading, LinearPieces):
        raise NodewiseError(
            f"a picture of pieces needs what nodewise.pieces returned. Got {type(reading).__name__}. "
            "Give nodewise.pieces(network, low, high)."
        )
    o = output_index(reading.output_names, output)
    low, high = _view(reading)
    own = np.flatnonzero((reading.bends | reading.jumps)[:, o])
    strength = _strength(reading, o, own, high - low)
    strongest = np.argsort(-strength, kind="stable")[:_MOST_DRAWN]
    nodes = [reading.switching(int(i)) for i in own[strongest]]
    colours = _single_out(nodes, strength[strongest]) if contributions is None else by_share(contributions, o)
    knots = _Knots(reading, o, own[strongest], nodes, [_colour(several, colours) for several in nodes])
    figure, ax = style.panel(ax, (style.WIDE[0], 4.2))
    x, y = _curve(reading, o, low, high)
    ax.plot(x, y, color=style.INK, linewidth=1.6, zorder=3)
    ax.set_xlim(low, high)
    labelled = _draw_labels(ax, knots, y)
    _draw_dots(ax, knots)
    hidden = np.setdiff1d(reading.places, reading.breakpoints[own])
    ticks = hidden[:: -(-len(hidden) // _MOST_DRAWN) or 1]  # more are one grey band as well
    ax.plot(ticks, np.full(len(ticks), 0.02), "|", color=style.REST, transform=ax.get_xaxis_transform(), zorder=2)
    name = style.label(reading.feature_names[0], reading.feature_units[0])
    across = name if len(reading.feature_names) == 1 else "t, position along the line"
    style.write(ax, reading.summary, across, style.label(reading.output_names[o], reading.output_units[o]))
    style.legend(ax, _handles(knots, len(own), len(labelled), len(hidden)))
    at = np.sort(strongest[labelled])
    return PiecesDisplay(figure, ax, reading, o, x, y, reading.breakpoints[own], strength, tuple(colours), at)


def _view(reading: LinearPieces) -> tuple[float, float]:
    """Return the ends drawn: those of the reading, or, of an infinite one, somewhat beyond the last breakpoint."""
    ends = np.array([reading.low, reading.high])
    known = np.concatenate([ends[np.isfinite(ends)], reading.breakpoints])
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    room = 0.25 * (high - low) or 1.0
    return tuple(np.where(np.isfinite(ends), ends, [low - room, high + room]).tolist())


def _strength(reading: LinearPieces, o: int, own: Int[np.ndarray, " breakpoint"], width: float) -> np.ndarray:
    turn = np.abs(reading.slopes[own + 1, o] - reading.slopes[own, o]) * width
    return turn + np.abs(reading.values[own + 1, 0, o] - reading.values[own, 1, o])


def _curve(reading: LinearPieces, o: int, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """Return both ends of all pieces in a row, NaN behind those where the output jumps."""
    edges = np.concatenate([[low], reading.breakpoints, [high]])
    values = reading.values[:, :, o].copy()
    values[0, 0], values[-1, 1] = reading([low])[0, o], reading([high])[0, o]
    x = np.column_stack([edges[:-1], edges[1:], edges[1:]])
    gap = np.append(np.where(reading.jumps[:, o], np.nan, values[:-1, 1]), np.nan)
    return x.ravel()[:-1], np.column_stack([values, gap]).ravel()[:-1]


def _single_out(nodes: list[Nodes], strength: Float[np.ndarray, " knot"]) -> dict[Node, str]:
    """Return the colours of the nodes that change the curve most, by all their breakpoints together."""
    total: dict[Node, float] = {}
    for several, change in zip(nodes, strength.tolist(), strict=True):
        for node in several:
            total[node] = total.get(node, 0.0) + change / len(several)
    return dict(zip(sorted(total, key=lambda node: -total[node]), style.NODES, strict=False))


def _colour(several: Nodes, colours: Mapping[Node, str]) -> str:
    return next((colours[node] for node in several if node in colours), style.REST)


def _said(reading: LinearPieces, several: Nodes) -> str:
    """Return "3" for node 3, "2.3" for node 3 of layer 2 if there are more layers, and the name of an output."""
    deep = reading.hidden > 1
    names = [
        style.short(reading.output_names[node], 8)
        if layer == reading.hidden
        else f"{layer + 1}.{node + 1}"
        if deep
        else f"{node + 1}"
        for layer, node in several
    ]
    more = f" +{len(names) - _MOST_NAMED}" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def _draw_labels(ax: Axes, knots: _Knots, y: Float[np.ndarray, " point"]) -> Int[np.ndarray, " label"]:
    """Write the nodes in one row above the curve or two, the strongest first; a line leads down from each."""
    figure = ax.get_figure(root=True)
    share = ax.get_position()
    size = np.array(figure.get_size_inches() if figure else style.WIDE) / (style.WIDE[0], 4.2)
    across, up = 72 * _WIDE * size[0] * share.width / 0.775, 72 * _TALL * size[1] * share.height / 0.77
    said = [_said(knots.reading, several) for several in knots.nodes]
    turned = max(map(len, said), default=0) > _UPRIGHT
    low, high = ax.get_xlim()
    point = (high - low) / across
    halves = [(_LINE if turned else len(text) * _LETTER + 4) / 2 * point for text in said]
    rows = _rows(knots.places.tolist(), halves, (low, high), _CLEAR * point)
    longest = max((len(said[i]) for i in rows), default=0)
    row = (longest * _LETTER if turned else _LINE) / up + 0.02
    all_rows = row * (max(rows.values(), default=0) + 1)
    bottom, top = style.reach(y)
    height = (top - bottom) / (1 - all_rows - _TICK) if all_rows + _TICK < 1 else top - bottom
    ax.set_ylim(bottom - _TICK * height, top + all_rows * height)
    for i, number in rows.items():
        place, base = float(knots.places[i]), top + (0.01 + number * row) * height
        ax.text(
            place, base, said[i], ha="center", va="bottom", fontsize=_SIZE, color=style.INK,
            rotation=90 if turned else 0, zorder=6,
        )  # fmt: skip
        ax.plot([place] * 2, [knots.sides[i].max(), base], color=knots.colours[i], linewidth=0.7, alpha=0.7, zorder=1.5)
    return np.array(list(rows), int)


def _rows(places: list[float], halves: list[float], ends: tuple[float, float], clear: float) -> dict[int, int]:
    """Return the row, from below, of each label that lies on no other.

    Args:
        places: Of the labels, the most important first.
        halves: Half the width of each.
        ends: Between which all must lie.
        clear: How far the line of a label above passes by those below.
    """
    inside = [i for i, half in enumerate(halves) if ends[0] + half <= places[i] <= ends[1] - half]
    best: dict[int, int] = {}
    for most in (1, _ROWS):
        rows: dict[int, int] = {}
        for i in inside:
            near = min(rows, key=lambda j: abs(places[j] - places[i]), default=None)
            # In another row than its neighbour, so that one's line can pass beside the other.
            first = 0 if near is None else most - 1 - rows[near]
            for number in sorted(range(most), key=lambda row: row != first):
                room = {j: _room(number, row, halves[i], halves[j], clear) for j, row in rows.items()}
                if all(abs(places[i] - places[j]) >= wanted for j, wanted in room.items()):
                    rows[i] = number
                    break
        best = max(best, rows, key=len)  # the first of those that hold as many
    return best


def _room(row: int, other: int, half: float, others: float, clear: float) -> float:
    """Return how far apart two labels are: side by side, or one's line beside the other below it."""
    return half + others if row == other else clear + (half if row < other else others)


def _draw_dots(ax: Axes, knots: _Knots) -> None:
    """Draw a dot at each breakpoint, two where the output jumps; the strongest on top."""
    crowd = len(knots.at) > _CROWD
    jumps = knots.reading.jumps[knots.at, knots.output]
    shown = np.column_stack([np.ones(len(jumps), bool), jumps]).ravel()[::-1]
    if shown.any():
        ax.scatter(
            np.repeat(knots.places, 2)[::-1][shown], knots.sides.ravel()[::-1][shown], 10 if crowd else 26,
            c=np.repeat(np.array(knots.colours), 2)[::-1][shown], edgecolors="white", linewidths=0.3 if crowd else 0.6,
            zorder=5,
        )  # fmt: skip
    for place, sides in zip(knots.places[jumps], knots.sides[jumps], strict=True):
        ax.plot([place] * 2, sides, color=style.REST, linewidth=0.8, linestyle=":", zorder=2)


def _handles(knots: _Knots, total: int, labelled: int, hidden: int) -> list[Line2D]:
    reading = knots.reading
    look: dict[str, Any] = {"linestyle": "", "markeredgecolor": "white", "markersize": 6}
    found = [Line2D([], [], color=style.INK, linewidth=1.6, label=style.short(reading.output_names[knots.output], 24))]
    if total:
        number = "layer.node" if reading.hidden > 1 else "node"
        some = "" if labelled == total else f"\n({labelled} of {total} labelled)"
        colour = knots.colours[0]
        found.append(Line2D([], [], marker="o", color=colour, label=f"breakpoint, with\nits {number}{some}", **look))
    if style.REST in knots.colours:
        found.append(Line2D([], [], marker="o", color=style.REST, label="of other nodes", **look))
    if total > len(knots.at):
        found.append(Line2D([], [], linestyle="", label=f"the {len(knots.at)} strongest\nare drawn"))
    if hidden:
        found.append(Line2D([], [], marker="|", color=style.REST, linestyle="", label="a node switches,\nno bend here"))
    return found
