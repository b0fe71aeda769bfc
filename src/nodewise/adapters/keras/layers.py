"""Keras's layers as steps: one rule per class, from its configuration and its weights.

What a layer does is what Keras 3 does when it predicts: https://keras.io/api/layers/.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from nodewise.adapters.base import Affine, Step, UnreadableError
from nodewise.adapters.keras import functions
from nodewise.network import Scale

Shape = tuple[int, ...]
Result = tuple[list[Step], Shape]
_EPSILON = 1e-7  # keras.config.epsilon(), the least standard deviation of Normalization

_WIDEST = 4096  # features of which a square matrix is made


class Store(Protocol):
    """Where the weights of a model or layer are: in memory, or in a file."""

    def inside(self, key: str, name: str) -> "Store":
        """Return where those of a layer of this model are, by its key in files and by its name."""
        ...

    def function(self) -> "Store":
        """Return where those of the layer are that is this layer's activation."""
        ...

    def numbers(self, shapes: Sequence[Shape]) -> list[np.ndarray]:
        """Return this layer's own weights, which must have these shapes.

        Raises:
            NodewiseError: If they have not, or a number among them is not finite.
        """
        ...


@dataclass(frozen=True)
class Layer:
    """A layer and what it is given.

    Attributes:
        kind: Its class.
        config: What it was made with.
        shape: Of one sample before it.
        store: Where its weights are.
        read: Its weights, once they were read.
    """

    kind: str
    config: Mapping[str, Any]
    shape: Shape
    store: Store
    read: list[np.ndarray] = field(default_factory=list)

    def numbers(self, *shapes: Shape) -> list[np.ndarray]:
        """Return the layer's weights, of these shapes."""
        self.read[:] = self.store.numbers(shapes)
        return self.read

    @property
    def width(self) -> int:
        """How many features a sample has that lies flat.

        Raises:
            UnreadableError: If it does not.
        """
        if len(self.shape) != 1:
            raise UnreadableError(f"{self.kind} acts on samples of shape {self.shape}, not on single features")
        return self.shape[0]


def steps(layer: Layer) -> Result:
    """Return what a layer does to a sample, laid flat row by row, and the shape of what it gives.

    The activation of a layer is left out where it is a layer itself.

    Raises:
        UnreadableError: If it is none of those that can be read.
    """
    if layer.kind not in _LAYERS:
        raise UnreadableError("it is none of the layers that can be read")
    return _LAYERS[layer.kind](layer)


def scaling(shift: np.ndarray, factor: np.ndarray) -> Step:
    """Return shift + factor·x as a step, also where a factor is 0."""
    if factor.all():
        return Scale(shift, factor)
    if len(factor) > _WIDEST:
        raise UnreadableError(f"it multiplies some of its {len(factor)} features by 0")
    return Affine(np.diag(factor), shift)


def _dense(layer: Layer) -> Result:
    units = layer.config["units"]
    shapes = [(layer.width, units), (units,)]
    kernel, *bias = layer.numbers(*shapes[: 1 + bool(layer.config["use_bias"])])
    return [Affine(kernel.T, bias[0] if bias else np.zeros(units)), *_activation(layer)], (units,)


def _activation(layer: Layer) -> list[Step]:
    given = layer.config["activation"]
    if isinstance(given, dict) and given.get("class_name") == "function":
        raise UnreadableError(f"its activation is the function {given.get('config')}, not one of keras.activations")
    return [] if isinstance(given, dict | None) else functions.steps(str(given), {})


def _batch_normalization(layer: Layer) -> Result:
    _last(layer, layer.config["axis"])
    own = (layer.width,)
    scale, center = bool(layer.config["scale"]), bool(layer.config["center"])
    kept = 3 if layer.config.get("renorm") else 0  # of batch renormalisation, not used to predict
    numbers = layer.numbers(*[own] * (scale + center + 2 + kept))
    gamma = numbers[0] if scale else 1.0
    beta = numbers[scale] if center else 0.0
    mean, variance = numbers[scale + center : scale + center + 2]
    factor = gamma / np.sqrt(variance + layer.config["epsilon"])
    return [scaling(beta - mean * factor, factor)], layer.shape


def _normalization(layer: Layer) -> Result:
    axes, dimensions = layer.config["axis"], len(layer.shape) + 1
    axes = [] if axes is None else axes if isinstance(axes, list | tuple) else [axes]
    kept = sorted(axis % dimensions for axis in axes)
    if 0 in kept:
        raise UnreadableError("it scales each sample of a batch in its own way")
    mean, variance = layer.config.get("mean"), layer.config.get("variance")
    own = tuple(layer.shape[axis - 1] for axis in kept)
    if mean is None:
        mean, variance, _ = layer.numbers(own, own, ())
    spread = [n if axis + 1 in kept else 1 for axis, n in enumerate(layer.shape)]
    mean, variance = (np.broadcast_to(_array(entry), own).reshape(spread) for entry in (mean, variance))
    deviation = np.maximum(np.sqrt(variance), _EPSILON)
    shift, factor = (mean, deviation) if layer.config.get("invert") else (-mean / deviation, 1 / deviation)
    return [scaling(_flat(shift, layer), _flat(factor, layer))], layer.shape


def _rescaling(layer: Layer) -> Result:
    shift, factor = (_flat(_array(layer.config[name]), layer) for name in ("offset", "scale"))
    return [scaling(shift, factor)], layer.shape


def _array(given: Any) -> np.ndarray:
    if isinstance(given, dict):
        given = given["config"]["value"]  # how Keras writes NumPy arrays down
    return np.asarray(given, dtype=np.float64)


def _flat(values: np.ndarray, layer: Layer) -> np.ndarray:
    return np.broadcast_to(values, layer.shape).ravel()


def _last(layer: Layer, axis: Any) -> None:
    if axis not in (-1, 1, [-1], [1]):
        raise UnreadableError(f"it acts along axis {axis}, not on the features")


def _function(name: str) -> Callable[[Layer], Result]:
    return lambda layer: (functions.steps(name, layer.config), layer.shape)


def _prelu(layer: Layer) -> Result:
    shared = layer.config.get("shared_axes") or []
    (slopes,) = layer.numbers(tuple(1 if axis + 1 in shared else n for axis, n in enumerate(layer.shape)))
    if (slopes != slopes.flat[0]).any():
        raise UnreadableError("it has a slope of its own for every node; shared_axes=[1] would give all of them one")
    return functions.steps("leaky_relu", {"negative_slope": slopes.flat[0]}), layer.shape


def _flatten(layer: Layer) -> Result:
    if len(layer.shape) > 1 and layer.config.get("data_format") == "channels_first":
        raise UnreadableError("it moves the first axis to the end")
    return [], (math.prod(layer.shape),)


def _reshape(layer: Layer) -> Result:
    given, size = list(layer.config["target_shape"]), math.prod(layer.shape)
    if given.count(-1) == 1:
        given[given.index(-1)] = size // max(1, abs(math.prod(given)))
    if math.prod(given) != size or min(given, default=1) < 1:
        raise UnreadableError(f"it gives samples of shape {tuple(given)} from those of shape {layer.shape}")
    return [], tuple(given)


def _nothing(layer: Layer) -> Result:
    return [], layer.shape


_LAYERS: dict[str, Callable[[Layer], Result]] = {
    "Activation": lambda layer: (_activation(layer), layer.shape),
    "BatchNormalization": _batch_normalization,
    "Dense": _dense,
    "ELU": _function("elu"),
    "Flatten": _flatten,
    "LeakyReLU": _function("leaky_relu"),
    "Normalization": _normalization,
    "PReLU": _prelu,
    "ReLU": _function("relu"),
    "Rescaling": _rescaling,
    "Reshape": _reshape,
    "Softmax": _function("softmax"),
    # These do nothing when a model predicts.
    **dict.fromkeys(
        ("ActivityRegularization", "AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise", "Identity",
         "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D"),
        _nothing,
    ),
}  # fmt: skip
