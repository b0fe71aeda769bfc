"""`nodewise diagram`: a picture and its numbers, from a file or from sizes."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import get_args, get_type_hints

import numpy as np
import pytest

import nodewise as nw
from nodewise.cli.diagram import diagram
from nodewise.figures.diagram import LEVELS


def test_sizes_make_a_picture_in_this_folder(run):
    ran = run("diagram", "1-2-1")
    assert ran.code == 0
    assert ran.out == (
        "1-2-1 tanh, 7 parameters. A circle is a node, filled by its bias; a line is a weight.\n\n"
        "Wrote diagram-1-2-1.svg\n"
    )
    assert ET.fromstring(Path("diagram-1-2-1.svg").read_text()).tag.endswith("svg")


def test_a_file_is_drawn_from_its_weights(run):
    network = nw.Network.from_weights([([[2.0]], [-3.0], "identity")], names=["year"])
    network.save("line.nodewise")
    ran = run("diagram", "line.nodewise", "--level", "operations", "--out", "line.png", "--json", "--quiet")
    assert (ran.code, ran.err) == (0, "")
    assert Path("line.png").read_bytes().startswith(b"\x89PNG")
    found = json.loads(ran.out)
    assert found["files"] == ["line.png"]
    assert {node["id"]: node["value"] for node in found["nodes"] if node["kind"] == "weight"} == {
        "II.w0,1": -3.0, "II.w1,1": 2.0,
    }  # fmt: skip
    assert "year" in [word["text"] for word in found["words"]]


def test_the_seed_and_the_activation_are_those_of_the_family(run):
    ran = run("diagram", "2-3-1", "relu", "--seed", 5, "--json")
    weights = [edge["weight"] for edge in json.loads(ran.out)["edges"]]
    dense = nw.family("2-3-1", "relu", count=1, seed=5).networks[0].dense
    np.testing.assert_array_equal(weights, np.concatenate([layer.weight.ravel() for layer in dense]))
    assert json.loads(ran.out)["network"] == "2-3-1 relu"


@pytest.mark.parametrize(
    ("out", "file"), [("new", "new/diagram-1-1.svg"), ("a.pdf", "a.pdf"), ("v1.2/", "v1.2/diagram-1-1.svg")]
)
def test_out_is_a_file_or_a_folder(run, out, file):
    assert run("diagram", "1-1", "--out", out, "--quiet") == (0, "", "")
    assert Path(file).is_file()


def test_the_command_knows_every_level():
    annotated = get_type_hints(diagram, include_extras=True)["level"]
    assert get_args(get_args(annotated)[0]) == LEVELS
