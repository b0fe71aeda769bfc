"""The diagram of a network, at the level of detail asked for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

from matplotlib.axes import Axes

from nodewise.errors import NodewiseError, unknown
from nodewise.figures import style
from nodewise.figures.diagram.circles import circles, shown
from nodewise.figures.diagram.columns import place
from nodewise.figures.diagram.draw import draw
from nodewise.figures.diagram.graph import Edge, Graph, Node
from nodewise.figures.diagram.numbers import numbers
from nodewise.figures.diagram.operations import count, operations
from nodewise.inspection.reading import as_network, counted
from nodewise.network import Network, Predictor, Scale
from nodewise.network.graph import order


class _Level(NamedTuple):
    about: str
    build: Callable[[Network, int], Any]


# The one list of levels, the most detailed first.
_LEVELS = {
    "operations": _Level(
        "Every operation: values times weights (u), their sums (v), the activation of each (y).",
        lambda network, _: operations(network),
    ),
    "bias": _Level(
        "A circle is a node, a line a weight; the nodes of value 1 carry the biases.",
        lambda network, _: circles(network, None, bias=True),
    ),
    "nodes": _Level(
        "A circle is a node, filled by its bias; a line is a weight.",
        lambda network, _: circles(network, None, bias=False),
    ),
    "short": _Level(
        "A circle is a node, filled by its bias; a line is a weight.",
        lambda network, most: circles(network, most, bias=False),
    ),
}
LEVELS = tuple(_LEVELS)
_MOST_BOXES = 2000
_MOST_LINES = 20_000
_LONGEST = 200 * 72  # points; no page of a PDF is longer
_NARROW = 400.0  # points, a title and a legend find room above and below


@dataclass(frozen=True, eq=False)
class DiagramDisplay(style.Display):
    """A network, drawn.

    Attributes:
        network: Its sizes and activations, such as "1-10-1 sigmoid".
        graph: What is drawn: `nodes` and `edges` with their places and weights, and the words beside them.
        summary: What is drawn, in words.
    """

    network: str
    graph: Graph
    summary: str

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The shapes, each with its place, its text, and the weight or bias it stands for."""
        return self.graph.nodes

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The lines, each with its two nodes and its weight."""
        return self.graph.edges


def diagram(network_or_fit: Any, level: str = "nodes", *, most: int = 10, ax: Axes | None = None) -> DiagramDisplay:
    """Draw a network from its weights, at one of four levels of detail.

    =============  =========================================================================================
    level          what is drawn
    =============  =========================================================================================
    `operations`   every operation: weights w, products u, sums v, activations, outputs y; the bias nodes of
                   value 1
    `bias`         a circle per node, a line per weight, and the bias nodes of value 1
    `nodes`        a circle per node, filled by its bias, and a line per weight
    `short`        as `nodes`, but of a wide layer only some nodes, the others counted
    =============  =========================================================================================

    A line is as wide and as dark as its weight's share of the largest of its layer. Small networks show the numbers
    too. Boxes marked "scaling" bring features and outputs from their units to the network's and back; weights are those
    between them, where they can be compared. Layers are counted I, II, III, the features being I.

    Args:
        network_or_fit: A network, or a fit that holds one.
        level: `operations`, `bias`, `nodes` or `short`.
        most: At level `short`: largest number of places in a column.
        ax: Axes to draw on, to which the picture is scaled; a new figure as large as the picture needs unless given.

    Raises:
        NodewiseError: If it is no network, the level is unknown, `most` is below 2, or the picture would be too large
            to be read.
    """
    network = getattr(network_or_fit, "network", network_or_fit)
    if isinstance(network, Predictor):
        as_network(network)  # refuses it, with the reason
    if not isinstance(network, Network):
        raise NodewiseError(f"a diagram needs a Network or a Fit. Got {type(network).__name__}.")
    graph = layout(network, level, most)
    own = ax is None
    figure, ax = style.panel(ax, (_breadth(graph), 1.0))
    draw(ax, graph)
    what = f"{network}, {counted(network.parameters, 'parameter')}"
    summary = f"{what}. {_summary(network, graph)}"
    style.write(ax, summary if own else what)  # whoever gives axes gives room for a line
    if own:
        figure.set_figheight(_height(graph, ax))
    return DiagramDisplay(figure, ax, str(network), graph, summary)


def layout(network: Network, level: str, most: int = 10) -> Graph:
    """Return the diagram of a network as data: what `diagram` draws.

    Raises:
        NodewiseError: As `diagram` does.
    """
    if not isinstance(level, str) or level not in _LEVELS:
        raise unknown("level", level, LEVELS)
    if not isinstance(most, int) or most < 2:
        raise NodewiseError(f"most must be a whole number of at least 2. Got {most!r}.")
    _check(network, level, most)
    columns, edges = _LEVELS[level].build(network, most)
    graph = place(level, columns, edges, network)
    order(graph.inputs)
    left, bottom, right, top = graph.bounds
    longest = max(right - left, top - bottom)
    if longest > _LONGEST:
        raise _too_large(network, level, f"be at most {_LONGEST // 72} inches long", f"{longest / 72:.0f} inches")
    words = numbers(graph)
    return replace(graph, words=(*graph.words, *words))


def _check(network: Network, level: str, most: int) -> None:
    """Refuse what would take long to build and could not be read."""
    if level == "operations":
        number, limit, what = count(network), _MOST_BOXES, "boxes"
    else:
        sizes = map(len, shown(network, most if level == "short" else None))
        number, limit, what = sum(a * b for a, b in pairwise(sizes)), _MOST_LINES, "lines"
    if number > limit:
        raise _too_large(network, level, f"have at most {limit} {what}", f"{number} {what}")


def _too_large(network: Network, level: str, rule: str, got: str) -> NodewiseError:
    remedy = {
        "short": "Give a smaller most, or draw a network of some of its layers.",
        "operations": 'Use level "nodes", or "short".',
    }.get(level, 'Use level "short".')
    return NodewiseError(f'a diagram at level "{level}" must {rule}. Got {got} for {network}. {remedy}')


def _summary(network: Network, graph: Graph) -> str:
    sentences = [_LEVELS[graph.level].about]
    if any(node.kind == "more" for node in graph.nodes):
        sentences.append("Of wide layers some nodes are left out.")
    if any(isinstance(layer, Scale) for layer in network.layers):
        sentences.append("Boxes under “scaling” change units.")
    return " ".join(sentences)


def _breadth(graph: Graph) -> float:
    """Return how wide a figure is that shows the graph at its own size, in inches."""
    left, _, right, _ = graph.bounds
    return max(right - left, _NARROW) / 72 + 0.1


def _height(graph: Graph, ax: Axes) -> float:
    """Return how high it is, with the lines of its title and of its legend, in inches."""
    _, bottom, _, top = graph.bounds
    legend = ax.get_legend()
    rows = 0 if legend is None else (len(legend.get_texts()) + 1) // 2
    lines = ax.get_title(loc="left").count("\n") + 1
    return (top - bottom) / 72 + 0.2 * lines + 0.2 * rows + 0.25
