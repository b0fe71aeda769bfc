"""What every test shares: no luck, no window, and a fresh Python process on request."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parents[1]

# Drawing must never open a window; set before anything imports matplotlib.
os.environ["MPLBACKEND"] = "Agg"

# The same examples on every run: a test that fails today failed yesterday, or the code changed. No deadline, because
# the first call of a compiled function takes a thousand times as long as the second.
hypothesis.settings.register_profile("nodewise", derandomize=True, deadline=None, print_blob=True)
hypothesis.settings.load_profile("nodewise")

FreshPython = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def fresh_python() -> FreshPython:
    """Run Python with `arguments` in a process of its own, warnings as errors; a failure shows what it printed."""

    def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1"}
        done = subprocess.run(
            [sys.executable, "-W", "error", *arguments], cwd=cwd, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    return run


@pytest.fixture(autouse=True)
def _close_figures():
    """Close what a test drew; matplotlib is looked up, not imported, so that a test without pictures stays quick."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")
