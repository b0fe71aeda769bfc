"""The report: one self-contained HTML file, verdict and picture first, then each reading with its table."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

from nodewise import figures
from nodewise.errors import NodewiseError
from nodewise.figures.equations import equations
from nodewise.files import write_bytes
from nodewise.inspection.reading import nice

_MOST_ROWS = 200
_MOST_WRITTEN = 60  # parameters of a network that is written down as an equation
_STYLE = Path(__file__).with_name("report.css")
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<header><h1>{title}</h1><p class="verdict">{verdict}</p></header>
{body}
<footer>Made by nodewise {version}. Every number is computed from the weights; nothing on this page is loaded from
elsewhere.</footer>
</main>
</body>
</html>
"""


Page = Any  # an Inspection, whose file imports this one
Draw = Callable[[Page, int], Any]


@dataclass(frozen=True)
class _Section:
    """One part of the page.

    Attributes:
        title: Its heading.
        about: How to read it, in a sentence.
        reading: The reading whose summary and table it shows, or "".
        draw: What draws its pictures, each given the inspection and the index of an output.
        curves: What draws more of them where there is one feature, and so curves to draw.
        needs_fit: Whether it speaks of training.
        per_output: Whether there is a picture for each output.
        only: Whether data with "targets" or with "labels" alone have it; "" for both.
        write: Further HTML.
    """

    title: str
    about: str
    reading: str = ""
    draw: tuple[Draw, ...] = ()
    curves: tuple[Draw, ...] = ()
    needs_fit: bool = False
    per_output: bool = True
    only: str = ""
    write: Callable[[Page], str] | None = None


def _of(page: Page) -> Any:
    """Return what its readings are of: the fit, or the network; of a classifier the logits."""
    if "boundaries" in page.readings:
        return page.network.logits
    return page.fit if page.fit is not None else page.network


_SECTIONS = (
    _Section("The fit", "", draw=(lambda page, o: figures.fit(_of(page), page.data, output=o),), only="targets"),
    _Section(
        "Where it changes its mind",
        "Coloured by the class the network says, the paler the closer its runner-up.",
        "boundaries",
        (lambda page, o: figures.boundaries(page.readings["boundaries"], page.data),),
        per_output=False,
    ),
    _Section(
        "What each node contributes",
        "A node's contribution is its outgoing weight times its activation. Contributions and bias add up to the "
        "output at every point; shares add up to 1, and a negative share works against the others.",
        "contributions",
        (lambda page, o: figures.contributions(_of(page), page.data, output=o),),
        (lambda page, o: figures.contributions(_of(page), page.data, output=o, stacked=True),),
    ),
    _Section(
        "Outside the data",
        "Limits, lines and waves are computed from the weights, not from points far out.",
        "extrapolation",
        (lambda page, o: figures.extrapolation(_of(page), page.data, output=o),),
    ),
    _Section(
        "The waves",
        "Each node is a wave: amplitude·cos(frequency·x + phase).",
        "spectrum",
        (lambda page, o: figures.spectrum(_of(page), page.data, output=o),),
    ),
    _Section(
        "The state of the nodes",
        "Judged on the data; “in box” tells what holds in the whole range of the data.",
        "health",
    ),
    _Section("What the outputs can do", "Bounds from the weights, guaranteed for every input.", "bounds"),
    _Section(
        "The linear layers",
        "A straight line of straight lines is a straight line, so a linear layer can be merged into the one behind it.",
        "collapse",
    ),
    _Section("The training", "", draw=(lambda page, o: figures.loss(page.fit),), needs_fit=True, per_output=False),
    _Section(
        "The network",
        "",
        draw=(lambda page, o: figures.diagram(page.network, "short"),),
        per_output=False,
        write=lambda page: equations(page.network).mathml if page.network.parameters <= _MOST_WRITTEN else "",
    ),
)


def write(page: Page, path: str | Path) -> Path:
    """Write the report of an inspection to `path`, whole or not at all.

    Raises:
        NodewiseError: If the path does not end in .html or cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() not in (".html", ".htm"):
        raise NodewiseError(f"a report's name must end in .html. Got {path.name}.")
    return write_bytes(path, html(page).encode())


def html(page: Page) -> str:
    """Return the report as HTML that loads nothing and runs nothing; every name in it is escaped."""
    notes = "".join(f'<p class="about">{escape(note)}</p>' for note in page.data.notes)
    body = notes + "\n".join(_section(page, section) for section in _SECTIONS if _applies(page, section))
    title = f"{page.data.name}: what the network learned"
    return _PAGE.format(
        title=escape(title), style=_STYLE.read_text(encoding="utf-8"), verdict=escape(page.verdict), body=body,
        version=version("nodewise"),
    )  # fmt: skip


def _applies(page: Page, section: _Section) -> bool:
    if section.reading and section.reading not in page.readings:
        return False
    if section.only and getattr(page.data, section.only) is None:
        return False
    return page.fit is not None or not section.needs_fit


def _section(page: Page, section: _Section) -> str:
    parts = [f"<h2>{section.title}</h2>"]
    reading = page.readings.get(section.reading)
    if reading is not None:
        parts.append(f'<p class="summary">{escape(reading.summary)}</p>')
    parts += [f'<p class="about">{section.about}</p>'] if section.about else []
    draws = section.draw + (section.curves if page.network.inputs == 1 else ())
    for output in range(page.network.outputs if section.per_output else 1):
        parts += [_picture(draw, page, output) for draw in draws]
    if reading is not None:
        parts.append(_table(reading.table()))
    if section.needs_fit:
        parts += _training(page.fit)
    if section.write is not None:
        parts.append(f'<div class="wide" tabindex="0">{section.write(page)}</div>')
    return f"<section>{''.join(parts)}</section>"


def _picture(draw: Draw, page: Page, output: int) -> str:
    return f"<figure>{draw(page, output).svg()}</figure>"


def _training(fit: Any) -> Iterator[str]:
    yield f'<p class="summary">{escape(str(fit.outcome))}</p>'
    yield from (f'<p class="about">{escape(note)}</p>' for note in fit.outcome.notes)
    settings = fit.settings.as_dict() | {"seconds": round(fit.seconds, 3)}
    yield _table([{"setting": name, "value": _setting(value)} for name, value in settings.items()])


def _setting(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _table(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return ""
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
    return f"<td>{escape(text)}</td>"
