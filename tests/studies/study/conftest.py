"""Studies whose trainings take no time, on two threads."""

from concurrent.futures import ThreadPoolExecutor

import pytest

import nodewise as nw
import quick_training
from nodewise.studies.study import work


@pytest.fixture
def quick(monkeypatch, tmp_path):
    """Return a function that runs a study of quick trainings, and that counts the chunks trained in `.chunks`."""
    counted = []

    def trained(data, settings, seeds):
        counted.append((settings.hidden, seeds))
        return quick_training.trained(data, settings, seeds)

    monkeypatch.setattr(work, "trained", trained)
    with ThreadPoolExecutor(2) as pool:

        def run(data=None, **more):
            asked = {"hidden": [2, 3], "starts": 10, "chunk": 4, "engine": pool, "store": tmp_path / "study"} | more
            return nw.study(nw.problems.sine() if data is None else data, **asked)

        run.chunks = counted
        run.pool = pool
        yield run
