"""Networks as Keras models: Dense layers, scalings, and small models of operations for activations that Keras lacks."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from nodewise.activations import Activation, split
from nodewise.adapters.keras.backend import coarse, framework, holds_float64
from nodewise.adapters.keras.extra import BUILT
from nodewise.errors import NodewiseError
from nodewise.network import Dense, Network, Scale

# Activations that Keras knows by another name, or takes a layer for where they have a number.
_CALLED = {"identity": "linear", "hard_swish": "hard_silu"}
_SAME = ("sigmoid", "tanh", "relu", "gelu", "silu", "softplus", "softmax", "softsign", "hard_tanh", "mish")
_LAYERS = {"leaky_relu": ("LeakyReLU", "negative_slope", 0.01), "elu": ("ELU", "alpha", 1.0)}
_EXACT = ("tanh",)  # has a form in float64 where the function of Keras has not
_PRECISIONS = ("float64", "float32")


def to_keras(network: Network, precision: str | None = None) -> Any:
    """Return a network as a `keras.Sequential`, which predicts the same and can be trained and saved.

    Scalings become `Rescaling` layers. An activation that Keras lacks becomes a small model of `keras.ops`, which any
    Keras loads, and no code is in the file. Names of features and outputs are not kept.

    Args:
        network: The network.
        precision: "float64", equal to about 1e-12, or "float32", equal to about 1e-6; unless given, float64 where the
            backend holds it: JAX does with JAX_ENABLE_X64=1 alone, and has cosine, sine and snake in float32 even then.
            The name of a model in float32 says so: "network_float32".

    Raises:
        NodewiseError: If Keras is not installed, or its backend does not hold the precision.
    """
    keras = framework()
    precision = _precision(keras, network, precision)
    name = "network" if precision == "float64" else "network_float32"
    model = keras.Sequential([keras.Input((network.inputs,), dtype=precision)], name=name)
    for layer in network.layers:
        for part, weights in _parts(keras, layer, precision):
            model.add(part)
            part.set_weights(weights)
    return model


def _precision(keras: Any, network: Network, given: str | None) -> str:
    if given not in (None, *_PRECISIONS):
        raise NodewiseError(f"precision must be float64 or float32. Got {given!r}.")
    if not holds_float64(keras):
        against = "with Keras on JAX, unless JAX_ENABLE_X64=1 is set before JAX loads"
    else:
        waves = {layer.activation.name for layer in network.dense} & (coarse(keras) - set(_EXACT))
        against = f"for {', '.join(sorted(waves))}, which this backend of Keras computes in float32" if waves else ""
    if given == "float64" and against:
        raise NodewiseError(f"precision must be float32 {against}. Got float64.")
    return given or _PRECISIONS[bool(against)]


def _parts(keras: Any, layer: Dense | Scale, precision: str) -> list[tuple[Any, list[np.ndarray]]]:
    if isinstance(layer, Scale):
        return [_scale(keras, layer, precision)]
    name, after = _activation(keras, layer.activation, layer.outputs, precision)
    dense = keras.layers.Dense(layer.outputs, activation=name, dtype=precision)
    return [(dense, [layer.weight.T, layer.bias]), *((part, []) for part in after)]


def _scale(keras: Any, layer: Scale, precision: str) -> tuple[Any, list[np.ndarray]]:
    if keras.config.image_data_format() == "channels_first":  # there Rescaling takes its numbers for those of images
        return keras.layers.Dense(layer.outputs, dtype=precision), [np.diag(layer.factor), layer.shift]
    return keras.layers.Rescaling(layer.factor.tolist(), layer.shift.tolist(), dtype=precision), []


def _activation(keras: Any, activation: Activation, width: int, precision: str) -> tuple[str, list[Any]]:
    """Return the name of a function for a Dense layer, and the layers behind it."""
    name, numbers = split(activation.name)
    if name in _LAYERS:
        kind, argument, usual = _LAYERS[name]
        options: Mapping[str, Any] = {argument: float(numbers[0]) if numbers else usual}
        return "linear", [getattr(keras.layers, kind)(**options, dtype=precision)]
    exact = precision == "float64" and name in _EXACT and name in coarse(keras)
    if (not exact and name in _SAME) or name in _CALLED:
        return _CALLED.get(name, name), []
    if name not in BUILT:
        raise NodewiseError(f"an activation must be one that Keras can compute. Got {activation.name}.")
    z = keras.Input((width,), dtype=precision)
    return "linear", [keras.Model(z, BUILT[name](keras.ops, z))]
