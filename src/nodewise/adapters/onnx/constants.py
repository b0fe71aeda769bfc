"""What is constant in a graph: initialisers, Constant nodes, and what is computed from them."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nodewise.adapters.base import UnreadableError
from nodewise.errors import NodewiseError

_MOST = 10**8  # numbers that may be made from those in the file
# By TensorProto.DataType: what NumPy calls such numbers.
KINDS = {
    1: "float32", 2: "uint8", 3: "int8", 6: "int32", 7: "int64", 8: "object", 9: "bool", 10: "float16", 11: "float64",
}  # fmt: skip
_NAMES = {4: "uint16", 5: "int16", 12: "uint32", 13: "uint64", 14: "complex64", 15: "complex128", 16: "bfloat16"}
_FIELDS = {1: "float_data", 7: "int64_data", 8: "string_data", 11: "double_data"}  # of others int32_data
# By AttributeProto.AttributeType: where the value is.
_VALUES = {
    1: "f", 2: "i", 3: "s", 4: "t", 5: "g", 6: "floats", 7: "ints", 8: "strings", 9: "tensors", 10: "graphs",
}  # fmt: skip


def array(tensor: Any) -> np.ndarray:
    """Return a tensor as an array, after a check that its shape is not larger than its data.

    Raises:
        NodewiseError: If it is.
    """
    if tensor.data_type not in KINDS:
        raise UnreadableError(f"{_NAMES.get(tensor.data_type, 'unusual')} numbers")
    kind = np.dtype(KINDS[tensor.data_type])
    wanted = math.prod(tensor.dims) if all(size >= 0 for size in tensor.dims) else -1
    listed = getattr(tensor, _FIELDS.get(tensor.data_type, "int32_data"))
    texts = kind.hasobject
    raw = b"" if texts else tensor.raw_data
    held = len(raw) / kind.itemsize if len(raw) else len(listed)
    if wanted != held:
        raise NodewiseError(
            f"an array of an ONNX model must have as many numbers as its shape says. {tensor.name[:60]!r} has shape "
            f"{tuple(tensor.dims)} and {held:g} number(s); save the model again."
        )
    if len(raw):
        return np.frombuffer(raw, kind.newbyteorder("<")).astype(kind, copy=False).reshape(tuple(tensor.dims))
    if kind == np.float16:  # its bits stand as integers
        return np.array(listed, np.int64).astype(np.uint16).view(kind).reshape(tuple(tensor.dims))
    told = [entry.decode("utf-8", "replace") for entry in listed] if texts else listed
    return np.array(told, kind).reshape(tuple(tensor.dims))


def attributes(node: Any) -> dict[str, Any]:
    """Return the attributes of a node by name; texts decoded, tensors left as they are."""
    found = {}
    for attribute in node.attribute:
        if attribute.type not in _VALUES or attribute.ref_attr_name:
            raise UnreadableError(f"{node.op_type} with an attribute {attribute.name[:60]} of another kind")
        value = getattr(attribute, _VALUES[attribute.type])
        many = list(value) if attribute.type in (6, 7, 8) else value
        found[attribute.name] = value.decode("utf-8", "replace") if isinstance(value, bytes) else many
    return found


@dataclass(eq=False)
class Constants:
    """The constants of a graph by name, made into arrays when they are asked for."""

    tensors: dict[str, Any]
    known: dict[str, np.ndarray] = field(default_factory=dict)
    made: int = 0

    def get(self, name: str) -> np.ndarray | None:
        """Return a constant, or None where the name is none."""
        if name not in self.known and name in self.tensors:
            self.known[name] = array(self.tensors[name])
        return self.known.get(name)

    def fold(self, node: Any, inputs: list[np.ndarray]) -> np.ndarray:
        """Return what a node makes of constants.

        Raises:
            UnreadableError: If that is not known here, or too large.
        """
        if node.op_type not in _FOLDS:
            raise UnreadableError(f"{node.op_type} of constants")
        try:
            if node.op_type in _BROADCAST:
                self.made += math.prod(np.broadcast_shapes(*(value.shape for value in inputs)))
            elif node.op_type == "Gather":
                self.made += inputs[0].size * inputs[1].size
            elif node.op_type not in _VIEWS:
                self.made += sum(value.size for value in inputs)
            if self.made > _MOST:
                raise UnreadableError("more numbers computed from constants than fit into memory")
            with np.errstate(all="ignore"):
                return np.asarray(_FOLDS[node.op_type](attributes(node), *inputs))
        except (ValueError, IndexError, TypeError, KeyError, ZeroDivisionError):
            raise UnreadableError(f"{node.op_type} of constants that do not fit it") from None


def constant(node: Any) -> np.ndarray:
    """Return the value of a Constant node."""
    found = attributes(node)
    if "value" in found:
        return array(found["value"])
    name, value = next(iter(found.items()), ("", None))
    if name not in ("value_float", "value_floats", "value_int", "value_ints"):
        raise UnreadableError(f"a Constant of {name or 'nothing'}")
    return np.array(value, dtype=np.float32 if "float" in name else np.int64)


def _cast(options: dict[str, Any], value: np.ndarray) -> np.ndarray:
    return value.astype(KINDS[options["to"]])


def _transpose(options: dict[str, Any], value: np.ndarray) -> np.ndarray:
    return np.transpose(value, options.get("perm"))


def _reshape(_: dict[str, Any], value: np.ndarray, shape: np.ndarray) -> np.ndarray:
    return value.reshape([value.shape[i] if size == 0 else int(size) for i, size in enumerate(shape)])


def _unsqueeze(options: dict[str, Any], value: np.ndarray, axes: Any = None) -> np.ndarray:
    return np.expand_dims(value, tuple(int(a) for a in (options["axes"] if axes is None else axes)))


def _squeeze(options: dict[str, Any], value: np.ndarray, axes: Any = None) -> np.ndarray:
    axes = options.get("axes") if axes is None else axes
    return np.squeeze(value, None if axes is None else tuple(int(a) for a in axes))


def _gather(options: dict[str, Any], value: np.ndarray, at: np.ndarray) -> np.ndarray:
    return np.take(value, at, axis=options.get("axis", 0))


def _concat(options: dict[str, Any], *values: np.ndarray) -> np.ndarray:
    return np.concatenate(values, axis=options["axis"])


def _elementwise(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda _, *values: function(*values)


_VIEWS = ("Identity", "Transpose", "Reshape", "Squeeze", "Unsqueeze")
_BROADCAST = ("Add", "Sub", "Mul", "Div", "Pow")
_FOLDS: dict[str, Callable[..., Any]] = {
    "Add": _elementwise(np.add),
    "Cast": _cast,
    "Concat": _concat,
    "Div": _elementwise(np.divide),
    "Exp": _elementwise(np.exp),
    "Gather": _gather,
    "Identity": _elementwise(lambda value: value),
    "Log": _elementwise(np.log),
    "Mul": _elementwise(np.multiply),
    "Neg": _elementwise(np.negative),
    "Pow": _elementwise(np.power),
    "Reciprocal": _elementwise(np.reciprocal),
    "Reshape": _reshape,
    "Sqrt": _elementwise(np.sqrt),
    "Squeeze": _squeeze,
    "Sub": _elementwise(np.subtract),
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
