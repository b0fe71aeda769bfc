"""Networks written as ONNX files: run by onnx's reference and by onnxruntime, and read back."""

import subprocess
import sys

import numpy as np
import pytest

import nodewise as nw
from nodewise import activations
from nodewise.network import Dense, Network

onnx = pytest.importorskip("onnx")

from networks import random_network  # noqa: E402
from onnx_graphs import evaluated  # noqa: E402

ROWS = [*activations.names(), "leaky_relu(0.123456789)", "elu(0.7)"]


def network_of(name, seed=0):
    return random_network(seed, (3, 6, 5, 2), [name, name], scaled=True)


def far(network, seed=0):
    x = np.random.default_rng(seed).normal(size=(100, network.inputs))
    return np.concatenate([x, 30 * x])


@pytest.mark.parametrize("name", ROWS)
def test_in_float64_it_is_the_same_to_rounding(tmp_path, name):
    network = network_of(name)
    path = network.to_onnx(tmp_path / "network.onnx")
    onnx.checker.check_model(path, full_check=True)
    x = far(network)
    wanted = network(x)
    size = max(1, np.abs(wanted).max())
    assert np.abs(evaluated(onnx.load(path), x) - wanted).max() <= 1e-12 * size
    back = nw.open_model(path)
    assert np.abs(back(x) - wanted).max() <= 1e-12 * size
    assert [layer.activation.name for layer in back.dense] == [layer.activation.name for layer in network.dense]


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_onnxruntime_runs_it(tmp_path, name, precision):
    runtime = pytest.importorskip("onnxruntime")
    network = network_of(name)
    path = network.to_onnx(tmp_path / "network.onnx", precision=precision)
    session = runtime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    x = far(network)[:100]
    got = session.run(None, {"x": x.astype(precision)})[0]
    assert got.dtype == precision
    if name not in ("saw", "step"):  # a jump stands where rounding puts it
        assert np.abs(got - network(x)).max() <= 1e-12 if precision == "float64" else 1e-5


def test_50_random_architectures_come_back(tmp_path):
    for seed in range(50):
        rng = np.random.default_rng(seed)
        sizes = [int(n) for n in rng.integers(1, 9, rng.integers(2, 6))]
        names = [str(rng.choice(ROWS)) for _ in sizes[2:]]
        network = random_network(seed, sizes, names, scaled=bool(rng.integers(2)))
        back = nw.open_model(network.to_onnx(tmp_path / "network.onnx"))
        x = far(network, seed)[:100]
        assert np.abs(back(x) - network(x)).max() <= 1e-12 * max(1, np.abs(network(x)).max()), seed
        assert back.sizes == network.sizes


@pytest.mark.parametrize("family", ["leaky_relu", "elu"])
def test_a_parameter_trained_in_float32_is_not_rounded(tmp_path, family):
    network = network_of(f"{family}({float(np.float32(0.1228775))!r})")
    back = nw.open_model(network.to_onnx(tmp_path / "network.onnx"))
    assert np.abs(back(far(network)) - network(far(network))).max() <= 1e-12 * np.abs(network(far(network))).max()


def test_names_and_classes_travel(tmp_path):
    network = Network(
        (Dense(np.eye(3), np.zeros(3), "softmax"),),  # type: ignore[arg-type]
        feature_names=("a", "b", "c"),
        output_names=("p", "q", "r"),
        classes=(True, 7, "x"),
        label="kind",
    )
    back = nw.open_model(network.to_onnx(tmp_path / "network.onnx"))
    for field in ("feature_names", "output_names", "classes", "label"):
        assert getattr(back, field) == getattr(network, field)


def test_it_says_float32(tmp_path):
    back = nw.open_model(network_of("tanh").to_onnx(tmp_path / "network.onnx", precision="float32"))
    assert back.origin.precision == "float32"
    assert "(float32)" in str(back.origin)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("network.pt", {}, "an ONNX file's name must end in .onnx. Got network.pt."),
        ("network.onnx", {"precision": "half"}, "precision must be one of float64, float32. Got 'half'."),
        ("no/network.onnx", {}, "{}/no/network.onnx could not be written: No such file or directory. "
         "Its folder does not exist; make it first."),
    ],
)  # fmt: skip
def test_refusals(tmp_path, name, options, message):
    with pytest.raises(nw.NodewiseError) as caught:
        network_of("tanh").to_onnx(tmp_path / name, **options)
    assert str(caught.value) == message.format(tmp_path)


def test_weights_too_large_for_float32(tmp_path):
    network = Network.from_weights([([[1e300]], [0.0], "identity")])
    with pytest.raises(nw.NodewiseError) as caught:
        network.to_onnx(tmp_path / "network.onnx", precision="float32")
    assert str(caught.value) == ('weights must be below 3.4e38 in float32. Got a larger one; use precision="float64".')
    assert not list(tmp_path.iterdir())


def test_no_runtime_is_loaded_to_write_or_read(tmp_path):
    program = (
        "import sys, nodewise as nw\n"
        "path = nw.Network.from_weights([([[1.0]], [0.0], 'tanh')]).to_onnx(sys.argv[1])\n"
        "nw.open_model(path)\n"
        "assert not {'onnxruntime', 'torch', 'sklearn', 'keras', 'jax'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path / "n.onnx")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
