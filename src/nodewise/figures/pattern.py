"""What the pictures of a recall share: a state as an image or as bars, and its energy."""

from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from nodewise.data import checks
from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.inspection.recall import Recall

_UNKNOWN = "#bcd6ea"  # what the cue does not know
_MOST_NAMES = 24  # features whose names can be read beside their bars
_BAR = 0.8
_ROOM = 1.08

Shape = tuple[int, int] | None


def find_shape(reading: Any, shape: Any) -> Shape:
    """Return height and width of an image, as given or as the memory had it; None for bars.

    Raises:
        NodewiseError: If it is no Recall, or the shape does not hold its features.
    """
    if not isinstance(reading, Recall):
        raise NodewiseError(f"a picture of a recall needs a Recall. Got {type(reading).__name__}; see nodewise.recall.")
    if shape is None:
        return reading.shape
    try:
        height, width = (checks.whole("shape", side, 1) for side in shape)
    except (TypeError, ValueError):
        height = width = 0
    if height * width != len(reading.cue):
        raise NodewiseError(
            f"shape must be height and width with a product of {len(reading.cue)}, the features. Got {shape!r}."
        )
    return height, width


def state(reading: Recall, step: int) -> Float[np.ndarray, " feature"]:
    """Return the state at a step, NaN where it is still as unknown as in the cue."""
    values = reading.states[step].copy()
    if reading.weights is None:
        values[~reading.known & (values == 0)] = np.nan
    return values


def draw(ax: Axes, reading: Recall, values: Float[np.ndarray, " feature"], shape: Shape, names: bool) -> None:
    """Draw a state or a row, in the unit of the rows, as an image or as bars.

    Args:
        ax: Axes to draw on.
        reading: The recall it belongs to, which sets the colours' and the axis's range.
        values: [feature], NaN where not known.
        shape: Height and width of an image; None for bars.
        names: Whether to write the features' names beside the bars.
    """
    if shape is None:
        _draw_bars(ax, reading, reading.scaled(values), names)
        return
    colours = colormaps["Greys"].with_extremes(bad=_UNKNOWN)
    image = np.ma.masked_invalid(values.reshape(shape))
    ax.imshow(image, cmap=colours, vmin=reading.rows.min(), vmax=reading.rows.max(), interpolation="nearest")
    ax.set(xticks=[], yticks=[])
    for spine in ax.spines.values():
        spine.set(visible=True, color="#999999", linewidth=0.8)


def _draw_bars(ax: Axes, reading: Recall, values: Float[np.ndarray, " feature"], names: bool) -> None:
    style.dress(ax)
    places = np.arange(len(values))
    unknown = np.isnan(values)
    colours = np.where(np.nan_to_num(values) < 0, style.NEGATIVE, style.POSITIVE)
    ax.barh(places, np.nan_to_num(values), _BAR, color=colours.tolist())
    for place in places[unknown]:
        ax.axhspan(place - _BAR / 2, place + _BAR / 2, color=_UNKNOWN, alpha=0.5, linewidth=0)
    ax.axvline(0, color="#999999", linewidth=0.8)
    ax.set_xlim(*_reach(reading))
    ax.set_ylim(len(values) - 0.5, -0.5)
    ax.grid(visible=False, axis="y")
    readable = names and len(values) <= _MOST_NAMES
    ax.set_yticks(places if readable else [], [style.short(n, 18) for n in reading.feature_names] if readable else [])


def _reach(reading: Recall) -> tuple[float, float]:
    """Return limits around the cue, all states and the nearest row."""
    seen = np.vstack([reading.states, reading.rows[reading.nearest]])
    largest = _ROOM * float(np.nanmax(np.abs(reading.scaled(seen)))) or 1.0
    return -largest, largest


def values_label(reading: Recall) -> str:
    """Return what bars are of."""
    if reading.weights is None:
        return "state"
    scaled = reading.factor is not None and not (reading.factor == 1).all()
    return "value in standard deviations" if scaled else "value"


def draw_energy(ax: Axes, reading: Recall) -> None:
    """Draw the energy at every step as a line."""
    style.dress(ax)
    ax.plot(np.arange(len(reading.energies)), reading.energies, color=style.INK, linewidth=1.6, zorder=3)
    room = 0.03 * max(reading.steps, 1)
    ax.set_xlim(-room, max(reading.steps, 1) + room)
    low, high = float(reading.energies.min()), float(reading.energies.max())
    if high - low < 1e-9 * max(abs(low), abs(high)):  # flat but for rounding, which would fill the axis
        ax.set_ylim(low - 0.5 * (abs(low) or 1.0), low + 0.5 * (abs(low) or 1.0))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.ticklabel_format(axis="y", useOffset=False)


def step_label(reading: Recall) -> str:
    """Return what the steps of a recall are."""
    return "changes of a unit" if reading.update == "asynchronous" else "step"


def step_name(reading: Recall, step: int) -> str:
    """Return "cue" or "step 3"."""
    return "cue" if step == 0 else f"step {step}"
