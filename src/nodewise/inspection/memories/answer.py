"""What the nodes of a layer answer to some queries: the numbers of `Memories`."""

from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.errors import NodewiseError
from nodewise.inspection.contributions import contributions
from nodewise.inspection.memories import firing
from nodewise.inspection.memories.asked import Encode, checked
from nodewise.inspection.memories.compare import Comparison, compare, seen, unit, unscaled
from nodewise.inspection.memories.similar import Similar
from nodewise.inspection.reading import listed, nice, readonly
from nodewise.network import Network

PER_QUERY = (
    "query", "input_length", "cosine", "dot", "pre_activation", "activation", "fires", "votes", "bias", "output",
)  # fmt: skip
_UNEVEN = 2.0  # rows whose lengths differ by more make the dot product no similarity


def answer(network: Network, encode: Encode | None, index: int, similar: Similar | None, query: Any) -> dict[str, Any]:
    """Return the attributes of `Memories` for some queries; those `PER_QUERY` without the axis if one sample is given.

    Args:
        network: The network read.
        encode: What happens to inputs before it, if anything.
        index: Which hidden layer, counted from 0.
        similar: The samples most similar to each row, if there are data.
        query: One sample or several, in the user's units.

    Raises:
        NodewiseError: If the query does not fit the network, or a number gets too large to be one.
    """
    asked = checked(network.feature_names if encode is None else encode.names, query)
    queries = np.atleast_2d(asked)
    query = queries if encode is None else encode(queries)
    dense = network.hidden[index]
    compared = compare(dense.weight, seen(network, index, query))
    before, after = network.trace(query)[index]
    level, notes = firing.level(dense.activation), []
    votes, note = _votes(network, query, index)
    uneven = _uneven(compared.row_length)
    if uneven:
        notes.append(_warning(compared))
    none = np.flatnonzero(compared.row_length == 0)
    if none.size:
        rows = "rows of {} are" if none.size > 1 else "row of {} is"
        notes.append(f"The {rows.format(listed('node', none))} 0: nothing is remembered there.")
    found: dict[str, Any] = dict(
        query=readonly(queries.copy()),
        rows=readonly(network.folded.dense[index].weight),
        prototype=_prototype(network, compared, similar) if index == 0 else None,
        row_length=compared.row_length,
        input_length=compared.input_length,
        cosine=compared.cosine,
        dot=compared.dot,
        threshold=readonly(-dense.bias + 0.0),
        pre_activation=readonly(before),
        activation=readonly(after),
        fires=readonly(after > level),
        level=level,
        uneven=uneven,
        similar=similar,
        layer=index,
        rule=firing.rule(dense.activation),
        row_names=network.feature_names if index == 0 else tuple(f"node {i + 1}" for i in range(dense.inputs)),
        notes=(*notes, *note),
        network=network,
        encode=encode,
        **votes,
    )
    if asked.ndim == 2:
        return found
    return found | {name: found[name][0] for name in PER_QUERY if found[name] is not None}


def _votes(network: Network, query: np.ndarray, index: int) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the votes and what they add up to, or None for them and the sentence that says why."""
    try:
        parts = contributions(network, query, index)
    except NodewiseError as error:
        nothing = {"votes": None, "bias": None, "output": readonly(network(query)), "residual": 0.0, "of": "output"}
        return nothing, (f"Votes are left out: {error}",)
    bias = readonly(np.broadcast_to(parts.bias, parts.output.shape))
    names = ("output", "residual", "of")
    return {"votes": parts.values, "bias": bias} | {name: getattr(parts, name) for name in names}, ()


def _uneven(row_length: Float[np.ndarray, " node"]) -> bool:
    there = row_length[row_length > 0]
    return bool(there.size and there.max() > _UNEVEN * there.min())


def _warning(compared: Comparison) -> str:
    there = compared.row_length[compared.row_length > 0]
    text = (
        f"The longest row is {nice(there.max() / there.min())} times as long as the shortest (more than {_UNEVEN:g}), "
        "so the dot product is no similarity: trust the cosine"
    )
    by_dot, by_cosine = int(compared.dot[0].argmax()), int(compared.cosine[0].argmax())
    if by_dot == by_cosine or len(compared.dot) > 1:
        return f"{text}."
    return f"{text}. By dot product node {by_dot + 1} is nearest, by cosine node {by_cosine + 1}."


def _prototype(network: Network, compared: Comparison, similar: Similar | None) -> Float[np.ndarray, "node feature"]:
    typical = similar.typical_length if similar else float(np.sqrt(np.mean(compared.input_length**2)))
    return readonly(unscaled(network, typical * unit(network.hidden[0].weight)[0]))
