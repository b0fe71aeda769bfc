"""The house style: colours by role, axes, legends and titles, and how a figure is written down.

Nothing here touches pyplot or matplotlib's global settings: a figure is a plain `Figure`, and every artist is told how
it looks.
"""

import math
import re
import textwrap
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from nodewise.errors import NodewiseError
from nodewise.files import replacing
from nodewise.inspection.reading import counted as counted
from nodewise.inspection.reading import nice

number = nice  # what a reading calls a number for people, so that a picture and its sentence agree

INK = "#222222"  # text, and the network's curve
TRUTH = "#0072b2"  # the true function
SAMPLES, SAMPLES_EDGE = "#90ee90", "#2e8b57"
LIMIT = "#d55e00"  # limits, kinks, the step that was kept
RANGE = "#edf2f7"  # the range of the data
REST = "#b8b8b8"  # nodes that are not singled out
GRID = "#e3e3e3"
POSITIVE, NEGATIVE = "#0072b2", "#d55e00"  # signs of weights
# Paul Tol's "muted" scheme, safe for the colour-blind, and an orange as its tenth.
NODES = (
    "#cc6677", "#332288", "#ddcc77", "#117733", "#88ccee", "#882255", "#44aa99", "#999933", "#aa4499", "#ee7733",
)  # fmt: skip
# Okabe and Ito's, also safe for the colour-blind, without black, and three more: one per class.
CLASSES = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#882255", "#999933", "#555555",
)  # fmt: skip

WIDE = (7.2, 4.0)  # inches
_DPI = 150
_TITLE_WIDTH = 74  # characters per line over a figure of WIDE
_LABEL_WIDTH = 40  # characters per line beside it
_NAME_LENGTH = 32
_MOST_SAMPLES = 4000  # more dots make a heavy picture that shows no more
_FORMATS = (".png", ".svg", ".pdf")


@dataclass(frozen=True, eq=False)
class Display:
    """A picture and the numbers drawn in it.

    Attributes:
        figure: The figure drawn on.
        ax: The axes drawn on.
    """

    figure: Figure
    ax: Axes

    def save(self, path: str | Path) -> Path:
        """Write the figure to a PNG, SVG or PDF file, see `save`."""
        return save(self.figure, path)

    def svg(self) -> str:
        """Return the figure as an SVG element, see `svg`."""
        return svg(self.figure)

    def _repr_html_(self) -> str | None:
        # A figure of pyplot's own is shown by pyplot already.
        return None if getattr(self.figure, "number", None) else self.svg()


def panel(ax: Axes | None, size: tuple[float, float] = WIDE) -> tuple[Figure, Axes]:
    """Return the figure and axes to draw on: those given, or new ones of `size` inches; both in the house style."""
    if ax is None:
        ax = Figure(figsize=size, dpi=100, facecolor="white", layout="constrained").add_subplot()
    figure = ax.get_figure(root=True)
    if not isinstance(figure, Figure):
        raise NodewiseError("ax must be axes on a figure. Got axes without one.")
    if figure.get_layout_engine() is None and not figure.axes[1:]:
        figure.set_layout_engine("constrained")
    dress(ax)
    return figure, ax


def dress(ax: Axes) -> None:
    """Give axes the house style: light grid below, no box, small dark labels."""
    ax.set_facecolor("white")
    ax.set_axisbelow(True)
    ax.grid(True, color=GRID, linewidth=0.7, linestyle="-")
    ax.tick_params(which="both", colors="#555555", labelcolor=INK, labelsize=9, length=3, width=0.7)
    for side, spine in ax.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set(color="#999999", linewidth=0.8)
    for axis in (ax.xaxis, ax.yaxis):
        axis.get_offset_text().set(fontsize=9, color=INK)


def write(ax: Axes, title: str, x: str = "", y: str = "", *, narrower: float = 1.0) -> None:
    """Set the title, one plain sentence wrapped to the width of the axes, and the labels of both axes.

    Args:
        ax: The axes.
        title: The sentence.
        x: What is drawn across.
        y: What is drawn up.
        narrower: Share of the usual width the title may take, where long words left of the axes push them aside.
    """
    figure = ax.get_figure(root=True)
    share = 1.0 if figure is None else figure.get_figwidth() / WIDE[0] / _columns(ax)
    wrapped = textwrap.fill(" ".join(title.split()), max(24, int(_TITLE_WIDTH * share * narrower)))
    ax.set_title(plain(wrapped), loc="left", fontsize=10.5, color=INK, pad=8)
    ax.set_xlabel(x, fontsize=10, color=INK)
    ax.set_ylabel(textwrap.fill(y, _LABEL_WIDTH), fontsize=10, color=INK)


def _columns(ax: Axes) -> int:
    spec = ax.get_subplotspec()
    if spec is None:
        return 1
    whole = spec.get_topmost_subplotspec()  # panels within a panel share its width
    levels = [spec] if whole is spec else [spec, whole]
    return max(1, round(np.prod([each.get_gridspec().ncols / len(each.colspan) for each in levels])))


def plain(text: str) -> str:
    """Return text that matplotlib shows as it is: a name from a file is no formula."""
    visible = "".join(letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in text)
    return visible.replace("\\", "\\\\").replace("$", r"\$") if "$" in visible else visible


def short(name: str, length: int = _NAME_LENGTH) -> str:
    """Return a name in one line, cut to `length` characters."""
    name = " ".join(name.split())
    return plain(name if len(name) <= length else name[: length - 1].rstrip() + "…")


def label(name: str, unit: str = "") -> str:
    """Return "name (unit)" for an axis."""
    return f"{short(name)} ({short(unit, 16)})" if unit else short(name)


def legend(ax: Axes, handles: Any = None, below: bool = False) -> None:
    """Put the legend right of the axes, or below them, where it covers nothing; no legend for nothing to explain."""
    handles, labels = (handles, [h.get_label() for h in handles]) if handles else ax.get_legend_handles_labels()
    if handles:
        ax.legend(
            handles, labels, loc="upper left", bbox_to_anchor=(0.0, -0.19) if below else (1.01, 1.0),
            ncols=len(handles) if below else 1, borderaxespad=0.0, frameon=False, fontsize=9, labelcolor=INK,
            handlelength=1.6,
        )  # fmt: skip


def draw_samples(
    ax: Axes, x: np.ndarray, y: np.ndarray, name: str = "samples", hollow: bool = False, of: int | None = None
) -> None:
    """Draw samples as light-green dots, at most a few thousand of them, evenly picked; the legend says so.

    Those without a finite height are left out.

    Args:
        ax: Axes to draw on.
        x: [sample].
        y: [sample].
        name: What the legend calls them.
        hollow: Whether to leave the dots white.
        of: How many samples there are in all groups, which sets the size of the dots; those given unless said.
    """
    there = np.isfinite(y)
    if not there.any():
        return
    x, y = x[there], y[there]
    step = -(-len(x) // _MOST_SAMPLES)
    if step > 1:
        name = f"{name} (1 in {step})"
    area = float(np.clip(2200 / max(of or len(x), 1), 7, 26))
    ax.scatter(
        x[::step], y[::step], area, label=name, facecolors="white" if hollow else SAMPLES, edgecolors=SAMPLES_EDGE,
        linewidths=0.6 if area > 10 or hollow else 0.3, zorder=2,
    )  # fmt: skip


def shade(ax: Axes, low: float, high: float, name: str = "range of the data") -> None:
    """Shade the range of the data."""
    ax.axvspan(low, high, color=RANGE, linewidth=0, zorder=0, label=name)


def decades(axis: Axis, values: np.ndarray) -> None:
    """Label a logarithmic axis 0.1, 0.2, 0.5 where the finite values span few decades, and powers of ten elsewhere."""
    finite = values[np.isfinite(values) & (values > 0)]
    few = finite.size and finite.max() < 100 * finite.min()
    axis.set_minor_formatter(NullFormatter())
    if few:
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.set_major_formatter(FuncFormatter(lambda value, _: nice(value)))


def reach(*curves: np.ndarray, margin: float = 0.06) -> tuple[float, float]:
    """Return limits of an axis around all the finite numbers given."""
    finite = [values[np.isfinite(values)] for values in map(np.ravel, curves)]
    values = np.concatenate([*finite, np.empty(0)])
    if not values.size:
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    room = margin * (high - low) or 0.5 * abs(high) or 1.0
    return low - room, high + room


def svg(figure: Figure, title: str = "") -> str:
    """Return the figure as one SVG element to put into a page.

    Text is drawn as paths, so that it looks the same everywhere, and a screen reader hears `title`, or the title of the
    first axes. The same figure gives the same text, and two figures share no id unless they are equal.
    """
    page = StringIO()
    with _any_letter():
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        _settle(figure, 72)
        figure.savefig(page, format="svg", metadata=nothing, dpi=_DPI)
    text = page.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*|<!--.*?-->\s*", "", text, flags=re.DOTALL)
    text = _own_ids(text)
    spoken = title or next((ax.get_title(loc="left") for ax in figure.axes), "")
    return text.replace("<svg ", f'<svg role="img" aria-label="{escape(" ".join(spoken.split()))}" ', 1).strip()


@contextmanager
def _any_letter() -> Iterator[None]:
    """Draw letters the font does not have as boxes, without a warning: a name from a file is what it is."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        yield


def _settle(figure: Figure, dpi: float) -> None:
    """Let the layout come to rest: it depends on the ticks and they on it, so the first drawing differs."""
    if figure.get_layout_engine() is None:  # every axes has its place already
        return
    own, figure.dpi = figure.dpi, dpi
    for _ in range(3):
        figure.draw_without_rendering()
    figure.dpi = own


def _own_ids(text: str) -> str:
    """Number the ids by their order and put a prefix from the content before them."""
    names = {name: f"{i:x}" for i, name in enumerate(dict.fromkeys(re.findall(r'\bid="([^"]+)"', text)))}
    pattern = re.compile(r'(\bid="|href="#|url\(#)([^")]+)')
    numbered = pattern.sub(lambda found: found[1] + names.get(found[2], found[2]), text)
    prefix = f"f{sha256(numbered.encode()).hexdigest()[:10]}-"
    return pattern.sub(lambda found: found[1] + prefix + found[2], numbered)


def save(figure: Figure, path: str | Path) -> Path:
    """Write the figure to a PNG, SVG or PDF file, whole or not at all, without a date in it.

    Raises:
        NodewiseError: If the path has another ending or cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() not in _FORMATS:
        raise NodewiseError(f"a picture's name must end in {', '.join(_FORMATS)}. Got {path.name!r}.")
    with replacing(path) as temporary:
        temporary.write_bytes(_content(figure, path.suffix.lower()[1:]))
    return path


def _content(figure: Figure, kind: str) -> bytes:
    if kind == "svg":
        return ('<?xml version="1.0" encoding="utf-8"?>\n' + svg(figure) + "\n").encode()
    page = BytesIO()
    with _any_letter():
        metadata = {"Software": None} if kind == "png" else {"CreationDate": None, "Producer": None, "Creator": None}
        _settle(figure, 72 if kind == "pdf" else _DPI)
        figure.savefig(page, format=kind, dpi=_DPI, metadata=metadata)
    return page.getvalue()


def pixels(figure: Figure) -> FigureCanvasAgg:
    """Return a canvas of pixels with the figure drawn on it."""
    canvas = FigureCanvasAgg(figure)
    with _any_letter():
        canvas.draw()
    return canvas


def wider(low: float, high: float, beyond: float) -> tuple[float, float]:
    """Return a range widened by the share `beyond` of its length at both ends."""
    room = beyond * (high - low) or beyond * (abs(high) or 1.0)
    if not math.isfinite(room) or beyond < 0:
        raise NodewiseError(
            f"beyond must be a share of the data's range, 0 or more. Got {beyond!r}; 0.25 adds a quarter."
        )
    return low - room, high + room
