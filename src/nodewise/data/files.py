"""From a path to a table: every reason why a file cannot be one, in a sentence."""

import os
from collections.abc import Callable
from pathlib import Path

from nodewise.data.frames import read_parquet
from nodewise.data.source import Source, listed
from nodewise.data.text import HEAD_BYTES, check_head, read_text
from nodewise.errors import NodewiseError, nearest


def read_file(source: str | os.PathLike[str]) -> Source:
    """Read the table in the file `source`, by its ending.

    Raises:
        NodewiseError: If it is missing, a folder, unreadable, of an unknown ending, empty, or not what its ending says.
    """
    path, reader = checked(source)
    try:
        return reader(path)
    except OSError as error:
        raise unreadable(source, error) from None


def checked(source: str | os.PathLike[str]) -> "tuple[Path, Callable[[Path], Source]]":
    """Return the path of a table, and what reads it whole.

    Raises:
        NodewiseError: If it is missing, a folder, unreadable, of an unknown ending, or empty.
    """
    path = Path(source).expanduser()
    try:
        _refuse_no_file(source, path)
        reader = _READERS.get(path.suffix.lower())
        if reader is None:
            raise NodewiseError(
                f"A table's file name must end in {', '.join(_READERS)}. Got {path.name!r}. "
                "Export it as CSV or rename it."
            )
        if path.stat().st_size == 0:
            raise NodewiseError(
                f"A table must have a header and rows. Got an empty file: {path.name}. Write the data into it first."
            )
    except OSError as error:
        raise unreadable(source, error) from None
    return path, reader


def is_parquet(source: object) -> bool:
    """Whether this names a Parquet file, by its ending."""
    return isinstance(source, str | os.PathLike) and _READERS.get(Path(source).suffix.lower()) is read_parquet


def unreadable(source: str | os.PathLike[str], error: OSError) -> NodewiseError:
    """Return the refusal of a file that the system does not let us read."""
    return NodewiseError(f"A table must be a readable file. Got {str(source)!r}: {error.strerror or error}.")


def _refuse_no_file(source: str | os.PathLike[str], path: Path) -> None:
    if path.is_dir():
        tables = _tables_in(path)
        remedy = f"Name a file in it: {listed(tables, 3)}." if tables else "It holds no table; name a file."
        raise NodewiseError(f"A table must be a file. Got the folder {str(source)!r}. {remedy}")
    if path.exists():
        if not path.is_file():
            raise NodewiseError(
                f"A table must be an ordinary file. Got {str(source)!r}, a device or pipe. Save it to a file first."
            )
        return
    if "://" in str(source):
        remedy = "Download it first."
    elif not path.parent.is_dir():
        remedy = f"There is no folder {str(path.parent)!r} either."
    else:
        tables = {name: Path(name).stem for name in _tables_in(path.parent)}
        stems = nearest(path.stem, tables.values())  # without the ending, which would make all of them alike
        hints = [name for stem in stems for name in tables if tables[name] == stem]
        remedy = f"Did you mean {' or '.join(map(repr, hints))}?" if hints else "Check the name and the folder."
    raise NodewiseError(f"A table must be an existing file. Got {str(source)!r}, which is none. {remedy}")


def _tables_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir() if entry.suffix.lower() in _READERS)


def _text(separator: str | None) -> Callable[[Path], Source]:
    def read(path: Path) -> Source:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
            check_head(path.name, head)
            return read_text(path.name, head + file.read(), separator)

    return read


_READERS: dict[str, Callable[[Path], Source]] = {
    ".csv": _text(None),
    ".tsv": _text("\t"),
    ".tab": _text("\t"),
    ".txt": _text(None),
    ".parquet": read_parquet,
    ".pq": read_parquet,
}
