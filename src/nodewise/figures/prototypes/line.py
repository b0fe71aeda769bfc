"""One feature: the samples in the colour of the node that serves them, and below them what each node serves."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from nodewise.figures import style
from nodewise.figures.prototypes.nodes import Look, called, title
from nodewise.figures.subject import Subject
from nodewise.inspection.prototypes import Prototypes

_HEIGHT = 0.8  # of a node's tent, where it serves a sample alone


def draw_line(reading: Prototypes, of: Subject, look: Look) -> tuple[Figure, Axes]:
    """Draw the curve with its samples, and a lane per node: its responsibility and its knot."""
    lanes = len(look.nodes)
    height = 3.4 + 0.3 * lanes
    figure = Figure(figsize=(style.WIDE[0], height), dpi=100, facecolor="white", layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 0.55 + 0.3 * lanes))
    for ax in (above, below):
        style.dress(ax)
    _draw_samples(above, reading, of, look)
    style.write(above, title(reading, lanes), "", of.output_label)
    x = of.data.inputs[:, 0]
    order = np.argsort(x, kind="stable")
    for lane, (node, colour) in enumerate(zip(look.nodes, look.colours, strict=True)):
        top = lane - _HEIGHT * reading.responsibility[order, node]
        below.fill_between(x[order], lane, top, color=colour, alpha=0.45, linewidth=0, zorder=2)
        below.plot(x[order], top, color=colour, linewidth=1.0, zorder=2.5)
        _draw_knot(below, reading, node, lane, colour)
    below.set_yticks(range(lanes), [called(reading, node) for node in look.nodes])
    below.set_ylim(lanes - 0.6, -1.05)
    below.set_xlim(style.reach(x))
    below.set_xlabel(of.feature_label, fontsize=10, color=style.INK)
    below.set_ylabel("samples served", fontsize=10, color=style.INK)
    if reading.place is not None:
        _explain(below, reading)
    figure.align_ylabels((above, below))
    return figure, above


def _draw_samples(ax: Axes, reading: Prototypes, of: Subject, look: Look) -> None:
    x, y = of.data.inputs[:, 0], of.targets()
    grid = of.grid(0.06)
    curve = of.curve(grid)
    y = np.where(np.isnan(y), of.curve(x), y)
    ax.plot(grid, curve, color=style.INK, linewidth=1.6, zorder=2)
    area = float(np.clip(2600 / len(x), 8, 30))
    edge = ["#555555" if node < 0 else "white" for node in reading.winner]
    ax.scatter(x, y, area, look.of(reading), edgecolors=edge, linewidths=0.5, zorder=3)
    ax.set_ylim(style.reach(curve, y))


def even(reading: Prototypes) -> bool:
    """Whether the nodes respond alike on both sides of their place."""
    symmetry = reading.network.hidden[reading.layer].activation.symmetry
    return symmetry is not None and symmetry.sign > 0 and not symmetry.slope


def _draw_knot(ax: Axes, reading: Prototypes, node: int, lane: int, colour: str) -> None:
    if reading.place is None or not np.isfinite(reading.place[node, 0]):
        return
    marker = "D" if even(reading) else ">" if reading.rows[node, 0] > 0 else "<"
    ax.plot(
        reading.place[node, 0], lane, marker, color=colour, markersize=6, markeredgecolor=style.INK,
        markeredgewidth=0.7, zorder=4,
    )  # fmt: skip


def _explain(ax: Axes, reading: Prototypes) -> None:
    way = "centre, -b/w" if even(reading) else "knot, -b/w, pointing to where the pre-activation is above 0"
    look: dict[str, Any] = {"linestyle": "", "markeredgecolor": style.INK, "color": "white"}
    handles = [
        Line2D([], [], color="#888888", linewidth=1.0, label="share in each sample"),
        Line2D([], [], marker="D" if even(reading) else ">", label=way, **look),
    ]
    figure = ax.get_figure()
    assert isinstance(figure, Figure)
    figure.legend(
        handles=handles, loc="outside lower center", ncols=2, frameon=False, fontsize=9, labelcolor=style.INK,
        handlelength=1.4,
    )  # fmt: skip
