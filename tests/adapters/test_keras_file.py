"""`.keras` files: read as Keras reads them, without Keras."""

import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from kerasfiles import refusal, write
from kerasmodels import answer, keras, layers, move, random_model, saving, some, train
from nodewise.adapters.open import open_model
from nodewise.network import Network
from roundtrip import come_back

pytest.importorskip("h5py")
pytestmark = saving


@pytest.fixture(autouse=True)
def _seeded():
    keras.utils.set_random_seed(0)


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


def test_a_keras_that_lacks_what_the_file_needs(tmp_path, monkeypatch):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(4, "tanh"), layers.Dense(2)])
    model.save(tmp_path / "model.keras")
    compared = open_model(tmp_path / "model.keras")
    monkeypatch.delattr(keras.layers, "Dense")
    network = open_model(tmp_path / "model.keras")
    assert str(network.origin) == (
        "Opened from Keras Sequential file, not compared with the original. "
        "This Keras could not build it (AttributeError)."
    )
    np.testing.assert_array_equal(network(np.ones((1, 3))), compared(np.ones((1, 3))))


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
