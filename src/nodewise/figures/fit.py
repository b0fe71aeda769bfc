"""The picture of a fit: the network's curve over the samples, or predicted against observed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from nodewise.data.dataset import Dataset
from nodewise.figures import style
from nodewise.figures.subject import Subject, subject

Draw = Callable[[Dataset], np.ndarray]


@dataclass(frozen=True, eq=False)
class FitDisplay(style.Display):
    """A fit, drawn.

    Attributes:
        x: [point], where the curve was drawn; for several features [sample], the observed targets.
        curve: [point], the network there; for several features [sample], its predictions.
        truth: [point], the true function at x, or None.
    """

    x: Float[np.ndarray, " point"]
    curve: Float[np.ndarray, " point"]
    truth: Float[np.ndarray, " point"] | None


def fit(
    fit: Any, data: Dataset | None = None, *, output: int | str = 0, beyond: float = 0.25, ax: Axes | None = None
) -> FitDisplay:
    """Draw the network's curve over samples and true function; for several features, predicted against observed.

    Args:
        fit: A fit, or a network, which needs `data`.
        data: Samples to draw; the fit's own unless given.
        output: Index or name of the output to draw.
        beyond: How far to draw outside the data on both sides, as a share of their range.
        ax: Axes to draw on; new ones unless given.

    Raises:
        NodewiseError: If the arguments do not fit together.
    """
    what = subject(fit, data, output)
    figure, ax = style.panel(ax)
    draw = _draw_curve if what.one_feature else _draw_predictions
    x, curve, truth = draw(ax, what, beyond)
    style.legend(ax)
    return FitDisplay(figure, ax, x, curve, truth)


def _draw_curve(ax: Axes, what: Subject, beyond: float) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    x = what.grid(beyond)
    curve, truth = what.curve(x), what.truth(x)
    style.shade(ax, what.low, what.high)
    seen = _draw_samples(ax, what, lambda data: data.inputs[:, 0], lambda data: what.targets(data))
    if truth is not None:
        ax.plot(x, truth, color=style.TRUTH, linewidth=1.4, label="true function", zorder=3)
    ax.plot(x, curve, color=style.INK, linewidth=2.0, label="network", zorder=4)
    ax.set_xlim(x[0], x[-1])
    # A curve that runs away outside the data must not flatten all that is inside.
    inside = curve[(x >= what.low) & (x <= what.high)]
    low, high = style.reach(inside, seen)
    room = 0.75 * (high - low)
    ax.set_ylim(max(low - room, style.reach(curve, seen)[0]), min(high + room, style.reach(curve, seen)[1]))
    style.write(ax, "The network's curve over the samples, and how it goes on outside them",
                what.feature_label, what.output_label)  # fmt: skip
    return x, curve, truth


def _draw_predictions(ax: Axes, what: Subject, _: float) -> tuple[np.ndarray, np.ndarray, None]:
    predict = lambda data: what.network(data.inputs)[:, what.output]  # noqa: E731
    observed, predicted = what.targets(), predict(what.data)
    _draw_samples(ax, what, lambda data: what.targets(data), predict)
    limits = style.reach(observed, predicted)
    ax.plot(limits, limits, color=style.TRUTH, linewidth=1.2, label="predicted = observed", zorder=1)
    ax.set(xlim=limits, ylim=limits, aspect="equal")
    style.write(
        ax, "Predicted against observed: the closer to the line, the better the fit",
        f"observed {what.output_label}", f"predicted {what.output_label}",
    )  # fmt: skip
    return observed, predicted, None


def _draw_samples(ax: Axes, what: Subject, across: Draw, up: Draw) -> np.ndarray:
    """Draw the samples trained on, and hollow those held out; return the heights of all."""
    for name, part in what.groups:
        if part.targets is not None:
            style.draw_samples(ax, across(part), up(part), name, hollow=name != "samples")
    return up(what.data)
