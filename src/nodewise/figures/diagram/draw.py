"""A diagram on axes: everything keeps its place and size relative to the rest, however large the axes are."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection, PolyCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch
from matplotlib.text import Text

from nodewise.figures import style
from nodewise.figures.diagram.graph import SHAPES, Edge, Graph, Node, box_of, ends_of

_SIGNS = LinearSegmentedColormap.from_list("signs", [style.NEGATIVE, "#f7f7f7", style.POSITIVE])
_PLAIN = "#9a9a9a"  # a line without a weight
_FRAME = "#f3f3f3"
_HEAD = (5.0, 2.0)  # an arrow's head: length and half its width, points
_TWO_COLUMNS = 2.8  # inches of axes on which the legend has two columns
_COLOURS = {"heading": "#555555", "name": style.INK, "weight": style.INK}


class _Scaled(Text):
    """A text whose letters are `size` units of the axes high, at whatever size the axes are drawn."""

    def __init__(self, x: float, y: float, text: str, size: float, **kwargs: Any) -> None:
        super().__init__(x, y, text, **kwargs)
        self._units = size
        self.set_in_layout(False)

    def _fit(self) -> None:
        figure = self.get_figure(root=True)
        if figure is None or self.axes is None:
            return
        (_, low), (_, high) = self.axes.transData.transform([(0.0, 0.0), (0.0, 1.0)])
        size = self._units * float(high - low) * 72 / figure.dpi
        if abs(size - float(self.get_fontsize())) > 1e-9 * size:
            self.set_fontsize(size)

    def draw(self, renderer: Any) -> None:
        self._fit()
        super().draw(renderer)

    def get_window_extent(self, renderer: Any = None, dpi: float | None = None) -> Any:
        self._fit()
        return super().get_window_extent(renderer, dpi)


def draw(ax: Axes, graph: Graph) -> None:
    """Draw a graph on axes, which are made to show all of it and nothing else."""
    nodes = {node.id: node for node in graph.nodes}
    ends = np.array([ends_of(edge, nodes[edge.source], nodes[edge.target]) for edge in graph.edges])
    _lines(ax, graph.edges, ends)
    if graph.level == "operations":
        ax.add_collection(PolyCollection(list(_heads(ends)), facecolors=_PLAIN, edgecolors="none", zorder=1.5))
    _shapes(ax, graph.nodes)
    for node in graph.nodes:
        if node.text:
            _write(ax, node.text, node.x, node.y, node.letters, "center", covers=node.kind == "more")
    for word in graph.words:
        _write(ax, word.text, word.x, word.y, word.size, word.align, _COLOURS[word.kind], covers=word.kind == "weight")
    left, bottom, right, top = graph.bounds
    ax.set(xlim=(left, right), ylim=(bottom, top), xticks=[], yticks=[], aspect="equal", anchor="N")
    ax.grid(False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    _legend(ax, graph)


def _lines(ax: Axes, edges: tuple[Edge, ...], ends: np.ndarray) -> None:
    shares = np.array([edge.share for edge in edges])
    order = np.argsort(np.abs(shares), kind="stable")  # the strongest on top
    colours = _SIGNS(0.5 + 0.5 * np.sign(shares) * (0.25 + 0.75 * np.abs(shares)))
    weighted = np.array([edge.weight is not None for edge in edges])
    widths = np.where(weighted, 0.4 + 2.6 * np.abs(shares), 0.7)
    colours[~weighted] = (*(int(_PLAIN[k : k + 2], 16) / 255 for k in (1, 3, 5)), 1.0)
    ax.add_collection(LineCollection(list(ends[order]), linewidths=widths[order], colors=colours[order], zorder=1))


def _heads(ends: np.ndarray) -> np.ndarray:
    """Return the triangles [line, corner, 2] at the ends of lines [line, end, 2]."""
    along = ends[:, 1] - ends[:, 0]
    along = along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    across = along[:, ::-1] * (-1, 1)
    back = ends[:, 1] - _HEAD[0] * along
    return np.stack([ends[:, 1], back + _HEAD[1] * across, back - _HEAD[1] * across], axis=1)


def _shapes(ax: Axes, nodes: tuple[Node, ...]) -> None:
    solid = [node for node in nodes if SHAPES[node.kind] not in ("none", "frame")]
    frames = [node for node in nodes if SHAPES[node.kind] == "frame"]
    edge: dict[str, Any] = {"edgecolors": style.INK, "linewidths": 0.9}
    ax.add_collection(
        PatchCollection([_patch(node) for node in solid], facecolors=[_fill(n) for n in solid], zorder=3, **edge)
    )
    if frames:
        ax.add_collection(PatchCollection([_patch(node) for node in frames], facecolors=_FRAME, zorder=0.5, **edge))


def _patch(node: Node) -> Circle | FancyBboxPatch:
    if SHAPES[node.kind] == "circle":
        return Circle((node.x, node.y), node.width / 2)
    left, bottom, _, _ = box_of(node)
    rounding = node.height / 2 if SHAPES[node.kind] == "pill" else 2.0
    return FancyBboxPatch((left, bottom), node.width, node.height, f"round,pad=0,rounding_size={rounding}")


def _fill(node: Node) -> Any:
    if node.kind == "bias":
        return "#ededed"
    return _SIGNS(0.5 + 0.3 * node.share) if node.share else "white"


def _write(
    ax: Axes, text: str, x: float, y: float, size: float, align: str, colour: str = style.INK, covers: bool = False
) -> None:
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6} if covers else None
    said = _Scaled(x, y, text, size, color=colour, ha=align, va="center_baseline", zorder=4, bbox=box)
    ax.add_artist(said)
    said.set_clip_on(False)


def _legend(ax: Axes, graph: Graph) -> None:
    lines = any(edge.weight is not None for edge in graph.edges)
    filled = any(node.share and node.kind in ("node", "output") for node in graph.nodes)
    handles = []
    for colour, sign in ((style.POSITIVE, "positive"), (style.NEGATIVE, "negative")):
        tint = _SIGNS(0.8 if sign == "positive" else 0.2)
        dot: dict[str, Any] = {"markersize": 9, "markerfacecolor": tint, "markeredgecolor": style.INK, "linestyle": ""}
        handles += [Line2D([], [], color=colour, linewidth=2.5, label=f"{sign} weight")] if lines else []
        handles += [Line2D([], [], marker="o", label=f"{sign} bias", **dot)] if filled else []
        handles += [] if lines else [Line2D([], [], marker="s", label=f"{sign} weight", **dot)]
    figure = ax.get_figure(root=True)
    wide = figure is None or ax.get_window_extent().width / figure.dpi > _TWO_COLUMNS
    ax.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.0, 0.0), ncols=1 + wide, borderaxespad=0.3, frameon=False,
        fontsize=9, labelcolor=style.INK, handlelength=1.6,
    )  # fmt: skip
