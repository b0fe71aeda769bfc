"""The picture of a recall: cue, states on the way and the row behind them; the energy; how much of each row is left."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec

from nodewise.data import checks
from nodewise.figures import pattern, style
from nodewise.inspection.recall import Recall

_PAGE = 10.0  # inches across
_LOW = 2.6  # inches of the axes below
_MOST_ROWS = 8  # whose strength is shown
_TITLE = 120  # letters of all titles side by side
_FEWEST = 4  # places for pictures across the page, so that none is larger
_SMALL = 0.4  # a largest weight below which the axis is not drawn up to 1
_KINDS = {"row": "Recalled", "inverse": "Recalled the inverse of", "mixture": "Recalled a mixture, most like"}


@dataclass(frozen=True, eq=False)
class RecallDisplay(style.Display):
    """A recall, drawn; `ax` has the energy.

    Attributes:
        reading: The reading drawn.
        steps: [picture], the steps whose states are shown.
        rows: [bar], the rows whose strength is shown, counted from 0.
    """

    reading: Recall
    steps: Int[np.ndarray, " picture"]
    rows: Int[np.ndarray, " bar"]


def recall(reading: Recall, *, shape: tuple[int, int] | None = None, most: int = 6) -> RecallDisplay:
    """Draw a recall as a sequence: the cue, states on the way, what is recalled, and the stored row most in it.

    What the cue does not know is pale blue. Below are the energy at every step, and the rows that are most in what is
    recalled: their weights, or the overlaps of a classical network.

    Args:
        reading: What `nodewise.recall` returned.
        shape: Height and width of an image; unless given, those of the memory, or bars where it held no images.
        most: Most states to show, 2 or more, spread over the steps, closer at the beginning where all values
            change at once.

    Raises:
        NodewiseError: If it is no Recall, the shape does not hold its features, or fewer than 2 states are asked for.
    """
    shape = pattern.find_shape(reading, shape)
    steps = _steps(reading, checks.whole("most", most, 2))
    figure, upper, lower = _page(max(len(steps) + 1, _FEWEST), shape, len(reading.cue))
    _draw_states(figure, upper, reading, steps, shape)
    ax = figure.add_subplot(lower[0])
    pattern.draw_energy(ax, reading)
    ax.plot(steps, reading.energies[steps], "o", color=style.INK, markersize=5, zorder=4)
    style.write(ax, "energy", pattern.step_label(reading), "")
    rows = reading.order[:_MOST_ROWS]
    _draw_strength(figure.add_subplot(lower[1]), reading, rows)
    title = f"{_KINDS[reading.kind]} {style.short(reading.name(reading.nearest), 48)}"
    figure.suptitle(title, x=0.01, ha="left", fontsize=12, color=style.INK)
    return RecallDisplay(figure, ax, reading, steps, rows)


def _steps(reading: Recall, most: int) -> Int[np.ndarray, " picture"]:
    """Return which steps to show: evenly spread if a unit changes in each, else closer at the beginning."""
    count = min(most, len(reading.states))
    if reading.update == "asynchronous":
        return np.unique(np.linspace(0, reading.steps, count).round().astype(int))
    return np.unique(np.geomspace(1, reading.steps + 1, count).round().astype(int) - 1)


def _page(pictures: int, shape: pattern.Shape, features: int) -> tuple[Figure, Any, Any]:
    """Return a figure with places for the pictures above and for two axes below."""
    side = _PAGE / pictures
    high = side * shape[0] / shape[1] + 0.3 if shape else max(1.6, 0.17 * min(features, 24) + 0.6)
    high = float(np.clip(high, 1.2, 6.0))
    figure = Figure((_PAGE, high + _LOW + 0.4), dpi=100, facecolor="white", layout="constrained")
    both = figure.add_gridspec(2, 1, height_ratios=[high, _LOW])
    return figure, both[0].subgridspec(1, pictures), both[1].subgridspec(1, 2)


def _draw_states(
    figure: Figure, places: GridSpec, reading: Recall, steps: Int[np.ndarray, " picture"], shape: pattern.Shape
) -> None:
    """Draw each state, and behind them the stored row."""
    nearest = reading.nearest
    shown = [(pattern.step_name(reading, int(step)), pattern.state(reading, int(step))) for step in steps]
    shown.append((f"stored {reading.name(nearest)}", reading.rows[nearest]))
    for i, (title, values) in enumerate(shown):
        ax = figure.add_subplot(places[i])
        pattern.draw(ax, reading, values, shape, names=i == 0)
        ax.set_title(
            style.short(title, _TITLE // max(len(shown), _FEWEST)), loc="left", fontsize=8, color=style.INK, pad=4
        )
        if shape is None:
            ax.locator_params(axis="x", nbins=3)
            if i == 0:
                ax.set_xlabel(pattern.values_label(reading), fontsize=9, color=style.INK, loc="left")


def _draw_strength(ax: Axes, reading: Recall, rows: Int[np.ndarray, " bar"]) -> None:
    style.dress(ax)
    values = reading.strength[rows]
    places = np.arange(len(rows))
    ax.barh(places, values, 0.7, color=np.where(values < 0, style.NEGATIVE, style.POSITIVE).tolist())
    ax.set_yticks(places, [style.short(reading.name(int(row)), 20) for row in rows])
    ax.set_ylim(max(len(rows), 3) - 0.5, -0.5)
    largest = float(values.max())
    if reading.weights is not None and largest < _SMALL:
        ax.set_xlim(0.0, 1.1 * largest)
        ax.locator_params(axis="x", nbins=5)
    else:
        ax.set_xlim(-1.0 if (values < 0).any() else 0.0, 1.0)
    ax.grid(visible=False, axis="y")
    classical = reading.weights is None
    style.write(ax, "rows in what is recalled", "overlap" if classical else "weight")
