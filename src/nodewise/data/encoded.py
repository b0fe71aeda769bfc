"""A table whose categories become the features that a model's pipeline makes of them: 1 for its own, 0 for others."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from nodewise.data.columns import MISSING
from nodewise.data.source import Source, listed
from nodewise.errors import NodewiseError

Encoded = Sequence[tuple[str, str, str]]  # column, category, and feature; "" where all others being 0 stands for it


def with_categories(table: Source, encoded: Encoded) -> Source:
    """Return a table with a column for each category, where it has the column of the categories and not these.

    A gap stays a gap in each of them.

    Args:
        table: As it was read.
        encoded: Which features are categories of which column, as of `Origin`.

    Raises:
        NodewiseError: If there is a category that the model was not fitted on; says in which row.
    """
    features = [feature for _, _, feature in encoded if feature]
    columns = list(dict.fromkeys(column for column, _, _ in encoded))
    if set(features) <= set(table.headers) or not set(columns) <= set(table.headers):
        return table
    made: dict[str, list[str]] = {}
    for column in columns:
        known = {_plain(category): feature for name, category, feature in encoded if name == column}
        cells = _cells(table, column, known)
        for feature in filter(None, known.values()):
            made[feature] = ["" if cell is None else str(int(known[cell] == feature)) for cell in cells]
    kept = [i for i, name in enumerate(table.headers) if name not in made]
    return replace(
        table,
        headers=(*(table.headers[i] for i in kept), *made),
        columns=[*(table.columns[i] for i in kept), *made.values()],
        notes=(*table.notes, f"{listed(columns, 4)} became one feature per category, as the model was fitted."),
    )


def _cells(table: Source, column: str, known: dict[str, str]) -> list[str | None]:
    """Return the categories of a column as `known` has them, None where one is missing."""
    given = table.columns[table.headers.index(column)]
    found: list[str | None] = []
    for i, cell in enumerate(given if isinstance(given, list) else given.to_list()):
        text = _plain(cell)
        gap = cell is None or text.lower() in MISSING
        if text not in known and not gap:
            raise NodewiseError(
                f"column {column!r} must hold categories that the model was fitted on: {listed(list(known), 6)}. "
                f"Got {text!r} in {table.row(i)} of {table.name}. Leave such rows out."
            )
        found.append(text if text in known else None)
    return found


def _plain(value: Any) -> str:
    """Return a category as a text that does not depend on whether a number was read as one."""
    text = str(value).strip()
    try:
        return f"{float(text):.15g}"
    except ValueError:
        return text
