"""`nodewise fit` and `nodewise open` with labels, on the tables of classes."""

import json
from pathlib import Path

import pytest

import nodewise as nw

TABLES = Path(__file__).parents[2] / "examples" / "data"
QUICK = ("--hidden", 3, "--steps", 30)


@pytest.mark.parametrize(
    ("name", "target", "classes"),
    [
        ("iris", "species", ["setosa", "versicolor", "virginica"]),
        pytest.param("wine", "cultivar", [1, 2, 3], marks=pytest.mark.slow),
        pytest.param("cancer", "malignant", [False, True], marks=pytest.mark.slow),
    ],
)
def test_a_table_of_labels_makes_a_classifier_that_opens_again(run, name, target, classes):
    ran = run("fit", TABLES / f"{name}.csv", "--target", target, "--json", "--quiet", *QUICK)
    assert (ran.code, ran.err) == (0, "")
    document = json.loads(ran.out)
    assert document["network"]["classes"] == classes
    assert document["fit"]["accuracy"] > 0.9
    again = run("open", f"nodewise-{name}/network.nodewise", TABLES / f"{name}.csv", "--json", "--quiet")
    verdict = json.loads(again.out)["verdict"]
    assert verdict.split("; ")[1].startswith(f"tells the {len(classes)} classes apart on ")
    assert verdict.split("; ")[1] == document["verdict"].split("; ")[1]


@pytest.mark.slow
@pytest.mark.parametrize("problem", nw.problems.of_classes())
def test_problems_of_classes(run, problem):
    ran = run("fit", problem, "--samples", 60, "--noise", 0.05, *QUICK)
    assert (ran.code, ran.err) == (0, "")
    assert "tells the 2 classes apart on " in ran.out


@pytest.mark.slow
def test_the_task_decides(run):
    Path("t.csv").write_text("x,y\n" + "".join(f"{i},{i % 2}\n" for i in range(10)))
    guessed = run("fit", "t.csv", "--target", "y", *QUICK)
    assert "Took 'y' as 2 classes, because it holds so few different whole numbers" in guessed.out
    numbers = run("fit", "t.csv", "--target", "y", "--task", "regression", *QUICK)
    assert "classes" not in numbers.out
    assert "; fits to " in numbers.out


@pytest.mark.slow
def test_without_scaling_both_ways_are_counted(run):
    ran = run("fit", TABLES / "wine.csv", "--target", "cultivar", "--no-scale", "--start", "glorot",
              "--solver", "adam", "--hidden", 4, "--steps", 300, "--json")  # fmt: skip
    assert ran.code == 0
    scaling = json.loads(ran.out)["scaling"]
    assert sum(scaling["with_scale"]["good"]) > sum(scaling["without_scale"]["good"]) == 0
    assert "Without scaling 0 of 20 starts are good; with it " in ran.err


TABLE = {
    "one class": ("x,kind\n1,a\n2,a\n3,a\n", "--target kind",
                  "'kind' must have at least two classes. All 3 samples are 'a'. There is nothing to tell apart; add "
                  "samples of another class."),
    "single": ("x,kind\n1,a\n2,a\n3,b\n4,b\n5,c\n", "--target kind",
               "every class of 'kind' must have at least two samples. Got 1 of 'c'. Add samples or leave such classes "
               "out."),
    "missing": ("x,kind\n1,a\n2,\n3,b\n4,b\n", "--target kind",
                "label 'kind' must be given in every row. Got '' at line 3, which counts as missing. Fill in or remove "
                "such rows, or write another word if it is a class."),
    "continuous": ("x,y\n1,0.5\n2,1.5\n3,2.25\n", "--target y --task classification",
                   "label 'y' must hold classes: texts, True and False, or whole numbers. Got 0.5 at line 2, one of 3 "
                   'different numbers; task="regression" (--task regression) learns them as numbers.'),
    "no task": ("x,y\n1,0.5\n2,1.5\n", "--target y --task sort",
                "task must be one of auto, classification, regression. Got 'sort'."),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLE)
def test_what_cannot_be_learned_is_refused_in_a_sentence(run, case):
    text, options, message = TABLE[case]
    Path("t.csv").write_text(text)
    ran = run("fit", "t.csv", *options.split())
    assert (ran.code, ran.out, ran.err) == (2, "", f"Error: {message}\n")


def test_a_task_belongs_to_a_table(run):
    ran = run("fit", "sine", "--task", "regression")
    assert (ran.code, ran.err) == (2, "Error: --task belongs to a table. Got the problem 'sine'; leave it out.\n")
