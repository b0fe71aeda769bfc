"""Nothing answers without the token, for another host, to another page, or to too many bytes."""

import base64
import hashlib
import re
import socket

import httpx2
import pytest

from nodewise.viewer.studio import addresses, training
from nodewise.viewer.studio.app import build
from nodewise.viewer.studio.guard import MOST_BODY, MOST_UPLOAD, NO_TOKEN
from nodewise.viewer.studio.jobs import Jobs
from nodewise.viewer.studio.state import Studio
from nodewise.viewer.studio.store import open_store

ADDRESSES = addresses.ADDRESSES | training.ADDRESSES
# Without the token; certificates are not loaded, which takes longer than a test.
STRANGER = httpx2.Client(verify=False, trust_env=False)
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def test_these_are_all_addresses(tmp_path):
    (tmp_path / "runs").mkdir()
    kept = open_store(tmp_path)
    routes = build(Studio(tmp_path, kept, Jobs(kept), None)).routes
    kept.index.close()
    assert {(method, route.path) for route in routes for method in route.methods - {"HEAD"}} == set(ADDRESSES)


@pytest.mark.parametrize("token", [None, "", "x", "x" * 43])
@pytest.mark.parametrize(("method", "path"), [*ADDRESSES, ("GET", "/nothing"), ("PUT", "/api/runs"), ("HEAD", "/")])
def test_no_address_answers_without_the_token(studio, method, path, token):
    path = path.format(id="0" * 12, what="document")
    headers = {} if token is None else {"X-Nodewise-Token": token}
    answer = STRANGER.request(method, studio.base + path, headers=headers)
    assert answer.status_code == 401
    if (method, path) == ("GET", "/"):
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert f"<p>{NO_TOKEN}</p>" in answer.text
    elif method != "HEAD":
        assert answer.json() == {"error": NO_TOKEN}
    assert HEADERS.items() <= dict(answer.headers).items()
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; ")


def test_only_the_page_takes_the_token_from_the_link(studio):
    query = {"token": studio.token}
    assert STRANGER.get(studio.base, params=query).status_code == 200
    assert STRANGER.get(studio.base + "/api/alive", params=query).status_code == 401
    assert STRANGER.post(studio.base, params=query).status_code == 401
    assert STRANGER.get(f"{studio.base}/?token={studio.token}&token={studio.token}").status_code == 401


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "localhost.evil.example", "127.0.0.1:1", "LOCALHOST:1", ""]
)
def test_another_host_is_refused(studio, host):
    answer = studio.client.get("/api/alive", headers={"Host": host})
    own = studio.base.removeprefix("http://")
    port = own.split(":")[1]
    assert answer.status_code == 403
    assert answer.json() == {
        "error": f"The studio answers to {own} and localhost:{port} only. Got {host.lower()!r} as Host."
    }


def test_both_names_of_this_machine_are_served(studio):
    port = studio.base.rsplit(":", 1)[1]
    for host in (f"localhost:{port}", f"LocalHost:{port}", f"127.0.0.1:{port}"):
        assert studio.client.get("/api/alive", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "https://127.0.0.1:{port}",
        "http://localhost:{port}",
        "http://127.0.0.1:{port}.evil",
    ],
)
def test_another_origin_is_refused(studio, origin):
    origin = origin.format(port=studio.base.rsplit(":", 1)[1])
    answer = studio.client.get("/api/alive", headers={"Origin": origin})
    assert answer.status_code == 403
    assert answer.json() == {"error": f"The studio answers its own page only. Got {origin!r} as Origin."}


def test_its_own_origin_is_served(studio):
    assert studio.client.get("/api/alive", headers={"Origin": studio.base}).status_code == 200


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/api/alive", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("/api/alive", {"Sec-Fetch-Site": "same-site"}, 403),
        ("/api/alive", {"Sec-Fetch-Site": "same-origin"}, 200),
        ("/api/alive", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 403),
        ("/", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("/", {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200),
        # The link may be opened from a terminal that is itself a web page.
        ("/", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200),
        ("/", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, 403),
    ],
)  # fmt: skip
def test_another_page_is_refused(studio, path, headers, status):
    assert studio.client.get(path, headers=headers).status_code == status


def test_no_address_redirects(studio):
    assert studio.refusal("GET", "/api/runs/") == (404, {"error": "'/api/runs/' is no address of the studio."})


@pytest.mark.parametrize(
    ("path", "most"), [("/api/runs", MOST_BODY), ("/api/check", MOST_BODY), ("/api/tables?name=a.csv", MOST_UPLOAD)]
)
@pytest.mark.parametrize("counted", [False, True])
def test_too_large_a_body_is_refused(studio, path, most, counted):
    # As chunks, no length is announced.
    content = (b"x" * (1 << 20) for _ in range((most >> 20) + 2)) if counted else b"x" * (most + 1)
    try:
        answer = studio.client.post(path, content=content)
    except httpx2.WriteError:
        assert not counted  # refused at the first header, and closed before all was sent
        return
    assert answer.status_code == 413
    assert answer.json() == {
        "error": f"A request must have at most {most >> 20} MiB. Got more; leave out what is not needed."
    }
    assert HEADERS.items() <= dict(answer.headers).items()
    assert not list((studio.folder / "tables").glob(".*"))


@pytest.mark.parametrize(
    "lines",
    [
        "Content-Length: -1",
        "Content-Length: x",
        "Host: evil.example",
        "X-Nodewise-Token: x",
        "Origin: http://a\r\nOrigin: http://b",
    ],
)
def test_headers_that_contradict_each_other_are_refused(studio, lines):
    host, port = studio.base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as line:
        head = f"GET /api/alive HTTP/1.1\r\nHost: {host}:{port}\r\nX-Nodewise-Token: {studio.token}\r\n{lines}\r\n\r\n"
        line.sendall(head.encode())
        assert re.match(rb"HTTP/1.1 4\d\d ", line.recv(1000))


def test_a_websocket_is_refused(studio):
    answer = studio.client.get(
        "/api/alive",
        headers={
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "x",
        },
    )
    assert "upgrade" not in answer.headers  # it is an address like any other


def scripts_and_policy(answer):
    found = re.findall(r"<script[^>]*>(.*?)</script>", answer.text, re.DOTALL)
    return found, answer.headers["content-security-policy"]


def test_the_policy_of_the_page_names_its_scripts_and_nothing_else(studio):
    answer = studio.client.get("/")
    scripts, policy = scripts_and_policy(answer)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    named = " ".join(f"'sha256-{value}'" for value in hashes)
    assert policy == (
        f"default-src 'none'; script-src {named}; style-src 'self'; "
        "connect-src 'self'; img-src data: blob:; media-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert len(scripts) == 2
    assert studio.token not in answer.text
    assert '<main id="nodewise-studio"></main>' in answer.text


def test_the_policy_of_the_refusal_names_its_script(studio):
    scripts, policy = scripts_and_policy(STRANGER.get(studio.base))
    hashed = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert len(scripts) == 1
    assert f"script-src 'sha256-{hashed}';" in policy


def test_an_unknown_address_and_method_are_sentences(studio):
    assert studio.refusal("GET", "/nothing") == (404, {"error": "'/nothing' is no address of the studio."})
    assert studio.refusal("PUT", "/api/runs") == (405, {"error": "'/api/runs' does not take PUT."})
