"""What a diagram consists of: shapes, lines and words with their places, in points. Plain data."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

# The shape of each kind of node; "frame" goes around others, and "none" is the words for what is left out.
SHAPES = {
    "feature": "circle", "node": "circle", "output": "circle", "bias": "circle",
    "scale": "box", "weight": "box", "product": "pill", "sum": "pill", "activation": "box", "joint": "frame",
    "more": "none",
}  # fmt: skip


@dataclass(frozen=True)
class Node:
    """A shape with a text in it.

    Attributes:
        id: Its name, such as "II.y1", once in a graph.
        kind: One of `SHAPES`.
        text: What is written in it.
        x: Its centre, points to the right.
        y: Its centre, points upward.
        width: In points.
        height: In points.
        value: The weight or bias it stands for, the constant 1 of a bias node, or what a scaling box adds; None for
            others.
        share: A weight or bias as a share of the largest of its layer, from -1 to 1; sets the colour.
        factor: What a scaling box multiplies by; None for others.
        letters: Letter size of its text, in points.
    """

    id: str
    kind: str
    text: str
    x: float
    y: float
    width: float
    height: float
    value: float | None = None
    share: float = 0.0
    factor: float | None = None
    letters: float = 8.0


@dataclass(frozen=True)
class Edge:
    """A line along which a number goes.

    Attributes:
        source: Id of the node it comes from.
        target: Id of the node it goes to.
        weight: What it is multiplied by; None where it is passed on as it is.
        share: `weight` as a share of the largest of its layer, from -1 to 1; sets width and colour.
    """

    source: str
    target: str
    weight: float | None = None
    share: float = 0.0


@dataclass(frozen=True)
class Word:
    """A text beside the shapes; `align` tells which of its ends is at `x`, and `kind` what it is about."""

    text: str
    x: float
    y: float
    size: float
    align: str
    kind: str


@dataclass(frozen=True)
class Graph:
    """A diagram as data.

    Attributes:
        level: How detailed it is.
        nodes: All shapes.
        edges: All lines.
        words: All texts beside the shapes.
        bounds: Left, bottom, right, top of all of it, in points.
    """

    level: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    words: tuple[Word, ...]
    bounds: tuple[float, float, float, float] = field(default=(0.0, 0.0, 0.0, 0.0))

    @property
    def inputs(self) -> dict[str, list[str]]:
        """For each node the nodes it reads from."""
        read: dict[str, list[str]] = {node.id: [] for node in self.nodes if SHAPES[node.kind] not in ("frame", "none")}
        for edge in self.edges:
            read[edge.target].append(edge.source)
        return read

    def as_dict(self) -> dict[str, Any]:
        """Return all of it as lists and dictionaries, for JSON."""
        parts = {name: [asdict(part) for part in getattr(self, name)] for name in ("nodes", "edges", "words")}
        return {"level": self.level, **parts, "bounds": list(self.bounds)}


def box_of(node: Node) -> tuple[float, float, float, float]:
    """Return left, bottom, right, top of a node."""
    return (
        node.x - node.width / 2, node.y - node.height / 2, node.x + node.width / 2, node.y + node.height / 2,
    )  # fmt: skip


def ends_of(edge: Edge, source: Node, target: Node) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the two ends of a line: the sides of its nodes that face each other.

    A line with a weight goes to the centres of circles, which are drawn over it; an activation over all nodes of a
    layer is met and left straight.
    """
    leaves = target.y if source.kind == "activation" else source.y
    meets = source.y if target.kind == "activation" else target.y
    away = [0.0 if edge.weight is not None and SHAPES[n.kind] == "circle" else n.width / 2 for n in (source, target)]
    return (source.x + away[0], leaves), (target.x - away[1], meets)


def around(boxes: Iterable[tuple[float, float, float, float]], margin: float) -> tuple[float, float, float, float]:
    """Return the box around all boxes, with a margin."""
    left, bottom, right, top = zip(*boxes, strict=True)
    return min(left) - margin, min(bottom) - margin, max(right) + margin, max(top) + margin
