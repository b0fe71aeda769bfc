"""The layers of a file built anew in Keras, to compare with: only Keras's own, from names and numbers."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from nodewise.adapters.keras.backend import coarse, holds_float64
from nodewise.adapters.keras.extra import BUILT, KNOWN
from nodewise.adapters.keras.functions import TENSOR
from nodewise.adapters.keras.graph import Link, is_model, signature, snake
from nodewise.adapters.keras.layers import Layer
from nodewise.adapters.keras.walk import Walk

# What each layer is built with. Those that do nothing when a model predicts are left out.
_ARGUMENTS = {
    "Activation": ("activation",),
    "BatchNormalization": ("axis", "epsilon", "center", "scale"),
    "Dense": ("units", "use_bias", "activation"),
    "ELU": ("alpha",),
    "Flatten": ("data_format",),
    "LeakyReLU": ("negative_slope",),
    "Normalization": ("axis", "mean", "variance", "invert"),
    "PReLU": ("shared_axes",),
    "ReLU": ("max_value", "negative_slope", "threshold"),
    "Rescaling": ("scale", "offset"),
    "Reshape": ("target_shape",),
    "Softmax": ("axis",),
}
# Weights are drawn at random when a layer is built, which takes longer than to read them from the file.
_UNDRAWN = {"Dense": {"kernel_initializer": "zeros"}}
Step = Callable[[Any], Any]


def arithmetic(keras: Any, walk: Walk) -> str:
    """Return the precision that Keras really computes layers with."""
    exact = walk.precision == "float64" and holds_float64(keras) and not walk.met & coarse(keras)
    return "float64" if exact else "float32"


def rebuilt(keras: Any, walk: Walk) -> Callable[[np.ndarray], np.ndarray]:
    """Return a function that evaluates the layers in Keras on flat samples."""
    precision = "float64" if walk.precision == "float64" and holds_float64(keras) else "float32"
    plays = [
        _operation(keras, item) if isinstance(item, Link) else _layer(keras, item, precision)
        for item in walk.played
        if isinstance(item, Link) or item.kind in _ARGUMENTS
    ]

    def call(x: np.ndarray) -> np.ndarray:
        values = keras.ops.convert_to_tensor(x.reshape(-1, *walk.first).astype(precision))
        for play in plays:
            values = play(values)
        return keras.ops.convert_to_numpy(values).reshape(len(x), -1).astype(np.float64)

    return call


def _layer(keras: Any, item: Layer, precision: str) -> Step:
    given = {name: _plain(item.config[name]) for name in _ARGUMENTS[item.kind] if name in item.config}
    if isinstance(given.get("activation"), dict):  # it is played by itself, next
        given["activation"] = "linear"
    layer = getattr(keras.layers, item.kind)(**given, **_UNDRAWN.get(item.kind, {}), dtype=precision)
    layer.build((None, *item.shape))
    kept = item.read[: len(layer.weights)]  # batch renormalisation has more than it predicts with
    layer.load_own_variables({str(i): array for i, array in enumerate(kept)})
    return layer


def _plain(value: Any) -> Any:
    return value["config"]["value"] if isinstance(value, dict) and value.get("class_name") == "__numpy__" else value


def _operation(keras: Any, link: Link) -> Step:
    if is_model(link):
        built = BUILT[KNOWN[signature(link.config)]]
        return lambda values: built(keras.ops, values)
    function = keras.activations.relu if link.kind == "ReLU" else getattr(keras.ops, snake(link.kind))
    options: Mapping[str, Any] = {name: value for name, value in link.config.items() if name not in ("name", "dtype")}
    return lambda values: function(*(values if entry is TENSOR else entry for entry in link.arguments), **options)
