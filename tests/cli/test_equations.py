"""`nodewise equations`: a form on standard output, in a file or in JSON, from a file or from sizes."""

import json
from pathlib import Path
from typing import get_args, get_type_hints

import numpy as np
import pytest

import nodewise as nw
from nodewise.cli.equations import equations
from nodewise.figures.equations.make import FORMS


@pytest.fixture
def line(run):
    nw.Network.from_weights([([[2.1]], [-0.3], "identity")], names=["year"]).save("line.nodewise")
    return run


def test_a_file_is_printed_as_text(line):
    assert line("equations", "line.nodewise") == (0, "y = 2.1·year − 0.3\n", "")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("symbols", [False, True])
def test_each_form_is_what_the_function_gives(run, form, symbols):
    network = nw.family("2-3-1", "relu", count=1, seed=5).networks[0]
    words = ["--symbols"] if symbols else []
    ran = run("equations", "2-3-1", "relu", "--seed", 5, "--form", form, "--digits", 6, *words)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.rstrip("\n") == nw.equations(network, symbols, digits=6).form(form).rstrip("\n")


def test_json_holds_the_equations_and_nothing_else_is_printed(line):
    ran = line("equations", "line.nodewise", "--form", "latex", "--json")
    found = json.loads(ran.out)
    assert ran.err.strip() == ""
    assert (found["form"], found["symbols"], found["files"]) == ("latex", False, [])
    assert found["equations"] == nw.equations(nw.open_model("line.nodewise")).latex


def test_the_python_form_is_a_module_that_runs(run):
    ran = run("equations", "2-3-2", "--form", "python")
    space: dict = {}
    exec(ran.out, space)
    x = np.random.default_rng(0).normal(size=(5, 2))
    network = nw.family("2-3-2", "tanh", count=1, seed=0).networks[0]
    np.testing.assert_allclose(space["predict"](x), network(x), rtol=1e-12)


def test_out_takes_the_form_from_its_ending_or_from_form(line):
    assert line("equations", "line.nodewise", "--out", "a.py").out == "Wrote a.py\n"
    assert Path("a.py").read_text(encoding="utf-8").startswith('"""1-1 linear')
    assert line("equations", "line.nodewise", "--form", "text", "--out", "notes", "--quiet") == (0, "", "")
    assert Path("notes").read_text(encoding="utf-8") == "y = 2.1·year − 0.3\n"


MISTAKES = {
    "line.nodewise --form word": "form must be one of text, latex, mathml, python, spreadsheet. Got 'word'.",
    "line.nodewise --out a.doc": "a file of equations must end in .txt, .tex, .html, .mml, .py, .csv, .tsv. Got 'a.doc'.",
    "line.nodewise --digits 0": "digits must be a whole number from 1 to 17. Got 0.",
    "line.nodewise --digits few": "digits must be a whole number from 1 to 17. Got 'few'.",
    "line.nodewise --seed 1": "--seed belongs to sizes such as 1-2-1. Got the file 'line.nodewise'; leave it out.",
    "lime": "NETWORK must be a model's file, or sizes such as 1-2-1. Got 'lime', which is neither. nodewise fit writes "
    "such a file.",
}


@pytest.mark.parametrize("words", MISTAKES)
def test_mistakes_are_one_sentence(line, words):
    assert line("equations", *words.split()) == (2, "", f"Error: {MISTAKES[words]}\n")


def test_the_choices_offered_are_the_forms():
    hint = get_type_hints(equations)["form"]
    literal = next(part for part in get_args(hint) if get_args(part))
    assert get_args(literal) == tuple(FORMS)
