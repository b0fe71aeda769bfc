"""Two features: the samples in the colour of the node that serves them, and the nodes among them."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from nodewise.figures import style
from nodewise.figures.prototypes.nodes import UNSERVED, Look, called, title
from nodewise.inspection.prototypes import Prototypes

_ARROW = 0.07  # of the picture's width
_MOST = 4000  # dots


def draw_plane(reading: Prototypes, x: np.ndarray, look: Look) -> tuple[Figure, Axes]:
    """Draw samples, the mean of what each node serves, and its line with an arrow to where it is above 0."""
    figure, ax = style.panel(None, (style.WIDE[0], 5.2))
    step = -(-len(x) // _MOST)
    area = float(np.clip(3000 / len(x), 8, 26))
    across, up = x[::step].T
    ax.scatter(across, up, area, look.of(reading)[::step], edgecolors="#888888", linewidths=0.4, zorder=2)
    limits = np.array([style.reach(column) for column in x.T])
    ax.set(xlim=limits[0], ylim=limits[1])
    ax.grid(False)
    for node, colour in zip(look.nodes, look.colours, strict=True):
        if reading.place is not None:
            _draw_row(ax, reading.rows[node], reading.place[node], limits, colour)
        ax.plot(*reading.mean[node], "*", color=colour, markersize=14, markeredgecolor="white", zorder=5)
    network = reading.network
    names = [style.label(*pair) for pair in zip(network.feature_names, network.feature_units, strict=True)]
    style.write(ax, title(reading, len(look.nodes)), *names, narrower=0.9)
    style.legend(ax, _handles(reading, look))
    return figure, ax


def _draw_row(ax: Axes, row: np.ndarray, place: np.ndarray, limits: np.ndarray, colour: str) -> None:
    span = limits[:, 1] - limits[:, 0]
    low = limits[:, 0]
    # In widths of the picture, which is nearly square: what is perpendicular there looks so.
    steep, at = row * span, (place - low) / span
    length = float(np.hypot(*steep))
    if not np.isfinite(at).all() or not length or not np.isfinite(length):
        return
    across = steep / length
    if not ((at >= 0) & (at <= 1)).all():
        at = 0.5 + across * float(across @ (at - 0.5))  # of the line's points the one nearest the middle
    if not ((at >= 0) & (at <= 1)).all():
        return
    along = np.array([-across[1], across[0]])
    ends = low + span * (at + np.array([[-2.0], [2.0]]) * along)
    ax.plot(*ends.T, color=colour, linewidth=1.4, zorder=3, scalex=False, scaley=False)
    ax.annotate(
        "", tuple(low + span * (at + _ARROW * across)), tuple(low + span * at), zorder=4,
        arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 1.6, "shrinkA": 0, "shrinkB": 0},
    )  # fmt: skip


def _handles(reading: Prototypes, look: Look) -> list[Line2D]:
    dot = {"linestyle": "", "marker": "o", "markersize": 6, "markeredgecolor": "#888888", "markeredgewidth": 0.4}
    found = [
        Line2D([], [], color=colour, label=f"{called(reading, node)} samples", **dot)
        for node, colour in zip(look.nodes, look.colours, strict=True)
    ]
    others = set(np.unique(reading.winner).tolist()) - {-1, *look.nodes}
    if others:
        found.append(Line2D([], [], color=style.REST, label="other nodes", **dot))
    if reading.unserved:
        found.append(Line2D([], [], color=UNSERVED, label=f"bias alone: {reading.unserved}", **dot))
    star = {"linestyle": "", "marker": "*", "markersize": 11, "color": "#666666"}
    found.append(Line2D([], [], label="mean of what it serves", **star))
    if reading.place is not None:
        found.append(
            Line2D([], [], color="#666666", linewidth=1.4, label="w·x + b = 0; the arrow\npoints to where it is above")
        )
    return found
