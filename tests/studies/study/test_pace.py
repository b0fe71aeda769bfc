"""How long the rest of a study takes: by the estimate first, then by what was done here."""

import pytest

from nodewise.studies.study import pace
from nodewise.studies.study.pace import Pace


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes on when it is told."""
    now = [100.0]
    monkeypatch.setattr(pace.time, "monotonic", lambda: now[0])
    return now


def test_the_rest_takes_as_long_for_its_cost_as_what_was_done(clock):
    told = []
    kept = Pace(100, 40.0, lambda *now: told.append(now))
    kept.find("a", 20, 8.0)
    kept.find("a", 20, 8.0)
    assert not told
    kept.begin(4)
    clock[0] += 5
    kept.add(10, 2.0, 1.0)  # the workers took 4 seconds to start, and then 1 for 2 of cost, each of 4 of them
    kept.find("b", 5, 2.0)
    clock[0] += 4
    kept.add(5, 8.0, 4.0)  # dear ones
    kept.add(60, 20.0, 4.0)
    assert told[:3] == [(20, 100, 8.0), (30, 100, 3.75), (35, 100, 3.5)]
    assert told[3:] == [(40, 100, 20 * 5 / 10), (100, 100, 0.0)]


def test_nobody_is_told_where_nobody_asks():
    kept = Pace(10, 1.0, None)
    kept.find("a", 5, 0.5)
    kept.begin(2)
    kept.add(5, 0.5, 0.1)
    assert not kept.watched
