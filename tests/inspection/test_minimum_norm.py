"""The smallest weights through samples: known values, linear programs over many knots, and training with L2."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import nodewise as nw
from nodewise.errors import NodewiseError

SIX = nw.Dataset([-2, -1, 0, 1, 2, 4], [-1, -1, 1, 1, 1, -1])


def penalty(network, biases=False):
    """½ Σ over the weights, as they stand in the network."""
    inner, outer = network.dense
    return (np.sum(inner.weight**2) + np.sum(outer.weight**2) + biases * np.sum(inner.bias**2)) / 2


def program(x, y, knots, price):
    """The least Σ |jump| · price by a linear program over these knots, each facing both ways."""
    atoms = np.hstack([np.maximum(side * (x[:, None] - knots), 0) for side in (1, -1)])
    one = np.ones((len(x), 1))
    costs = np.concatenate([np.tile(price, 4), [0, 0]])
    return linprog(costs, A_eq=np.hstack([atoms, -atoms, one, -one]), b_eq=y, bounds=(0, None)).fun


curves = st.lists(
    st.tuples(st.integers(-20, 20), st.integers(-9, 9)), min_size=2, max_size=8, unique_by=lambda pair: pair[0]
).filter(lambda pairs: len({y for _, y in pairs}) > 1)


@given(curves)
def test_the_cost_is_that_of_a_linear_program(pairs):
    x, y = np.array(pairs, float).T
    found = nw.minimum_norm(nw.Dataset(x, y))
    assert found.cost == pytest.approx(program(x, y, x, np.ones(len(x))), rel=1e-7, abs=1e-9)
    assert penalty(found.network) == pytest.approx(found.cost, rel=1e-12)
    np.testing.assert_allclose(found.network(x)[:, 0], y, atol=1e-11)
    for i in range(len(x)):
        rest = np.delete(x, i), np.delete(y, i)
        less = 0.0 if len(set(rest[1])) == 1 else nw.minimum_norm(nw.Dataset(*rest)).cost
        assert found.price[i] == pytest.approx(found.cost - less, rel=1e-9, abs=1e-12)


@given(curves)
@settings(max_examples=8)
def test_with_biases_it_is_certified_and_below_every_grid_of_knots(pairs):
    x, y = np.array(pairs, float).T
    found = nw.minimum_norm(nw.Dataset(x, y), biases=True)
    assert penalty(found.network, biases=True) == pytest.approx(found.cost, rel=1e-9)
    np.testing.assert_allclose(found.network(x)[:, 0], y, atol=1e-7)
    assert found.at_least <= found.cost * (1 + 1e-12)
    assert found.at_least == pytest.approx(found.cost, rel=1e-7)
    knots = np.concatenate([x, np.linspace(min(x.min(), 0), max(x.max(), 0), 400)])
    grid = program(x, y, knots, np.hypot(1, knots))
    assert found.cost <= grid * (1 + 1e-7)
    assert found.cost == pytest.approx(grid, rel=1e-2)


def test_the_six_points():
    found = nw.minimum_norm(SIX)
    assert found.cost == 5.0
    assert found.cost == found.at_least
    assert found.price.tolist() == pytest.approx([2, 3, 2, 0, 1 / 3, 1])
    assert str(found) == (
        "The smallest ½Σ(w² + v²) that fits all 6 samples is 5, with 4 nodes; "
        "without sample 2 it would be smaller by 3, the most."
    )
    with_biases = nw.minimum_norm(SIX, biases=True)
    assert with_biases.cost == pytest.approx(7.064495, abs=5e-7)
    assert with_biases.price is None
    assert str(with_biases) == (
        "The smallest ½Σ(w² + b² + v²) that fits all 6 samples is 7.064495, with 3 nodes; "
        "no network has less than 7.064495."
    )


@pytest.mark.slow
@pytest.mark.parametrize(("l2_on", "least"), [("weights", 5.0), ("all", 7.064495)])
def test_training_with_little_l2_comes_close_and_never_below(l2_on, least):
    how = {"activation": "relu", "solver": "lbfgs", "starts": 8, "scale": False, "steps": 3000}
    fit = nw.fit(SIX, hidden=10, l2=1e-4, l2_on=l2_on, **how)
    network = fit.network
    reached = penalty(network, l2_on == "all")
    assert nw.minimum_norm(fit).cost == 5
    own = nw.minimum_norm(nw.Dataset(SIX.inputs, network(SIX.inputs)), biases=l2_on == "all")
    assert own.at_least <= reached
    assert reached == pytest.approx(least, rel=0.005)
    assert own.cost == pytest.approx(least, rel=0.005)


def test_the_essays_outlier_is_almost_free():
    found = nw.minimum_norm(nw.problems.sign_with_outlier())
    assert found.price[-1] == pytest.approx(2 / (9804 - 0.98))
    assert found.price[-1] < 2e-6 * found.cost
    assert found.price[49] == pytest.approx(100)


def test_a_straight_line_bends_outside_the_samples():
    found = nw.minimum_norm(nw.Dataset([0, 1, 2], [0, 1, 2]))
    assert (found.cost, found.network.sizes) == (1, (1, 1, 1))
    assert found.price.tolist() == [0, 0, 0]


def test_equal_samples_count_once_and_cost_nothing_alone():
    found = nw.minimum_norm(nw.Dataset([2, 0, 1, 2], [0, 0, 1, 0]))
    assert found.cost == 2
    assert found.price.tolist() == [0, 1, 2, 0]
    assert [row["price"] for row in found.table()] == [0, 1, 2, 0]


@pytest.mark.parametrize("biases", [False, True])
def test_a_constant_costs_nothing(biases):
    for data in (SIX.rows([2, 3, 4]), SIX.rows([5])):
        found = nw.minimum_norm(data, biases)
        assert (found.cost, found.at_least) == (0, 0)
        np.testing.assert_array_equal(found.network(data.inputs), data.targets)


def test_names_stay():
    data = nw.Dataset([0, 1, 3], [1, 0, 2], feature_names="t", target_names="p", feature_units="s")
    network = nw.minimum_norm(data).network
    assert (network.feature_names, network.output_names, network.feature_units) == (("t",), ("p",), ("s",))


REFUSALS = {
    "nothing": (lambda: nw.minimum_norm([1, 2]), "data must be a Dataset. Got list; nodewise.read_table makes one."),
    "biases": (lambda: nw.minimum_norm(SIX, biases="all"), "biases must be True or False. Got 'all'."),
    "features": (
        lambda: nw.minimum_norm(nw.problems.multiplication()),
        "the smallest weights are known for one feature and one target. "
        "Got 2 features and 1 target; choose one of each.",
    ),
    "labels": (
        lambda: nw.minimum_norm(nw.problems.moons().rows([0, 1])),
        "the smallest weights are known for one feature and one target. "
        "Got 2 features and 0 targets; choose one of each.",
    ),
    "contradiction": (
        lambda: nw.minimum_norm(nw.Dataset([3, 1, 3], [1, 2, 3])),
        "equal inputs must have equal targets, or no network fits them. Samples 1 and 3 have input 3 and targets 1 "
        "and 3. Leave one out.",
    ),
    "steep": (
        lambda: nw.minimum_norm(nw.Dataset([0, 1e-200], [0, 1])),
        "inputs must be far enough apart for the slope between neighbours to be below 1e150. Got 1e+200. "
        "Use a smaller unit, or leave out one of two nearly equal inputs.",
    ),
    "many": (
        lambda: nw.minimum_norm(nw.problems.sine(samples=201), biases=True),
        "with biases there must be at most 200 samples. Got 201. Pick some with data.rows(...).",
    ),
}


@pytest.mark.parametrize(("call", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(call, message):
    with pytest.raises(NodewiseError) as refused:
        call()
    assert str(refused.value) == message
