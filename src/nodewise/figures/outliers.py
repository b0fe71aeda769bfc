"""The picture of outliers: the fits with them and without, side by side, each with what it says far away."""

import math
import textwrap
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec, SubplotSpec

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.figures.subject import find_output, subject
from nodewise.inspection.robustness import WITHOUT, Arm, Robustness

_POINTS = 601
_COLUMNS = 4
_STRIP = 6  # widths of the strip of the outliers in a panel
_PANEL = (2.6, 2.1)  # inches
_LETTERS = 10.5  # of a title per inch


@dataclass(frozen=True, eq=False)
class OutliersDisplay(style.Display):
    """Fits with outliers and without, drawn.

    Attributes:
        reading: What was drawn.
        x: [point], places along the range of the other samples; of several features [sample], their targets.
        curves: [fit, point], what each fit says there.
        far: [fit, outlier], what each says of the outliers.
        panels: The axes of each fit.
        strips: The axes beside each, with the outliers.
    """

    reading: Robustness
    x: Float[np.ndarray, " point"]
    curves: Float[np.ndarray, "fit point"]
    far: Float[np.ndarray, "fit outlier"]
    panels: tuple[Axes, ...]
    strips: tuple[Axes, ...]


def outliers(reading: Robustness, *, output: int | str = 0) -> OutliersDisplay:
    """Draw every fit of a study of outliers: its curve over the other samples, and beside it what it says of outliers.

    Of several features what it says of each sample is drawn against its target. In the narrow strip a dot is an
    outlier's target, hollow where it was left out, and a bar what the fit says of it; a triangle points at what is
    beyond.

    Args:
        reading: What `nodewise.robustness` returned.
        output: Index or name of the output to draw.

    Raises:
        NodewiseError: If it is something else, or of labels over several features.
    """
    if not isinstance(reading, Robustness):
        raise NodewiseError(
            f"a picture of outliers needs what nodewise.robustness returns. Got {type(reading).__name__}."
        )
    networks = [arm.network for arm in reading.arms]
    whats = [subject(network, reading.data, output) for network in networks]
    o = find_output(networks[0], output)
    others, far = reading.others, reading.data.rows(reading.samples)
    if networks[0].inputs > 1 and reading.data.targets is None:
        raise NodewiseError("a picture of outliers among labels needs one feature. Got several; see the table.")
    heights, targets = whats[0].targets(others), whats[0].targets(far)
    one = networks[0].inputs == 1
    x = _places(others) if one else heights
    curves = np.stack([n(x[:, None] if one else others.inputs)[:, o] for n in networks])
    says = np.stack([network(far.inputs)[:, o] for network in networks])
    figure, panels, strips = _page(len(networks), reading.summary)
    limits = _limits(heights, targets, curves)
    across = others.inputs[:, 0] if one else heights
    for i, arm in enumerate(reading.arms):
        _draw(panels[i], arm, x, curves[i], across, heights, line=one)
        _draw_far(strips[i], targets, says[i], limits, hollow=arm.name == WITHOUT)
        panels[i].set_ylim(limits)
        error = style.number(arm.error) if reading.data.targets is not None else f"{100 * arm.error:.3g} %"
        panels[i].set_title(f"{arm.name}\nerror {error}", loc="left", fontsize=9, color=style.INK, pad=4)
    names = (whats[0].feature_label if one else f"observed {whats[0].output_label}", whats[0].output_label)
    _word(panels, strips, names, far)
    return OutliersDisplay(figure, panels[0], reading, x, curves, says, tuple(panels), tuple(strips))


def _places(others: Dataset) -> np.ndarray:
    return np.linspace(*style.wider(float(others.low[0]), float(others.high[0]), 0.05), _POINTS)


def _limits(heights: np.ndarray, targets: np.ndarray, curves: np.ndarray) -> tuple[float, float]:
    """Return limits around targets, and around curves as far as they stay near the other samples' targets."""
    low, high = style.reach(heights)
    room = 0.5 * (high - low)
    near = np.clip(np.concatenate([curves.ravel(), targets]), low - room, high + room)
    return style.reach(heights, near)


def _page(count: int, title: str) -> tuple[Figure, list[Axes], list[Axes]]:
    columns = min(_COLUMNS, count)
    rows = math.ceil(count / columns)
    size = (columns * _PANEL[0] + 0.4, rows * _PANEL[1] + 1.1)
    figure = Figure(figsize=size, dpi=100, facecolor="white", layout="constrained")
    words = style.plain(textwrap.fill(title, int(_LETTERS * size[0])))
    figure.suptitle(words, x=0.01, ha="left", fontsize=10.5, color=style.INK)
    grid = GridSpec(rows, columns, figure=figure)
    pairs = [_pair(figure, grid[i // columns, i % columns]) for i in range(count)]
    return figure, [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def _pair(figure: Figure, place: SubplotSpec) -> tuple[Axes, Axes]:
    inner = place.subgridspec(1, 2, width_ratios=(_STRIP, 1), wspace=0.02)
    panel, strip = figure.add_subplot(inner[0]), figure.add_subplot(inner[1])
    style.dress(panel)
    style.dress(strip)
    strip.set(xticks=[], yticks=[])
    return panel, strip


def _draw(
    ax: Axes, arm: Arm, x: np.ndarray, curve: np.ndarray, across: np.ndarray, heights: np.ndarray, line: bool
) -> None:
    if line:
        style.draw_samples(ax, across, heights)
        ax.plot(x, curve, color=style.INK, linewidth=1.8, zorder=4)
        for place in () if arm.boundary is None else arm.boundary:
            ax.axvline(place, color=style.LIMIT, linewidth=1.0, linestyle="--", zorder=1)
        ax.set_xlim(x[0], x[-1])
    else:
        style.draw_samples(ax, across, curve)
        ends = style.reach(heights)
        ax.plot(ends, ends, color=style.TRUTH, linewidth=1.2, zorder=1)
        ax.set_xlim(ends)


def _draw_far(ax: Axes, targets: np.ndarray, says: np.ndarray, limits: tuple[float, float], hollow: bool) -> None:
    ax.set_facecolor(style.RANGE)
    ax.grid(False)
    place = np.linspace(-1, 1, len(targets) + 2)[1:-1]
    face = "white" if hollow else style.SAMPLES
    ax.scatter(place, np.clip(targets, *limits), 28, facecolors=face, edgecolors=style.SAMPLES_EDGE, linewidths=0.8)
    for at, value in zip(place, says, strict=True):
        inside = limits[0] <= value <= limits[1]
        mark = "_" if inside else "^" if value > limits[1] else "v"
        ax.plot(at, np.clip(value, *limits), mark, color=style.INK, markersize=9, markeredgewidth=2, clip_on=False)
    ax.set(xlim=(-1, 1), ylim=limits)


def _word(panels: list[Axes], strips: list[Axes], names: tuple[str, str], far: Dataset) -> None:
    columns = min(_COLUMNS, len(panels))
    name = style.number(far.inputs[0, 0]) if far.samples == 1 and far.features == 1 else "outliers"
    for i, (panel, strip) in enumerate(zip(panels, strips, strict=True)):
        lowest = i + columns >= len(panels)
        panel.tick_params(labelbottom=lowest, labelleft=i % columns == 0)
        panel.set_xlabel(names[0] if lowest else "", fontsize=10, color=style.INK)
        panel.set_ylabel(names[1] if i % columns == 0 else "", fontsize=10, color=style.INK)
        strip.set_title(name, fontsize=7, color=style.INK, pad=4)
