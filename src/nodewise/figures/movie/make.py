"""Making a movie: which snapshots, how fast, in which format."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nodewise.errors import NodewiseError
from nodewise.figures.movie import film
from nodewise.figures.movie.scene import Scene

if TYPE_CHECKING:
    from nodewise.training.fit import Fit

_SECONDS = 20.0  # a movie lasts, unless its pace is given
_SLOWEST = 5.0  # frames per second


def save(
    fit: "Fit",
    path: str | Path,
    contributions: bool = False,
    frames: int | None = None,
    size: tuple[int, int] = (640, 480),
    fps: float | None = None,
    *,
    output: int | str = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write the movie of a training: the curve after each step over samples and true function, with step and loss.

    For several features the samples move, predicted against observed. Of a classifier of one feature the curve is that
    of an output, between samples at its ends; of more features the regions move in which each class wins, over the
    first two with the others at their medians, paler where the runner-up is close.

    Memory does not grow with the number of frames, but for the compressed ones, a few kilobytes each, that a WebP is
    put together from.

    Args:
        fit: A fit.
        path: Where to; the ending chooses the format: .gif, .webp, or .mp4, which needs the extra "video".
        contributions: Whether to draw the contribution of each node as well.
        frames: How many snapshots to show, spread evenly from the start to the last; all of them unless given.
        size: Width and height in pixels. An odd one grows by one pixel in MP4, which knows no odd sizes.
        fps: Frames per second, at most 50; so many that the movie lasts 20 seconds unless given.
        output: Index or name of the output to draw.
        progress: Called with (frames done, frames in all) after each frame.

    Returns:
        The path.

    Raises:
        NodewiseError: If a setting is out of range, PyAV is missing, or the file cannot be written.
    """
    path = Path(path)
    ending = film.ending(path)
    width, height = film.size(size, even=ending == ".mp4")
    snapshots = _snapshots(len(fit.history), frames)
    pace = _pace(fps, len(snapshots))
    scene = Scene(fit, (width, height), contributions, output)
    return film.write(path, lambda i: scene.frame(int(snapshots[i])), len(snapshots), pace, progress)


def _snapshots(count: int, frames: int | None) -> np.ndarray:
    if frames is None:
        return np.arange(count)
    if isinstance(frames, bool) or not isinstance(frames, int | np.integer) or not 1 <= frames <= count:
        raise NodewiseError(
            f"frames must be a whole number from 1 to {count}, the snapshots there are. Got {frames!r}."
        )
    return np.linspace(count - 1 if frames == 1 else 0, count - 1, frames).round().astype(int)


def _pace(fps: float | None, frames: int) -> float:
    return film.pace(fps, min(max(frames / _SECONDS, _SLOWEST), film.FASTEST), "20 seconds")
