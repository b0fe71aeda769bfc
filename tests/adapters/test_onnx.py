"""ONNX models as networks, against onnx's reference evaluator on the same graphs."""

import json

import numpy as np
import pytest

import nodewise as nw
from nodewise.network import Network, Predictor, Scale

onnx = pytest.importorskip("onnx")
from onnx import helper, numpy_helper  # noqa: E402

from onnx_graphs import ACTIVATIONS, Graph, evaluated, saved  # noqa: E402

# onnx's reference knows these to 1e-7 only: its erf is a short series, its constants are float32.
ROUGH = {"gelu", "gelu by erf", "gelu_tanh", "hard_swish"}


def box(features, seed=0, scale=1.0):
    return scale * np.random.default_rng(seed).normal(size=(64, features))


def random_graph(seed, kind=np.float64):
    """Return a graph with up to four hidden layers, and the activations in it."""
    rng = np.random.default_rng(seed)
    graph, names = Graph(kind, features=int(rng.integers(1, 6)), seed=seed), []
    for _ in range(rng.integers(1, 5)):
        names.append(str(rng.choice(list(ACTIVATIONS))))
        graph.between().layer(int(rng.integers(1, 8))).between().activation(names[-1]).between()
    graph.layer(int(rng.integers(1, 4)))
    return graph, names


@pytest.mark.parametrize("seed", range(50))
def test_random_architectures_are_read_to_rounding(seed):
    graph, names = random_graph(seed)
    model = graph.model()
    network = nw.open_model(model)
    assert isinstance(network, Network), str(network)
    assert network.origin.probes >= 256
    assert network.origin.precision == "float64"
    for scale in (1.0, 10.0):
        x = box(graph.features, seed, scale)
        wanted = evaluated(model, x)
        close = 1e-4 if ROUGH & set(names) else 1e-10
        if not any(name.startswith(("step", "saw")) for name in names):  # a jump stands where rounding puts it
            assert np.abs(network(x) - wanted).max() <= close * max(1, np.abs(wanted).max())


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_each_activation_is_a_row_of_the_table(name, kind):
    model = Graph(kind, seed=3).layer(5).activation(name).layer(2).model()
    network = nw.open_model(model)
    families = [layer.activation.name.split("(")[0] for layer in network.dense]
    assert families == [name.split(" ")[0].split("(")[0], "identity"]
    if kind is np.float32:  # an attribute of ONNX is float32, and so in float64 no short decimal
        assert network.dense[0].activation.name == name.split(" ")[0]
    x = box(3, 1, 2.0)
    assert network(x) == pytest.approx(evaluated(model, x), abs=1e-5 if kind is np.float32 or name in ROUGH else 1e-12)


def test_a_parameter_of_float32_is_what_it_was_in_decimals():
    network = nw.open_model(Graph(np.float32).layer(4).activation("leaky_relu(0.2)").model())
    assert network.dense[0].activation.name == "leaky_relu(0.2)"


def test_a_layer_of_one_node_has_its_bias():
    graph = Graph()
    graph.last = graph.op("Add", graph.op("MatMul", "x", graph.const(graph.normal(3, 1))), graph.const([0.7]))
    graph.width = 1
    model = graph.activation("silu").layer(2).model()
    network = nw.open_model(model)
    assert network.dense[0].bias == pytest.approx([0.7])
    assert network(box(3)) == pytest.approx(evaluated(model, box(3)), abs=1e-12)


def test_parallel_layers_that_are_added_are_one():
    graph = Graph()
    parts = [graph.op("MatMul", "x", graph.const(graph.normal(3, 4))) for _ in range(2)]
    graph.last, graph.width = graph.op("Sub", *parts), 4
    model = graph.activation("tanh").layer(1).model()
    network = nw.open_model(model)
    assert network.sizes == (3, 4, 1)
    assert network(box(3)) == pytest.approx(evaluated(model, box(3)), abs=1e-12)


def test_several_inputs_stand_side_by_side():
    graph = Graph(features=1)
    graph.last, graph.width = graph.op("Concat", "x", "age", "size", axis=1), 3
    model = graph.layer(4).activation("tanh").layer(1).model()
    model.graph.input.extend(helper.make_tensor_value_info(name, 11, ["n", 1]) for name in ("age", "size"))
    network = nw.open_model(model)
    assert network.feature_names == ("x", "age", "size")
    assert network.sizes == (3, 4, 1)
    assert network.origin.probes >= 256


def test_samples_one_at_a_time():
    model = Graph().layer(4).activation("relu").layer(2).model(batch=1)
    network = nw.open_model(model)
    assert network.sizes == (3, 4, 2)
    assert network(box(3)[:1]) == pytest.approx(evaluated(model, box(3)[:1]))


def test_pictures_are_rows_of_numbers():
    graph = Graph(features=6)
    graph.last = graph.op("Flatten", "x")
    model = graph.layer(4).activation("relu").layer(2).model()
    dims = model.graph.input[0].type.tensor_type.shape.dim
    dims[1].dim_value = 2
    dims.add().dim_value = 3
    assert nw.open_model(model).sizes == (6, 4, 2)


def test_one_output_of_several_is_chosen_by_name():
    graph = Graph().layer(4).activation("tanh")
    hidden = graph.last
    first, second = (graph.op("MatMul", hidden, graph.const(graph.normal(4, n))) for n in (1, 2))
    model = graph.model(outputs=[first, second])
    assert nw.open_model(model).outputs == 3
    assert nw.open_model(model, output=second).outputs == 2
    with pytest.raises(nw.NodewiseError) as caught:
        nw.open_model(model, output="z")
    assert str(caught.value) == f"output must be one of {first}, {second}. Got 'z'."


def test_functions_of_the_file_are_written_out():
    opset = helper.make_opsetid("", 20)
    body = [helper.make_node("Sigmoid", ["a"], ["s"]), helper.make_node("Mul", ["a", "s"], ["b"])]
    function = helper.make_function("own", "Swish", ["a"], ["b"], body, [opset])
    graph = Graph().layer(4)
    graph.last = graph.op("Swish", graph.last, domain="own")
    assert str(nw.open_model(graph.layer(1).model(functions=[function]))) == "3-4-1 silu"


def test_names_and_classes_come_from_our_metadata():
    graph = Graph().layer(4).activation("relu").layer(3)
    graph.last = graph.op("Softmax", graph.last)
    model = graph.model()
    record = {"feature_names": ["a", "b", "c"], "classes": ["u", "v", "w"], "label": "kind"}
    helper.set_model_props(model, {"nodewise": json.dumps(record)})
    network = nw.open_model(model)
    assert (network.feature_names, network.classes, network.label) == (("a", "b", "c"), ("u", "v", "w"), "kind")


def test_a_scaler_at_the_start_tells_where_samples_lie():
    graph = Graph(np.float32)
    graph.last = graph.op("Scaler", "x", domain="ai.onnx.ml", offset=[1.0, 2.0, 3.0], scale=[0.5, 0.25, 1.0])
    network = nw.open_model(graph.layer(4).activation("tanh").layer(1).model())
    assert isinstance(network.layers[0], Scale)
    assert network.layers[0].shift == pytest.approx([-0.5, -0.5, -3.0])


REASONS = {
    "LayerNormalization": "the operator LayerNormalization is neither a layer nor a function of each number",
    "LogSoftmax": "the operator LogSoftmax is neither a layer nor a function of each number",
    "Normalizer": "Normalizer, which divides a sample by its length",
    "Residual": "it joins branches, such as a residual sum, which a chain of layers cannot hold",
    "Tanhshrink": "a function of each number that is no activation in the table",
    "Softmax": "a softmax before other layers",
    "Samples": "Softmax over samples",
}


def black_box(name):
    graph = Graph(np.float32).layer(4)
    z = graph.last
    graph.last = {
        "LayerNormalization": lambda: graph.op("LayerNormalization", z, graph.const([1.0, 2, 3, 4])),
        "LogSoftmax": lambda: graph.op("LogSoftmax", z),
        "Normalizer": lambda: graph.op("Normalizer", z, domain="ai.onnx.ml", norm="L2"),
        "Residual": lambda: graph.op("Add", z, graph.op("Gemm", graph.op("Tanh", z), graph.const(graph.normal(4, 4)))),
        "Tanhshrink": lambda: graph.op("Sub", z, graph.op("Tanh", z)),
        "Softmax": lambda: graph.op("Softmax", z),
        "Samples": lambda: graph.op("Softmax", z, axis=0),
    }[name]()
    if name == "Softmax":
        graph.layer(2)
    return graph.model()


@pytest.mark.parametrize("name", REASONS)
def test_what_is_no_chain_of_layers_is_a_black_box_with_the_reason(name):
    model = black_box(name)
    opened = nw.open_model(model)
    assert isinstance(opened, Predictor)
    assert opened.reason == REASONS[name]
    assert opened(box(3)) == pytest.approx(evaluated(model, box(3)), rel=1e-6, abs=1e-6)


def test_a_graph_that_cannot_be_run_either_is_refused():
    graph = Graph().layer(4)
    graph.last = graph.op("Fancy", graph.last)
    with pytest.raises(nw.NodewiseError) as caught:
        nw.open_model(graph.model())
    assert str(caught.value) == (
        "ONNX model can neither be read as layers (the operator Fancy is neither a layer nor a function of each number) "
        "nor run (NotImplementedError); open the model it was exported from."
    )


def test_a_path_is_read_like_a_model(tmp_path):
    graph, _ = random_graph(7)
    path = saved(graph.model(), tmp_path)
    assert nw.open_model(str(path))(box(graph.features)) == pytest.approx(
        nw.open_model(graph.model())(box(graph.features))
    )


def test_a_file_is_read_without_onnx(fresh_python, tmp_path):
    path = saved(Graph().layer(4).activation("relu").layer(2).model(), tmp_path)
    done = fresh_python(
        "-c",
        "import sys, nodewise as nw\n"
        f"print(nw.open_model({str(path)!r}).origin)\n"
        "print(*{'onnx', 'google', 'jaxtyping', 'numpy.random', 'nodewise.data'} & set(sys.modules))",
    )
    assert done.stdout.startswith("Opened from ONNX model: equal to the original on 256 probes, largest relative")
    assert done.stdout.endswith(" Compared with its graph, evaluated node by node in NumPy.\n\n")


def test_onnxruntime_is_used_where_it_is_loaded():
    pytest.importorskip("onnxruntime")
    network = nw.open_model(Graph().layer(4).activation("relu").layer(1).model())
    assert network.origin.version.startswith("onnxruntime ")


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_each_activation_is_read_where_onnxruntime_is_loaded(name, kind):
    pytest.importorskip("onnxruntime")
    opened = nw.open_model(Graph(kind).layer(4).activation(name).layer(1).model())
    assert isinstance(opened, Network)


def test_external_data_beside_the_file(tmp_path):
    model = Graph(np.float32).layer(40).activation("relu").layer(1).model()
    arrays = [numpy_helper.to_array(tensor) for tensor in model.graph.initializer]
    assert arrays
    onnx.save_model(model, tmp_path / "model.onnx", save_as_external_data=True, location="model.bin", size_threshold=0)
    assert (tmp_path / "model.bin").stat().st_size > 0
    assert nw.open_model(tmp_path / "model.onnx").sizes == (3, 40, 1)


@pytest.mark.parametrize("parted", [False, True])
def test_what_an_imputer_puts_into_gaps(parted):
    graph = Graph(np.float32, 3)
    if parted:  # moved away from the features: what is filled is no longer theirs
        graph.last = graph.op("Mul", graph.last, graph.const([2.0, 3.0, 4.0]))
    gap = float("nan")
    graph.last = graph.op(
        "Imputer", graph.last, domain="ai.onnx.ml", imputed_value_floats=[0.5], replaced_value_float=gap
    )
    network = nw.open_model(graph.layer(4).activation("tanh").layer(1).model())
    assert network.origin.fills == (() if parted else (0.5, 0.5, 0.5))
    assert "Gaps are filled before the network." in network.origin.note


def test_an_imputer_that_fills_a_number_is_no_layer():
    graph = Graph(np.float32, 3)
    graph.last = graph.op("Imputer", "x", domain="ai.onnx.ml", imputed_value_floats=[0.5] * 3, replaced_value_float=0.0)
    model = nw.open_model(graph.layer(4).activation("tanh").layer(1).model())
    assert isinstance(model, Predictor)
    assert model.reason == "Imputer fills 0, which is a number like others"
    np.testing.assert_array_equal(model(np.zeros((1, 3))), model(np.full((1, 3), 0.5)))
