"""Networks as estimators of scikit-learn: they predict what the network does, and open as it again."""

import numpy as np
import pytest

import nodewise as nw
from nodewise.network import Dense, Network, Scale

pytest.importorskip("sklearn")

from networks import random_network

NAMES = ("identity", "sigmoid", "tanh", "relu")


def samples(network, seed=0):
    x = np.random.default_rng(seed).normal(size=(100, network.inputs))
    return np.concatenate([x, 30 * x])


@pytest.mark.parametrize("seed", range(50))
def test_random_regressors_come_back(seed):
    rng = np.random.default_rng(seed)
    sizes = [int(n) for n in rng.integers(1, 9, rng.integers(2, 6))]
    network = random_network(seed, sizes, [NAMES[seed % 4]] * (len(sizes) - 2), scaled=bool(rng.integers(2)))
    estimator = network.to_sklearn()
    x = samples(network)
    wanted = network(x)
    size = max(1, np.abs(wanted).max())
    assert np.abs(estimator.predict(x).reshape(wanted.shape) - wanted).max() <= 1e-12 * size
    back = nw.open_model(estimator)
    assert np.abs(back(x) - wanted).max() <= 1e-12 * size
    assert back.sizes == network.sizes


@pytest.mark.parametrize("hidden", [(), (5,), (6, 4)])
@pytest.mark.parametrize(("outputs", "classes"), [(1, (False, True)), (2, ("a", "b")), (4, (0, 1, 5, 9))])
@pytest.mark.parametrize("scaled", [False, True])
def test_classifiers(hidden, outputs, classes, scaled):
    base = random_network(1, (3, *hidden, outputs), ["tanh"] * len(hidden))
    last = base.layers[-1]
    output = Dense(last.weight, last.bias, "sigmoid" if outputs == 1 else "softmax")  # type: ignore[arg-type,union-attr]
    before = (Scale(np.array([1.0, 2, 3]), np.array([2.0, -1, 0.5])),) if scaled else ()
    network = Network((*before, *base.layers[:-1], output), classes=classes)
    estimator = network.to_sklearn()
    x = samples(network)
    wanted = network(x) if outputs > 1 else np.concatenate([1 - network(x), network(x)], axis=1)
    assert estimator.predict_proba(x) == pytest.approx(wanted, abs=1e-12)
    assert estimator.predict(x).tolist() == network.classify(x).tolist()
    assert estimator.classes_.tolist() == list(classes)
    back = nw.open_model(estimator)
    assert back.classes == classes
    assert back(x)[:, -1] == pytest.approx(network(x)[:, -1], abs=1e-12)


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (random_network(0, (2, 3, 3, 1), ["tanh", "relu"]),
         "scikit-learn's networks have one of identity, sigmoid, tanh, relu in all hidden layers. "
         "Got tanh, relu; use to_onnx."),
        (random_network(0, (2, 3, 1), ["cosine"]),
         "scikit-learn's networks have one of identity, sigmoid, tanh, relu in all hidden layers. "
         "Got cosine; use to_onnx."),
        (Network.from_weights([([[1.0]], [0.0], "tanh")]),
         "an estimator of scikit-learn has linear outputs without classes, or softmax or one sigmoid for its classes. "
         "Got tanh on 1 output(s); use to_onnx."),
        (Network((Dense(np.eye(2), np.zeros(2), "softmax"),), classes=("b", "a")),  # type: ignore[arg-type]
         "classes must be in order for scikit-learn. Got b, a; use to_onnx."),
    ],
)  # fmt: skip
def test_what_scikit_learn_cannot_hold(network, message):
    with pytest.raises(nw.NodewiseError) as caught:
        network.to_sklearn()
    assert str(caught.value) == message


def test_without_scikit_learn_the_command_that_installs_it_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sklearn", None)
    monkeypatch.setitem(__import__("sys").modules, "sklearn.pipeline", None)
    with pytest.raises(nw.NodewiseError) as caught:
        random_network(0, (2, 3, 1), ["tanh"]).to_sklearn()
    assert str(caught.value) == 'scikit-learn is not installed. Run: pip install "nodewise[sklearn]"'
