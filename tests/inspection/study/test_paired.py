"""Paired tests are those of enumeration and of other libraries."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_rel
from statsmodels.stats.contingency_tables import mcnemar as their_mcnemar
from statsmodels.stats.multitest import multipletests

from nodewise.inspection.study import paired


def enumerated(difference):
    """The p-value of the signed-rank test, by trying every way the signs could fall."""
    ranks = np.argsort(np.argsort(np.abs(difference))) + 1
    seen = ranks[difference < 0].sum()
    sums = np.array([ranks[np.array(signs)].sum() for signs in product((False, True), repeat=len(ranks))])
    return min(1, 2 * min((sums <= seen).mean(), (sums >= seen).mean()))


@settings(max_examples=25)
@given(st.lists(st.floats(-9, 9).filter(lambda x: abs(x) > 1e-3), min_size=2, max_size=8, unique_by=lambda x: abs(x)))
def test_signed_ranks_are_those_of_every_sign_tried(given_differences):
    difference = np.array(given_differences)
    effect, p = paired.signed_rank(difference)
    assert p == pytest.approx(enumerated(difference))
    ranks = np.argsort(np.argsort(np.abs(difference))) + 1
    assert effect == pytest.approx((ranks * -np.sign(difference)).sum() / ranks.sum())


def test_no_difference_is_no_effect():
    assert paired.signed_rank(np.zeros(5)) == (0, 1)
    assert paired.mcnemar(np.ones(4, bool), np.ones(4, bool)) == (0, 0, 1)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_mcnemar_is_statsmodels_own(pairs):
    first, second = np.array(pairs).T
    table = [[(first & second).sum(), (first & ~second).sum()], [(~first & second).sum(), (~first & ~second).sum()]]
    gained, lost, p = paired.mcnemar(first, second)
    assert (gained, lost) == (table[1][0], table[0][1])
    assert p == pytest.approx(their_mcnemar(table, exact=True).pvalue if gained + lost else 1)


@settings(max_examples=25)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_is_statsmodels_own(p):
    np.testing.assert_allclose(paired.holm(p), multipletests(p, method="holm")[1], atol=1e-15)


def test_pairs_of_normal_errors_agree_with_the_t_test():
    random = np.random.default_rng(0)
    errors = np.exp(random.normal(size=60) + random.normal([[0], [0.15], [0.4]], 0.7, (3, 60)))
    found = paired.pairs(errors, errors < 1)
    assert [(pair.first, pair.second) for pair in found] == [(0, 1), (0, 2), (1, 2)]
    for pair in found:
        difference = np.log(errors[pair.second] / errors[pair.first])
        theirs = ttest_rel(np.log(errors[pair.second]), np.log(errors[pair.first])).pvalue
        assert abs(np.log10(pair.p / theirs)) < 0.3 * max(1, -np.log10(theirs))
        assert pair.ratio == pytest.approx(np.exp(np.median(difference)))
        assert (pair.less, pair.more) == ((difference < 0).sum(), (difference > 0).sum())


def test_lost_trainings_are_the_worst():
    errors = np.array([[1.0, 2, np.inf, np.inf], [2.0, np.inf, np.inf, 3]])
    difference = paired.difference(*errors, ratios=True)
    np.testing.assert_allclose(difference[[0, 2]], [np.log(2), 0])
    assert difference[1] > 1e9
    assert difference[3] < -1e9
    (pair,) = paired.pairs(errors, errors < 3)
    assert (pair.less, pair.more, pair.starts) == (1, 2, 4)
    assert np.isfinite([pair.ratio, pair.p, pair.effect]).all()


def test_shares_wrong_are_subtracted():
    np.testing.assert_allclose(paired.difference(np.array([0.0, 0.2]), np.array([0.1, 0.1]), ratios=False), [0.1, -0.1])
