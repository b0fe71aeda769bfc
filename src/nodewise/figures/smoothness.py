"""The picture of smooth and jagged targets: each activation's best fit, and its errors over the starts."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.figures.panels import panels
from nodewise.inspection.smoothness import Smoothness

_WIDTH, _HEIGHT = 9.6, 2.7  # inches, of all and of a row
_POINTS = 800


@dataclass(frozen=True, eq=False)
class SmoothnessDisplay(style.Display):
    """Smoothness, drawn; `ax` has the first target's fits.

    Attributes:
        reading: What was drawn.
        errors_axes: The axes of the errors, one per target.
    """

    reading: Smoothness
    errors_axes: tuple[Axes, ...]


def smoothness(reading: Smoothness) -> SmoothnessDisplay:
    """Draw for each target how far the best start of each activation is off, and the errors of all starts.

    Args:
        reading: What `nodewise.smoothness` returned.

    Raises:
        NodewiseError: If it is something else.
    """
    if not isinstance(reading, Smoothness):
        raise NodewiseError(
            f"a picture of smoothness needs what nodewise.smoothness returns. Got {type(reading).__name__}."
        )
    rows = len(reading.targets)
    figure, grid = panels(None, (_WIDTH, _HEIGHT * rows), rows, 2, width_ratios=(1.5, 1))
    for row, target in zip(grid, range(len(reading.targets)), strict=True):
        for ax in row:
            style.dress(ax)
        _draw_fits(row[0], reading, target)
        _draw_errors(row[1], reading, target)
    return SmoothnessDisplay(figure, grid[0, 0], reading, tuple(grid[:, 1]))


def _draw_fits(ax: Axes, reading: Smoothness, target: int) -> None:
    data = reading.targets[target]
    assert data.function is not None
    x = np.linspace(data.inputs.min(), data.inputs.max(), _POINTS)[:, None]
    truth = data.function(x)[:, 0]
    for j, network in enumerate(reading.networks[target]):
        ax.plot(x[:, 0], network(x)[:, 0] - truth, color=style.NODES[j % len(style.NODES)], linewidth=1.3)
    ax.axhline(0, color=style.REST, linewidth=1, zorder=1)
    name = f"{data.name[0].upper()}{data.name[1:]}" if data.name else "The target"
    style.write(ax, f"{name}: what the best starts miss", style.label(data.feature_names[0]), "output - truth")


def _draw_errors(ax: Axes, reading: Smoothness, target: int) -> None:
    for j, name in enumerate(reading.activations):
        errors, colour = reading.errors[target, j], style.NODES[j % len(style.NODES)]
        finite = errors[np.isfinite(errors)]
        spread = 0.3 * (np.arange(len(finite)) / max(len(finite) - 1, 1) - 0.5)
        ax.plot(finite, j + spread, "o", color=colour, markersize=3.5, alpha=0.6)
        if finite.size:
            ax.plot([np.median(errors)] * 2, [j - 0.32, j + 0.32], color=colour, linewidth=2.2)
        ax.plot([], [], "o", color=colour, label=name)
    ax.set_xscale("log")
    style.decades(ax.xaxis, reading.errors[target])
    ax.grid(False, which="minor")
    ax.set_yticks(range(len(reading.activations)), [style.plain(name) for name in reading.activations])
    ax.set_ylim(len(reading.activations) - 0.4, -0.6)
    starts = style.counted(reading.errors.shape[-1], "start")
    style.write(ax, f"Errors of {starts}, with median", "root-mean-square error to the truth")
