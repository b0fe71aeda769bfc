"""The child process that reads an uploaded table, with little memory and time: `python -m …reader`, a job on its input.

A job is one JSON object: {path, name, most_cells} asks for a description, with {choice, out} for the samples chosen.
The answer is one line of JSON: what was found, or {error}.
"""

import json
import sys
from pathlib import Path
from typing import Any

from nodewise import child
from nodewise.errors import NodewiseError

_MEMORY = 3 << 30
_SECONDS = 30  # of the processor


def describe(path: Path, name: str, most_cells: int) -> dict[str, Any]:
    """Return rows and columns of the table at `path`, which people call `name`.

    Raises:
        NodewiseError: If it is no table, too large, or has no column to learn from.
    """
    _refuse_cells(path, name, most_cells)
    from nodewise.data.files import read_file
    from nodewise.data.source import header_of

    table = read_file(path)
    _refuse_count(table.height * len(table.headers), name, most_cells)
    if table.height < 2:
        raise NodewiseError(f"A table must have at least two rows. Got {table.height} in {name}. Add rows.")
    header = header_of(name, table.headers)
    columns = [
        _column(cells, full, unit) for cells, full, unit in zip(table.columns, header.names, header.units, strict=True)
    ]
    if not any(column["feature"] for column in columns):
        raise NodewiseError(
            f"A table must have a column of varying numbers or dates to learn from. Got none in {name}. Add one."
        )
    return {"rows": table.height, "columns": columns, "notes": _called(table.notes, path, name)}


def _column(cells: Any, name: str, unit: str) -> dict[str, Any]:
    import numpy as np

    from nodewise.data.columns import numbers

    column = numbers(cells)
    present = ~column.missing
    if column.numeric and column.bad is None:
        distinct = len(np.unique(column.values[present]))
    else:
        distinct = len({str(cell).strip() for cell, there in zip(cells, present, strict=True) if there})
    kind = "dates" if column.dates else "numbers" if column.numeric and not column.truths else "labels"
    return {
        "name": name,
        "unit": "years" if column.dates else unit,
        "kind": kind,
        "distinct": distinct,
        "missing": int(column.missing.sum()),
        "feature": column.numeric and column.bad is None and distinct > 1,
    }


def prepare(path: Path, name: str, choice: dict[str, Any], out: Path) -> dict[str, Any]:
    """Write the samples that `choice` (arguments of `read_table`) takes from the table to the file `out`.

    Raises:
        NodewiseError: If the choice does not fit the table.
    """
    from dataclasses import fields

    from nodewise.data.dataset import Dataset
    from nodewise.data.tables import read_table
    from nodewise.viewer.studio.samples import dump

    data = read_table(path, **choice)
    about: dict[str, Any] = {field.name: getattr(data, field.name) for field in fields(Dataset)}
    about |= {"notes": _called(data.notes, path, name), "name": Path(name).stem}
    dump(Dataset(**about), out)
    return {}


def _called(notes: tuple[str, ...], path: Path, name: str) -> list[str]:
    """Return notes that call the file by the name people know."""
    return [note.replace(path.name, name) for note in notes]


def _refuse_cells(path: Path, name: str, most: int) -> None:
    """Refuse a text of too many cells by its separators, before it takes a hundred times its size in memory."""
    if path.suffix not in (".csv", ".tsv", ".tab", ".txt"):
        return
    content = path.read_bytes()
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):  # UTF-16: half the bytes say nothing
        content = content.replace(b"\0", b"")
    lines = content.count(b"\n") or content.count(b"\r")
    separators = max(content.count(separator) for separator in b",;\t")
    # Quoted separators make a few more than there are cells: only what is far above is refused here.
    if lines + separators > 2 * most:
        _refuse_count(lines + separators, name, most)


def _refuse_count(cells: int, name: str, most: int) -> None:
    if cells > most:
        raise NodewiseError(
            f"A table in the studio must have at most {most:,} cells. Got about {cells:,} in {name}. Leave out rows or "
            "columns, or train on it with `nodewise fit`."
        )


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """Do one job; whatever goes wrong becomes a sentence that calls the file by the name people know."""
    path, name = Path(job["path"]), job["name"]
    try:
        if "choice" in job:
            return prepare(path, name, job["choice"], Path(job["out"]))
        return describe(path, name, job["most_cells"])
    except NodewiseError as error:
        return {"error": str(error).replace(str(path), name).replace(path.name, name)}
    except MemoryError:
        return {"error": f"A table must be readable in {_MEMORY >> 30} GiB of memory. Got {name}; leave out rows."}
    except Exception as error:  # whatever a strange file provokes in a library, the user needs one sentence
        return {"error": f"A table must be a readable file. Got {name}, where reading failed ({type(error).__name__})."}


if __name__ == "__main__":
    child.offline()
    child.limit(_MEMORY, _SECONDS)
    child.confine(writing=True)
    sys.stdout.write(json.dumps(answer(json.load(sys.stdin))))
