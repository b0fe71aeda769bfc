"""Frames people hold in memory (pandas, Polars, PyArrow …) and Parquet files, through narwhals and Polars.

Both are imported when needed only: they take longer to import than a text table takes to read.
"""

from pathlib import Path

from nodewise.data.source import Source, checked_headers, refuse_width
from nodewise.errors import NodewiseError

_MOST_FOOTER_BYTES = 1 << 26


def read_frame(frame: object, table: str = "the frame") -> Source:
    """Read any eager frame that narwhals knows.

    Args:
        frame: A pandas, Polars, PyArrow, Modin or cuDF frame.
        table: What to call it in messages.

    Raises:
        NodewiseError: If it is no frame, is lazy, or has no rows, repeated or too many columns.
    """
    import narwhals.stable.v2 as nw

    # Before narwhals, which refuses repeated names in words of its own.
    checked_headers(table, _native_names(frame))
    try:
        known = nw.from_native(frame, eager_only=True)  # type: ignore[call-overload]
    except TypeError:
        raise NodewiseError(_no_frame(frame)) from None
    headers = checked_headers(table, known.columns)
    if len(known) == 0:
        raise NodewiseError(f"A table must have rows. Got none in {table}. Add rows first.")
    columns = [known.get_column(name) for name in known.columns]
    return Source(table, headers, columns, len(known), lambda row: f"row {row + 1} (counted from 1)")


def _native_names(frame: object) -> list[object]:
    """Return the column names of an eager frame, none for anything else."""
    # Asked of the type: a pandas frame has its columns as attributes too, and one may be called "collect".
    kind = type(frame)
    if hasattr(kind, "collect"):
        return []
    attribute = next((name for name in ("column_names", "columns") if hasattr(kind, name)), None)
    return [] if attribute is None else list(getattr(frame, attribute))


def _no_frame(frame: object) -> str:
    remedy = "Use nodewise.Dataset(inputs, targets) for arrays and lists."
    if hasattr(type(frame), "collect"):
        remedy = "Call its collect() first."
    elif hasattr(type(frame), "to_frame"):
        remedy = "Call its to_frame() first, or pass the frame it is a column of."
    return (
        "source must be the path of a CSV, TSV or Parquet file, or a pandas, Polars or PyArrow frame. "
        f"Got {type(frame).__name__}. {remedy}"
    )


def read_parquet(path: Path) -> Source:
    """Read the Parquet file `path`.

    Raises:
        NodewiseError: If it is broken or no Parquet file, or has no rows, repeated or too many columns.
    """
    table = path.name
    check_footer(path, table)
    import polars as pl

    try:
        with path.open("rb") as file:
            refuse_width(table, len(pl.read_parquet_schema(file)))
            file.seek(0)
            frame = pl.read_parquet(file, use_statistics=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        if isinstance(error, NodewiseError):
            raise
        raise NodewiseError(broken(table)) from None
    return read_frame(frame, table)


def check_footer(path: Path, table: str) -> None:
    """Refuse a file without Parquet's marks at both ends, and a list of columns too long for memory."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(max(size - 8, 0))
        length, end = int.from_bytes(file.read(4), "little"), file.read(4)
    if start != b"PAR1":
        raise NodewiseError(f"A .parquet file must hold a Parquet table. Got something else: {table}. Rename it.")
    if end != b"PAR1" or length > size - 8:
        raise NodewiseError(broken(table))
    if length > _MOST_FOOTER_BYTES:
        raise NodewiseError(
            f"A Parquet file's list of columns must fit in {_MOST_FOOTER_BYTES >> 20} MiB. "
            f"Got {length >> 20} MiB in {table}. Keep the columns you need."
        )


def broken(table: str) -> str:
    """Return the sentence that refuses a broken file."""
    return f"A Parquet file must be whole. Got a broken one: {table}. Write or download it again."
