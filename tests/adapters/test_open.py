"""What people hand to `open_model` by mistake, or to do harm: one sentence each."""

import os

import numpy as np
import pytest

import nodewise as nw
from nodewise.errors import NodewiseError

MASKED = np.ma.masked_greater(np.arange(6.0).reshape(2, 3), 4)
HOLDS_ITSELF: list = []
HOLDS_ITSELF.append(HOLDS_ITSELF)
DEEP: dict = {}
DEEP["a"] = DEEP
LEVELS = (
    "a list of weights must be a list of (W, b) pairs, or of a few levels of lists and dicts. Got one that holds "
    "itself, or hundreds of levels."
)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (HOLDS_ITSELF, LEVELS),
        (DEEP, LEVELS),
        ([(np.ones((2, 3)) * 1j, np.zeros(2))], "the weights in [0] must be real numbers. Got an array of complex128."),
        (
            [(np.zeros((2, 2), "M8[s]"), np.zeros(2))],
            "the weights in [0] must be real numbers. Got an array of datetime64[s].",
        ),
        ([(np.ones((2, 3)), np.array(["1", "2"]))], "the bias in [0] must be real numbers. Got an array of <U1."),
        ([(MASKED, np.zeros(2))], "the weights in [0] must all be there. Got 1 that are masked."),
        ("a" * 300 + ".onnx", f"{'a' * 300}.onnx could not be read: File name too long. Check the path."),
        ("a" * 300 + ".nodewise", f"{'a' * 300}.nodewise could not be read: File name too long. Check the path."),
    ],
    ids=["list in itself", "dict in itself", "complex", "dates", "texts", "masked", "long name", "long name of ours"],
)
def test_what_is_no_model(model, said):
    with pytest.raises(NodewiseError) as caught:
        nw.open_model(model)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        (
            ".nodewise",
            "must be a .nodewise file that nodewise saved. It is damaged or of another kind (SafetensorError)",
        ),
        (
            ".onnx",
            "must be an ONNX model. It is damaged or of another kind: it has more than the 2 GiB that such a file can",
        ),
    ],
)
def test_a_file_larger_than_memory_is_not_read(ending, said, tmp_path):
    path = tmp_path / f"large{ending}"
    with path.open("wb") as file:
        file.truncate(2**36)  # a hole, which takes no room on the disk
    with pytest.raises(NodewiseError) as caught:
        nw.open_model(path)
    assert str(caught.value) == f"{path} {said}; save it again."


def test_a_path_of_another_kind(tmp_path):
    class Entry(os.PathLike):
        def __fspath__(self):
            return str(tmp_path / "network.nodewise")

    network = nw.Network.from_weights([([[1.0, 2.0]], [0.0], "identity")])
    network.save(tmp_path / "network.nodewise")
    assert nw.open_model(Entry()).to_bytes() == network.to_bytes()


def test_samples_that_are_masked_or_complex():
    pytest.importorskip("sklearn")
    from sklearn.linear_model import LinearRegression

    x = np.random.default_rng(0).normal(size=(20, 2))
    model = LinearRegression().fit(x, x[:, 0])
    _, data = nw.open_with_data(model, np.ma.masked_array(x, mask=False))
    np.testing.assert_array_equal(data.inputs, x)
    with pytest.raises(NodewiseError, match="x1"):  # a gap, which this model does not take
        nw.open_with_data(model, np.ma.masked_array(x, mask=np.eye(20, 2)))
    with pytest.raises(NodewiseError) as caught:
        nw.open_with_data(model, x + 0j)
    assert str(caught.value).startswith("feature 'x1' must hold numbers. Got '(")


def test_options_of_another_kind(tmp_path):
    safetensors = pytest.importorskip("safetensors.numpy")
    path = tmp_path / "weights.safetensors"
    one = np.ones((2, 2), np.float32)
    path.write_bytes(safetensors.save({"a.weight": one, "b.weight": one[:1]}))
    for options, said in (
        ({"activation": 3}, "each activation must be one of the table. Got 3: the activation 3 is not in the table of activations."),
        ({"activation": "relu", "layers": "ab"}, "layers must name a, b in their order. Got ab."),
        ({"activation": "relu", "epsilon": "no"}, "epsilon must be a number, 0 or more. Got 'no'."),
        ({"activation": "relu", "epsilon": -1.0}, "epsilon must be a number, 0 or more. Got -1.0."),
    ):  # fmt: skip
        with pytest.raises(NodewiseError) as caught:
            nw.open_model(path, **options)
        assert str(caught.value) == said


def test_an_onnx_model_that_takes_a_million_samples_at_once():
    pytest.importorskip("onnx")
    from onnx_graphs import Graph

    model = Graph(np.float32, 3).layer(2).model()
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 10**9
    with pytest.raises(NodewiseError) as caught:
        nw.open_model(model)
    assert str(caught.value) == (
        "an ONNX model must take at most 10000 samples at once. Its input 'x' has shape [1000000000, 3]; export it for "
        "any number of samples."
    )
