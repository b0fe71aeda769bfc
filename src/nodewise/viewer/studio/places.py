"""Where the studio keeps things on this machine: its folder, its token, and that it is there only once."""

import os
import secrets
import sys
from pathlib import Path
from typing import IO

from nodewise import files
from nodewise.errors import NodewiseError
from nodewise.viewer.studio.kept import KINDS

_SHORTEST_TOKEN = 32


def default_folder() -> Path:
    """Return the folder of a user's own data on this system."""
    if sys.platform == "win32" and "LOCALAPPDATA" in os.environ:
        return Path(os.environ["LOCALAPPDATA"]) / "nodewise" / "studio"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "nodewise" / "studio"
    named = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (named if named.is_absolute() else Path.home() / ".local" / "share") / "nodewise" / "studio"


def prepare(folder: Path) -> Path:
    """Make the folder and those in it, for this user's eyes only.

    Raises:
        NodewiseError: If it cannot be made or written to.
    """
    new = not folder.exists()
    files.folder(folder)
    if new:
        folder.chmod(0o700)
    for name in ("runs", *KINDS):
        files.folder(folder / name)
    return folder


def token(folder: Path) -> str:
    """Return the secret of the link, the same at every start, so that a page left open finds its studio again.

    Raises:
        NodewiseError: If it cannot be written.
    """
    path = folder / "token"
    try:
        path.chmod(0o600)
        kept = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        kept = ""
    if len(kept) >= _SHORTEST_TOKEN and kept.replace("-", "").replace("_", "").isalnum():
        return kept
    made = secrets.token_urlsafe(32)
    try:
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(made)
    except OSError as error:
        raise files.cannot_write(path, error) from None
    return made


def lock(folder: Path) -> IO[str]:
    """Take the folder for this process, until the file returned is closed or the process ends, however it ends.

    Raises:
        NodewiseError: If another studio has it.
    """
    path = folder / "lock"
    try:
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise files.cannot_write(path, error) from None
    try:
        _lock(file)
    except OSError:
        file.close()
        raise NodewiseError(
            f"A folder must be used by one studio at a time. Got {folder}, which another one uses{_address(folder)}. "
            "Open that one, or name another folder with --folder."
        ) from None
    return file


def note_address(folder: Path, address: str) -> None:
    """Write down where this studio is, for the one that finds the folder taken."""
    files.write_bytes(folder / "address", address.encode())


def _address(folder: Path) -> str:
    try:
        return f" at {(folder / 'address').read_text(encoding='utf-8').strip()[:100]}"
    except (OSError, UnicodeDecodeError):
        return ""


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
