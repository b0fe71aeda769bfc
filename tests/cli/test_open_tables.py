"""`nodewise open MODEL TABLE` where the two do not fit: which column is missing, which may be meant, what to say."""

from dataclasses import replace

import numpy as np
import pytest

import nodewise as nw
from networks import random_network

NAMED = {"feature_names": ("width", "height", "depth"), "output_names": ("weight",)}


@pytest.fixture
def files(tmp_path):
    plain = random_network(0, (3, 4, 1), ["tanh"])
    plain.save(tmp_path / "plain.nodewise")
    replace(plain, **NAMED).save(tmp_path / "named.nodewise")
    x = np.random.default_rng(0).normal(size=(20, 3))
    for columns in (("width", "height", "depth", "weight"), ("widht", "height", "depth", "weight"), ("a", "b", "y"),
                    ("a", "b", "c", "y"), ("width", "height", "depth")):  # fmt: skip
        rows = [columns, *np.c_[x, plain(x)][:, : len(columns)]]
        (tmp_path / f"{'-'.join(columns)}.csv").write_text("\n".join(",".join(map(str, row)) for row in rows) + "\n")


REFUSED = {
    ("named.nodewise", "widht-height-depth-weight.csv"): (
        "feature must name a column of widht-height-depth-weight.csv. Got 'width'. Did you mean 'widht', 'depth' or "
        "'weight'? The model calls it so; say which column it is with --features."
    ),
    ("named.nodewise", "a-b-y.csv"): (
        "target must name a column of a-b-y.csv. Got 'weight'. Its columns are 'a', 'b', 'y'. The model calls it so; say "
        "which column it is with --target."
    ),
    ("named.nodewise", "a-b-y.csv", "--target", "z"): (
        "target must name a column of a-b-y.csv. Got 'z'. Its columns are 'a', 'b', 'y'."
    ),
    ("plain.nodewise", "a-b-y.csv"): (
        "the data must have the network's 3 feature(s): x1, x2, x3. Got 2: a, b. Name the columns it was trained on with "
        "--features."
    ),
    ("named.nodewise", "width-height-depth-weight.csv", "--features", "width,height"): (
        "the data must have the network's 3 feature(s): width, height, depth. Got 2: width, height. Name the columns it "
        "was trained on with --features."
    ),
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_does_not_fit(run, files, words):
    ran = run("open", *words)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err == f"Error: {REFUSED[words]}\n"


def test_columns_of_other_names_are_taken_in_the_order_they_are_said(run, files):
    ran = run("open", "named.nodewise", "a-b-c-y.csv", "--features", "a,b,c", "--target", "y", "--out", "out")
    assert ran.code == 0, ran.err
    assert "fits exactly" in ran.out


def test_the_names_of_the_model_said_in_another_order_are_its_features(run, files):
    table = "width-height-depth-weight.csv"
    ran = run("open", "named.nodewise", table, "--features", "depth,width,height", "--out", "out")
    assert ran.code == 0, ran.err
    assert "fits exactly" in ran.out


def test_the_same_in_python(files, tmp_path):
    network = nw.open_model(tmp_path / "named.nodewise")
    x, y = np.random.default_rng(0).normal(size=(20, 3)), np.arange(20.0)

    def refusal(*names):
        with pytest.raises(nw.NodewiseError) as caught:
            nw.inspect(network, nw.Dataset(x[:, : len(names)], y, feature_names=names))
        return str(caught.value)

    whose = "the data must have the network's"
    assert refusal("widht", "height", "depth") == (
        f"{whose} features: width, height, depth. Got none called 'width' among widht, height, depth. Did you mean it by "
        "'widht'? Rename it."
    )
    assert refusal("a", "b", "c") == (
        f"{whose} features: width, height, depth. Got none called 'width' among a, b, c. Give the columns it was trained on."
    )
    assert refusal("height", "width", "depth") == (
        f"{whose} features in its order: width, height, depth. Got height, width, depth. Give the columns in that order."
    )
    assert refusal("width", "height") == (
        f"{whose} 3 feature(s): width, height, depth. Got 2: width, height. Give the columns it was trained on."
    )
    assert nw.inspect(network, nw.Dataset(x, y)).verdict
    assert nw.inspect(network, nw.Dataset(x, y, feature_names=("width (cm)", "height", "depth"))).verdict
