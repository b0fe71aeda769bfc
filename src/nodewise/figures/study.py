"""The picture of a study: how many starts of each setting are good, and how far they err inside and outside."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.inspection.reading import nice
from nodewise.inspection.study import Study

_ROW, _FRAME = 0.3, 1.6  # inches
_WIDTH = 10.5
_HEIGHT = 4.2
_FEWEST = 3  # widths that make a line
_MOST_LINES = len(style.NODES)
_MOST_ROWS = 60
_INSIDE, _OUTSIDE = style.TRUTH, style.LIMIT
_APART = 0.08  # of a node, that lines stand apart
_SIDE = 0.15  # of a row, that inside and outside stand apart


@dataclass(frozen=True, eq=False)
class StudyDisplay(style.Display):
    """A study, drawn.

    Attributes:
        reading: What was drawn.
        errors_ax: The axes of the errors; `ax` has the shares.
    """

    reading: Study
    errors_ax: Axes


def study(reading: Study) -> StudyDisplay:
    """Draw the share of good starts with its 95 % interval, and errors inside and outside; over widths where they vary.

    Of the errors the dot is the median over the starts, and the line from it reaches to the least.

    Args:
        reading: What `nodewise.study` returned.

    Raises:
        NodewiseError: If it is something else, nothing is trained yet, or it has too many settings for a picture.
    """
    if not isinstance(reading, Study):
        raise NodewiseError(f"a picture of a study needs a Study. Got {type(reading).__name__}; see nodewise.study.")
    rows = [{**row, "label": reading.label(i)} for i, row in enumerate(reading.table())]
    rows = [row for row in rows if row["starts"]]
    if not rows:
        raise NodewiseError("a picture of a study needs trainings. Got none yet; let it go on.")
    lines = _lines(reading, rows)
    figure, shares, errors = _page(_HEIGHT if lines else _FRAME + _ROW * len(rows))
    if lines:
        _draw_lines(shares, errors, lines)
    else:
        _draw_rows(shares, errors, rows)
    if reading.data.targets is not None:  # a share that is wrong may be 0
        errors.set(**{f"{'y' if lines else 'x'}scale": "log"})
        names = [name for name in rows[0] if name.startswith(("median_", "best_"))]
        style.decades(errors.yaxis if lines else errors.xaxis, np.concatenate([_finite(rows, name) for name in names]))
    good = f"Share of good starts, with 95 % interval; good: at most {nice(reading.good)}, {reading.rule}"
    both = "median and least" + (": inside blue, outside orange" if not lines and reading.outside else "")
    if lines and reading.outside:
        both += "; outside dashed"
    kind = "Error" if reading.data.targets is None else "RMSE"
    _word(shares, good, lines, "share of good starts")
    _word(errors, f"{kind} over the starts, {both}", lines, "share wrong" if kind == "Error" else kind)
    return StudyDisplay(figure, shares, reading, errors)


def _page(height: float) -> tuple[Figure, Axes, Axes]:
    figure = Figure((_WIDTH, height), dpi=100, facecolor="white", layout="constrained")
    shares, errors = figure.subplots(1, 2)
    for ax in (shares, errors):
        style.dress(ax)
    return figure, shares, errors


def _lines(reading: Study, rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each line over widths, in their order; none where widths are not what varies.

    Raises:
        NodewiseError: If there are too many settings to be told apart.
    """
    widths = {row["hidden"] for row in rows if "hidden" in row}
    others = [name for name in reading.varied if name != "hidden"]
    found: dict[str, list[dict[str, Any]]] = {}
    if len(widths) >= _FEWEST and all(isinstance(width, int) for width in widths):
        for row in sorted(rows, key=lambda row: row["hidden"]):
            name = ", ".join(str(row[other]) for other in others)
            found.setdefault(name, []).append(row)
    if len(found) > _MOST_LINES or (not found and len(rows) > _MOST_ROWS):
        raise NodewiseError(
            f"a picture of a study must have at most {_MOST_LINES} lines over widths, or {_MOST_ROWS} settings. "
            f"Got {len(rows)} settings; see its table."
        )
    return found


def _draw_lines(shares: Axes, errors: Axes, lines: dict[str, list[dict[str, Any]]]) -> None:
    for i, (name, rows) in enumerate(lines.items()):
        colour = style.NODES[i] if len(lines) > 1 else style.INK
        x = np.array([row["hidden"] for row in rows]) + _APART * (i - (len(lines) - 1) / 2)
        shares.errorbar(
            x, [row["share"] for row in rows], _interval(rows), fmt="-o", color=colour, markersize=4, linewidth=1.4,
            elinewidth=1.0, capsize=2, label=style.plain(style.short(name)) if name else None,
        )  # fmt: skip
        for where, dashes in (("inside", "-"), ("outside", "--")):
            if f"median_{where}" not in rows[0]:
                continue
            middle, least = _finite(rows, f"median_{where}"), _finite(rows, f"best_{where}")
            errors.plot(x, middle, dashes, marker="o", color=colour, markersize=4, linewidth=1.4)
            errors.vlines(x, least, middle, color=colour, linewidth=1.0)
    shares.set(ylim=(-0.03, 1.03))
    for ax in (shares, errors):
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if len(lines) > 1:
        style.legend(shares, below=True)


def _draw_rows(shares: Axes, errors: Axes, rows: list[dict[str, Any]]) -> None:
    places = np.arange(len(rows))[::-1]
    shares.errorbar(
        [row["share"] for row in rows], places, xerr=_interval(rows), fmt="o", color=style.INK, markersize=5, capsize=3
    )
    for where, colour, side in (("inside", _INSIDE, _SIDE), ("outside", _OUTSIDE, -_SIDE)):
        if f"median_{where}" not in rows[0]:
            continue
        middle, least = _finite(rows, f"median_{where}"), _finite(rows, f"best_{where}")
        errors.plot(middle, places + side, "o", color=colour, markersize=5)
        errors.hlines(places + side, least, middle, color=colour, linewidth=1.5)
    shares.set(xlim=(-0.03, 1.03))
    names = [style.plain(style.short(row["label"] or "all")) for row in rows]
    for ax, shown in ((shares, names), (errors, [""] * len(rows))):
        ax.set(ylim=(-0.6, len(rows) - 0.4))
        ax.set_yticks(places, shown)


def _interval(rows: list[dict[str, Any]]) -> np.ndarray:
    """Return how far the interval of each row's share reaches below and above it, [2, row]."""
    return np.array([[row["share"] - row["low"] for row in rows], [row["high"] - row["share"] for row in rows]])


def _finite(rows: list[dict[str, Any]], name: str) -> np.ndarray:
    """Return a column [row]; what is no number is not drawn."""
    values = np.array([row[name] for row in rows], float)
    return np.where(np.isfinite(values), values, np.nan)


def _word(ax: Axes, title: str, lines: Any, values: str) -> None:
    style.write(ax, title, "nodes" if lines else values, values if lines else "")
