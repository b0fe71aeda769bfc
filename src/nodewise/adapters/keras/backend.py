"""Keras itself, and what its backend can hold."""

import sys
from importlib.util import find_spec
from typing import Any

from nodewise.errors import NodewiseError

_BACKENDS = ("jax", "tensorflow", "torch")
_WAVES = ("tanh", "sine", "cosine", "snake")


def framework() -> Any:
    """Return Keras 3, imported.

    Raises:
        NodewiseError: If it, or a backend for it, is not installed.
    """
    try:
        import keras
    except ImportError as error:
        raise NodewiseError(_missing(str(error.name or "").partition(".")[0], str(error))) from None
    return keras


def _missing(name: str, said: str) -> str:
    rule = "Keras 3 and a backend for it must be installed to make one of its models. Got"
    if name == "keras":
        return f"{rule} no Keras; run: pip install keras jax, and set KERAS_BACKEND=jax."
    if name not in _BACKENDS:
        return f"{rule}: {said.rstrip('.')}; install what it names."
    others = [other for other in _BACKENDS if other != name and find_spec(other)]
    instead = f", or set KERAS_BACKEND={others[0]} before Keras is imported, which is installed" if others else ""
    return f"{rule} Keras without its backend {name}; run: pip install {name}{instead}."


def holds_float64(keras: Any) -> bool:
    """Return whether arrays of float64 stay what they are: JAX makes them float32 unless told otherwise."""
    return keras.backend.backend() != "jax" or bool(sys.modules["jax"].config.jax_enable_x64)


def coarse(keras: Any) -> frozenset[str]:
    """Return what Keras computes in float32 even in layers of float64.

    `keras.ops.result_type(float64, float)` is float32, which tanh, sin and cos of JAX and TensorFlow take, and batch
    normalisation everywhere (Keras 3.15).
    """
    if not holds_float64(keras):
        return frozenset({"BatchNormalization", *_WAVES})
    kept = keras.ops.tanh(keras.ops.convert_to_tensor(0.0, dtype="float64")).dtype
    waves = () if keras.backend.standardize_dtype(kept) == "float64" else _WAVES
    return frozenset({"BatchNormalization", *waves})
