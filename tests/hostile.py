"""Good model files of every format, made by hand without a framework, and the ways to spoil them."""

import io
import json
import pickle
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from safetensors.numpy import save as to_safetensors

from networks import random_network

W1, B1 = np.arange(12, dtype="f4").reshape(4, 3) / 10, np.ones(4, "f4")
W2, B2 = np.ones((1, 4), "f4"), np.zeros(1, "f4")
SIZES = (3, 4, 1)
OPTIONS = {".pt": {"activation": "relu"}, ".pth": {"activation": "relu"}, ".safetensors": {"activation": "relu"}}


def nodewise() -> bytes:
    return random_network(1, SIZES, ["tanh"]).to_bytes()


def safetensors() -> bytes:
    return to_safetensors({"0.weight": W1, "0.bias": B1, "2.weight": W2, "2.bias": B2})


def torch() -> bytes:
    arrays = {"0.weight": W1, "0.bias": B1, "2.weight": W2, "2.bias": B2}
    shapes = [(name, array.shape, array.size) for name, array in arrays.items()]
    return zipped({"data.pkl": listing(shapes), "version": b"3\n", "byteorder": b"little"}
                  | {f"data/{i}": array.tobytes() for i, array in enumerate(arrays.values())}, "archive/")  # fmt: skip


def listing(tensors: list[tuple[str, tuple[int, ...], int]]) -> bytes:
    """Return the pickle of a state_dict: names, shapes, and how many numbers each storage claims."""
    parts = [b"\x80\x02}("]
    for i, (name, shape, count) in enumerate(tensors):
        strides = [int(np.prod(shape[k + 1 :], dtype=object)) for k in range(len(shape))]
        sizes, steps = (b"(" + b"".join(map(_whole, values)) + b"t" for values in (shape, strides))
        held = (
            b"(" + _text("storage") + b"ctorch\nFloatStorage\n" + _text(str(i)) + _text("cpu") + _whole(count) + b"tQ"
        )
        parts += [_text(name), b"ctorch._utils\n_rebuild_tensor_v2\n(", held, _whole(0), sizes, steps]
        parts += [b"\x89ccollections\nOrderedDict\n)RtR"]
    return b"".join([*parts, b"u."])


def _text(text: str) -> bytes:
    return b"X" + struct.pack("<I", len(text)) + text.encode()


def _whole(value: int) -> bytes:
    return b"\x8a\x0c" + value.to_bytes(12, "little")


def keras() -> bytes:
    return zipped(keras_entries())


def keras_entries(arrays: tuple[np.ndarray, ...] = (W1, B1, W2, B2)) -> dict[str, bytes]:
    layers = [{"module": "keras.layers", "class_name": "InputLayer",
               "config": {"batch_shape": [None, 3], "dtype": "float32", "name": "x"}}]  # fmt: skip
    for name, units, activation in (("first", 4, "relu"), ("last", 1, "linear")):
        config = {"name": name, "dtype": "float32", "units": units, "activation": activation, "use_bias": True}
        layers.append({"module": "keras.layers", "class_name": "Dense", "config": config})
    model = {"module": "keras", "class_name": "Sequential", "config": {"name": "m", "layers": layers}}
    return {
        "metadata.json": json.dumps({"keras_version": "3.15.0"}).encode(),
        "config.json": json.dumps(model).encode(),
        "model.weights.h5": hdf5(arrays),
    }


def hdf5(arrays: tuple[np.ndarray, ...] = (W1, B1, W2, B2)) -> bytes:
    file = io.BytesIO()
    with h5py.File(file, "w") as store:
        for i, (place, name) in enumerate((("dense", "first"), ("dense_1", "last"))):
            group = store.create_group(f"layers/{place}/vars")
            group.attrs["name"] = name
            group["0"], group["1"] = arrays[2 * i].T, arrays[2 * i + 1]
    return file.getvalue()


def onnx() -> bytes:
    from onnx_graphs import Graph

    return Graph(np.float32).layer(4).activation("relu").layer(1).model().SerializeToString()


GOOD: dict[str, Callable[[], bytes]] = {
    ".nodewise": nodewise, ".safetensors": safetensors, ".pt": torch, ".pth": torch, ".keras": keras, ".onnx": onnx,
}  # fmt: skip


def zipped(entries: dict[str, bytes], prefix: str = "", compression: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(prefix + name, content)
    return file.getvalue()


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def twice(content: bytes) -> bytes:
    """Return an archive whose last member is there a second time, empty."""
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(archive.namelist()[-1], b"")
    return file.getvalue()


def edges(content: bytes) -> Iterator[int]:
    """Give the lengths at which a file is cut: its first and last bytes, the borders of its parts, and some between."""
    size, found = len(content), set(range(min(20, len(content)))) | set(range(max(0, len(content) - 30), len(content)))
    if content[:2] == b"PK":
        for mark in (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"):
            at = content.find(mark)
            while at >= 0:
                found |= {at - 1, at, at + 1, at + 4, at + 12, at + 22, at + 30}
                at = content.find(mark, at + 1)
    else:
        (head,) = struct.unpack("<Q", content[:8])
        found |= {7 + head, 8 + head, 9 + head} if head < size else set()
    return iter(sorted(at for at in found | set(range(0, size, size // 25)) if 0 <= at < size))


def header(arrays: dict[str, Any], size: int = 24) -> bytes:
    """Return a safetensors file with this header."""
    text = json.dumps(arrays).encode()
    return struct.pack("<Q", len(text)) + text + bytes(size)


def documented(change: Callable[[dict[str, Any]], object]) -> bytes:
    """Return a .nodewise file whose JSON was changed."""
    content = nodewise()
    (length,) = struct.unpack("<Q", content[:8])
    outer = json.loads(content[8 : 8 + length])
    document = json.loads(outer["__metadata__"]["nodewise"])
    changed = change(document)
    outer["__metadata__"]["nodewise"] = changed if isinstance(changed, str) else json.dumps(document)
    text = json.dumps(outer).encode()
    return struct.pack("<Q", len(text)) + text + content[8 + length :]


class Attack:
    """Leaves a mark if it is unpickled by something that runs code."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return open, (str(self.mark), "w")


def pickles(mark: Path) -> Iterator[bytes]:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        yield pickle.dumps({"0.weight": Attack(mark)}, protocol)
