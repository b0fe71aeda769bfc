"""What `attribution` refuses, in whole messages, and that nothing of it shows in JSON but numbers and names."""

import json
from functools import cache

import numpy as np
import pytest

import nodewise as nw
from nodewise.errors import NodewiseError


@cache
def fit(solver="momentum", **more):
    return nw.fit(nw.problems.sine(samples=20), 4, "tanh", solver, steps=20, **more)


NETWORK = nw.Network.from_weights([([[1.0], [2]], [0, 1], "tanh"), ([[1.0, 1]], [0], "identity")])
OTHERS = 'or use kind="last_layer" or "influence".'
REFUSED = [
    ((fit, [1], "pth"), {}, "kind must be one of last_layer, path, influence. Got 'pth'. Did you mean 'path'?"),
    ((fit, [[1, 2]]), {}, "query must be [query, feature], at least one, with 1 feature(s): x. Got shape (1, 2)."),
    ((fit, []), {}, "query must be [query, feature], at least one, with 1 feature(s): x. Got shape (0,)."),
    (
        (fit, [[0], [np.nan]]),
        {},
        "query must have no missing values. Got nan in query 2, feature x; fill it in or leave that query out.",
    ),
    ((fit, "abc"), {}, "query must be an array of numbers. Got str; give one number per feature."),
    (
        (lambda: NETWORK, [1]),
        {},
        "attribution of a network needs the samples that vote. Got none; give a Dataset with targets or labels as data.",
    ),
    (
        (lambda: NETWORK, [1]),
        {"data": np.ones((3, 1))},
        "attribution of a network needs the samples that vote. Got ndarray; give a Dataset with targets or labels as data.",
    ),
    (
        (lambda: NETWORK, [1], "path"),
        {},
        'kind="path" needs the record of a training. Got a network that was only opened; use kind="last_layer" with the '
        "data it was trained on, data=…, or train it here with nodewise.fit.",
    ),
    (
        (lambda: fit("adam"), [1], "path"),
        {},
        'kind="path" needs a solver whose steps are sums over samples: gradient_descent or momentum. Got adam; fit again '
        f"with one of them, {OTHERS}",
    ),
    (
        (lambda: fit("lbfgs"), [1], "path"),
        {},
        'kind="path" needs a solver whose steps are sums over samples: gradient_descent or momentum. Got lbfgs; fit again '
        f"with one of them, {OTHERS}",
    ),
    (
        (lambda: fit(batch=5), [1], "path"),
        {},
        'kind="path" needs steps on the full batch of 20 samples. Got batches of 5; fit again without batch, ' + OTHERS,
    ),
    (
        (fit, [1], "path"),
        {"l2": 1},
        'data and l2 must be left out for kind="path", which reads the fit\'s own training. Got l2.',
    ),
    ((fit, [1], "path"), {"damping": 1}, 'damping must be left out for kind="path", which needs none. Got 1.'),
    ((fit, [1]), {"l2": -1}, "l2 must be a finite number of at least 0. Got -1; 0 switches it off."),
    ((fit, [1], "influence"), {"seed": -1}, "seed must be a whole number of at least 0. Got -1; 0 will do."),
]


@pytest.mark.slow
@pytest.mark.parametrize(("given", "more", "message"), REFUSED)
def test_refusals(given, more, message):
    make, *rest = given
    with pytest.raises(NodewiseError) as refusal:
        nw.attribution(make(), *rest, **more)
    assert str(refusal.value) == message


def test_a_batch_of_all_samples_is_a_full_batch():
    reading = nw.attribution(fit(batch=20), [[1.0]], "path")
    assert np.abs(reading.residual).max() < 1e-9


def test_an_opened_network_is_explained_on_given_data():
    data = nw.problems.sine(samples=20)
    reading = nw.attribution(NETWORK, 1.0, data=data, l2=np.float64(0.1))
    assert reading.values.sum() + reading.constant.sum() == pytest.approx(reading.refit[0, 0], rel=1e-12)
    written = json.loads(json.dumps(reading.as_dict()))
    assert written["kind"] == "last_layer"
    assert "data" not in written
    assert "network" not in written


@pytest.mark.slow
def test_a_flat_objective_is_refused():
    rng = np.random.default_rng(0)
    x = np.r_[rng.normal(-4, 0.1, 10), rng.normal(4, 0.1, 10)]
    apart = nw.fit(nw.Dataset(x, labels=np.sign(x)), (), "tanh", "gradient_descent", steps=50, loss="perceptron")
    with pytest.raises(NodewiseError) as refusal:
        nw.attribution(apart, [1], "influence", retrained=0)
    assert str(refusal.value) == (
        'kind="influence" needs an objective that is curved at the parameters. Got a Hessian of 0; use kind="last_layer" '
        'or "path", or fit again with l2 or another loss.'
    )


def test_the_sentence_carries_its_notes_and_speaks_of_the_class_that_is_said():
    network = nw.Network.from_weights([(np.eye(2), [0, 0], "relu"), (np.eye(2), [0, 0], "softmax")])
    data = nw.Dataset([[1.0, 0], [0, 1], [2, 1]], labels=["a", "b", "a"])
    reading = nw.attribution(network, [0, 3], data=data)
    assert reading.main == 1
    assert str(reading).startswith("How the last layer would vote: y2 of query 1, ")
    assert "passes softmax" in reading.notes[0]
    assert str(reading).endswith(" ".join(reading.notes))
