"""The picture of a fit: the network's curve over the samples, or what it says of each against what was observed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.figures import classes, style
from nodewise.figures.fit_map import PLANE, draw_map
from nodewise.figures.subject import Subject, subject
from nodewise.network import Predictor

Draw = Callable[[Dataset], np.ndarray]


@dataclass(frozen=True, eq=False)
class FitDisplay(style.Display):
    """A fit, drawn.

    Attributes:
        x: [point], where the curve was drawn; for several features [sample], the observed targets, or of labels the
            place of each among the classes. Of the map of a black box [point, 2], row by row.
        curve: [point], the network there; for several features [sample], what it says of each sample. Of a map [point].
        truth: [point], the true function at x, or None.
    """

    x: Float[np.ndarray, "point ..."]
    curve: Float[np.ndarray, " point"]
    truth: Float[np.ndarray, " point"] | None


def fit(
    fit: Any, data: Dataset | None = None, *, output: int | str = 0, beyond: float = 0.25, ax: Axes | None = None
) -> FitDisplay:
    """Draw the network's curve over samples and true function; for several features, predicted against observed.

    Of a classifier the curve is that of one output, such as the probability of a class, over samples at its ends if
    the output has any (1 for those of the class, 0 for the others). For several features there is a row of dots for
    each class, at what the output says of each sample: what is told apart well stands apart.

    Of a black box over two features it is a map, because no other picture shows what it does between the samples.

    Args:
        fit: A fit, or a network or black box, which needs `data`.
        data: Samples to draw; the fit's own unless given.
        output: Index or name of the output to draw.
        beyond: How far to draw outside the data on both sides, as a share of their range.
        ax: Axes to draw on; new ones unless given.

    Raises:
        NodewiseError: If the arguments do not fit together.
    """
    what = subject(fit, data, output, called=True)
    figure, ax = style.panel(ax)
    x, curve, truth = _drawing(what)(ax, what, beyond)
    style.legend(ax, below=_is_map(what))
    return FitDisplay(figure, ax, x, curve, truth)


def _is_map(what: Subject) -> bool:
    return isinstance(what.network, Predictor) and what.network.inputs == PLANE


def _drawing(what: Subject) -> Callable[..., tuple[np.ndarray, np.ndarray, np.ndarray | None]]:
    if what.one_feature:
        return _draw_curve
    if _is_map(what):
        return draw_map
    return _draw_classes if what.classes else _draw_predictions


def _draw_curve(ax: Axes, what: Subject, beyond: float) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    x = what.grid(beyond)
    curve, truth = what.curve(x), what.truth(x)
    style.shade(ax, what.low, what.high)
    seen = _draw_samples(ax, what, lambda data: data.inputs[:, 0], lambda data: what.targets(data))
    if truth is not None:
        ax.plot(x, truth, color=style.TRUTH, linewidth=1.4, label="true function", zorder=3)
    ax.plot(x, curve, color=style.INK, linewidth=2.0, label=what.word, zorder=4)
    ax.set_xlim(x[0], x[-1])
    # A curve that runs away outside the data must not flatten all that is inside.
    inside = curve[(x >= what.low) & (x <= what.high)]
    threshold = _draw_threshold(ax.axhline, what)
    low, high = style.reach(inside, seen, threshold)
    room = 0.75 * (high - low)
    ax.set_ylim(max(low - room, style.reach(curve, seen)[0]), min(high + room, style.reach(curve, seen)[1]))
    style.write(ax, f"The {what.word}'s curve over the samples, and how it goes on outside them",
                what.feature_label, what.output_label)  # fmt: skip
    return x, curve, truth


def _draw_threshold(draw: Callable[..., Any], what: Subject) -> np.ndarray:
    """Draw where one output changes its mind; return it, nothing where there is no such place."""
    if not what.network.classes or what.network.outputs > 1:
        return np.empty(0)
    at = what.network.threshold
    draw(at, color=style.LIMIT, linewidth=1.2, linestyle="--", zorder=2.5, label=f"threshold {style.number(at)}")
    return np.array([at])


def _draw_classes(ax: Axes, what: Subject, _: float) -> tuple[np.ndarray, np.ndarray, None]:
    """Draw what the output says of each sample, one row per class."""
    codes, says = what.codes(), what.network(what.data.inputs)[:, what.output]
    colours = classes.palette(np.bincount(codes[codes >= 0], minlength=len(what.classes)))
    for name, part in what.groups:
        across = what.network(part.inputs)[:, what.output]
        classes.draw_rows(ax, what.classes, colours, across, what.codes(part), hollow=name != "samples")
    if len(what.groups) > 1:
        ax.scatter([], [], 26, facecolors="white", edgecolors=style.INK, linewidths=0.9, label=what.groups[1][0])
    limits = style.reach(says, np.array(what.ends or []), _draw_threshold(ax.axvline, what), margin=0.03)
    ax.set_xlim(limits)
    style.write(
        ax, f"What the {what.word} says of each sample, a row of them for each class",
        what.output_label, style.short(what.network.label or what.data.label), narrower=classes.NARROWER,
    )  # fmt: skip
    return codes.astype(float), says, None


def _draw_predictions(ax: Axes, what: Subject, _: float) -> tuple[np.ndarray, np.ndarray, None]:
    predict = lambda data: what.network(data.inputs)[:, what.output]  # noqa: E731
    observed, predicted = what.targets(), predict(what.data)
    if np.isnan(observed).all():
        raise NodewiseError(
            "a picture of a fit over several features needs targets, or labels that are the network's classes. "
            f"Got {'labels that are not' if what.data.labels is not None else 'neither'}; give the data it was "
            "trained on."
        )
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
        style.draw_samples(ax, across(part), up(part), name, hollow=name != "samples", of=what.data.samples)
    return up(what.data)
