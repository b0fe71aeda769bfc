"""The bytes of an ONNX file as messages: protobuf's wire format, for the parts of ONNX that are read here.

https://protobuf.dev/programming-guides/encoding/ and onnx.proto. Importing the package onnx takes longer than all the
rest of opening a file.
"""

import struct
from typing import Any

import numpy as np

_DEEPEST = 90  # messages in messages; protobuf itself stops at 100
NODES = 10_000
_MOST = 20 * NODES  # messages: an empty one is two bytes in the file, and hundreds here
_VARINT, _EIGHT, _SIZED, _FOUR = 0, 1, 2, 5
_WIDTHS = {_EIGHT: 8, _FOUR: 4}


class DamagedError(ValueError):
    """Bytes that are no message."""


class TooManyError(DamagedError):
    """More nodes than are read."""


class Message:
    """One message; what it does not hold reads as empty or 0, as in onnx's own classes.

    Attributes:
        kind: What ONNX calls it, such as "GraphProto".
    """

    EXTERNAL, DEFAULT = 1, 0  # where a tensor's data can be

    def __init__(self, kind: str) -> None:
        """Begin with an empty message."""
        self.__dict__["kind"] = kind

    def __getattr__(self, name: str) -> Any:
        """Return what a field reads as that the message does not hold."""
        for known, kind, repeated in _SCHEMA[self.__dict__["kind"]].values():
            if known == name:
                return () if repeated else Message(kind) if kind in _SCHEMA else _EMPTY[kind]
        raise AttributeError(name)

    def HasField(self, name: str) -> bool:  # noqa: N802 as onnx's classes call it
        """Return whether the message holds a field."""
        return name in self.__dict__


def parse(content: bytes) -> Message:
    """Return the bytes of an ONNX file as a message.

    Raises:
        DamagedError: If they are none, or more than an ordinary model has.
    """
    return _Parser().message("ModelProto", memoryview(content), 0)


class _Parser:
    """Counts messages while they are parsed."""

    def __init__(self) -> None:
        self.left, self.nodes = _MOST, NODES

    def message(self, kind: str, view: memoryview, depth: int) -> Message:
        self.left -= 1
        self.nodes -= kind == "NodeProto"
        if self.nodes < 0:
            raise TooManyError
        if depth > _DEEPEST or self.left < 0:
            raise DamagedError("too deep or too many messages")
        found, schema, at = Message(kind), _SCHEMA[kind], 0
        while at < len(view):
            tag, at = _varint(view, at)
            number, wire = tag >> 3, tag & 7
            value, at = _value(view, at, wire)
            if not number:
                raise DamagedError("field 0")
            if number in schema:
                self._take(found, schema[number], wire, value, depth)
        return found

    def _take(self, found: Message, field: tuple[str, str, bool], wire: int, value: Any, depth: int) -> None:
        name, kind, repeated = field
        held = found.__dict__
        if kind in _SCHEMA and wire == _SIZED:
            made = [self.message(kind, value, depth + 1)]
            if not repeated and name in held:
                raise DamagedError("a message in two parts")
        elif wire == _WIRES.get(kind):
            made = [_one(kind, value)]
        elif wire == _SIZED and repeated and kind in _WIRES:
            made = _packed(kind, value)
        else:  # another kind of field than onnx has there, which protobuf too leaves unread
            return
        if not repeated:
            held[name] = made[0]
        elif name not in held:
            held[name] = made
        else:
            held[name] = held[name] if isinstance(held[name], list) else list(held[name])
            held[name].extend(made)


def _varint(view: memoryview, at: int) -> tuple[int, int]:
    if at < len(view) and (byte := view[at]) < 128:  # most are of one byte
        return byte, at + 1
    result = shift = 0
    while True:
        if at >= len(view) or shift > 63:
            raise DamagedError("a number without an end")
        byte = view[at]
        at += 1
        result |= (byte & 127) << shift
        if byte < 128:
            return result, at
        shift += 7


def _value(view: memoryview, at: int, wire: int) -> tuple[Any, int]:
    if wire == _VARINT:
        return _varint(view, at)
    if wire == _SIZED:
        size, at = _varint(view, at)
    elif wire in _WIDTHS:
        size = _WIDTHS[wire]
    else:
        raise DamagedError("a field of no known form")
    if size > len(view) - at:
        raise DamagedError("a field that ends behind the file")
    return view[at : at + size], at + size


def _one(kind: str, value: Any) -> Any:
    if kind == "int":
        value &= 2**64 - 1
        return value - 2**64 if value >= 2**63 else value
    if kind in _FORMS:
        return struct.unpack(f"<{_FORMS[kind]}", value)[0]
    return value if kind == "data" else bytes(value) if kind == "bytes" else str(value, "utf-8")


def _packed(kind: str, view: memoryview) -> Any:
    if kind in _FORMS:
        if len(view) % struct.calcsize(_FORMS[kind]):
            raise DamagedError("numbers that are cut")
        found = np.frombuffer(view, f"<{_FORMS[kind]}")
        return found if kind in _LARGE else found.tolist()
    if kind != "int":
        raise DamagedError("texts without lengths")
    found, at = [], 0
    while at < len(view):
        value, at = _varint(view, at)
        found.append(_one(kind, value))
    return found


_LARGE = ("floats", "doubles")  # stay arrays
_FORMS = {"float": "f", "double": "d", "floats": "f", "doubles": "d"}
_WIRES = {
    "int": _VARINT, "float": _FOUR, "double": _EIGHT, "floats": _FOUR, "doubles": _EIGHT,
    "str": _SIZED, "bytes": _SIZED, "data": _SIZED,
}  # fmt: skip
_EMPTY: dict[str, Any] = {"int": 0, "float": 0.0, "double": 0.0, "str": "", "bytes": b"", "data": b""}


def _fields(text: str) -> dict[int, tuple[str, str, bool]]:
    """Return a message's fields by number, from lines such as "5 attribute AttributeProto *"; * is one of many."""
    rows = [line.split() for line in text.strip().split("\n")]
    return {int(row[0]): (row[1], row[2], len(row) > 3) for row in rows}


_SCHEMA = {
    kind: _fields(text)
    for kind, text in {
        "ModelProto": """
            1 ir_version int
            8 opset_import OperatorSetIdProto *
            2 producer_name str
            7 graph GraphProto
            14 metadata_props StringStringEntryProto *
            25 functions FunctionProto *""",
        "GraphProto": """
            1 node NodeProto *
            5 initializer TensorProto *
            15 sparse_initializer SparseTensorProto *
            11 input ValueInfoProto *
            12 output ValueInfoProto *""",
        "NodeProto": """
            1 input str *
            2 output str *
            4 op_type str
            7 domain str
            5 attribute AttributeProto *""",
        "AttributeProto": """
            1 name str
            21 ref_attr_name str
            20 type int
            2 f float
            3 i int
            4 s bytes
            5 t TensorProto
            6 g GraphProto
            22 sparse_tensor SparseTensorProto
            7 floats float *
            8 ints int *
            9 strings bytes *
            10 tensors TensorProto *
            11 graphs GraphProto *""",
        "TensorProto": """
            1 dims int *
            2 data_type int
            4 float_data floats *
            5 int32_data int *
            6 string_data bytes *
            7 int64_data int *
            8 name str
            9 raw_data data
            13 external_data StringStringEntryProto *
            14 data_location int
            10 double_data doubles *
            11 uint64_data int *""",
        "ValueInfoProto": "1 name str\n2 type TypeProto",
        "TypeProto": "1 tensor_type Tensor",
        "Tensor": "1 elem_type int\n2 shape TensorShapeProto",
        "TensorShapeProto": "1 dim Dimension *",
        "Dimension": "1 dim_value int\n2 dim_param str",
        "StringStringEntryProto": "1 key str\n2 value str",
        "OperatorSetIdProto": "1 domain str\n2 version int",
        "FunctionProto": "1 name str\n7 node NodeProto *\n10 domain str",
        "SparseTensorProto": "3 dims int *",
    }.items()
}
