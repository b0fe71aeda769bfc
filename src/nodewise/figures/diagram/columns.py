"""A diagram before it has places: columns of shapes, placed side by side, with headings and names around them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nodewise.figures import style
from nodewise.figures.diagram import words
from nodewise.figures.diagram.graph import SHAPES, Edge, Graph, Node, Word, around, box_of
from nodewise.network import Network, Scale

_PAD = 5.0  # points between a text and its shape
_ASIDE = 7.0  # points between a shape and a name beside it
_BETWEEN = 10.0  # least points between the headings of two columns
_ABOVE = 8.0  # points between the shapes and the headings
_MARGIN = 6.0


@dataclass(frozen=True)
class Spot:
    """A node of a column, whose width and place along the picture are not known yet; see `Node`.

    `index` is that of the feature, node or output it stands for.
    """

    id: str
    kind: str
    y: float
    index: int = 0
    text: str = ""
    value: float | None = None
    share: float = 0.0
    height: float = 0.0
    factor: float | None = None


@dataclass(frozen=True)
class Column:
    """Nodes above each other.

    Attributes:
        spots: The nodes.
        size: Diameter of a circle and height of a box, in points.
        gap: Least distance to the column before, in points.
        heading: Lines above it.
        label: Letter size of the texts in it.
    """

    spots: tuple[Spot, ...]
    size: float
    gap: float
    heading: tuple[str, ...]
    label: float = words.SMALL

    @property
    def sources(self) -> tuple[Spot, ...]:
        """The nodes that stand for the values of the layer, without its bias node and what is left out."""
        return tuple(spot for spot in self.spots if spot.kind not in ("bias", "more", "joint"))

    @cached_property
    def breadths(self) -> dict[str, float]:
        """The width of each shape: of a circle its size, and of boxes and words that of the longest text."""
        found = {"circle": self.size, "frame": self.size + 4 * _PAD}
        for shape in {SHAPES[spot.kind] for spot in self.spots} - set(found):
            alike = [spot.text for spot in self.spots if SHAPES[spot.kind] == shape]
            found[shape] = max(words.width(text, self.label) for text in alike) + (0 if shape == "none" else 2 * _PAD)
        return found

    def breadth(self, spot: Spot) -> float:
        """Return the width of a node."""
        return self.breadths[SHAPES[spot.kind]]

    @cached_property
    def half(self) -> float:
        """Half the width of the widest node."""
        return max(map(self.breadth, self.spots)) / 2


def spread(count: int, pitch: float) -> np.ndarray:
    """Return `count` heights, `pitch` apart, from the top, around 0."""
    return ((count - 1) / 2 - np.arange(count)) * pitch


def scaling(
    scale: Scale, shown: Sequence[int], heights: Sequence[float], place: int, letter: str, size: float
) -> Column:
    """Return the column of a scaling layer: one box per value drawn, called `letter` in it."""
    spots = tuple(
        Spot(
            f"scaling{place}.{i + 1}", "scale", y, i,
            f"{style.number(scale.shift[i])} + {style.number(scale.factor[i])}·{words.symbol(letter, i + 1)}",
            float(scale.shift[i]), factor=float(scale.factor[i]),
        )
        for i, y in zip(shown, heights, strict=True)
    )  # fmt: skip
    return Column(spots, size, 26.0, ("", "scaling"))


def place(level: str, columns: Sequence[Column], edges: Sequence[Edge], network: Network) -> Graph:
    """Put the columns side by side, headings above them and the names of features and outputs beside them."""
    places = _across(columns)
    nodes = [node for column, x in zip(columns, places, strict=True) for node in _at(column, x)]
    by_id = {node.id: node for node in nodes}
    top = max(box_of(node)[3] for node in nodes)
    spoken = [
        *_headings(columns, places, top),
        *_names(network, columns[0], columns[-1], by_id),
    ]
    bounds = around([*map(box_of, nodes), *map(words.box_of, spoken)], _MARGIN)
    return Graph(level, tuple(nodes), tuple(edges), tuple(spoken), bounds)


def _across(columns: Sequence[Column]) -> list[float]:
    """Return where the middle of each column is, so that neither shapes nor headings of two columns meet."""
    places: list[float] = []
    edge = said = 0.0  # right ends of the column before and of its heading
    for column in columns:
        half = column.half
        heading = max(words.width(line, words.TEXT) for line in column.heading) / 2
        x = max(edge + column.gap + half, said + _BETWEEN + heading) if places else 0.0
        edge, said = x + half, x + heading
        places.append(x)
    return places


def _at(column: Column, x: float) -> list[Node]:
    """Return the nodes of a column in its place; a bias node beside wider boxes stands where their lines begin."""
    nodes = []
    for spot in column.spots:
        breadth = column.breadth(spot)
        place = x + column.half - breadth / 2 if spot.kind == "bias" else x
        nodes.append(
            Node(
                spot.id, spot.kind, spot.text, place, float(spot.y), breadth, float(spot.height or column.size),
                spot.value, spot.share, spot.factor, column.label,
            )
        )  # fmt: skip
    return nodes


def _headings(columns: Sequence[Column], places: Sequence[float], top: float) -> list[Word]:
    line = words.height(words.TEXT)
    first = top + _ABOVE + line * (max(len(column.heading) for column in columns) - 0.5)
    return [
        Word(text, x, first - line * row, words.TEXT, "center", "heading")
        for column, x in zip(columns, places, strict=True)
        for row, text in enumerate(column.heading)
        if text
    ]


def _names(network: Network, first: Column, last: Column, nodes: dict[str, Node]) -> list[Word]:
    """Return the names of the features left of the first column, and of the outputs right of the last."""
    found = []
    for column, texts, side in (
        (first, list(map(style.label, network.feature_names, network.feature_units)), -1),
        (last, _outputs(network), 1),
    ):
        for spot in column.sources:
            node = nodes[spot.id]
            place = node.x + side * (column.breadth(spot) / 2 + _ASIDE)
            if any(other.kind == "joint" for other in column.spots):
                place += side * 2 * _PAD
            found.append(Word(texts[spot.index], place, node.y, words.TEXT, "right" if side < 0 else "left", "name"))
    return found


def _outputs(network: Network) -> list[str]:
    """Return what stands beside each output: its name and unit, or the class it stands for."""
    named = list(map(style.label, network.output_names, network.output_units))
    classes = [style.short(str(label)) for label in network.classes]
    if not classes:
        return named
    label = style.short(network.label)
    if network.outputs == 1:
        threshold = style.number(network.threshold)
        return [f"{label or named[0]} = {classes[0]} below {threshold}, else {classes[1]}"]
    return [f"{label or name} = {found}" for name, found in zip(named, classes, strict=True)]
