"""The levels of circles and lines: one circle per node, one line per weight; with bias nodes, without, or shortened."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nodewise.figures import style
from nodewise.figures.diagram import words
from nodewise.figures.diagram.columns import Column, Spot, scaling, spread
from nodewise.figures.diagram.graph import Edge
from nodewise.network import Dense, Network, Scale

_PITCH = (20.0, 58.0)  # least and largest distance of two circles, in points
_GAP = (110.0, 360.0)
_HEIGHT = 400.0  # points that a picture should not exceed while circles can move closer
_AROUND = 5.0  # least points that a circle is wider than the number in it


def shown(network: Network, most: int | None) -> list[tuple[int, ...]]:
    """Return the indices drawn, for the features and each layer; of more than `most` the first ones and the last."""
    sizes = [network.inputs, *(layer.outputs for layer in network.layers)]
    return [tuple(range(size)) if most is None or size <= most else _some(size, most) for size in sizes]


def _some(size: int, most: int) -> tuple[int, ...]:
    return (*range(most - 2), size - 1) if most > 2 else (0,)


def circles(network: Network, most: int | None, bias: bool) -> tuple[list[Column], list[Edge]]:
    """Return the columns and lines of a network.

    Args:
        network: The network.
        most: Largest number of places in a column, the words for what is left out among them; None for all.
        bias: Whether a bias node of value 1 stands in every layer that another reads; without, circles are filled by
            their bias.
    """
    drawn = shown(network, most)
    rows = max(map(len, drawn)) + (most is not None) + bias
    pitch = float(np.clip(_HEIGHT / rows, *_PITCH))
    size = min(34.0, 0.7 * pitch)
    columns, edges, layer = [_features(drawn[0], network.inputs, pitch, size)], [], 1
    for number, (part, before, indices) in enumerate(zip(network.layers, drawn, drawn[1:], strict=False)):
        heights = _heights(len(indices), part.outputs, pitch)
        if isinstance(part, Scale):
            column = scaling(part, indices, heights, number, "x" if layer == 1 else "y", min(20.0, size + 4))
            column = _with_rest(column, part.outputs, pitch)
            edges += [Edge(a.id, b.id) for a, b in zip(columns[-1].sources, column.sources, strict=True)]
        else:
            if bias:
                columns[-1] = _with_bias(columns[-1], layer, pitch)
            layer += 1
            kind = "output" if part is network.dense[-1] else "node"
            spots = _nodes(part, indices, heights, layer, kind, None if bias else size)
            gap = float(np.clip(0.4 * pitch * max(len(before), len(indices)), *_GAP))
            heading = (words.roman(layer), part.activation.name)
            column = _with_rest(Column(spots, size, gap, heading, words.TINY), part.outputs, pitch)
            edges += _lines(part, columns[-1], column, before, indices, bias)
        columns.append(column)
    return columns, edges


def _heights(count: int, size: int, pitch: float) -> list[float]:
    """Return the heights of the circles drawn; where some are left out, one place above the last is for the words."""
    if count == size:
        return list(spread(count, pitch))
    places = spread(count + 1, pitch)
    return [*places[: count - 1], places[count]] if count > 1 else [places[0]]


def _with_rest(column: Column, size: int, pitch: float) -> Column:
    """Return the column with words for what is left out, and with the count in its heading."""
    spots = column.spots
    drawn = len(column.sources)
    if drawn == size:
        return column
    last = spots[drawn - 1].y
    text = f"… {size - drawn} more"
    rest = Spot(f"{spots[0].id.rpartition('.')[0]}.more", "more", last + (pitch if drawn > 1 else -pitch), -1, text)
    counted = () if spots[0].kind == "scale" else (f"{size} {'features' if spots[0].kind == 'feature' else 'nodes'}",)
    return replace(column, spots=(*spots, rest), heading=(*column.heading, *counted))


def _features(indices: Sequence[int], size: int, pitch: float, diameter: float) -> Column:
    heights = _heights(len(indices), size, pitch)
    spots = tuple(Spot(words.name(1, "x", [i + 1]), "feature", y, i) for i, y in zip(indices, heights, strict=True))
    column = _with_rest(Column(spots, diameter, 0.0, ("I",)), size, pitch)
    return column if size > len(spots) else replace(column, heading=("I", "features"))


def _with_bias(column: Column, layer: int, pitch: float) -> Column:
    top = max(spot.y for spot in column.spots)
    spot = Spot(f"{words.roman(layer)}.bias", "bias", top + pitch, -1, "1", 1.0)
    return replace(column, spots=(*column.spots, spot))


def _nodes(
    part: Dense, indices: Sequence[int], heights: Sequence[float], layer: int, kind: str, filled: float | None
) -> tuple[Spot, ...]:
    """Return the circles of a layer; in those of diameter `filled`, if any, their bias as colour and number."""
    names = [words.name(layer, "y", [i + 1]) for i in indices]
    spots = [Spot(name, kind, y, i) for name, i, y in zip(names, indices, heights, strict=True)]
    if filled:
        largest = float(np.abs(part.bias).max()) or 1.0
        texts = [style.number(part.bias[i]) for i in indices]
        fits = max(words.width(text, words.TINY) for text in texts) <= filled - _AROUND
        spots = [
            replace(s, text=text if fits else "", value=float(part.bias[s.index]), share=part.bias[s.index] / largest)
            for s, text in zip(spots, texts, strict=True)
        ]
    if part.activation.joint:
        middle, high = (heights[0] + heights[-1]) / 2, heights[0] - heights[-1]
        spots.append(Spot(f"{words.roman(layer)}.joint", "joint", middle, height=high + (filled or 34.0) + 10.0))
    return tuple(spots)


def _lines(
    part: Dense, before: Column, after: Column, features: Sequence[int], nodes: Sequence[int], bias: bool
) -> list[Edge]:
    largest = max(float(np.abs(part.weight).max()), float(np.abs(part.bias).max()) if bias else 0.0) or 1.0
    edges = [
        Edge(a.id, b.id, float(part.weight[j, i]), float(part.weight[j, i] / largest))
        for j, b in zip(nodes, after.sources, strict=True)
        for i, a in zip(features, before.sources, strict=True)
    ]
    if bias:
        source = next(spot.id for spot in before.spots if spot.kind == "bias")
        edges += [
            Edge(source, b.id, float(part.bias[j]), float(part.bias[j] / largest))
            for j, b in zip(nodes, after.sources, strict=True)
        ]
    return edges
