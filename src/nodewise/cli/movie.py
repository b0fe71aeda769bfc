"""The movie of a training, as the command line asks for it."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from nodewise.cli.progress import bar
from nodewise.errors import NodewiseError, unknown

KINDS = ("gif", "webp", "mp4")
_MOST_FRAMES = 1000  # of a longer training, snapshots evenly spread


def kind(asked: Any) -> str | None:
    """Return the format of the movie asked for: a name, True or an empty list for the best there is, None for none.

    Raises:
        NodewiseError: If there is no such format, or what it needs is not installed.
    """
    if asked is None or asked is False:
        return None
    named = asked[0] if isinstance(asked, list) and asked else asked
    if named is True or named == []:
        return "mp4" if find_spec("av") else "gif"
    if named not in KINDS:
        raise unknown("movie", named, KINDS)
    if named == "mp4" and not find_spec("av"):
        raise NodewiseError('movie mp4 needs PyAV: pip install "nodewise[video]". Choose gif or webp to do without.')
    return named


def write(fit: Any, path: Path, quiet: bool) -> None:
    """Write the movie of a fit to `path`, in the format of its ending."""
    from nodewise.figures import movie

    with bar("Movie", quiet) as progress:
        movie.save(fit, path, frames=min(len(fit.history), _MOST_FRAMES), progress=progress)
