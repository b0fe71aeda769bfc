"""A Parquet file read batch by batch, in bounded memory: numbers as float64, labels as their places among classes.

Row groups are read one after another, several small ones at once. One that would take too much memory is decoded column
by column into a file, from which batches are read: then a single column of it is in memory, and never the whole.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise.data.checks import UTMOST
from nodewise.data.files import checked, is_parquet, unreadable
from nodewise.data.footer import FooterError, row_groups
from nodewise.data.frames import broken, check_footer
from nodewise.data.labelled import codes
from nodewise.data.source import Header, checked_headers, header_of
from nodewise.errors import NodewiseError

ROWS = 32_768
LARGE_ROWS, LARGE_BYTES = 1_000_000, 1 << 28  # a table beyond either is large
_PART = 1 << 26  # bytes decoded at once; Polars takes about four times as much


@dataclass(frozen=True, eq=False)
class Batch:
    """Rows of a table that have a value in every chosen column.

    Attributes:
        values: [row, column], the columns in the order asked for.
        codes: [row], each row's place among the classes; None where no labels were asked for.
        dropped: How many rows beside these lack a value.
        filled: How many values were missing in these rows, and are filled.
    """

    values: Float[np.ndarray, "row column"]
    codes: Int[np.ndarray, " row"] | None
    dropped: int
    filled: int = 0


@dataclass(frozen=True, eq=False)
class Large:
    """A Parquet file, of which only the footer has been read.

    Attributes:
        path: Where it is.
        header: Names and units of its columns.
        types: The type of each, as Polars calls it.
        groups: The number of rows of each row group.
    """

    path: Path
    header: Header
    types: tuple[Any, ...]
    groups: tuple[int, ...]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(self.groups)

    @property
    def bytes(self) -> int:
        """How long the file is."""
        return self.path.stat().st_size

    @property
    def large(self) -> bool:
        """Whether it has more than a million rows, or 256 MiB on disk."""
        return self.rows > LARGE_ROWS or self.bytes > LARGE_BYTES

    def is_date(self, place: int) -> bool:
        """Whether a column holds dates, which become decimal years."""
        return self.types[place].is_temporal()

    def is_number(self, place: int) -> bool:
        """Whether a column can be read as numbers: of numbers, dates, or True and False."""
        import polars as pl

        kind = self.types[place]
        return kind.is_numeric() or kind in (pl.Boolean, pl.Date) or kind == pl.Datetime


def look(source: str | os.PathLike[str]) -> Large:
    """Read the footer of a Parquet file.

    Raises:
        NodewiseError: If it is no Parquet file, is broken, or has repeated or too many columns.
    """
    path, _ = checked(source)
    if not is_parquet(path):
        raise NodewiseError(f"A table read by batches must be a Parquet file. Got {path.name!r}. Write it as Parquet.")
    import polars as pl

    try:
        check_footer(path, path.name)
        schema = pl.read_parquet_schema(path)
        groups = row_groups(path)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, FooterError):
        raise NodewiseError(broken(path.name)) from None
    except OSError as error:
        raise unreadable(source, error) from None
    headers = checked_headers(path.name, list(schema))
    return Large(path, header_of(path.name, headers), tuple(schema.values()), tuple(groups))


def batches(
    table: Large | str | os.PathLike[str],
    columns: Sequence[str],
    rows: int = ROWS,
    label: str = "",
    classes: Sequence[str | bool | int] = (),
    fills: Sequence[float | None] = (),
) -> Iterator[Batch]:
    """Yield the rows of a Parquet file from the first to the last, without those that lack a value.

    A missing value is null or NaN, or a label without letters. Memory depends on neither the file's length nor on its
    row groups, but one column of one row group is in memory at once.

    Args:
        table: What `look` returned, or the path.
        columns: Names of columns of numbers, dates (as decimal years), or True and False (as 1 and 0).
        rows: The most rows in a batch.
        label: Name of a column of labels, if any.
        classes: What the labels can be.
        fills: What to put where a value is missing, for the first columns in their order; None for nothing.

    Raises:
        NodewiseError: If there is no such file or column, a column holds no numbers, a number is infinite or beyond
            1e100, a label is none of the classes, or the file is broken.
    """
    table = table if isinstance(table, Large) else look(table)
    places = [table.header.find("column", name) for name in columns]
    for place in places:
        if not table.is_number(place):
            raise NodewiseError(
                f"column {table.header.names[place]!r} must hold numbers or dates. Got {table.types[place]} in "
                f"{table.header.table}. Choose another column, or convert it."
            )
    names = [_stored(table)[place] for place in places]
    if label:
        names.append(_stored(table)[table.header.find("label", label)])
    start, put = 0, np.full(len(names), np.nan)
    put[: len(fills)] = [np.nan if fill is None else fill for fill in fills]
    for block in _blocks(table, names, rows, tuple(classes) if label else None):
        yield _complete(block, [table.header.names[place] for place in places], bool(label), start, put)
        start += len(block)


def _stored(table: Large) -> list[str]:
    import polars as pl

    return list(pl.read_parquet_schema(table.path))  # a header is stripped of blanks, or filled in


def _blocks(
    table: Large, names: list[str], rows: int, classes: tuple[str | bool | int, ...] | None
) -> Iterator[np.ndarray]:
    """Yield blocks [row, column], NaN where a value is missing."""
    import polars as pl

    most = max(1, _PART // (8 * len(names)))
    try:
        for start, count in _parts(table.groups, most):
            if count > most:
                yield from _spooled(table, names, (start, count), rows, classes)
                continue
            for frame in _read(table, names, start, count).iter_slices(rows):
                block = _empty(len(frame), len(names))
                for j, name in enumerate(names):
                    block[:, j] = _numbers(frame[name], classes if j == len(names) - 1 else None)
                yield block
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        raise NodewiseError(broken(table.path.name)) from None
    except OSError as error:
        raise unreadable(table.path, error) from None


def _empty(rows: int, columns: int) -> np.ndarray:
    return np.empty((columns, rows)).T  # column after column, as they come


def _parts(groups: Sequence[int], most: int) -> Iterator[tuple[int, int]]:
    """Yield (start, count): row groups one after another, put together as long as they have at most `most` rows."""
    start = count = 0
    for rows in groups:
        if count and count + rows > most:
            yield start, count
            start, count = start + count, 0
        count += rows
    if count:
        yield start, count


def _read(table: Large, names: list[str], start: int, count: int) -> Any:
    import polars as pl

    scan = pl.scan_parquet(table.path, glob=False, hive_partitioning=False, use_statistics=False)
    frame = scan.select(names).slice(start, count).collect()
    if len(frame) != count:
        raise NodewiseError(broken(table.path.name))
    return frame


def _spooled(
    table: Large, names: list[str], part: tuple[int, int], rows: int, classes: tuple[str | bool | int, ...] | None
) -> Iterator[np.ndarray]:
    """Yield the blocks of one large row group, which goes through a file column by column."""
    count = part[1]
    with tempfile.TemporaryFile() as file:
        for j, name in enumerate(names):
            column = _read(table, [name], *part)[name]
            for place in range(0, count, rows):
                _numbers(column[place : place + rows], classes if j == len(names) - 1 else None).tofile(file)
            del column
        for place in range(0, count, rows):
            block = _empty(min(rows, count - place), len(names))
            for j in range(len(names)):
                file.seek(8 * (j * count + place))
                block[:, j] = np.fromfile(file, np.float64, len(block))
            yield block


def _numbers(series: Any, classes: tuple[str | bool | int, ...] | None) -> Float[np.ndarray, " row"]:
    """Return a column as numbers, NaN where a value is missing; labels as places among the classes."""
    import polars as pl

    if classes is not None:
        return codes(series, classes)
    if not series.dtype.is_temporal():
        return series.cast(pl.Float64).to_numpy()
    import narwhals.stable.v2 as nw

    from nodewise.data.columns import numbers

    return numbers(nw.from_native(series, series_only=True)).values


def _complete(block: np.ndarray, names: list[str], labelled: bool, start: int, put: np.ndarray) -> Batch:
    """Return the rows of a block without gaps, once these are filled; refuse a number that is infinite or too large."""
    fine, filled = np.abs(block) <= UTMOST, 0
    if fine.all():
        kept = block
    else:
        bad = np.argwhere(~fine & ~np.isnan(block))
        if len(bad):
            row, column = bad[0]
            raise NodewiseError(
                f"column {names[column]!r} must hold finite numbers between -1e100 and 1e100. Got "
                f"{block[row, column]:g} at row {start + row + 1} (counted from 1). Correct that cell, or empty it if "
                "it is missing."
            )
        whole = (fine | ~np.isnan(put)).all(axis=1)
        kept, filled = np.where(fine, block, put)[whole], int((~fine[whole]).sum())
    found = kept[:, -1].astype(np.intp) if labelled else None
    return Batch(kept[:, :-1] if labelled else kept, found, len(block) - len(kept), filled)
