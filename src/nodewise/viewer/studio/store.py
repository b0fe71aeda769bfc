"""The runs that are kept: making, listing, changing and deleting them, folder and index together."""

import secrets
import shutil
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nodewise.files import cannot_write
from nodewise.viewer.studio import index, runs
from nodewise.viewer.studio.bodies import known_id
from nodewise.viewer.studio.refusals import Refused

Row = dict[str, Any]


@dataclass(frozen=True)
class Store:
    """Where runs are kept.

    Attributes:
        folder: Holds a folder for each run, named by its id.
        index: The runs as they are listed.
    """

    folder: Path
    index: sqlite3.Connection


def open_store(folder: Path) -> Store:
    """Return the runs kept in the studio's `folder`."""
    place = folder / "runs"
    return Store(place, index.build(folder / "index.sqlite", runs.read_all(place)))


def create(store: Store, asked: Row, files: dict[str, Path]) -> Row:
    """Make a run that waits, and return it as it is listed.

    Args:
        store: Where.
        asked: name, source, settings (as given) and resolved (all of them).
        files: What is copied into its folder, by the name it gets there.

    Raises:
        NodewiseError: If it cannot be written.
    """
    key = secrets.token_hex(6)
    request = {"id": key, "created": time.time(), **asked}
    place = store.folder / f".{key}"
    try:
        place.mkdir(mode=0o700)
        for name, path in files.items():
            shutil.copyfile(path, place / name)
        runs.write_request(place, request)
        place.rename(store.folder / key)
    except OSError as error:
        raise cannot_write(store.folder, error) from None
    finally:
        shutil.rmtree(place, ignore_errors=True)
    row = runs.row_of(request, "waiting")
    index.put(store.index, row)
    return row


def change(store: Store, key: str, **news: Any) -> None:
    """Note what is new about a run that is still there."""
    row = index.one(store.index, key)
    if row is not None:
        index.put(store.index, row | news)


def finish(store: Store, key: str, **result: Any) -> None:
    """Note how a run ended that could not do so itself, because its worker was gone or had not begun."""
    change(store, key, **result)
    place = store.folder / key
    if place.is_dir() and not (place / runs.RESULT).exists():
        runs.write_result(place, result)


def listed(store: Store) -> list[Row]:
    """Return all runs, newest first."""
    return index.every(store.index)


def find(store: Store, key: str) -> Row:
    """Return one run as it is listed.

    Raises:
        Refused: If there is none of that id.
    """
    row = index.one(store.index, known_id("run", key))
    if row is None:
        raise Refused(f"There is no run {key!r}.", status=404)
    return row


def body_of(store: Store, key: str) -> Row:
    """Return the body a run was asked with.

    Raises:
        Refused: If it cannot be read any more.
    """
    try:
        request = runs.request_of(store.folder / key)
    except (OSError, ValueError, KeyError, TypeError):
        raise Refused(f"What run {key!r} was asked with cannot be read. Delete it.", status=404) from None
    return {name: request[name] for name in ("source", "settings")}


def file_of(store: Store, row: Row, name: str) -> Path:
    """Return the path of one of a run's files.

    Raises:
        Refused: If it is not there.
    """
    path = store.folder / row["id"] / name
    if not path.is_file() or (name in (runs.DOCUMENT, runs.NETWORK) and not row["verdict"]):
        said = {"waiting": "waits", "training": "still trains"}.get(row["state"], "has none: it was " + row["state"])
        raise Refused(f"A run must have come to a result. This one {said}.", status=404)
    return path


def delete(store: Store, key: str) -> None:
    """Remove a run that is over.

    Raises:
        Refused: If there is none of that id, or it is not over.
    """
    row = find(store, key)
    if row["state"] not in runs.OVER:
        raise Refused("A run must be over before it is deleted. Cancel it first.", status=409)
    index.drop(store.index, key)
    place = store.folder / key
    if place.is_dir():
        shutil.rmtree(place.rename(place.with_name(f".{key}")), ignore_errors=True)
