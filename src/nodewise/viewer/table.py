"""A reading's table as HTML."""

from collections.abc import Iterable
from html import escape
from typing import Any

from nodewise.inspection.reading import nice
from nodewise.inspection.shown import shown

_MOST_ROWS = 200
_SHORT = 24  # letters that stand in one line


def table(rows: list[dict[str, Any]]) -> str:
    """Return rows as a table of HTML; every name in it is escaped."""
    if not rows:
        return ""
    rows = shown(rows)
    if "class" in rows[0]:  # a label is a name, whatever its type
        rows = [row | {"class": str(row["class"])} for row in rows]
    head = "".join(_heading(name, value) for name, value in rows[0].items())
    body = "".join(f"<tr>{''.join(_cell(value) for value in row.values())}</tr>" for row in rows[:_MOST_ROWS])
    more = f"<p class=about>{len(rows) - _MOST_ROWS} more rows are in the JSON.</p>" if len(rows) > _MOST_ROWS else ""
    return (
        f'<div class="wide" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{more}'
    )


def _heading(name: str, value: Any) -> str:
    kind = ' class="number"' if isinstance(value, int | float) and not isinstance(value, bool) else ""
    return f'<th scope="col"{kind}>{escape(name.replace("_", " "))}</th>'


def _cell(value: Any) -> str:
    if value is None:
        return "<td>–</td>"
    if isinstance(value, bool):
        return f"<td>{'yes' if value else 'no'}</td>"
    if isinstance(value, int | float):
        return f'<td class="number">{value if isinstance(value, int) else escape(nice(value))}</td>'
    text = ", ".join(map(str, value)) if isinstance(value, Iterable) and not isinstance(value, str) else str(value)
    return f'<td class="{"words" if len(text) > _SHORT else "name"}">{escape(text)}</td>'
