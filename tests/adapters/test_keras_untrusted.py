"""`.keras` files whose configuration is somebody else's: refused in one sentence, and no code run."""

import json
import time

import pytest

from kerasfiles import changed, refusal, unread, unusable, write
from kerasmodels import saving

pytest.importorskip("h5py")
pytestmark = saving


def test_code_is_never_run(entries, tmp_path):
    def to_lambda(layer, config):
        code = {"class_name": "__lambda__", "config": {"code": "4wAAAAAAAAAAAAAA", "defaults": None, "closure": None}}
        layer.update(class_name="Lambda", config={"name": "f", "function": code})

    path = write(tmp_path / "model.keras", changed(entries, to_lambda))
    assert refusal(path) == unread(path, "Lambda (layer f) holds code")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"class_name": "Own", "module": "os", "registered_name": "os>Own"},
         "Own (layer first) is not one of Keras's own layers"),
        ({"class_name": "Dense", "module": None, "registered_name": "Dense"},
         "Dense (layer first) is not one of Keras's own layers"),
        ({"class_name": "system", "module": "keras.layers"},
         "system (layer first): it is none of the layers that can be read"),
        ({"class_name": "LayerNormalization"},
         "LayerNormalization (layer first): it is none of the layers that can be read"),
    ],
)  # fmt: skip
def test_layers_of_others(entries, tmp_path, change, why):
    path = write(tmp_path / "model.keras", changed(entries, lambda layer, config: layer.update(change)))
    assert refusal(path) == unread(path, why)


def test_another_class_of_model(entries, tmp_path):
    path = write(tmp_path / "model.keras", changed(entries, lambda layer, config: config.update(class_name="Net")))
    assert refusal(path) == unread(path, "Net is a class of its own, neither Sequential nor Functional")


def test_keras_2(entries, tmp_path):
    path = write(tmp_path / "model.keras", entries | {"metadata.json": '{"keras_version": "2.15.0"}'})
    assert refusal(path) == unusable(
        path, "it must be of Keras 3 or later. Got 2.15.0; load it there and save it anew."
    )  # fmt: skip


def test_old_h5_models_are_refused(tmp_path):
    path = tmp_path / "model.h5"
    path.write_bytes(b"x")
    assert refusal(path) == (
        f"a Keras model must be saved as .keras. Got {path.name}, in the older format; load it in Keras and save it with "
        'model.save("model.keras").'
    )


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("ELU", "ELU (layer m): it would need too much memory"),
        ("Dropout", "Dropout (layer m): it would need too much memory"),
    ],
)
def test_models_that_unfold_for_ever(entries, tmp_path, kind, why):
    """Thirty models, each twice in the next: a thousand million layers in a few kilobytes."""

    def call(source, at):
        tensor = {"class_name": "__keras_tensor__", "config": {"shape": [None, 3], "keras_history": [source, at, 0]}}
        return {"args": [tensor], "kwargs": {}}

    start = {"module": "keras.layers", "class_name": "InputLayer", "name": "x", "registered_name": None,
             "inbound_nodes": [], "config": {"name": "x", "dtype": "float32", "batch_shape": [None, 3]}}  # fmt: skip
    inside = {"module": "keras.layers", "class_name": kind, "config": {"name": "m", "alpha": 1.0, "dtype": "float32"}}
    for _ in range(30):
        twice = inside | {"name": "m", "inbound_nodes": [call("x", 0), call("m", 0)]}
        output = ["m", 2 if inside["class_name"] == "Functional" else 1, 0]
        config = {"name": "m", "layers": [start, twice], "input_layers": ["x", 0, 0], "output_layers": output}
        inside = {"module": "keras.src.models.functional", "class_name": "Functional", "config": config}
    path = write(tmp_path / "model.keras", entries | {"config.json": json.dumps(inside)})
    began = time.process_time()
    assert refusal(path) == unread(path, why)
    assert time.process_time() - began < 5


def test_names_in_circles(entries, tmp_path):
    def ring(layer, config):
        config["config"]["layers"][2:] = []
        node = {
            "args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["first", 0, 0]}}],
            "kwargs": {},
        }
        layer.update(name="first", inbound_nodes=[node])
        start = config["config"]["layers"][0]
        start.update(name="x", inbound_nodes=[])
        config.update(class_name="Functional")
        config["config"].update(input_layers=["x", 0, 0], output_layers=["first", 0, 0])

    path = write(tmp_path / "model.keras", changed(entries, ring))
    assert refusal(path) == unread(path, "Dense (layer first) needs what it gives itself")


def test_long_names_are_cut(entries, tmp_path):
    def rename(layer, config):
        layer["config"]["name"] = "n" * 10**6

    assert len(refusal(write(tmp_path / "model.keras", changed(entries, rename)))) < 1000


def test_calls_with_too_much(entries, tmp_path):
    def stuff(layer, config):
        layer.update(name="first", inbound_nodes=[{"args": [[1] * 5000], "kwargs": {}}])
        config["config"]["layers"] = [config["config"]["layers"][0] | {"name": "x", "inbound_nodes": []}, layer]
        config.update(class_name="Functional")
        config["config"].update(input_layers=["x", 0, 0], output_layers=["first", 0, 0])

    path = write(tmp_path / "model.keras", changed(entries, stuff))
    assert refusal(path) == unread(path, "a layer is called with more than 1000 values")


@pytest.mark.parametrize("text", ["", "[]", "null", "[" * 100000, '{"class_name": "Sequential"}', "1" * 5000, "\xff"])
def test_configurations_that_are_none(entries, tmp_path, text):
    path = write(tmp_path / "model.keras", entries | {"config.json": text.encode("latin-1")})
    assert refusal(path).startswith((f"{path} ", "a .keras file must hold"))
