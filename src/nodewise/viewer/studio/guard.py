"""Who may ask the studio for anything: the outermost layer, which refuses whatever it does not know to be right.

It goes by the raw headers and never by `request.url`, which an attacker's Host header can shape.
"""

import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nodewise.viewer.studio import page
from nodewise.viewer.studio.refusals import Refused

MOST_UPLOAD = 64 << 20
MOST_BODY = 4 << 20
_UPLOADS = ("/api/tables", "/api/models")
_MOST_HEADER = 1 << 16

NO_TOKEN = "The studio needs its token. Open the link that `nodewise studio` printed."
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}


@dataclass(frozen=True)
class Guard:
    """Lets a request through to `app` that is meant for this server, comes from its own page and has its token.

    Attributes:
        app: What it guards.
        token: The secret in the link.
        hosts: What the Host header may be, with the port, in lower case.
        own_address: Whether the address a connection came in on is such a host too: for a server open to others.
    """

    app: ASGIApp
    token: str
    hosts: frozenset[str]
    own_address: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # a WebSocket: closing it before it is accepted refuses it
            await send({"type": "websocket.close", "code": 1008})
            return
        send = _with_headers(send)
        refusal = self._refusal(scope)
        if refusal is not None:
            await _answer(send, *refusal, shown=scope["method"] == "GET" and scope["path"] == "/")
            return
        await self.app(scope, _counted(most_body(scope), receive), send)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Return status and sentence for a request that must not pass, or None."""
        headers = _headers(scope)
        if headers is None:
            return 400, "Every header that the studio looks at must be there at most once."
        hosts = self._hosts(scope)
        host, origin = headers.get("host", "").lower(), headers.get("origin")
        if host not in hosts:
            return 403, f"The studio answers to {' and '.join(sorted(self.hosts))} only. Got {host[:100]!r} as Host."
        if origin is not None and origin.lower() != f"http://{host}":
            return 403, f"The studio answers its own page only. Got {origin[:100]!r} as Origin."
        home = scope["method"] == "GET" and scope["path"] == "/"
        followed = home and headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
        if headers.get("sec-fetch-site") in ("cross-site", "same-site") and not followed:
            return 403, "The studio answers its own page only. Got a request from another one."
        given = headers.get("x-nodewise-token") or (_token_in_link(scope) if home else "")
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            return 401, NO_TOKEN
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()) or len(length) > 18 or int(length) > most_body(scope):
            return 413, _too_large(most_body(scope))
        return None

    def _hosts(self, scope: Scope) -> frozenset[str]:
        server = scope.get("server")
        if not self.own_address or not server:
            return self.hosts
        return self.hosts | frozenset(host_names([server[0]], server[1]))


def host_names(names: Iterable[str], port: int) -> list[str]:
    """Return what browsers send as Host for these names of a server on this port."""
    bracketed = [f"[{name}]" if ":" in name else name.lower() for name in names]
    return [f"{name}:{port}" for name in bracketed] + (bracketed if port == 80 else [])


def most_body(scope: Scope) -> int:
    """Return how many bytes the body of a request may have."""
    return MOST_UPLOAD if scope["method"] == "POST" and scope["path"] in _UPLOADS else MOST_BODY


_LOOKED_AT = (b"host", b"origin", b"x-nodewise-token", b"content-length", b"sec-fetch-site", b"sec-fetch-mode",
              b"sec-fetch-dest")  # fmt: skip


def _headers(scope: Scope) -> dict[str, str] | None:
    """Return the headers that are looked at, or None if one of them comes twice."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        if name in _LOOKED_AT:
            if name.decode() in found:
                return None
            found[name.decode()] = value.decode("latin-1")
    return found


def _token_in_link(scope: Scope) -> str:
    query = scope["query_string"]
    if len(query) > _MOST_HEADER:
        return ""
    given = parse_qs(query.decode("latin-1"), max_num_fields=20).get("token", []) if query.count(b"&") < 20 else []
    return given[0] if len(given) == 1 else ""


def _too_large(most: int) -> str:
    return f"A request must have at most {most >> 20} MiB. Got more; leave out what is not needed."


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            there = {name.lower() for name, _ in message["headers"]}
            added = [(name.encode(), value.encode()) for name, value in _HEADERS.items() if name.encode() not in there]
            message = {**message, "headers": [*message["headers"], *added]}
        await send(message)

    return sending


async def _answer(send: Send, status: int, sentence: str, shown: bool) -> None:
    """Refuse in JSON, or, where a person opened the address, in a page with the sentence."""
    if shown:
        body, policy = page.refusal(sentence)
        kind, extra = b"text/html; charset=utf-8", [(b"content-security-policy", policy.encode())]
    else:
        body, kind, extra = json.dumps({"error": sentence}).encode(), b"application/json", []
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), (b"connection", b"close"), *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _counted(most: int, receive: Receive) -> Receive:
    """Return `receive` that refuses a body at the byte that is too many, whatever length was announced."""
    came = 0

    async def counting() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > most:
            raise Refused(_too_large(most), status=413)
        return message

    return counting
