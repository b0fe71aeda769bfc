"""The addresses of runs: asking for one, watching it, and taking away what it came to."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from nodewise.data.dataset import Dataset
from nodewise.network import Network
from nodewise.viewer.studio import bodies, downloads, glimpse, index, kept, models, runs, sources, store, uploads
from nodewise.viewer.studio.addresses import Answer
from nodewise.viewer.studio.state import Studio


async def _check(studio: Studio, request: Request) -> Response:
    await _prepared(studio, bodies.parse(await request.body()))
    return JSONResponse({})


async def _add(studio: Studio, request: Request) -> Response:
    body = bodies.parse(await request.body())
    asked, name, files = await _prepared(studio, body)
    about = {"name": name, "source": body["source"], "settings": body.get("settings", {})}
    resolved = {} if asked.kind == "model" else asked.settings.as_dict()
    row = store.create(studio.store, about | {"resolved": resolved}, files)
    studio.jobs.add(row["id"])
    return JSONResponse(row, 201)


async def _prepared(studio: Studio, body: dict[str, Any]) -> tuple[sources.Asked, str, dict[str, Path]]:
    """Check all that can be checked before training; return what was asked, its name, and the files a run keeps."""
    asked = sources.parse(body)
    data, name, files = await _drawn(studio, asked)
    if asked.kind == "model":
        models.fitting(Network.load(files[runs.MODEL]), data)
    else:
        sources.check(data, asked.settings)
    return asked, name, files


async def _drawn(studio: Studio, asked: sources.Asked) -> tuple[Dataset, str, dict[str, Path]]:
    """Return the samples of what was asked, their name, and the files a run keeps."""
    name, files = "", {}
    if asked.kind == "table":
        name, files = await _of_table(studio, asked)
    elif asked.kind == "model":
        name, files = await _of_model(studio, asked)
    data = await run_in_threadpool(sources.dataset, asked, files.get(runs.SAMPLES))
    return data, name or data.name, files


async def _of_table(
    studio: Studio, asked: sources.Asked, model: dict[str, Any] | None = None
) -> tuple[str, dict[str, Path]]:
    about = kept.find(studio.folder, uploads.KIND, asked.source.get("id"))
    original, choice = kept.file_of(studio.folder, uploads.KIND, about), sources.choice(asked)
    choice = choice if model is None else models.choice(model, about, choice)
    samples = await uploads.samples(studio.folder, about, choice)
    return about["name"], {runs.SAMPLES: samples, runs.TABLE + original.suffix: original}


async def _of_model(studio: Studio, asked: sources.Asked) -> tuple[str, dict[str, Path]]:
    table = sources.table_of(asked)
    about = kept.find(studio.folder, models.KIND, asked.source.get("id"))
    network = kept.file_of(studio.folder, models.KIND, about)
    files = {runs.SAMPLES: network.with_name(models.SAMPLES)}
    if table is not None:
        _, files = await _of_table(studio, table, about)
    return about["name"], files | {runs.MODEL: network}


async def _glimpse(studio: Studio, request: Request) -> Response:
    asked = sources.parse({"source": bodies.parse(await request.body()).get("source")})
    data, _, _ = await _drawn(studio, asked)
    return JSONResponse(glimpse.of(data))


async def _list(studio: Studio, _: Request) -> Response:
    return JSONResponse(store.listed(studio.store))


async def _show(studio: Studio, request: Request) -> Response:
    row = store.find(studio.store, request.path_params["id"])
    return JSONResponse(row | {"body": store.body_of(studio.store, row["id"])})


async def _progress(studio: Studio, request: Request) -> Response:
    row = store.find(studio.store, request.path_params["id"])
    return StreamingResponse(_lines(studio, row), media_type="application/x-ndjson")


async def _lines(studio: Studio, row: dict[str, Any]) -> AsyncIterator[bytes]:
    news = None
    async for news in studio.jobs.progress(row["id"]):
        yield json.dumps(news).encode() + b"\n"
    if news is None:  # over before anyone asked, perhaps since the row was read
        row = index.one(studio.store.index, row["id"]) or row
        steps = row["resolved"].get("steps")
        told = {name: row[name] for name in runs.NEWS if name in row}
        yield json.dumps({"step": steps, "steps": steps, "loss": None} | told).encode() + b"\n"


async def _cancel(studio: Studio, request: Request) -> Response:
    studio.jobs.cancel(store.find(studio.store, request.path_params["id"])["id"])
    return JSONResponse({}, 202)


async def _delete(studio: Studio, request: Request) -> Response:
    store.delete(studio.store, request.path_params["id"])
    return JSONResponse({})


async def _download(studio: Studio, request: Request) -> Response:
    row, what = store.find(studio.store, request.path_params["id"]), request.path_params["what"]
    if what not in downloads.KINDS:
        raise HTTPException(404)
    return await run_in_threadpool(downloads.KINDS[what], studio.store, row)


ADDRESSES: dict[tuple[str, str], Answer] = {
    ("POST", "/api/check"): _check,
    ("POST", "/api/samples"): _glimpse,
    ("GET", "/api/runs"): _list,
    ("POST", "/api/runs"): _add,
    ("GET", "/api/runs/{id}"): _show,
    ("DELETE", "/api/runs/{id}"): _delete,
    ("GET", "/api/runs/{id}/progress"): _progress,
    ("POST", "/api/runs/{id}/cancel"): _cancel,
    ("GET", "/api/runs/{id}/{what}"): _download,
}
