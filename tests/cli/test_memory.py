"""`nodewise memory`: what it prints and writes is what Python reads."""

import json
from pathlib import Path

import numpy as np
import pytest

import nodewise as nw
from nodewise.cli import show


def test_a_network_is_written_from_the_essay_s_examples_and_asked(run):
    ran = run("memory", "product", "--query", "0.5,0.25")
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
    ran = run("memory", "half_circle", "--recipe", "exact", "--threshold", 0, "--sample", 2, "--json", "--quiet")
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
    ran = run("memory", "product", *words.split(), "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["memories"]["query"] == [[-1, 2]]


def test_a_table_becomes_a_network_and_long_tables_are_cut(run):
    lines = [f"{np.cos(i):.6f},{np.sin(i):.6f},{i % 4}.5" for i in range(40)]
    Path("t.csv").write_text("\n".join(["a,b,y", *lines]) + "\n")
    ran = run("memory", "t.csv", "--target", "y", "--lift", "--scale", "--query", "1,0", "--out", "here")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("… 16 more rows are in the JSON.") == 2
    assert "sum: output" in ran.out


REFUSALS = {
    "memory": "MODEL needs a value. Got none; see nodewise memory --help.",
    "memory product --query 1": "query must have one number for each of 2 features: x1, x2. Got 1 number.",
    "memory product --query 1,nan": "query must have no missing or infinite values. Got nan for feature x2. "
    "Fill it in first, such as with the samples' mean.",
    "memory product --query one": "--query takes numbers, such as 0.5,1. Got 'one'.",
    "memory product --query 1,2 --sample 1": "--query and --sample both name the input to ask about. Got both; "
    "leave one of them out.",
    "memory product --sample 4": "--sample must be a whole number from 1 to 3. Got 4.",
    "memory product --target y": "--target belongs to a table. Got the example 'product'; leave it out.",
    "memory product data.csv": "a second TABLE belongs to a .nodewise file. Got 'product'; leave 'data.csv' out.",
    "memory product --recipe exat": "recipe must be one of essay, exact. Got 'exat'. Did you mean 'exact'?",
    "memory product --threshold high": "threshold must be a finite number. Got 'high'.",
    "memory m.nodewise": "--query must say what to ask the model about. Got none; give one number per feature.",
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
