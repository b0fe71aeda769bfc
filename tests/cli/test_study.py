"""`nodewise study`: what it asks for is what `nw.study` is asked for, and what it shows is the reading."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import nodewise as nw
import quick_training
from nodewise.cli import progress
from nodewise.cli.progress import Bar
from nodewise.studies.study import engines, work

WORDS = ("study", "sine", "--hidden", "2..4,3-2", "--activation", "relu,cosine", "--starts", 6, "--chunk", 4)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Trainings that take no time, on threads instead of processes."""
    monkeypatch.setattr(work, "trained", quick_training.trained)
    with ThreadPoolExecutor(2) as pool:
        monkeypatch.setattr(engines, "_Local", lambda workers: engines._Given(pool))
        yield pool


def test_a_grid(run, quick, tmp_path):
    ran = run(*WORDS, "--seed", 3)
    assert (ran.code, ran.err) == (0, "")
    asked = {"hidden": [2, 3, 4, (3, 2)], "activation": ["relu", "cosine"], "starts": 6, "chunk": 4, "seed": 3}
    want = nw.study(nw.problems.sine(seed=3), **asked, engine=quick, store=None)
    assert ran.out.startswith(f"{want}\n\nhidden  activation  ")
    assert ran.out.endswith("Wrote study-sine/trainings.parquet, study-sine/settings.csv, study-sine/study.png\n")
    kept = pl.read_parquet("study-sine/trainings.parquet")
    np.testing.assert_array_equal(kept["error_inside"], want.columns()["error_inside"])
    assert pl.read_csv("study-sine/settings.csv")["starts"].to_list() == [6] * 8


def test_status_resume_and_prune(run):
    first = run(*WORDS)
    chunks = sorted(Path("study-sine/chunks").glob("*/*.safetensors"))
    chunks[0].unlink()
    chunks[1].write_bytes(b"")
    status = run("study", "--status", "--store", "study-sine")
    assert (status.code, status.err) == (0, "")
    assert " more to be done. " in status.out
    assert "1 damaged chunk put aside, whose trainings are still to be done again." in status.out
    assert "Wrote" not in status.out
    resumed = run("study", "--resume", "--store", "study-sine")
    assert resumed.code == 0
    redone = " 1 damaged chunk put aside, whose trainings were done again."
    assert resumed.out.split("\n\n")[0] == first.out.split("\n\n")[0] + redone
    pruned = run("study", "--prune", "--store", "study-sine")
    assert pruned.out == "Deleted 1 file from study-sine.\n"


def test_json(run):
    ran = run("study", "sine", "--hidden", 2, "--starts", 4, "--l2", "0,0.01", "--holdout", 0.2, "--json", "--quiet")
    assert (ran.code, ran.err) == (0, "")
    document = json.loads(ran.out)["study"]
    assert document == json.loads(json.dumps(nw.open_study("study-sine").as_dict()))
    assert [row["l2"] for row in document["settings"]] == [0, 0.01]
    assert document["outside"] == "the true function at the last 0.2 of x"


@pytest.mark.parametrize("question", [(), ("--question", "width")])
def test_rows_left_out_are_told(run, tmp_path, question):
    (tmp_path / "gaps.csv").write_text("x,y\n" + "".join(f"{i},{'' if i % 3 == 0 else i + 0.5}\n" for i in range(12)))
    (tmp_path / "test.csv").write_text("x,y\n20,1\n,2\n22,3\n")
    words = ("study", "gaps.csv", "--target", "y", "--hidden", 2, "--starts", 2, "--test", "test.csv", *question)
    told = ["Dropped 4 of 12 rows with missing values.", "test.csv: Dropped 1 of 3 rows with missing values."]
    assert "\n\n" + "\n".join(told) + "\n\n" in run(*words).out
    assert json.loads(run(*words, "--json").out)["notes"] == told


def test_a_table_and_another_to_test_it_by(run, table, tmp_path):
    text = table.read_text().splitlines()
    (tmp_path / "test.csv").write_text("\n".join([text[0], *text[4:9]]))
    words = ("--target", "pressure (hPa)", "--features", "time,depth", "--starts", 4, "--hidden", 2)
    ran = run("study", table, *words, "--test", "test.csv", "--store", "kept", "--out", "shown", "--quiet")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    found = nw.open_study("kept")
    assert found.outside == "the samples given for it"
    assert Path("shown/study.png").exists()


def test_a_bar_is_there_before_the_first_chunk_and_knows_the_time(run, monkeypatch, quick):
    shown = []

    class Shown(Bar):
        def _show(self, *now, **how):
            shown.append(now)
            super()._show(*now, **how)

    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setattr(progress, "Bar", Shown)
    assert run("study", "sine", "--hidden", "2,3", "--starts", 4, "--chunk", 2).code == 0
    assert [(done, total) for done, total, _ in shown] == [(0, 8), (2, 8), (4, 8), (6, 8), (8, 8)]
    assert all(
        note.startswith("about ") and note.endswith((" seconds left", " a second left")) for _, _, note in shown[:-1]
    )
    assert shown[-1][2] == ""


def test_ctrl_c_and_failures_have_their_exit_codes(run, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("nodewise.studies.study.run.dispatch", interrupted)
    ran = run("study", "sine", "--hidden", 2)
    assert ran.code == 130
    assert "To go on: nodewise study --resume --store study-sine" in ran.out
    monkeypatch.undo()


MISTAKES = {
    "study": "nodewise study needs a TABLE or a problem. Got none; for example: nodewise study sine",
    "study sine --hidden 0": "hidden must be a whole number of at least 1. Got 0. For a linear model give hidden=() "
    "(--hidden none).",
    "study sine --hidden 1..x": "--hidden takes ranges that rise, of at most 100,000 whole numbers, such as 1..16. Got '1..x'.",
    "study sine --hidden 3..2": "--hidden takes ranges that rise, of at most 100,000 whole numbers, such as 1..16. Got '3..2'.",
    "study sine --starts 1000000000": "a study of more than 1,000,000 trainings, or of more than a day of one core, must be "
    "confirmed. Got 1,000,000,000, which take about 4.75 days of one core; give yes=True (--yes), or fewer starts or "
    "settings.",
    "study sine --holdout 0.2 --test a.csv": "--test gives the samples for the error outside. Got --holdout too; leave one "
    "of them out.",
    "study --resume": "a store must hold a study. study holds none; give the folder of one.",
    "study --status --hidden 3": "--status takes the study as its folder tells it. Got --hidden; leave it out.",
    "study sine --seed 9223372036854775800": "seed must be below 2**63, with those of the trainings that follow. Got "
    "9223372036854775800; give a smaller one.",
    "study --status --resume": "a study goes on, is told of or pruned. Got --resume and --status; give one of them.",
    "study sine --status --store kept": "--status takes the study as its folder tells it. Got sine and --store; leave one "
    "of them out.",
    "study sine --solver auto": "solver must be named in a study, whose trainings have one start each. Got 'auto'; "
    "try lbfgs.",
}


@pytest.mark.parametrize("words", MISTAKES)
def test_a_mistake_is_refused_in_a_sentence(run, words):
    ran = run(*words.split())
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"Error: {MISTAKES[words]}\n"


def test_another_study_s_folder_is_refused(run):
    run("study", "sine", "--hidden", 2, "--starts", 2, "--store", "kept")
    ran = run("study", "step", "--hidden", 2, "--starts", 2, "--store", "kept")
    assert ran.code == 2
    assert ran.err.startswith("Error: a study must have a folder of its own. kept holds that of sine (")
    assert " and this one is of step (" in ran.err
