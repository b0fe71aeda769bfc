"""A table before its columns become numbers: named columns of cells, and how to point at a row of it."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from nodewise.errors import NodewiseError, nearest

MOST_COLUMNS = 10_000

# "ppm [µmol/mol]" and "length (cm)" are a name and a unit; "sin(x)" is a name: round brackets need a space before them.
_WITH_UNIT = re.compile(r"(?P<name>.*\S)(?:\s+\((?P<round>[^()]*)\)|\s*\[(?P<square>[^\[\]]*)\])")


@dataclass(frozen=True, eq=False)
class Source:
    """What was read, as it stands there.

    Attributes:
        name: The file or kind of frame, for messages and as the dataset's name.
        headers: The columns' headers, distinct.
        columns: The cells of each column: a list of str for text tables, else a narwhals Series.
        height: How many rows there are.
        row: Says where a row (from 0) is for the user: "line 7", or "row 6 (counted from 1)".
        notes: Sentences about what was changed in reading.
    """

    name: str
    headers: tuple[str, ...]
    columns: Sequence[Any]
    height: int
    row: Callable[[int], str]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Header:
    """The names and units of a table's columns, and the way to find one by either spelling.

    Attributes:
        table: The table's name.
        full: The headers as written, such as "length (cm)".
        names: The headers without units, except where that would make two the same.
        units: The units, "" where none is given.
    """

    table: str
    full: tuple[str, ...]
    names: tuple[str, ...]
    units: tuple[str, ...]

    def find(self, role: str, name: object) -> int:
        """Return the column called `name`, with or without its unit; `role` is "target", "feature" or "weights".

        Raises:
            NodewiseError: If there is none; the nearest names are offered.
        """
        if isinstance(name, str | int) and str(name) in self.full:
            return self.full.index(str(name))
        if isinstance(name, str) and name in self.names:
            return self.names.index(name)
        hints = nearest(str(name), dict.fromkeys(self.names + self.full))
        offer = f"Did you mean {_either(hints)}?" if hints else f"Its columns are {listed(self.full)}."
        raise NodewiseError(f"{role} must name a column of {self.table}. Got {name!r}. {offer}")


def header_of(table: str, full: Iterable[str]) -> Header:
    """Split the headers `full` of `table` into names and units."""
    full = tuple(full)
    split = [_split(header) for header in full]
    counts = Counter(name for name, _ in split)
    names = tuple(name if counts[name] == 1 else header for (name, _), header in zip(split, full, strict=True))
    return Header(table, full, names, tuple(unit for _, unit in split))


def _split(header: str) -> tuple[str, str]:
    match = _WITH_UNIT.fullmatch(header)
    return (match["name"], (match["round"] or match["square"] or "").strip()) if match else (header, "")


def checked_headers(table: str, headers: Sequence[object]) -> tuple[str, ...]:
    """Return `headers` as stripped strings; an empty one becomes "column 3", counted from 1.

    Raises:
        NodewiseError: If there are too many, or two are the same.
    """
    refuse_width(table, len(headers))
    result = tuple(str(header).strip() or f"column {place}" for place, header in enumerate(headers, 1))
    repeated = next((header for header, count in Counter(result).items() if count > 1), None)
    if repeated is not None:
        places = [place for place, header in enumerate(result, 1) if header == repeated]
        raise NodewiseError(
            f"Column names must differ. Got {repeated!r} in columns {places[0]} and {places[1]} of {table}. "
            "Rename one of them."
        )
    return result


def refuse_width(table: str, columns: int, count: str = "") -> None:
    """Refuse a table with more than MOST_COLUMNS `columns`; `count` replaces the number in the message."""
    if columns > MOST_COLUMNS:
        raise NodewiseError(
            f"A table must have at most {MOST_COLUMNS} columns. Got {count or columns} in {table}. "
            "Keep the columns you need; if rows and columns are swapped, transpose it."
        )


def listed(names: Sequence[str], most: int = 10) -> str:
    """Return `names` quoted and joined, the first `most` of them."""
    return ", ".join(map(repr, names[:most])) + (f" and {len(names) - most} more" if len(names) > most else "")


def _either(names: Sequence[str]) -> str:
    return " or ".join([", ".join(map(repr, names[:-1])), repr(names[-1])] if len(names) > 1 else [repr(names[0])])
