"""`nodewise study --question`: the words and numbers are those of the public function."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import nodewise as nw
import quick_training
from nodewise.studies.study import engines, work


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Trainings that take no time, on threads instead of processes."""
    monkeypatch.setattr(work, "trained", quick_training.trained)
    with ThreadPoolExecutor(2) as pool:
        monkeypatch.setattr(engines, "_Local", lambda workers: engines._Given(pool))
        yield {"engine": pool, "store": None, "starts": 6}


SINE = nw.problems.sine()
QUESTIONS = {
    "--question width --hidden 1..6 --share 0.2 --good 1.5": lambda o: nw.smallest_width(
        SINE, range(1, 7), 0.2, good=1.5, **o
    ),
    "--question compare --activation relu,cosine --by inside": lambda o: nw.compare(
        SINE, activation=["relu", "cosine"], by="inside", **o
    ),
    "--question compare --noise 0,0.2 --hidden 3": lambda o: nw.compare(SINE, noise=[0, 0.2], hidden=3, **o),
    "--question range --ranges 5,-10..10 --hidden 2,3 --good 1.5": lambda o: nw.width_by_range(
        SINE, [5, (-10, 10)], [2, 3], good=1.5, **o
    ),
    "--question predicted --hidden 2 --no-scale": lambda o: nw.predicted_share(SINE, 2, scale=False, **o),
    "--question ensemble --hidden 2,3 --good 5": lambda o: nw.ensemble(nw.study(SINE, [2, 3], good=5, **o)),
}


@pytest.mark.parametrize("words", QUESTIONS)
def test_it_says_what_the_function_says(run, quick, words):
    ran = run("study", "sine", *words.split(), "--starts", 6)
    assert (ran.code, ran.err) == (0, "")
    want = QUESTIONS[words](quick)
    name = words.split()[1]
    assert ran.out.startswith(f"{want}\n\n")
    assert ran.out.endswith(f"Wrote study-sine/{name}.png\n")
    assert Path(f"study-sine/{name}.png").exists()


def test_json(run, quick):
    ran = run("study", "sine", "--question", "compare", "--steps", "3,4", "--starts", 6, "--json", "--quiet")
    assert (ran.code, ran.err) == (0, "")
    want = nw.compare(SINE, steps=[3, 4], **quick)
    assert json.loads(ran.out)["compare"] == json.loads(json.dumps(want.as_dict()))


MISTAKES = {
    "--question what": "question must be one of width, compare, range, predicted, ensemble. Got 'what'.",
    "--share 0.5": "--share belongs to --question width or range. Got none.",
    "--question width --by inside": "--by belongs to --question compare. Got width.",
    "--noise 0,1": "--noise takes one number unless several are compared. Got 2; add --question compare.",
    "--question width --hidden 3-2": "hidden must be numbers of nodes of at least 1. Got [(3, 2)]; try range(1, 33).",
    "--question range": "ranges must be at least 2. Got 0; try ranges=[5, 10, 20] (--ranges 5,10,20).",
    "--status --question width": "--status takes the study as its folder tells it. Got --question; leave it out.",
}


@pytest.mark.parametrize("words", MISTAKES)
def test_a_mistake_is_refused_in_a_sentence(run, words):
    ran = run("study", "sine", *words.split())
    assert (ran.code, ran.out, ran.err) == (2, "", f"Error: {MISTAKES[words]}\n")
