"""The application: every address with what answers it, and how refusals and mistakes are told."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from nodewise.errors import NodewiseError
from nodewise.viewer.studio import addresses, refusals, training
from nodewise.viewer.studio.state import Studio


def build(studio: Studio) -> Starlette:
    """Return the application, without its guard."""
    table = addresses.ADDRESSES | training.ADDRESSES
    routes = [Route(path, _bound(studio, answer), methods=[method]) for (method, path), answer in table.items()]
    handlers: dict[Any, Any] = {
        NodewiseError: refusals.answer,
        ClientDisconnect: refusals.answer_nobody,
        HTTPException: refusals.answer_http,
        Exception: refusals.answer_mistake,
    }
    made = Starlette(routes=routes, exception_handlers=handlers, lifespan=_lifespan(studio))
    made.router.redirect_slashes = False  # a redirection is made from the Host header
    return made


def _bound(studio: Studio, answer: addresses.Answer) -> Callable[[Request], Awaitable[Response]]:
    async def bound(request: Request) -> Response:
        return await answer(studio, request)

    return bound


def _lifespan(studio: Studio) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def living(_: Starlette) -> AsyncIterator[None]:
        studio.jobs.start()
        yield
        await studio.jobs.stop()

    return living
