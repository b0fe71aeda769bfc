"""Making a movie: which snapshots, how fast, in which format."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nodewise.errors import NodewiseError
from nodewise.figures.movie.scene import Pixels, Scene
from nodewise.figures.movie.sinks import WRITERS
from nodewise.files import replacing

if TYPE_CHECKING:
    from nodewise.training.fit import Fit

_SECONDS = 20.0  # a movie lasts, unless its pace is given
_SLOWEST, _FASTEST = 5.0, 50.0  # frames per second; browsers slow a GIF down that is faster
_SMALLEST = (240, 180)


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

    For several features the samples move, predicted against observed. Memory does not grow with the number of frames.

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
    ending = path.suffix.lower()
    if ending not in WRITERS:
        raise NodewiseError(f"a movie's name must end in {', '.join(WRITERS)}. Got {path.name!r}.")
    width, height = _size(size, even=ending == ".mp4")
    snapshots = _snapshots(len(fit.history), frames)
    pace = _pace(fps, len(snapshots))
    scene = Scene(fit, (width, height), contributions, output)
    done = -1

    def frame(i: int) -> Pixels:
        nonlocal done
        if progress and i > done:
            done = i
            progress(i + 1, len(snapshots))
        return scene.frame(int(snapshots[i]))

    with replacing(path) as temporary:
        WRITERS[ending](temporary, frame, len(snapshots), pace)
    return path


def _snapshots(count: int, frames: int | None) -> np.ndarray:
    if frames is None:
        return np.arange(count)
    if isinstance(frames, bool) or not isinstance(frames, int | np.integer) or not 1 <= frames <= count:
        raise NodewiseError(
            f"frames must be a whole number from 1 to {count}, the snapshots there are. Got {frames!r}."
        )
    return np.linspace(count - 1 if frames == 1 else 0, count - 1, frames).round().astype(int)


def _pace(fps: float | None, frames: int) -> float:
    if fps is None:
        return min(max(frames / _SECONDS, _SLOWEST), _FASTEST)
    if not (isinstance(fps, int | float) and math.isfinite(fps) and 0 < fps <= _FASTEST):
        raise NodewiseError(f"fps must be above 0 and at most {_FASTEST:g}. Got {fps!r}; leave it out for 20 seconds.")
    return float(fps)


def _size(size: tuple[int, int], even: bool) -> tuple[int, int]:
    ok = isinstance(size, tuple | list) and len(size) == 2 and all(isinstance(n, int | np.integer) for n in size)
    if not ok or size[0] < _SMALLEST[0] or size[1] < _SMALLEST[1] or max(size) > 4096:
        raise NodewiseError(
            f"size must be width and height in pixels, from {_SMALLEST[0]}×{_SMALLEST[1]} to 4096×4096. Got {size!r}."
        )
    width, height = int(size[0]), int(size[1])
    return (width + width % 2, height + height % 2) if even else (width, height)
