"""The picture of an activation: φ and φ′, what they approach, and where they bend."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from nodewise import activations
from nodewise.activations import Activation, Line
from nodewise.errors import NodewiseError
from nodewise.figures import style

_POINTS = 1201
_SLOPE = "#8a5a00"


@dataclass(frozen=True, eq=False)
class ActivationDisplay(style.Display):
    """An activation, drawn.

    Attributes:
        z: [point], pre-activations.
        value: [point], φ(z); NaN where φ jumps.
        slope: [point], φ′(z); NaN where φ jumps or bends.
        kinks: Where φ bends, in the range drawn.
        jumps: Where φ jumps, in the range drawn.
    """

    z: Float[np.ndarray, " point"]
    value: Float[np.ndarray, " point"]
    slope: Float[np.ndarray, " point"]
    kinks: Float[np.ndarray, " kink"]
    jumps: Float[np.ndarray, " jump"]


def activation(
    activation: str | Activation, *, low: float = -6.0, high: float = 6.0, ax: Axes | None = None
) -> ActivationDisplay:
    """Draw an activation and its derivative with limits, kinks and jumps.

    Args:
        activation: Its name, or a row of the table of activations.
        low: Smallest pre-activation drawn.
        high: Largest pre-activation drawn.
        ax: Axes to draw on; new ones unless given.

    Raises:
        NodewiseError: If there is no such activation or the range is empty.
    """
    row = activations.find(activation)
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise NodewiseError(f"low must be less than high, both finite. Got low={low:g} and high={high:g}.")
    figure, ax = style.panel(ax)
    kinks, jumps = (_repeated(places, row.period, low, high) for places in (row.kinks, row.jumps))
    z = np.union1d(np.linspace(low, high, _POINTS), np.concatenate([kinks, jumps]))
    value = np.where(np.isin(z, jumps), np.nan, row(z))
    slope = np.where(np.isin(z, [*kinks, *jumps]), np.nan, row.slope(z))
    _draw_limits(ax, row, low, high)
    ax.plot(z, slope, color=_SLOPE, linewidth=1.4, linestyle=(0, (4, 1.5)), label="slope φ′(z)")
    ax.plot(z, value, color=style.INK, linewidth=2.0, label="value φ(z)")
    _draw_places(ax, row, kinks, jumps)
    ax.set_xlim(low, high)
    ax.set_ylim(*style.reach(value, slope))
    style.write(ax, f"{row.name}: φ(z) = {row.formula}", "pre-activation z", "φ(z) and φ′(z)")
    style.legend(ax)
    return ActivationDisplay(figure, ax, z, value, slope, kinks, jumps)


def _repeated(places: tuple[float, ...], period: float | None, low: float, high: float) -> np.ndarray:
    """Return the places in the range drawn, in every period of a periodic activation."""
    if period is None or not places:
        return np.array([place for place in places if low < place < high])
    turns = np.arange(math.floor(low / period) - 1, math.ceil(high / period) + 2) * period
    everywhere = np.sort(np.add.outer(turns, places).ravel())
    return everywhere[(everywhere > low) & (everywhere < high)]


def _draw_limits(ax: Axes, row: Activation, low: float, high: float) -> None:
    middle = (low + high) / 2
    if row.left and row.left == row.right:
        sides = [("z → ±∞", row.left, low, high)]
    else:
        sides = [("z → -∞", row.left, low, middle), ("z → +∞", row.right, middle, high)]
    if row.linear:
        return
    for style_index, (where, line, start, end) in enumerate(sides):
        if line is None:
            continue
        x = np.array([start, end])
        text = "swings around" if row.wave else f"{where}:"
        ax.plot(
            x, line.slope * x + line.intercept, color=style.LIMIT, linewidth=1.3,
            linestyle=("--", ":")[style_index], label=f"{text} {_formula(line)}", zorder=1.5,
        )  # fmt: skip


def _formula(line: Line) -> str:
    if not line.slope:
        return style.number(line.intercept)
    slope = {1.0: "", -1.0: "-"}.get(line.slope, f"{style.number(line.slope)}·")
    sign = "+" if line.intercept > 0 else "-"
    return f"{slope}z" + (f" {sign} {style.number(abs(line.intercept))}" if line.intercept else "")


def _draw_places(ax: Axes, row: Activation, kinks: np.ndarray, jumps: np.ndarray) -> None:
    if kinks.size:
        ax.plot(kinks, row(kinks), "o", color=style.INK, markersize=6, label="kink")
    if jumps.size:
        edge = 1e-9 * np.maximum(1, np.abs(jumps))
        ends = np.concatenate([row(jumps - edge), row(jumps + edge)])
        ax.plot(
            np.tile(jumps, 2), ends, "o", color=style.INK, markerfacecolor="white", markersize=6, label="jump"
        )  # fmt: skip
