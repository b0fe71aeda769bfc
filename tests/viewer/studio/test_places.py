"""Where the studio keeps things, and how it is started."""

import stat
import sys
from pathlib import Path

import pytest

import nodewise as nw
from nodewise.data import problems
from nodewise.training.settings import CHOICES, Settings
from nodewise.viewer.studio import form, places, serve
from nodewise.viewer.studio.guard import Guard, host_names


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {}, "home/.local/share/nodewise/studio"),
        ("linux", {"XDG_DATA_HOME": "/data"}, "/data/nodewise/studio"),
        ("linux", {"XDG_DATA_HOME": "relative"}, "home/.local/share/nodewise/studio"),
        ("darwin", {"XDG_DATA_HOME": "/data"}, "home/Library/Application Support/nodewise/studio"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/nodewise/studio"),
    ],
)
def test_the_folder_is_the_system_s_own(monkeypatch, platform, variables, expected):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: Path("home"))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert places.default_folder() == Path(expected)


def test_folder_and_token_are_for_this_user_alone(tmp_path):
    folder = places.prepare(tmp_path / "a" / "studio")
    token = places.token(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "token").stat().st_mode) == 0o600
    assert len(token) == 43
    assert places.token(folder) == token
    (folder / "token").chmod(0o644)
    places.token(folder)
    assert stat.S_IMODE((folder / "token").stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 43 + b"\n<script>", b"\xff" * 50])
def test_a_token_that_is_none_is_made_anew(tmp_path, content):
    (tmp_path / "token").write_bytes(content)
    token = places.token(tmp_path)
    assert len(token) == 43
    assert places.token(tmp_path) == token


def started(**options):
    serve.serve(**options, browser=False, link=pytest.fail, talk=pytest.fail, warn=pytest.fail)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"port": -1}, "port must be a whole number from 0 to 65535. Got -1."),
        ({"port": 70000}, "port must be a whole number from 0 to 65535. Got 70000."),
        ({"port": "http"}, "port must be a whole number from 0 to 65535. Got 'http'."),
        ({"port": 0, "table": "sinus"}, f"TABLE must be an existing table's file, or a problem: {', '.join(problems.names())}. Got 'sinus'."),
    ],
)  # fmt: skip
def test_what_cannot_be_started_is_refused(tmp_path, options, sentence):
    with pytest.raises(nw.NodewiseError) as refused:
        started(folder=tmp_path, **options)
    assert str(refused.value) == sentence


def test_a_port_that_is_taken_is_refused_where_it_was_asked_for(tmp_path):
    with serve._listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(nw.NodewiseError) as refused:
            started(folder=tmp_path, port=port)
    assert str(refused.value) == (
        f"The studio needs a port of 127.0.0.1 to listen on. Got {port}: Address already in use. Choose another with "
        "--port, or leave it out."
    )


def test_the_next_free_port_is_taken_where_none_was_asked_for(monkeypatch):
    with serve._listen("127.0.0.1", 0) as taken:
        monkeypatch.setattr(serve, "PORT", taken.getsockname()[1])
        with serve._listen("127.0.0.1", None) as other:
            assert other.getsockname()[1] != taken.getsockname()[1]


def test_an_address_that_is_not_this_machine_s_is_refused(tmp_path):
    with pytest.raises(nw.NodewiseError) as refused:
        started(folder=tmp_path, port=0, host="203.0.113.1")
    assert str(refused.value).startswith("The studio needs a port of 203.0.113.1 to listen on. Got 0: ")


def test_names_of_a_host():
    assert host_names(["127.0.0.1", "::1", "Box"], 8520) == ["127.0.0.1:8520", "[::1]:8520", "box:8520"]
    assert host_names(["localhost"], 80) == ["localhost:80", "localhost"]


@pytest.mark.parametrize(("own", "allowed"), [(True, True), (False, False)])
def test_only_a_studio_open_to_others_answers_to_the_address_it_was_reached_at(own, allowed):
    guard = Guard(pytest.fail, "t" * 43, frozenset({"localhost:8520"}), own_address=own)
    hosts = guard._hosts({"server": ("192.0.2.7", 8520)})
    assert ("192.0.2.7:8520" in hosts) == allowed


@pytest.mark.slow
def test_a_studio_open_to_others_warns_and_one_with_a_table_has_it_chosen(start, tmp_path, capfd):
    path = tmp_path / "mine.csv"
    path.write_bytes(b"x,y\n1,2\n2,3\n3,5\n")
    studio = start(str(path), "--host", "0.0.0.0")
    assert capfd.readouterr().err == (
        "Warning: Others on the network can reach this studio: whoever has the link can use it and read its data.\n"
    )
    (table,) = studio.get("/api/tables")
    assert table["name"] == "mine.csv"
    assert studio.get("/api/form")["chosen"] == {"table": table["id"]}


@pytest.mark.slow
def test_a_problem_can_be_chosen_at_the_start(start):
    assert start("abs").get("/api/form")["chosen"] == {"problem": "absolute"}


def test_the_form_is_the_library_s():
    told = form.describe()
    assert [row["name"] for row in told["problems"]] == list(problems.names())
    for row in told["problems"]:
        data = nw.problems.make(row["name"], **row["options"])
        assert (data.features, data.targets is None) == (row["features"], row["kind"] == "labels")
    assert set(told["settings"]) == set(Settings.__dataclass_fields__)
    assert {name: row["default"] for name, row in told["settings"].items()} == Settings().as_dict()
    kinds = {name: row["kind"] for name, row in told["settings"].items()}
    assert kinds == {
        "hidden": "list", "activation": "names", "solver": "choice", "steps": "whole", "learning_rate": "number",
        "start": "choice", "starts": "whole", "l2": "number", "l2_on": "choice", "loss": "choice", "batch": "whole",
        "validation": "number", "patience": "whole", "scale": "switch", "scaler": "choice",
        "precision": "choice", "history_megabytes": "number", "seed": "whole",
    }  # fmt: skip
    assert {name: row["choices"] for name, row in told["settings"].items() if name in CHOICES} == CHOICES
    optional = {name for name, row in told["settings"].items() if row["optional"]}
    assert optional == {"learning_rate", "batch", "validation"}


def test_the_server_loads_nothing_heavy(fresh_python):
    said = fresh_python(
        "-c",
        "import sys; from nodewise.viewer.studio import serve, form; form.describe()\n"
        "print(sorted({'jax', 'matplotlib', 'polars', 'scipy'} & set(sys.modules)))",
    )
    assert said.stdout.strip() == "[]"
