"""The small picture of a network: nodes as circles, weights as lines."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.lines import Line2D

from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.network import Network

_MOST = 10  # circles in a column; more are elided
_SIGNS = LinearSegmentedColormap.from_list("signs", [style.NEGATIVE, "#f7f7f7", style.POSITIVE])


@dataclass(frozen=True, eq=False)
class NetworkDisplay(style.Display):
    """A network, drawn.

    Attributes:
        weights: [layer] of [node, feature], as drawn: those of the network in its own scaled units.
        biases: [layer] of [node].
        shown: [layer] of the indices drawn, the features' first; the rest is counted in words.
    """

    weights: tuple[np.ndarray, ...]
    biases: tuple[np.ndarray, ...]
    shown: tuple[tuple[int, ...], ...]


def network(network: Any, *, most: int = _MOST, ax: Axes | None = None) -> NetworkDisplay:
    """Draw a network: circles filled by their bias, lines as wide and as dark as their weight, its sign as colour.

    Weights are those between the scaling layers, where features and outputs have no unit and can be compared.

    Args:
        network: A network, or a fit that holds one.
        most: Largest number of circles in a column; of a wider layer the first ones are drawn and the others counted.
        ax: Axes to draw on; new ones unless given.

    Raises:
        NodewiseError: If it is no network, or `most` is below 2.
    """
    network = getattr(network, "network", network)
    if not isinstance(network, Network):
        raise NodewiseError(f"a picture of a network needs a Network or a Fit. Got {type(network).__name__}.")
    if most < 2:
        raise NodewiseError(f"most must be at least 2. Got {most!r}.")
    sizes = network.sizes
    shown = tuple(tuple(range(size if size <= most else most - 1)) for size in sizes)
    rows = max(len(column) + (len(column) < size) for column, size in zip(shown, sizes, strict=True))
    figure, ax = style.panel(ax, (style.WIDE[0], max(2.4, 0.36 * rows + 1.1)))
    weights, biases = tuple(d.weight for d in network.dense), tuple(d.bias for d in network.dense)
    places = [_column(i, size, column) for i, (size, column) in enumerate(zip(sizes, shown, strict=True))]
    for i, weight in enumerate(weights):
        _draw_weights(ax, weight[np.ix_(shown[i + 1], shown[i])], places[i], places[i + 1])
    _draw_nodes(ax, places, biases, shown)
    _draw_words(ax, network, places)
    _finish(ax, network, rows)
    return NetworkDisplay(figure, ax, weights, biases, shown)


def _column(index: int, size: int, column: tuple[int, ...]) -> np.ndarray:
    """Return the places [circle, 2] of a column, from the top; the words for the rest take one more place."""
    slots = len(column) + (len(column) < size)
    return np.column_stack([np.full(len(column), float(index)), (slots - 1) / 2 - np.arange(len(column))])


def _draw_weights(ax: Axes, weight: np.ndarray, before: np.ndarray, after: np.ndarray) -> None:
    strength = np.abs(weight) / (np.abs(weight).max() or 1.0)
    order = np.argsort(strength, axis=None)
    node, feature = np.unravel_index(order, weight.shape)
    ends = np.stack([before[feature], after[node]], axis=1)
    signed = (np.sign(weight) * strength)[node, feature]
    colours = _SIGNS(0.5 + 0.5 * np.sign(signed) * (0.25 + 0.75 * np.abs(signed)))
    ax.add_collection(LineCollection(list(ends), linewidths=0.4 + 2.6 * np.abs(signed), colors=colours, zorder=1))


def _draw_nodes(ax: Axes, places: list[np.ndarray], biases: tuple[np.ndarray, ...], shown: Any) -> None:
    ax.scatter(*places[0].T, 130, facecolors="white", edgecolors=style.INK, linewidths=1.0, zorder=3)
    for place, bias, column in zip(places[1:], biases, shown[1:], strict=True):
        level = bias[list(column)] / (np.abs(bias).max() or 1.0)
        ax.scatter(*place.T, 130, facecolors=_SIGNS(0.5 + 0.5 * level), edgecolors=style.INK, linewidths=1.0, zorder=3)


def _draw_words(ax: Axes, network: Network, places: list[np.ndarray]) -> None:
    font: dict[str, Any] = {"fontsize": 9, "color": style.INK, "va": "center"}
    ends = (
        (places[0], network.feature_names, network.feature_units, -0.12, "right"),
        (places[-1], network.output_names, network.output_units, 0.12, "left"),
    )
    for place, names, units, aside, side in ends:
        for (x, y), name, unit in zip(place, names, units, strict=False):
            ax.text(x + aside, y, style.label(name, unit), ha=side, **font)
    for i, (place, size) in enumerate(zip(places, network.sizes, strict=True)):
        if rest := size - len(place):
            side = {0: "right", len(places) - 1: "left"}.get(i, "center")
            ax.text(i, place[-1, 1] - 1, f"… {rest} more", ha=side, **font)


def _finish(ax: Axes, network: Network, rows: int) -> None:
    ax.set(xlim=(-0.3, len(network.sizes) - 0.7), ylim=(-rows / 2 - 0.1, rows / 2 - 0.1))
    ax.grid(False)
    ax.set(xticks=[], yticks=[])
    for spine in ax.spines.values():
        spine.set_visible(False)
    style.write(ax, f"{network}: {style.counted(network.parameters, 'weight or bias').replace('biass', 'biases')}")
    line = lambda colour, name: Line2D([], [], color=colour, linewidth=2.5, label=name)  # noqa: E731
    dot = lambda colour, name: Line2D(  # noqa: E731
        [], [], marker="o", markersize=9, markerfacecolor=colour, markeredgecolor=style.INK, linestyle="", label=name
    )
    style.legend(ax, [
        line(style.POSITIVE, "positive weight"), line(style.NEGATIVE, "negative weight"),
        dot(style.POSITIVE, "positive bias"), dot(style.NEGATIVE, "negative bias"), dot("white", "feature"),
    ])  # fmt: skip
