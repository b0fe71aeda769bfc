"""Pictures of several panels: on a figure of their own, or within the bounds of axes that somebody gives."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodewise.errors import NodewiseError
from nodewise.figures import style


def panels(
    ax: Axes | None,
    size: tuple[float, float],
    rows: int,
    columns: int,
    *,
    width_ratios: tuple[float, ...] | None = None,
    height_ratios: tuple[float, ...] | None = None,
    sharex: bool = False,
    sharey: bool = False,
) -> tuple[Figure, np.ndarray]:
    """Return a figure and its axes [row, column].

    Args:
        ax: Axes that are taken away and whose place the panels take, as in scikit-learn's displays; or None.
        size: Of a figure of its own, in inches.
        rows: Number of panels from top to bottom.
        columns: And from left to right.
        width_ratios: Of the columns.
        height_ratios: Of the rows.
        sharex: Whether the panels have one x axis.
        sharey: Whether they have one y axis.

    Raises:
        NodewiseError: If the axes given stand nowhere that could be divided.
    """
    ratios: dict[str, Any] = {"width_ratios": width_ratios, "height_ratios": height_ratios}
    if ax is None:
        figure = Figure(figsize=size, dpi=100, facecolor="white", layout="constrained")
        grid = figure.add_gridspec(rows, columns, **ratios)
        return figure, grid.subplots(sharex=sharex, sharey=sharey, squeeze=False)
    spec = ax.get_subplotspec()
    if spec is None:
        raise NodewiseError(
            "a picture of several panels needs axes of a grid. Got axes that stand free; make them with "
            "plt.subplots() or figure.add_subplot()."
        )
    figure, _ = style.panel(ax)
    ax.set_axis_off()
    return figure, spec.subgridspec(rows, columns, **ratios).subplots(sharex=sharex, sharey=sharey, squeeze=False)


def head(figure: Figure, ax: Axes | None, first: Axes, title: str) -> None:
    """Write a title over all panels; over the first of them where somebody gave the axes.

    Args:
        figure: The figure.
        ax: The axes that were given, or None.
        first: The first panel.
        title: The title.
    """
    if ax is None:
        figure.suptitle(style.plain(title), x=0.01, ha="left", fontsize=10.5, color=style.INK)
    else:
        style.write(first, title, first.get_xlabel(), first.get_ylabel())
