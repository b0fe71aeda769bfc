"""The movie of a recall: the state at every step beside the energy it has there."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from nodewise.errors import NodewiseError
from nodewise.figures import pattern, style
from nodewise.figures.movie import film
from nodewise.figures.movie.sinks import Pixels
from nodewise.inspection.recall import Recall

_TITLE = 28  # letters over the state
_MOST = 200  # frames, unless given
_SECONDS = 8.0  # a movie lasts, unless its pace is given
_SLOWEST, _FASTEST = 1.5, 25.0  # frames per second


def recall(
    reading: Recall,
    path: str | Path,
    *,
    shape: tuple[int, int] | None = None,
    frames: int | None = None,
    size: tuple[int, int] = (640, 320),
    fps: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write the movie of a recall: the state, and where on the way down its energy is.

    Args:
        reading: What `nodewise.recall` returned.
        path: Where to; the ending chooses the format: .gif, .webp, or .mp4, which needs the extra "video".
        shape: Height and width of an image; unless given, those of the memory, or bars where it held no images.
        frames: How many states to show, spread evenly from the cue to the last; all of them, up to 200, unless given.
        size: Width and height in pixels. An odd one grows by one pixel in MP4, which knows no odd sizes.
        fps: Frames per second, at most 50; so many that the movie lasts 8 seconds, from 1.5 to 25, unless given.
        progress: Called with (frames done, frames in all) after each frame.

    Returns:
        The path.

    Raises:
        NodewiseError: If it is no Recall, a setting is out of range, PyAV is missing, or the file cannot be written.
    """
    shape = pattern.find_shape(reading, shape)
    path = Path(path)
    pixels = film.size(size, even=film.ending(path) == ".mp4")
    steps = _steps(len(reading.states), frames)
    pace = film.pace(fps, float(np.clip(len(steps) / _SECONDS, _SLOWEST, _FASTEST)), "8 seconds")
    scene = _Scene(reading, pixels, shape)
    return film.write(path, lambda i: scene.frame(int(steps[i])), len(steps), pace, progress)


def _steps(count: int, frames: int | None) -> np.ndarray:
    if frames is None:
        return np.unique(np.linspace(0, count - 1, min(count, _MOST)).round().astype(int))
    if isinstance(frames, bool) or not isinstance(frames, int | np.integer) or not 1 <= frames <= count:
        raise NodewiseError(f"frames must be a whole number from 1 to {count}, the states there are. Got {frames!r}.")
    return np.linspace(count - 1 if frames == 1 else 0, count - 1, frames).round().astype(int)


class _Scene:
    """Draws any step of a recall as pixels; the axes stand where they are in every frame."""

    def __init__(self, reading: Recall, size: tuple[int, int], shape: pattern.Shape) -> None:
        self.reading, self.shape = reading, shape
        dpi = 100 * min(size[0] / 640, size[1] / 320)
        self.figure = Figure((size[0] / dpi, size[1] / dpi), dpi=dpi, facecolor="white", layout="constrained")
        self.left, energy = self.figure.subplots(1, 2)
        pattern.draw_energy(energy, reading)
        style.write(energy, "energy", pattern.step_label(reading), "")
        (self.dot,) = energy.plot([0], reading.energies[:1], "o", color=style.LIMIT, markersize=8, zorder=5)
        self._draw(reading.steps)
        style.pixels(self.figure)
        self.figure.set_layout_engine("none")

    def _draw(self, step: int) -> None:
        """Draw the state anew, and move the dot."""
        self.left.clear()
        pattern.draw(self.left, self.reading, pattern.state(self.reading, step), self.shape, names=True)
        title = pattern.step_name(self.reading, step)
        if step == self.reading.steps:
            found = self.reading.name(self.reading.nearest)
            words = {"row": found, "inverse": f"inverse of {found}", "mixture": "a mixture"}
            title += f": {words[self.reading.kind]}"
        self.left.set_title(style.short(title, _TITLE), loc="left", fontsize=9, color=style.INK, pad=8)
        if self.shape is None:
            self.left.set_xlabel(pattern.values_label(self.reading), fontsize=10, color=style.INK)
        self.dot.set_data([step], self.reading.energies[step : step + 1])

    def frame(self, step: int) -> Pixels:
        """Return the picture of one step."""
        self._draw(step)
        return np.asarray(style.pixels(self.figure).buffer_rgba())
