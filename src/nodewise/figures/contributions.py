"""The picture of contributions: each node's curve under the final curve, stacked, or bars of shares."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.figures.subject import Subject, subject
from nodewise.inspection.contributions import Contributions
from nodewise.inspection.contributions import contributions as read

_BIAS = "#777777"


@dataclass(frozen=True, eq=False)
class ContributionsDisplay(style.Display):
    """Contributions, drawn.

    Attributes:
        reading: The contributions over the data, whose shares and order are shown.
        drawn: The contributions at x, or None where bars were drawn.
        x: [point], where the curves were drawn, or None.
        curves: [point, node], or None.
        bias: [point], or None.
        output: [point], what curves and bias add up to, or None.
        singled_out: Indices of the nodes with a colour of their own, the largest contribution first.
    """

    reading: Contributions
    drawn: Contributions | None
    x: Float[np.ndarray, " point"] | None
    curves: Float[np.ndarray, "point node"] | None
    bias: Float[np.ndarray, " point"] | None
    output: Float[np.ndarray, " point"] | None
    singled_out: tuple[int, ...]


def contributions(
    fit: Any,
    data: Dataset | None = None,
    *,
    output: int | str = 0,
    layer: int = -1,
    stacked: bool = False,
    top: int = len(style.NODES),
    beyond: float = 0.1,
    ax: Axes | None = None,
) -> ContributionsDisplay:
    """Draw what each node contributes; for several features, bars of their shares.

    Args:
        fit: A fit, or a network, which needs `data`.
        data: Samples to read the shares from; the fit's own unless given.
        output: Index or name of the output to draw.
        layer: The hidden layer, as in the reading.
        stacked: Whether to stack the contributions, the positive ones up from 0 and the negative ones down.
        top: How many nodes to single out with a colour, those with the largest shares.
        beyond: How far to draw outside the data on both sides, as a share of their range.
        ax: Axes to draw on; new ones unless given.

    Raises:
        NodewiseError: If the arguments do not fit together, or the reading refuses.
    """
    if not 1 <= top <= len(style.NODES):
        raise NodewiseError(f"top must be from 1 to {len(style.NODES)}, the number of colours. Got {top!r}.")
    what = subject(fit, data, output)
    reading = read(what.network, what.data, layer)
    count = len(reading.names)
    largest = tuple(int(i) for i in reading.order[:top, what.output])
    if not what.one_feature:
        return _draw_bars(ax, what, reading)
    figure, ax = style.panel(ax, (style.WIDE[0], 4.4))
    x = what.grid(beyond, 601)
    drawn = read(what.network, x, layer)
    curves, total = drawn.values[:, :, what.output], drawn.output[:, what.output]
    bias = np.broadcast_to(drawn.bias, drawn.output.shape)[:, what.output]
    style.shade(ax, what.low, what.high)
    draw = _draw_stack if stacked else _draw_curves
    draw(ax, x, curves, bias, reading.names, largest)
    sum_of, side = _whole(what, reading)
    ax.plot(x, total, color=style.INK, linewidth=2.4, label=f"sum: the {sum_of}", zorder=5)
    ax.set_xlim(x[0], x[-1])
    kind = "feature" if reading.layer < 0 else "node"
    title = (
        f"Stacked: the bands above 0 less the bands below 0 are the {sum_of}"
        if stacked
        else f"{style.counted(count, kind)} and the bias add up to the {sum_of}"
    )
    style.write(ax, title, what.feature_label, side)
    style.legend(ax)
    return ContributionsDisplay(figure, ax, reading, drawn, x, curves, bias, total, largest)


def _whole(what: Subject, reading: Contributions) -> tuple[str, str]:
    """Return in a word what the contributions add up to, and its label beside the axes."""
    if reading.of == "output":
        return "output", what.output_label
    name = style.short(what.network.output_names[what.output])
    return (reading.of, f"{reading.of} of {name}") if not what.network.classes else ("logit", f"logit of {name}")


def _draw_curves(
    ax: Axes, x: np.ndarray, curves: np.ndarray, bias: np.ndarray, names: tuple[str, ...], largest: tuple[int, ...]
) -> None:
    rest = [i for i in range(curves.shape[1]) if i not in largest]
    for i in rest:
        ax.plot(x, curves[:, i], color=style.REST, linewidth=0.6, alpha=0.7, zorder=1.5)
    if rest:
        ax.plot([], [], color=style.REST, linewidth=1.0, label=f"{style.counted(len(rest), 'other node')}")
    for colour, i in zip(style.NODES, largest, strict=False):
        ax.plot(x, curves[:, i], color=colour, linewidth=1.5, label=style.short(names[i], 20), zorder=3)
    ax.plot(x, bias, color=_BIAS, linewidth=1.3, linestyle=":", label=_bias_name(bias), zorder=2.5)


def _draw_stack(
    ax: Axes, x: np.ndarray, curves: np.ndarray, bias: np.ndarray, names: tuple[str, ...], largest: tuple[int, ...]
) -> None:
    """Pile up bias, the nodes singled out and the rest: what is positive up from 0, what is negative down."""
    rest = [i for i in range(curves.shape[1]) if i not in largest]
    parts = [(bias[:, None], "#555555", _bias_name(bias))]
    parts += [(curves[:, [i]], c, style.short(names[i], 20)) for c, i in zip(style.NODES, largest, strict=False)]
    if rest:
        parts.append((curves[:, rest], style.REST, style.counted(len(rest), "other node")))
    up, down = np.zeros(len(x)), np.zeros(len(x))
    for part, colour, name in parts:
        above, below = up + np.maximum(part, 0).sum(axis=1), down + np.minimum(part, 0).sum(axis=1)
        look = {"color": colour, "alpha": 0.75, "linewidth": 0.4, "edgecolor": "white"}
        ax.fill_between(x, up, above, label=name, zorder=2, **look)
        ax.fill_between(x, down, below, zorder=2, **look)
        up, down = above, below
    ax.axhline(0, color="#999999", linewidth=0.8, zorder=3)


def _bias_name(bias: np.ndarray) -> str:
    return f"bias {style.number(bias[0])}" if np.ptp(bias) == 0 else "bias"


def _draw_bars(ax: Axes | None, what: Subject, reading: Contributions, most: int = 20) -> ContributionsDisplay:
    """Draw the share of each node as a bar, the largest on top; those beyond `most` in one bar of their sum."""
    share = reading.share[:, what.output]
    order = [int(i) for i in np.argsort(-np.abs(share), kind="stable")]
    kept, rest = (order, []) if len(order) <= most else (order[: most - 1], order[most - 1 :])
    bars = [(style.short(reading.names[i], 24), float(share[i])) for i in kept]
    if rest:
        bars.append((style.counted(len(rest), "other node"), float(share[rest].sum())))
    if reading.bias_share[what.output]:
        bars.append(("bias", float(reading.bias_share[what.output])))
    figure, ax = style.panel(ax, (style.WIDE[0], 1.3 + 0.24 * len(bars)))
    names, widths = zip(*bars, strict=True)
    colours = [style.POSITIVE if width >= 0 else style.NEGATIVE for width in widths]
    drawn = ax.barh(range(len(bars)), widths, color=colours, height=0.7, zorder=2)
    ax.bar_label(drawn, [style.number(width) for width in widths], fontsize=8, color=style.INK, padding=3)
    ax.set_yticks(range(len(bars)), names)
    ax.invert_yaxis()
    ax.grid(False, axis="y")
    ax.axvline(0, color="#999999", linewidth=0.8)
    ax.margins(x=0.12)
    kind = "feature" if reading.layer < 0 else "node"
    sum_of, side = _whole(what, reading)
    own = what.network.output_names[what.output]
    style.write(
        ax, f"The share of each {kind} in the {sum_of}: with {what.network.inputs} features there is no curve to draw, "
        "so bars of shares, which add up to 1",
        f"share of the variance of {side if reading.of != 'output' else style.short(own)}",
    )  # fmt: skip
    return ContributionsDisplay(figure, ax, reading, None, None, None, None, None, tuple(kept))
