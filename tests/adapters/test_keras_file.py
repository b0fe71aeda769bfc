"""`.keras` files: read as Keras reads them, and whatever else is in them refused in one sentence."""

import contextlib
import io
import json
import os
import resource
import subprocess
import sys
import time
import zipfile

import numpy as np
import pytest

from kerasmodels import answer, keras, layers, move, random_model, saving, some, train
from nodewise.adapters.open import open_model
from nodewise.errors import NodewiseError
from nodewise.network import Network
from roundtrip import come_back

h5py = pytest.importorskip("h5py")
pytestmark = saving
FILES = ("metadata.json", "config.json", "model.weights.h5")


@pytest.fixture(autouse=True)
def _seeded():
    keras.utils.set_random_seed(0)


@pytest.fixture(scope="module")
def entries(tmp_path_factory):
    """What a good file holds, by entry."""
    model = keras.Sequential(
        [keras.Input((3,), name="x"), layers.Dense(4, "relu", name="first"), layers.Dense(2, name="last")]
    )
    move(model, np.random.default_rng(0))
    path = tmp_path_factory.mktemp("keras") / "good.keras"
    model.save(path)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in FILES}


def write(path, entries, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def agree(path, model):
    network = open_model(path)
    assert isinstance(network, Network)
    # As many rows as the comparison has: for another number Keras on JAX compiles anew.
    x = np.random.default_rng(1).normal(0, 5, (network.origin.probes, network.inputs)).astype(np.float32).astype(float)
    wanted = answer(model, x)
    size = np.maximum(1, np.abs(wanted).max(axis=1, keepdims=True))
    np.testing.assert_allclose(network(x) / size, wanted / size, atol=2e-5)
    return network


@pytest.mark.parametrize("seed", some(range(50), (0, 1)))
def test_trained_models_live_and_from_files(seed, tmp_path):
    model = random_model(seed)
    before = [np.array(variable.value) for variable in model.weights]
    train(model, np.random.default_rng(seed))
    assert any(np.any(one != np.array(variable.value)) for one, variable in zip(before, model.weights, strict=True))
    model.save(tmp_path / "model.keras")
    network = agree(tmp_path / "model.keras", model)
    assert network.origin.probes >= 256
    assert network.origin.note == "Compared with its layers, built anew in Keras."
    live = open_model(model)
    come_back(live, tmp_path)
    assert len(live.layers) == len(network.layers)
    x = np.random.default_rng(2).normal(0, 5, (50, network.inputs))
    np.testing.assert_array_equal(live(x), network(x))


def test_layers_that_are_called_twice_and_models_in_models(tmp_path):
    start, inner_start = keras.Input((3,)), keras.Input((3,))
    shared = layers.Dense(3, "tanh")
    inner = keras.Model(inner_start, layers.Dense(3)(inner_start))
    sub = keras.Sequential([layers.Dense(3, "elu"), keras.Sequential([layers.Dense(3)])])
    values = shared(start)
    for layer in (sub, shared, inner, layers.Dense(3), sub):
        values = layer(values)
    model = keras.Model(start, values)
    move(model, np.random.default_rng(0))
    model.save(tmp_path / "model.keras")
    agree(tmp_path / "model.keras", model)


def test_operations(tmp_path):
    start = keras.Input((2,))
    values = keras.ops.sin(layers.Dense(3)(1 - start / 2)) * 2
    model = keras.Model(start, layers.Dense(1)(keras.activations.relu(values, negative_slope=0.5)))
    model.save(tmp_path / "model.keras")
    agree(tmp_path / "model.keras", model)


def test_a_layer_as_activation(tmp_path):
    model = keras.Sequential(
        [keras.Input((2,)), layers.Dense(3, layers.LeakyReLU(negative_slope=0.3)), layers.Dense(1)]
    )
    model.save(tmp_path / "model.keras")
    agree(tmp_path / "model.keras", model)


def test_keras_is_not_imported(entries, tmp_path):
    path = write(tmp_path / "model.keras", entries)
    code = (
        "import sys; from nodewise.adapters.open import open_model; network = open_model(sys.argv[1]);"
        "assert not {'keras', 'jax', 'tensorflow', 'torch'} & set(sys.modules); print(network.origin)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == (
        "Opened from Keras Sequential file, not compared with the original. Import Keras before, and it will be compared."
    )


def test_zipped_again(entries, tmp_path):
    assert open_model(write(tmp_path / "model.keras", entries, zipfile.ZIP_DEFLATED)).sizes == (3, 4, 2)


def test_without_h5py(entries, tmp_path, monkeypatch):
    path = write(tmp_path / "model.keras", entries)
    monkeypatch.setitem(sys.modules, "h5py", None)
    assert refusal(path) == (
        '.keras files are read with the package h5py. It is not installed; run: pip install "nodewise[keras]"'
    )


def refusal(path):
    with pytest.raises(NodewiseError) as error:
        open_model(path)
    return str(error.value)


def damaged(path, kind):
    return (
        f"{path} must be a .keras file that Keras saved. It is damaged or of another kind ({kind}); save it again."
    )  # fmt: skip


def unusable(path, why):
    return f"{path} is no usable .keras file: {why}"


def unread(path, why):
    return (
        f"a .keras file must hold layers that can be read without running code. In {path} {why}; "
        "load it with Keras if you trust it, and open the live model."
    )


def test_empty_random_and_truncated(entries, tmp_path):
    path = tmp_path / "model.keras"
    whole = write(tmp_path / "whole.keras", entries).read_bytes()
    rng = np.random.default_rng(0)
    for content in (b"", rng.bytes(5000), whole[: len(whole) // 2], whole[:-30]):
        path.write_bytes(content)
        assert refusal(path) == damaged(path, "BadZipFile")
    for kept in (0, 100, 3000):
        write(path, entries | {"model.weights.h5": entries["model.weights.h5"][:kept]})
        assert refusal(path).startswith(f"{path} ")


@pytest.mark.parametrize("seed", range(40))
def test_flipped_bytes_never_escape(entries, tmp_path, seed):
    rng = np.random.default_rng(seed)
    name = FILES[seed % 3]
    content = bytearray(entries[name])
    for place in rng.integers(0, len(content), 8):
        content[place] = rng.integers(256)
    with contextlib.suppress(NodewiseError):  # refused; anything else fails the test
        open_model(write(tmp_path / "model.keras", entries | {name: bytes(content)}))


def test_entries_that_are_missing(entries, tmp_path):
    for name in FILES:
        rest = {key: value for key, value in entries.items() if key != name}
        path = write(tmp_path / "model.keras", rest)
        assert refusal(path) == unusable(
            path, f"it must hold config.json, model.weights.h5 and metadata.json. Got none called {name}."
        )


def test_entries_that_point_outside_are_left_alone(entries, tmp_path):
    more = {"../../outside.txt": b"x", "/etc/outside": b"x"}
    assert open_model(write(tmp_path / "model.keras", entries | more))
    assert [path.name for path in tmp_path.iterdir()] == ["model.keras"]
    assert not (tmp_path.parent.parent / "outside.txt").exists()


def test_zip_bomb(entries, tmp_path):
    path = write(tmp_path / "model.keras", entries | {"model.weights.h5": bytes(2**26)}, zipfile.ZIP_DEFLATED)
    most = max(2**24, 10 * path.stat().st_size)
    assert refusal(path) == unusable(path, f"model.weights.h5 must unpack to at most {most} bytes. Got {2**26}.")
    path = write(path, entries | {"config.json": b" " * 2**25}, zipfile.ZIP_DEFLATED)
    assert refusal(path) == unusable(path, f"config.json must unpack to at most {2**22} bytes. Got {2**25}.")


def test_other_compressions(entries, tmp_path):
    path = write(tmp_path / "model.keras", entries, zipfile.ZIP_LZMA)
    assert refusal(path) == unusable(
        path, "it must be packed as Keras does. Got metadata.json encrypted or in another compression."
    )


def test_bytes_that_do_not_fit_their_checksum(entries, tmp_path):
    path = write(tmp_path / "model.keras", entries)
    content = path.read_bytes()
    weights = content.index(entries["model.weights.h5"])
    path.write_bytes(content[: weights + 50] + bytes([content[weights + 50] ^ 1]) + content[weights + 51 :])
    assert refusal(path) == damaged(path, "BadZipFile")


def changed(entries, change):
    """Return the entries with the first Dense layer, or the whole configuration, changed."""
    config = json.loads(entries["config.json"])
    change(config["config"]["layers"][1], config)
    return entries | {"config.json": json.dumps(config)}


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


def weights(entries, change):
    """Return the entries with the HDF5 file changed."""
    content = io.BytesIO(entries["model.weights.h5"])
    with h5py.File(content, "r+") as file:
        change(file)
    return entries | {"model.weights.h5": content.getvalue()}


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
