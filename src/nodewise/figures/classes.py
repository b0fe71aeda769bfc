"""How classes look: one colour each, told apart by the colour-blind; beyond ten classes the smallest share a grey."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from nodewise.figures import style

NAME_LENGTH = 24
NARROWER = 0.76  # a title over rows, beside which the names of the classes stand
_LEAST, _MOST = 0.12, 0.5  # how strong a colour is where two classes are level, and where one is far ahead
_MOST_SAMPLES = 4000
_GOLDEN = (5**0.5 - 1) / 2  # its multiples spread evenly over a row without any luck
_SPREAD = 0.62  # of the distance between two rows
UNKNOWN = 0.72  # grey of a sample whose label is no class


@dataclass(frozen=True, eq=False)
class Palette:
    """How each class looks.

    Attributes:
        colours: [class], one colour each.
        rgb: [class, 3], the same from 0 to 1.
        others: Codes of the classes that share the grey.
        shown: Codes of the classes with a colour that are there at all.
    """

    colours: tuple[str, ...]
    rgb: Float[np.ndarray, "class 3"]
    others: tuple[int, ...]
    shown: tuple[int, ...]

    def of(self, codes: Int[np.ndarray, " sample"]) -> Float[np.ndarray, "sample 3"]:
        """Return the colour of each sample by its code; -1, no class, is a light grey."""
        return np.vstack([self.rgb, np.full(3, UNKNOWN)])[codes]

    def handles(self, names: Sequence[Any]) -> list[Any]:
        """Return one patch per class for the legend, the names in the order of the classes."""
        from matplotlib.patches import Patch

        found = [Patch(color=self.colours[code], label=_named(names[code])) for code in self.shown]
        return [*found, Patch(color=style.REST, label=_rest(self.others))] if self.others else found


def palette(weight: Float[np.ndarray, " class"]) -> Palette:
    """Return the colours of classes: of many the ten of the largest weight get one; those of weight 0 are not there."""
    count, most = len(weight), len(style.CLASSES)
    first = sorted(np.argsort(-weight, kind="stable")[:most].tolist())
    colours = [style.REST] * count
    for colour, code in zip(style.CLASSES, first, strict=False):
        colours[code] = colour
    others = tuple(code for code in range(count) if code not in first and weight[code])
    shown = tuple(code for code in first if weight[code])
    return Palette(tuple(colours), np.array([to_rgb(colour) for colour in colours]), others, shown)


def tint(
    rgb: Float[np.ndarray, "class 3"],
    codes: Int[np.ndarray, "row column"],
    margin: Float[np.ndarray, "row column"],
    largest: float | None = None,
) -> np.ndarray:
    """Return the picture [row, column, 3] as bytes: the winner's colour on white, stronger with its margin.

    Args:
        rgb: Colours from 0 to 1.
        codes: The class that wins.
        margin: How far it is ahead.
        largest: The margin from which the colour is as strong as it gets; the largest there is unless given.
    """
    largest = float(margin.max()) if largest is None else largest
    strength = _LEAST + (_MOST - _LEAST) * (np.minimum(margin / largest, 1) if largest > 0 else 0 * margin)
    picture = np.empty((*codes.shape, 3), np.uint8)
    for channel, fade in enumerate(255 * (1 - rgb.T).astype(np.float32)):  # by channel: half the time
        picture[..., channel] = 255 - fade.take(codes) * strength.astype(np.float32)
    return picture


def draw_dots(
    ax: Axes, points: Float[np.ndarray, "sample 2"], codes: Int[np.ndarray, " sample"], colours: Palette
) -> Any:
    """Draw samples of two features as dots in the colour of their class, at most a few thousand; return the dots."""
    step = -(-len(points) // _MOST_SAMPLES) or 1
    x, y = points[::step].T
    area = float(np.clip(3000 / max(len(x), 1), 9, 26))
    return ax.scatter(
        x, y, area, colours.of(codes[::step]), edgecolors="white", linewidths=0.5, zorder=3, clip_on=False
    )


def draw_rows(
    ax: Axes,
    names: Sequence[Any],
    colours: Palette,
    x: Float[np.ndarray, " sample"],
    codes: Int[np.ndarray, " sample"],
    hollow: bool = False,
) -> None:
    """Draw each sample as a dot at its number, one row per class with the class beside it, the first on top.

    Classes that share the grey share a row, too. Within a row the dots are spread, so that few hide each other.

    Args:
        ax: Axes to draw on.
        names: The classes.
        colours: Their colours.
        x: What is drawn across.
        codes: The class of each sample; one of no class, -1, is left out.
        hollow: Whether to leave the dots white.
    """
    rows = {code: row for row, code in enumerate(colours.shown)} | dict.fromkeys(colours.others, len(colours.shown))
    picked = np.flatnonzero(np.isin(codes, list(rows)) & np.isfinite(x))
    picked = picked[:: -(-len(picked) // _MOST_SAMPLES) or 1]
    height = np.array([rows[code] for code in codes[picked].tolist()]) + _SPREAD * (picked * _GOLDEN % 1 - 0.5)
    face = colours.of(codes[picked])
    area = float(np.clip(3000 / max(len(codes), 1), 9, 26))
    look = {"facecolors": "white", "edgecolors": face} if hollow else {"facecolors": face, "edgecolors": "white"}
    ax.scatter(x[picked], height, area, linewidths=0.9 if hollow else 0.5, zorder=3, **look)
    said = [_named(names[code]) for code in colours.shown] + [_rest(colours.others)] * bool(colours.others)
    ax.set_yticks(range(len(said)), said)
    ax.set_ylim(len(said) - 0.4, -0.6)
    ax.grid(False, axis="y")


def _named(name: Any) -> str:
    return style.short(str(name), NAME_LENGTH) or "(empty)"


def _rest(others: Sequence[int]) -> str:
    return "1 other class" if len(others) == 1 else f"{len(others)} other classes"
