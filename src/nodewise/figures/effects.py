"""The pictures of effects: curves of samples and their mean, with what each node adds to it; maps of two features."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from nodewise.errors import NodewiseError, unknown
from nodewise.figures import style
from nodewise.figures.panels import head, panels
from nodewise.figures.subject import output_index
from nodewise.inspection.effects import Curve, Effects

_MOST = 9  # features in one picture
_FEW = 2  # values of a feature that are marked
_ROUNDING = 1e-9  # percent: what rounding leaves of a share that is 0
_NAMED = 8  # categories that have room for their names
_LETTERS = 40  # that have room along a panel
_COLUMNS = 3
_THIN = "#9fb4c7"  # curves of samples
_ROWS = (3, 2)  # heights of the curves and of the nodes beneath


@dataclass(frozen=True, eq=False)
class EffectsDisplay(style.Display):
    """Curves along features, drawn.

    Attributes:
        reading: The effects drawn.
        output: Index of the output drawn.
        features: Names of the features drawn.
        axes: Of the curves, one per feature.
        nodes: Indices of the nodes with a colour, where one feature was drawn; none else.
        parts: [point, node], their contributions around their mean, or None.
    """

    reading: Effects
    output: int
    features: tuple[str, ...]
    axes: tuple[Axes, ...]
    nodes: tuple[int, ...]
    parts: Float[np.ndarray, "point node"] | None


def effects(
    reading: Effects,
    feature: int | str | Sequence[int | str] | None = None,
    *,
    output: int | str = 0,
    top: int = 6,
    ax: Axes | None = None,
) -> EffectsDisplay:
    """Draw how the output moves along one feature, with the nodes beneath, or along several side by side.

    Thin lines are single samples (ICE), the thick one is their mean (PDP), the strokes below are the samples.

    Args:
        reading: What `nodewise.effects` returned.
        feature: Name or index of one feature, or several; by default those that move the output most.
        output: Index or name of the output to draw.
        top: How many features to draw where none are named, or of one feature how many nodes have a colour.
        ax: Axes in whose place to draw; a figure of its own unless given.

    Raises:
        NodewiseError: If the reading is none of effects, or there is no such feature or output.
    """
    if not isinstance(reading, Effects):
        raise NodewiseError(f"this picture is of effects. Got {type(reading).__name__}; see nodewise.effects.")
    if isinstance(top, bool) or not isinstance(top, int | np.integer) or not 1 <= top <= _MOST:
        raise NodewiseError(f"top must be from 1 to {_MOST}, as many as have room. Got {top!r}.")
    o = output_index(reading.output_names, output)
    chosen = _chosen(reading, feature, o, int(top))
    if len(chosen) == 1:
        return _one(reading, chosen[0], o, int(top), ax)
    return _several(reading, chosen, o, ax)


def _chosen(reading: Effects, feature: Any, o: int, top: int) -> list[Curve]:
    if feature is None:
        return [reading.curves[i] for i in reading.order[:top, o]]
    asked = list(feature) if isinstance(feature, list | tuple) else [feature]
    if not 1 <= len(asked) <= _MOST:
        raise NodewiseError(f"from 1 to {_MOST} features have room. Got {len(asked)}.")
    try:
        return [reading.of_feature(each) for each in asked]
    except KeyError as missing:
        raise unknown("feature", missing.args[0], [each.name for each in reading.curves]) from None


def _one(reading: Effects, each: Curve, o: int, top: int, within: Axes | None) -> EffectsDisplay:
    if each.parts is None:
        figure, ax = style.panel(within)
        below = None
    else:
        figure, axes = panels(within, (style.WIDE[0], 5.6), 2, 1, sharex=True, height_ratios=_ROWS)
        ax, below = axes[:, 0]
    style.dress(ax)
    _draw(ax, reading, each, o)
    name, side = style.label(each.name, each.unit), _side(reading, o)
    style.write(ax, _title(reading, each, o), "" if below is not None else name, side)
    style.legend(ax)
    if below is None or each.parts is None or each.share is None:
        return EffectsDisplay(figure, ax, reading, o, (each.name,), (ax,), (), None)
    parts = each.parts[:, :, o] - each.weight @ each.parts[:, :, o]
    order = np.argsort(-parts.std(axis=0), kind="stable")
    nodes = tuple(int(i) for i in order[:top])
    style.dress(below)
    for i in order[top:]:
        below.plot(each.grid, parts[:, i], color=style.REST, linewidth=0.6, zorder=1.5)
    if len(order) > top:
        below.plot(
            [], [], color=style.REST, linewidth=1, label=style.counted(len(order) - top, f"other {_kind(reading)}")
        )
    for colour, i in zip(style.NODES, nodes, strict=False):
        below.plot(
            each.grid, parts[:, i], color=colour, linewidth=1.5, label=style.short(reading.names[i], 20), zorder=3
        )
    below.plot(each.grid, parts.sum(axis=1), color=style.INK, linewidth=2.0, label="sum: the mean", zorder=2.5)
    style.write(below, f"What each {_kind(reading)} adds to that mean, around its own", name, "around the mean")
    style.legend(below)
    return EffectsDisplay(figure, ax, reading, o, (each.name,), (ax,), nodes, parts)


def _kind(reading: Effects) -> str:
    return "node" if reading.names and reading.names[0].startswith("node ") else "feature"


def _several(reading: Effects, chosen: list[Curve], o: int, within: Axes | None) -> EffectsDisplay:
    columns = min(_COLUMNS, len(chosen))
    rows = -(-len(chosen) // columns)
    figure, grid = panels(within, (3.1 * columns, 0.6 + 2.5 * rows), rows, columns, sharey=True)
    axes = tuple(grid.flat[: len(chosen)])
    for ax in grid.flat[len(chosen) :]:
        ax.remove()
    for ax, each in zip(axes, chosen, strict=True):
        style.dress(ax)
        _draw(ax, reading, each, o)
        if not each.categories:
            ax.locator_params(axis="x", nbins=4)
        ax.set_xlabel(style.short(each.name, 30), fontsize=9.5, color=style.INK)
    for row in range(rows):
        axes[row * columns].set_ylabel(_side(reading, o, 24), fontsize=9.5, color=style.INK)
    left = len(reading.curves) - len(chosen)
    of = f" of {len(reading.curves)}" if left else ""
    head(figure, within, axes[0], f"Along {len(chosen)} features{of}: single samples and their mean")
    return EffectsDisplay(figure, axes[0], reading, o, tuple(each.name for each in chosen), axes, (), None)


def _draw(ax: Axes, reading: Effects, each: Curve, o: int) -> None:
    lines = each.individual[:, :, o]
    marker = "." if len(each.grid) <= _FEW or each.categories else ""
    _name_categories(ax, each)
    ax.plot(each.grid, lines.T, color=_THIN, linewidth=0.6, alpha=0.6, zorder=1.5)
    ax.plot([], [], color=_THIN, linewidth=1, label=f"{style.counted(len(lines), 'single sample')}")
    ax.plot(each.grid, each.average[:, o], color=style.INK, linewidth=2.2, label="mean", zorder=3, marker=marker)
    column = next(i for i, curve in enumerate(reading.curves) if curve is each)
    places = reading.places[:, column]
    seen = (places >= each.grid.min()) & (places <= each.grid.max())
    ax.plot(
        places[seen], np.zeros(seen.sum()), "|", color=style.SAMPLES_EDGE, markersize=7, clip_on=False, zorder=4,
        transform=ax.get_xaxis_transform(),
    )  # fmt: skip


def _name_categories(ax: Axes, each: Curve) -> None:
    """Write the categories where they stand: all of them, or of many the first and every so manieth."""
    if each.categories:
        step = -(-len(each.categories) // _NAMED)
        length = max(_LETTERS // min(len(each.categories), _NAMED), 4)
        labels = [style.short(name, length) for name in each.categories[::step]]
        ax.set_xticks(each.grid[::step], labels)


def _side(reading: Effects, o: int, length: int = 32) -> str:
    unit = reading.output_units[o]
    return f"{style.short(reading.output_names[o], length)}{f' ({style.short(unit, 16)})' if unit else ''}"


def _title(reading: Effects, each: Curve, o: int) -> str:
    whole = each.spread[o] ** 2
    name = style.short(reading.output_names[o])
    if not whole:
        return f"{name} does not move along {style.short(each.name)}"
    share = 100 * each.own[o] ** 2 / whole
    differs = f"{style.number(share)} % of what it does differs from sample to sample"
    together = differs if share > _ROUNDING else "the same for every sample"
    return f"Along {style.short(each.name)} {name} moves by {style.number(each.spread[o])} around its mean; {together}"
