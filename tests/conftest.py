"""What every test shares: no luck, no window, and on request a fresh Python process or a page in a browser."""

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest

import browser
import compiled

ROOT = Path(__file__).resolve().parents[1]

# Drawing must never open a window; set before anything imports matplotlib.
os.environ["MPLBACKEND"] = "Agg"

# The same examples on every run: a test that fails today failed yesterday, or the code changed. No deadline, because
# the first call of a compiled function takes a thousand times as long as the second.
hypothesis.settings.register_profile("nodewise", derandomize=True, deadline=None, print_blob=True)
hypothesis.settings.load_profile("nodewise")

# A shell that starts the tests in the background has Ctrl-C ignored, by all processes that tests start as well.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# As in `runtime.own_process`: tracing makes many objects and few cycles.
gc.set_threshold(100_000, 20, 20)


def pytest_configure(config):
    """Keep what JAX compiles, where pytest keeps anything."""
    if hasattr(config, "cache"):  # not with -p no:cacheprovider
        compiled.keep()


def pytest_collection_finish():
    """Leave thousands of tests and modules out of the garbage collector's rounds, each a tenth of a second with them."""
    gc.collect()
    gc.freeze()


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


@pytest.fixture(scope="module")
def chromium_browser():
    """Chromium. One per module: Playwright's event loop would get in the way of asyncio in other modules' tests."""
    with browser.launched() as launched:
        yield launched


@pytest.fixture
def watch():
    """Watch the pages of this test, which fails if they logged an error or asked anyone but `watch.allow(server)`."""
    watch = browser.Watch()
    yield watch
    assert watch.problems == []


@pytest.fixture
def page_options() -> dict[str, Any]:
    """What differs from the usual page: parametrise it with, say, {"color_scheme": "dark"} or another viewport."""
    return {}


@pytest.fixture
def page(chromium_browser, watch, page_options):
    """Open an empty page, watched, as are all pages opened from it or by `page.context.new_page()`."""
    with chromium_browser.new_context(**{**browser.VIEW, **page_options}) as context:
        watch.follow(context)
        yield context.new_page()


@pytest.fixture(autouse=True)
def _close_figures():
    """Close what a test drew; matplotlib is looked up, not imported, so that a test without pictures stays quick."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")
