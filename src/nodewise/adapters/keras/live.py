"""Live models of Keras 3: chains of layers as steps, all others as black boxes."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nodewise.adapters.base import Model, UnreadableError
from nodewise.adapters.keras.compare import arithmetic
from nodewise.adapters.keras.graph import link_of
from nodewise.adapters.keras.layers import Shape
from nodewise.adapters.keras.numbers import checked, rounded
from nodewise.adapters.keras.walk import Walk, walk
from nodewise.errors import NodewiseError

_OLDEST = 3
_MODELS = ("Sequential", "Functional")


def read(model: Any) -> Model:
    """Read a live Keras model as steps.

    Args:
        model: A `keras.Model` that knows the shape of its samples.

    Raises:
        NodewiseError: If it is no such model, or holds weights that are not finite.
    """
    keras = sys.modules["keras"]
    kind = type(model).__name__
    if not isinstance(model, keras.Model):
        raise NodewiseError(
            f"a Keras model must be a keras.Model of Keras {_OLDEST}. Got {kind}, of Keras {keras.__version__}; "
            f"put layers into keras.Sequential, and open models of Keras 2 after saving them in Keras {_OLDEST}."
        )
    call = _Call(keras, model, _parts(model))
    inputs = sum(part.width for part in call.parts)
    about: dict[str, Any] = {"kind": f"Keras {kind}", "version": f"Keras {keras.__version__}", "call": call}
    about |= {"inputs": inputs, "feature_names": call.names}
    try:
        found = _walk(model)
    except UnreadableError as error:
        return Model(steps=None, reason=str(error), **about)
    precision = arithmetic(keras, found)
    return Model(
        steps=found.steps,
        precision=precision,
        typical=found.typical,
        snap=rounded if precision == "float32" else None,
        **about,
    )


@dataclass(frozen=True)
class _Part:
    """One array that a model takes: its name and the shape of one sample in it."""

    name: str
    shape: Shape
    dtype: str | None

    @property
    def width(self) -> int:
        return int(np.prod(self.shape))


@dataclass(frozen=True, eq=False)
class _Call:
    """The original, called with flat samples."""

    keras: Any
    model: Any
    parts: Sequence[_Part]

    @property
    def names(self) -> list[str]:
        """Return names of the features where the model has any: one array or number for each."""
        if len(self.parts) == 1:
            return []
        return [
            part.name if part.width == 1 else f"{part.name}_{i + 1}" for part in self.parts for i in range(part.width)
        ]

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the outputs [sample, output]."""
        ends = np.cumsum([part.width for part in self.parts])[:-1]
        split = zip(self.parts, np.split(x, ends, axis=1), strict=True)
        as_array = self.keras.ops.convert_to_tensor
        given = {part.name: as_array(values.reshape(len(x), *part.shape), dtype=part.dtype) for part, values in split}
        flat = list(given.values())  # in the model's order; it may take them as a list or by names of its own
        one = flat[0] if len(flat) == 1 else self.keras.tree.pack_sequence_as(self.model.input, flat)
        answer = self.model(one, training=False)
        leaves = [self.keras.ops.convert_to_numpy(leaf) for leaf in self.keras.tree.flatten(answer)]
        return np.concatenate([leaf.reshape(len(x), -1) for leaf in leaves], axis=1).astype(np.float64)


def _parts(model: Any) -> list[_Part]:
    """Return what a model takes.

    Raises:
        NodewiseError: If it does not say, or takes texts.
    """
    kind = type(model).__name__
    shape = (model.get_build_config() or {}).get("input_shape") if model.built else None
    tensors = getattr(model, "inputs", None)
    known = {part.name: tuple(part.shape)[1:] for part in tensors} if tensors else {}
    if not known and isinstance(shape, tuple | list):
        known = {"x": tuple(shape)[1:]}
    if not known or not all(type(n) is int for part in known.values() for n in part):
        raise NodewiseError(
            f"a Keras model must know the shape of its samples. Got {kind} with {known or 'none'}; build it with "
            "model.build((None, features)), or begin it with keras.Input((features,))."
        )
    if tensors and any(part.dtype == "string" for part in tensors):
        raise NodewiseError(f"a Keras model must take numbers. Got {kind}, which takes texts; open what stands behind.")
    dtypes = {part.name: part.dtype for part in tensors or ()}
    return [_Part(name, shape, dtypes.get(name, model.compute_dtype)) for name, shape in known.items()]


def _walk(model: Any) -> Walk:
    kind = type(model).__name__
    if kind not in _MODELS or not _ours(model):
        raise UnreadableError(f"{kind} is a class of its own, neither Sequential nor Functional")
    for layer in model.layers:  # before any of them is asked to describe itself, which a user's own may not be able to
        link_of({"class_name": type(layer).__name__, "module": _ours(layer), "config": {"name": layer.name}})
    try:
        config = model.get_config()
    except Exception as error:  # whatever a layer of the user's provokes that cannot describe itself
        raise UnreadableError(f"one of its layers cannot describe itself ({type(error).__name__})") from None
    return walk(kind, config, _Live(model))


def _ours(layer: Any) -> str:
    return "keras" if type(layer).__module__.partition(".")[0] == "keras" else ""


@dataclass(frozen=True, eq=False)
class _Live:
    """The weights of a layer or model in memory."""

    layer: Any

    def inside(self, key: str, name: str) -> "_Live":
        return _Live(self.layer.get_layer(name))

    def function(self) -> "_Live":
        return _Live(self.layer.activation)

    def numbers(self, shapes: Sequence[Shape]) -> list[np.ndarray]:
        stored: dict[str, Any] = {}
        self.layer.save_own_variables(stored)
        ops = sys.modules["keras"].ops
        found = [ops.convert_to_numpy(ops.convert_to_tensor(stored[key])) for key in sorted(stored, key=int)]
        return checked(found, shapes, self.layer.name)
