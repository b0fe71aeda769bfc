"""What was asked: the layer and the query, checked against the network."""

from typing import Any, Protocol

import numpy as np
from jaxtyping import Float

from nodewise.data.checks import UTMOST, table
from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.reading import counted
from nodewise.network import Network


class Encode(Protocol):
    """What a memory network's inputs pass before the network."""

    names: tuple[str, ...]

    def __call__(self, x: np.ndarray, /) -> np.ndarray:
        """Return what the network takes."""
        ...


def layer_index(network: Network, layer: Any) -> int:
    """Return the hidden layer counted from 0."""
    return index_of(layer, len(network.hidden))


def index_of(layer: Any, count: int) -> int:
    """Return one of `count` hidden layers counted from 0.

    Raises:
        NodewiseError: If there is none such.
    """
    if not count:
        raise NodewiseError(
            "memories need at least one hidden layer. Got a linear model; nodewise.contributions reads its features."
        )
    if isinstance(layer, bool) or not isinstance(layer, int | np.integer) or not -count <= layer < count:
        raise NodewiseError(
            f"layer must be a whole number from {-count} to {count - 1} for a network of "
            f"{counted(count, 'hidden layer')}, counted from 0. Got {layer!r}."
        )
    return int(layer) % count


def encoding(network: Any) -> Encode | None:
    """Return what a memory network does to its inputs first, or None for anything else."""
    encode = getattr(network, "encode", None)
    return encode if hasattr(encode, "names") else None


def within(what: str, x: Float[np.ndarray, "sample feature"], names: tuple[str, ...]) -> None:
    """Refuse numbers so large that lengths overflow.

    Raises:
        NodewiseError: If there is one.
    """
    for name, low, high in zip(names, x.min(axis=0), x.max(axis=0), strict=True):
        if max(-low, high) > UTMOST:
            raise NodewiseError(
                f"{what} must lie between -1e100 and 1e100. Got {low if -low > high else high:g} for feature {name}. "
                "Use a larger unit."
            )


def inputs(data: Any) -> Float[np.ndarray, "sample feature"]:
    """Return the inputs of a dataset, or an array, with a row per sample."""
    return table("data", data.inputs if isinstance(data, Dataset) else data)


def checked(names: tuple[str, ...], query: Any) -> Float[np.ndarray, "... feature"]:
    """Return one sample [feature] or several queries [query, feature], checked against the features.

    A number and a single row are one sample; of one feature several numbers are as many queries.

    Raises:
        NodewiseError: If it has another number of features, none at all, or a number that is missing or too large.
    """
    if isinstance(query, np.ma.MaskedArray):
        query = np.ma.filled(query.astype(float), np.nan)
    try:
        given = np.asarray(query.inputs if isinstance(query, Dataset) else query, dtype=np.float64)
    except (TypeError, ValueError):
        raise NodewiseError(
            f"query must be numbers, one for each of {counted(len(names), 'feature')}: {', '.join(names)}. "
            f"Got {query!r}."
        ) from None
    rows = given.reshape(-1, 1) if given.ndim < 2 and len(names) == 1 else np.atleast_2d(given)
    if rows.ndim != 2 or rows.shape[1] != len(names) or not len(rows):
        size = f"{given.size} number{'s' * (given.size != 1)}" if given.ndim < 2 else f"shape {given.shape}"
        raise NodewiseError(
            f"query must have one number for each of {counted(len(names), 'feature')}: {', '.join(names)}. Got {size}."
        )
    if not np.isfinite(rows).all():
        at, feature = np.argwhere(~np.isfinite(rows))[0]
        where = f" in query {at + 1}" if len(rows) > 1 else ""
        raise NodewiseError(
            f"query must have no missing or infinite values. Got {rows[at, feature]} for feature {names[feature]}"
            f"{where}. Fill it in first, such as with the samples' mean."
        )
    within("query", rows, names)
    return rows[0] if given.ndim < 2 and len(rows) == 1 else rows
