"""What those who watch a run are told, however slowly they listen."""

import asyncio

from nodewise.viewer.studio import store
from nodewise.viewer.studio.jobs import Jobs


def test_a_slow_reader_hears_how_a_run_ended(tmp_path):
    (tmp_path / "runs").mkdir()
    jobs = Jobs(store.open_store(tmp_path))

    async def slowly():
        jobs.add("0123456789ab")
        watching = jobs.progress("0123456789ab")
        heard = [(await anext(watching))["state"]]
        jobs.cancel("0123456789ab")  # before the reader asks for more
        return heard + [news["state"] async for news in watching]

    assert asyncio.run(slowly()) == ["waiting", "interrupted"]
