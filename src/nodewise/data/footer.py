"""The row groups of a Parquet file, read from its footer: Polars does not tell where they begin.

The footer is a struct in Thrift's compact protocol [1], of which only the row groups' numbers of rows are kept [2].

[1] https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
[2] https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

_GROUPS, _ROWS = 4, 3  # fields of FileMetaData and of RowGroup
_LIST, _SET, _MAP, _STRUCT = 9, 10, 11, 12
_DEEPEST = 16  # structs inside structs; Parquet's have five


class FooterError(ValueError):
    """The footer is not one."""


def row_groups(path: Path) -> list[int]:
    """Return the number of rows of each row group, first one first.

    Raises:
        FooterError: If the footer is broken.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - 8, 0))
        length = int.from_bytes(file.read(4), "little")
        if length > size - 8:
            raise FooterError
        file.seek(size - 8 - length)
        reader = _Reader(file.read(length))
    try:
        found = reader.fields({_GROUPS: lambda kind: reader.entries(kind, _group(reader))}, 0)
        groups = found.get(_GROUPS, [])
    except (IndexError, TypeError):
        raise FooterError from None
    if any(not isinstance(rows, int) or rows < 0 for rows in groups):
        raise FooterError
    return groups


def _group(reader: "_Reader") -> Callable[[int], int | None]:
    return lambda kind: reader.fields({_ROWS: lambda kind: reader.number()}, 1).get(_ROWS)


class _Reader:
    """Walks through bytes in Thrift's compact protocol; past their end it raises IndexError."""

    def __init__(self, content: bytes) -> None:
        self.content, self.place = content, 0

    def byte(self) -> int:
        self.place += 1
        return self.content[self.place - 1]

    def unsigned(self) -> int:
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > 63:
                raise FooterError

    def number(self) -> int:
        value = self.unsigned()
        return (value >> 1) ^ -(value & 1)  # zigzag

    def fields(self, wanted: dict[int, Callable[[int], Any]], depth: int) -> dict[int, Any]:
        """Return the wanted fields of a struct, each read by its function of the type; skip the others."""
        found, field = {}, 0
        while head := self.byte():
            kind = head & 0x0F
            field = field + (head >> 4) if head >> 4 else self.number()
            if field in wanted:
                found[field] = wanted[field](kind)
            else:
                self.skip(kind, depth)
        return found

    def entries(self, kind: int, read: Callable[[int], Any]) -> list[Any]:
        """Return the entries of a list of structs."""
        count, kind = self._length(kind)
        if kind != _STRUCT:
            raise FooterError
        return [read(kind) for _ in range(count)]

    def _length(self, kind: int) -> tuple[int, int]:
        if kind not in (_LIST, _SET):
            raise FooterError
        head = self.byte()
        count = head >> 4 if head >> 4 < 15 else self.unsigned()
        if count > len(self.content) - self.place:  # each entry takes a byte or more
            raise FooterError
        return count, head & 0x0F

    def skip(self, kind: int, depth: int, alone: bool = True) -> None:
        """Pass over a value; a truth value lies in its field's head, or, in a list, in a byte."""
        if depth > _DEEPEST:
            raise FooterError
        if kind in (1, 2):
            self.place += not alone
        elif kind == 3:
            self.place += 1
        elif kind in (4, 5, 6):
            self.unsigned()
        elif kind == 7:
            self.place += 8
        elif kind == 8:
            length = self.unsigned()
            self.place += length
        elif kind in (_LIST, _SET):
            count, entry = self._length(kind)
            for _ in range(count):
                self.skip(entry, depth + 1, alone=False)
        elif kind == _MAP:
            self._skip_map(depth)
        elif kind == _STRUCT:
            self.fields({}, depth + 1)
        else:
            raise FooterError

    def _skip_map(self, depth: int) -> None:
        count = self.unsigned()
        kinds = self.byte() if count else 0
        if count > len(self.content) - self.place:
            raise FooterError
        for _ in range(count):
            self.skip(kinds >> 4, depth + 1, alone=False)
            self.skip(kinds & 0x0F, depth + 1, alone=False)
