"""Tables people bring: described and read by a child process with limits."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from nodewise.child import ONE_THREAD
from nodewise.viewer.studio import children, kept
from nodewise.viewer.studio.refusals import Refused, field_of

MOST_CELLS = 2_000_000
KIND = "tables"
_SECONDS = 60
_READER = "nodewise.viewer.studio.reader"
_AT_ONCE = asyncio.Semaphore(2)


async def take(folder: Path, name: str, chunks: AsyncIterator[bytes]) -> dict[str, Any]:
    """Keep an uploaded table and return its description; the same table under the same name is kept once.

    Args:
        folder: Of the studio.
        name: What the user calls the file: shown, and never a path.
        chunks: Its bytes.

    Raises:
        NodewiseError: If it is no table, too large, or cannot be kept; nothing is left of it then.
    """
    shown = kept.display_name(name)
    with kept.place(folder, KIND) as place:
        path, digest = await kept.write(place, shown, chunks)
        same = next((t for t in kept.listed(folder, KIND) if (t["sha256"], t["name"]) == (digest, shown)), None)
        if same is not None:
            return same
        found = await _ask({"path": str(path), "name": shown, "most_cells": MOST_CELLS}, shown)
        return kept.keep(place, {"name": shown, **found, "file": path.name, "sha256": digest})


async def samples(folder: Path, about: dict[str, Any], choice: dict[str, Any]) -> Path:
    """Return the file of the samples that `choice`, arguments of `read_table`, takes from a table.

    Raises:
        NodewiseError: If the choice does not fit the table.
    """
    name = hashlib.sha256(json.dumps(choice, sort_keys=True).encode()).hexdigest()[:16]
    original = kept.file_of(folder, KIND, about)
    out = original.with_name(f"{name}.safetensors")
    if not out.exists():
        job = {"path": str(original), "name": about["name"], "choice": choice, "out": str(out)}
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
