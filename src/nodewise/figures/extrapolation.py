"""The picture of what a network does outside its data: the curve, what it tends to, and where that begins."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.figures.subject import Subject, subject
from nodewise.inspection.extrapolation import Extrapolation
from nodewise.inspection.extrapolation import extrapolation as read

_POINTS = 1601
_KINDS = {"constant": "constant", "line": "line", "waves": "line and waves", "oscillates": "middle of its swings"}


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
    feature: int = 0,
    beyond: float = 1.0,
    ax: Axes | None = None,
) -> ExtrapolationDisplay:
    """Draw the network far outside its data, with the constants, lines or waves it tends to and its last kinks.

    Args:
        fit: A fit, or a network, which needs `data`.
        data: The samples whose range is shaded; the fit's own unless given.
        output: Index or name of the output to draw.
        feature: Which feature to follow, the others at their mean.
        beyond: How far to draw outside the data on both sides, as a share of their range.
        ax: Axes to draw on; new ones unless given.

    Raises:
        NodewiseError: If the arguments do not fit together, or the reading refuses.
    """
    what = subject(fit, data, output)
    if feature not in range(what.network.inputs):
        raise NodewiseError(f"feature must be a whole number from 0 to {what.network.inputs - 1}. Got {feature!r}.")
    reading = read(what.network, what.data)
    ends = sorted((end for end in reading.ends if end.direction[feature]), key=lambda end: end.side)
    low, high = float(what.data.low[feature]), float(what.data.high[feature])
    x = np.linspace(*style.wider(low, high, beyond), _POINTS)
    curve = what.network(ends[0].points(x))[:, what.output]
    truth = what.truth(x) if what.one_feature else None
    figure, ax = style.panel(ax, (style.WIDE[0], 4.2))
    style.shade(ax, low, high)
    if truth is not None:
        ax.plot(x, truth, color=style.TRUTH, linewidth=1.2, label="true function", zorder=2.5)
    if what.one_feature:
        style.draw_samples(ax, what.data.inputs[:, 0], what.targets())
    ax.plot(x, curve, color=style.INK, linewidth=1.9, label="network", zorder=3)
    far, knots = _draw_ends(ax, what, ends, x, (low, high))
    _limit(ax, x, curve, what, (low, high), far)
    name = style.label(what.network.feature_names[feature], what.network.feature_units[feature])
    aside = " (the other features at their mean)" if not what.one_feature else ""
    style.write(ax, reading.summary, name + aside, what.output_label)
    style.legend(ax)
    return ExtrapolationDisplay(figure, ax, reading, x, curve, truth, far, knots)


def _draw_ends(
    ax: Axes, what: Subject, ends: list[Any], x: np.ndarray, inside: tuple[float, float]
) -> tuple[tuple[tuple[np.ndarray, np.ndarray], ...], np.ndarray]:
    """Draw what the network tends to on each side, dashed, and its last knots."""
    far, o = [], what.output
    for end, dashes in zip(ends, ("--", (0, (1.5, 1.5))), strict=True):
        s = x[x >= inside[1]] if end.side > 0 else x[x <= inside[0]]
        tends = end(s)[:, o]
        side = "right" if end.side > 0 else "left"
        ax.plot(
            s, tends, color=style.LIMIT, linewidth=1.5, linestyle=dashes, label=f"{side}: {_words(end, o)}", zorder=4
        )
        far.append((s, tends))
    knots = np.array([end.last_knot[o] for end in ends])
    seen = np.isfinite(knots) & (knots >= x[0]) & (knots <= x[-1])
    if seen.any():
        heights = np.array([what.network(end.points(np.array([k])))[0, o] for end, k in zip(ends, knots, strict=True)
                            if np.isfinite(k) and x[0] <= k <= x[-1]])  # fmt: skip
        ax.plot(
            knots[seen], heights, "D", color=style.LIMIT, markersize=5.5, markeredgecolor="white", zorder=5,
            label="outermost kink",
        )  # fmt: skip
    return tuple(far), knots


def _words(end: Any, output: int) -> str:
    kind, slope, constant = end.kind[output], end.slope[output], end.intercept[output]
    if kind == "constant":
        return f"constant {style.number(constant)}"
    if kind == "line":
        return f"slope {style.number(slope)}"
    return _KINDS[kind]


def _limit(ax: Axes, x: np.ndarray, curve: np.ndarray, what: Subject, inside: tuple[float, float], far: Any) -> None:
    """Let no runaway curve flatten what is inside: the axis reaches one and a half times the inner range further."""
    among = curve[(x >= inside[0]) & (x <= inside[1])]
    seen = [among, what.targets()] if what.one_feature else [among]
    low, high = style.reach(*seen)
    full = style.reach(curve, *seen, *(tends for _, tends in far))
    room = 1.5 * (high - low)
    ax.set_xlim(x[0], x[-1])
    ax.set_ylim(max(full[0], low - room), min(full[1], high + room))
