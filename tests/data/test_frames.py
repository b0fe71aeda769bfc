"""Frames in memory: pandas, Polars and PyArrow give the same numbers, and what is no frame is refused."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from nodewise.data.columns import numbers
from nodewise.data.frames import read_frame
from nodewise.errors import NodewiseError

pd = pytest.importorskip("pandas")
pa = pytest.importorskip("pyarrow")

EAST = timezone(timedelta(hours=5))
NOON = 2001 + 182.5 / 365
NAN = np.nan
COLUMNS = {
    "integers": ([1, None, 3], [1, NAN, 3]),
    "large integers": ([2**60, None, 1], [2.0**60, NAN, 1]),
    "floats": ([1.5, NAN, None], [1.5, NAN, NAN]),
    "truth": ([True, None, False], [1, NAN, 0]),
    "dates": ([date(2001, 7, 2), None, date(2000, 7, 2)], [2001 + 182 / 365, NAN, 2000.5]),
    "moments": ([datetime(2001, 7, 2, 12), None, datetime(2001, 1, 1)], [NOON, NAN, 2001]),  # noqa: DTZ001
    "zoned": ([datetime(2001, 7, 2, 12, tzinfo=EAST), None, datetime(2001, 1, 1, tzinfo=EAST)], [NOON, NAN, 2001]),
    "decimals": ([Decimal("1.5"), None, Decimal(-2)], [1.5, NAN, -2]),
    "text": (["1.5", None, "NA"], [1.5, NAN, NAN]),
    "days as text": (["2001-07-02", None, ""], [2001 + 182 / 365, NAN, NAN]),
    "nothing": ([None, None, None], [NAN, NAN, NAN]),
}


def _zoned(values):
    """The zone is a named one, for Polars takes no fixed offset: Tashkent is five hours east all year."""
    return pl.Series(values).dt.convert_time_zone("Asia/Tashkent")


MAKERS = {
    "polars": lambda name, values: pl.DataFrame({"c": _zoned(values) if name == "zoned" else pl.Series(values)}),
    "pandas": lambda name, values: pd.DataFrame({"c": values}),
    "pandas nullable": lambda name, values: pd.DataFrame({"c": values}).convert_dtypes(),
    "pyarrow": lambda name, values: pa.table({"c": values}),
    "pandas on pyarrow": lambda name, values: pa.table({"c": values}).to_pandas(types_mapper=pd.ArrowDtype),
}


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("name", COLUMNS)
def test_cells_become_the_same_numbers_in_every_frame(maker, name):
    cells, values = COLUMNS[name]
    source = read_frame(MAKERS[maker](name, cells))
    column = numbers(source.columns[0])
    np.testing.assert_array_equal(column.values, values)
    np.testing.assert_array_equal(column.missing, np.isnan(values))
    assert column.bad is None
    assert (source.headers, source.height) == (("c",), 3)
    assert column.dates == (name in {"dates", "moments", "zoned", "days as text"})


@pytest.mark.parametrize(
    "series",
    [
        pl.Series(["a", "b"], dtype=pl.Categorical),
        pl.Series([[1], [2]]),
        pl.Series([timedelta(1), timedelta(2)]),
        pl.Series([b"1", b"2"]),
        pl.Series([{"a": 1}, {"a": 2}]),
    ],
    ids=["categories", "lists", "durations", "bytes", "structs"],
)
def test_other_columns_are_not_numeric(series):
    assert not numbers(read_frame(pl.DataFrame({"c": series})).columns[0]).numeric


def test_infinity_is_found():
    column = numbers(read_frame(pl.DataFrame({"c": [1.0, -np.inf]})).columns[0])
    assert (column.bad, column.cell) == (1, "-inf")


def test_names_need_not_be_text_and_may_be_those_of_methods():
    frame = pd.DataFrame([[1, 2, 3], [4, 5, 6]], columns=[0, "collect", "column_names"])
    assert read_frame(frame).headers == ("0", "collect", "column_names")


NO_FRAME = "source must be the path of a CSV, TSV or Parquet file, or a pandas, Polars or PyArrow frame. Got "
FOR_ARRAYS = "Use nodewise.Dataset(inputs, targets) for arrays and lists."
TWICE = "Column names must differ. Got 'a' in columns 1 and 2 of the frame. Rename one of them."
REFUSALS = {
    "array": (lambda: np.ones((2, 2)), f"{NO_FRAME}ndarray. {FOR_ARRAYS}"),
    "dict": (lambda: {"a": [1]}, f"{NO_FRAME}dict. {FOR_ARRAYS}"),
    "nothing": (lambda: None, f"{NO_FRAME}NoneType. {FOR_ARRAYS}"),
    "lazy": (lambda: pl.LazyFrame({"a": [1]}), f"{NO_FRAME}LazyFrame. Call its collect() first."),
    "series": (
        lambda: pd.Series([1, 2]),
        f"{NO_FRAME}Series. Call its to_frame() first, or pass the frame it is a column of.",
    ),
    "repeated in pandas": (lambda: pd.DataFrame([[1, 2]], columns=["a", "a"]), TWICE),
    "repeated in PyArrow": (lambda: pa.table([[1], [2]], names=["a", "a"]), TWICE),
    "no rows": (lambda: pl.DataFrame({"a": []}), "A table must have rows. Got none in the frame. Add rows first."),
    "too wide": (
        lambda: pl.DataFrame(np.ones((1, 10_001))),
        (
            "A table must have at most 10000 columns. Got 10001 in the frame. "
            "Keep the columns you need; if rows and columns are swapped, transpose it."
        ),
    ),
}


@pytest.mark.parametrize(("make", "message"), REFUSALS.values(), ids=REFUSALS)
def test_refuses(make, message):
    with pytest.raises(NodewiseError) as caught:
        read_frame(make())
    assert str(caught.value) == message
