"""What is constant in a graph: initialisers, Constant nodes, and what is computed from them."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nodewise.adapters.base import UnreadableError
from nodewise.adapters.onnx.file import library
from nodewise.errors import NodewiseError

_MOST = 10**8  # numbers that may be made from those in the file
_BITS = {
    "FLOAT": 32,
    "DOUBLE": 64,
    "INT32": 32,
    "INT64": 64,
    "FLOAT16": 16,
    "BOOL": 8,
    "INT8": 8,
    "UINT8": 8,
    "STRING": 0,
}


def array(tensor: Any) -> np.ndarray:
    """Return a tensor as an array, after a check that its shape is not larger than its data.

    Raises:
        NodewiseError: If it is.
    """
    onnx = library()
    kind = onnx.TensorProto.DataType.Name(tensor.data_type)
    if kind not in _BITS:
        raise UnreadableError(f"{kind.lower()} numbers")
    wanted = math.prod(tensor.dims) if all(size >= 0 for size in tensor.dims) else -1
    fields = ("float_data", "double_data", "int32_data", "int64_data", "string_data")
    held = max(len(tensor.raw_data) * 8 // (_BITS[kind] or 8), *(len(getattr(tensor, name)) for name in fields))
    if wanted != held:
        raise NodewiseError(
            f"an array of an ONNX model must have as many numbers as its shape says. {tensor.name[:60]!r} has shape "
            f"{tuple(tensor.dims)} and {held} number(s); save the model again."
        )
    return onnx.numpy_helper.to_array(tensor)


def attributes(node: Any) -> dict[str, Any]:
    """Return the attributes of a node by name; texts decoded, tensors left as they are."""
    found = {}
    for attribute in node.attribute:
        value = library().helper.get_attribute_value(attribute)
        found[attribute.name] = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
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
    return value.astype(library().helper.tensor_dtype_to_np_dtype(options["to"]))


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
