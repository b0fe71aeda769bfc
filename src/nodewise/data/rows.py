"""Rows to ask about: the features of a table, without a target, in the order asked for."""

from collections.abc import Sequence

import numpy as np

from nodewise.data.checks import Array
from nodewise.data.columns import Column, numbers
from nodewise.data.files import read_file
from nodewise.data.source import Source, header_of
from nodewise.errors import NodewiseError


def read_rows(path: str, features: Sequence[str]) -> Array:
    """Read a CSV, TSV or Parquet file's columns called `features`; other columns are left alone.

    Args:
        path: The file.
        features: Names of the columns, with or without their units.

    Returns:
        Array [row, feature].

    Raises:
        NodewiseError: If it is no such table, has no row or lacks a column, or a value is missing or no finite number.
    """
    table = read_file(path)
    if not table.height:
        raise NodewiseError(f"{table.name} must have at least one row to ask about. Got none. Add one.")
    header = header_of(table.name, table.headers)
    columns = [(name, numbers(table.columns[header.find("feature", name)])) for name in features]
    for name, column in columns:
        _refuse(name, column, table)
    return np.column_stack([column.values for _, column in columns])


def _refuse(name: str, column: Column, table: Source) -> None:
    if column.missing.any():
        got, row = "no value", int(column.missing.argmax())
    elif column.bad is not None:
        got, row = repr(column.cell), column.bad
    else:
        return
    raise NodewiseError(
        f"feature {name!r} must be a finite number in every row asked about. Got {got} at {table.row(row)}. "
        "Correct that cell, or leave the row out."
    )
