"""The picture of an explanation: a table of nodes and features in colours, their sums beside it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.figures.panels import head, panels
from nodewise.figures.relief import SIGNS
from nodewise.figures.subject import output_index
from nodewise.inspection.explanation import Explanation

_MOST = 16  # rows or columns that have room for their words
_CELLS = 132  # cells that have room for their numbers
_BASE = "#777777"


@dataclass(frozen=True, eq=False)
class ExplanationDisplay(style.Display):
    """An explanation, drawn.

    Attributes:
        reading: The explanation drawn.
        output: Index of the output drawn.
        features: Names of the rows, the last one of those that share it where they are too many.
        nodes: Names of the columns, likewise.
        cells: [feature, node], what each feature does through each node.
        sums: [bar], the waterfall from the base to the output: base, features, sum.
    """

    reading: Explanation
    output: int
    features: tuple[str, ...]
    nodes: tuple[str, ...]
    cells: Float[np.ndarray, "feature node"]
    sums: Float[np.ndarray, " bar"]


def explanation(
    reading: Explanation, *, output: int | str | None = None, top: int = 10, ax: Axes | None = None
) -> ExplanationDisplay:
    """Draw one prediction from its base: left the features one after another, right through which nodes each acts.

    Args:
        reading: What `nodewise.explanation` returned.
        output: Index or name of the output to draw; by default the one that differs most from its base.
        top: How many features and nodes have a row or column of their own, those that add most; the others share one.
        ax: Axes in whose place to draw; a figure of its own unless given.

    Raises:
        NodewiseError: If the reading is no explanation, or there is no such output.
    """
    if not isinstance(reading, Explanation):
        raise NodewiseError(
            f"this picture is of an explanation. Got {type(reading).__name__}; see nodewise.explanation."
        )
    if isinstance(top, bool) or not isinstance(top, int | np.integer) or not 1 <= top <= _MOST:
        raise NodewiseError(f"top must be from 1 to {_MOST}, as many as have room. Got {top!r}.")
    most = int(np.abs(reading.output - reading.base).argmax())
    o = most if output is None else output_index(reading.output_names, output)
    parts = reading.parts[:, :, o].T
    rows, features = _grouped(np.abs(parts.sum(axis=1)), reading.feature_names, int(top), "feature")
    columns, nodes = _grouped(np.abs(parts).sum(axis=0), reading.names, int(top), "node")
    cells = np.array([[parts[np.ix_(r, c)].sum() for c in columns] for r in rows])
    labels = [
        name if len(r) > 1 else f"{style.short(name, 22)} = {style.number(reading.x[r[0]])}"
        for name, r in zip(features, rows, strict=True)
    ]
    height = 1.9 + 0.29 * (len(rows) + 2)
    share = max(1.6, 0.46 * len(columns))
    figure, axes = panels(ax, (4.4 + share, height), 1, 2, sharey=True, width_ratios=(2.6, share))
    left, right = axes[0]
    sums = _waterfall(left, reading, o, cells.sum(axis=1), labels)
    _table(right, cells, nodes)
    head(figure, ax, left, _title(reading, o))
    return ExplanationDisplay(figure, left, reading, o, features, nodes, cells, sums)


def _grouped(size: np.ndarray, names: tuple[str, ...], top: int, kind: str) -> tuple[list[list[int]], tuple[str, ...]]:
    """Return which entries each row holds, the largest first, and the rows' names; the last holds the rest."""
    order = [int(i) for i in np.argsort(-size, kind="stable")]
    if len(order) <= top + 1:
        return [[i] for i in order], tuple(names[i] for i in order)
    kept, rest = order[:top], order[top:]
    return [*([i] for i in kept), rest], (*(names[i] for i in kept), style.counted(len(rest), f"other {kind}"))


def _waterfall(ax, reading: Explanation, o: int, adds: np.ndarray, labels: list[str]) -> np.ndarray:
    style.dress(ax)
    base, total = float(reading.base[o]), float(reading.base[o] + adds.sum())
    starts = base + np.r_[0, np.cumsum(adds)]
    rows = np.arange(1, len(adds) + 1)
    colours = [style.POSITIVE if value >= 0 else style.NEGATIVE for value in adds]
    ax.barh(rows, adds, left=starts[:-1], color=colours, height=0.62, zorder=2)
    for row, place in enumerate(starts):
        ax.plot([place, place], [row - 0.31, row + 1.31], color="#999999", linewidth=0.8, zorder=1.5)
    ax.plot([base, total], [0, len(adds) + 1], "D", color=_BASE, markersize=6, zorder=3)
    low, high = style.reach(starts, margin=0.3)
    ax.set_xlim(low, high)
    look = {"fontsize": 8, "color": style.INK, "va": "center"}
    for row, value in [(0, base), (len(adds) + 1, total)]:
        ax.annotate(style.number(value), (value, row), (8, 0), textcoords="offset points", **look)
    for row, value in zip(rows, adds, strict=True):
        right = max(starts[row - 1], starts[row])
        ax.annotate(
            f"{'+' if value >= 0 else ''}{style.number(value)}",
            (right, row),
            (4, 0),
            textcoords="offset points",
            **look,
        )
    ax.set_yticks(range(len(adds) + 2), [f"base: {reading.base_name.removeprefix('the ')}", *labels, "prediction"])
    ax.set_ylim(len(adds) + 1.6, -0.6)
    ax.grid(False, axis="y")
    ax.locator_params(axis="x", nbins=4)
    unit = reading.output_units[o]
    ax.set_xlabel(style.label(reading.output_names[o], unit), fontsize=9.5, color=style.INK)
    return np.array([base, *adds, total])


def _table(ax, cells: np.ndarray, nodes: tuple[str, ...]) -> None:
    style.dress(ax)
    most = np.abs(cells).max() or 1.0
    edges = np.arange(len(nodes) + 1) - 0.5
    ax.pcolormesh(edges, np.arange(len(cells) + 1) + 0.5, cells, cmap=SIGNS, vmin=-most, vmax=most, edgecolors="white")
    if cells.size <= _CELLS:
        for (row, column), value in np.ndenumerate(cells):
            dark = abs(value) > 0.6 * most
            said = style.number(float(f"{value:.2g}"))
            ax.text(column, row + 1, said, ha="center", va="center", fontsize=6.5, color="white" if dark else style.INK)
    rest = nodes[-1] if nodes[-1].endswith(("other node", "other nodes")) else ""
    names = [style.short(name.removeprefix("node "), 14) for name in nodes]
    ax.set_xticks(range(len(nodes)), [*names[:-1], "rest"] if rest else names)
    ax.tick_params(axis="y", length=0, labelleft=False)
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    through = f"through node{f' (rest: {rest})' if rest else ''}" if nodes[0].startswith("node ") else ""
    ax.set_xlabel(through, fontsize=9.5, color=style.INK)


def _title(reading: Explanation, o: int) -> str:
    change = reading.output[o] - reading.base[o]
    way = "above" if change >= 0 else "below"
    lies = "inside" if reading.inside else "outside"
    name = style.short(reading.output_names[o], 28)
    return (
        f"{name} is {style.number(reading.output[o])}, {style.number(abs(change))} {way} {reading.base_name}:\n"
        f"what each feature adds, and through which nodes (the sample lies {lies} the data)"
    )
