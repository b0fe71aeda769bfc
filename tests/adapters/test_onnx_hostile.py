"""Damaged and hostile ONNX files: one sentence, no data from elsewhere, bounded time and memory."""

import time
import tracemalloc

import numpy as np
import pytest

import nodewise as nw

onnx = pytest.importorskip("onnx")
from onnx import helper, numpy_helper  # noqa: E402

from onnx_graphs import Graph, saved  # noqa: E402

DAMAGED = "must be an ONNX model. It is damaged or of another kind"


def refusal(path):
    """Return the sentence with which a file is refused, quickly and in little memory."""
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(nw.NodewiseError) as caught:
        nw.open_model(path)
    taken, (_, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < 10
    assert peak < 1e9
    return str(caught.value).replace(f"{path.parent}/", "")


def small():
    return Graph(np.float32).layer(3).activation("relu").layer(1)


def with_weight(tensor):
    """Return x·w for a tensor w."""
    graph = Graph(np.float32)
    graph.arrays.append(tensor)
    graph.last = graph.op("MatMul", "x", tensor.name)
    return graph.model()


def outside(**entries):
    """Return x·w, w in another file."""
    tensor = numpy_helper.from_array(np.ones((3, 2), np.float32), "w")
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    for key, value in entries.items():
        tensor.external_data.add(key=key, value=str(value))
    return with_weight(tensor)


@pytest.mark.parametrize(
    "content",
    [b"hello world" * 9, bytes(1000), np.random.default_rng(0).bytes(5000), b"\x80\x04\x95cos\nsystem\n"],
    ids=["text", "zeros", "random", "pickle"],
)
def test_other_files(tmp_path, content):
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    assert refusal(path) == f"model.onnx {DAMAGED}; save it again."


def test_an_empty_file(tmp_path):
    (tmp_path / "model.onnx").touch()
    assert refusal(tmp_path / "model.onnx") == f"model.onnx {DAMAGED}: it holds no graph; save it again."


def test_a_file_cut_anywhere(tmp_path):
    model = small().model()
    whole, network, x = model.SerializeToString(), nw.open_model(model), np.eye(3)
    for size in range(1, len(whole)):
        path = tmp_path / "model.onnx"
        path.write_bytes(whole[:size])
        try:
            opened = nw.open_model(path)
        except nw.NodewiseError:
            continue
        assert size > 0.9 * len(whole)  # what is cut off is a version, behind the graph
        assert (opened(x) == network(x)).all()


def test_a_file_with_changed_bytes(tmp_path):
    rng = np.random.default_rng(0)
    whole = bytearray(small().model().SerializeToString())
    path = tmp_path / "model.onnx"
    for _ in range(300):
        changed = whole.copy()
        for place in rng.integers(0, len(whole), 3):
            changed[place] = rng.integers(256)
        path.write_bytes(changed)
        try:
            said = str(nw.open_model(path))
        except nw.NodewiseError as error:
            said = str(error)
        assert len(said) < 500
        assert said.isprintable()


@pytest.mark.parametrize("dims", [(10**6, 10**6), (-3, -2), (3, 3), (2**62, 4)])
def test_a_shape_that_is_not_the_datas(tmp_path, dims):
    tensor = numpy_helper.from_array(np.ones((3, 2), np.float32), "w")
    tensor.dims[:] = dims
    assert refusal(saved(with_weight(tensor), tmp_path)) == (
        "an array of an ONNX model must have as many numbers as its shape says. "
        f"'w' has shape {dims} and 6 number(s); save the model again."
    )


@pytest.mark.parametrize("place", ["../../etc/passwd", "/etc/passwd", "link", "missing", "sub/w.bin", "..", ""])
def test_data_from_elsewhere(tmp_path, place):
    (tmp_path / "link").symlink_to("/etc/passwd")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "w.bin").write_bytes(np.ones(6, np.float32).tobytes())
    assert refusal(saved(outside(location=place), tmp_path)) == (
        f"model.onnx may keep its numbers in a file of its own folder only. It names {place!r}, which is none."
    )


@pytest.mark.parametrize("entries", [{"length": 10**12}, {"offset": -5}, {"offset": 100}, {"offset": "x"}])
def test_data_beyond_the_end(tmp_path, entries):
    (tmp_path / "w.bin").write_bytes(np.ones(6, np.float32).tobytes())
    assert refusal(saved(outside(location="w.bin", **entries), tmp_path)) == (
        "model.onnx must keep its numbers inside w.bin. Some lie beyond its end; save it again."
    )


def test_data_of_a_model_in_memory():
    with pytest.raises(nw.NodewiseError) as caught:
        nw.open_model(outside(location="w.bin"))
    assert str(caught.value) == (
        "the model keeps its numbers in another file; give the path of the .onnx file instead."
    )


def test_too_many_features(tmp_path):
    graph = Graph(np.float32, features=10**12)
    graph.last = graph.op("Relu", "x")
    assert refusal(saved(graph.model(), tmp_path)) == (
        "an ONNX model must say that it takes samples of at most 100000 features, [sample, feature]. "
        "Its input 'x' has shape [n, 1000000000000]; export it with fixed features."
    )


def test_a_layer_is_not_made_up_for_very_many_features():
    graph = Graph(np.float32, features=100_000)
    graph.last = graph.op("Relu", "x")
    opened = nw.open_model(graph.model())
    assert opened.reason == "an activation of 100000 features without a layer before it"


@pytest.mark.slow
def test_a_million_nodes(tmp_path):
    node = helper.make_node("Relu", ["x"], ["x"])
    path = tmp_path / "model.onnx"
    whole = small().model()
    inner = node.SerializeToString()
    graph = b"".join([b"\x0a" + bytes([len(inner)]) + inner] * 10**6) + whole.graph.SerializeToString()
    size, length = len(graph), b""
    while size:
        length += bytes([size & 127 | (128 if size > 127 else 0)])
        size >>= 7
    whole.ClearField("graph")
    path.write_bytes(whole.SerializeToString() + b"\x3a" + length + graph)
    assert refusal(path) == "model.onnx must have at most 10000 nodes. It has more; open a smaller model."


def test_ten_thousand_nodes_take_seconds(tmp_path):
    graph = small()
    for _ in range(9000):
        graph.last = graph.op("Relu", graph.last)
    began = time.process_time()
    assert nw.open_model(graph.model()).sizes == (3, 3, 1)
    assert time.process_time() - began < 20


@pytest.mark.parametrize("kind", ["itself", "bomb"])
def test_functions_without_end(tmp_path, kind):
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("own", 1)]

    def function(name, *calls):
        names = ["a", *(f"t{i}" for i in range(len(calls) - 1)), "b"]
        parts = zip(calls, names, names[1:], strict=False)
        body = [helper.make_node(c, [a], [b], domain="" if c == "Relu" else "own") for c, a, b in parts]
        return helper.make_function("own", name, ["a"], ["b"], body, opsets)

    bomb = [function("F0", "Relu", "Relu"), *(function(f"F{i}", f"F{i - 1}", f"F{i - 1}") for i in range(1, 40))]
    graph = small()
    graph.last = graph.op("F39", graph.last, domain="own")
    model = graph.model(functions=bomb if kind == "bomb" else [function("F39", "F39")])
    assert refusal(saved(model, tmp_path)) == (
        "model.onnx must have at most 10000 nodes when its functions are written out, and no function that calls "
        "itself. It has more; export it without functions."
    )


def test_loops(tmp_path):
    info = [helper.make_tensor_value_info(n, t, s) for n, t, s in (("i", 7, []), ("c", 9, []), ("v", 1, None))]
    results = [helper.make_tensor_value_info(n, t, None) for n, t in (("d", 9), ("w", 1))]
    body = [helper.make_node("Identity", ["c"], ["d"]), helper.make_node("Identity", ["v"], ["w"])]
    graph = small()
    graph.arrays += [numpy_helper.from_array(np.int64(2**60), "times"), numpy_helper.from_array(np.bool_(True), "go")]
    inner = helper.make_graph(body, "body", info, results)
    graph.last = graph.op("Loop", "times", "go", graph.last, body=inner)
    assert refusal(saved(graph.model(), tmp_path)) == ("model.onnx must have no loops, and is not run. It holds Loop.")


def bombs():
    shape = numpy_helper.from_array(np.array([10**6, 10**6], np.int64), "shape")
    wide = small()
    wide.arrays.append(shape)
    wide.last = wide.op("Add", wide.last, wide.op("ConstantOfShape", "shape"))
    yield "ConstantOfShape of constants", wide
    tall = small()
    tall.arrays.append(shape)
    tall.last = tall.op("Expand", tall.last, "shape")
    yield "the operator Expand is neither a layer nor a function of each number", tall
    for axis, reason in ((0, "Concat that mixes samples"), (1, "a layer of more numbers than fit into memory")):
        doubled = small()
        for _ in range(40):
            doubled.last = doubled.op("Concat", doubled.last, doubled.last, axis=axis)
        yield reason, doubled
    outer = small()
    column, line = (outer.const(np.ones(shape)) for shape in ((10**5, 1), (1, 10**5)))
    outer.last = outer.op("MatMul", outer.last, outer.op("Add", column, line))
    yield "more numbers computed from constants than fit into memory", outer


@pytest.mark.parametrize(("reason", "graph"), list(bombs()), ids=["wide", "tall", "rows", "columns", "outer"])
def test_arrays_that_do_not_fit(tmp_path, reason, graph):
    assert refusal(saved(graph.model(), tmp_path)) == (
        f"ONNX model cannot be read as layers ({reason}), and is not run: it may need more memory than there is."
    )


def test_weights_that_are_no_numbers(tmp_path):
    tensor = numpy_helper.from_array(np.array([[1, np.nan], [1, 1], [1, 1]], np.float32), "w")
    assert (
        refusal(saved(with_weight(tensor), tmp_path))
        == "weight of layer 1 must be finite. Got nan at [1, 0]; train the network again, with smaller steps."
    )


def test_sparse_arrays(tmp_path):
    model = small().model()
    one = numpy_helper.from_array(np.ones(1, np.float32), "s")
    index = numpy_helper.from_array(np.zeros(1, np.int64), "i")
    model.graph.sparse_initializer.append(helper.make_sparse_tensor(one, index, [10**6, 10**6]))
    assert refusal(saved(model, tmp_path)) == (
        "model.onnx must hold its numbers as dense arrays. It has sparse ones; save them dense."
    )


def test_a_graph_in_a_circle(tmp_path):
    graph = small()
    graph.nodes.append(helper.make_node("Relu", ["b"], ["a"]))
    graph.nodes.append(helper.make_node("Relu", ["a"], ["b"]))
    graph.last = graph.op("Add", graph.last, "a")
    assert "Relu of b, which nothing gives" in refusal(saved(graph.model(), tmp_path))
