"""A model over two features as colours, and its samples in the colour of what was observed."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from nodewise.figures import style
from nodewise.figures.subject import Subject

PLANE = 2
_GRID = 201
_MOST_SAMPLES = 4000


def draw_map(ax: Axes, what: Subject, beyond: float) -> tuple[np.ndarray, np.ndarray, None]:
    """Draw one output over two features, sampled on a grid that reaches `beyond` times the data's range further.

    Returns:
        The points [point, 2], row by row, what the model says there [point], and None for the truth.
    """
    low, high = what.data.low, what.data.high
    sides = [style.wider(a, b, beyond) for a, b in zip(low.tolist(), high.tolist(), strict=True)]
    axes = [np.linspace(*side, _GRID) for side in sides]
    points = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, PLANE)
    values, targets = what.network(points)[:, what.output], what.targets()
    least, most = what.ends or style.reach(values, targets, margin=0)
    look: dict[str, Any] = {"cmap": "cividis", "vmin": least, "vmax": most}
    drawn = ax.pcolormesh(*axes, values.reshape(_GRID, _GRID), shading="nearest", rasterized=True, **look)
    ax.grid(False)
    box = {"fill": False, "edgecolor": "white", "linestyle": "--", "zorder": 2.5}
    ax.add_patch(Rectangle((float(low[0]), float(low[1])), *(high - low).tolist(), **box))
    coloured = _draw_samples(ax, what, targets, look)
    bar = ax.figure.colorbar(drawn, ax=ax)
    bar.set_label(what.output_label, fontsize=9.5, color=style.INK)
    bar.ax.tick_params(labelsize=8.5, labelcolor=style.INK, color="#999999", length=2)
    bar.outline.set_visible(False)  # type: ignore[operator]
    ax.set(xlim=sides[0], ylim=sides[1])
    names = [style.label(*pair) for pair in zip(what.network.feature_names, what.network.feature_units, strict=True)]
    samples = ", the samples in the colour of what was observed" if coloured else ""
    style.write(ax, f"What the {what.word} says over both features{samples}; dashed: the range of the data", *names)
    return points, values, None


def _draw_samples(ax: Axes, what: Subject, targets: np.ndarray, look: dict[str, Any]) -> bool:
    """Draw the samples, hollow where it is not known what was observed; return whether it is."""
    coloured = bool(np.isfinite(targets).any())
    known = np.flatnonzero(what.data.whole & (np.isfinite(targets) if coloured else True))
    if not len(known):
        return False
    step = -(-len(known) // _MOST_SAMPLES)
    picked, name = known[::step], "samples" + f" (1 in {step})" * (step > 1)
    area = float(np.clip(3000 / len(targets), 9, 26))
    across, up = what.data.inputs[picked].T
    fill: dict[str, Any] = {"c": targets[picked], **look} if coloured else {"facecolors": "none"}
    ax.scatter(across, up, area, edgecolors="white", linewidths=0.7, zorder=3, **fill)
    ax.plot([], [], "o", markersize=5, markerfacecolor="#9a9a9a", markeredgecolor="#555555", label=name)
    return coloured
