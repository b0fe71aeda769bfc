"""From a network to its equations: one line per node, layer by layer."""

from collections.abc import Sequence

import numpy as np

from nodewise.figures.equations.labels import labels, letter, roman, title_of, units
from nodewise.figures.equations.phi import applied
from nodewise.figures.equations.tree import (
    Block,
    Expression,
    Line,
    Number,
    Quotient,
    Symbol,
    System,
    add,
    call,
    times,
)
from nodewise.network import Dense, Network, Scale


def folded(network: Network) -> System:
    """Return the equations with the numbers in them and the scaling multiplied into the weights."""
    return plugged(network.folded, extras=_digits(network))


def plugged(network: Network, products: bool = False, extras: np.ndarray | None = None) -> System:
    """Return the equations with the numbers in them; scaling layers have lines of their own.

    Args:
        network: The network.
        products: Whether every product, sum and activation has a line of its own, under the essay's symbols u, v.
        extras: [feature], how many digits more the weights of the first layer need.
    """
    features, outputs = labels(network)
    taken = [symbol.name for symbol in (*features, *outputs)]
    values, blocks, seen = features, [], 0
    for place, layer in enumerate(network.layers):
        last = place == len(network.layers) - 1
        if isinstance(layer, Scale):
            results = outputs if last else _symbols("s" if not place else "r", layer.outputs, taken)
            blocks.append(_scale(layer, values, results, place == 0))
        else:
            seen += 1
            results = outputs if last else _nodes(network, seen, layer, taken)
            more = extras if seen == 1 and extras is not None else np.zeros(layer.inputs, int)
            lines = _products(layer, values, results, seen, taken) if products else None
            blocks += lines or _dense(layer, values, results, more, title_of(network, seen), taken)
        values = results
    names = dict.fromkeys(layer.activation.name for layer in network.dense)
    return System(features, tuple(blocks), outputs, tuple(names), units(network))


def _symbols(name: str, count: int, taken: Sequence[str], layer: str = "") -> tuple[Symbol, ...]:
    name = letter(name, taken)
    return tuple(Symbol(name, (layer, str(i + 1)) if layer else (str(i + 1),)) for i in range(count))


def _nodes(network: Network, seen: int, layer: Dense, taken: Sequence[str]) -> tuple[Symbol, ...]:
    if seen == len(network.dense):  # the output layer, before its scaling
        return _symbols("p", layer.outputs, taken)
    return _symbols("h", layer.outputs, taken, str(seen) if len(network.hidden) > 1 else "")


def _scale(layer: Scale, values: Sequence[Symbol], results: Sequence[Symbol], first: bool) -> Block:
    lines = tuple(
        Line(result, add([Number(float(shift)), times(float(factor), value)]))
        for result, shift, factor, value in zip(results, layer.shift, layer.factor, values, strict=True)
    )
    return Block("features, scaled" if first else "scaled back", lines, "feature" if first else "output")


def _weighted(weight: np.ndarray, bias: float, values: Sequence[Symbol], extras: np.ndarray) -> Expression:
    terms = [times(float(w), value, int(extra)) for w, value, extra in zip(weight, values, extras, strict=True)]
    return add([*terms, Number(float(bias), int(extras.max()))])


def _dense(
    layer: Dense,
    values: Sequence[Symbol],
    results: Sequence[Symbol],
    extras: np.ndarray,
    title: str,
    taken: Sequence[str],
) -> list[Block]:
    sums = [_weighted(w, b, values, extras) for w, b in zip(layer.weight, layer.bias, strict=True)]
    noun = "node" if "node" in title else "output"
    if layer.activation.joint:
        return _softmax(sums, results, title, taken)
    rights = [applied(layer.activation.name, expression) for expression in sums]
    return [Block(title, tuple(map(Line, results, rights)), noun)]


def _softmax(sums: Sequence[Expression], results: Sequence[Symbol], title: str, taken: Sequence[str]) -> list[Block]:
    before = _symbols("v", len(sums), taken)
    total = add(call("exp", symbol) for symbol in before)
    shares = tuple(Line(r, Quotient(call("exp", v), total)) for r, v in zip(results, before, strict=True))
    return [
        Block(title.rpartition(",")[0] + ", before softmax", tuple(map(Line, before, sums)), "output"),
        Block(title, shares, "output"),
    ]


def _products(
    layer: Dense, values: Sequence[Symbol], results: Sequence[Symbol], seen: int, taken: Sequence[str]
) -> list[Block]:
    """Return three blocks: u = w·x, v = Σ u + b, y = φ(v)."""
    above = roman(seen)
    u, v = (letter(name, taken) for name in "uv")
    node, feature = range(layer.outputs), range(layer.inputs)
    part = {(i, j): Symbol(u, (above, str(i + 1), str(j + 1))) for i in feature for j in node}
    sums = tuple(Symbol(v, (above, str(j + 1))) for j in node)
    parts = tuple(Line(part[i, j], times(float(layer.weight[j, i]), values[i])) for j in node for i in feature)
    added = [add([*(part[i, j] for i in feature), Number(float(layer.bias[j]))]) for j in node]
    if layer.activation.joint:
        total = add(call("exp", symbol) for symbol in sums)
        rights: list[Expression] = [Quotient(call("exp", symbol), total) for symbol in sums]
    else:
        rights = [applied(layer.activation.name, symbol) for symbol in sums]
    return [
        Block(f"layer {above}, products", parts, "product"),
        Block(f"layer {above}, sums", tuple(map(Line, sums, added)), "sum"),
        Block(f"layer {above}, {layer.activation.name}", tuple(map(Line, results, rights)), "node"),
    ]


def _digits(network: Network) -> np.ndarray:
    """Return how many digits more the weights of each feature need.

    A feature far from 0 beside its spread, such as a date in seconds, is nearly cancelled by the bias: what is left
    has the usual digits only if both have as many more as the distance is larger than the spread.
    """
    first = network.layers[0]
    shift = first.shift if isinstance(first, Scale) else np.zeros(network.inputs)
    return np.rint(np.log10(np.maximum(np.abs(shift), 1.0))).astype(int)
