"""What the parts of a network are called in its equations."""

import re
from collections.abc import Sequence

from nodewise.figures.equations.tree import Symbol
from nodewise.network import Network

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


def title_of(network: Network, seen: int) -> str:
    """Return what the block of a layer, counted from 1, is called."""
    layer = network.dense[seen - 1]
    name = f"layer {roman(seen)}"
    kind = "output" if seen == len(network.dense) else f"{layer.outputs} node{'s' * (layer.outputs != 1)}"
    return f"{name}, {kind}, {layer.activation.name}"


def numbered(name: str) -> tuple[str, str]:
    """Return ("x", "1") for x1 or x_1, a letter that may have a number, and two empty texts for any other name."""
    found = re.fullmatch(r"([A-Za-zα-ωΓΔΘΛΞΠΣΦΨΩ])_?([0-9]*)", name)
    return (found[1], found[2]) if found and not name.endswith("_") else ("", "")


def roman(seen: int) -> str:
    """Return how the essays number the layer that is `seen`th from 1 to have weights: the features are layer I."""
    return _ROMAN[seen] if seen < len(_ROMAN) else str(seen + 1)


def letter(wanted: str, taken: Sequence[str]) -> str:
    """Return `wanted`, or, where a name of the user's looks like one of its symbols, doubled until it does not."""
    while any(re.fullmatch(rf"{wanted}\d[\d_]*", name) for name in taken):
        wanted += wanted[0]
    return wanted
