"""`.keras` files whose weights are not what the configuration says, or not there at all."""

import resource

import numpy as np
import pytest

from kerasfiles import changed, refusal, unread, unusable, weights, write
from kerasmodels import saving
from nodewise.adapters.open import open_model

h5py = pytest.importorskip("h5py")
pytestmark = saving


def test_weights_that_are_not_finite(entries, tmp_path):
    def spoil(file):
        file["layers/dense/vars/1"][2] = np.nan

    path = write(tmp_path / "model.keras", weights(entries, spoil))
    assert refusal(path) == unusable(path, "weights must be finite. Got nan in layer first; train the model again.")


def test_weights_of_another_shape_or_layer(entries, tmp_path):
    path = write(tmp_path / "model.keras", changed(entries, lambda layer, config: layer["config"].update(units=5)))
    assert refusal(path) == unusable(
        path,
        "the weights of a layer must have the shapes that its configuration gives, (3, 5) and (5,) for layer first. Got "
        "(3, 4) and (4,).",
    )
    path = write(path, changed(entries, lambda layer, config: layer["config"].update(name="other")))
    assert refusal(path) == unusable(
        path, "weights and configuration must belong together. Got weights of first for layer other."
    )

    def lose(file):
        del file["layers/dense_1"]

    path = write(path, weights(entries, lose))
    assert refusal(path) == unusable(path, "every layer must have its weights in the file. Got none for layer last.")


PLAIN = "weights must be plain arrays of numbers. Got another object in layer first."


def huge(file):
    del file["layers/dense/vars/0"]
    file["layers/dense/vars"].create_dataset("0", (10**6, 10**6), "f4")  # takes no room until it is written


def squeezed(file):
    del file["layers/dense/vars/0"]
    file["layers/dense/vars"].create_dataset("0", (10**6, 10**6), "f4", chunks=(1000, 1000), compression="gzip")


def elsewhere(file):
    del file["layers/dense/vars/0"]
    file["layers/dense/vars/0"] = h5py.ExternalLink("/etc/passwd", "/x")


def soft(file):
    del file["layers/dense/vars/0"]
    file["layers/dense/vars/0"] = h5py.SoftLink("/layers/dense_1/vars/0")


def raw(file):
    del file["layers/dense/vars/0"]
    file["layers/dense/vars"].create_dataset("0", (3, 4), "f4", external=[("/etc/passwd", 0, 48)])


def virtual(file):
    del file["layers/dense/vars/0"]
    layout = h5py.VirtualLayout((3, 4), "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (3, 4))
    file["layers/dense/vars"].create_virtual_dataset("0", layout)


def texts(file):
    del file["layers/dense/vars/0"]
    file["layers/dense/vars"]["0"] = ["a", "b"]


@pytest.mark.parametrize("change", [squeezed, elsewhere, soft, raw, virtual, texts])
def test_weights_that_are_no_plain_arrays(entries, tmp_path, change):
    path = write(tmp_path / "model.keras", weights(entries, change))
    assert refusal(path) == unusable(path, PLAIN)


def test_arrays_larger_than_the_file(entries, tmp_path):
    def widen(layer, config):
        config["config"]["layers"][0]["config"]["batch_shape"] = [None, 10**6]
        layer["config"]["units"] = 10**6

    path = write(tmp_path / "model.keras", changed(weights(entries, huge), widen))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refusal(path).endswith("Got (1000000, 1000000) and (4,).")
    layer = "a file must hold what it says. Got a layer first larger than the whole file."

    def without_bias(layer, config):
        widen(layer, config)
        layer["config"]["use_bias"] = False

    def lose_bias(file):
        huge(file)
        del file["layers/dense/vars/1"]

    path = write(path, changed(weights(entries, lose_bias), without_bias))
    assert refusal(path) == unusable(path, layer)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 2**17  # kilobytes


def test_shapes_that_need_no_weights(entries, tmp_path):
    def only(name, **config):
        def change(layer, whole):
            first, second = whole["config"]["layers"][:2]
            first["config"]["batch_shape"] = [None, config.pop("inputs")]
            second.update(class_name=name, config={"name": "wide", "dtype": "float32", **config})
            whole["config"]["layers"] = [first, second]

        return changed(entries, change)

    path = write(tmp_path / "model.keras", only("ReLU", inputs=10**12))
    assert refusal(path) == unread(path, f"InputLayer (layer x): it takes samples of shape ({10**12},)")
    opened = open_model(write(path, only("ReLU", inputs=10**6)))
    assert opened.reason == "ReLU (layer wide): it would need too much memory"  # as a layer; as a function it does not
    path = write(path, only("Rescaling", inputs=10**6, scale=0.0, offset=0.0))
    assert refusal(path) == unread(path, "Rescaling (layer wide): it multiplies some of its 1000000 features by 0")
    path = write(path, only("Rescaling", inputs=3, scale=float("nan"), offset=0.0))
    assert refusal(path) == unusable(
        path, "factor must be finite. Got nan at [0]; train the network again, with smaller steps."
    )


def test_weights_that_are_used_again_and_again(entries, tmp_path):
    def repeat(layer, config):
        config["config"]["layers"][2:] = []
        node = {"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["x", 0, 0]}}], "kwargs": {}}
        layer["config"].update(units=30)
        layer.update(name="first", inbound_nodes=[node])
        for i in range(900):
            node = {
                "args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["first", i, 0]}}],
                "kwargs": {},
            }
            layer["inbound_nodes"].append(node)
        start = config["config"]["layers"][0]
        start.update(name="x", inbound_nodes=[])
        start["config"]["batch_shape"] = [None, 30]
        config.update(class_name="Functional")
        config["config"].update(input_layers=["x", 0, 0], output_layers=["first", 900, 0])

    def square(file):
        del file["layers/dense/vars/0"], file["layers/dense/vars/1"]
        file["layers/dense/vars/0"] = np.ones((30, 30), "f4")
        file["layers/dense/vars/1"] = np.ones(30, "f4")

    path = write(tmp_path / "model.keras", changed(weights(entries, square), repeat))
    assert refusal(path) == unusable(
        path, "a file must hold what it says. Got a layer first larger than the whole file."
    )  # fmt: skip
