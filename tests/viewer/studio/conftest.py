"""Studios to ask: one that all tests share, and new ones."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studios import Studio, end, launch

Start = Callable[..., Studio]


@pytest.fixture(scope="session")
def studio(tmp_path_factory) -> Iterator[Studio]:
    """A studio that all tests share which leave it alive."""
    started = launch(tmp_path_factory.mktemp("studio") / "kept")
    yield started
    end(started)


@pytest.fixture
def start(tmp_path) -> Iterator[Start]:
    """Start studios that end with the test."""
    begun = []

    def starting(*words: str, folder: Path = tmp_path / "studio") -> Studio:
        begun.append(launch(folder, *words))
        return begun[-1]

    yield starting
    for started in begun:
        end(started)
