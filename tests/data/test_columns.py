"""From cells to numbers: numbers, dates, True and False, missing values, and the first cell that is none of them."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodewise.data.columns import MISSING, decimal_year, decimal_years, numbers

finite = st.floats(allow_nan=False, allow_infinity=False)
NAN = math.nan


@given(st.lists(finite, min_size=1))
def test_text_gives_back_every_number(values):
    column = numbers([repr(value) for value in values])
    np.testing.assert_array_equal(column.values, values)
    assert (column.numeric, column.dates, column.bad) == (True, False, None)


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1", " 2.5 ", "+3e2", "-.5", "1."], [1, 2.5, 300, -0.5, 1]),
        (["1", "", "NA", "n/a", "NaN", "null", "None", "-", " "], [1] + [NAN] * 8),
        (["True", "false", "TRUE", ""], [1, 0, 1, NAN]),
        (["2001-07-02", "2000-07-02T00:00:00", "2001-01-01 00:00"], [2001 + 182 / 365, 2000.5, 2001]),
        (["1958-03", "", "1958-04"], [1958 + 59 / 365, NAN, 1958 + 90 / 365]),
        (["2001-07-02T00:00:00Z", "2001-07-02T00:00:00+05:00"], [2001 + 182 / 365] * 2),
    ],
    ids=["numbers", "missing", "truth", "dates", "months", "time zones are dropped"],
)
def test_text(cells, values):
    column = numbers(cells)
    np.testing.assert_array_equal(column.values, values)
    np.testing.assert_array_equal(column.missing, np.isnan(values))
    assert (column.numeric, column.bad) == (True, None)
    assert column.dates == ("-0" in cells[0])


@pytest.mark.parametrize(
    ("cells", "bad", "cell"),
    [
        (["1", "2", "abc"], 2, "abc"),
        (["1", "2", "1_000"], 2, "1_000"),
        (["1", "2", "1,5"], 2, "1,5"),
        (["1", "inf", "x", "2", "3"], 1, "inf"),
        (["1", "x", "inf", "2", "3"], 1, "x"),
        (["1", "2", "1e999"], 2, "1e999"),
        (["2001-01-01", "2001-02-30", "2001-03-01"], 1, "2001-02-30"),
        (["2001-01-01", "2001-02-03", "9999-12-31"], 2, "9999-12-31"),
        (["true", "false", "perhaps"], 2, "perhaps"),
    ],
)
def test_names_the_first_cell_that_does_not_belong(cells, bad, cell):
    column = numbers(cells)
    assert (column.numeric, column.bad, column.cell) == (True, bad, cell)


@pytest.mark.parametrize(
    "cells", [["a", "b"], ["1", "a"], ["", "a", "b", "3"], ["1 day", "2 days"], ["07/02/2001"] * 2]
)
def test_columns_of_words_are_not_numeric(cells):
    column = numbers(cells)
    assert not column.numeric
    assert column.cell == next(cell for cell in cells if cell)


def test_a_column_without_values_is_all_missing():
    column = numbers(sorted(MISSING))
    assert column.missing.all()
    assert column.bad is None


moments = st.datetimes(datetime(1, 1, 1), datetime(9998, 12, 31))  # noqa: DTZ001


@given(moments)
def test_decimal_year_lies_in_its_year_and_leads_back(moment):
    year = decimal_year(moment)
    assert moment.year <= year <= moment.year + 1
    start, end = datetime(moment.year, 1, 1), datetime(moment.year + 1, 1, 1)  # noqa: DTZ001
    # A float near 10⁴ resolves 2e-12 years, which is 60 microseconds.
    assert abs(start + (year - moment.year) * (end - start) - moment) < timedelta(microseconds=100)


@given(st.lists(moments, min_size=1))
def test_arrays_of_dates_agree_with_single_dates(dates):
    np.testing.assert_array_equal(decimal_years(np.array(dates, dtype="datetime64[us]")), [*map(decimal_year, dates)])


def test_decimal_year_of_known_days():
    assert decimal_year(datetime(2001, 7, 2, tzinfo=UTC)) == 2001 + 182 / 365
    assert decimal_year(datetime(2000, 12, 31, 12)) == 2000 + 365.5 / 366  # noqa: DTZ001
    assert decimal_years(np.array(["1969-12-31", "1970-01-01"], dtype="datetime64[D]")).tolist() == [
        1969 + 364 / 365,
        1970,
    ]
