"""`nodewise fit` and `nodewise open`: what they print and write."""

import json
from pathlib import Path

import numpy as np
import pytest

import nodewise as nw

QUICK = ("--steps", 5, "--solver", "adam")


def test_a_problem_prints_the_verdict_first_then_nodes_outcome_and_files(run):
    ran = run("fit", "sine", "--hidden", 2, *QUICK)
    assert (ran.code, ran.err) == (0, "")
    verdict, nodes, outcome, wrote = ran.out.strip().split("\n\n")
    assert "2 sigmoid" in verdict or "1-2-1 sigmoid" in verdict
    header, *rows = nodes.splitlines()
    assert "share" in header
    assert sum(row.startswith("node ") for row in rows) == 2
    assert outcome.startswith(("Did all 5 steps", "Converged"))
    assert wrote == "Wrote nodewise-sine/network.nodewise, nodewise-sine/report.html"
    assert {path.name for path in Path("nodewise-sine").iterdir()} == {"network.nodewise", "report.html"}


def test_a_table_says_what_it_left_out(run, table):
    ran = run("fit", table, "--target", "pressure", *QUICK)
    assert ran.code == 0
    assert "Left out 'place': not numeric." in ran.out
    assert "Dropped 1 of 13 rows with missing values." in ran.out


@pytest.mark.parametrize("features", [("time,depth",), ("time", "depth")])
def test_features_with_commas_or_spaces(run, table, features):
    ran = run("fit", table.name, "--target", "pressure", "--features", *features, "--json", "--quiet", *QUICK)
    assert json.loads(ran.out)["data"]["feature_names"] == ["time", "depth"]


@pytest.mark.slow
@pytest.mark.parametrize("hidden", [("8,4",), ("8", "4"), ("8", "--hidden", "4")])
def test_several_layers(run, hidden):
    ran = run("fit", "sine", "--hidden", *hidden, "--activation", "tanh,relu", "--json", "--quiet", *QUICK)
    settings = json.loads(ran.out)["fit"]["settings"]
    assert settings["hidden"] == [8, 4]
    assert settings["activation"] == ["tanh", "relu"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("--hidden", "2", "3", "sine"),
        ("--hidden", "2,3", "sine", "--quiet"),
        ("--activation", "tanh", "sine", "--hidden", "2,3"),
        ("--quiet", "sine", "--hidden", "2,3"),
    ],
)
def test_the_table_may_come_after_options(run, words):
    ran = run("fit", *words, "--json", *QUICK)
    document = json.loads(ran.out)
    assert (document["data"]["name"], document["fit"]["settings"]["hidden"]) == ("sine", [2, 3])


def test_a_linear_model(run):
    ran = run("fit", "sine", "--hidden", "none", "--json", *QUICK)
    assert json.loads(ran.out)["fit"]["settings"]["hidden"] == []


def no_constant(name: str) -> float:
    raise AssertionError(f"{name} is no JSON")


@pytest.mark.slow
def test_json_is_one_strict_document_and_talk_goes_to_standard_error(run):
    ran = run("fit", "sine", "--json", "--movie", "gif", "--out", "o", "--hidden", 2, *QUICK)
    document = json.loads(ran.out, parse_constant=no_constant)
    assert document["files"] == [str(Path("o", name)) for name in ("network.nodewise", "report.html", "movie.gif")]
    assert document["verdict"] == ran.err.split("\n\n")[0]
    assert {"contributions", "health"} <= set(document["readings"])
    assert document["fit"]["outcome"]["step"] <= 5
    assert document["data"]["samples"] == 50
    quiet = run("fit", "sine", "--json", "--quiet", "--movie", "gif", "--out", "o", "--hidden", 2, *QUICK)
    assert quiet.err == ""
    again = json.loads(quiet.out)
    del document["fit"]["seconds"], again["fit"]["seconds"]
    assert again == document


@pytest.mark.slow
def test_quiet_prints_nothing(run):
    assert run("fit", "sine", "--quiet", *QUICK) == (0, "", "")


@pytest.mark.slow
def test_the_command_line_is_the_function(run):
    ran = run("fit", "sine", "--samples", 30, "--noise", 0.2, "--low", -3, "--solver", "adam", "--steps", 20,
              "--learning-rate", 0.02, "--l2", 1e-3, "--starts", 2, "--no-scale", "--seed", 4, "--quiet")  # fmt: skip
    assert ran.code == 0
    data = nw.problems.sine(30, 0.2, -3, seed=4)
    fit = nw.fit(data, solver="adam", steps=20, learning_rate=0.02, l2=1e-3, starts=2, scale=False, seed=4)
    saved = nw.open_model("nodewise-sine/network.nodewise")
    np.testing.assert_array_equal(saved(data.inputs), fit.network(data.inputs))


@pytest.mark.slow
def test_a_settings_file_and_options_over_it(run, table):
    Path("s.toml").write_text(
        'table = "data.csv"\ntarget = "pressure"\nfeatures = ["time"]\nhidden = [4, 3]\nsteps = 7\nout = "there"\n'
        'movie = true\nsolver = "adam"\n'
    )
    ran = run("fit", "--settings", "s.toml", "--steps", 6, "--json", "--quiet")
    document = json.loads(ran.out)
    assert document["fit"]["settings"]["hidden"] == [4, 3]
    assert document["fit"]["settings"]["steps"] == 6
    assert document["data"]["feature_names"] == ["time"]
    assert sorted(Path(path).suffix for path in document["files"]) == [".html", ".mp4", ".nodewise"]
    other = run("fit", "sine", "--settings", "s.toml")
    assert other.err == "Error: --target belongs to a table. Got the problem 'sine'; leave it out.\n"


def test_ctrl_c_in_training_keeps_and_reports_what_is_there(run, monkeypatch):
    """As in a process of its own (test_process.py), but at a known step."""
    from nodewise.training import fit as training

    def interrupt(done: int, *_) -> None:
        raise KeyboardInterrupt

    real = training.fit_with
    monkeypatch.setattr(training, "fit_with", lambda data, settings, _: real(data, settings, interrupt))
    ran = run("fit", "sine", "--solver", "adam", "--steps", 10**6)
    assert ran.code == 130
    assert "Interrupted after" in ran.out
    assert "report.html" in ran.out


@pytest.mark.slow
def test_ctrl_c_while_writing_the_movie_keeps_the_rest(run, monkeypatch):
    def interrupt(*_, **__) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("nodewise.figures.movie.save", interrupt)
    ran = run("fit", "sine", "--movie", *QUICK)
    assert (ran.code, ran.err) == (130, "Interrupted.\n")
    assert "Wrote nodewise-sine/network.nodewise, nodewise-sine/report.html\n" in ran.out


@pytest.mark.slow
def test_open_reads_a_saved_network_against_a_table(run, table):
    run("fit", table, "--target", "pressure", "--out", "o", "--quiet", *QUICK)
    ran = run("open", "o/network.nodewise", table, "--json")
    assert ran.code == 0
    document = json.loads(ran.out, parse_constant=no_constant)
    assert document["data"]["target_names"] == ["pressure"]
    assert document["data"]["feature_names"] == ["time", "depth"]
    assert document["files"] == [str(Path("nodewise-network", "report.html"))]
    assert "fit" not in document


def test_open_without_a_table_says_what_the_network_is(run, table):
    run("fit", table, "--target", "pressure", "--out", "o", "--quiet", *QUICK)
    ran = run("open", "o/network.nodewise")
    assert ran.out.startswith("2-10-1 sigmoid: features time, depth; outputs pressure. Name a table too,")
    assert json.loads(run("open", "o/network.nodewise", "--json").out)["layers"][0]["nodes"] == 10
    assert {path.name for path in Path().iterdir()} == {"data.csv", "o"}


def test_open_refuses_columns_without_a_table(run):
    assert run("open", "m.nodewise", "--target", "y").code == 2


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_commands_and_options(run, shell):
    ran = run("completion", shell)
    assert ran.code == 0
    assert all(word in ran.out for word in ("learning-rate", "completion", "leaky_relu"))
