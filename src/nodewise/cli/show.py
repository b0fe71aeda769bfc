"""What the commands print: sentences, tables of text and JSON. No colours, so there is nothing to switch off."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nodewise.inspection.shown import shown

Row = Mapping[str, Any]

_CONTROL = {code: f"\\x{code:02x}" for code in [*range(32), *range(127, 160)] if code != 10}
_WIDEST = 40


def clean(text: str) -> str:
    """Return `text` with control characters shown as escapes: names come from files, and a terminal obeys."""
    return text.translate(_CONTROL)


def one_line(text: str) -> str:
    """Return `text` on one line, control characters shown as escapes."""
    return clean(text.replace("\r\n", " ").replace("\n", " "))


def table(rows: Sequence[Row], most: int | None = None) -> str:
    """Return `rows` as aligned text: numbers to the right, words to the left, columns without entries left out.

    Of more than `most` rows the first ones are shown, and how many more there are.
    """
    if most is not None and len(rows) > most:
        return f"{table(rows[:most])}\n… {len(rows) - most} more rows are in the report."
    rows = shown(rows)
    names = [
        name for name in dict.fromkeys(n for row in rows for n in row) if any(_filled(row.get(name)) for row in rows)
    ]
    columns = [_column(name, [row.get(name) for row in rows]) for name in names]
    return "\n".join("  ".join(cells).rstrip() for cells in zip(*columns, strict=True))


def _filled(entry: Any) -> bool:
    return entry is not None and entry != ""


def _column(name: str, entries: list[Any]) -> list[str]:
    cells = [one_line(name.replace("_", " ")), *map(_cell, entries)]
    width = max(map(len, cells))
    numbers = all(_is_number(entry) or not _filled(entry) for entry in entries)
    return [cell.rjust(width) if numbers else cell.ljust(width) for cell in cells]


def _is_number(entry: Any) -> bool:
    return isinstance(entry, int | float) and not isinstance(entry, bool)


def _cell(entry: Any) -> str:
    if entry is None:
        return ""
    if isinstance(entry, bool):
        return "yes" if entry else "no"
    if isinstance(entry, float):
        return f"{entry + 0:.3g}"  # + 0: no -0
    text = one_line(str(entry))
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def as_json(document: Any) -> str:
    """Return `document` as strict JSON in ASCII, null where a number is not finite."""
    return json.dumps(plain(document), allow_nan=False, indent=2)


def plain(entry: Any) -> Any:
    """Return `entry` as JSON knows it."""
    if isinstance(entry, float) and not math.isfinite(entry):
        return None
    if isinstance(entry, Mapping):
        return {str(key): plain(item) for key, item in entry.items()}
    if isinstance(entry, str | int | float) or entry is None:
        return entry
    if hasattr(entry, "tolist"):
        return plain(entry.tolist())
    return [plain(item) for item in entry] if isinstance(entry, Iterable) else str(entry)
