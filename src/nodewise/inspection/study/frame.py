"""Columns as a frame of whatever library the user has, and as a file."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from nodewise.errors import NodewiseError, unknown
from nodewise.files import replacing

Columns = Mapping[str, Any]

_MAKERS = {"polars": "DataFrame", "pandas": "DataFrame", "pyarrow": "table"}
_ENDINGS = (".parquet", ".csv", ".tsv")


def frame(columns: Columns, kind: str) -> Any:
    """Return columns as a frame.

    Args:
        columns: By name, equally long.
        kind: "polars", "pandas" or "pyarrow".

    Raises:
        NodewiseError: If there is no such kind, or its library is not installed.
    """
    if kind not in _MAKERS:
        raise unknown("kind", kind, _MAKERS)
    try:
        library = import_module(kind)
    except ImportError:
        raise NodewiseError(
            f"a frame of {kind} needs that library, which is not installed. Install it, or take polars."
        ) from None
    return getattr(library, _MAKERS[kind])(dict(columns))


def save(columns: Columns, path: str | Path) -> Path:
    """Write columns to a Parquet, CSV or TSV file, whole or not at all.

    Raises:
        NodewiseError: If the name ends in something else, or the file cannot be written.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in _ENDINGS:
        raise NodewiseError(f"a table's name must end in {', '.join(_ENDINGS)}. Got {path.name!r}.")
    table = frame(columns, "polars")
    with replacing(path) as temporary:
        if ending == ".parquet":
            table.write_parquet(temporary)
        else:
            table.write_csv(temporary, separator="," if ending == ".csv" else "\t")
    return path
