"""Nothing is lost: what a killed server leaves behind, damaged folders, a lost index, and a folder used twice."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nodewise.viewer.studio import index, jobs, runs, store
from studios import LONG, ROOT, SINE

SHORT = {**SINE, "settings": {"steps": 3}}


def gone(pid: int) -> bool:
    """Whether a process has ended, if only its parent has not yet heard of it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except FileNotFoundError:
        return True


def until(true, seconds=60.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.slow
def test_a_killed_server_keeps_what_was_finished_and_marks_what_was_not(start):
    first = start()
    table = first.add_table("a.csv", b"x,y\n1,2\n2,3\n3,5\n")
    done, training = first.train(SHORT), first.begin(LONG)
    waiting = first.begin(SHORT)
    first.wait_for_step(training)
    document = first.client.get(f"/api/runs/{done}/document").content
    before, workers = first.get(f"/api/runs/{done}"), first.workers()
    server = first.get("/api/alive")["server"]
    assert len(workers) == 1
    first.kill()
    until(lambda: all(map(gone, workers)))

    second = start()
    assert second.token == first.token  # a page left open finds it again
    assert second.get("/api/alive")["server"] != server
    assert second.get(f"/api/runs/{done}") == before
    assert second.client.get(f"/api/runs/{done}/document").content == document
    for key in (training, waiting):
        row = second.get(f"/api/runs/{key}")
        assert (row["state"], row["error"]) == ("interrupted", runs.STOPPED)
        assert [news["state"] for news in second.watch(key)] == ["interrupted"]
    assert [t["id"] for t in second.get("/api/tables")] == [table["id"]]
    assert second.train(SHORT)


@pytest.mark.slow
def test_a_server_told_to_stop_ends_its_worker_and_those_who_watch(start):
    studio = start()
    key = studio.begin(LONG)
    watching = studio.watch(key)
    assert any(news["step"] for news in watching)
    workers = studio.workers()
    studio.process.terminate()
    last = list(watching)[-1]
    assert (last["state"], last["error"]) == ("interrupted", runs.STOPPED)
    studio.process.wait(60)
    until(lambda: all(map(gone, workers)))
    result = json.loads((studio.folder / "runs" / key / runs.RESULT).read_bytes())
    assert (result["state"], result["error"]) == ("interrupted", runs.STOPPED)


@pytest.mark.slow
def test_ctrl_c_is_a_clean_end(tmp_path):
    command = [
        sys.executable,
        "-m",
        "nodewise",
        "studio",
        "--port",
        "0",
        "--folder",
        str(tmp_path / "s"),
        "--no-browser",
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    link = process.stdout.readline()
    time.sleep(0.3)
    process.send_signal(2)
    out, err = process.communicate(timeout=60)
    assert link.startswith("http://127.0.0.1:")
    assert process.returncode == 0
    assert out == ""
    assert err.splitlines() == [
        f"The studio runs at this link; Ctrl-C stops it. Runs are kept in {tmp_path / 's'}.",
        "Stopped. The runs are kept.",
    ]


@pytest.mark.slow
def test_a_worker_that_dies_is_a_sentence_on_its_run_and_the_next_one_trains(start):
    studio = start()
    key = studio.begin(LONG)
    studio.wait_for_step(key)
    following = studio.begin(SHORT)
    (worker,) = studio.workers()
    os.kill(worker, 9)
    assert list(studio.watch(key))[-1]["state"] == "failed"
    assert studio.get(f"/api/runs/{key}")["error"] == (
        "The process that trained this run ended unexpectedly (SIGKILL). Most likely memory ran out: use fewer nodes, "
        "starts or samples."
    )
    assert list(studio.watch(following))[-1]["state"] == "finished"
    (another,) = studio.workers()
    assert another != worker
    os.kill(another, 11)  # while it has nothing to do
    assert studio.train(SHORT)


@pytest.mark.parametrize(
    ("code", "how", "why"),
    [
        (-9, "SIGKILL", "Most likely memory ran out"),
        (-11, "SIGSEGV", "If it ends so again"),
        (3, "exit code 3", "If it ends so again"),
    ],
)
def test_the_sentence_says_how_a_worker_ended(code, how, why):
    assert jobs._ending(code) == (
        f"The process that trained this run ended unexpectedly ({how}). {why}: use fewer nodes, starts or samples."
    )


@pytest.mark.slow
def test_a_training_that_does_not_hear_is_ended_by_force(start):
    studio = start()
    studio.train(SHORT)
    (worker,) = studio.workers()
    key = studio.begin(LONG)
    studio.wait_for_step(key)
    os.kill(worker, 19)  # stopped, as if it were compiling for ever
    studio.client.post(f"/api/runs/{key}/cancel")
    assert list(studio.watch(key))[-1]["state"] == "interrupted"
    assert studio.get(f"/api/runs/{key}")["error"] == "Cancelled before there was anything to keep."
    assert studio.train(SHORT)


@pytest.mark.slow
def test_a_second_studio_in_the_same_folder_is_refused(start):
    studio = start()
    command = [sys.executable, "-m", "nodewise", "studio", "--folder", str(studio.folder), "--no-browser"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"Error: A folder must be used by one studio at a time. Got {studio.folder}, which another one uses at "
        f"{studio.base}/. Open that one, or name another folder with --folder.\n"
    )


@pytest.fixture
def kept(tmp_path):
    """A folder with a finished run in it."""
    (tmp_path / "runs").mkdir()
    made = store.open_store(tmp_path)
    row = store.create(made, {"name": "sine", "source": SINE["source"], "settings": {}, "resolved": {}}, {})
    place = tmp_path / "runs" / row["id"]
    (place / runs.DOCUMENT).write_bytes((2).to_bytes(8, "little") + b"{}")
    runs.write_result(place, {"state": "finished", "verdict": "Good."})
    made.index.close()
    return place


def rows(folder):
    opened = store.open_store(folder)
    found = store.listed(opened)
    opened.index.close()
    return found


def test_the_index_is_made_from_the_folders(kept):
    folder = kept.parents[1]
    (row,) = rows(folder)
    assert (row["id"], row["state"], row["verdict"]) == (kept.name, "finished", "Good.")
    for damage in (lambda path: path.unlink(), lambda path: path.write_bytes(b"no database" * 1000)):
        damage(folder / "index.sqlite")
        assert rows(folder) == [row]


DAMAGED = "The files of this run are damaged or incomplete. Delete it, and train it again."


@pytest.mark.parametrize(
    "damage",
    [
        lambda place: (place / runs.REQUEST).unlink(),
        lambda place: (place / runs.REQUEST).write_text("{"),
        lambda place: (place / runs.REQUEST).write_text("[]"),
        lambda place: (place / runs.REQUEST).write_text('{"id": "other"}'),
        lambda place: (place / runs.RESULT).write_text(""),
        lambda place: (place / runs.RESULT).write_text('{"state": "trained"}'),
        lambda place: (place / runs.RESULT).write_text("3"),
        lambda place: (place / runs.DOCUMENT).unlink(),
        lambda place: (place / runs.DOCUMENT).write_bytes(b""),
        lambda place: (place / runs.DOCUMENT).write_bytes(b"\xff" * 100),
        lambda place: (place / runs.DOCUMENT).write_bytes((place / runs.DOCUMENT).read_bytes() + b"x"),
    ],
)
def test_a_damaged_run_is_listed_as_failed_and_can_be_deleted(kept, damage):
    damage(kept)
    folder = kept.parents[1]
    (row,) = rows(folder)
    assert (row["id"], row["state"], row["error"]) == (kept.name, "failed", DAMAGED)
    opened = store.open_store(folder)
    store.delete(opened, kept.name)
    assert store.listed(opened) == []
    assert list(kept.parent.iterdir()) == []
    opened.index.close()


def test_what_was_half_made_is_removed_and_what_is_not_ours_is_left(kept):
    (kept.parent / ".0123456789ab").mkdir()
    (kept.parent / "my notes").mkdir()
    (kept.parent / "notes.txt").touch()
    assert [row["id"] for row in rows(kept.parents[1])] == [kept.name]
    assert sorted(path.name for path in kept.parent.iterdir()) == [kept.name, "my notes", "notes.txt"]


def test_a_thousand_runs_are_read_quickly(tmp_path):
    (tmp_path / "runs").mkdir()
    for i in range(1000):
        place = tmp_path / "runs" / f"{i:012x}"
        place.mkdir()
        request = {"id": place.name, "created": float(i), "name": "a", "source": {}, "settings": {}, "resolved": {}}
        (place / runs.REQUEST).write_text(json.dumps(request))
        (place / runs.RESULT).write_text('{"state": "failed", "verdict": ""}')
    began = time.process_time()
    found = rows(tmp_path)
    assert time.process_time() - began < 5
    assert [row["created"] for row in found] == list(range(999, -1, -1))


def test_a_disk_without_locks_has_its_index_in_memory(tmp_path):
    opened = index.build(tmp_path / "no such folder" / "index.sqlite", [{"id": "a", "created": 1.0}])
    index.put(opened, {"id": "b", "created": 2.0})
    index.drop(opened, "a")
    assert index.every(opened) == [{"id": "b", "created": 2.0}]
    assert (index.one(opened, "b"), index.one(opened, "a")) == ({"id": "b", "created": 2.0}, None)
    opened.close()
    opened.close()
