"""The Chromium that the browser tests drive: where it is, how to get it.

Run as a program it makes sure that there is one: python tests/chromium.py
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# As packages call it; Chrome is Chromium with extras.
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = ("/Applications/Chromium.app/Contents/MacOS/Chromium",)
PLACES += ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)
MISSING = (
    "the browser tests need Chromium or Chrome. Got neither on PATH ({names}) nor in $CHROMIUM. "
    "Install it (Debian: apt-get install chromium) or name it: CHROMIUM=/path/to/chromium make test."
)
NO_FILE = "$CHROMIUM must be a program. Got {path}, which is none. Name the Chromium to test with, or unset it."


def find() -> str:
    """Return the path of Chromium: $CHROMIUM, one on PATH, or one where macOS keeps it.

    Raises:
        FileNotFoundError: If there is none; the message says how to get one.
    """
    if named := os.environ.get("CHROMIUM"):
        if not (found := shutil.which(named)):
            raise FileNotFoundError(NO_FILE.format(path=named))
        return found
    for name in (*NAMES, *PLACES):
        if found := shutil.which(name):
            return found
    raise FileNotFoundError(MISSING.format(names=", ".join(NAMES)))


def install() -> None:
    """Install Debian's package, where this process may: as root of a Debian, Ubuntu excepted (a snap is behind its)."""
    debian = Path("/etc/debian_version").exists() and "ID=ubuntu" not in Path("/etc/os-release").read_text()
    if not debian or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    sys.stdout.write("Installing Debian's chromium, which the browser tests drive ...\n")
    sys.stdout.flush()
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "-qq", "update"], env=quiet, check=False)
    command = ["apt-get", "-qq", "install", "-y", "--no-install-recommends", "chromium"]
    command += ["fonts-dejavu-core"]  # without any font, as on a bare machine, a page has no letters
    subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False)


def missing() -> str:
    """Return what is missing, in one sentence, or "" where nothing is."""
    try:
        find()
    except FileNotFoundError as error:
        return str(error)
    return ""


def main() -> str | None:
    """Find Chromium, or install it; return what is missing then."""
    if missing() and not os.environ.get("CHROMIUM"):
        install()
    return missing() or None


if __name__ == "__main__":
    sys.exit(main())
