"""The sentence, the notes and the table of prototypes."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from nodewise.inspection.memories.similar import Similar
from nodewise.inspection.prototypes.responsible import Served
from nodewise.inspection.reading import Row, counted, listed, nice
from nodewise.network import Network

_SHOWN = 3  # similar samples a row of the table names


@dataclass(frozen=True, eq=False)
class Told(Protocol):
    """What the words are about: the reading."""

    responsibility: np.ndarray
    served: np.ndarray
    largest: np.ndarray
    unserved: int
    sharing: float
    order: np.ndarray
    cosine: np.ndarray
    distance: np.ndarray
    vote: np.ndarray
    target: np.ndarray | None
    classes: tuple[str | bool | int, ...]
    class_served: np.ndarray | None
    similar: Similar
    layer: int
    network: Network


def sentence(told: Told) -> str:
    """Return how many nodes stand for how many samples, and who serves most."""
    nodes, samples = len(told.served), len(told.responsibility)
    of = f" of layer {told.layer + 1}" if len(told.network.hidden) > 1 else ""
    head = f"{counted(nodes, 'node')}{of} stand{'s' * (nodes == 1)} for {counted(samples, 'sample')}"
    if told.unserved == samples:
        return f"{head}, but no node votes on any: only the bias answers."
    first, last = int(told.order[0]), int(told.order[-1])
    said = f"{head}: node {first + 1} serves the most ({nice(told.served[first])}{_about(told, first)})"
    if nodes > 1:
        said += f", node {last + 1} the fewest ({nice(told.served[last])}), and a sample is shared by "
        said += f"{nice(told.sharing)} nodes on average"
    if told.unserved:
        said += f"; on {counted(told.unserved, 'sample')} no node votes, and only the bias answers"
    return f"{said}."


def _about(told: Told, node: int) -> str:
    kind = most(told, node)
    mostly = f", {nice(100 * kind[1])} % of them {kind[0]}" if kind else ""
    return f"{mostly}; its row has cosine {nice(told.cosine[node])} with their mean"


def most(told: Told, node: int) -> tuple[str, float] | None:
    """Return the class a node serves most, and its share in what it serves."""
    if told.class_served is None or not told.served[node]:
        return None
    best = int(told.class_served[node].argmax())
    label = told.classes[best]
    called = label if isinstance(label, str) else f"{told.network.label or 'class'} {label}"
    return called, float(told.class_served[node, best] / told.served[node])


def notes(served: Served, samples: int, exact: bool) -> tuple[str, ...]:
    """Return what a reader must know before trusting the numbers."""
    found, count = [], served.count
    if len(count) >= samples:
        found.append("There are no fewer nodes than samples, so that each sample could have a node of its own.")
    idle, constant = np.flatnonzero(count == 0), np.flatnonzero(served.constant) if samples > 1 else np.empty(0)
    if 0 < idle.size < len(count):
        found.append(f"{listed('node', idle).capitalize()} serve{'s' * (idle.size == 1)} no sample.")
    if constant.size:
        one = constant.size == 1
        found.append(
            f"{listed('node', constant).capitalize()} vote{'s' * one} the same on all samples, to 1 %, as a bias does: "
            f"what {'it serves is' if one else 'they serve is'} no group of samples."
        )
    if not exact:
        found.append(
            "Votes of this layer are of first order (activation times slope), as later activations are no straight "
            "lines through 0: they need not add up to the output."
        )
    return tuple(found)


def rows(told: Told) -> list[Row]:
    """Return one row per node by falling served samples, then the bias and the sum."""
    samples = len(told.responsibility)
    found = [_row(told, int(i)) for i in told.order]
    empty = dict.fromkeys(found[0])
    alone = {"name": "bias alone", "served": float(told.unserved), "share": told.unserved / samples}
    total = {"name": "sum", "served": float(told.served.sum() + told.unserved), "share": 1.0}
    return [
        *found,
        empty | alone | {"largest": told.unserved},
        empty | total | {"largest": int(told.largest.sum()) + told.unserved},
    ]


def _row(told: Told, i: int) -> Row:
    network, kind = told.network, most(told, i)
    row: dict[str, Any] = {
        "name": f"node {i + 1}",
        "served": float(told.served[i]),
        "share": float(told.served[i] / len(told.responsibility)),
        "largest": int(told.largest[i]),
        "cosine": _number(told.cosine[i]),
        "distance": _number(told.distance[i]),
    }
    row |= _named("vote", told.vote[i], network.output_names)
    if told.target is not None:
        row |= _named("target", told.target[i], tuple(f"y{o + 1}" for o in range(told.target.shape[1])))
    if told.class_served is not None:
        row |= {"class": kind and kind[0], "class_share": kind and kind[1]}
    places = range(min(_SHOWN, told.similar.samples.shape[1]))
    return row | {"most_similar": "; ".join(_sample(told.similar, i, place) for place in places)}


def _named(what: str, values: np.ndarray, names: tuple[str, ...]) -> Row:
    keys = [what] if len(values) == 1 else [f"{what}_{name}" for name in names]
    return {key: _number(value) for key, value in zip(keys, values, strict=True)}


def _number(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


def _sample(similar: Similar, node: int, place: int) -> str:
    return f"sample {similar.samples[node, place] + 1} (cosine {nice(similar.cosine[node, place])})"
