"""One colour per class, told apart by the colour-blind; beyond ten classes the smallest share a grey."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.colors import to_rgb

from nodewise.figures import style
from nodewise.inspection.boundaries import Boundaries

_NAME_LENGTH = 24


@dataclass(frozen=True, eq=False)
class Palette:
    """How each class looks.

    Attributes:
        colours: [class], one colour each.
        rgb: [class, 3], the same from 0 to 1.
        others: Codes of the classes that share the grey.
        shown: Codes of the classes with a colour that win somewhere or have a sample.
    """

    colours: tuple[str, ...]
    rgb: np.ndarray
    others: tuple[int, ...]
    shown: tuple[int, ...]

    def name(self, reading: Boundaries, code: int) -> str:
        """Return what the legend calls a class."""
        absent = "" if reading.share[code] else " (nowhere here)"
        return style.short(str(reading.classes[code]), _NAME_LENGTH) + absent


def palette(reading: Boundaries) -> Palette:
    """Return the colours of a reading: of many classes those that win most, or have most samples, get one."""
    count = len(reading.classes)
    weight: Any = np.array(reading.share)
    if reading.samples is not None and reading.samples.count is not None:
        weight = weight + reading.samples.count / max(reading.samples.count.sum(), 1)
    first = sorted(np.argsort(-weight, kind="stable")[: len(style.CLASSES)].tolist())
    colours = [style.REST] * count
    for colour, code in zip(style.CLASSES, first, strict=False):
        colours[code] = colour
    others = tuple(code for code in range(count) if code not in first and weight[code])
    shown = tuple(code for code in first if weight[code])
    return Palette(tuple(colours), np.array([to_rgb(colour) for colour in colours]), others, shown)


def handles(reading: Boundaries, colours: Palette) -> list[Any]:
    """Return one patch per class for the legend."""
    from matplotlib.patches import Patch

    found = [Patch(color=colours.colours[code], label=colours.name(reading, code)) for code in colours.shown]
    if colours.others:
        found.append(Patch(color=style.REST, label=f"{len(colours.others)} other classes"))
    return found


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
