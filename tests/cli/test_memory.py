"""`nodewise memory`: what it prints and writes is what Python reads."""

import json
from pathlib import Path

import numpy as np
import pytest

import nodewise as nw
from nodewise.cli import show


def test_a_network_is_written_from_the_essay_s_examples_and_asked(run):
    ran = run("memory", "product", "--by-hand", "--query", "0.5,0.25")
    assert (ran.code, ran.err) == (0, "")
    data = nw.problems.product()
    memory = nw.memory_network(data)
    reading = nw.memories(memory, data, [0.5, 0.25])
    folder = "nodewise-product"
    wrote = f"Wrote {folder}/network.nodewise, {folder}/similarity.png, {folder}/votes.png"
    parts = [str(memory), show.table(memory.table()), str(reading), show.table(reading.table()), wrote]
    assert ran.out == "\n\n".join(parts) + "\n"
    saved = nw.open_model(f"{folder}/network.nodewise")
    np.testing.assert_array_equal(saved(data.inputs), memory.network(data.inputs))


def test_json_is_the_readings(run):
    ran = run(
        "memory", "half_circle", "--by-hand", "--recipe", "exact", "--threshold", 0, "--sample", 2, "--json", "--quiet"
    )
    assert (ran.code, ran.err) == (0, "")
    document = json.loads(ran.out)
    data = nw.problems.half_circle()
    memory = nw.memory_network(data, threshold=0, recipe="exact")
    assert document["memory_network"] == json.loads(json.dumps(memory.as_dict()))
    assert document["memories"] == nw.memories(memory, data, data.inputs[1]).as_dict()
    assert document["files"] == [
        f"nodewise-half_circle/{name}" for name in ("network.nodewise", "similarity.png", "votes.png")
    ]


def test_a_model_is_asked_with_and_without_a_table(run, table):
    network = nw.Network.from_weights(
        [([[1, 2], [0, 1]], [0, 0], "relu"), ([[1, 1]], [0], "identity")], names=["time", "depth"]
    )
    network.save("m.nodewise")
    alone = run("memory", "m.nodewise", "--query", "3,1", "--out", "one")
    assert alone.code == 0
    assert alone.out.startswith(str(nw.memories(network, None, [3, 1])))
    assert sorted(path.name for path in Path("one").iterdir()) == ["similarity.png", "votes.png"]
    beside = run("memory", "m.nodewise", table, "--target", "pressure (hPa)", "--sample", 4)
    data = nw.read_table(table, target="pressure (hPa)", features=["time", "depth"])
    assert beside.out.startswith(str(nw.memories(network, data, data.inputs[3])))


@pytest.mark.parametrize(
    "words", ["--query -1,2", "--query=-1,2", "--query -1 2", "--query -1, 2", "--query -1,2 --quiet"]
)
def test_a_query_may_begin_with_a_minus(run, words):
    ran = run("memory", "product", "--by-hand", *words.split(), "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["memories"]["query"] == [-1, 2]


@pytest.mark.slow
def test_on_a_table_a_network_is_trained_first(run, table):
    words = ["memory", table, "--target", "pressure (hPa)", "--hidden", 3, "--seed", 2, "--steps", 20]
    ran = run(*words, "--sample", 2, "--json", "--out", "here")
    assert ran.code == 0
    document = json.loads(ran.out)
    data = nw.read_table(table, target="pressure (hPa)")
    fit = nw.fit(data, hidden=3, solver="auto", seed=2, steps=20)
    assert document["memories"] == nw.memories(fit, data, data.inputs[1]).as_dict()
    assert document["fit"]["outcome"] == fit.outcome.message
    assert f"{fit.network} trained on {data.samples} samples. {fit.outcome.message}" in ran.err
    np.testing.assert_array_equal(nw.open_model("here/network.nodewise")(data.inputs), fit.network(data.inputs))


def test_every_row_of_a_file_is_asked_about_whatever_the_order_of_its_columns(run):
    Path("rows.csv").write_text("note,x2,x1\nhere,1,0\nthere,0.5,3\n")
    ran = run("memory", "product", "--by-hand", "--query", "rows.csv", "--json", "--out", "here")
    assert ran.code == 0
    document = json.loads(ran.out)
    assert document["memories"]["query"] == [[0, 1], [3, 0.5]]
    assert sorted(path.name for path in Path("here").iterdir()) == [
        "network.nodewise", "similarity-1.png", "similarity-2.png", "votes-1.png", "votes-2.png",
    ]  # fmt: skip


ROWS = {
    "x1\n1\n": "feature must name a column of rows.csv. Got 'x2'. Did you mean 'x1'?",
    "x1,x2\n1,2\n3,\n": "feature 'x2' must be a finite number in every row asked about. Got no value at line 3. "
    "Correct that cell, or leave the row out.",
    "x1,x2\n1,2\n3,inf\n": "feature 'x2' must be a finite number in every row asked about. Got 'inf' at line 3. "
    "Correct that cell, or leave the row out.",
    "x1,x2\n": "A table must have rows below its header. Got only the header in rows.csv. Add rows.",
}


@pytest.mark.parametrize("text", ROWS)
def test_rows_that_cannot_be_asked_about(run, text):
    Path("rows.csv").write_text(text)
    ran = run("memory", "product", "--by-hand", "--query", "rows.csv")
    assert (ran.code, ran.err) == (2, f"Error: {ROWS[text]}\n")


def test_a_table_becomes_a_network_and_long_tables_are_cut(run):
    lines = [f"{np.cos(i):.6f},{np.sin(i):.6f},{i % 4}.5" for i in range(40)]
    Path("t.csv").write_text("\n".join(["a,b,y", *lines]) + "\n")
    ran = run("memory", "t.csv", "--by-hand", "--target", "y", "--lift", "--scale", "--query", "1,0", "--out", "here")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("… 16 more rows are in the JSON.") == 2
    assert "sum: output" in ran.out


REFUSALS = {
    "memory": "MODEL needs a value. Got none; see nodewise memory --help.",
    "memory product --query 1": "query must have one number for each of 2 features: x1, x2. Got 1 number.",
    "memory product --query 1,nan": "query must have no missing or infinite values. Got nan for feature x2. "
    "Fill it in first, such as with the samples' mean.",
    "memory product --query one": "--query takes numbers, or a table's file, such as --query 0.5,1 or --query rows.csv. "
    "Got 'one'.",
    "memory product --query no.csv": "A table must be an existing file. Got 'no.csv', which is none. Check the name "
    "and the folder.",
    "memory product --query 1,2 --sample 1": "--query and --sample both name the input to ask about. Got both; "
    "leave one of them out.",
    "memory product --sample 4": "--sample must be a whole number from 1 to 3. Got 4.",
    "memory product --target y": "--target belongs to a table. Got the example 'product'; leave it out.",
    "memory product data.csv": "a second TABLE belongs to a model's file. Got 'product'; leave 'data.csv' out.",
    "memory product --by-hand --recipe exat": "recipe must be one of essay, exact. Got 'exat'. Did you mean 'exact'?",
    "memory product --by-hand --threshold high": "threshold must be a finite number. Got 'high'.",
    "memory product --lift": "--lift belongs to a network written by hand. Say --by-hand too, or leave it out.",
    "memory product --by-hand --hidden 3": "--hidden belongs to a training. Got --by-hand too; leave one of them out.",
    "memory product --by-hand --unit --lift": "unit and lift both give inputs one length. Got both; leave one of them "
    "out.",
    "memory product": "--query must say what to ask about. Got none; give one number per feature.",
    "memory product --query": "--query needs a value. Got none; see nodewise memory --help.",
    "memory product --query 1,2 --solver adm": "solver must be one of auto, adam, momentum, gradient_descent, lbfgs, "
    "variable_projection. Got 'adm'. Did you mean 'adam'?",
    "memory m.nodewise": "--query must say what to ask about. Got none; give one number per feature.",
    "memory m.nodewise --query 1 --hidden 3": "--hidden belongs to a table. Got the model 'm.nodewise'; leave it out.",
    "memory m.nodewise --query 1 --by-hand": "--by-hand belongs to a table. Got the model 'm.nodewise'; leave it out.",
    "memory product --query 1,2 --layer 1": "layer must be a whole number from -1 to 0 for a network of 1 hidden layer, "
    "counted from 0. Got 1.",
    "memory m.nodewise --query 1 --layer 2": "layer must be a whole number from -1 to 0 for a network of 1 hidden layer, "
    "counted from 0. Got 2.",
    "memory m.nodewise --sample 1": "--sample must be used with a TABLE. Got 1.",
    "memory m.nodewise --query 1 --lift": "--lift belongs to a table. Got the model 'm.nodewise'; leave it out.",
    "memory m.nodewise --query 1 --target y": "--target and --features belong to a table. Got no TABLE; name it after "
    "the model.",
    "memory no.nodewise --query 1": "no.nodewise could not be read: No such file or directory. Check the path.",
}


@pytest.mark.parametrize("words", REFUSALS)
def test_refusals(run, words):
    nw.Network.from_weights([([[1.0]], [0], "relu"), ([[1.0]], [0], "identity")]).save("m.nodewise")
    ran = run(*words.split())
    assert ran.err == f"Error: {REFUSALS[words]}\n"
    assert (ran.code, ran.out) == (2, "")
    assert [path.name for path in Path().iterdir()] == ["m.nodewise"]


@pytest.mark.slow
def test_a_network_that_is_not_trained_loads_no_jax(fresh_python, tmp_path):
    words = ["memory", "product", "--by-hand", "--query", "1,0", "--quiet", "--out", str(tmp_path)]
    fresh_python(
        "-c",
        f"import sys\nfrom nodewise.cli.main import main\nassert main({words!r}) == 0\nassert 'jax' not in sys.modules",
    )
