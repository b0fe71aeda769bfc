import json
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nodewise as nw
from networks import networks, random_network
from nodewise.errors import NodewiseError
from redundant import shuffled


@given(networks(depth=(1, 2), names=["tanh", "relu", "sigmoid", "cosine"]), st.integers(0, 10**6))
def test_a_shuffled_network_is_put_back(network, seed):
    x = np.random.default_rng(seed).normal(size=(60, network.inputs)) * 3
    other = shuffled(network, seed)
    found = nw.align(network, other, x)
    ours, theirs = (nw.contributions(one, x).values for one in (network, other))
    spread = ours.std(axis=0)
    moves = spread.max(axis=1) > 1e-6 * max(1.0, float(np.abs(ours).max()))
    for i, j, r in zip(*found.pairs.T, found.correlation, strict=True):
        if moves[i]:
            assert r > 1 - 1e-6
            np.testing.assert_allclose(theirs[:, j].std(axis=0), spread[i], rtol=1e-3, atol=1e-6 * np.abs(ours).max())
    assert found.unmatched == ((), ())
    json.dumps(found.as_dict(), allow_nan=False)


@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 4))
def test_no_other_pairs_correlate_better(seed, one, other):
    a, b = random_network(seed, (2, one, 2), ["tanh"]), random_network(seed + 1, (2, other, 2), ["relu"])
    x = np.random.default_rng(seed).normal(size=(30, 2))
    flat = [np.swapaxes(nw.contributions(n, x).values, 0, 1) for n in (a, b)]
    flat = [(v - v.mean(axis=1, keepdims=True)).reshape(len(v), -1) for v in flat]
    length = [np.linalg.norm(v, axis=1) for v in flat]
    product = np.outer(*length)
    related = np.divide(flat[0] @ flat[1].T, product, out=np.zeros(product.shape), where=product > 0)
    if one > other:
        related = related.T
    count = min(one, other)
    best = max(sum(related[i, p[i]] for i in range(count)) for p in permutations(range(max(one, other)), count))
    found = nw.align(a, b, x)
    np.testing.assert_allclose(found.correlation.sum(), best, atol=1e-12)
    assert sorted(map(len, found.unmatched)) == sorted([0, abs(one - other)])
    assert [j for j in found.permutation if j >= 0] == [j for _, j in sorted(found.pairs.tolist())]
    assert len(found.table()) == max(one, other)


def test_the_sentence_names_pairs_and_leftovers():
    a = nw.Network.from_weights([([[1.0], [1.0]], [0.0, 2.0], "relu"), ([[1.0, -3.0]], [0.0], "identity")])
    b = nw.Network.from_weights([([[2.0], [1.0], [0.0]], [2.0, 0.0, 1.0], "relu"), ([[-1.5, 1, 1]], [0.0], "identity")])
    found = nw.align(a, b, np.linspace(-5, 5, 50)[:, None])
    assert found.permutation.tolist() == [1, 0]
    assert str(found) == (
        "1 of 2 pairs does the same; correlations of nodes 1 and 2 (1) and 2 and 1 (0.99); "
        "node 3 of the second has no partner."
    )


@pytest.mark.parametrize(
    ("a", "b", "x", "message"),
    [
        (
            (1, 2, 1),
            (2, 2, 1),
            np.zeros((3, 1)),
            "networks to align must have equally many features. Got 1 and 2; align networks of one task.",
        ),
        (
            (1, 2, 1),
            (1, 2, 2),
            np.zeros((3, 1)),
            "networks to align must have equally many outputs. Got 1 and 2; align networks of one task.",
        ),
        (
            (1, 2, 1),
            (1, 1),
            np.zeros((3, 1)),
            "networks to align must have hidden nodes. Got a second network without any.",
        ),
        (
            (1, 2, 1),
            (1, 2, 1),
            np.zeros((1, 1)),
            "aligning nodes needs at least 2 samples, because it compares how they vary. Got 1.",
        ),
    ],
)
def test_refusals(a, b, x, message):
    with pytest.raises(NodewiseError) as error:
        nw.align(*(random_network(0, sizes, ["tanh"] * (len(sizes) - 2)) for sizes in (a, b)), x)
    assert str(error.value) == message
