"""The picture of the gradient that automatic differentiation misses, and of what training does with it."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.figures.panels import panels
from nodewise.inspection.jumps import Jumps

_SIZE = (9.6, 6.2)
_AUTO, _WHOLE, _DOTS = style.LIMIT, style.TRUTH, style.INK
_TANGENTS = 9
_LENGTH = 0.035  # of a tangent, of the range of the weights
_EVERY = 3  # of the differences a dot
_SIDE = 0.22


@dataclass(frozen=True, eq=False)
class JumpsDisplay(style.Display):
    """Jumps, drawn; `ax` has the loss.

    Attributes:
        reading: What was drawn.
        slopes_ax: The axes of the slopes.
        errors_ax: The axes of the trainings' errors.
    """

    reading: Jumps
    slopes_ax: Axes
    errors_ax: Axes


def jumps(reading: Jumps) -> JumpsDisplay:
    """Draw the loss along one weight with both slopes, the slopes themselves, and the errors of all trainings.

    Args:
        reading: What `nodewise.jumps` returned.

    Raises:
        NodewiseError: If it is something else.
    """
    if not isinstance(reading, Jumps):
        raise NodewiseError(f"a picture of jumps needs what nodewise.jumps returns. Got {type(reading).__name__}.")
    figure, grid = panels(None, _SIZE, 2, 2, height_ratios=(1.0, 1.1))
    for ax in grid.ravel():
        style.dress(ax)
    _draw_loss(grid[0, 0], reading)
    _draw_slopes(grid[0, 1], reading)
    below = grid[1, 0].get_subplotspec()
    for ax in grid[1]:
        ax.remove()
    wide = figure.add_subplot(below.get_gridspec()[1, :])
    style.dress(wide)
    _draw_errors(wide, reading)
    return JumpsDisplay(figure, grid[0, 0], reading, grid[0, 1], wide)


def _draw_loss(ax: Axes, reading: Jumps) -> None:
    at = reading.slopes
    ax.plot(at.weights, at.losses, color=style.INK, linewidth=1.4)
    half = _LENGTH * (at.weights[-1] - at.weights[0])
    for i in np.linspace(0, len(at.weights) - 1, _TANGENTS + 2).astype(int)[1:-1]:
        for slope, colour in ((at.autograd[i], _AUTO), (at.autograd[i] + at.jumps[i], _WHOLE)):
            along = np.array([-half, half])
            ax.plot(at.weights[i] + along, at.losses[i] + slope * along, color=colour, linewidth=2)
    ax.set_ylim(*style.reach(at.losses, margin=0.15))
    style.write(ax, "Loss along a node's weight, both slopes", "weight", "loss")


def _draw_slopes(ax: Axes, reading: Jumps) -> None:
    at = reading.slopes
    ax.plot(at.weights, at.autograd, color=_AUTO, linewidth=1.5, label="automatic differentiation")
    ax.plot(at.weights, at.autograd + at.jumps, color=_WHOLE, linewidth=1.5, label="with the jumps")
    ax.plot(at.weights[::_EVERY], at.numerical[::_EVERY], ".", color=_DOTS, markersize=4, label="differences")
    ax.axhline(0, color=style.REST, linewidth=1, zorder=1)
    style.write(ax, "Its slope", "weight", "")
    style.legend(ax)


def _draw_errors(ax: Axes, reading: Jumps) -> None:
    names = list(dict.fromkeys(arm.name for arm in reading.arms))
    widths = list(dict.fromkeys(arm.hidden for arm in reading.arms))
    for arm in reading.arms:
        j = names.index(arm.name)
        finite = arm.errors[np.isfinite(arm.errors)]
        spread = 0.14 * (np.arange(len(finite)) / max(len(finite) - 1, 1) - 0.5)
        place, colour = widths.index(arm.hidden) + _SIDE * (j - 1), (_AUTO, _WHOLE, style.NODES[3])[j]
        label = arm.name if arm.hidden == widths[0] else "_"
        ax.plot(place + spread, finite, "o", color=colour, markersize=3, alpha=0.55, label=label)
    ax.axhline(reading.good, color=style.REST, linestyle="--", linewidth=1.2, label="good")
    ax.set_xticks(range(len(widths)), [str(width) for width in widths])
    ax.set_xlim(-0.5, len(widths) - 0.5)
    ax.set_yscale("log")
    style.decades(ax.yaxis, np.concatenate([arm.errors for arm in reading.arms]))
    ax.grid(False, which="minor")
    starts = style.counted(len(reading.arms[0].errors), "start")
    style.write(ax, f"Errors to the truth after training, {starts} each", "nodes", "root-mean-square error")
    style.legend(ax)
