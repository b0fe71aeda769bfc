"""Many features: each row as bars, with the mean of the samples its node serves as dots, both of length 1."""

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from nodewise.figures import style
from nodewise.figures.images import head
from nodewise.figures.prototypes.nodes import Look, title
from nodewise.inspection.memories.compare import unit
from nodewise.inspection.prototypes import Prototypes

_MOST_FEATURES = 20
_COLUMNS = 4
_NAME = 18  # letters


def draw_bars(reading: Prototypes, look: Look) -> tuple[Figure, Axes]:
    """Draw a small panel per node."""
    nodes = list(look.nodes)
    rows = unit(reading.network.hidden[reading.layer].weight[nodes])[0]
    means = unit(reading.seen[nodes])[0]
    features = _features(rows, means)
    down = math.ceil(len(nodes) / _COLUMNS)
    columns = math.ceil(len(nodes) / down)
    wide, tall = 1.6 + 2.0 * columns, 1.1 + down * (0.75 + 0.2 * len(features))
    figure = Figure(figsize=(max(wide, 5.0), tall), dpi=100, facecolor="white", layout="constrained")
    frames = figure.subplots(down, columns, squeeze=False, sharex=True, sharey=True)
    far = 1.08 * max(0.2, float(np.nanmax(np.abs([rows, means]))))
    for ax in frames.ravel()[len(nodes) :]:
        ax.set_axis_off()
    for k, ax in enumerate(frames.ravel()[: len(nodes)]):
        style.dress(ax)
        ax.barh(range(len(features)), rows[k, features], 0.66, color=look.colours[k], alpha=0.75, zorder=2)
        ax.plot(means[k, features], range(len(features)), "o", color=style.INK, markersize=3.6, zorder=3)
        ax.axvline(0, color="#999999", linewidth=0.8)
        ax.set_yticks(range(len(features)), [style.short(reading.row_names[i], _NAME) for i in features])
        ax.tick_params(labelbottom=k >= len(nodes) - columns)
        ax.set(xlim=(-far, far), ylim=(len(features) - 0.4, -0.6))
        said = f"node {nodes[k] + 1} serves {style.number(reading.served[nodes[k]])}\n{_like(reading, nodes[k])}"
        ax.set_title(said, loc="left", fontsize=9, color=style.INK)
    handles = [
        Patch(color="#999999", label="row, brought to length 1"),
        Line2D(
            [], [], linestyle="", marker="o", color=style.INK, markersize=3.6, label="mean of what it serves, likewise"
        ),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    more = "" if len(features) == rows.shape[1] else f"; {len(features)} of {rows.shape[1]} features"
    head(figure, title(reading, len(nodes)) + more, max(wide, 5.0))
    return figure, frames[0, 0]


def _features(rows: np.ndarray, means: np.ndarray) -> list[int]:
    """Return the features drawn, in their order: all, or those with the longest bars and the farthest dots."""
    size = np.nan_to_num(np.abs(np.concatenate([rows, means]))).max(axis=0)
    return sorted(np.argsort(-size, kind="stable")[:_MOST_FEATURES].tolist())


def _like(reading: Prototypes, node: int) -> str:
    kind = reading.most(node)
    cosine = f"cosine {style.number(reading.cosine[node])}"
    return f"{cosine}, {kind[1]:.0%} {style.short(kind[0], 12)}" if kind else cosine
