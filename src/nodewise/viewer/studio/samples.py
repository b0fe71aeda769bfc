"""A dataset as a file: what a table was read into, without anything that could still be parsed wrongly."""

import json
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save as to_bytes

from nodewise.data.dataset import Dataset
from nodewise.files import write_bytes

_TEXTS = ("feature_names", "target_names", "feature_units", "target_units", "label", "name", "dropped", "notes")


def dump(data: Dataset, path: Path) -> Path:
    """Write the samples and their names to `path`, whole or not at all.

    Raises:
        NodewiseError: If it cannot be written.
    """
    arrays = {"inputs": data.inputs, "targets": data.targets, "weights": data.weights}
    tensors = {name: np.ascontiguousarray(values) for name, values in arrays.items() if values is not None}
    if data.labels is not None:
        tensors["codes"] = np.ascontiguousarray(data.codes, np.int64)
    about = {name: getattr(data, name) for name in _TEXTS} | {"classes": data.classes}
    return write_bytes(path, to_bytes(tensors, metadata={"nodewise": json.dumps(about)}))


def load(path: Path) -> Dataset:
    """Read what `dump` wrote, equal to the bit."""
    with safe_open(path, "numpy") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # no mapping
        about = json.loads(file.metadata()["nodewise"])
    classes = np.array(about.pop("classes"))
    if "codes" in tensors:
        tensors["labels"] = classes[tensors.pop("codes")]
    return Dataset(tensors.pop("inputs"), tensors.pop("targets", None), **tensors, **about)
