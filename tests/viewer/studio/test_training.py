"""A run from what is asked to what is taken away: document, network, report, code."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import nodewise as nw
from nodewise.training.settings import Settings
from nodewise.viewer.studio import runs
from studios import LONG, ROOT, SINE

TABLE = b"time,depth,pressure (hPa),place\n" + b"\n".join(
    b"%d,%d,%d,site %d" % (i, i % 3, i * i, i % 2) for i in range(12)
)
POINTS = {"inputs": [[0.1], [1.0], [2.0], [3.7]], "targets": [[0.3], [1.0], [0.0], [2.0]]}
LABELLED = {"inputs": [[0, 0], [1, 0], [0, 1], [1, 1], [2, 1]], "labels": ["a", "b", "a", "b", "b"]}
SOURCES = {
    "problem": {"problem": {"name": "chirp", "samples": 30, "noise": 0.05, "low": 0, "high": 3, "seed": 4}},
    "classes": {"problem": {"name": "moons", "samples": 40}},
    "points": {"points": POINTS},
    "labelled": {"points": LABELLED},
}
SETTINGS = {"hidden": [4], "activation": "tanh", "solver": "lbfgs", "steps": 30, "starts": 2, "seed": 3}


def network_of(studio, key, tmp_path):
    path = tmp_path / "of-the-studio.nodewise"
    path.write_bytes(studio.client.get(f"/api/runs/{key}/network").content)
    return nw.Network.load(path)


@dataclass(frozen=True)
class Again:
    """A run, and what its own code made of it in a process without the studio."""

    key: str
    folder: Path
    said: str


RUN_ALL = """
import contextlib, io, json, os, runpy, sys
said = {}
for folder in sys.argv[1:]:
    os.chdir(folder)
    with contextlib.redirect_stdout(io.StringIO()) as out:
        runpy.run_path("code.py")
    said[folder] = out.getvalue()
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def again(studio, tmp_path_factory) -> dict[str, Again]:
    keys = {name: studio.train({"source": source, "settings": SETTINGS}) for name, source in SOURCES.items()}
    table = studio.add_table("my data.csv", TABLE)
    chosen = {"id": table["id"], "target": ["pressure"], "features": ["time", "depth"]}
    keys["table"] = studio.train({"source": {"table": chosen}, "settings": {**SETTINGS, "steps": 5}})
    keys["cancelled"] = studio.begin(LONG)
    studio.wait_for_step(keys["cancelled"])
    studio.client.post(f"/api/runs/{keys['cancelled']}/cancel")
    assert list(studio.watch(keys["cancelled"]))[-1]["state"] == "interrupted"
    folders = {name: tmp_path_factory.mktemp(name) for name in keys}
    for name, key in keys.items():
        code = studio.client.get(f"/api/runs/{key}/code")
        assert code.headers["content-type"] == "text/x-python; charset=utf-8"
        (folders[name] / "code.py").write_text(code.text, encoding="utf-8")
    (folders["table"] / "my data.csv").write_bytes(studio.client.get(f"/api/runs/{keys['table']}/table").content)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "MPLBACKEND": "Agg"}
    command = [sys.executable, "-W", "error", "-c", RUN_ALL, *map(str, folders.values())]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    return {name: Again(key, folders[name], said[str(folders[name])]) for name, key in keys.items()}


@pytest.mark.slow
@pytest.mark.parametrize("name", [*SOURCES, "table", "cancelled"])
def test_the_code_trains_the_same_network_to_the_bit(studio, again, tmp_path, name):
    made = again[name]
    one, other = nw.Network.load(made.folder / "network.nodewise"), network_of(studio, made.key, tmp_path)
    assert one.sizes == other.sizes
    assert (one.feature_names, one.output_names, one.output_units) == (
        other.feature_names,
        other.output_names,
        other.output_units,
    )
    for first, second in zip(one.dense, other.dense, strict=True):
        assert first.activation.name == second.activation.name
        assert np.array_equal(first.weight, second.weight)
        assert np.array_equal(first.bias, second.bias)
    if name != "cancelled":  # the verdict of that one says that it was
        assert made.said.strip() == studio.get(f"/api/runs/{made.key}")["verdict"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["problem", "labelled", "table"])
def test_the_report_is_the_library_s(studio, again, name):
    made = again[name]
    answer = studio.client.get(f"/api/runs/{made.key}/report")
    stem = Path(studio.get(f"/api/runs/{made.key}")["name"]).stem.replace(" ", "-")
    assert answer.headers["content-disposition"] == f'attachment; filename="{stem}.html"'
    assert without_seconds(answer.text) == without_seconds((made.folder / "report.html").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_a_report_that_cannot_be_made_says_why(studio):
    key = studio.train({**SINE, "settings": {"steps": 3}})
    network = studio.folder / "runs" / key / "network.nodewise"
    network.write_bytes(b"no network")
    status, said = studio.refusal("GET", f"/api/runs/{key}/report")
    with pytest.raises(nw.NodewiseError) as refused:
        nw.Network.load(network)
    assert (status, said) == (500, {"error": str(refused.value)})


def without_seconds(page):
    """The page without how long training took, which stands in a table and in the document."""
    shown, document = page.split('<script type="application/octet-stream"')
    lines = shown.replace("</tr>", "</tr>\n").splitlines()
    return [line for line in lines if "seconds" not in line], len(document) // 100


def test_a_run_is_what_the_library_trains(studio, tmp_path):
    key = studio.train(SINE)
    row = studio.get(f"/api/runs/{key}")
    fit = nw.fit(nw.problems.sine())
    assert row["name"] == "sine"
    assert row["state"] == "finished"
    assert row["network"] == "1-10-1 sigmoid"
    assert row["score"] == {"rmse": pytest.approx(fit.rmse, rel=1e-3)}  # other XLA flags: the same to some digits
    assert row["outcome"]["reason"] == "finished"
    assert row["body"] == {"source": SINE["source"], "settings": {}}
    assert row["resolved"] == json.loads(json.dumps(Settings().as_dict()))


def test_the_document_is_the_one_kept(studio):
    key = studio.train(SINE)
    answer = studio.client.get(f"/api/runs/{key}/document")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.content == (studio.folder / "runs" / key / runs.DOCUMENT).read_bytes()
    length = int.from_bytes(answer.content[:8], "little")
    header = json.loads(answer.content[8 : 8 + length])
    document = json.loads(header["__metadata__"]["nodewise"])
    assert document["verdict"] == studio.get(f"/api/runs/{key}")["verdict"]
    assert header["history.parameters"]["shape"] == [1001, 31]


def test_progress_goes_up_to_the_end(studio):
    key = studio.begin({**SINE, "settings": {"steps": 200_000}})
    news = list(studio.watch(key))
    assert [n["state"] for n in news[:1]] in (["waiting"], ["training"])
    steps = [n["step"] for n in news]
    assert steps == sorted(steps)
    assert news[-1]["state"] == "finished"
    assert news[-1]["step"] == news[-1]["steps"] == 200_000
    assert next(iter(studio.watch(key)))["state"] == "finished"  # asked for later


def test_runs_are_listed_newest_first_and_deleted(studio):
    first, second = studio.train(SINE), studio.train({"source": {"points": POINTS}, "settings": {"steps": 2}})
    rows = studio.get("/api/runs")
    assert [row["id"] for row in rows[:2]] == [second, first]
    assert rows[0]["source"] == {"points": {"samples": 4}}  # their number only; the run itself has them all
    assert studio.get(f"/api/runs/{second}")["body"]["source"] == {"points": POINTS}
    assert studio.client.delete(f"/api/runs/{first}").status_code == 200
    assert first not in {row["id"] for row in studio.get("/api/runs")}
    assert not (studio.folder / "runs" / first).exists()
    assert studio.refusal("GET", f"/api/runs/{first}/document") == (404, {"error": f"There is no run {first!r}."})


def test_cancelling_keeps_what_is_there(studio):
    key = studio.begin(LONG)
    studio.wait_for_step(key)
    assert studio.refusal("DELETE", f"/api/runs/{key}") == (
        409, {"error": "A run must be over before it is deleted. Cancel it first."}
    )  # fmt: skip
    assert studio.refusal("GET", f"/api/runs/{key}/document") == (
        404, {"error": "A run must have come to a result. This one still trains."}
    )  # fmt: skip
    began = time.monotonic()
    assert studio.client.post(f"/api/runs/{key}/cancel").status_code == 202
    last = list(studio.watch(key))[-1]
    assert time.monotonic() - began < 60  # of the hours that are left
    assert last["state"] == "interrupted"
    row = studio.get(f"/api/runs/{key}")
    assert row["outcome"]["message"] == f"Interrupted after {row['outcome']['step']} steps; kept what was there."
    assert studio.client.get(f"/api/runs/{key}/document").status_code == 200
    assert (
        f"cancelled after {row['outcome']['step']} of 100000000 steps"
        in studio.client.get(f"/api/runs/{key}/code").text
    )


def test_a_run_that_waits_is_cancelled_at_once(studio):
    first, second = studio.begin(LONG), studio.begin(SINE)
    assert next(studio.watch(second))["state"] == "waiting"
    studio.client.post(f"/api/runs/{second}/cancel")
    row = studio.get(f"/api/runs/{second}")
    assert (row["state"], row["error"]) == ("interrupted", "Cancelled before there was anything to keep.")
    assert studio.refusal("GET", f"/api/runs/{second}/document") == (
        404, {"error": "A run must have come to a result. This one has none: it was interrupted."}
    )  # fmt: skip
    studio.client.post(f"/api/runs/{first}/cancel")
    assert list(studio.watch(first))[-1]["state"] == "interrupted"


def test_a_training_that_diverges_says_so(studio):
    settings = {"solver": "gradient_descent", "learning_rate": 1e6, "activation": "relu"}
    key = studio.train({**SINE, "settings": settings})
    row = studio.get(f"/api/runs/{key}")
    assert row["outcome"]["reason"] == "diverged"
    assert row["verdict"]


def test_what_only_training_finds_out_is_a_sentence(studio):
    key = studio.begin({**SINE, "settings": {"loss": "cross_entropy"}})
    last = list(studio.watch(key))[-1]
    with pytest.raises(nw.NodewiseError) as refused:
        nw.fit(nw.problems.sine(), loss="cross_entropy")
    assert (last["state"], last["error"], last["field"]) == ("failed", str(refused.value), "loss")


def test_two_tabs_see_the_same(studio):
    key = studio.begin({**SINE, "settings": {"steps": 100_000}})
    one, other = studio.watch(key), studio.watch(key)
    next(one), next(other)
    assert list(one)[-1] == list(other)[-1]
