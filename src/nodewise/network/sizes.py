"""Sizes of a network as people write them: "1-100-1" is one feature, a hidden layer of 100 nodes and one output."""

import re
from collections.abc import Iterable
from typing import Any

from nodewise.errors import NodewiseError

_LARGEST = 1_000_000


def parse(sizes: str | Iterable[int]) -> tuple[int, ...]:
    """Return the number of features, of nodes per hidden layer, and of outputs.

    Args:
        sizes: Whole numbers joined by "-", such as "1-100-1", or a sequence of them.

    Raises:
        NodewiseError: If there are fewer than two, or one is no whole number from 1 to a million; the message says
            which, counted from 1.
    """
    shown = sizes if isinstance(sizes, str) else None
    entries = sizes.strip().split("-") if isinstance(sizes, str) else _listed(sizes)
    written = shown if shown is not None else "-".join(map(str, entries))
    for place, entry in enumerate(entries, 1):
        if not _fits(entry):
            got = "nothing" if entry == "" else repr(entry)
            raise NodewiseError(
                f"sizes must be whole numbers from 1 to a million joined by '-', such as 1-100-1. "
                f"Got {got} at position {place} of {written!r}."
            )
    if len(entries) < 2:  # features and outputs
        raise NodewiseError(
            f"sizes must name at least features and outputs, such as 1-1 or 1-100-1. Got {written!r}; "
            "put hidden layers between them."
        )
    return tuple(int(entry) for entry in entries)


def _listed(sizes: object) -> list[Any]:
    if not isinstance(sizes, Iterable) or isinstance(sizes, bytes | bytearray):  # which are numbers, not texts
        raise NodewiseError(f"sizes must be a text such as '1-100-1' or a sequence such as (1, 100, 1). Got {sizes!r}.")
    return list(sizes)


def _fits(entry: Any) -> bool:
    if isinstance(entry, str):
        return re.fullmatch(r"[0-9]{1,7}", entry) is not None and 1 <= int(entry) <= _LARGEST
    try:
        return not isinstance(entry, bool) and int(entry) == entry and 1 <= entry <= _LARGEST
    except (TypeError, ValueError, OverflowError):
        return False
