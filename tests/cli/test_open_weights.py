"""`nodewise open` of a file of weights, which does not hold its activations."""

import json

import numpy as np
from safetensors.numpy import save_file


def weights(folder):
    arrays = {"0.weight": np.ones((4, 2)), "0.bias": np.zeros(4), "2.weight": np.ones((1, 4))}
    save_file(arrays, folder / "weights.safetensors")


def test_declared_activations(run, tmp_path):
    weights(tmp_path)
    ran = run("open", "weights.safetensors", "--activation", "relu", "--output-activation", "sigmoid", "--json")
    assert ran.code == 0
    assert [layer["activation"] for layer in json.loads(ran.out)["layers"]] == ["relu", "sigmoid"]


def test_without_them_the_sentence_says_what_is_missing(run, tmp_path):
    weights(tmp_path)
    ran = run("open", "weights.safetensors")
    assert ran.code == 2
    assert "activation must be named for 1 hidden layer(s), because a file of weights does not hold it." in ran.err


def test_a_nodewise_file_holds_its_own(run, tmp_path):
    run("fit", "sine", "--steps", "1", "--hidden", "2", "--out", "a", "--quiet")
    ran = run("open", "a/network.nodewise", "--activation", "relu")
    assert ran.code == 2
    assert "an option for this model must belong to it, and it has none. Got activation; leave it out." in ran.err
