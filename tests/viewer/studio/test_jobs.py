"""What those who watch a run are told, however slowly they listen."""

import asyncio
import json
from contextlib import closing

import pytest

from nodewise.viewer.studio import store, training
from nodewise.viewer.studio.jobs import Jobs
from nodewise.viewer.studio.state import Studio


@pytest.fixture
def kept(tmp_path):
    (tmp_path / "runs").mkdir()
    opened = store.open_store(tmp_path)
    with closing(opened.index):
        yield opened


def test_a_run_that_ends_before_its_first_line_is_told_as_ended(kept, tmp_path):
    asked = {"name": "sine", "settings": {}, "resolved": {"steps": 3}, "source": {"problem": {"name": "sine"}}}
    row = store.create(kept, asked, {})

    async def lines():
        jobs = Jobs(kept)
        jobs.add(row["id"])
        jobs.cancel(row["id"])
        return [json.loads(line) async for line in training._lines(Studio(tmp_path, kept, jobs, None), row)]

    (only,) = asyncio.run(lines())
    assert (only["state"], only["steps"]) == ("interrupted", 3)


def test_a_slow_reader_hears_how_a_run_ended(kept):
    jobs = Jobs(kept)

    async def slowly():
        jobs.add("0123456789ab")
        watching = jobs.progress("0123456789ab")
        heard = [(await anext(watching))["state"]]
        jobs.cancel("0123456789ab")  # before the reader asks for more
        return heard + [news["state"] async for news in watching]

    assert asyncio.run(slowly()) == ["waiting", "interrupted"]
