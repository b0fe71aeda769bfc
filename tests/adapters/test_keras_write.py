"""`to_keras`: Keras predicts what the network says, and what it saves loads anywhere and opens again."""

import numpy as np
import pytest

from kerasmodels import keras, saving, some
from networks import random_network
from nodewise.activations import names
from nodewise.adapters.open import open_model
from nodewise.errors import NodewiseError
from nodewise.network import Dense, Network

jax = pytest.importorskip("jax")
EVERY = (*names(), "leaky_relu(0.2)", "elu(0.5)")
QUICK = ("tanh", "gaussian", "triangle", "snake")
WAVES = ("cosine", "sine", "snake")


@pytest.fixture(autouse=True)
def _seeded():
    keras.utils.set_random_seed(0)


@pytest.fixture
def x64():
    with jax.enable_x64(True):
        yield


def said(model, x):
    return np.asarray(model(keras.ops.convert_to_tensor(x, dtype=model.inputs[0].dtype), training=False))


def samples(network, spread=3.0):
    return np.random.default_rng(0).normal(0, spread, (200, network.inputs))


@pytest.mark.parametrize("name", some([name for name in EVERY if name not in WAVES], QUICK))
@saving
def test_float64_round_trip(name, x64, tmp_path):
    network = random_network(1, (3, 5, 4, 2), (name, name), scaled=True)
    x = samples(network)
    model = network.to_keras()
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    again, filed = open_model(model), open_model(tmp_path / "model.keras")
    for other in (said(model, x), said(loaded, x), again(x), filed(x)):
        np.testing.assert_allclose(other, network(x), rtol=1e-12, atol=1e-12)
    for other in (again, filed):
        assert str(other) == str(network)
        assert other.origin.difference < 1e-12


@pytest.mark.parametrize("name", some(EVERY, QUICK))
def test_float32_round_trip(name):
    if name in ("step", "saw"):
        pytest.skip("jumps where float32 rounds to the other side")
    network = random_network(2, (3, 4, 2), (name,), scaled=True)
    model = network.to_keras()  # JAX holds no float64 here
    assert model.dtype_policy.name == "float32"
    x = samples(network).astype(np.float32)
    size = np.abs(network(x)).max()
    np.testing.assert_allclose(said(model, x) / size, network(x) / size, atol=2e-6)
    assert str(open_model(model)) == str(network)
    assert open_model(model).origin.precision == "float32"


def test_softmax(x64):
    rng = np.random.default_rng(0)
    network = Network((Dense(rng.normal(size=(3, 2)), rng.normal(size=3), "softmax"),))
    x = samples(network)
    np.testing.assert_allclose(said(network.to_keras(), x), network(x), atol=1e-15)


@pytest.mark.slow
def test_it_can_be_trained():
    network = random_network(3, (2, 4, 1), ("gaussian",))
    model = network.to_keras()
    x = samples(network)
    model.compile("adam", "mse")
    model.fit(x, np.zeros((200, 1)), epochs=1, verbose=0)
    assert not np.allclose(open_model(model).dense[0].weight, network.dense[0].weight)


def test_channels_first_changes_nothing(monkeypatch, x64):
    monkeypatch.setattr(keras.config, "image_data_format", lambda: "channels_first")
    network = random_network(1, (3, 2), (), scaled=True)
    x = samples(network)
    np.testing.assert_allclose(said(network.to_keras(), x), network(x), rtol=1e-13)


def refusal(network, precision):
    with pytest.raises(NodewiseError) as error:
        network.to_keras(precision=precision)
    return str(error.value)


def test_precision_that_the_backend_lacks_is_refused():
    network = random_network(1, (3, 2), ())
    assert refusal(network, "float16") == "precision must be float64 or float32. Got 'float16'."
    assert refusal(network, "float64") == (
        "precision must be float32 with Keras on JAX, unless JAX_ENABLE_X64=1 is set before JAX loads. Got float64."
    )


def test_waves_have_no_float64(x64):
    network = random_network(1, (3, 4, 2), ("cosine",))
    assert refusal(network, "float64") == (
        "precision must be float32 for cosine, which this backend of Keras computes in float32. Got float64."
    )
    assert network.to_keras().inputs[0].dtype == "float32"
