"""Step and loss above the axes of a movie."""

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg

from nodewise.figures import style
from nodewise.figures.movie.sinks import Pixels

_DIGITS = "0123456789.e-+ infa"
_WIDTH = 9  # characters of the loss


class Counter:
    """Step and loss above the axes. Setting text is half the cost of a frame, so each character is drawn once."""

    def __init__(self, canvas: FigureCanvasAgg, ax: Axes, digits: int) -> None:
        """Draw the words, and the legend of the axes if there is room, on a canvas with its layout at rest.

        Args:
            canvas: Where to draw.
            ax: The axes below.
            digits: Digits of the last step.
        """
        self.digits = digits
        self.canvas, self.ax = canvas, ax
        box = ax.get_window_extent()
        self.bottom, at = int(box.y1) + 9, int(box.x0)
        height, size = canvas.get_width_height(physical=True)[1], round(canvas.figure.dpi * 10 / 72)
        self.rows = slice(height - self.bottom - size, height - self.bottom + size // 3)
        self.width = self._advance()
        self.places: list[int] = []
        for word, length in (("step", digits), ("loss", _WIDTH)):
            at = self._write(word, at) + self.width
            self.places.append(at)
            at += (length + 1) * self.width
        self._legend(at)
        self.tiles = {letter: self._tile(letter) for letter in dict.fromkeys(_DIGITS)}

    def _text(self, words: str, x: int, family: str | None = None) -> Artist:
        figure = self.canvas.figure
        width, height = self.canvas.get_width_height(physical=True)
        return figure.text(
            x / width, self.bottom / height, words, fontsize=10, color=style.INK, animated=True, family=family
        )

    def _advance(self) -> int:
        text = self._text("0" * 10, 0, family="DejaVu Sans Mono")
        width = text.get_window_extent(self.canvas.get_renderer()).width
        text.remove()
        return round(width / 10)

    def _write(self, words: str, x: int) -> int:
        """Draw words for good; return where they end."""
        text = self._text(words, x)
        text.draw(self.canvas.get_renderer())
        return int(text.get_window_extent().x1) + 1

    def _legend(self, left: int) -> None:
        """Put the legend at the right of the counter if there is room."""
        ax, renderer = self.ax, self.canvas.get_renderer()
        handles, names = ax.get_legend_handles_labels()
        if not handles:
            return
        legend = ax.legend(
            handles, names, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=len(names), frameon=False, fontsize=9,
            labelcolor=style.INK, borderaxespad=0.0, columnspacing=1.1, handlelength=1.3, handletextpad=0.4,
        )  # fmt: skip
        for handle in legend.legend_handles:
            if handle is not None:
                handle.set_animated(False)
        if legend.get_window_extent(renderer).x0 >= left:
            legend.draw(renderer)

    def _tile(self, letter: str) -> Pixels:
        """Return one character as pixels on white."""
        canvas, text = self.canvas, self._text(letter, self.places[0], family="DejaVu Sans Mono")
        clean = canvas.copy_from_bbox(canvas.figure.bbox)
        text.draw(canvas.get_renderer())
        tile = np.asarray(canvas.buffer_rgba())[self.rows, self.places[0] : self.places[0] + self.width].copy()
        canvas.restore_region(clean)
        text.remove()
        return tile

    def draw(self, buffer: Pixels, step: int, loss: float) -> None:
        """Write step and loss into the pixels of the canvas."""
        texts = f"{step:{self.digits}d}", f"{loss:<{_WIDTH}.3g}"
        for x, text in zip(self.places, texts, strict=True):
            for i, letter in enumerate(text):
                buffer[self.rows, x + i * self.width : x + (i + 1) * self.width] = self.tiles[letter]
