"""Pages in a real browser, and what watches over them: no error is logged, and nothing leaves the machine."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import chromium

HERE = ("file", "data", "blob", "about")
# No name but this machine's is looked up, so that a request that should not be fails at once, and everywhere alike.
# One colour profile and no scrollbars: pictures of a page are the same on every machine with the same fonts.
ARGUMENTS = (
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
)
VIEW = {"viewport": {"width": 1280, "height": 720}, "color_scheme": "light", "service_workers": "block"}


class Watch:
    """What a test's pages did that they should not; `problems` must be empty at its end."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self._servers: set[str] = set()

    def allow(self, address: str) -> None:
        """Let the pages talk to the server at `address`, the test's own: same host and same port."""
        host = urlsplit(address).hostname
        assert host in ("127.0.0.1", "localhost", "::1"), f"{address} is not on this machine"
        self._servers.add(urlsplit(address).netloc)

    def forgive(self, pattern: str) -> None:
        """Drop the problems that match `pattern`, of which there must be one: the test brought them about."""
        kept = [problem for problem in self.problems if not re.search(pattern, problem)]
        assert len(kept) < len(self.problems), f"no problem matches {pattern!r}: {self.problems}"
        self.problems = kept

    def follow(self, context: Any) -> None:
        """Watch every page of a browser context."""
        context.on("console", lambda message: self._say("console", message.text, message.type == "error"))
        context.on("weberror", lambda error: self._say("page error", str(error.error)))
        context.on("request", lambda request: self._say("request", request.url, not self._may(request.url)))
        context.on("page", lambda page: page.on("websocket", self._socket))

    def _socket(self, socket: Any) -> None:
        self._say("web socket", socket.url, not self._may(socket.url))

    def _may(self, address: str) -> bool:
        parts = urlsplit(address)
        return parts.scheme in HERE or parts.netloc in self._servers

    def _say(self, kind: str, text: str, wrong: bool = True) -> None:
        if wrong:
            self.problems.append(f"{kind}: {text[:1000]}")


@contextmanager
def launched() -> Iterator[Any]:
    """Run Chromium without a window, downloading nothing; in its sandbox, which root cannot have."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)  # as long as every other wait; five seconds are short on a busy machine

    with sync_playwright() as playwright:
        sandbox = not hasattr(os, "geteuid") or os.geteuid() != 0
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), chromium_sandbox=sandbox, args=list(ARGUMENTS)
        )
        yield browser
        browser.close()
