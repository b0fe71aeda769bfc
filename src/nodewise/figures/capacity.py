"""The picture of a capacity: what goes wrong with the rows stored, measured and by theory."""

import math
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.inspection.recall import Capacity

_SIZE = (9.0, 4.0)
_RULES = {"hebb": "Hebb's rule", "pseudo-inverse": "pseudo-inverse rule", "softmax": "softmax"}
_ERRORS = 2.0  # standard errors the bars are long, on each side


@dataclass(frozen=True, eq=False)
class CapacityDisplay(style.Display):
    """A capacity, drawn.

    Attributes:
        reading: The reading drawn.
        overlap_ax: The axes of the overlap of rows once settled; None with softmax.
    """

    reading: Capacity
    overlap_ax: Axes | None


def capacity(reading: Capacity) -> CapacityDisplay:
    """Draw what was measured over the load, two standard errors either way, beside theory; and what rows settle to.

    Args:
        reading: What `nodewise.capacity` returned.

    Raises:
        NodewiseError: If it is something else.
    """
    if not isinstance(reading, Capacity):
        raise NodewiseError(
            f"a picture of a capacity needs a Capacity. Got {type(reading).__name__}; see nodewise.capacity."
        )
    classical = reading.quantity == "bit error"
    size = _SIZE if classical else style.WIDE
    figure = Figure(size, dpi=100, facecolor="white", layout="constrained")
    ax, *others = figure.subplots(1, 2 if classical else 1, squeeze=False)[0]
    _draw_measured(ax, reading)
    for other in others:
        style.dress(other)
        other.plot(reading.loads, reading.overlap, "-o", color=style.INK, markersize=5, linewidth=1.4)
        other.set(ylim=(0, 1.04), xlim=(0, None))
        style.write(other, "Overlap with the stored row, once settled", "rows stored per feature", "")
    return CapacityDisplay(figure, ax, reading, others[0] if others else None)


def _draw_measured(ax: Axes, reading: Capacity) -> None:
    style.dress(ax)
    classical = reading.quantity == "bit error"
    x = reading.loads if classical else reading.rows
    limit = "for very many features" if classical else "orthonormal rows"
    theory = f"theory, {style.counted(reading.features, 'feature')}" if classical else "lower bound of the mean"
    for values, name, dashes in ((reading.limit, limit, "--"), (reading.theory, theory, "-")):
        if not np.isnan(values).all():
            ax.plot(x, values, dashes, color=style.TRUTH, linewidth=1.5, label=name)
    ax.errorbar(
        x, reading.measured, _ERRORS * reading.standard_error, fmt="o", color=style.INK, markersize=5, capsize=3,
        label="measured", zorder=4,
    )  # fmt: skip
    ax.set_xlim(left=0)
    top = float(np.nanmax([reading.measured, reading.limit])) if not np.isnan(reading.limit).all() else math.nan
    ax.set_ylim(0, 1.15 * max(0.01, float(reading.measured.max()), 0.0 if math.isnan(top) else top))
    noise = f", {style.number(100 * reading.noise)} % of the cue turned round" if reading.noise else ""
    title = f"{'Bits wrong' if classical else 'Weight of the right row'} after one step, {_RULES[reading.rule]}{noise}"
    style.write(ax, title, "rows stored per feature" if classical else "rows stored", "")
    ax.legend(frameon=False, fontsize=9, labelcolor=style.INK, loc="upper left" if classical else "upper right")
