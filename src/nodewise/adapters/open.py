"""`open_model`: recognise what a model is, hand it to the adapter that reads it, and prove that it was read right."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from inspect import signature
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nodewise.adapters import proof
from nodewise.adapters.base import Model, UncomparedError, chain
from nodewise.errors import NodewiseError, nearest
from nodewise.network import Network, Origin, Predictor
from nodewise.network.network import called, default_names
from nodewise.shapes import Float

if TYPE_CHECKING:
    from nodewise.data.given import Table

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
        data: Samples to compare it on, as the model takes them: a frame, an array [sample, feature] or a Dataset. It
            gives names too where the model has none.
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
    own = _own(model)
    return _opened(_read(model, options), data)[0] if own is None else own


def open_beside(
    model: Any, data: Any, **options: Any
) -> tuple[Network | Predictor, Float[np.ndarray, "sample feature"]]:
    """Open a trained model, and return it with samples that it takes as the features of the network.

    Args:
        model: As for `open_model`.
        data: Samples as the model takes them: a frame, an array [sample, feature], lists, or a Dataset. Names of a
            frame's columns become those of the features where the model has none.
        options: As for `open_model`.

    Raises:
        NodewiseError: As of `open_model`, or if the samples do not fit the model; says which features do not.
    """
    own = _own(model)
    read = _read(model, options) if own is None else own
    if isinstance(read, Model):
        network, x = _opened(read, data)
    else:
        network, x = _beside(read, read.feature_names, None, data)
    assert x is not None
    return network, x


def _own(model: Any) -> Network | Predictor | None:
    return next((own for own in (model, getattr(model, "network", None)) if isinstance(own, Network | Predictor)), None)


def _read(model: Any, options: dict[str, Any]) -> Model | Network:
    if isinstance(model, str | PathLike):
        model = Path(model)
    read = _file(model) if isinstance(model, Path) else _reader(model)
    if options:
        _check_options(read, options)
    return read(model, **options)


def _check_options(read: Callable[..., Any], options: dict[str, Any]) -> None:
    known = list(signature(read).parameters)[1:]
    for name in options:
        if name not in known:
            rule = f"be one of {', '.join(known)}" if known else "belong to it, and it has none"
            raise NodewiseError(f"an option for this model must {rule}. Got {name}; {_instead(name, known)}.")


def _instead(name: str, known: list[str]) -> str:
    likely = nearest(name, known, 1)
    return f"{likely[0]} may be meant" if likely else "leave it out"


def _file(path: Path) -> Callable[..., Any]:
    ending = path.suffix.lower()
    if ending in _OLD:
        raise NodewiseError(
            f"a Keras model must be saved as .keras. Got {path.name}, in the older format; load it in Keras and save "
            'it with model.save("model.keras").'
        )
    if ending == ".nodewise":
        return Network.load
    if ending not in _FILES:
        *endings, last = (".nodewise", *_FILES)
        advice = " Such a file runs code when it is read: load it yourself, and give the model."
        advice = advice if ending in _PICKLES else " Save or export the model in one of these."
        raise NodewiseError(f"a model's file must end in {', '.join(endings)} or {last}. Got {path.name}.{advice}")
    try:
        why = "" if path.is_file() else "it is no file" if path.exists() else "there is no such file"
    except OSError as error:  # a name that is too long, or a folder that may not be read
        why = str(error.strerror)
    if why:
        raise NodewiseError(f"{path} could not be read: {why}. Check the path.")
    return import_module(_FILES[ending]).read


def _reader(model: Any) -> Callable[..., Model]:
    for name in _frameworks(model):
        if name in _OBJECTS:
            return import_module(_OBJECTS[name]).read
    if isinstance(model, list | tuple | dict):
        return import_module(_ARRAYS).read
    if isinstance(model, type):
        raise NodewiseError(f"a model must be trained. Got the class {model.__name__}; make one of it, and train that.")
    advice = " What can only be called is one as nodewise.Predictor(function, inputs, outputs, reason, kind)."
    advice *= callable(model)
    raise NodewiseError(
        "a model must be a Network, a Fit, a model of scikit-learn, PyTorch, Keras, Equinox, Flax or ONNX, a list of "
        f"(W, b) pairs, or the path of a file. Got {type(model).__name__}.{advice}"
    )


def _frameworks(model: Any) -> Iterator[str]:
    for kind in type(model).__mro__:
        yield kind.__module__.partition(".")[0]


def _opened(model: Model | Network, data: Any) -> tuple[Network | Predictor, Any]:
    """Return what a model is, proved where it is a network, and the samples as its features; None without data."""
    if isinstance(model, Network):  # a .nodewise file is the network itself
        return model, None
    names: dict[str, Any] = {"feature_names": tuple(model.feature_names), "output_names": tuple(model.output_names)}
    if model.steps is None:
        return _beside(_predictor(model, names), model.columns, model.encode, data)
    network, x = _beside(model.network or _network(model, names), model.columns, model.encode, data)
    assert isinstance(network, Network)
    return replace(network, origin=_origin(network, model, x)), x


def _network(model: Model, names: dict[str, Any]) -> Network:
    layers = chain(model.steps or (), model.inputs)
    return Network(layers, classes=model.classes, label=model.label, **names | _called(model, layers[-1].outputs))


def _called(model: Model, outputs: int) -> dict[str, Any]:
    """Return the classes as what a classifier's outputs are called, as of those trained here, if they have no names."""
    own = model.classes[1:] if outputs == 1 else model.classes
    return {} if model.output_names or len(own) != outputs else {"output_names": tuple(map(called, own))}


def _origin(network: Network, model: Model, x: np.ndarray | None) -> Origin:
    lists = {"encoded": tuple(model.encoded), "fills": tuple(model.fills)}
    uncompared = Origin(model.kind, precision=model.precision, note=model.note, **lists)
    if model.call is None:
        return uncompared
    samples = None if x is None else x[np.isfinite(x).all(axis=1)]
    probes = proof.probes(*_box(network, model, samples), samples)
    probes = probes if model.snap is None else model.snap(probes)
    tolerance = model.tolerance or proof.TOLERANCE[model.precision]
    try:
        difference = proof.largest_difference(network, model.call, probes, model.kind, tolerance)
    except UncomparedError as error:
        return replace(uncompared, note=str(error))
    return replace(uncompared, version=model.version, probes=len(probes), difference=difference, tolerance=tolerance)


def _predictor(model: Model, names: dict[str, Any]) -> Predictor:
    if model.call is None or not model.inputs:
        raise NodewiseError(f"{model.kind} cannot be opened: {model.reason}.")
    outputs = model.outputs or _outputs(model)
    more = {name: getattr(model, name) for name in ("classes", "label", "decide", "ends", "threshold")}
    more["encoded"] = tuple(model.encoded)
    names = names | _called(model, outputs)
    return Predictor(model.call, model.inputs, outputs, model.reason, model.kind, **names, **more)


def _outputs(model: Model) -> int:
    assert model.call is not None
    try:
        return np.asarray(model.call(np.zeros((1, model.inputs)))).size
    except Exception as error:  # whatever a stranger's model does with numbers where it takes texts
        told = " ".join(str(error).split()).rstrip(".")
        raise NodewiseError(
            f"{model.kind} cannot be opened: {model.reason}; nor can it be called as a black box, which takes numbers "
            f"alone: it fails on zeros ({type(error).__name__}: {told}). Encode the table first, and open the model "
            "fitted on that."
        ) from None


def _beside(
    network: Network | Predictor, columns: Sequence[str], encode: "Callable[[Table], np.ndarray] | None", data: Any
) -> tuple[Network | Predictor, Any]:
    """Return the network, its features named as the data if it has no names, and the data as its features.

    Args:
        network: The network.
        columns: Names of the columns of the table that the original takes, if they are not the features.
        encode: Makes the features of such a table.
        data: Such a table, or the features themselves; or None.
    """
    if data is None:
        return network, None
    from nodewise.data.given import as_table  # takes 10 ms, and most are opened without samples

    names = tuple(network.feature_names)
    columns = tuple(columns) or names
    if columns == names or _are_features(data, names, columns):
        columns, encode = names, None
    named = columns != default_names("x", len(columns))
    table = as_table(data, columns, named)
    if not named and table.names and encode is None:
        network = replace(network, feature_names=table.names)
    return network, table.numbers(network.feature_names) if encode is None else encode(table)


def _are_features(data: Any, names: tuple[str, ...], columns: tuple[str, ...]) -> bool:
    """Whether data are the features of a network already, and not the table that they are made of."""
    from nodewise.data.dataset import Dataset

    own = data.feature_names if isinstance(data, Dataset) else getattr(data, "columns", None)
    if own is not None:
        return tuple(map(str, own)) == names
    shape = getattr(data, "shape", None) or np.asarray(data, dtype=object).shape
    return shape[-1:] == (len(names),) != (len(columns),)


def _box(network: Network, model: Model, samples: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Return where samples lie: in the data, where the model says, or between -1 and 1."""
    if samples is not None and len(samples):
        return samples.min(axis=0), samples.max(axis=0)
    if model.typical is not None:
        return np.asarray(model.typical[0], float), np.asarray(model.typical[1], float)
    return -np.ones(network.inputs), np.ones(network.inputs)
