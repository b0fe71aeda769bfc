"""How the things in a diagram are called, and how much room a text takes."""

import warnings
from collections.abc import Sequence
from functools import lru_cache

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

from nodewise.figures.diagram.graph import Word

TEXT, SMALL, TINY = 9.0, 8.0, 7.0  # points
_LINE = 1.35  # height of a line, in letter sizes
_FINE = 10  # pixels per point, so that hinting does not round the width
_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@lru_cache(1)
def _renderer() -> RendererAgg:
    return RendererAgg(1, 1, 72 * _FINE)


@lru_cache(10_000)
def width(text: str, size: float) -> float:
    """Return how wide a line of text is, in points, at a letter size in points."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        said = text.replace(r"\$", "$")
        return _renderer().get_text_width_height_descent(said, FontProperties(size=size), False)[0] / _FINE


def height(size: float) -> float:
    """Return how high a line of text is, with the room to the next."""
    return _LINE * size


def box_of(word: Word) -> tuple[float, float, float, float]:
    """Return left, bottom, right, top of a word; it is centred on its `y`."""
    wide, high = width(word.text, word.size), height(word.size)
    left = word.x - {"left": 0.0, "center": wide / 2, "right": wide}[word.align]
    return left, word.y - high / 2, left + wide, word.y + high / 2


def roman(number: int) -> str:
    """Return 1, 2, 3 as I, II, III."""
    letters = ""
    for value, letter in _ROMAN:
        letters += letter * (number // value)
        number %= value
    return letters


def symbol(letter: str, *indices: int) -> str:
    """Return a letter with indices below it: w₁₂, and with a comma between them where one has two digits."""
    between = "," if max(indices) > 9 and len(indices) > 1 else ""
    return letter + between.join(str(index).translate(_BELOW) for index in indices)


def name(layer: int, letter: str, indices: Sequence[int]) -> str:
    """Return the id of a node, such as "II.w0,1"."""
    return f"{roman(layer)}.{letter}{','.join(map(str, indices))}"
