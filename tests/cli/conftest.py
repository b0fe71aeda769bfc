"""The command line inside this process, in an empty folder."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from nodewise.cli.main import main


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path, monkeypatch, capsys) -> Run:
    """Run `nodewise` with some words in a folder of its own; return exit code and what was printed."""
    monkeypatch.chdir(tmp_path)

    def run_main(*words: object) -> Ran:
        capsys.readouterr()
        return Ran(main([str(word) for word in words]), *capsys.readouterr())

    return run_main


@pytest.fixture
def table(tmp_path):
    """A table with two features, a column of words and a row with a gap."""
    path = tmp_path / "data.csv"
    rows = [f"{i},{i % 3},{i * i},site {i % 2}" for i in range(12)]
    path.write_text("\n".join(["time,depth,pressure (hPa),place", *rows, "3,,1,a"]) + "\n")
    return path
