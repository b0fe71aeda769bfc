"""The folder of a study: a file for each chunk that is done, and an index that can be made anew from them."""

import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from nodewise.errors import NodewiseError
from nodewise.files import cannot_write, folder
from nodewise.studies.study.blob import Arrays, pack, unpack
from nodewise.studies.study.samples import Samples
from nodewise.studies.study.samples import unpack as read_samples

FORMAT = 1
_INDEX = "create table if not exists chunks (key text primary key, size integer, seconds real)"
_WAIT = 30.0  # seconds for another process that writes the index
_LEFT = 3600.0  # seconds after which a file half-written belongs to a process that is no more
_DIGITS = 8  # of a name made of samples, in a message

Rows = list[tuple[str, int, float | None]]


class Store:
    """What is kept of one study.

    A chunk file is written under another name and renamed, so that it is there whole or not at all, whoever is killed
    when; two processes that do the same chunk write the same file. The index only saves looking through the folder.

    Attributes:
        path: The folder.
    """

    def __init__(self, path: str | Path) -> None:
        """Open a folder, or make it.

        Raises:
            NodewiseError: If it cannot be written.
        """
        self.path = folder(path)
        self._chunks = folder(self.path / "chunks")
        self.reindex()

    def begin(self, samples: Samples, told: dict[str, Any]) -> None:
        """Make this the folder of a study, or see that it is.

        Args:
            samples: What it is about: other samples make another study.
            told: What was asked for last, as plain values.

        Raises:
            NodewiseError: If it holds another study, or cannot be written.
        """
        if self._about.exists():
            there = self.told()
            if there["samples"] != samples.key:
                mine = f"{samples.train.name} ({samples.key[:_DIGITS]})"
                raise NodewiseError(
                    f"a study must have a folder of its own. {self.path} holds that of {there['data']} "
                    f"({there['samples'][:_DIGITS]}), and this one is of {mine}; give another folder."
                )
        arrays, texts = samples.pack()
        _write(self._samples, pack(arrays, texts))
        about = {"format": FORMAT, "data": samples.train.name, "samples": samples.key, **told}
        _write(self._about, json.dumps(about, indent=1, sort_keys=True).encode())

    def told(self) -> dict[str, Any]:
        """Return what `begin` was told, with the format and the names of the samples.

        Raises:
            NodewiseError: If the folder holds no study, or one of another format.
        """
        try:
            told = json.loads(self._about.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise NodewiseError(f"{self._about} must be what a study wrote. It is damaged; move it away.") from None
        if told.get("format") != FORMAT:
            raise NodewiseError(
                f"a store must be of format {FORMAT}. {self.path} is of {told.get('format')}; run it anew."
            )
        return told

    def samples(self) -> Samples:
        """Return the samples that `begin` was given.

        Raises:
            NodewiseError: If they are damaged.
        """
        try:
            content = self._samples.read_bytes()
        except OSError as error:
            raise NodewiseError(
                f"{self._samples} must be readable: {error.strerror}. Run the study with its data."
            ) from None
        return read_samples(*unpack(content, str(self._samples)))

    def has(self, key: str) -> bool:
        """Whether a chunk is there."""
        return self._place(key).exists()

    def write(self, key: str, content: bytes, seconds: float | None = None) -> None:
        """Keep what came of a chunk.

        Raises:
            NodewiseError: If it cannot be written, such as to a full disk; nothing else is lost.
        """
        place = self._place(key)
        with suppress(FileExistsError):
            place.parent.mkdir()
        _write(place, content)
        self._note([(key, len(content), seconds)])

    def read(self, key: str) -> tuple[Arrays, dict[str, Any]] | None:
        """Return what came of a chunk; None if it is not there, or was damaged, which moves it aside."""
        place = self._place(key)
        try:
            arrays, about = unpack(place.read_bytes(), str(place))
            if about["key"] == key:
                return arrays, about
        except FileNotFoundError:
            return None
        except NodewiseError:
            pass
        with suppress(OSError):
            place.replace(place.with_suffix(".damaged"))
        return None

    def damaged(self) -> set[str]:
        """Return the names of all chunks that were found damaged, and put aside."""
        return {place.stem for place in self._chunks.glob("*/*.damaged")}

    def keys(self) -> set[str]:
        """Return the names of all chunks that are there."""
        return {place.stem for place in self._chunks.glob("*/*.safetensors") if place.name[0] != "."}

    def indexed(self) -> dict[str, int]:
        """Return the sizes in bytes of the chunks that the index knows, by name."""
        with self._index() as index:
            return dict(index.execute("select key, size from chunks"))

    def reindex(self) -> None:
        """Make the index say what is there."""
        found, known = self.keys(), set(self.indexed())
        if known - found:
            with self._index() as index:
                index.executemany("delete from chunks where key = ?", [(key,) for key in known - found])
        self._note([(key, self._place(key).stat().st_size, None) for key in found - known])

    def prune(self, wanted: Iterable[str]) -> int:
        """Delete the chunks that are none of those wanted, what was damaged and what was left half-written.

        Returns:
            How many files that were.
        """
        gone = [self._place(key) for key in self.keys() - set(wanted)]
        gone += self._chunks.glob("*/*.damaged")
        old = time.time() - _LEFT
        gone += [part for part in self.path.rglob(".*.part") if part.stat().st_mtime < old]
        for place in gone:
            place.unlink(missing_ok=True)
        self.reindex()
        return len(gone)

    @property
    def _about(self) -> Path:
        return self.path / "study.json"

    @property
    def _samples(self) -> Path:
        return self.path / "data.safetensors"

    def _place(self, key: str) -> Path:
        return self._chunks / key[:2] / f"{key}.safetensors"

    def _note(self, rows: Rows) -> None:
        if rows:
            with self._index() as index:
                index.executemany("insert or replace into chunks values (?, ?, ?)", rows)

    @contextmanager
    def _index(self) -> Iterator[sqlite3.Connection]:
        place = self.path / "index.sqlite"
        try:
            connection = _connected(place)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise _unindexed(place, error) from None
            place.unlink(missing_ok=True)  # damaged: made anew, and filled when the folder is opened next
            connection = _connected(place)
        try:
            with connection:
                yield connection
        except sqlite3.DatabaseError as error:
            raise _unindexed(place, error) from None
        finally:
            connection.close()


def _connected(place: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(place, timeout=_WAIT)
    try:
        # Not waiting for the disk: what a power cut could spoil is made anew, and waiting takes longest of all.
        connection.execute("pragma synchronous = off")
        connection.execute(_INDEX)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _unindexed(place: Path, error: sqlite3.DatabaseError) -> NodewiseError:
    return NodewiseError(
        f"{place} could not be written: {error}. Free some space or choose another folder; the chunks are kept."
    )


def _write(place: Path, content: bytes) -> None:
    """Write a file whole or not at all, under a temporary name that no other process or thread has."""
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=place.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary.replace(place)
    except OSError as error:
        raise cannot_write(place, error) from None
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
