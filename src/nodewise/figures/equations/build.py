"""From a network to its equations: one line per node, layer by layer."""

import re
from collections.abc import Sequence

import numpy as np

from nodewise.figures.equations.phi import FORMULAS
from nodewise.figures.equations.tree import (
    Block,
    Expression,
    Line,
    Number,
    Product,
    Quotient,
    Symbol,
    System,
    Total,
    Z,
    add,
    call,
    put,
    times,
)
from nodewise.network import Dense, Network, Scale

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def unique(names: Sequence[str]) -> list[str]:
    """Return the names on one line each, "x" and "x (2)" where two are the same, and a word for an empty one."""
    found: list[str] = []
    for name in names:
        plain = " ".join("".join(c if c.isprintable() else " " for c in name).split()) or "unnamed"
        count, candidate = 1, plain
        while candidate in found:
            count += 1
            candidate = f"{plain} ({count})"
        found.append(candidate)
    return found


def labels(network: Network) -> tuple[tuple[Symbol, ...], tuple[Symbol, ...]]:
    """Return a symbol for every feature and for every output, no two the same."""
    names = [Symbol(name, given=True) for name in unique([*network.feature_names, *network.output_names])]
    return tuple(names[: network.inputs]), tuple(names[network.inputs :])


def units(network: Network) -> tuple[tuple[str, str], ...]:
    """Return name and unit of every feature and output that has one."""
    known = [*network.feature_units, *network.output_units]
    names = unique([*network.feature_names, *network.output_names])
    return tuple((name, unique([unit])[0]) for name, unit in zip(names, known, strict=True) if unit.strip())


def apply(activation: str, argument: Expression) -> Expression:
    """Return the activation of `argument`: short ones written out, the others by name."""
    formula = FORMULAS[activation]
    return put(formula.shown, {Z: argument}) if formula.inline else call(activation, argument)


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
            blocks += lines or _dense(layer, values, results, more, _title(network, seen), taken)
        values = results
    names = dict.fromkeys(layer.activation.name for layer in network.dense)
    return System(features, tuple(blocks), outputs, tuple(names), units(network))


def _title(network: Network, seen: int) -> str:
    layer = network.dense[seen - 1]
    name = f"layer {_roman(seen)}"
    kind = "output" if seen == len(network.dense) else f"{layer.outputs} node{'s' * (layer.outputs != 1)}"
    return f"{name}, {kind}, {layer.activation.name}"


def _roman(number: int) -> str:
    return _ROMAN[number - 1] if number <= len(_ROMAN) else str(number)


def letter(wanted: str, taken: Sequence[str]) -> str:
    """Return `wanted`, or, where a name of the user's looks like one of its symbols, doubled until it does not."""
    while any(re.fullmatch(rf"{wanted}\d[\d_]*", name) for name in taken):
        wanted += wanted[0]
    return wanted


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
    rights = [apply(layer.activation.name, expression) for expression in sums]
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
    above = _roman(seen)
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
        rights = [apply(layer.activation.name, symbol) for symbol in sums]
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


def symbolic(network: Network) -> System:
    """Return the equations without numbers: u_ij = w_ij·x_i, v_j = Σ u_ij + b_j, y_j = φ(v_j) for each layer.

    In a network of several layers a superscript counts them, and the x of a layer are the y of the one before.
    """
    blocks = []
    features, outputs = labels(network)
    for i, layer in enumerate(network.dense):
        above = "" if len(network.dense) == 1 else _roman(i + 1)
        blocks.append(_general(layer, above, _title(network, i + 1)))
    blocks += _legend(network, features, outputs)
    names = dict.fromkeys(layer.activation.name for layer in network.dense)
    return System(features, tuple(blocks), outputs, tuple(names), units(network), named=False)


def _legend(network: Network, features: Sequence[Symbol], outputs: Sequence[Symbol]) -> list[Block]:
    """Return what the first x and the last y stand for."""
    several = len(network.dense) > 1
    first, last = (_roman(1), _roman(len(network.dense))) if several else ("", "")
    x = [Line(Symbol("x", (str(i + 1),), first), symbol) for i, symbol in enumerate(features)]
    y = [Line(Symbol("y", (str(j + 1),), last), symbol) for j, symbol in enumerate(outputs)]
    return [Block("features", tuple(x), "feature"), Block("outputs", tuple(y), "output")]


def _general(layer: Dense, above: str, title: str) -> Block:
    x, w, u = Symbol("x", ("i",), above), Symbol("w", ("i", "j"), above), Symbol("u", ("i", "j"), above)
    v, b, y = (Symbol(name, ("j",), above) for name in "vby")
    name = layer.activation.name
    if layer.activation.joint:
        other = Symbol("v", ("k",), above)
        result: Expression = Quotient(call("exp", v), Total("k", layer.outputs, call("exp", other)))
    else:
        result = put(FORMULAS[name].shown, {Z: v})
    over = f"i = 1…{layer.inputs}, j = 1…{layer.outputs}"
    return Block(
        title,
        (
            Line(u, Product((w, x)), over),
            Line(v, add([Total("i", layer.inputs, u), b])),
            Line(y, result),
        ),
    )
