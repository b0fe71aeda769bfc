"""The picture of a training: the loss after every step."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int
from matplotlib.axes import Axes
from matplotlib.ticker import LogFormatter, MaxNLocator

from nodewise.figures import style

if TYPE_CHECKING:
    from nodewise.training.fit import Fit

_VALIDATION = "#cc6677"


@dataclass(frozen=True, eq=False)
class LossDisplay(style.Display):
    """The loss of a training, drawn.

    Attributes:
        steps: [step], counted from the start, 0.
        losses: [step], on the samples trained on, in scaled units.
        validation_losses: [step] on the samples held out, or None.
        kept: The step whose parameters were kept.
        others: [start], what the starts not kept ended with.
    """

    steps: Int[np.ndarray, " step"]
    losses: Float[np.ndarray, " step"]
    validation_losses: Float[np.ndarray, " step"] | None
    kept: int
    others: Float[np.ndarray, " start"]


def loss(fit: "Fit", *, ax: Axes | None = None) -> LossDisplay:
    """Draw the loss over the steps of a training, on a logarithmic axis, with the step that was kept.

    The axis is an ordinary one where the loss is never above 0, such as a perceptron's that has nothing to learn.

    Args:
        fit: A fit. Of several starts the one kept is drawn as a curve, and of each other one where it ended.
        ax: Axes to draw on; new ones unless given.
    """
    figure, ax = style.panel(ax)
    losses, validation = np.asarray(fit.losses, float), fit.validation_losses
    steps = np.arange(len(losses))
    drawable = _positive if (losses > 0).any() else _finite
    ax.plot(steps, drawable(losses), color=style.INK, linewidth=1.8, label="training loss", zorder=3)
    if validation is not None:
        ax.plot(
            steps, drawable(validation), color=_VALIDATION, linewidth=1.5, label="loss on held-out samples", zorder=3
        )
    ax.axvline(
        fit.outcome.kept, color=style.LIMIT, linewidth=1.2, linestyle="--", label=f"kept: step {fit.outcome.kept}"
    )
    others = np.delete(np.asarray(fit.starts.losses, float), fit.starts.best)
    _draw_others(ax, steps, others)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    if drawable is _positive:
        ax.set_yscale("log")
        ax.yaxis.set_major_formatter(_Plain())
        ax.yaxis.set_minor_formatter(_Plain(minor_thresholds=(1.2, 0.5)))
    ax.set_xlim(0, max(1, len(steps) - 1) * 1.02)
    style.dress(ax)
    ax.grid(False, which="minor")
    judged = losses if validation is None else validation
    style.write(
        ax, f"The loss went from {style.number(judged[0])} to {style.number(judged[fit.outcome.kept])} "
        f"in {style.counted(fit.outcome.kept, 'step')}",
        "step", "loss (scaled units)" if fit.data.targets is not None else f"loss ({_name(fit)})",
    )  # fmt: skip
    style.legend(ax)
    return LossDisplay(figure, ax, steps, losses, validation, fit.outcome.kept, others)


def _name(fit: "Fit") -> str:
    return fit.history.model.loss.name.replace("_", "-")


def _finite(losses: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(losses), losses, np.nan)


def _positive(losses: np.ndarray) -> np.ndarray:
    """Leave out what a logarithmic axis cannot show."""
    return np.where(losses > 0, _finite(losses), np.nan)


def _draw_others(ax: Axes, steps: np.ndarray, others: np.ndarray) -> None:
    ends = others[np.isfinite(others) & (others > 0)]
    if not ends.size:
        return
    name = "where the other start ended" if ends.size == 1 else f"where {ends.size} other starts ended"
    places = np.full(ends.size, steps[-1])
    ax.plot(places, ends, "_", color="#777777", markersize=10, markeredgewidth=1, label=name, zorder=2)


class _Plain(LogFormatter):
    """Writes 0.06 where matplotlib writes 6e-02; which ticks get a number stays its choice."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        return style.number(x) if super().__call__(x, pos) else ""
