"""Graphs evaluated node by node in NumPy, against onnx's reference evaluator."""

import sys

import numpy as np
import pytest

import nodewise as nw

onnx = pytest.importorskip("onnx")
from onnx import helper, numpy_helper  # noqa: E402

from nodewise.adapters.onnx import pointwise  # noqa: E402
from nodewise.adapters.onnx.constants import Constants  # noqa: E402
from nodewise.adapters.onnx.layers import OPERATORS  # noqa: E402
from nodewise.adapters.onnx.plain import _OPERATORS, known, run  # noqa: E402
from onnx_graphs import ACTIVATIONS, Graph, evaluated, saved  # noqa: E402

ML = "ai.onnx.ml"
RNG = np.random.default_rng(0)
W, V = RNG.normal(size=(4, 3)), RNG.normal(size=4)
LINEAR = {"coefficients": [float(v) for v in RNG.normal(size=8)], "intercepts": [0.5, -1.0]}
SAMPLES = np.random.default_rng(1).normal(0, 2, (5, 4))
INDEX = np.array([2, 0, 3])

# By operator: what it is given beside x [5, 4], and its attributes; each a way in which it is written.
WAYS = {
    "ArrayFeatureExtractor": [((INDEX,), {"domain": ML})],
    "BatchNormalization": [((V, V, V, V**2), {}), ((V, V, V, V**2), {"epsilon": 0.1})],
    "Cast": [((), {"to": 7}), ((), {"to": 1}), ((), {"to": 9})],
    "CastLike": [((INDEX,), {}), ((W.astype(np.float32),), {})],
    "Concat": [(("x", RNG.normal(size=(5, 2))), {"axis": 1}), (("x", "x"), {"axis": -1}), (("x",), {"axis": 0})],
    "Dropout": [((), {}), ((np.float32(0.5), np.array(False)), {})],
    "Flatten": [((), {}), ((), {"axis": 0}), ((), {"axis": -1})],
    "Gather": [((INDEX,), {"axis": 1}), ((np.array(1),), {"axis": -1}), ((np.array([[0, -1]]),), {})],
    "Gemm": [((W,), {}), ((W.T, V[:3]), {"transB": 1, "alpha": 0.5, "beta": 2.0}), ((np.ones((5, 2)),), {"transA": 1})],
    "Identity": [((), {})],
    "Imputer": [
        ((), {"domain": ML, "imputed_value_floats": [1.0, 2.0, 3.0, 4.0], "replaced_value_float": float("nan")})
    ],
    "LinearClassifier": [
        ((), {"domain": ML, **LINEAR, "classlabels_ints": [0, 1], "post_transform": how})
        for how in ("NONE", "SOFTMAX", "LOGISTIC")
    ],
    "LinearRegressor": [((), {"domain": ML, **LINEAR, "targets": 2})],
    "MatMul": [((W,), {}), ((V,), {})],
    "Normalizer": [((), {"domain": ML, "norm": "L1"})],
    "Reshape": [((np.array([0, -1]),), {}), ((np.array([2, 10]),), {}), ((np.array([-1, 2, 2]),), {})],
    "Scaler": [((), {"domain": ML, "offset": [1.0, 2.0, 3.0, 4.0], "scale": [0.5, 1.0, 2.0, 3.0]})],
    "Shape": [((), {})],
    "Slice": [
        ((np.array([1]), np.array([3]), np.array([1])), {}),
        ((np.array([3, -1]), np.array([-9, 0]), np.array([1, 0]), np.array([-1, -2])), {}),
        ((np.array([1, 1]), np.array([99, -1])), {}),
    ],
    "Softmax": [((), {}), ((), {"axis": 0}), ((), {"axis": 1})],
    "Squeeze": [((), {})],
    "Transpose": [((), {}), ((), {"perm": [1, 0]})],
    "Unsqueeze": [((np.array([0, 2]),), {})],
}
POINTWISE = {
    "Where": [("x", W[:1, :1])], "Clip": [(-0.5, 0.5), ("", 0.3), (-0.1,)], "PRelu": [(V,), (0.2,)], "Pow": [(2.0,)],
    **{kind: [(V,), (0.5,)] for kind in ("Add", "Sub", "Mul", "Div", "Greater", "GreaterOrEqual", "Less", "LessOrEqual")},
    **{kind: [(V, 0.5), ()] for kind in ("Max", "Min", "Sum")},
}  # fmt: skip
TRUTHS = ("And", "Or", "Not", "Where")


def compared(kind, given, attributes, dtype, opset=20):
    """Return what both evaluators make of one operator, given x [5, 4]."""
    x = SAMPLES.astype(dtype)
    x = np.abs(x) + 0.1 if kind in ("Log", "Sqrt", "Pow") else x
    arrays, names = [], []
    for i, value in enumerate(given):
        if isinstance(value, str):
            names.append(value)
            continue
        value = np.asarray(value, dtype) if np.asarray(value).dtype == np.float64 else np.asarray(value)
        arrays.append(numpy_helper.from_array(value, f"c{i}"))
        names.append(f"c{i}")
    names = names if kind == "Concat" else ["x", *names]
    nodes, last = [], "y"
    if kind in TRUTHS:
        nodes = [helper.make_node("Greater", ["x", "zero"], ["truth"])]
        arrays.append(numpy_helper.from_array(np.zeros((), dtype), "zero"))
        names = ["truth", *(["truth"] if kind in ("And", "Or") else names[1:])]
    out = ["label", last] if kind == "LinearClassifier" else [last]
    nodes.append(helper.make_node(kind, names, out, **attributes))
    shape = helper.make_tensor_value_info("x", helper.np_dtype_to_tensor_dtype(np.dtype(dtype)), [5, 4])
    graph = helper.make_graph(nodes, "g", [shape], [helper.make_tensor_value_info(last, 1, None)], arrays)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset), helper.make_opsetid(ML, 3)])
    constants = Constants({tensor.name: tensor for tensor in arrays})
    assert known(nodes, [last])
    return run(nodes, constants, {"x": x}, [last], opset)[0], evaluated(model, x)


def agree(ours, theirs, exact=True):
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours, theirs, rtol=1e-12 if exact and ours.dtype == np.float64 else 2e-5, atol=2e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("kind", "way"), [(kind, i) for kind, ways in WAYS.items() for i in range(len(ways))])
def test_each_operator(kind, way, dtype):
    given, attributes = WAYS[kind][way]
    if attributes.get("domain") == ML and kind != "ArrayFeatureExtractor":
        dtype = np.float32  # onnx's reference has these in double, which the standard has not
    ours, theirs = compared(kind, given, attributes, dtype)
    agree(ours, theirs)


def test_every_operator_has_a_test():
    assert set(WAYS) == set(_OPERATORS)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", sorted(pointwise._FUNCTIONS))
def test_each_function_of_a_number(kind, dtype):
    for given in POINTWISE.get(kind, [()]):
        ours, theirs = compared(kind, given, {}, dtype)
        agree(ours, theirs, exact=kind not in ("Erf", "Gelu", "HardSwish", "Selu"))


def test_softmax_before_it_went_along_one_axis():
    agree(*compared("Softmax", (), {"axis": 1}, np.float64, opset=11))
    whole, _ = compared(
        "Softmax", (), {"axis": 0}, np.float64, opset=11
    )  # over all axes; onnx's reference does not know
    assert whole.sum() == pytest.approx(1)
    assert whole / whole[0, 0] == pytest.approx(np.exp(SAMPLES - SAMPLES[0, 0]))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_networks(name, monkeypatch, tmp_path):
    monkeypatch.delitem(sys.modules, "onnxruntime", raising=False)
    model = Graph(np.float32, seed=3).layer(5).activation(name).between().layer(2).model()
    network = nw.open_model(saved(model, tmp_path))
    assert network.origin.version == f"NumPy {np.__version__}"
    assert network.origin.note == "Compared with its graph, evaluated node by node in NumPy."
    x = np.random.default_rng(0).normal(size=(20, 3))
    assert network(x) == pytest.approx(evaluated(model, x), abs=1e-4)


def test_layers_read_wrongly_are_found_out(monkeypatch, tmp_path):
    monkeypatch.delitem(sys.modules, "onnxruntime", raising=False)
    graph = Graph(np.float32, seed=3)
    graph.last = graph.op("Gemm", "x", graph.const(graph.normal(3, 3)), transB=1)
    gemm = OPERATORS["Gemm"]
    monkeypatch.setitem(
        OPERATORS, "Gemm", lambda options, *given: gemm({k: v for k, v in options.items() if k != "transB"}, *given)
    )
    with pytest.raises(nw.NodewiseError, match="must agree within 1e-04"):
        nw.open_model(saved(graph.model(), tmp_path))
