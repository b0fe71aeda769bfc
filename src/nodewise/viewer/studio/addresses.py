"""The addresses of the page, the form and the tables."""

import secrets
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from nodewise.training.runtime import version
from nodewise.viewer.studio import form, kept, models, page, uploads
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
    lists = {"tables": _listed(studio), "models": _models_of(studio)}
    more = lists | {"version": version("nodewise"), "chosen": studio.chosen}
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
    kept.delete(studio.folder, uploads.KIND, request.path_params["id"])
    return JSONResponse({})


async def _models(studio: Studio, _: Request) -> Response:
    return JSONResponse(_models_of(studio))


async def _add_model(studio: Studio, request: Request) -> Response:
    given = {name: request.query_params[name] for name in models.OPTIONS if request.query_params.get(name)}
    about = await models.take(studio.folder, request.query_params.get("name", ""), given, request.stream())
    return JSONResponse(_without_file(about), 201)


async def _delete_model(studio: Studio, request: Request) -> Response:
    kept.delete(studio.folder, models.KIND, request.path_params["id"])
    return JSONResponse({})


def _models_of(studio: Studio) -> list[dict[str, Any]]:
    return [_without_file(about) for about in kept.listed(studio.folder, models.KIND)]


def _without_file(about: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in about.items() if name != "file"}


def _listed(studio: Studio) -> list[dict[str, Any]]:
    return [_shown(about) for about in kept.listed(studio.folder, uploads.KIND)]


def _shown(about: dict[str, Any]) -> dict[str, Any]:
    return {name: about[name] for name in _SHOWN}


ADDRESSES: dict[tuple[str, str], Answer] = {
    ("GET", "/"): _shell,
    ("GET", "/api/alive"): _alive,
    ("GET", "/api/form"): _form,
    ("GET", "/api/tables"): _tables,
    ("POST", "/api/tables"): _add,
    ("DELETE", "/api/tables/{id}"): _delete,
    ("GET", "/api/models"): _models,
    ("POST", "/api/models"): _add_model,
    ("DELETE", "/api/models/{id}"): _delete_model,
}
