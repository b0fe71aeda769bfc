"""Accuracy on real tables, beside scikit-learn's MLPClassifier of the same architecture."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import classifiers


@pytest.mark.slow
@pytest.mark.parametrize("table", classifiers.TABLES)
def test_it_is_within_a_point_of_scikit_learns_over_5_seeds_and_5_folds(table):
    pytest.importorskip("sklearn")
    ours, theirs = classifiers.compare(table)
    assert ours > theirs - 0.01
