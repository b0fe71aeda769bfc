"""What every movie shares: its format, size and pace, checked, and the writing of its frames."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np

from nodewise.errors import NodewiseError
from nodewise.figures.movie.sinks import WRITERS, Pixels
from nodewise.files import replacing

Progress = Callable[[int, int], None]

FASTEST = 50.0  # frames per second; browsers slow a GIF down that is faster
_SMALLEST = (240, 180)


def ending(path: Path) -> str:
    """Return the ending that chooses the format.

    Raises:
        NodewiseError: If there is no such format.
    """
    if path.suffix.lower() not in WRITERS:
        raise NodewiseError(f"a movie's name must end in {', '.join(WRITERS)}. Got {path.name!r}.")
    return path.suffix.lower()


def size(given: tuple[int, int], even: bool) -> tuple[int, int]:
    """Return width and height in pixels; an odd one grows by one pixel where both must be even.

    Raises:
        NodewiseError: If they are no numbers of pixels, too few or too many.
    """
    ok = isinstance(given, tuple | list) and len(given) == 2 and all(isinstance(n, int | np.integer) for n in given)
    if not ok or given[0] < _SMALLEST[0] or given[1] < _SMALLEST[1] or max(given) > 4096:
        raise NodewiseError(
            f"size must be width and height in pixels, from {_SMALLEST[0]}×{_SMALLEST[1]} to 4096×4096. Got {given!r}."
        )
    width, height = int(given[0]), int(given[1])
    return (width + width % 2, height + height % 2) if even else (width, height)


def pace(fps: float | None, usual: float, unless: str) -> float:
    """Return the frames per second: those given, or the usual ones; `unless` says what leaving them out does.

    Raises:
        NodewiseError: If they are no number above 0, or too many.
    """
    if fps is None:
        return usual
    if not (isinstance(fps, int | float) and math.isfinite(fps) and 0 < fps <= FASTEST):
        raise NodewiseError(f"fps must be above 0 and at most {FASTEST:g}. Got {fps!r}; leave it out for {unless}.")
    return float(fps)


def write(path: Path, picture: Callable[[int], Pixels], count: int, fps: float, progress: Progress | None) -> Path:
    """Write a movie of `count` pictures, whole or not at all.

    Raises:
        NodewiseError: If PyAV is missing, or the file cannot be written.
    """
    done = 0

    def frame(i: int) -> Pixels:
        nonlocal done
        if i == done:  # a writer may look at other frames before, to choose its colours
            done += 1
            if progress:
                progress(done, count)
        return picture(i)

    with replacing(path) as temporary:
        WRITERS[ending(path)](temporary, frame, count, fps)
    return path
