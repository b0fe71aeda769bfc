"""The index of runs: an SQLite file made from the runs' folders, which are the truth; it may be deleted at any time."""

import contextlib
import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Row = dict[str, Any]

_TABLE = "CREATE TABLE IF NOT EXISTS runs (id TEXT PRIMARY KEY, created REAL NOT NULL, row TEXT NOT NULL)"


def build(path: Path, rows: Iterable[Row]) -> sqlite3.Connection:
    """Return the index at `path` with these rows and no others; a damaged one is replaced."""
    rows = list(rows)
    try:
        return _filled(path, rows)
    except sqlite3.DatabaseError:
        for suffix in ("", "-journal", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                path.with_name(path.name + suffix).unlink()
    try:
        return _filled(path, rows)
    except sqlite3.DatabaseError:  # a disk on which SQLite cannot lock, such as some network folders
        return _filled(":memory:", rows)


def _filled(path: Path | str, rows: list[Row]) -> sqlite3.Connection:
    index = sqlite3.connect(path, check_same_thread=False)
    try:
        # Nothing is lost with it: what it holds can be read again from the folders.
        index.execute("PRAGMA synchronous = OFF")
        with index:
            index.execute(_TABLE)
            index.execute("DELETE FROM runs")
            index.executemany("INSERT INTO runs VALUES (?, ?, ?)", map(_entry, rows))
    except sqlite3.DatabaseError:
        index.close()
        raise
    return index


def _entry(row: Row) -> tuple[str, float, str]:
    return row["id"], row["created"], json.dumps(row)


def put(index: sqlite3.Connection, row: Row) -> None:
    """Add a run, or what changed of it."""
    with contextlib.suppress(sqlite3.DatabaseError), index:  # a full disk: the folders say more at the next start
        index.execute("INSERT OR REPLACE INTO runs VALUES (?, ?, ?)", _entry(row))


def drop(index: sqlite3.Connection, key: str) -> None:
    """Take a run out."""
    with contextlib.suppress(sqlite3.DatabaseError), index:
        index.execute("DELETE FROM runs WHERE id = ?", (key,))


def every(index: sqlite3.Connection) -> list[Row]:
    """Return all runs, newest first."""
    return [json.loads(row) for (row,) in index.execute("SELECT row FROM runs ORDER BY created DESC, id")]


def one(index: sqlite3.Connection, key: str) -> Row | None:
    """Return one run, or None."""
    found = index.execute("SELECT row FROM runs WHERE id = ?", (key,)).fetchone()
    return found and json.loads(found[0])
