"""The browser that tests drive, and that its watch sees what it must."""

import http.server
import threading

import pytest

import chromium
from browser import Watch

LOGS = "<script>console.error('a', 'b'); console.log('c')</script>"
THROWS = "<script>null.x</script>"
ASKS = "<link rel='icon' href='data:,'><script>fetch('http://example.org/x').catch(() => { document.title = 'failed' })</script>"


@pytest.fixture
def server(tmp_path):
    (tmp_path / "index.html").write_text("<link rel='icon' href='data:,'><title>here</title>")

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=tmp_path)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_a_page_from_a_file_is_fine(page, tmp_path):
    (tmp_path / "a.html").write_text("<title>file</title><img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>")
    page.goto((tmp_path / "a.html").as_uri())
    assert page.title() == "file"
    assert page.evaluate("[innerWidth, innerHeight]") == [1280, 720]


@pytest.mark.parametrize("page_options", [{"color_scheme": "dark", "viewport": {"width": 360, "height": 740}}])
def test_a_page_can_be_another_one(page):
    page.goto("data:text/html,")
    assert page.evaluate("[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]") == [360, True]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (LOGS, "console: a b"),
        (THROWS, "page error: Cannot read properties of null (reading 'x')"),
        (ASKS, "request: http://example.org/x"),
    ],
    ids=["logs", "throws", "asks"],
)
def test_the_watch_sees(page, watch, tmp_path, text, seen):
    (tmp_path / "a.html").write_text(text)
    page.goto((tmp_path / "a.html").as_uri())
    if text == ASKS:
        page.wait_for_function("document.title === 'failed'")
        watch.forgive("^console: .*(CORS policy|ERR_NAME_NOT_RESOLVED|ERR_FAILED)")
    assert [problem.splitlines()[0] for problem in watch.problems] == [seen]
    watch.forgive(".")


def test_the_watch_sees_other_tabs(page, watch):
    page.context.new_page().goto(f"data:text/html,{LOGS}")
    assert watch.problems == ["console: a b"]
    watch.forgive("^console: a b$")


def test_a_server_is_allowed_by_name(page, watch, server):
    page.goto(server)
    assert watch.problems == [f"request: {server}"]
    watch.forgive("^request")
    watch.allow(server)
    page.reload()
    assert page.title() == "here"


def test_what_must_not_be_allowed_or_forgiven():
    watch = Watch()
    with pytest.raises(AssertionError, match=r"^https://example\.org/ is not on this machine"):
        watch.allow("https://example.org/")
    with pytest.raises(AssertionError, match=r"^no problem matches 'x': \[\]"):
        watch.forgive("x")


def test_chromium_is_named(monkeypatch, tmp_path):
    program = tmp_path / "browser"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(program))
    assert chromium.find() == str(program)
    assert chromium.main() is None


def test_chromium_is_missing(monkeypatch, tmp_path):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))  # no apt-get there either
    monkeypatch.setattr(chromium, "PLACES", ())
    assert chromium.main() == (
        "the browser tests need Chromium or Chrome. Got neither on PATH (chromium, chromium-browser, google-chrome, "
        "google-chrome-stable) nor in $CHROMIUM. Install it (Debian: apt-get install chromium) or name it: "
        "CHROMIUM=/path/to/chromium make test."
    )
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    assert chromium.main() == (
        f"$CHROMIUM must be a program. Got {tmp_path / 'none'}, which is none. Name the Chromium to test with, or unset it."
    )
