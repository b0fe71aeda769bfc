"""From the cells of the column to be learned to labels: when it holds classes, and which."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nodewise.data.columns import Column
from nodewise.errors import NodewiseError, unknown

TASKS = ("auto", "classification", "regression")
_MOST_NUMBERS = 10  # different whole numbers that are taken for classes unless told otherwise
_LEAST_EACH = 2
_WHOLE = 1 << 53  # beyond it a float cannot tell whole numbers apart
_PADDED = re.compile(r"\s*[+-]?0\d")  # 007


@dataclass(frozen=True, eq=False)
class Labels:
    """The labels of a column.

    Attributes:
        values: [row], texts, whole numbers, or True and False.
        note: A sentence if it was guessed that numbers are classes.
    """

    values: NDArray[Any]
    note: str = ""


def labels(cells: Any, column: Column, name: str, task: str, row: Callable[[int], str]) -> Labels | None:
    """Return the labels of a column, or None if it holds numbers to be learned.

    Texts, and True and False, are classes. Whole numbers are if they are at most 10 different ones, each at least
    twice there, or if `task` says so; written as 007, or of more digits than a float has, they are kept as texts.

    Args:
        cells: The column, a list of str or a narwhals Series.
        column: The same as numbers.
        name: What the column is called.
        task: One of `TASKS`.
        row: Says where a row is for the user.

    Raises:
        NodewiseError: If the task is none of these, classes are asked for where there are none, or one is missing.
    """
    if task not in TASKS:
        raise unknown("task", task, TASKS)
    if task == "regression" or (task == "auto" and column.dates) or column.missing.all():
        return None
    guessed = task == "auto" and column.numeric and not column.truths
    if guessed and not _few_numbers(column):
        return None
    values = _values(cells, column, name, row)
    if column.missing.any():
        first, count = int(column.missing.argmax()), int(column.missing.sum())
        more = f" and {count - 1} more" if count > 1 else ""
        raise NodewiseError(
            f"label {name!r} must be given in every row. Got {_cell(cells, first)!r} at {row(first)}{more}, which "
            "counts as missing. Fill in or remove such rows, or write another word if it is a class."
        )
    note = (
        f"Took {name!r} as {len(np.unique(values))} classes, because it holds so few different whole numbers; "
        'task="regression" (--task regression) fits them as numbers.'
    )
    return Labels(values, note if guessed else "")


def _few_numbers(column: Column) -> bool:
    present = column.values[~column.missing]
    if column.bad is not None or (present != np.floor(present)).any():
        return False
    counts = np.unique(present, return_counts=True)[1]
    return 1 < len(counts) <= _MOST_NUMBERS and bool((counts >= _LEAST_EACH).all())


def _values(cells: Any, column: Column, name: str, row: Callable[[int], str]) -> NDArray[Any]:
    if not column.numeric or column.dates or column.bad is not None:
        return np.array([_cell(cells, i) for i in range(len(column.values))])
    if column.truths:
        return column.values == 1
    present = np.where(column.missing, 0, column.values)
    broken = present != np.floor(present)
    if broken.any():
        first, different = int(broken.argmax()), len(np.unique(present[~column.missing]))
        raise NodewiseError(
            f"label {name!r} must hold classes: texts, True and False, or whole numbers. Got {present[first]:g} at "
            f'{row(first)}, one of {different} different numbers; task="regression" (--task regression) learns them as '
            "numbers."
        )
    # As numbers, these would not come back as they were.
    if (np.abs(present) >= _WHOLE).any() or any(map(_padded, cells)):
        return np.array([_cell(cells, i) for i in range(len(present))])
    return present.astype(np.int64)


def _padded(cell: Any) -> bool:
    return isinstance(cell, str) and bool(_PADDED.match(cell))


def _cell(cells: Any, i: int) -> str:
    cell = cells[i]
    return "" if cell is None else str(cell).strip()
