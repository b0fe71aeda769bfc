"""From the cells of one column to numbers: numbers, dates as decimal years, True and False as 1 and 0."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nodewise.data.checks import Array

MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", "null", "none", "-"})

_SAMPLE_CELLS = 1000
_YEAR_MONTH = re.compile(r"\d{4}-\d{2}")
_TRUTH = {"true": 1.0, "false": 0.0}


@dataclass(frozen=True, eq=False)
class Column:
    """One column as numbers.

    Attributes:
        values: Array [row], NaN where the cell is missing or no number.
        missing: Array [row] of bool: the cell is empty, null, NA or NaN.
        numeric: Whether it is a column of numbers or dates: more than half of (the first) cells present are.
        dates: Whether the values are decimal years from dates.
        bad: The first row (from 0) whose cell is neither missing nor a finite number, or None.
        cell: That cell, as it stands there.
        truths: Whether the values are 1 and 0 for True and False.
    """

    values: Array
    missing: NDArray[np.bool_]
    numeric: bool
    dates: bool
    bad: int | None
    cell: str
    truths: bool = False


def numbers(cells: Any) -> Column:
    """Turn the cells of a column, a list of str or a narwhals Series, into numbers."""
    return _from_text(cells) if isinstance(cells, list) else _from_series(cells)


def decimal_year(moment: datetime) -> float:
    """Return the year plus the elapsed fraction of that year: 2001-07-02 is 2001 + 182/365; a time zone is dropped."""
    start = datetime(moment.year, 1, 1)  # noqa: DTZ001 - the year of the clock the user reads
    end = datetime(moment.year + 1, 1, 1)  # noqa: DTZ001
    return moment.year + (moment.replace(tzinfo=None) - start) / (end - start)


def decimal_years(moments: NDArray[Any]) -> Array:
    """Return `decimal_year` of each of `moments`, an array [row] of datetime64 in any unit without NaT."""
    moments = moments.astype("datetime64[us]")
    years = moments.astype("datetime64[Y]")
    start, end = years.astype("datetime64[us]"), (years + np.timedelta64(1, "Y")).astype("datetime64[us]")
    return (years.astype(np.int64) + 1970) + (moments - start) / (end - start)


def _from_series(series: Any) -> Column:
    import narwhals.stable.v2 as nw

    dtype: Any = series.dtype
    missing = series.is_null().to_numpy().astype(bool)
    if dtype == nw.Boolean or dtype.is_numeric():
        values = _filled(missing, lambda present: present.astype(np.float64), series.to_numpy())
        column = _finite(values, missing | np.isnan(values), dates=False, cells=series)
        return replace(column, truths=dtype == nw.Boolean)
    if dtype in (nw.Date, nw.Datetime):
        if getattr(dtype, "time_zone", None) is not None:
            series = series.dt.replace_time_zone(None)
        return _finite(_filled(missing, decimal_years, series.to_numpy()), missing, dates=True, cells=series)
    cells = series.to_list()
    return _from_text(["" if gone else str(cell) for cell, gone in zip(cells, missing, strict=True)])


def _filled(missing: NDArray[np.bool_], convert: Callable[[NDArray[Any]], Array], cells: NDArray[Any]) -> Array:
    """Return `convert` of the cells present, NaN for the others."""
    values = np.full(len(cells), np.nan)
    values[~missing] = convert(cells[~missing])
    return values


def _from_text(cells: list[str]) -> Column:
    read = _reader(cells)
    values, missing, bad = np.full(len(cells), np.nan), np.zeros(len(cells), dtype=bool), None
    for row, cell in enumerate(cells):
        try:
            values[row] = read(cell)
        except ValueError:
            if cell.strip().lower() in MISSING:
                missing[row] = True
            elif bad is None:
                bad = row
    dates = read is _date
    if read is _word:
        return Column(values, missing, False, False, bad, "" if bad is None else cells[bad].strip())
    column = _finite(values, missing, dates, cells)
    # A cell without a number comes before or after an infinite one: the first of the two is reported.
    bad = min((row for row in (bad, column.bad) if row is not None), default=None)
    return Column(values, missing, True, dates, bad, "" if bad is None else cells[bad].strip(), read is _truth)


def _finite(values: Array, missing: NDArray[np.bool_], dates: bool, cells: Sequence[Any]) -> Column:
    infinite = np.isinf(values)
    bad = int(infinite.argmax()) if infinite.any() else None
    return Column(values, missing, bool((~missing).any()), dates, bad, "" if bad is None else str(cells[bad]))


def _number(cell: str) -> float:
    value = float(cell)
    # float takes "nan", which is a missing value, and "1_000", which is not how people write numbers.
    if math.isnan(value) or "_" in cell:
        raise ValueError
    return value


def _date(cell: str) -> float:
    cell = cell.strip()
    return decimal_year(datetime.fromisoformat(cell + "-01" if _YEAR_MONTH.fullmatch(cell) else cell))


def _truth(cell: str) -> float:
    try:
        return _TRUTH[cell.strip().lower()]
    except KeyError:
        raise ValueError from None


def _word(cell: str) -> float:
    raise ValueError


def _reader(cells: list[str]) -> Callable[[str], float]:
    """Return the way to read a column by which more than half of its first cells present can be read."""
    present = list(islice((cell for cell in cells if cell.strip().lower() not in MISSING), _SAMPLE_CELLS))
    for read in (_number, _date, _truth):
        if sum(_reads(read, cell) for cell in present) > len(present) / 2:
            return read
    return _word


def _reads(read: Callable[[str], float], cell: str) -> bool:
    try:
        read(cell)
    except ValueError:
        return False
    return True
