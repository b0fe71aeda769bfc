"""Random Keras models of every supported layer and activation. Import it before Keras: it chooses the backend."""

import os

import numpy as np
import pytest

os.environ.setdefault("KERAS_BACKEND", "jax")
keras = pytest.importorskip("keras")
layers = keras.layers
# Keras turns its variables into arrays in a way of which NumPy 2 warns, when it saves and when it quantises.
saving = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

NAMES = (
    "linear", "sigmoid", "tanh", "relu", "relu6", "leaky_relu", "elu", "selu", "celu", "gelu", "silu", "swish", "softplus",
    "softsign", "mish", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh", "log_sigmoid", "sparse_sigmoid",
)  # fmt: skip
LAYERS = (
    lambda: layers.LeakyReLU(negative_slope=0.15),
    lambda: layers.ELU(alpha=0.7),
    lambda: layers.PReLU(alpha_initializer=keras.initializers.Constant(0.3), shared_axes=[1]),
    lambda: layers.ReLU(),
    lambda: layers.ReLU(negative_slope=0.3),
    lambda: layers.ReLU(max_value=2.0),
    lambda: layers.Activation("tanh"),
    lambda: layers.Activation(layers.LeakyReLU(negative_slope=0.4)),
    lambda: layers.BatchNormalization(epsilon=0.01),
    lambda: layers.BatchNormalization(center=False),
    lambda: layers.BatchNormalization(scale=False),
    lambda: layers.Normalization(mean=0.5, variance=2.0),
    lambda: layers.Rescaling(0.5, offset=0.25),
    lambda: layers.Dropout(0.2),
    lambda: layers.GaussianNoise(0.2),
    lambda: layers.Flatten(),
    lambda: layers.Identity(),
)


WIDTHS = (2, 3)  # few, because every shape is compiled anew


def some(every, quick):
    """Return cases of a test that compiles for each: those beyond the quick ones only where there is time."""
    return [pytest.param(case, marks=() if case in quick else pytest.mark.slow) for case in every]


def parts(rng, name):
    """Return the layers of a model with an activation `name`; every kind of layer comes somewhere along."""
    found = [layers.Dense(int(rng.choice(WIDTHS)), activation=name, use_bias=bool(rng.integers(2)))]
    for _ in range(rng.integers(0, 3)):
        found.append(LAYERS[rng.integers(len(LAYERS))]())
        found.append(layers.Dense(int(rng.choice(WIDTHS)), activation=NAMES[rng.integers(len(NAMES))]))
    if rng.integers(2):
        inner = keras.Sequential([layers.Dense(3, activation=name), LAYERS[rng.integers(len(LAYERS))]()])
        found.insert(1, inner)
    return [*found, layers.Dense(int(rng.integers(2, 4)), activation="softmax" if rng.integers(2) else None)]


def random_model(seed):
    """Return a random model, Sequential or Functional, its weights and statistics moved off their start."""
    rng = np.random.default_rng(seed)
    inputs = int(rng.choice([1, 3]))
    chain = parts(rng, NAMES[seed % len(NAMES)])
    first = layers.Normalization()
    first.adapt(rng.normal(2, 3, (50, inputs)))
    chain = [first, *chain] if rng.integers(2) else chain
    start = keras.Input((inputs,))
    if rng.integers(2):
        model = keras.Sequential([start, *chain])
    else:
        values = start
        for layer in chain:
            values = layer(values)
        model = keras.Model(start, values)
    move(model, rng)
    return model


def move(model, rng):
    """Give weights and statistics random values; variances stay positive."""
    for variable in model.weights:
        values = np.asarray(variable.value)
        if "variance" in variable.path or "gamma" in variable.path:
            variable.assign(values * rng.uniform(0.5, 2, values.shape))
        elif "alpha" in variable.path:
            variable.assign(values * rng.uniform(0.5, 2))
        elif "count" not in variable.path and "seed" not in variable.path:
            variable.assign(values + rng.normal(0, 0.3, values.shape[:1] if values.ndim == 1 else values.shape))
    for layer in model.layers:
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()


def train(model, rng):
    """Train a model a few steps, by what compiles soonest."""
    count = model.output_shape[1]
    model.compile(keras.optimizers.SGD(0.05), "mse")
    model.fit(rng.normal(size=(16, model.input_shape[1])), rng.normal(size=(16, count)), epochs=3, verbose=0)


def answer(model, x):
    """Return what Keras predicts."""
    return keras.ops.convert_to_numpy(model(np.asarray(x, model.compute_dtype), training=False))
