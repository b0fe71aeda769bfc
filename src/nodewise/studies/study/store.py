"""The folder of a study: a file for each chunk that is done, and an index that can be made anew from them."""

import json
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from nodewise.errors import NodewiseError
from nodewise.files import cannot_write, folder
from nodewise.studies.study.blob import Arrays, pack, unpack

_INDEX = "create table if not exists chunks (key text primary key, size integer, seconds real)"
_WAIT = 30.0  # seconds for another process that writes the index


class Store:
    """What is kept of one study.

    A chunk file is written under another name and renamed, so that it is there whole or not at all, whoever is killed
    when; two processes that do the same chunk write the same file. The index only saves looking through the folder.
    """

    def __init__(self, path: str | Path, about: dict[str, Any]) -> None:
        """Open the folder of a study, or make it.

        Args:
            path: The folder.
            about: What the study is, as plain values; kept with it.

        Raises:
            NodewiseError: If the folder holds another study, or cannot be written.
        """
        self.path = folder(path)
        self._begin(about)
        folder(self.path / "chunks")
        self.reindex()

    def _begin(self, about: dict[str, Any]) -> None:
        told = self.path / "study.json"
        text = json.dumps(about, indent=1, sort_keys=True)
        if not told.exists():
            with _replacing(told) as temporary:
                temporary.write_text(text, encoding="utf-8")
        try:
            there = json.loads(told.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise NodewiseError(f"{told} must be what a study wrote. It is damaged; move it away.") from None
        if there != json.loads(text):
            raise NodewiseError(
                f"a study must have a folder of its own. {self.path} holds the study of {_named(there)}, and this one is "
                f"of {_named(about)}; give another folder."
            )

    def has(self, key: str) -> bool:
        """Whether a chunk is there."""
        return self._place(key).exists()

    def write(self, key: str, arrays: Arrays, document: dict[str, Any]) -> None:
        """Keep what came of a chunk.

        Raises:
            NodewiseError: If it cannot be written, such as to a full disk; nothing else is lost.
        """
        place = self._place(key)
        try:
            place.parent.mkdir(exist_ok=True)
            with _replacing(place) as temporary:
                temporary.write_bytes(pack(arrays, document | {"key": key}))
        except OSError as error:
            raise cannot_write(place, error) from None
        self._note([(key, place.stat().st_size, document.get("seconds"))])

    def read(self, key: str) -> tuple[Arrays, dict[str, Any]] | None:
        """Return what came of a chunk; None if it is not there, or was damaged, which moves it aside."""
        place = self._place(key)
        try:
            arrays, document = unpack(place.read_bytes(), str(place))
            if document["key"] != key:
                raise NodewiseError(f"{place} must be of the chunk it is named by. It is of {document['key']}.")
        except FileNotFoundError:
            return None
        except NodewiseError:
            with suppress(OSError):
                place.replace(place.with_suffix(".damaged"))
            return None
        return arrays, document

    def keys(self) -> set[str]:
        """Return the names of all chunks that are there."""
        return {place.stem for place in (self.path / "chunks").glob("*/*.safetensors") if place.name[0] != "."}

    def reindex(self) -> None:
        """Make the index say what is there."""
        found = self.keys()
        with self._index() as index:
            known = {key for (key,) in index.execute("select key from chunks")}
            index.executemany("delete from chunks where key = ?", [(key,) for key in known - found])
        self._note([(key, self._place(key).stat().st_size, None) for key in found - known])

    def prune(self, wanted: Iterable[str]) -> int:
        """Delete the chunks that are none of those wanted, and what was damaged; return how many."""
        gone = [self._place(key) for key in self.keys() - set(wanted)]
        gone += (self.path / "chunks").glob("*/*.damaged")
        for place in gone:
            place.unlink(missing_ok=True)
        self.reindex()
        return len(gone)

    def _place(self, key: str) -> Path:
        return self.path / "chunks" / key[:2] / f"{key}.safetensors"

    def _note(self, rows: list[tuple[str, int, float | None]]) -> None:
        with self._index() as index:
            index.executemany("insert or replace into chunks values (?, ?, ?)", rows)

    @contextmanager
    def _index(self) -> Iterator[sqlite3.Connection]:
        place = self.path / "index.sqlite"
        try:
            connection = sqlite3.connect(place, timeout=_WAIT)
            try:
                with connection:
                    connection.execute(_INDEX)
                    yield connection
            finally:
                connection.close()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise NodewiseError(
                    f"{place} could not be written: {error}. Free the disk, or give another folder."
                ) from None
            place.unlink(missing_ok=True)  # damaged: made anew from the chunks next time
            raise NodewiseError(f"{place} was damaged and is taken away. Run again; nothing is lost.") from None


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path` that no other process has, flush it, and rename it at the end."""
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _named(about: dict[str, Any]) -> str:
    return f"{about.get('data', 'other data')} ({str(about.get('samples', ''))[:8]})"
