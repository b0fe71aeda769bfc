"""The equations without numbers, in the symbols of the essay."""

from collections.abc import Sequence

from nodewise.figures.equations.labels import labels, roman, title_of, units
from nodewise.figures.equations.phi import applied
from nodewise.figures.equations.tree import (
    Block,
    Expression,
    Line,
    Product,
    Quotient,
    Symbol,
    System,
    Total,
    add,
    call,
)
from nodewise.network import Dense, Network


def symbolic(network: Network) -> System:
    """Return u_ij = w_ij·x_i, v_j = Σ u_ij + b_j, y_j = φ(v_j) for each layer of a network without scaling.

    In a network of several layers a superscript counts them, and the x of a layer are the y of the one before. The last
    lines say which feature is which x, and which output which y.
    """
    features, outputs = labels(network)
    several = len(network.dense) > 1
    marks = [roman(i + 1) if several else "" for i in range(len(network.dense))]
    blocks = [
        _layer(layer, before, above, title_of(network, i))
        for i, (layer, before, above) in enumerate(zip(network.dense, [None, *marks], marks, strict=False), 1)
    ]
    blocks += [_names("x", marks[0], features, "feature"), _names("y", marks[-1], outputs, "output")]
    names = dict.fromkeys(layer.activation.name for layer in network.dense)
    return System(features, tuple(blocks), outputs, tuple(names), units(network))


def _names(letter: str, above: str, symbols: Sequence[Symbol], noun: str) -> Block:
    lines = [Line(Symbol(letter, (str(i),), above), symbol) for i, symbol in enumerate(symbols, 1)]
    return Block(f"{noun}s", tuple(lines), noun)


def _layer(layer: Dense, before: str | None, above: str, title: str) -> Block:
    x, w, u = Symbol("x", ("i",), above), Symbol("w", ("i", "j"), above), Symbol("u", ("i", "j"), above)
    v, b, y = (Symbol(name, ("j",), above) for name in "vby")
    joined = () if before is None else (Line(x, Symbol("y", ("i",), before)),)
    return Block(
        title,
        (
            *joined,
            Line(u, Product((w, x)), f"{_over('i', layer.inputs)}, {_over('j', layer.outputs)}"),
            Line(v, add([Total("i", layer.inputs, u), b])),
            Line(y, _activation(layer, v, above)),
        ),
    )


def _over(index: str, last: int) -> str:
    return f"{index} = 1" if last == 1 else f"{index} = 1…{last}"


def _activation(layer: Dense, v: Symbol, above: str) -> Expression:
    if layer.activation.joint:
        return Quotient(call("exp", v), Total("k", layer.outputs, call("exp", Symbol("v", ("k",), above))))
    return applied(layer.activation.name, v)
