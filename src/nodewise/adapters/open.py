"""`open_model`: recognise what a model is, hand it to the adapter that reads it, and prove that it was read right."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np

from nodewise.adapters import proof
from nodewise.adapters.base import Model, chain
from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.network import Network, Origin, Predictor

# Which adapter reads it: by the framework that a class of the object comes from, and by the ending of a file. A
# framework is recognised by name, so that none is imported that the user has not.
_OBJECTS = {
    "sklearn": "nodewise.adapters.sklearn",
    "torch": "nodewise.adapters.torch",
    "keras": "nodewise.adapters.keras",
    "equinox": "nodewise.adapters.equinox",
    "flax": "nodewise.adapters.flax",
    "onnx": "nodewise.adapters.onnx",
}
_FILES = {
    ".onnx": "nodewise.adapters.onnx",
    ".keras": "nodewise.adapters.keras.file",
    ".pt": "nodewise.adapters.state_dict",
    ".pth": "nodewise.adapters.state_dict",
    ".safetensors": "nodewise.adapters.state_dict",
}
_OLD = (".h5", ".hdf5")
_PICKLES = (".pickle", ".pkl", ".joblib")
_ARRAYS = "nodewise.adapters.pytree"


def open_model(model: Any, data: Any = None, **options: Any) -> Network | Predictor:
    """Open a trained model, and prove that it was read right.

    Args:
        model: A `Network`, a `Fit`, a live model of scikit-learn, PyTorch, Keras or JAX (Equinox, Flax, or (W, b)
            pairs), an ONNX model, or the path of a file: .nodewise, .onnx, .keras, or weights as .pt, .pth or
            .safetensors.
        data: Samples to compare it on, [sample, feature] or a Dataset, which gives names too where the model has none.
        options: What the adapter needs beside the model. Of files that hold only weights: `activation`, one for all
            hidden layers or one per hidden layer, `output_activation`, and where the file leaves it open `layers`,
            their names in order, `batch_norm`, "before" or "after" the activation, and its `epsilon`. Of a PyTorch
            module whose layers do not tell: `inputs`, the number of its features, or the shape of one sample.

    Returns:
        The network, compared with the original on 256 probes or more (`.origin`), or a `Predictor` with the reason
        where it can be called and not read.

    Raises:
        NodewiseError: If it cannot be opened at all, or the network read from it does not equal it.
    """
    for own in (model, getattr(model, "network", None), getattr(model, "network_", None)):
        if isinstance(own, Network | Predictor):
            return own
    read = _file(Path(model)) if isinstance(model, str | Path) else _reader(model)
    _check_options(read, options)
    return _opened(read(model, **options), data)


def _check_options(read: Callable[..., Any], options: dict[str, Any]) -> None:
    known = list(signature(read).parameters)[1:]
    for name in options:
        if name not in known:
            belongs = f"be one of {', '.join(known)}" if known else "be left out"
            raise NodewiseError(f"an option for this model must {belongs}. Got {name}.")


def _file(path: Path) -> Callable[..., Any]:
    ending = path.suffix.lower()
    if ending == ".nodewise":
        return Network.load
    if ending in _OLD:
        raise NodewiseError(
            f"a Keras model must be saved as .keras. Got {path.name}, in the older format; load it in Keras and save "
            'it with model.save("model.keras").'
        )
    if ending not in _FILES:
        *endings, last = (".nodewise", *_FILES)
        advice = " Such a file runs code when it is read: load it yourself, and give the model." * (ending in _PICKLES)
        raise NodewiseError(f"a model's file must end in {', '.join(endings)} or {last}. Got {path.name}.{advice}")
    if not path.is_file():
        raise NodewiseError(f"{path} could not be read: there is no such file. Check the path.")
    return import_module(_FILES[ending]).read


def _reader(model: Any) -> Callable[..., Model]:
    for name in _frameworks(model):
        if name in _OBJECTS:
            return import_module(_OBJECTS[name]).read
    if isinstance(model, list | tuple | dict):
        return import_module(_ARRAYS).read
    if isinstance(model, type):
        raise NodewiseError(f"a model must be trained. Got the class {model.__name__}; make one of it, and train that.")
    raise NodewiseError(
        "a model must be a Network, a Fit, a model of scikit-learn, PyTorch, Keras, Equinox, Flax or ONNX, a list of "
        f"(W, b) pairs, or the path of a file. Got {type(model).__name__}."
    )


def _frameworks(model: Any) -> Iterator[str]:
    for kind in type(model).__mro__:
        yield kind.__module__.partition(".")[0]


def _opened(model: Any, data: Any) -> Network | Predictor:
    if isinstance(model, Network):  # a .nodewise file is the network itself
        return model
    names = _names(model, data)
    if model.steps is None:
        return _predictor(model, names)
    network = Network(chain(model.steps, model.inputs), classes=model.classes, label=model.label, **names)
    if model.call is None:
        return replace(network, origin=Origin(model.kind, precision=model.precision, note=model.note))
    samples = data.inputs if isinstance(data, Dataset) else data
    samples = None if samples is None else network.check(samples)
    x = proof.probes(*_box(network, model, samples), samples)
    x = x if model.snap is None else model.snap(x)
    tolerance = model.tolerance or proof.TOLERANCE[model.precision]
    difference = proof.largest_difference(network, model.call, x, model.kind, tolerance)
    origin = Origin(model.kind, model.version, len(x), difference, tolerance, model.precision, model.note)
    return replace(network, origin=origin)


def _predictor(model: Model, names: dict[str, Any]) -> Predictor:
    if model.call is None or not model.inputs:
        raise NodewiseError(f"{model.kind} cannot be opened: {model.reason}.")
    outputs = model.outputs or np.asarray(model.call(np.zeros((1, model.inputs)))).size
    more = {"classes": model.classes, "label": model.label}
    return Predictor(model.call, model.inputs, outputs, model.reason, model.kind, **names, **more)


def _names(model: Model, data: Any) -> dict[str, Any]:
    names = {"feature_names": tuple(model.feature_names), "output_names": tuple(model.output_names)}
    if isinstance(data, Dataset) and not names["feature_names"] and data.features == model.inputs:
        names["feature_names"] = data.feature_names
    return names


def _box(network: Network, model: Model, samples: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Return where samples lie: in the data, where the model says, or between -1 and 1."""
    if samples is not None and len(samples):
        return samples.min(axis=0), samples.max(axis=0)
    if model.typical is not None:
        return np.asarray(model.typical[0], float), np.asarray(model.typical[1], float)
    return -np.ones(network.inputs), np.ones(network.inputs)
