"""What scikit-learn's, PyTorch's and Keras's exporters really write, against the frameworks themselves."""

import logging
import os
import subprocess
import sys
import warnings
from importlib.util import find_spec

import numpy as np
import pytest

import nodewise as nw
from nodewise.network import Network, Predictor, Scale
from roundtrip import come_back

pytest.importorskip("onnx")
from nodewise.adapters import proof
from nodewise.adapters.onnx.call import Original
from nodewise.adapters.onnx.wire import parse
from onnx_graphs import same

HIDDEN = {"identity": "identity", "logistic": "sigmoid", "tanh": "tanh", "relu": "relu"}


@pytest.fixture(autouse=True)
def _four_ways(monkeypatch):
    """Whatever is opened is also evaluated in NumPy and by onnx's reference, and its bytes are parsed twice."""
    compare = proof.largest_difference

    def with_others(network, call, x, kind, tolerance):
        assert same(parse(call.proto().SerializeToString()), call.proto())
        answers = []
        for plain in (call.plain, None):
            original = Original(call.proto, call.inputs, call.outputs, plain, call.column)
            with monkeypatch.context() as patch:
                patch.delitem(sys.modules, "onnxruntime", raising=False)
                answers.append(original(x))
        size = np.maximum(1, np.abs(answers[1]).max(axis=1, keepdims=True))
        np.testing.assert_allclose(answers[0] / size, answers[1] / size, atol=tolerance)
        return compare(network, call, x, kind, tolerance)

    monkeypatch.setattr(proof, "largest_difference", with_others)


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(0)
    x = rng.normal([1, 50, -3], [1, 20, 0.1], size=(80, 3))
    y = np.sin(x[:, 0]) + x[:, 1] / 50
    return x, y, np.digitize(y, [0.5, 1.5])


def exported(model, double=False, **options):
    """Return what skl2onnx makes of an estimator."""
    skl2onnx = pytest.importorskip("skl2onnx")
    from skl2onnx.common import data_types

    kind = data_types.DoubleTensorType if double else data_types.FloatTensorType
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own
        chosen = {id(model): options} if options else None
        return skl2onnx.to_onnx(model, initial_types=[("X", kind([None, 3]))], options=chosen)


def fitted(model, x, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of convergence
        return model.fit(x, y)


@pytest.mark.parametrize("double", [False, True])
@pytest.mark.parametrize("activation", HIDDEN)
@pytest.mark.parametrize("outputs", [1, 2])
def test_mlp_regressors_behind_scalers(table, activation, outputs, double):
    from sklearn.neural_network import MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MinMaxScaler, StandardScaler

    x, y, _ = table
    y = y if outputs == 1 else np.stack([y, -y], axis=1)
    scaler = MinMaxScaler() if double else StandardScaler()
    model = fitted(
        make_pipeline(scaler, MLPRegressor(hidden_layer_sizes=(6, 4), activation=activation, max_iter=9)), x, y
    )
    network = nw.open_model(exported(model, double))
    assert network.sizes == (3, 6, 4, outputs)
    assert isinstance(network.layers[0], Scale)
    assert [layer.activation.name for layer in network.hidden] == [HIDDEN[activation]] * 2
    wanted = model.predict(x).reshape(len(x), -1)
    assert np.abs(network(x) - wanted).max() <= (1e-10 if double else 1e-4)


@pytest.mark.parametrize("zipmap", [True, False, "columns"])
@pytest.mark.parametrize("labels", ["texts", "numbers", "two"])
def test_mlp_classifiers_with_their_tails(table, labels, zipmap):
    from sklearn.neural_network import MLPClassifier

    x, _, codes = table
    y = {"texts": np.array(["low", "mid", "top"])[codes], "numbers": 10 * codes, "two": codes > 0}[labels]
    model = fitted(MLPClassifier(hidden_layer_sizes=(6,), max_iter=9), x, y)
    network = nw.open_model(exported(model) if zipmap is True else exported(model, zipmap=zipmap))
    probabilities = model.predict_proba(x)
    assert network.classes == tuple(model.classes_.astype(int) if labels == "two" else model.classes_.tolist())
    assert network(x) == pytest.approx(probabilities[:, 1:] if labels == "two" else probabilities, abs=1e-4)
    assert network.dense[-1].activation.name == ("sigmoid" if labels == "two" else "softmax")


@pytest.mark.parametrize("labels", [2, 3])
@pytest.mark.parametrize("zipmap", [True, False])
def test_logistic_regressions(table, labels, zipmap):
    from sklearn.linear_model import LogisticRegression

    x, _, codes = table
    model = fitted(LogisticRegression(), x, codes if labels == 3 else codes > 1)
    network = nw.open_model(exported(model) if zipmap else exported(model, zipmap=False))
    assert network.sizes == (3, 1 if labels == 2 else 3)
    assert network(x)[:, -1] == pytest.approx(model.predict_proba(x)[:, -1], abs=1e-5)


def test_columns_on_their_own_ways(table):
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x, y, _ = table
    ways = ColumnTransformer([("scaled", StandardScaler(), [2, 0]), ("left", "passthrough", [1])])
    model = fitted(make_pipeline(ways, LinearRegression()), x, y)
    network = nw.open_model(exported(model))
    assert network.sizes == (3, 1)
    assert network(x)[:, 0] == pytest.approx(model.predict(x), abs=1e-4)


def test_a_forest_is_a_black_box(table):
    from sklearn.ensemble import RandomForestClassifier

    x, _, codes = table
    model = fitted(RandomForestClassifier(5, random_state=0), x, codes)
    opened = nw.open_model(exported(model))
    assert isinstance(opened, Predictor)
    assert opened.reason == "the operator TreeEnsembleClassifier is neither a layer nor a function of each number"
    assert opened.classes == (0, 1, 2)
    assert opened(x.astype(np.float32)) == pytest.approx(model.predict_proba(x), abs=1e-6)


def run(path, x):
    """Return what onnxruntime gives for x: the first of its outputs that are numbers, [sample, output]."""
    runtime = pytest.importorskip("onnxruntime")
    session = runtime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    given = session.get_inputs()[0]
    return session.run(None, {given.name: x.astype("float64" if "double" in given.type else "float32")})[0]


@pytest.mark.parametrize("seed", range(50))
def test_random_networks_of_scikit_learn_equal_onnxruntime(table, seed, tmp_path):
    from sklearn.neural_network import MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rng, (x, y, _) = np.random.default_rng(seed), table
    hidden = tuple(int(n) for n in rng.integers(1, 9, rng.integers(1, 4)))
    inner = MLPRegressor(hidden_layer_sizes=hidden, activation=list(HIDDEN)[seed % 4], max_iter=3, random_state=seed)
    model = fitted(make_pipeline(StandardScaler(), inner) if rng.integers(2) else inner, x, y)
    proto = exported(model, double=bool(seed % 3))
    path = tmp_path / "model.onnx"
    path.write_bytes(proto.SerializeToString())
    answers = [run(path, far * x) for far in (1, 10)]
    network = nw.open_model(path)
    assert network.origin.version.startswith("onnxruntime ")
    for far, wanted in zip((1, 10), answers, strict=True):
        size = np.maximum(1, np.abs(wanted))
        assert (np.abs(network(far * x) - wanted) / size).max() <= (1e-11 if seed % 3 else 1e-4)
    come_back(network, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(50))
def test_random_modules_of_pytorch_equal_it_and_onnxruntime(seed, tmp_path):
    torch = pytest.importorskip("torch")
    from torchmodels import architecture, trained

    module, inputs = architecture(seed)
    if isinstance(module[-1], torch.nn.LogSoftmax):  # of ONNX a black box
        module[-1] = torch.nn.Softmax(dim=1)
    trained(module, inputs).eval()
    double = bool(seed % 2)
    path = tmp_path / "model.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter that traces: it is the older one, and a hundred times as fast
        options = {"input_names": ["x"], "dynamic_axes": {"x": {0: "sample"}}, "opset_version": 18}
        kind = torch.float64 if double else torch.float32
        torch.onnx.export(module.to(kind), (torch.zeros(2, inputs, dtype=kind),), str(path), dynamo=False, **options)
    x = np.random.default_rng(seed).normal(size=(60, inputs)) * np.repeat([1, 10], 30)[:, None]
    with torch.no_grad():
        answers = [module(torch.tensor(x, dtype=kind)).numpy()]
    answers += [] if double else [run(path, x)]  # onnxruntime lacks some operators in float64
    network = nw.open_model(path)
    assert isinstance(network, Network), network
    for wanted in answers:
        size = np.maximum(1, np.abs(wanted).max(axis=1, keepdims=True))
        # PyTorch's epsilons and slopes are attributes of ONNX, which are float32.
        assert (np.abs(network(x) - wanted) / size).max() <= (1e-6 if double else 1e-4)
    come_back(network, tmp_path)


@pytest.mark.slow
def test_torch(tmp_path):
    torch = pytest.importorskip("torch")
    pytest.importorskip("onnxscript")
    nn = torch.nn
    logging.disable(logging.WARNING)  # of torchvision, which is not there
    torch.manual_seed(0)
    kinds = [
        nn.ReLU(), nn.Sigmoid(), nn.Tanh(), nn.LeakyReLU(0.2), nn.PReLU(), nn.ELU(0.7), nn.SELU(), nn.CELU(1.5),
        nn.GELU(), nn.GELU(approximate="tanh"), nn.SiLU(), nn.Mish(), nn.Softplus(), nn.Softplus(beta=2),
        nn.Softsign(), nn.Hardtanh(), nn.Hardtanh(-2, 3), nn.ReLU6(), nn.Hardsigmoid(), nn.Hardswish(), nn.LogSigmoid(),
    ]  # fmt: skip
    parts = [nn.Flatten(), nn.BatchNorm1d(3), nn.Linear(3, 6)]
    for kind in kinds:
        parts += [kind, nn.BatchNorm1d(6), nn.Dropout(), nn.Linear(6, 6)]
    model = nn.Sequential(*parts, nn.Linear(6, 4), nn.Softmax(dim=1))
    for buffer in model.buffers():
        if buffer.is_floating_point():
            buffer.data += torch.rand(buffer.shape)
    model.eval()
    x = 2 * torch.randn(64, 3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shapes = ({0: torch.export.Dim("batch")},)
        program = torch.onnx.export(model, (x,), dynamo=True, dynamic_shapes=shapes, verbose=False)
    logging.disable(logging.NOTSET)
    program.save(str(tmp_path / "model.onnx"))
    network = nw.open_model(tmp_path / "model.onnx")
    assert network.origin.kind == "ONNX model of pytorch"
    assert len(network.hidden) == len(kinds) + 1  # the last two linear layers have no activation between them
    names = [layer.activation.name.split("(")[0] for layer in network.hidden]
    assert names == [
        "relu", "sigmoid", "tanh", "leaky_relu", "leaky_relu", "elu", "elu", "elu", "gelu", "gelu_tanh", "silu", "mish",
        "softplus", "softplus", "softsign", *["hard_tanh"] * 4, "hard_swish", "softplus", "identity",
    ]  # fmt: skip
    assert network(x.numpy()) == pytest.approx(model(x).detach().numpy(), abs=1e-5)


KERAS = """
import sys
import keras, numpy as np
keras.utils.set_random_seed(0)
names = sys.argv[2].split()
layers = [keras.Input((4,)), keras.layers.Normalization(mean=[1.0, 2, 3, 4], variance=[1.0, 4, 9, 16])]
for name in names:
    layers += [keras.layers.Dense(6, activation=name), keras.layers.BatchNormalization(), keras.layers.Dropout(0.2)]
model = keras.Sequential([*layers, keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "mse")
data = np.random.default_rng(1)
model.fit(data.normal(size=(32, 4)), data.normal(size=(32, 3)), epochs=3, verbose=0)
x = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
model.export(sys.argv[1] + "/model.onnx", format="onnx", verbose=False)
np.savez(sys.argv[1] + "/pairs.npz", x=x, y=model.predict(x, verbose=0))
"""


@pytest.mark.slow
def test_keras(tmp_path):
    if not all(find_spec(name) for name in ("torch", "keras")):
        pytest.skip("needs Keras and PyTorch")
    names = (
        "relu sigmoid tanh leaky_relu elu selu celu gelu silu mish softplus softsign hard_tanh relu6 hard_sigmoid "
        "hard_silu log_sigmoid"
    )
    # Keras writes ONNX with the PyTorch or TensorFlow backend; the backend is a process's, so this is one.
    environment = {**os.environ, "KERAS_BACKEND": "torch"}
    command = [sys.executable, "-W", "ignore", "-c", KERAS, str(tmp_path), names]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    pairs = np.load(tmp_path / "pairs.npz")
    network = nw.open_model(tmp_path / "model.onnx")
    assert len(network.hidden) == len(names.split())
    assert isinstance(network.layers[0], Scale)
    assert network(pairs["x"]) == pytest.approx(pairs["y"], abs=1e-5)
