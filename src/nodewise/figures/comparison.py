"""The picture of a comparison: the error of every start with every value, and the shares of good ones."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.inspection.study import Comparison
from nodewise.inspection.study.wilson import wilson

_SIZE = (10.5, 4.2)
_MOST = 12  # values side by side
_MOST_STARTS = 200  # drawn as lines
_FAR = 1e6  # times the least error: further off than a picture shows


@dataclass(frozen=True, eq=False)
class CompareDisplay(style.Display):
    """A comparison, drawn.

    Attributes:
        reading: What was drawn.
        shares_ax: The axes of the shares; `ax` has the errors.
    """

    reading: Comparison
    shares_ax: Axes


def compare(reading: Comparison) -> CompareDisplay:
    """Draw a line per start through its errors with every value, their medians, and the shares of good starts.

    Args:
        reading: What `nodewise.compare` returned.

    Raises:
        NodewiseError: If it is something else, or has too many values for a picture.
    """
    if not isinstance(reading, Comparison):
        raise NodewiseError(
            f"a picture of a comparison needs what nodewise.compare returns. Got {type(reading).__name__}."
        )
    if len(reading.values) > _MOST:
        raise NodewiseError(
            f"a picture of a comparison must have at most {_MOST} values. Got {len(reading.values)}; see its table."
        )
    figure = Figure(_SIZE, dpi=100, facecolor="white", layout="constrained")
    ax, shares = figure.subplots(1, 2, width_ratios=(5, 3))
    for each in (ax, shares):
        style.dress(each)
    _draw_errors(ax, reading)
    _draw_shares(shares, reading)
    return CompareDisplay(figure, ax, reading, shares)


def _draw_errors(ax: Axes, reading: Comparison) -> None:
    errors = np.where(reading.errors > _FAR * max(float(reading.errors.min()), 1e-300), np.nan, reading.errors)
    places = np.arange(len(errors))
    ax.plot(places, errors[:, :_MOST_STARTS], "-", color=style.REST, linewidth=0.5, alpha=0.5, zorder=1)
    for place, row in enumerate(errors):
        colour = style.TRUTH if place == reading.best else style.LIMIT
        ax.plot(np.full(row.size, place), row, "o", color=colour, markersize=3, alpha=0.35, zorder=2)
        ax.hlines(np.median(reading.errors[place]), place - 0.28, place + 0.28, color=style.INK, linewidth=2, zorder=3)
    if not reading.labels:
        ax.set_yscale("log")
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: style.number(value)))
        ax.yaxis.set_minor_formatter(NullFormatter())
    if reading.plain_error is not None:
        ax.axhline(reading.plain_error, color=style.INK, linewidth=0.9, linestyle="--")
    _name(ax, reading)
    kind = "Share wrong" if reading.labels else "RMSE"
    title = f"{kind} {reading.by}, on {reading.where}: a line per start, bars at the medians"
    title += "" if reading.plain_error is None else ", dashed what always saying the mean would err"
    style.write(ax, title, reading.setting.replace("_", " "), kind)


def _draw_shares(ax: Axes, reading: Comparison) -> None:
    good, of = reading.good.sum(axis=1), reading.good.shape[1]
    share, (low, high) = good / of, wilson(good, np.full(len(good), of))
    places = np.arange(len(good))
    ax.errorbar(places, share, [share - low, high - share], fmt="o", color=style.INK, markersize=5, capsize=3)
    ax.set(ylim=(-0.03, 1.03))
    _name(ax, reading)
    title = f"Share of good starts, with 95 % interval; good: at most {style.number(reading.level)} inside"
    style.write(ax, title, reading.setting.replace("_", " "), "share of good starts", narrower=0.75)


def _name(ax: Axes, reading: Comparison) -> None:
    count = len(reading.values)
    ax.set(xlim=(-0.6, count - 0.4))
    most = max(len(value) for value in reading.values)
    turned = count * most > 28  # letters that fit side by side in the narrower panel
    names = [style.short(value, 16) for value in reading.values]
    ax.set_xticks(np.arange(count), names, rotation=90 if turned else 0)
