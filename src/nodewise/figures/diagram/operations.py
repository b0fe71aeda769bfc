"""The level where every operation is a shape of its own: weights w, products u, sums v, activations, outputs y."""

import numpy as np

from nodewise.figures import style
from nodewise.figures.diagram import words
from nodewise.figures.diagram.columns import Column, Spot, scaling, spread
from nodewise.figures.diagram.graph import Edge
from nodewise.network import Dense, Network, Scale

_ROW = 18.0  # points from one weight to the next
_APART = 8.0  # more between the weights of two nodes
_BOX, _CIRCLE = 14.0, 24.0
_NEAR = 16.0
_FAN = (36.0, 150.0)


def count(network: Network) -> int:
    """Return how many shapes `operations` makes: a weight and a product per parameter, and three per node."""
    nodes = sum(layer.outputs for layer in network.dense)
    scaled = sum(layer.outputs for layer in network.layers if isinstance(layer, Scale))
    return 2 * network.parameters + 3 * nodes + network.inputs + len(network.dense) + scaled


def operations(network: Network) -> tuple[list[Column], list[Edge]]:
    """Return the columns and lines of a network with every operation shown."""
    pitch = _CIRCLE + _APART
    spots = tuple(
        Spot(words.name(1, "x", [i + 1]), "feature", y, i, words.symbol("x", i + 1))
        for i, y in enumerate(spread(network.inputs, pitch))
    )
    columns, edges, layer = [Column(spots, _CIRCLE, 0.0, ("I", "features"))], [], 1
    for number, part in enumerate(network.layers):
        if isinstance(part, Scale):
            heights = [spot.y for spot in columns[-1].sources]
            columns.append(scaling(part, range(part.outputs), heights, number, "x" if layer == 1 else "y", _BOX + 4))
            edges += [Edge(a.id, b.id) for a, b in zip(columns[-2].sources, columns[-1].sources, strict=True)]
            continue
        columns[-1] = _with_bias(columns[-1], layer, pitch)
        layer += 1
        made = _layer(part, layer)
        edges += _lines(part, columns[-1], made)
        columns += made
    return columns, edges


def _with_bias(column: Column, layer: int, pitch: float) -> Column:
    spot = Spot(f"{words.roman(layer)}.bias", "bias", max(s.y for s in column.spots) + pitch, -1, "1", 1.0)
    return Column((spot, *column.spots), column.size, column.gap, column.heading, column.label)


def _layer(part: Dense, layer: int) -> list[Column]:
    """Return the five columns of a layer: weights, products, sums, activation, outputs."""
    rows, heights = _rows(part)
    table = np.column_stack([part.bias, part.weight])  # the bias is the weight of node 0, whose value is 1
    shares = table / (np.abs(table).max() or 1.0)
    numeral, nodes = words.roman(layer), range(part.outputs)
    places = [(j, i) for j in nodes for i in range(part.inputs + 1)]
    weights = tuple(
        Spot(
            words.name(layer, "w", [i, j + 1]), "weight", rows[j, i], j,
            f"{words.symbol('w', i, j + 1)} = {style.number(table[j, i])}", float(table[j, i]), float(shares[j, i]),
        )
        for j, i in places
    )  # fmt: skip
    products = tuple(
        Spot(words.name(layer, "u", [i, j + 1]), "product", rows[j, i], j, words.symbol("u", i, j + 1))
        for j, i in places
    )
    sums = tuple(
        Spot(words.name(layer, "v", [j + 1]), "sum", heights[j], j, f"{words.symbol('v', j + 1)} = Σ {_summed(j + 1)}")
        for j in nodes
    )
    outputs = tuple(
        Spot(words.name(layer, "y", [j + 1]), "output", heights[j], j, words.symbol("y", j + 1)) for j in nodes
    )
    fan = float(np.clip(0.12 * np.ptp(rows), *_FAN))
    inner = float(np.clip(0.08 * (rows[0, 0] - rows[0, -1]), *_FAN))
    return [
        Column(weights, _BOX, fan, ("", "weights")),
        Column(products, _BOX, _NEAR, ("", "products")),
        Column(sums, _BOX + 4, inner, (numeral, "sums")),
        Column(_activations(part, layer, heights), _BOX + 4, _NEAR, ("", "activation")),
        Column(outputs, _CIRCLE, _NEAR, ("", "outputs")),
    ]


def _summed(node: int) -> str:
    return f"uᵢ{words.symbol('', node)}" if node < 10 else f"uᵢ,{words.symbol('', node)}"


def _rows(part: Dense) -> tuple[np.ndarray, np.ndarray]:
    """Return the heights [node, weight] of the weights, the bias first, and the heights [node] of their nodes."""
    block = (part.inputs + 1) * _ROW + _APART
    block = max(block, _CIRCLE + _APART)
    heights = spread(part.outputs, block)
    return heights[:, None] + spread(part.inputs + 1, _ROW), heights


def _activations(part: Dense, layer: int, heights: np.ndarray) -> tuple[Spot, ...]:
    """Return one box per node, or one over all where the activation acts on all of them together."""
    if part.activation.joint:
        high = float(heights[0] - heights[-1]) + _CIRCLE
        return (Spot(words.name(layer, "f", [1]), "activation", 0.0, 0, part.activation.name, height=high),)
    return tuple(
        Spot(words.name(layer, "f", [j + 1]), "activation", y, j, part.activation.name) for j, y in enumerate(heights)
    )


def _lines(part: Dense, before: Column, made: list[Column]) -> list[Edge]:
    weights, products, sums, activations, outputs = (column.spots for column in made)
    sources = [next(spot for spot in before.spots if spot.kind == "bias"), *before.sources]
    edges = [Edge(sources[k % len(sources)].id, spot.id) for k, spot in enumerate(weights)]
    edges += [Edge(a.id, b.id) for a, b in zip(weights, products, strict=True)]
    edges += [Edge(spot.id, sums[spot.index].id) for spot in products]
    acting = activations if len(activations) == len(sums) else activations * len(sums)
    edges += [Edge(a.id, b.id) for a, b in zip(sums, acting, strict=True)]
    return edges + [Edge(a.id, b.id) for a, b in zip(acting, outputs, strict=True)]
