"""The order of a graph, against powers of its adjacency matrix."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodewise.errors import NodewiseError
from nodewise.network.graph import order

NODES = "abcdefg"
GRAPHS = st.dictionaries(st.sampled_from(NODES), st.sets(st.sampled_from(NODES), max_size=3).map(sorted))


def has_loop(graph):
    """Whether a walk of as many steps as there are nodes exists, which must visit one twice."""
    steps = np.array([[int(a in graph.get(b, ())) for a in NODES] for b in NODES])
    return bool(np.linalg.matrix_power(steps, len(NODES)).any())


@given(GRAPHS)
def test_each_node_comes_after_what_it_reads(graph):
    if has_loop(graph):
        with pytest.raises(NodewiseError) as caught:
            order(graph)
        named = str(caught.value).split("Got ")[1].split(". Unroll")[0].split(" → ")
        assert named[0] == named[-1]
        assert all(a in graph[b] for a, b in pairwise(named))
    else:
        found = order(graph)
        assert sorted(found) == sorted({*graph, *(a for read in graph.values() for a in read)})
        assert all(found.index(a) < found.index(b) for b, read in graph.items() for a in read)


def test_a_loop_is_refused_by_name():
    with pytest.raises(NodewiseError) as caught:
        order({"x": [], "a": ["x", "b"], "b": ["a"]})
    assert str(caught.value) == (
        "a network must have no loop: what a node reads must be known before it. Got a → b → a. "
        "Unroll the loop into layers, or take it out."
    )


def test_a_node_that_reads_itself():
    with pytest.raises(NodewiseError, match="Got a → a"):
        order({"a": ["a"]})


def test_a_long_loop_is_named_by_its_ends():
    ring = {f"n{i}": [f"n{(i - 1) % 1000}"] for i in range(1000)}
    with pytest.raises(NodewiseError) as caught:
        order(ring)
    assert "… 989 more …" in str(caught.value)
    assert len(str(caught.value)) < 250


def test_a_chain_deeper_than_python_may_recurse():
    chain = {f"n{i}": [f"n{i - 1}"] for i in range(1, 5000)}
    assert order(chain) == tuple(f"n{i}" for i in range(5000))
