"""The bytes of ONNX files as messages, against onnx's own classes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

onnx = pytest.importorskip("onnx")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

from nodewise.adapters.onnx.constants import array, attributes  # noqa: E402
from nodewise.adapters.onnx.wire import DamagedError, TooManyError, parse  # noqa: E402
from onnx_graphs import Graph, same  # noqa: E402


@pytest.mark.parametrize("seed", range(20))
def test_random_graphs(seed):
    graph = Graph([np.float64, np.float32][seed % 2], seed=seed)
    for _ in range(4):
        graph.between().layer(3).activation("hard_swish")
    model = graph.model(outputs=[graph.last, "x"])
    helper.set_model_props(model, {"nodewise": "{}", "ü": "é"})
    assert same(parse(model.SerializeToString()), model)


NUMBERS = {
    "FLOAT": [1.5, -0.0, 3e38], "DOUBLE": [1e300, -1 / 3], "INT64": [-(2**63), 2**63 - 1, 0], "INT32": [-5, 2**31 - 1],
    "BOOL": [True, False], "INT8": [-128, 127], "UINT8": [255, 0], "FLOAT16": [1.5, -0.1],
}  # fmt: skip


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize("raw", [False, True])
def test_arrays_of_every_kind(kind, raw):
    number = getattr(TensorProto, kind)
    values = np.array(NUMBERS[kind], helper.tensor_dtype_to_np_dtype(number)).reshape(1, -1)
    tensor = (
        numpy_helper.from_array(values, "a") if raw else helper.make_tensor("a", number, values.shape, values.ravel())
    )
    graph = helper.make_graph([], "g", [], [helper.make_tensor_value_info("a", number, None)], [tensor])
    message = parse(helper.make_model(graph).SerializeToString())
    found = array(message.graph.initializer[0])
    assert found.dtype == values.dtype
    np.testing.assert_array_equal(found, values)
    np.testing.assert_array_equal(array(tensor), values)


def test_attributes_are_those_of_onnx():
    given = {"f": 0.1, "i": -3, "s": "text", "floats": [0.5, 2.0], "ints": [1, -2], "strings": ["a", "b"]}
    node = helper.make_node("Own", ["x"], ["y"], **given)
    model = helper.make_model(helper.make_graph([node], "g", [], []))
    found = attributes(parse(model.SerializeToString()).graph.node[0])
    wanted = {entry.name: helper.get_attribute_value(entry) for entry in node.attribute} | {"s": "text"}
    assert found == wanted == attributes(node) | {"strings": [b"a", b"b"]}


@given(st.binary(max_size=60))
def test_other_bytes_are_refused_or_agree(content):
    """What is parsed here is parsed by protobuf, to the same; unless it has parts twice, which are refused here."""
    try:
        message = parse(content)
    except (DamagedError, UnicodeDecodeError):
        return
    assert same(message, onnx.ModelProto.FromString(content))


@pytest.mark.parametrize(
    "content",
    [b"\x08", b"\x3a\x05ab", b"\x08" + b"\xff" * 10 + b"\x01", b"\x0b\x08\x01\x0c", b"\x00\x01", b"\x3a\x00\x3a\x00",
     b"\x3d\x00", b"\x3a\x02\x0a\x00" * 2],
    ids=["cut", "short", "endless", "group", "field 0", "two parts", "four bytes", "two graphs"],
)  # fmt: skip
def test_damage(content):
    with pytest.raises(DamagedError):
        parse(content)


@pytest.mark.parametrize(("field", "error"), [(b"\x0a", TooManyError), (b"\x2a", DamagedError)])
def test_many_empty_messages_are_refused(field, error):
    content = (field + b"\x00") * 600_000  # nodes, or arrays, of two bytes each
    size = len(content)
    head = b"\x3a" + bytes([size & 127 | 128, size >> 7 & 127 | 128, size >> 14 & 127 | 128, size >> 21])
    with pytest.raises(error):
        parse(head + content)
