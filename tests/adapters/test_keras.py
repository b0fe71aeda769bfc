"""Live Keras models: Keras itself is the oracle, inside the data and far outside."""

import math

import numpy as np
import pytest

from kerasmodels import LAYERS, NAMES, answer, keras, layers, move, random_model, saving, some
from nodewise.adapters.open import open_model
from nodewise.errors import NodewiseError
from nodewise.network import Network, Predictor


@pytest.fixture(autouse=True)
def _seeded():
    keras.utils.set_random_seed(0)


def opened(model):
    network = open_model(model)
    assert isinstance(network, Network), network
    return network


def agree(network, model, spread=5.0):
    # As many rows as the comparison has: for another number Keras on JAX compiles anew.
    x = np.random.default_rng(1).normal(0, spread, (network.origin.probes, network.inputs))
    x = x.astype(np.float32).astype(float)
    wanted = answer(model, x)
    size = np.maximum(1, np.abs(wanted).max(axis=1, keepdims=True))
    np.testing.assert_allclose(network(x) / size, wanted / size, atol=2e-5)


def dense(*after, inputs=3, units=4, activation=None):
    model = keras.Sequential([keras.Input((inputs,)), layers.Dense(units, activation=activation), *after])
    move(model, np.random.default_rng(0))
    return model


@pytest.mark.parametrize("seed", range(1))
def test_random_models(seed):
    model = random_model(seed)
    network = opened(model)
    agree(network, model)
    assert network.origin.probes >= 256
    assert network.origin.precision == "float32"
    assert network.origin.version == f"Keras {keras.__version__}"


@pytest.mark.parametrize("name", some(NAMES, NAMES[::4]))
def test_every_activation(name):
    agree(opened(model := dense(layers.Dense(2), activation=name)), model)


@pytest.mark.parametrize("make", some(LAYERS, LAYERS[::4]))
def test_every_layer(make):
    agree(opened(model := dense(make(), layers.Dense(2))), model)


def test_softmax_of_logits():
    model = dense(layers.Softmax())
    network = opened(model)
    agree(network, model)
    assert network.dense[-1].activation.name == "softmax"


def test_functional_with_a_model_called_twice():
    start = keras.Input((3,))
    inner_start = keras.Input((3,))
    inner = keras.Model(inner_start, layers.Dense(3, activation="tanh")(inner_start))
    model = keras.Model(start, inner(layers.Activation("sigmoid")(inner(start))))
    move(model, np.random.default_rng(0))
    network = opened(model)
    agree(network, model)
    assert str(network) == "3-3-3-3 tanh/sigmoid" or network.sizes == (3, 3, 3, 3)
    np.testing.assert_array_equal(network.dense[0].weight, network.dense[-1].weight)


def test_operations_between_layers():
    start = keras.Input((2,))
    values = layers.Dense(4)(1 - start / 2)
    for function in (keras.ops.sin, keras.ops.relu, keras.ops.gelu, keras.ops.abs, keras.activations.gelu):
        values = layers.Dense(4)(function(values) * 2 + 0.5)
    values = keras.activations.relu(values, negative_slope=0.2)
    model = keras.Model(start, -layers.Dense(1)(values))
    network = opened(model)
    agree(network, model, spread=1.0)
    assert [layer.activation.name for layer in network.hidden] == [
        "sine", "relu", "gelu_tanh", "abs", "gelu", "leaky_relu(0.2)"
    ]  # fmt: skip


def test_images_lie_flat():
    model = keras.Sequential(
        [keras.Input((4, 3)), layers.Rescaling(1 / 255, offset=-0.5), layers.Normalization(mean=[1.0, 2, 3], variance=[1, 4, 9]),
         layers.Reshape((2, -1)), layers.Flatten(), layers.Dense(2)]
    )  # fmt: skip
    x = np.random.default_rng(0).uniform(0, 255, (20, 12))
    wanted = answer(model, x.reshape(-1, 4, 3))
    np.testing.assert_allclose(opened(model)(x), wanted, atol=1e-5)


def test_scaling_tells_where_samples_lie():
    first = layers.Normalization(mean=[1000.0, -3.0], variance=[100.0, 4.0])
    network = opened(keras.Sequential([keras.Input((2,)), first, layers.Dense(2, activation="tanh")]))
    np.testing.assert_allclose(network.layers[0].factor, [0.1, 0.5])
    np.testing.assert_allclose(network.layers[0].shift, [-100.0, 1.5])


def test_batch_normalisation_that_ignores_a_node():
    model = dense(layers.BatchNormalization(), layers.Dense(2))
    model.layers[1].gamma.assign([1.0, 0.0, 2.0, 0.5])
    agree(opened(model), model)


def test_many_rows_are_not_float64_by_name_alone():
    jax = pytest.importorskip("jax")
    with jax.enable_x64(True):
        exact = keras.Sequential(
            [keras.Input((2,), dtype="float64"), *(layers.Dense(3, "sigmoid", dtype="float64") for _ in range(1))]
        )
        rounded = keras.Sequential([keras.Input((2,), dtype="float64"), layers.Dense(3, "tanh", dtype="float64")])
        assert opened(exact).origin.precision == "float64"
        assert opened(exact).origin.difference < 1e-14
        assert opened(rounded).origin.precision == "float32"  # Keras computes tanh in float32, whatever the policy


class Own(keras.layers.Layer):
    def call(self, x):
        return x * 2


class OwnModel(keras.Model):
    def __init__(self):
        super().__init__()
        self.inside = layers.Dense(2)

    def call(self, x):
        return self.inside(x) * self.inside(x)


def branches():
    start = keras.Input((3,))
    values = layers.Dense(3, name="a")(start)
    return keras.Model(start, layers.Add(name="sum")([values, start]))


def called():
    model = OwnModel()
    model(np.zeros((1, 3)))
    return model


def always_dropping():
    start = keras.Input((3,))
    return keras.Model(start, layers.Dropout(0.5, name="drop")(layers.Dense(2)(start), training=True))


BLACK_BOXES = {
    "LayerNormalization (layer ln): it is none of the layers that can be read": lambda: dense(
        layers.LayerNormalization(name="ln")
    ),
    "Add (layer sum) joins 2 arrays, and only a chain of layers can be read": branches,
    "Own (layer own) is not one of Keras's own layers": lambda: dense(Own(name="own")),
    "Lambda (layer f) holds code": lambda: dense(layers.Lambda(lambda x: x + 1, name="f")),
    "OwnModel is a class of its own, neither Sequential nor Functional": called,
    "Dropout (layer drop) is called with training=True": always_dropping,
    "Dense (layer d): the activation exponential is not in the table of activations": lambda: dense(
        layers.Dense(2, activation="exponential", name="d")
    ),
    "Dense (layer d): its activation is the function sin, not one of keras.activations": lambda: dense(
        layers.Dense(2, activation=keras.ops.sin, name="d")
    ),
    "ReLU (layer r): relu with threshold=1.0 is not in the table of activations": lambda: dense(
        layers.ReLU(threshold=1.0, name="r")
    ),
    "Dense (layer d): it stands behind softmax, which can only be the end": lambda: dense(
        layers.Softmax(), layers.Dense(2, name="d")
    ),
    "PReLU (layer p): it has a slope of its own for every node; shared_axes=[1] would give all of them one": lambda: (
        dense(layers.PReLU(alpha_initializer="glorot_normal", name="p"))
    ),
    "Dense (layer d): its numbers are mixed_float16, neither float32 nor float64": lambda: dense(
        layers.Dense(2, dtype="mixed_float16", name="d")
    ),
    "Softmax (layer s): softmax of samples of shape (2, 2) is not one over several outputs": lambda: dense(
        layers.Reshape((2, 2)), layers.Softmax(name="s")
    ),
}


@pytest.mark.parametrize("reason", BLACK_BOXES)
def test_black_boxes_say_which_layer(reason):
    model = BLACK_BOXES[reason]()
    predictor = open_model(model)
    assert isinstance(predictor, Predictor)
    assert predictor.reason == reason
    x = np.random.default_rng(0).normal(size=(5, 3))
    if "Dropout" not in reason:
        np.testing.assert_allclose(predictor(x), answer(model, x).reshape(5, -1), rtol=1e-3, atol=1e-3)


@saving
def test_quantised_models_are_black_boxes():
    model = dense(layers.Dense(2, name="d"))
    model.layers[-1].quantize("int8")
    assert open_model(model).reason == "Dense (layer d): its numbers are quantised, neither float32 nor float64"


def test_several_inputs_are_columns():
    first, second = keras.Input((1,), name="age"), keras.Input((2,), name="pay")
    outputs = [layers.Dense(1)(layers.Concatenate()([first, second])), layers.Dense(2)(second)]
    model = keras.Model([first, second], outputs)
    predictor = open_model(model)
    assert predictor.feature_names == ("age", "pay_1", "pay_2")
    assert predictor.reason == "it has 2 inputs"
    x = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    wanted = np.hstack(model({"age": x[:, :1], "pay": x[:, 1:]}))
    np.testing.assert_allclose(predictor(x), wanted, rtol=1e-6)


@pytest.mark.parametrize("named", [False, True])
def test_several_inputs_in_a_list_or_by_names(named):
    pair = [keras.Input((1,), name="b" if named else None), keras.Input((2,), name="a" if named else None)]
    model = keras.Model(
        dict(zip("ba", pair, strict=True)) if named else pair, layers.Dense(1)(layers.Concatenate()(pair))
    )
    x = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    given = {"a": x[:, :2], "b": x[:, 2:]} if named else [x[:, :1], x[:, 1:]]  # names are in alphabetical order
    np.testing.assert_allclose(open_model(model)(x), model(given), rtol=1e-6)


def refusal(model):
    with pytest.raises(NodewiseError) as error:
        open_model(model)
    return str(error.value)


def test_unbuilt_model_is_refused():
    assert refusal(keras.Sequential([layers.Dense(2)])) == (
        "a Keras model must know the shape of its samples. Got Sequential with none; build it with "
        "model.build((None, features)), or begin it with keras.Input((features,))."
    )


def test_a_layer_alone_is_refused():
    assert refusal(layers.Dense(2)) == (
        f"a Keras model must be a keras.Model of Keras 3. Got Dense, of Keras {keras.__version__}; put layers into "
        "keras.Sequential, and open models of Keras 2 after saving them in Keras 3."
    )


def test_weights_that_are_not_finite_are_refused():
    model = dense(layers.Dense(2, name="last"))
    model.layers[-1].bias.assign([0.0, math.nan])
    assert refusal(model) == "weights must be finite. Got nan in layer last; train the model again."
