"""The notebook: an inspection as a widget, as what is shown where there are no widgets, and as a frame."""

import base64
import sys
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.util import find_spec
from typing import Any

from nodewise.errors import NodewiseError
from nodewise.network import Predictor
from nodewise.viewer.document import pack, title
from nodewise.viewer.module import MODULE
from nodewise.viewer.picture import png

Page = Any  # an Inspection, whose file imports this one

_INSTALL = 'pip install "nodewise[notebook]"'
_STILL = """<figure style="margin: 0">
<figcaption style="max-width: 60em">{verdict}</figcaption>
<img src="data:image/png;base64,{picture}" alt="{verdict}" style="max-width: 100%">
<p style="max-width: 60em">A still picture, because anywidget is not installed. To move it:
<code>{install}</code>, then restart the notebook.</p>
</figure>"""
# The page is in an origin of its own: whatever it shows cannot reach the notebook around it.
_FRAME = (
    '<iframe sandbox="allow-scripts allow-downloads" srcdoc="{page}" title="{title}" '
    'style="width: 100%; height: {height}px; border: 0"></iframe>'
)


def installed() -> bool:
    """Return whether there is anywidget to show the viewer with."""
    return find_spec("anywidget") is not None


def widget(inspection: Page) -> Any:
    """Return the viewer of an inspection as a widget.

    Its trait `document` holds what is shown (see `document.pack`), and `view` how, as the address of a report does.

    Raises:
        NodewiseError: If anywidget is not installed, or there are no weights to show.
    """
    if isinstance(inspection.network, Predictor):
        raise NodewiseError(
            f"the widget shows weights. Got {inspection.network.kind}, a black box; its report, save() or to_html(), "
            "has all that is read of it."
        )
    if not installed():
        raise NodewiseError(f"the widget needs the package anywidget. Got none installed; install it: {_INSTALL}.")
    return _kind()(document=pack(inspection))


@cache
def _kind() -> Any:
    """Return the class of the widget; made when first asked for, because anywidget takes long to import."""
    import anywidget
    import traitlets

    class Viewer(anywidget.AnyWidget):
        _esm = MODULE
        document = traitlets.Bytes(b"").tag(sync=True)
        view = traitlets.Unicode("").tag(sync=True)

    return Viewer


def bundle(inspection: Page) -> dict[str, Any]:
    """Return an inspection by MIME type: the widget for a notebook; a still picture and the verdict for what has none.

    A terminal gets the verdict alone, and a notebook without anywidget a page that says how to get it.
    """
    shown: dict[str, Any] = {"text/plain": inspection.verdict}
    if _in_terminal():
        return shown
    shown["image/png"] = base64.b64encode(png(inspection)).decode()
    if isinstance(inspection.network, Predictor):
        return shown | {"text/html": inspection.to_html()}
    if not installed():
        return shown | {"text/html": _still(inspection, shown["image/png"])}
    return inspection.widget._repr_mimebundle_()[0] | shown


@dataclass(frozen=True)
class Still:
    """A piece of HTML, as notebooks ask for it."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


def display(inspection: Page) -> Any:
    """Return what marimo is to show in place of an inspection: the widget, or a still picture."""
    if isinstance(inspection.network, Predictor):
        return Still(inspection.to_html())
    if installed():
        return inspection.widget
    return Still(_still(inspection, base64.b64encode(png(inspection)).decode()))


def _still(inspection: Page, picture: str) -> str:
    return _STILL.format(verdict=escape(inspection.verdict), install=escape(_INSTALL), picture=picture)


def _in_terminal() -> bool:
    """Return whether IPython runs in a terminal, where it asks for pictures and shows none."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return type(shell).__name__ == "TerminalInteractiveShell"


def frame(page: str, inspection: Page, height: int) -> str:
    """Return a report as an HTML element that holds it whole, `height` pixels high."""
    if isinstance(height, bool) or not isinstance(height, int) or height < 1:
        raise NodewiseError(f"height must be a number of pixels, 1 or more. Got {height!r}.")
    return _FRAME.format(page=escape(page), title=escape(title(inspection)), height=height)
