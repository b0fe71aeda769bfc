"""The addresses of the page, the form and the tables."""

import secrets
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from nodewise.training.runtime import version
from nodewise.viewer.studio import form, page, uploads
from nodewise.viewer.studio.refusals import Refused
from nodewise.viewer.studio.state import Studio

Answer = Callable[[Studio, Request], Awaitable[Response]]

_SERVER = secrets.token_hex(8)  # of this process: a page that sees another knows that the studio was started anew
_SHOWN = ("id", "name", "rows", "columns", "notes", "created")


async def _shell(_: Studio, __: Request) -> Response:
    try:
        body, policy = page.shell()
    except OSError:
        raise Refused("The viewer must be built before it is shown: make viewer.", status=500) from None
    return Response(body, media_type="text/html", headers={"content-security-policy": policy})


async def _alive(_: Studio, __: Request) -> Response:
    return JSONResponse({"server": _SERVER, "version": version("nodewise")})


async def _form(studio: Studio, _: Request) -> Response:
    more = {"version": version("nodewise"), "tables": _listed(studio), "chosen": studio.chosen}
    return JSONResponse(_offered() | more)


@cache
def _offered() -> dict[str, Any]:
    return form.describe()


async def _tables(studio: Studio, _: Request) -> Response:
    return JSONResponse(_listed(studio))


async def _add(studio: Studio, request: Request) -> Response:
    about = await uploads.take(studio.folder, request.query_params.get("name", ""), request.stream())
    return JSONResponse(_shown(about), 201)


async def _delete(studio: Studio, request: Request) -> Response:
    uploads.delete(studio.folder, request.path_params["id"])
    return JSONResponse({})


def _listed(studio: Studio) -> list[dict[str, Any]]:
    return [_shown(about) for about in uploads.listed(studio.folder)]


def _shown(about: dict[str, Any]) -> dict[str, Any]:
    return {name: about[name] for name in _SHOWN}


ADDRESSES: dict[tuple[str, str], Answer] = {
    ("GET", "/"): _shell,
    ("GET", "/api/alive"): _alive,
    ("GET", "/api/form"): _form,
    ("GET", "/api/tables"): _tables,
    ("POST", "/api/tables"): _add,
    ("DELETE", "/api/tables/{id}"): _delete,
}
