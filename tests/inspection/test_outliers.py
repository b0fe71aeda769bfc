"""Samples far from the rest: known values, statsmodels' leverage, votes that add up, refusals."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import zscore

import nodewise as nw
from networks import networks, random_network
from nodewise.errors import NodewiseError

ESSAY = nw.problems.sign_with_outlier()
LINEAR = nw.Network.from_weights([([[1.0]], [0.0], "identity")])


def one_for_each(far=100.0):
    """Node 1 is at work for the inliers, node 2 for what lies beyond 1 only, node 3 for nothing."""
    layer = ([[5.0], [1.0], [0.0]], [2.0, -1.0, 1.0], "relu")
    return nw.Network.from_weights([layer, ([[0.2, -1 / (far - 1), 0.0]], [0.0], "identity")])


@pytest.mark.slow
def test_the_facts_of_the_essays_outlier():
    found = nw.outliers(LINEAR, ESSAY)
    assert found.samples.tolist() == [100]
    assert found.leverage[100] == pytest.approx(0.99999965, abs=5e-9)
    assert found.largest_score == 10
    assert found.scores[100, 0] == pytest.approx(10, abs=2e-6)
    np.testing.assert_allclose(found.squeezed[0], [-0.1010, -0.0990], atol=5e-5)
    assert str(found) == (
        "1 of 101 samples lies far from the rest; sample 101 (x = 9804, leverage 0.99999965). "
        "Standardising leaves the others [-0.101, -0.09898] of x."
    )
    with_it, without = (np.polyfit(*columns(data), 1)[0] for data in (ESSAY, ESSAY.rows(slice(100))))
    for data, slope in ((ESSAY, with_it), (ESSAY.rows(slice(100)), without)):
        line = nw.fit(data, hidden=(), solver="variable_projection", steps=30).network.folded.dense[0]
        assert line.weight[0, 0] == pytest.approx(slope, rel=1e-6)
    assert without == pytest.approx(1.50015, abs=5e-6)
    assert with_it == pytest.approx(-1.0147e-4, abs=5e-9)


def columns(data):
    return data.inputs[:, 0], data.targets[:, 0]


@given(st.integers(0, 10_000), st.integers(1, 4))
def test_leverage_is_that_of_statsmodels_and_scores_are_scipys(seed, features):
    influence = pytest.importorskip("statsmodels.stats.outliers_influence")
    models = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(seed)
    x = rng.standard_t(2, (20, features)) * 10 ** rng.uniform(-3, 3, features) + rng.normal(size=features)
    found = nw.outliers(random_network(seed, [features, 3, 1], ["tanh"]), x)
    hat = influence.OLSInfluence(models.OLS(np.zeros(20), models.add_constant(x)).fit()).hat_matrix_diag
    np.testing.assert_allclose(found.leverage, hat, atol=1e-9)
    np.testing.assert_allclose(found.scores, zscore(x), rtol=1e-9, atol=1e-9)
    assert (np.abs(found.scores) <= found.largest_score * (1 + 1e-12)).all()


@given(st.integers(0, 10_000))
def test_the_leverage_of_the_nodes_is_how_far_a_refit_follows_the_target(seed):
    rng = np.random.default_rng(seed)
    network, x, y = random_network(seed, [2, 4, 1], ["tanh"]), rng.normal(size=(12, 2)), rng.normal(size=12)
    design = np.column_stack([network.trace(x)[0][1], np.ones(12)])
    found = nw.outliers(network, x).node_leverage
    for i in range(12):
        moved = y + np.eye(12)[i]
        before, after = (design @ np.linalg.lstsq(design, t, rcond=None)[0] for t in (y, moved))
        assert found[i] == pytest.approx(after[i] - before[i], abs=1e-7)


@given(networks(inputs=(1, 3), outputs=(1, 2)), st.integers(0, 10_000))
def test_votes_add_up_to_the_output(network, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(9, network.inputs))
    far = rng.permutation(9)[:2]
    storage = nw.outliers(network, x, far).storage
    output = network(x)
    said = storage.usual + storage.votes.sum(axis=1)
    slack = 1e-10 * (1 + np.abs(storage.votes).sum())
    np.testing.assert_allclose(said, output[far], atol=slack)
    np.testing.assert_allclose(storage.usual, np.delete(output, far, axis=0).mean(axis=0), atol=slack)
    assert (storage.share >= 0).all()
    assert (storage.share <= 1).all()


def test_of_a_classifier_the_votes_add_up_to_the_logits():
    network = random_network(1, [2, 3, 1], ["tanh"])
    sigmoid = nw.Network.from_weights(
        [(d.weight, d.bias, a) for d, a in zip(network.dense, ("tanh", "sigmoid"), strict=True)]
    )
    x = np.random.default_rng(0).normal(size=(8, 2))
    storage = nw.outliers(sigmoid, x, [3]).storage
    np.testing.assert_allclose(storage.usual + storage.votes[0].sum(axis=0), sigmoid.logits(x)[3], atol=1e-12)


def test_the_node_that_stores_it():
    x = np.append(np.linspace(-1, 1, 20), 100)
    network = one_for_each()
    found = nw.outliers(network, nw.Dataset(x, network(x)[:, 0]))
    assert found.samples.tolist() == [20]
    assert found.storage.stored.tolist() == [[False, True, False]]
    inside = np.maximum(5 * x[:20] + 2, 0)
    np.testing.assert_allclose(found.storage.votes[0, :, 0], [0.2 * (502 - inside.mean()), -1, 0], rtol=1e-12)
    np.testing.assert_allclose(found.storage.others[:, 0], [0.2 * inside.std(), 0, 0], atol=1e-12)
    assert found.storage.share[0, 1:].tolist() == [1, 0]
    assert "; sample 21 (y = 99.4, leverage 0.99926) is stored by node 2 alone." in str(found)
    (row,) = found.table()
    assert (row["sample"], row["column"], row["stored_by"], row["residual"]) == (21, "y", "2", 0)


def test_a_network_without_a_node_for_it_says_whose_vote_is_largest():
    x = np.append(np.linspace(-1, 1, 20), 100)
    network = nw.Network.from_weights([([[1.0], [3.0]], [0, 0], "tanh"), ([[1.0, 2.0]], [0], "identity")])
    assert "has no node of its own, the largest vote is node 2's." in str(nw.outliers(network, x))


def test_quartile_distances_are_those_of_the_definition_and_targets_count():
    x, y = np.arange(9.0), np.array([0, 1, 2, 3, 4, 5, 6, 7, 100.0])
    found = nw.outliers(LINEAR, nw.Dataset(x, y))
    assert found.outside[:, 1].tolist() == [0.5, 0.25, 0, 0, 0, 0, 0, 0.25, (100 - 6) / 4]
    assert found.samples.tolist() == [8]
    assert found.table()[0]["column"] == "y"
    assert found.residual[8, 0] == 92


def test_none_is_a_sentence_too():
    found = nw.outliers(LINEAR, ESSAY.inputs[:100])
    assert str(found) == "None of 100 samples lies far from the rest; the largest leverage is 0.0394 (sample 1)."
    assert (found.table(), found.storage, found.residual) == ([], None, None)


def test_many_are_counted_and_a_column_with_equal_quartiles_names_none():
    x = np.concatenate([np.linspace(-1, 1, 40), [50, -60, 70, 80, 90]])
    said = str(nw.outliers(LINEAR, x))
    assert said.startswith("5 of 45 samples lie far from the rest; sample 45 (x = 90, leverage ")
    assert "; 2 more." in said
    assert nw.outliers(LINEAR, np.array([0.0] * 9 + [7])).samples.size == 0


def test_it_can_be_told_and_written_down():
    network = one_for_each()
    found = nw.outliers(network, np.linspace(-1, 1, 7), samples=np.array([0, 6]))
    assert found.samples.tolist() == [0, 6]
    document = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert document["storage"]["votes"] == found.storage.votes.tolist()
    assert document["summary"] == str(found)


X = np.arange(5.0)
TOLD = "samples must be different whole numbers from 0 to 4, the outliers. Got "
REFUSALS = {
    "network": (
        lambda: nw.outliers("net", X),
        "a reading needs a Network, or a Fit that holds one. Got str. "
        "Train one with nodewise.fit or write one with Network.from_weights.",
    ),
    "two samples": (
        lambda: nw.outliers(LINEAR, [1, 2]),
        "outliers need at least 3 samples, to be far from the rest. Got 2. Add samples.",
    ),
    "features": (
        lambda: nw.outliers(LINEAR, np.ones((4, 2))),
        "x must be [sample, feature] with 1 feature(s): x. Got shape (4, 2).",
    ),
    "nan": (
        lambda: nw.outliers(LINEAR, [1, 2, np.nan]),
        "x must be finite. Got nan in sample 3, feature x. Leave that sample out.",
    ),
    "targets": (
        lambda: nw.outliers(LINEAR, nw.Dataset(X, np.c_[X, -X])),
        "data must have as many targets as the network outputs, 1. Got 2.",
    ),
    "too high": (lambda: nw.outliers(LINEAR, X, [5]), TOLD + "[5]."),
    "negative": (lambda: nw.outliers(LINEAR, X, -1), TOLD + "-1."),
    "twice": (lambda: nw.outliers(LINEAR, X, [1, 1]), TOLD + "[1, 1]."),
    "mask": (lambda: nw.outliers(LINEAR, X, [True, False, False, False, False]), TOLD + "[True, False, False, False, False]."),
    "half": (lambda: nw.outliers(LINEAR, X, [0.5]), TOLD + "[0.5]."),
    "none": (lambda: nw.outliers(LINEAR, X, []), TOLD + "[]."),
    "all": (
        lambda: nw.outliers(LINEAR, X, [0, 1, 2, 3]),
        "at least 2 samples must be no outliers. Got 4 outliers of 5.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(call, message):
    with pytest.raises(NodewiseError) as refused:
        call()
    assert str(refused.value) == message
