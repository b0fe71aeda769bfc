"""Tables people bring: taken in under names of our own, described and read by a child process with limits."""

import asyncio
import hashlib
import json
import re
import secrets
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from nodewise.child import ONE_THREAD
from nodewise.files import cannot_write, write_bytes
from nodewise.viewer.studio import children
from nodewise.viewer.studio.bodies import known_id
from nodewise.viewer.studio.refusals import Refused, field_of

MOST_CELLS = 2_000_000
_SECONDS = 60
_READER = "nodewise.viewer.studio.reader"
_AT_ONCE = asyncio.Semaphore(2)
_LONGEST_NAME = 100


async def take(folder: Path, name: str, chunks: AsyncIterator[bytes]) -> dict[str, Any]:
    """Keep an uploaded table and return its description; the same table under the same name is kept once.

    Args:
        folder: Of the studio.
        name: What the user calls the file: shown, and never a path.
        chunks: Its bytes.

    Raises:
        NodewiseError: If it is no table, too large, or cannot be kept; nothing is left of it then.
    """
    shown = display_name(name)
    ending = re.search(r"\.[a-z0-9]{1,8}$", shown.lower())
    key = secrets.token_hex(6)
    place = folder / "tables" / f".{key}"
    path = place / f"{key}{ending[0] if ending else ''}"
    digest = hashlib.sha256()
    try:
        place.mkdir(mode=0o700)
        with path.open("wb") as file:
            async for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
        same = next((t for t in listed(folder) if (t["sha256"], t["name"]) == (digest.hexdigest(), shown)), None)
        if same is not None:
            return same
        found = await _ask({"path": str(path), "name": shown, "most_cells": MOST_CELLS}, shown)
        about = {"id": key, "name": shown, **found, "file": path.name, "sha256": digest.hexdigest(),
                 "created": time.time()}  # fmt: skip
        write_bytes(place / "about.json", json.dumps(about).encode())
        place.rename(folder / "tables" / key)
    except OSError as error:
        raise cannot_write(folder / "tables", error) from None
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return about


def display_name(name: str) -> str:
    """Return the last part of a file's name as text on one line."""
    last = re.split(r"[/\\]", name)[-1]
    text = "".join(letter for letter in last if letter.isprintable()).strip()
    return text if len(text) <= _LONGEST_NAME else f"{text[:60]}…{text[-30:]}"


def tidy(folder: Path) -> None:
    """Remove what uploads left behind whose server was killed."""
    for place in (folder / "tables").glob(".*"):
        shutil.rmtree(place, ignore_errors=True)


def listed(folder: Path) -> list[dict[str, Any]]:
    """Return the descriptions of all tables, newest first; one that is damaged is left out."""
    found = []
    for path in (folder / "tables").glob("[0-9a-f]*/about.json"):
        try:
            found.append(_about(path))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return sorted(found, key=lambda about: about["created"], reverse=True)


def _about(path: Path) -> dict[str, Any]:
    about = json.loads(path.read_bytes())
    if about["id"] != path.parent.name or not isinstance(about["created"], float):
        raise ValueError
    return about


def find(folder: Path, key: object) -> dict[str, Any]:
    """Return the description of one table.

    Raises:
        Refused: If there is none of that id.
    """
    try:
        return _about(folder / "tables" / known_id("table", str(key)) / "about.json")
    except (OSError, ValueError, KeyError, TypeError):
        raise Refused(f"There is no table {str(key)[:40]!r}. Upload it again.", "table", 404) from None


def file_of(folder: Path, about: dict[str, Any]) -> Path:
    """Return where the uploaded file of a table lies."""
    return folder / "tables" / about["id"] / about["file"]


def delete(folder: Path, key: str) -> None:
    """Remove a table; runs made with it keep their own copy.

    Raises:
        Refused: If there is none of that id.
    """
    place = folder / "tables" / known_id("table", key)
    if not place.is_dir():
        raise Refused(f"There is no table {key!r}.", "table", 404)
    gone = place.rename(place.with_name(f".{key}"))
    shutil.rmtree(gone, ignore_errors=True)


async def samples(folder: Path, about: dict[str, Any], choice: dict[str, Any]) -> Path:
    """Return the file of the samples that `choice`, arguments of `read_table`, takes from a table.

    Raises:
        NodewiseError: If the choice does not fit the table.
    """
    name = hashlib.sha256(json.dumps(choice, sort_keys=True).encode()).hexdigest()[:16]
    out = folder / "tables" / about["id"] / f"{name}.safetensors"
    if not out.exists():
        job = {"path": str(file_of(folder, about)), "name": about["name"], "choice": choice, "out": str(out)}
        await _ask(job, about["name"])
    return out


async def _ask(job: dict[str, Any], name: str) -> dict[str, Any]:
    """Let a child do a job of reading and return its answer."""
    async with _AT_ONCE:
        child = await children.start(_READER, heard=False, **ONE_THREAD)
        try:
            said, _ = await asyncio.wait_for(child.communicate(json.dumps(job).encode()), _SECONDS)
            answer = json.loads(said)
        except (TimeoutError, ValueError):
            raise Refused(
                f"A table must be readable within {_SECONDS} seconds and little memory. Got {name}, where reading was "
                "ended. Leave out rows or columns.",
                "table",
            ) from None
        finally:
            await children.end(child)
    if "error" in answer:
        raise Refused(answer["error"], field_of(answer["error"]) if "choice" in job else "table")
    return answer
