"""The picture of a predicted share: where the frequencies begin, which starts became good, and the shares."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.inspection.study import PredictedShare

_SIZE = (10.5, 4.2)


@dataclass(frozen=True, eq=False)
class PredictedShareDisplay(style.Display):
    """A predicted share, drawn.

    Attributes:
        reading: What was drawn.
        shares_ax: The axes of the shares; `ax` has the frequencies.
    """

    reading: PredictedShare
    shares_ax: Axes


def predicted_share(reading: PredictedShare) -> PredictedShareDisplay:
    """Draw the frequencies each start begins with, beside the basin, and the share predicted and observed.

    Args:
        reading: What `nodewise.predicted_share` returned.

    Raises:
        NodewiseError: If it is something else.
    """
    if not isinstance(reading, PredictedShare):
        raise NodewiseError(
            f"a picture of a predicted share needs what nodewise.predicted_share returns. Got {type(reading).__name__}."
        )
    figure = Figure(_SIZE, dpi=100, facecolor="white", layout="constrained")
    ax, shares = figure.subplots(1, 2, width_ratios=(5, 3))
    for each in (ax, shares):
        style.dress(each)
    _draw_frequencies(ax, reading)
    _draw_shares(shares, reading)
    return PredictedShareDisplay(figure, ax, reading, shares)


def _draw_frequencies(ax: Axes, reading: PredictedShare) -> None:
    size = np.abs(reading.frequency)
    # A row per start, by its node nearest to the peak, so that the promising ones stand together.
    order = np.argsort(np.abs(size - reading.basin.peak).min(axis=1), kind="stable")
    row = np.empty(len(order), int)
    row[order] = np.arange(1, len(order) + 1)
    style.shade(ax, reading.basin.low, reading.basin.high, "basin")
    ax.axvline(reading.basin.peak, color=style.REST, linewidth=1.2, label="strongest wave")
    good = None if reading.study is None else reading.study.is_good
    groups = (
        [(np.ones(len(size), bool), style.INK, "nodes before training")]
        if good is None
        else [(good, style.TRUTH, "nodes of good starts"), (~good, style.LIMIT, "nodes of starts that are not good")]
    )
    for picked, colour, name in groups:
        if picked.any():
            y = np.repeat(row[picked], size.shape[1])
            ax.plot(size[picked].ravel(), y, "o", color=colour, markersize=3, alpha=0.7, label=name)
    style.legend(ax, below=True)
    title = f"Frequencies before training: {reading.activation} nodes, start {reading.start}"
    style.write(ax, title, "", "start, by its node nearest to the wave")
    ax.set_xlabel(f"frequency per unit of {style.short(reading.feature)}", fontsize=10, color=style.INK)
    ax.xaxis.set_label_coords(0.5, -0.08)


def _draw_shares(ax: Axes, reading: PredictedShare) -> None:
    rows = reading.table()
    places = np.arange(len(rows))
    predicted = [row["predicted"] for row in rows]
    ax.plot(places - 0.1, predicted, "D", color=style.LIMIT, markersize=6, label="predicted", linestyle="none")
    seen = [(place, row) for place, row in zip(places, rows, strict=True) if row.get("share") is not None]
    if seen:
        share, low, high = (np.array([row[key] for _, row in seen]) for key in ("share", "low", "high"))
        at = np.array([place for place, _ in seen]) + 0.1
        ax.errorbar(
            at, share, [share - low, high - share], fmt="o", color=style.INK, markersize=5, capsize=3, label="observed"
        )
    ax.set(xlim=(-0.6, len(rows) - 0.4), ylim=(-0.05, 1.05))
    names = ("all", "a node in\nthe basin", "no node\nin it")
    ax.set_xticks(places, [f"{name}\n{row['starts']} starts" for name, row in zip(names, rows, strict=True)])
    style.legend(ax, below=True)
    style.write(ax, "Good starts, with 95 % interval", "", "share of good starts")
    legend = ax.get_legend()
    if legend is not None:  # the names have three lines
        legend.set_bbox_to_anchor((0.0, -0.24), transform=ax.transAxes)
