"""`nodewise family`: the files it writes are the family that Python draws."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import nodewise as nw


def test_a_gallery_and_its_richness(run):
    ran = run("family", "1-5-1", "relu", "--count", 60, "--seed", 3, "--weights", "he")
    assert (ran.code, ran.err) == (0, "")
    richness = nw.family("1-5-1", "relu", count=60, seed=3, weights="he").richness
    assert ran.out.startswith(f"{richness}\n\nmeasure ")
    assert "The gallery shows the first 49 of 60." in ran.out
    assert ran.out.endswith("Wrote nodewise-1-5-1-relu/gallery.png\n")
    with Image.open("nodewise-1-5-1-relu/gallery.png") as page:
        assert page.width == 1500


def test_one_network_is_replayed_and_saved(run):
    ran = run("family", "2-4-1", "--network", 7, "--seed", 5, "--out", "here")
    assert ran.code == 0
    assert ran.out.startswith("2-4-1 tanh: features x1, x2; outputs y.\n")
    assert sorted(path.name for path in Path("here").iterdir()) == ["network-7.nodewise", "network-7.png"]
    saved, drawn = nw.open_model("here/network-7.nodewise"), nw.family("2-4-1", seed=5).networks[7]
    for one, other in zip(saved.dense, drawn.dense, strict=True):
        np.testing.assert_array_equal(one.weight, other.weight)
        np.testing.assert_array_equal(one.bias, other.bias)
        assert one.activation is other.activation


def test_json_is_the_reading(run):
    words = ("family", "3-3-1", "--count", 3, "--at", "x2=1,x3=-2", "--no-output-activation", "--json", "--quiet")
    ran = run(*words)
    assert (ran.code, ran.err) == (0, "")
    document = json.loads(ran.out)
    family = nw.family("3-3-1", count=3, output_activation=False)
    assert document["family"] == str(family)
    assert document["richness"] == family.richness.as_dict()
    assert document["files"] == ["nodewise-3-3-1-tanh/gallery.png"]


def test_a_walk(run):
    ran = run("family", "1-3-1", "--count", 3, "--movie", "gif", "--quiet")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    with Image.open("nodewise-1-3-1-tanh/movie.gif") as movie:
        assert movie.n_frames == 3 * 6 + 2 * 10


@pytest.mark.slow
def test_no_training_is_loaded(fresh_python, tmp_path):
    program = (
        "import sys\nfrom nodewise.cli.main import main\n"
        "assert main(['family', '1-3-1', '--count', '2']) == 0\n"
        "heavy = {'jax', 'polars'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    fresh_python("-c", program, cwd=tmp_path)
