"""The picture of a regularisation path: the norms of the first layer's rows against the strength of L2."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.inspection.regularisation import Regularisation

_LOWEST = 1e-6  # of the largest norm; what is below is drawn at the edge
_ERROR = "#cc6677"


@dataclass(frozen=True, eq=False)
class RegularisationDisplay(style.Display):
    """A regularisation path, drawn.

    Attributes:
        reading: What was drawn.
        strengths: [strength], those above 0.
        row_norms: [strength, node], in scaled units.
        errors: [strength].
        error_ax: The axes of the error.
    """

    reading: Regularisation
    strengths: Float[np.ndarray, " strength"]
    row_norms: Float[np.ndarray, "strength node"]
    errors: Float[np.ndarray, " strength"]
    error_ax: Axes


def regularisation(reading: Regularisation, *, ax: Axes | None = None) -> RegularisationDisplay:
    """Draw the norm of every row of the first layer, the largest first, against the strength of L2, and the error.

    Both axes are logarithmic; a strength of 0 is left out.

    Args:
        reading: What `nodewise.regularisation` returned.
        ax: Axes to draw on; new ones unless given.

    Raises:
        NodewiseError: If it is something else, or has no strength above 0.
    """
    if not isinstance(reading, Regularisation):
        raise NodewiseError(
            f"a picture of regularisation needs what nodewise.regularisation returns. Got {type(reading).__name__}."
        )
    shown = reading.strengths > 0
    if not shown.any():
        raise NodewiseError("a picture of regularisation needs a strength above 0. Got 0 alone.")
    strengths, norms, errors = reading.strengths[shown], reading.row_norms[shown], reading.errors[shown]
    figure, ax = style.panel(ax)
    lowest = _LOWEST * float(norms.max()) or _LOWEST
    for i, row in enumerate(norms.T):
        name = "row norms, one line per rank" if i == 0 else "_"
        ax.plot(strengths, np.maximum(row, lowest), "-o", color=style.INK, alpha=0.75, linewidth=1.1, markersize=2.5,
                label=name, zorder=3)  # fmt: skip
    ax.set_xscale("log")
    ax.set_yscale("log")
    beside = _draw_error(ax, strengths, errors)
    handles = [*ax.get_legend_handles_labels()[0][:1], *beside.get_legend_handles_labels()[0]]
    style.legend(ax, handles, below=True)
    penalised = "weights and biases" if reading.l2_on == "all" else "the weights"
    style.write(ax, str(reading), f"strength of L2 on {penalised}", "norm of a row (scaled units)")
    return RegularisationDisplay(figure, ax, reading, strengths, norms, errors, beside)


def _draw_error(ax: Axes, strengths: np.ndarray, errors: np.ndarray) -> Axes:
    """Draw the error on a vertical axis of its own."""
    beside = ax.twinx()
    style.dress(beside)
    style.dress(ax)
    for each in (ax, beside):
        each.grid(False, which="minor")
    beside.grid(False)
    beside.spines["right"].set_visible(True)
    beside.plot(strengths, errors, "--s", color=_ERROR, linewidth=1.4, markersize=3.5, label="error on all samples")
    beside.set_ylim(0, 1.12 * float(errors.max()) or 1.0)
    beside.set_ylabel("error", fontsize=10, color=style.INK)
    return beside
