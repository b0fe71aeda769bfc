"""The picture of what a network does outside its data: the curve, what it tends to, and where that begins."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.figures.subject import Subject, probabilities, subject
from nodewise.inspection.extrapolation import End, Extrapolation
from nodewise.inspection.extrapolation import extrapolation as read

_POINTS = 1601
_TRIED = 101  # points per feature to find the one to follow


@dataclass(frozen=True, eq=False)
class ExtrapolationDisplay(style.Display):
    """What a network does outside its data, drawn.

    Attributes:
        reading: The reading drawn.
        x: [point], values of the feature drawn.
        curve: [point], the network there, the other features at their mean.
        truth: [point], the true function, or None.
        far: Per end drawn, left first, the places [point] beyond the data and what the network tends to there [point].
        knots: [end], the outermost kink or jump; NaN where there is none.
    """

    reading: Extrapolation
    x: Float[np.ndarray, " point"]
    curve: Float[np.ndarray, " point"]
    truth: Float[np.ndarray, " point"] | None
    far: tuple[tuple[np.ndarray, np.ndarray], ...]
    knots: Float[np.ndarray, " end"]


def extrapolation(
    fit: Any,
    data: Dataset | None = None,
    *,
    output: int | str = 0,
    feature: int | None = None,
    beyond: float = 1.0,
    ax: Axes | None = None,
) -> ExtrapolationDisplay:
    """Draw the network far outside its data, with the constants, lines or waves it tends to and its last kinks.

    Of a softmax the logits are drawn, as in the reading.

    Args:
        fit: A fit, or a network or black box, which needs `data`.
        data: The samples whose range is shaded; the fit's own unless given.
        output: Index or name of the output to draw.
        feature: Which feature to follow, the others at their mean; by default the one that moves the output most
            over its range.
        beyond: How far to draw outside the data on both sides, as a share of their range.
        ax: Axes to draw on; new ones unless given.

    Raises:
        NodewiseError: If the arguments do not fit together, or the reading refuses.
    """
    what = subject(fit, data, output, called=True)
    if probabilities(what.network):
        what = replace(what, network=what.network.logits)  # as the reading
    feature = _most_moving(what) if feature is None else feature
    if feature not in range(what.network.inputs):
        raise NodewiseError(f"feature must be a whole number from 0 to {what.network.inputs - 1}. Got {feature!r}.")
    reading = read(what.network, what.data)
    ends = sorted((end for end in reading.ends if end.direction[feature]), key=lambda end: end.side)
    low, high = float(what.data.low[feature]), float(what.data.high[feature])
    x = np.linspace(*style.wider(low, high, beyond), _POINTS)
    curve = what.network(_along(what, feature, x))[:, what.output]
    truth = what.truth(x) if what.one_feature else None
    figure, ax = style.panel(ax, (style.WIDE[0], 4.2))
    style.shade(ax, low, high)
    if truth is not None:
        ax.plot(x, truth, color=style.TRUTH, linewidth=1.2, label="true function", zorder=2.5)
    if what.one_feature:
        style.draw_samples(ax, what.data.inputs[:, 0], what.targets())
    ax.plot(x, curve, color=style.INK, linewidth=1.9, label=what.word, zorder=3)
    far = _draw_ends(ax, what, ends, x, (low, high))
    _limit(ax, x, curve, what, (low, high), far)
    knots = _draw_knots(ax, what, ends)
    name = style.label(what.network.feature_names[feature], what.network.feature_units[feature])
    aside = " (the other features at their mean)" if not what.one_feature else ""
    style.write(ax, reading.summary, name + aside, what.output_label)
    style.legend(ax)
    return ExtrapolationDisplay(figure, ax, reading, x, curve, truth, far, knots)


def _most_moving(what: Subject) -> int:
    """Return the feature along which the output varies most, from its lowest to its highest value in the data."""
    low, high = what.data.low, what.data.high
    spans = []
    for feature in range(what.network.inputs):
        x = _along(what, feature, np.linspace(low[feature], high[feature], _TRIED))
        spans.append(np.ptp(what.network(x)[:, what.output]))
    return int(np.argmax(spans))


def _along(what: Subject, feature: int, values: Float[np.ndarray, " point"]) -> Float[np.ndarray, "point feature"]:
    """Return points at these values of a feature, the others at their mean."""
    x = np.tile(np.nanmean(what.data.inputs, axis=0), (len(values), 1))
    x[:, feature] = values
    return x


def _draw_ends(
    ax: Axes, what: Subject, ends: list[End], x: np.ndarray, inside: tuple[float, float]
) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Draw what the network tends to on each side, dashed (of waves the line they wave around)."""
    far, o = [], what.output
    if not ends:  # of a black box
        return ()
    words = [_words(end, o) for end in ends]
    names = [f"outside: {words[0]}", ""] if words[0] == words[1] else [f"left: {words[0]}", f"right: {words[1]}"]
    for end, name, dashes in zip(ends, names, ("--", "--" if not names[1] else (0, (1.5, 1.5))), strict=True):
        s = x[x >= inside[1]] if end.side > 0 else x[x <= inside[0]]
        middle = end.slope[o] * s + end.intercept[o]
        ax.plot(s, middle, color=style.LIMIT, linewidth=1.6, linestyle=dashes, label=name, zorder=4)
        far.append((s, end(s)[:, o]))
    return tuple(far)


def _draw_knots(ax: Axes, what: Subject, ends: list[End]) -> np.ndarray:
    """Draw the outermost kinks that lie in view; return all of them."""
    knots = np.array([end.last_knot[what.output] for end in ends])
    seen = []
    for knot, end in zip(knots, ends, strict=True):
        height = what.network(end.points(np.array([knot])))[0, what.output] if np.isfinite(knot) else np.nan
        if ax.viewLim.contains(knot, height):
            seen.append((knot, height))
    if seen:
        ax.plot(
            *zip(*seen, strict=True), "D", color=style.LIMIT, markersize=5.5, markeredgecolor="white",
            label="outermost kink", zorder=5,
        )  # fmt: skip
    return knots


def _words(end: End, output: int) -> str:
    kind, slope, knot = end.kind[output], end.slope[output], end.last_knot[output]
    line = f"slope {style.number(slope)}" if slope else style.number(end.intercept[output])
    start = {"constant": "constant ", "line": "", "waves": "waves around ", "oscillates": "swings around "}[kind]
    return start + line + (f" beyond {style.number(knot)}" if np.isfinite(knot) else "")


def _limit(ax: Axes, x: np.ndarray, curve: np.ndarray, what: Subject, inside: tuple[float, float], far: Any) -> None:
    """Let no runaway curve flatten what is inside: the axis reaches one and a half times the inner range further."""
    among = curve[(x >= inside[0]) & (x <= inside[1])]
    seen = [among, what.targets()]
    low, high = style.reach(*seen)
    full = style.reach(curve, *seen, *(tends for _, tends in far))
    room = 1.5 * (high - low)
    ax.set_xlim(x[0], x[-1])
    ax.set_ylim(max(full[0], low - room), min(full[1], high + room))
