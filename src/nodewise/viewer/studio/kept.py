"""What people bring, kept in folders of our own names, each with its description: the tables, and the models."""

import hashlib
import json
import re
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nodewise.files import cannot_write, write_bytes
from nodewise.viewer.studio.bodies import known_id
from nodewise.viewer.studio.refusals import Refused

KINDS = ("tables", "models")
_ABOUT = "about.json"
_LONGEST_NAME = 100
About = dict[str, Any]


@contextmanager
def place(folder: Path, kind: str) -> Iterator[Path]:
    """Give a folder to put something in; it is gone afterwards, unless `keep` was called.

    Raises:
        NodewiseError: If something cannot be written.
    """
    made = folder / kind / f".{secrets.token_hex(6)}"
    try:
        made.mkdir(mode=0o700)
        yield made
    except OSError as error:
        raise cannot_write(folder / kind, error) from None
    finally:
        shutil.rmtree(made, ignore_errors=True)


async def write(made: Path, shown: str, chunks: AsyncIterator[bytes]) -> tuple[Path, str]:
    """Write an uploaded file into its place; return where, and its digest."""
    ending = re.search(r"\.[a-z0-9]{1,11}$", shown.lower())
    path = made / f"{made.name[1:]}{ending[0] if ending else ''}"
    digest = hashlib.sha256()
    with path.open("wb") as file:
        async for chunk in chunks:
            digest.update(chunk)
            file.write(chunk)
    return path, digest.hexdigest()


def keep(made: Path, about: About) -> About:
    """Keep what lies in a place, with its description; return that."""
    about = {"id": made.name[1:], **about, "created": time.time()}
    write_bytes(made / _ABOUT, json.dumps(about).encode())
    made.rename(made.with_name(about["id"]))
    return about


def display_name(name: str) -> str:
    """Return the last part of a file's name as text on one line."""
    last = re.split(r"[/\\]", name)[-1]
    text = "".join(letter for letter in last if letter.isprintable()).strip()
    return text if len(text) <= _LONGEST_NAME else f"{text[:60]}…{text[-30:]}"


def called(sentence: str, path: Path, name: str) -> str:
    """Return a sentence that calls a file by the name people know."""
    return sentence.replace(str(path), name).replace(path.name, name)


def tidy(folder: Path) -> None:
    """Remove what uploads left behind whose server was killed."""
    for kind in KINDS:
        for left in (folder / kind).glob(".*"):
            shutil.rmtree(left, ignore_errors=True)


def listed(folder: Path, kind: str) -> list[About]:
    """Return the descriptions of all of a kind, newest first; one that is damaged is left out."""
    found = []
    for path in (folder / kind).glob(f"[0-9a-f]*/{_ABOUT}"):
        try:
            found.append(_about(path))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return sorted(found, key=lambda about: about["created"], reverse=True)


def _about(path: Path) -> About:
    about = json.loads(path.read_bytes())
    if about["id"] != path.parent.name or not isinstance(about["created"], float):
        raise ValueError
    return about


def find(folder: Path, kind: str, key: object) -> About:
    """Return the description of one.

    Raises:
        Refused: If there is none of that id.
    """
    word = kind[:-1]
    try:
        return _about(folder / kind / known_id(word, str(key)) / _ABOUT)
    except (OSError, ValueError, KeyError, TypeError):
        raise Refused(f"There is no {word} {str(key)[:40]!r}. Upload it again.", word, 404) from None


def file_of(folder: Path, kind: str, about: About) -> Path:
    """Return where the file of one lies."""
    return folder / kind / about["id"] / about["file"]


def delete(folder: Path, kind: str, key: str) -> None:
    """Remove one; runs made with it keep their own copy.

    Raises:
        Refused: If there is none of that id.
    """
    word = kind[:-1]
    found = folder / kind / known_id(word, key)
    if not found.is_dir():
        raise Refused(f"There is no {word} {key!r}.", word, 404)
    gone = found.rename(found.with_name(f".{key}"))
    shutil.rmtree(gone, ignore_errors=True)
