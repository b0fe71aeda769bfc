"""Words of the smallest width, and the line over ranges."""

import json

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.proportion import proportion_confint

from made_studies import study
from nodewise.inspection.study import SmallestWidth, WidthByRange


def made(good, nodes, share=0.5, widths=range(1, 17), chance=3, written=None):
    """A search that tried some widths, of each of which so many of 20 starts were good."""
    errors = np.array([np.where(np.arange(20) < count, 0.1, 0.2) for count in good.values()])
    order = tuple(good)
    return SmallestWidth(nodes, share, tuple(widths), order, chance, written, study(errors, "hidden", order))


def test_rows_are_reached_by_their_interval():
    read = made({3: 2, 4: 12, 5: 17, 8: 20}, 5)
    for row, count in zip(read.table(), (2, 12, 17, 20), strict=True):
        low, high = proportion_confint(count, 20, method="wilson")
        assert (row["low"], row["high"]) == (pytest.approx(low), pytest.approx(high))
        assert row["reached"] == (low >= 0.5)
    assert [row["nodes"] for row in read.table() if row["reached"]] == [5, 8]
    json.dumps(read.as_dict(), allow_nan=False)


def test_words():
    read = made({3: 2, 4: 12, 5: 17, 8: 20}, 5, written=7)
    assert str(read) == (
        "Reached: 5 sigmoid nodes on sine are the fewest that are good from at least 50 % of starts with 95 % confidence: "
        "with 5, 17 of 20, 85 % (64 to 94.8 %). Fewer are not: with 4, 12 of 20, 60 % (38.7 to 78.1 %). The 95 % hold for "
        "each width alone, not for all at once. Good is an RMSE of at most 0.15 on the range, as asked for. Representable "
        "it is with 3 nodes, because a start found such a network and with 7 relu nodes, written without training and off "
        "by at most 0.15 everywhere; with fewer it may be. Sought among 16 widths by training 4 widths, supposing that more "
        "nodes do not succeed less often, as is so of those trained."
    )
    assert read.representable == 3


def test_widths_that_disagree_are_named():
    read = made({4: 2, 5: 18, 6: 5, 8: 20}, 5)
    assert read.exceptions == (6,)
    assert str(read).endswith("they do with 6, so fewer may be enough.")


def test_none_is_reached():
    read = made({15: 3, 16: 4}, None, chance=None)
    assert str(read).startswith(
        "Reached by none of 1 to 16 sigmoid nodes on sine: none tried is good from at least 50 % of starts with 95 % "
        "confidence; the best is with 16, 4 of 20, 20 % (8.07 to 41.6 %). The 95 % hold for each width alone, not for all at once. "
        "Good is"
    )
    assert read.representable is None


def by_range(nodes, lengths=(2, 4, 7, 9)):
    widths = tuple(made({3: 2, count or 16: 18 if count else 3}, count) for count in nodes)
    return WidthByRange(tuple((0.0, float(x)) for x in lengths), widths)


def test_the_line_is_statsmodels_own():
    read = by_range((4, 5, 9, 10))
    theirs = sm.OLS([4, 5, 9, 10], sm.add_constant([2, 4, 7, 9])).fit()
    assert read.line is not None
    np.testing.assert_allclose([read.line.intercept, read.line.slope], theirs.params)
    assert read.line.error == pytest.approx(theirs.bse[1])
    np.testing.assert_allclose([row["line"] for row in read.table()], theirs.fittedvalues)
    assert str(read) == (
        "Needed to be good from at least 50 % of starts, with 95 % confidence, on sine: 4 on [0, 2], 5 on [0, 4], 9 on [0, 7] "
        f"and 10 on [0, 9] sigmoid nodes. The line through them rises by {theirs.params[1]:.3g} nodes per unit of x "
        f"(standard error {theirs.bse[1]:.3g}), one node per {1 / theirs.params[1]:.3g}. Good is an RMSE of at most 0.15, as "
        "asked for; samples are as dense on every range."
    )
    json.dumps(read.as_dict(), allow_nan=False)


def test_a_line_may_fall():
    assert "The line through them falls by 1 nodes per unit of x. Good is" in str(by_range((7, 5), (2, 4)))


def test_a_line_may_be_level():
    read = by_range((5, 5, 5, 5))
    assert "The line through them is level. Good is" in str(read)
    assert read.line is not None
    assert read.line.error == 0
    json.dumps(read.as_dict(), allow_nan=False)


def test_ranges_that_nothing_reaches_are_left_out():
    read = by_range((4, 5, 9, None))
    assert read.line is not None
    assert read.line.slope == pytest.approx(np.polyfit([2, 4, 7], [4, 5, 9], 1)[0])
    assert " and none of up to 16 on [0, 9] sigmoid nodes. " in str(read)
    assert ". The line leaves out where none is, and is too flat. Good is" in str(read)
    assert ". The line leaves out where none is. Good is" in str(by_range((4, 5, None, 9)))
    one = by_range((4, None, None, None))
    assert one.line is None
    assert "line" not in str(one)
    assert by_range((4, 5, None, None)).line.error is None  # type: ignore[union-attr]
