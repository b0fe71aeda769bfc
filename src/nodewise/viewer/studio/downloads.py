"""What can be taken away from a run: its document, report, network, table and code."""

import re
from collections.abc import Callable
from pathlib import Path

from starlette.responses import FileResponse, Response

from nodewise.viewer.studio import children, code, runs, sources, store
from nodewise.viewer.studio.refusals import Refused
from nodewise.viewer.studio.store import Row, Store


def _document(kept: Store, row: Row) -> Response:
    return FileResponse(store.file_of(kept, row, runs.DOCUMENT), media_type="application/octet-stream")


def _report(kept: Store, row: Row) -> Response:
    path = store.file_of(kept, row, runs.DOCUMENT).with_name(runs.REPORT)
    if not path.exists():
        # In a process of its own: it draws pictures, whose library is not made for a server's threads.
        children.run("nodewise.viewer.studio.reporter", str(path.parent))
    return _attached(path.read_bytes(), "text/html; charset=utf-8", f"{_stem(row)}.html")


def _network(kept: Store, row: Row) -> Response:
    path = store.file_of(kept, row, runs.NETWORK)
    return _attached(path.read_bytes(), "application/octet-stream", f"{_stem(row)}.nodewise")


def _table(kept: Store, row: Row) -> Response:
    path = next((kept.folder / row["id"]).glob(f"{runs.TABLE}.*"), None)
    if path is None:
        raise Refused("A run must have been made with a table to hand it out. This one was not.", status=404)
    return _attached(path.read_bytes(), "application/octet-stream", _stem(row) + path.suffix)


def _code(kept: Store, row: Row) -> Response:
    asked = sources.parse(store.body_of(kept, row["id"]))
    outcome = row.get("outcome") or {}
    stopped = outcome.get("step") if row["state"] == "interrupted" else None
    text = code.source(asked, row["name"], stopped)
    return _attached(text.encode(), "text/x-python; charset=utf-8", f"{_stem(row)}.py")


KINDS: dict[str, Callable[[Store, Row], Response]] = {
    "document": _document,
    "report": _report,
    "network": _network,
    "table": _table,
    "code": _code,
}


def _attached(content: bytes, kind: str, name: str) -> Response:
    return Response(content, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})


def _stem(row: Row) -> str:
    """Return the name of a run as a file name of plain letters."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", Path(row["name"]).stem).strip("-")[:60] or "run"
