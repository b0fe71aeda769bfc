"""The `.nodewise` file: one safetensors file, its header holding the JSON that describes the layers.

Nothing in such a file is ever executed: safetensors is a length-checked list of arrays, JSON is text.
"""

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from nodewise.errors import NodewiseError
from nodewise.files import write_bytes
from nodewise.network.layers import Dense, Scale, in_layer
from nodewise.network.origin import origin_of

VERSION = 1
Layer = Dense | Scale
Labels = dict[str, Any]
Made = TypeVar("Made")
_BEGIN = 9  # the length of the header, and the bracket it begins with
_NAMES = ("feature_names", "output_names", "feature_units", "output_units")
_ARRAYS = {"dense": ("weight", "bias"), "scale": ("shift", "factor")}


def save(layers: tuple[Layer, ...], labels: Labels, path: str | Path) -> Path:
    """Write the layers and the names, units and classes of a network to `path`, whole or not at all.

    Raises:
        NodewiseError: If the path does not end in .nodewise or cannot be written.
    """
    path = Path(path)
    if path.suffix != ".nodewise":
        raise NodewiseError(f"a saved network's name must end in .nodewise. Got {path.name}.")
    return write_bytes(path, pack(layers, labels))


def pack(layers: tuple[Layer, ...], labels: Labels) -> bytes:
    """Return what stands in the file of a network."""
    from safetensors.numpy import save as to_bytes

    rows = [_describe(layer) for layer in layers]
    arrays = {
        f"{i}.{name}": np.ascontiguousarray(getattr(layer, name))
        for i, (layer, row) in enumerate(zip(layers, rows, strict=True))
        for name in _ARRAYS[row["kind"]]
    }
    document = {"version": VERSION, "layers": rows, "labels": labels}
    return to_bytes(arrays, metadata={"nodewise": json.dumps(document)})


def load(path: str | Path, made: Callable[..., Made]) -> Made:
    """Read the layers and the names, units and classes that `save` wrote, equal to the bit.

    Args:
        path: The file.
        made: What makes a network of them.

    Raises:
        NodewiseError: If the file is missing, damaged, or written by a later version.
    """
    path = Path(path)
    try:
        if path.exists() and not path.is_file():  # a folder, or a pipe or device, which may have no end
            raise NodewiseError(f"{path} could not be read: it is no file. Check the path.")
        with path.open("rb") as opened:
            content = opened.read(_BEGIN)
            if content[-1:] == b"{":  # else it is of another kind, however long
                content += opened.read()
    except OSError as error:
        raise NodewiseError(f"{path} could not be read: {error.strerror}. Check the path.") from None
    except MemoryError:
        raise NodewiseError(f"{path} must fit into memory. It does not; open it on a larger machine.") from None
    return unpack(content, str(path), made)


def unpack(content: bytes, name: str, made: Callable[..., Made]) -> Made:
    """Read what `pack` returned; messages call it `name`.

    Args:
        content: The bytes.
        name: What messages call them.
        made: What makes a network of layers and labels.

    Raises:
        NodewiseError: If it is damaged, or written by a later version.
    """
    try:
        document, arrays = _parse(content)
        if document["version"] > VERSION:
            raise NodewiseError(f"its version must be at most {VERSION}. Got {document['version']}; update nodewise.")
        layers = tuple(_layer(i, row, arrays) for i, row in enumerate(document["layers"]))
        return made(layers, **_labels(document["labels"]))
    except NodewiseError as error:
        raise NodewiseError(f"{name} is no usable .nodewise file: {error}") from None
    except Exception as error:  # whatever a damaged file provokes, the user needs one sentence
        raise NodewiseError(
            f"{name} must be a .nodewise file that nodewise saved. It is damaged or of another kind "
            f"({type(error).__name__}); save it again."
        ) from None


def _labels(given: Labels) -> Labels:
    names = {name: tuple(map(str, given[name])) for name in _NAMES if name in given}
    one = {"classes": tuple(given.get("classes", ())), "label": str(given.get("label", ""))}
    return names | one | {"origin": origin_of(given.get("origin"))}


def _describe(layer: Layer) -> dict[str, Any]:
    if isinstance(layer, Dense):
        return {"kind": "dense", "activation": layer.activation.name}
    return {"kind": "scale"}


def _layer(i: int, row: dict[str, Any], arrays: dict[str, np.ndarray]) -> Layer:
    first, second = (arrays[f"{i}.{name}"] for name in _ARRAYS[row["kind"]])
    with in_layer(i + 1):
        return Dense(first, second, row["activation"]) if row["kind"] == "dense" else Scale(first, second)


def _parse(content: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    from safetensors.numpy import load as from_bytes

    arrays = from_bytes(content)  # checks the header's length and every offset
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    return json.loads(header["__metadata__"]["nodewise"]), arrays
