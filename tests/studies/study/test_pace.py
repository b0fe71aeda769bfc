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
    kept.add(10, 2.0)  # dear ones: 10 of 100 trainings, but 2 of 40 seconds
    kept.find("b", 5, 2.0)
    clock[0] += 5
    kept.add(65, 28.0)
    assert told == [(20, 100, 8.0), (30, 100, 75.0), (35, 100, 70.0), (100, 100, 0.0)]


def test_nobody_is_told_where_nobody_asks():
    kept = Pace(10, 1.0, None)
    kept.find("a", 5, 0.5)
    kept.begin(2)
    kept.add(5, 0.5)
    assert not kept.watched
