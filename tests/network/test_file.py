"""A saved network comes back equal to the bit; a damaged file is refused in one sentence."""

import json
import os
import struct
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

import nodewise as nw
from networks import networks, random_network
from nodewise.errors import NodewiseError

NAMES = {"feature_names": ("år",), "output_names": ("<b>y</b>",), "feature_units": ("s",), "output_units": ("m/s²",)}


@given(network=networks())
def test_saved_and_reopened_equal_to_the_bit(network, tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "a.nodewise"
    network.save(path)
    again = nw.open_model(path)
    assert str(again) == str(network)
    for old, new in zip(network.layers, again.layers, strict=True):
        for name in ("weight", "bias", "shift", "factor"):
            if hasattr(old, name):
                assert getattr(old, name).tobytes() == getattr(new, name).tobytes()
    x = np.random.default_rng(0).normal(size=(9, network.inputs))
    assert again(x).tobytes() == network(x).tobytes()


def test_names_and_units_come_back(tmp_path):
    network = replace(random_network(1, (1, 3, 1), ["tanh"]), **NAMES)
    again = nw.open_model(network.save(tmp_path / "a.nodewise"))
    assert {name: getattr(again, name) for name in NAMES} == NAMES


def saved(tmp_path):
    return random_network(1, (1, 3, 1), ["tanh"]).save(tmp_path / "a.nodewise")


def rewritten(path, change):
    """Change the JSON document inside a saved file."""
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    document = json.loads(header["__metadata__"]["nodewise"])
    change(document)
    header["__metadata__"]["nodewise"] = json.dumps(document)
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + content[8 + length :])


DAMAGED = (
    "{path} must be a .nodewise file that nodewise saved. It is damaged or of another kind ({kind}); save it again."
)


@pytest.mark.parametrize("content", [b"", b"x", b"\x00" * 64, b"\xff" * 64, b"PK\x03\x04" + b"a" * 100])
def test_a_file_of_another_kind_is_refused(tmp_path, content):
    path = tmp_path / "a.nodewise"
    path.write_bytes(content)
    with pytest.raises(NodewiseError) as caught:
        nw.open_model(path)
    assert str(caught.value) == DAMAGED.format(path=path, kind="SafetensorError")


def test_every_truncation_is_refused(tmp_path):
    path = saved(tmp_path)
    content = path.read_bytes()
    for length in range(0, len(content), 37):
        path.write_bytes(content[:length])
        with pytest.raises(NodewiseError, match=r"damaged or of another kind|no usable"):
            nw.open_model(path)


def test_a_later_version_is_refused(tmp_path):
    path = saved(tmp_path)
    rewritten(path, lambda document: document.update(version=99))
    with pytest.raises(NodewiseError) as caught:
        nw.open_model(path)
    assert str(caught.value) == (
        f"{path} is no usable .nodewise file: its version must be at most 1. Got 99; update nodewise."
    )


def test_an_unknown_activation_inside_is_refused(tmp_path):
    path = saved(tmp_path)
    rewritten(path, lambda document: document["layers"][0].update(activation="exec"))
    with pytest.raises(NodewiseError, match=r"is no usable \.nodewise file: activation must be one of"):
        nw.open_model(path)


def test_names_and_places_that_cannot_be(tmp_path):
    network = random_network(1, (1, 3, 1), ["tanh"])
    with pytest.raises(NodewiseError) as caught:
        network.save(tmp_path / "a.txt")
    assert str(caught.value) == "a saved network's name must end in .nodewise. Got a.txt."
    with pytest.raises(NodewiseError) as caught:
        nw.open_model(tmp_path / "missing.nodewise")
    assert (
        str(caught.value)
        == f"{tmp_path / 'missing.nodewise'} could not be read: No such file or directory. Check the path."
    )
    with pytest.raises(NodewiseError) as caught:
        nw.open_model(3)
    assert (
        str(caught.value)
        == "a model must be a Network, a Fit, a model of scikit-learn, PyTorch, Keras, Equinox, Flax or ONNX, a list of (W, b) pairs, or the path of a file. Got int."
    )
    with pytest.raises(NodewiseError) as caught:
        nw.open_model(len)
    assert str(caught.value).endswith(
        "or the path of a file. Got builtin_function_or_method. What can only be called is one as "
        "nodewise.Predictor(function, inputs, outputs, reason, kind)."
    )
    with pytest.raises(NodewiseError) as caught:
        nw.open_model("model.pickle")
    assert str(caught.value) == (
        "a model's file must end in .nodewise, .onnx, .keras, .pt, .pth or .safetensors. Got model.pickle. "
        "Such a file runs code when it is read: load it yourself, and give the model."
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are files on POSIX only")
@pytest.mark.parametrize("ending", [".nodewise", ".onnx"])
def test_what_is_no_file_is_not_waited_for(tmp_path, ending):
    (tmp_path / f"folder{ending}").mkdir()
    os.mkfifo(tmp_path / f"pipe{ending}")
    for path in tmp_path.iterdir():
        with pytest.raises(NodewiseError) as caught:
            nw.open_model(path)
        assert str(caught.value) == f"{path} could not be read: it is no file. Check the path."
