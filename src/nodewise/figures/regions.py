"""The picture of regions: a mosaic coloured by steepness or by class, the folds of the nodes, the boundary on top."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.lines import Line2D

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.figures.classes import draw_dots, palette
from nodewise.figures.node_colours import Node, by_share
from nodewise.figures.subject import output_index
from nodewise.inspection.reading import counted, nice
from nodewise.inspection.regions import Fold, Regions

_NAMED = 9  # folds with a colour and a line in the legend
_ARROWS = 60
_ROOM = 1.2e-3  # share of the box that an arrow needs
_LENGTH = 0.05  # of an arrow, in widths of the box
_STRENGTH = 0.3  # of a class's colour
_VECTORS = 3000  # polygons and lines beyond are drawn as pixels


@dataclass(frozen=True, eq=False)
class RegionsDisplay(style.Display):
    """A mosaic, drawn.

    Attributes:
        reading: The regions drawn.
        output: Index of the output whose steepness is shown; None where the colours are classes.
        steepness: [region], change of the output across the box, up the steepest way; None likewise.
    """

    reading: Regions
    output: int | None
    steepness: Float[np.ndarray, " region"] | None


def regions(
    reading: Regions,
    data: Dataset | None = None,
    *,
    output: int | str | None = None,
    contributions: Any = None,
    ax: Axes | None = None,
) -> RegionsDisplay:
    """Draw the regions of a network of straight lines.

    A classifier's regions have the colour of the class that wins, with the boundary on top; others are coloured by how
    steep the output is, and arrows lead uphill in those with room for one. Thin lines are folds: there a node bends.

    Args:
        reading: What `nodewise.regions` returned.
        data: Samples to draw, none by default.
        output: Index or name of the output whose steepness is shown, of a classifier instead of its classes.
        contributions: What `nodewise.contributions` returned, so that each node has the colour it has in its picture,
            and on the page of the report; those of other layers are grey. The longest folds have colours without.
        ax: Axes to draw on; new ones unless given.

    Raises:
        NodewiseError: If the reading is none of regions or was stopped, or there is no such output.
    """
    if not isinstance(reading, Regions):
        raise NodewiseError(f"this picture is of regions. Got {type(reading).__name__}; see nodewise.regions.")
    if reading.stopped is not None:
        raise NodewiseError(
            f"this picture needs all regions. Got a reading stopped at {counted(reading.count, 'region')}; "
            "give a smaller box, or a larger most."
        )
    by_class = reading.decision is not None and output is None
    o = None if by_class else output_index(reading.output_names, output or 0)
    figure, ax = style.panel(ax, (style.WIDE[0], 5.0))
    ax.grid(False)
    steepness = None if o is None else _steepness(reading, o)
    handles = _classes(ax, reading) if steepness is None or o is None else _slopes(figure, ax, reading, o, steepness)
    handles += _folds(ax, reading, _colours(reading) if contributions is None else by_share(contributions, o or 0))
    if reading.boundary:
        lines = [border.points for border in reading.boundary]
        ax.add_collection(LineCollection(lines, colors=style.INK, linewidths=1.6, zorder=4), autolim=False)
        handles.append(Line2D([], [], color=style.INK, linewidth=1.6, label="boundary"))
    if data is not None:
        handles += _samples(ax, reading, data)
    (left, right), (bottom, top) = reading.box
    ax.set(xlim=(left, right), ylim=(bottom, top))
    style.write(ax, _title(reading, o), *map(style.short, reading.feature_names), narrower=0.9)
    style.legend(ax, handles)
    return RegionsDisplay(figure, ax, reading, o, steepness)


def _steepness(reading: Regions, o: int) -> Float[np.ndarray, " region"]:
    return np.linalg.norm(reading.slopes[:, o] * (reading.box[:, 1] - reading.box[:, 0]), axis=1)


def _fill(ax: Axes, polygons: Any, colours: Any) -> None:
    # Edges of the same colour close the hairlines between neighbours.
    ax.add_collection(
        PolyCollection(
            polygons, facecolors=colours, edgecolors=colours, linewidths=0.4, zorder=0,
            rasterized=len(polygons) > _VECTORS,
        ),
        autolim=False,
    )  # fmt: skip


def _classes(ax: Axes, reading: Regions) -> list[Any]:
    decision = reading.decision
    assert decision is not None
    colours = palette(np.array(list(reading.class_areas.values())))
    points = reading.plane.place(decision.mesh.points)[decision.mesh.corners]
    pale = 1 - _STRENGTH * (1 - colours.rgb)
    _fill(ax, np.split(points, decision.mesh.starts[1:-1]), pale[decision.winner])
    return colours.handles(reading.classes)


def _slopes(figure: Any, ax: Axes, reading: Regions, o: int, steepness: np.ndarray) -> list[Any]:
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    scale = ScalarMappable(Normalize(0, float(steepness.max()) or 1.0), colormaps["cividis"])
    _fill(ax, reading.polygons, scale.to_rgba(steepness))
    bar = figure.colorbar(scale, ax=ax, location="bottom", shrink=0.6, aspect=40, pad=0.02)
    name = style.short(reading.output_names[o])
    bar.set_label(f"steepness: change of {name} across the box", fontsize=9.5, color=style.INK)
    bar.ax.tick_params(labelsize=8.5, labelcolor=style.INK, color="#999999", length=2)
    bar.outline.set_visible(False)
    _arrows(ax, reading, o, steepness)
    return []


def _arrows(ax: Axes, reading: Regions, o: int, steepness: np.ndarray) -> None:
    width = reading.box[:, 1] - reading.box[:, 0]
    room = reading.areas > _ROOM * float(np.prod(width))
    wanted = np.argsort(-reading.areas, kind="stable")[:_ARROWS]
    wanted = wanted[room[wanted] & (steepness[wanted] > 0)]
    uphill = reading.slopes[wanted, o] * width / steepness[wanted, None] * _LENGTH * width
    start = reading.centres[wanted] - uphill / 2
    ax.quiver(
        *start.T, *uphill.T, angles="xy", scale_units="xy", scale=1, color="white", edgecolor=style.INK, linewidth=0.5,
        width=0.004, zorder=3,
    )  # fmt: skip


def _colours(reading: Regions) -> dict[Node, str]:
    """Return the colours of the nodes with the longest folds, in their order."""
    span = reading.box[:, 1] - reading.box[:, 0]
    lengths = [sum(float(_length(line / span)) for line in fold.lines) for fold in reading.folds]
    longest = sorted(np.argsort(-np.array(lengths), kind="stable")[:_NAMED].tolist())
    return dict(zip([(reading.folds[i].layer, reading.folds[i].node) for i in longest], style.NODES, strict=False))


def _folds(ax: Axes, reading: Regions, colours: dict[Node, str]) -> list[Any]:
    """Draw where each node bends; those with a colour have a name."""
    named = [place for place, fold in enumerate(reading.folds) if (fold.layer, fold.node) in colours]
    deep = len({fold.layer for fold in reading.folds}) > 1
    handles = []
    for place, fold in enumerate(reading.folds):
        colour = colours.get((fold.layer, fold.node), style.REST)
        ax.add_collection(
            LineCollection(
                list(fold.lines), colors=colour, linewidths=1.1 if place in named else 0.6, zorder=2,
                rasterized=len(reading.areas) > _VECTORS,
            ),
            autolim=False,
        )  # fmt: skip
        if place in named:
            handles.append(Line2D([], [], color=colour, linewidth=1.1, label=_name(fold, deep)))
    if (more := len(reading.folds) - len(named)) > 0:
        handles.append(Line2D([], [], color=style.REST, linewidth=0.6, label=f"{counted(more, 'more node')}"))
    return handles


def _length(line: np.ndarray) -> float:
    return np.linalg.norm(np.diff(line, axis=0), axis=1).sum()


def _name(fold: Fold, deep: bool) -> str:
    return f"layer {fold.layer + 1}, node {fold.node + 1} bends" if deep else f"node {fold.node + 1} bends"


def _samples(ax: Axes, reading: Regions, data: Dataset) -> list[Any]:
    missing = [name for name in reading.feature_names if name not in data.feature_names]
    if missing:
        raise NodewiseError(
            f"data must have the features drawn, {' and '.join(reading.feature_names)}. "
            f"Got {', '.join(data.feature_names)}."
        )
    points = data.inputs[:, [data.feature_names.index(name) for name in reading.feature_names]]
    if data.labels is not None and set(data.classes) <= set(reading.classes):
        codes = np.array([reading.classes.index(label) for label in data.classes])[data.codes]
        draw_dots(ax, points, codes, palette(np.array(list(reading.class_areas.values())) + 1e-9))
        return []
    style.draw_samples(ax, *points.T)
    return [Line2D([], [], linestyle="", marker="o", markersize=4, color=style.SAMPLES_EDGE, label="samples")]


def _title(reading: Regions, o: int | None) -> str:
    held = ", ".join(f"{name} = {nice(value)}" for name, value in list(reading.at.items())[:3])
    same = "" if reading.linear_count == reading.count else f" ({counted(reading.linear_count, 'plane')})"
    what = "by the class that wins" if o is None else "by how steep it is, arrows uphill"
    return f"{counted(reading.count, 'region')}{same}, exact, coloured {what}{f'; at {held}' if held else ''}"
