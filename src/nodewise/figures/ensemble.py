"""The picture of an ensemble: all good starts as a bundle of curves, and what each of their nodes contributes."""

import math
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.inspection.study import Ensemble
from nodewise.inspection.study.ensemble import FOUND, Curves

_WIDTH, _HEIGHT = 11.0, 4.6
_MOST_NODES = 12  # drawn, the most found
_ROWS = 4  # of nodes, at most
_BEYOND = 1.5  # of the heights of data and truth that the picture shows: further off starts leave it


@dataclass(frozen=True, eq=False)
class EnsembleDisplay(style.Display):
    """An ensemble, drawn.

    Attributes:
        reading: What was drawn.
        nodes_axes: The axes of the nodes, those most starts find first; `ax` has the bundle.
        nodes: Which node of the best start each of them has, counted from 0.
    """

    reading: Ensemble
    nodes_axes: tuple[Axes, ...]
    nodes: tuple[int, ...]


def ensemble(reading: Ensemble) -> EnsembleDisplay:
    """Draw every good start's curve, and beside them each node's contributions over the starts, aligned.

    Args:
        reading: What `nodewise.ensemble` returned, of one feature.

    Raises:
        NodewiseError: If it is something else, or of several features.
    """
    if not isinstance(reading, Ensemble):
        raise NodewiseError(
            f"a picture of an ensemble needs what nodewise.ensemble returns. Got {type(reading).__name__}."
        )
    if reading.curves is None:
        raise NodewiseError("a picture of an ensemble needs one feature. Got several; see its table.")
    order = sorted(range(len(reading.found)), key=lambda i: (-reading.found[i], i))[:_MOST_NODES]
    columns = math.ceil(len(order) / _ROWS)
    rows = math.ceil(len(order) / columns)
    figure = Figure((_WIDTH, _HEIGHT), dpi=100, facecolor="white", layout="constrained")
    grid = figure.add_gridspec(rows, 1 + columns, width_ratios=(max(2.5, 1.3 * columns), *[1] * columns))
    ax = figure.add_subplot(grid[:, 0])
    style.dress(ax)
    _draw_bundle(ax, reading, reading.curves)
    small = []
    for i, node in enumerate(order):
        cell = figure.add_subplot(grid[i % rows, 1 + i // rows])
        style.dress(cell)
        _draw_node(cell, reading, reading.curves, node, last=i % rows == rows - 1 or i == len(order) - 1)
        small.append(cell)
    return EnsembleDisplay(figure, ax, reading, tuple(small), tuple(order))


def _draw_bundle(ax: Axes, reading: Ensemble, curves: Curves) -> None:
    data = reading.study.data
    assert data.targets is not None
    style.shade(ax, float(data.low[0]), float(data.high[0]), "range trained on")
    name = f"{len(reading.trainings)} good starts"
    for i, curve in enumerate(curves.outputs):
        label = name if i == 0 else None
        ax.plot(curves.x, curve, color=style.INK, linewidth=0.7, alpha=0.35, zorder=3, label=label)
    seen = [data.targets[:, 0]]
    style.draw_samples(ax, data.inputs[:, 0], data.targets[:, 0], "trained on")
    if curves.truth is not None:
        ax.plot(curves.x, curves.truth, color=style.TRUTH, linewidth=2.2, alpha=0.6, zorder=2, label="true function")
        seen.append(curves.truth)
    elif reading.study.judged is not None:
        x, y = (each[:, 0] for each in reading.study.judged)
        style.draw_samples(ax, x, y, "held out", hollow=True)
        seen.append(y)
    low, high = style.reach(*seen)
    room = (_BEYOND - 1) * (high - low)
    ax.set_ylim(low - room, high + room)
    style.legend(ax, below=True)
    outside = reading.outside
    title = f"Good starts disagree by {style.number(reading.inside.spread)} inside"
    if outside is not None:
        title += f" and {style.number(outside.spread)} outside"
        title += f", where they err by {style.number(outside.error)}" if outside.error is not None else ""
    style.write(ax, title, "", style.label(data.target_names[0], data.target_units[0]))
    ax.set_xlabel(style.label(data.feature_names[0], data.feature_units[0]), fontsize=10, color=style.INK)
    ax.xaxis.set_label_coords(0.5, -0.075)


def _draw_node(ax: Axes, reading: Ensemble, curves: Curves, node: int, last: bool) -> None:
    same = reading.correlation[:, node] >= FOUND
    for start, values in enumerate(curves.contributions[:, node]):
        colour = style.TRUTH if same[start] else style.REST
        ax.plot(curves.x, values, color=colour, linewidth=0.7, alpha=0.5, zorder=3 if same[start] else 2)
    data = reading.study.data
    inner = (curves.x >= data.low[0]) & (curves.x <= data.high[0])
    ax.axvspan(float(data.low[0]), float(data.high[0]), color=style.RANGE, linewidth=0, zorder=0)
    low, high = style.reach(curves.contributions[:, node][:, inner])
    ax.set(xlim=(curves.x[0], curves.x[-1]), ylim=(low, high))
    ax.locator_params(nbins=3)
    ax.tick_params(labelsize=7, labelbottom=last)
    found, of = int(same[1:].sum()), len(same) - 1
    ax.set_title(f"node {node + 1}: {found} of {of}", loc="left", fontsize=8.5, color=style.INK, pad=3)
