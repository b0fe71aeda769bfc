"""The colours of a reading of boundaries, and what its legend and title say of them."""

from typing import Any

import numpy as np

from nodewise.figures import style
from nodewise.figures.classes import Palette as Palette
from nodewise.figures.classes import palette as coloured
from nodewise.inspection.boundaries import Boundaries


def palette(reading: Boundaries) -> Palette:
    """Return the colours of a reading: of many classes those that win most, or have most samples, get one."""
    weight: Any = np.array(_share(reading))
    if reading.samples is not None and reading.samples.count is not None:
        weight = weight + reading.samples.count / max(reading.samples.count.sum(), 1)
    return coloured(weight)


def handles(reading: Boundaries, colours: Palette) -> list[Any]:
    """Return one patch per class for the legend."""
    found, share = colours.handles(reading.classes), _share(reading)
    for code, patch in zip(colours.shown, found, strict=False):
        if not share[code]:
            patch.set_label(f"{patch.get_label()} (nowhere here)")
    return found


def _share(reading: Boundaries) -> Any:
    """Return the share of each class as drawn: over two features that of the grid, because exact ones take longer."""
    return reading.share if reading.plane is None or reading.mosaic is not None else reading.plane.share


def marker(label: str) -> Any:
    """Return the ring of the legend that stands for samples with another class than their label."""
    from matplotlib.lines import Line2D

    return Line2D(
        [], [], linestyle="", marker="o", markersize=7, markerfacecolor="none", color=style.INK, label=label
    )  # fmt: skip


def held(reading: Boundaries, most: int = 3) -> str:
    """Return "; at a = 1, b = 2", where the features that are not drawn are held."""
    said = [f"{name} = {style.number(value)}" for name, value in list(reading.at.items())[:most]]
    more = len(reading.at) - len(said)
    return f"; at {', '.join(said)}{f' and {more} more' if more else ''}" if said else ""
