"""The weights of a `.keras` file: arrays of an HDF5 file, each looked at before it is read."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from nodewise.adapters.keras.layers import Shape
from nodewise.adapters.keras.numbers import checked, fit
from nodewise.errors import NodewiseError

_TIMES = 4  # how often over a file's weights may be used, by layers that a model calls again


@dataclass(eq=False)
class _Budget:
    """Bytes that may still be read."""

    left: int


@dataclass(frozen=True, eq=False)
class FileStore:
    """The weights of a model or layer in a file.

    Attributes:
        group: Where they are; None where the file has no such place.
        name: What the configuration calls the layer.
        size: Bytes of the file: no array can be larger.
        budget: Bytes that may still be read.
    """

    group: Any
    name: str
    size: int
    budget: _Budget

    def inside(self, key: str, name: str) -> "FileStore":
        """Return where the weights of a layer of this model are."""
        return FileStore(_group(_group(self.group, "layers"), key), name, self.size, self.budget)

    def function(self) -> "FileStore":
        """Return where the weights of the layer are that is this layer's activation."""
        return FileStore(_group(self.group, "activation"), f"{self.name}.activation", self.size, self.budget)

    def numbers(self, shapes: Sequence[Shape]) -> list[np.ndarray]:
        """Return this layer's own weights.

        Raises:
            NodewiseError: If they have not these shapes, are not finite, or are no plain arrays in this file.
        """
        group = _group(self.group, "vars")
        if group is None:
            raise NodewiseError(f"every layer must have its weights in the file. Got none for layer {self.name}.")
        said = group.attrs.get("name", self.name)
        if said != self.name and not self.name.endswith(".activation"):
            raise NodewiseError(
                f"weights and configuration must belong together. Got weights of {said} for layer {self.name}."
            )
        arrays = [self._array(group, str(i)) for i in range(len(group))]
        fit([tuple(array.shape) for array in arrays], shapes, self.name)
        self.budget.left -= sum(array.nbytes for array in arrays)
        if any(array.nbytes > self.size for array in arrays) or self.budget.left < 0:
            raise NodewiseError(f"a file must hold what it says. Got a layer {self.name} larger than the whole file.")
        return checked([np.asarray(array[()]) for array in arrays], shapes, self.name)

    def _array(self, group: Any, key: str) -> Any:
        import h5py

        array = _own(group, key)
        plain = isinstance(array, h5py.Dataset) and array.chunks is None and array.external is None
        if not plain or array.is_virtual or array.dtype.kind not in "fi":
            raise NodewiseError(f"weights must be plain arrays of numbers. Got another object in layer {self.name}.")
        return array


def library() -> Any:
    """Return the package h5py.

    Raises:
        NodewiseError: If it is not installed; says how to install it.
    """
    try:
        import h5py
    except ImportError:
        raise NodewiseError(
            '.keras files are read with the package h5py. It is not installed; run: pip install "nodewise[keras]"'
        ) from None
    return h5py


@contextmanager
def opened(content: bytes) -> Iterator[FileStore]:
    """Give the weights in the bytes of an HDF5 file."""
    import h5py

    with h5py.File(io.BytesIO(content), "r") as file:
        yield FileStore(file, "the model", len(content), _Budget(_TIMES * len(content)))


def _group(group: Any, key: str) -> Any:
    """Return a group in a group, or None where there is none."""
    import h5py

    found = None if group is None or not key else _own(group, key)
    return found if isinstance(found, h5py.Group) else None


def _own(group: Any, key: str) -> Any:
    """Return what a group itself holds under a key, not what a link there points to; None where it holds nothing."""
    import h5py

    return group[key] if isinstance(group.get(key, getlink=True), h5py.HardLink) else None
