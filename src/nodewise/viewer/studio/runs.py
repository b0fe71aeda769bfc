"""A run as a folder: request.json when it is asked for, its files when it is over, result.json last of all."""

import contextlib
import json
import math
import re
import shutil
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nodewise.errors import NodewiseError
from nodewise.files import write_bytes

Row = dict[str, Any]

ID = re.compile(r"[0-9a-f]{12}")
MODEL = "model.nodewise"
REQUEST, RESULT = "request.json", "result.json"
DOCUMENT, NETWORK, SAMPLES, TABLE = "run.safetensors", "network.nodewise", "data.safetensors", "table"
NEWS = ("state", "verdict", "score", "network", "seconds", "error", "field", "outcome")
REPORT = "report.html"
OVER = ("finished", "interrupted", "failed")
STOPPED = "The studio was stopped while this run was waiting or training. Train it again."
_DAMAGED = "The files of this run are damaged or incomplete. Delete it, and train it again."
_OPEN: Row = {"verdict": "", "score": None, "network": "", "seconds": None, "error": "", "field": "", "outcome": None}


def row_of(request: Row, state: str, **result: Any) -> Row:
    """Return a run as it is listed: what was asked for, with what became of it."""
    asked = {name: request[name] for name in ("id", "name", "created", "settings", "resolved")}
    return asked | {"source": _short(request["source"])} | _OPEN | result | {"state": state}


def _short(source: Row) -> Row:
    """Return the source of a run without its points, of which a list of runs needs the number only."""
    if "points" not in source:
        return source
    return {"points": {"samples": len(source["points"]["inputs"])}}


def write_request(place: Path, request: Row) -> None:
    """Write down what was asked for."""
    write_bytes(place / REQUEST, json.dumps(request).encode())


def write_result(place: Path, result: Row) -> None:
    """Write down what became of a run: from here on it is over."""
    write_bytes(place / RESULT, json.dumps({name: result.get(name, _OPEN.get(name)) for name in NEWS}).encode())


def request_of(place: Path) -> Row:
    """Return what was asked for."""
    request = json.loads((place / REQUEST).read_bytes())
    created = request["created"]
    if request["id"] != place.name or not isinstance(created, float) or not math.isfinite(created):
        raise ValueError
    return request


def read_all(folder: Path) -> Iterator[Row]:
    """Yield every run in `folder`; what was begun and not ended is marked so, and what was half made is removed."""
    for place in sorted(folder.iterdir()):
        if place.name.startswith("."):
            shutil.rmtree(place, ignore_errors=True)
        elif ID.fullmatch(place.name) and place.is_dir():
            yield _read(place)


def _read(place: Path) -> Row:
    try:
        request = request_of(place)
        row_of(request, "waiting")
    except (OSError, ValueError, KeyError, TypeError):
        unknown = {"id": place.name, "name": place.name, "created": _age(place), "settings": {}, "resolved": {}}
        return row_of(unknown | {"source": {}}, "failed", error=_DAMAGED)
    if not (place / RESULT).exists():
        result: Row = {"state": "interrupted", "error": STOPPED}
        with contextlib.suppress(NodewiseError):  # a full or read-only disk; it is marked again at the next start
            write_result(place, result)
        return row_of(request, **result)
    try:
        result = json.loads((place / RESULT).read_bytes())
        if result["state"] not in OVER or (result["verdict"] and not _whole(place / DOCUMENT)):
            raise ValueError
        return row_of(request, **result)
    except (OSError, ValueError, KeyError, TypeError):
        return row_of(request, "failed", error=_DAMAGED)


def _age(place: Path) -> float:
    try:
        return place.stat().st_mtime
    except OSError:
        return time.time()


def _whole(path: Path) -> bool:
    """Return whether a safetensors file is as long as its header says."""
    with path.open("rb") as file:
        start = file.read(8)
        size = path.stat().st_size
        if len(start) < 8 or not 2 <= (length := struct.unpack("<Q", start)[0]) <= size:
            return False
        header = json.loads(file.read(length))
    ends = [tensor["data_offsets"][1] for name, tensor in header.items() if name != "__metadata__"]
    return size == 8 + length + max(ends, default=0)
