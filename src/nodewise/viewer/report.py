"""The report: one self-contained HTML file, verdict and viewer first, then each reading with its table."""

import base64
from collections.abc import Iterator
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

from nodewise import figures
from nodewise.errors import NodewiseError
from nodewise.files import write_bytes
from nodewise.network import Predictor
from nodewise.viewer.called_page import ALONG, CALLED
from nodewise.viewer.document import pack, title
from nodewise.viewer.features import first, over_all_rows, why
from nodewise.viewer.geometry import mosaic, needs
from nodewise.viewer.module import allowed, module
from nodewise.viewer.one_sample import asked, behind, likeliest, prototypes
from nodewise.viewer.picture import png
from nodewise.viewer.section import Section
from nodewise.viewer.table import table

_STYLE = Path(__file__).with_name("report.css").read_text(encoding="utf-8")
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<header><h1>{title}</h1><p class="verdict">{verdict}</p></header>
{viewer}{body}
<footer>Made by nodewise {version}. Every number {source}; nothing on this page is loaded from
elsewhere.</footer>
</main>
{scripts}</body>
</html>
"""
_VIEWER = """<noscript><figure><img src="data:image/png;base64,{picture}" alt="{title}"></figure>
<p class="about">This browser runs no scripts, so this is a still picture of what the page lets you move.</p></noscript>
<div id="nodewise-report"></div>
"""
_SCRIPTS = """<script type="application/octet-stream" id="nodewise-document">{document}</script>
<script type="module">{module}</script>
"""


_LARGEST = 12  # rows of regions

Page = Any  # an Inspection, whose file imports this one


_SECTIONS = (
    Section(
        "Over all rows",
        lambda page: (
            f"{page.readings['statistics'].drawn} Every row was read, batch by batch, moments of batches are merged: "
            "means, standard deviations, shares, counts and errors are exact to rounding. Fires: share of the rows on "
            "which the activation is above the middle of its range, or its value at 0. At limit: share of the rows on "
            "which it hardly moves any more."
        ),
        "statistics",
        more=over_all_rows,
    ),
    Section(
        "Where it changes its mind",
        "Coloured by the class the network says, the paler the closer its runner-up.",
        "boundaries",
    ),
    Section(
        "The mosaic",
        "A network of straight lines is one plane on each region; a region ends where a node bends. The table has the "
        "largest regions.",
        "regions",
        mosaic,
        rows=lambda page, rows: rows[:_LARGEST],
    ),
    Section(
        "Where it turns and crosses 0",
        "Found by halving intervals until guaranteed bounds of value and slope decide, so that none is missed.",
        "critical_points",
    ),
    Section(
        "What each node contributes",
        "A node's contribution is its outgoing weight times its activation. Contributions and bias add up to the "
        "output at every point; shares add up to 1, and a negative share works against the others.",
        "contributions",
    ),
    ALONG,
    Section(
        "Where each node looks",
        "The direction among all features along which a node changes most, steps counted in standard deviations; the "
        "shares of the features add up to 1.",
        "directions",
    ),
    Section(
        "Why it says that of one sample",
        "The sample the network misses by most, or is least sure of. What each feature adds, through all nodes, leads "
        "from the base to the prediction (integrated gradients). Place is the share of the samples with a smaller "
        "value.",
        "explanation",
        why,
        rows=first,
    ),
    Section(
        "What each node stands for",
        "A node serves a sample by its share in the votes on it, a vote being its contribution there. Where its row "
        "has cosine 1 with the mean of what it serves, the row is their prototype.",
        "prototypes",
        prototypes,
    ),
    Section("What it remembers of one sample", asked, "memories"),
    Section(
        "The samples behind that prediction",
        behind,
        "attribution",
        rows=likeliest,
    ),
    Section(
        "Samples far from the rest",
        "More than 3 quartile distances outside the quartiles of a feature or target. Leverage is by how much a fit at "
        "the sample moves with its target: 1 if it goes through it whatever the others say.",
        "outliers",
    ),
    Section(
        "Outside the data",
        "Limits, lines and waves are computed from the weights, not from points far out.",
        "extrapolation",
    ),
    Section(
        "The straight pieces",
        "Within the range of the data. Where a node goes over a corner of its activation the curve can bend or jump; a "
        "label is the node, or layer.node.",
        "pieces",
        lambda page, o: figures.pieces(
            page.readings["pieces"], output=o, contributions=page.readings.get("contributions")
        ),
    ),
    Section(
        "The waves",
        "Each node is a wave: amplitude·cos(frequency·x + phase).",
        "spectrum",
        lambda page, o: figures.spectrum(page.fit if page.fit is not None else page.network, page.data, output=o),
    ),
    Section(
        "The state of the nodes",
        "Judged on the data; “in box” tells what holds in the whole range of the data.",
        "health",
    ),
    Section(
        "What the outputs do in the range of the data",
        "Guaranteed between the smallest and the largest value of each feature; lowest and highest are values that are "
        "taken. Rises, falls and flat hold everywhere in that box.",
        "range",
    ),
    Section("What the outputs can do", "Bounds from the weights, guaranteed for every input.", "bounds"),
    Section(
        "The linear layers",
        "A straight line of straight lines is a straight line, so a linear layer can be merged into the one behind it.",
        "collapse",
    ),
    Section(
        "Fewer nodes do the same",
        "In the range of the data: constant nodes go into the bias, equal ones become one, and straight lines are put "
        "together.",
        "smallest",
    ),
    Section("How many nodes it takes", needs, "nodes_needed"),
    Section("The training", "", needs_fit=True),
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


def html(page: Page, document: bytes | None = None) -> str:
    """Return the report as HTML that loads nothing and runs the viewer alone; every name in it is escaped.

    Args:
        page: What was inspected.
        document: The viewer's document, where it was packed before.
    """
    told = [*([str(page.network.origin)] if page.network.origin else []), *page.data.notes]
    notes = "".join(f'<p class="about">{escape(note)}</p>' for note in told)
    called = isinstance(page.network, Predictor)
    body = notes + "\n".join(filter(None, (_section(page, each) for each in (CALLED if called else _SECTIONS))))
    heading = escape(title(page))
    parts = {"viewer": "", "scripts": "", "script": "'none'", "source": "comes from calling the model"}
    if not called:
        script = module()
        parts = {
            "viewer": _VIEWER.format(picture=_base64(png(page)), title=heading),
            "scripts": _SCRIPTS.format(document=_base64(document or pack(page)), module=script),
            "script": allowed(script), "source": "is computed from the weights",
        }  # fmt: skip
    policy = f"default-src 'none'; script-src {parts.pop('script')}; style-src {allowed(_STYLE)}; img-src data: blob:"
    return _PAGE.format(
        title=heading, verdict=escape(page.verdict), body=body, style=_STYLE, version=version("nodewise"),
        policy=f"{policy}; media-src blob:; base-uri 'none'; form-action 'none'", **parts,
    )  # fmt: skip


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _applies(page: Page, section: Section) -> bool:
    if section.reading and section.reading not in page.readings:
        return False
    return page.fit is not None or not section.needs_fit


def _section(page: Page, section: Section) -> str:
    if not _applies(page, section):
        return ""
    parts = [f"<h2>{section.title}</h2>"]
    reading = page.readings.get(section.reading)
    if reading is not None:
        parts.append(f'<p class="summary">{escape(reading.summary)}</p>')
    about = section.about if isinstance(section.about, str) else escape(section.about(page))
    parts += [f'<p class="about">{about}</p>'] if about else []
    if section.draw is not None:
        drawn = (section.draw(page, output) for output in range(page.network.outputs))
        parts += (pictures := [_picture(display, section.title) for display in drawn if display is not None])
        if reading is None and not pictures:
            return ""
    if reading is not None:
        parts.append(table(section.rows(page, reading.table())))
        parts += map(table, section.more(page))
    if section.needs_fit:
        parts += _training(page.fit)
    return f"<section>{''.join(parts)}</section>"


def _picture(display: Any, title: str) -> str:
    # As an image, because the style attributes of its elements would need a laxer policy.
    source = f"data:image/svg+xml;base64,{_base64(display.svg().encode())}"
    return f'<figure><img src="{source}" alt="{escape(title)}"></figure>'


def _training(fit: Any) -> Iterator[str]:
    yield f'<p class="summary">{escape(str(fit.outcome))}</p>'
    yield from (f'<p class="about">{escape(note)}</p>' for note in fit.outcome.notes)
    settings = fit.settings.as_dict() | {"seconds": round(fit.seconds, 3)}
    yield table([{"setting": name, "value": _setting(value)} for name, value in settings.items()])


def _setting(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
