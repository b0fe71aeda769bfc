"""Writing files so that a failure leaves nothing half-written."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nodewise.errors import NodewiseError

_REMEDIES = {
    errno.ENOSPC: "The disk is full; free some space or choose another folder.",
    errno.EDQUOT: "The disk quota is used up; free some space or choose another folder.",
    errno.EACCES: "Choose a folder you may write to.",
    errno.EPERM: "Choose a folder you may write to.",
    errno.EROFS: "The disk is read-only; choose another folder.",
    errno.ENOENT: "Its folder does not exist; make it first.",
    errno.ENOTDIR: "A part of the path is a file; choose another folder.",
    errno.EEXIST: "A file of that name is in the way; choose another folder.",
    errno.ENAMETOOLONG: "Choose a shorter name.",
}


def cannot_write(path: Path, error: OSError) -> NodewiseError:
    """Build the error for a failed write to `path`, with the remedy for its cause."""
    remedy = _REMEDIES.get(error.errno or 0, "Choose another folder.")
    return NodewiseError(f"{path} could not be written: {os.strerror(error.errno or errno.EIO)}. {remedy}")


def folder(path: str | Path) -> Path:
    """Make the folder `path` (with its parents) and check that a file can be written in it.

    Raises:
        NodewiseError: If it cannot be made or written to.
    """
    import tempfile  # loads more than all the rest of this file, which opening a model needs

    path = Path(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise cannot_write(path, error) from None
    return path


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; move it to `path` when the block ends well, remove it otherwise.

    Raises:
        NodewiseError: If writing, closing or moving fails with an operating-system error.
    """
    path = Path(path)
    # The ending is kept because writers choose the format by it.
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        yield temporary
        temporary.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: str | Path, content: bytes) -> Path:
    """Write `content` to `path` whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)
    return Path(path)
