"""Samples as people hand them to a model: a frame, an array, lists or a Dataset, brought in the order it takes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nodewise.data.dataset import Dataset
from nodewise.data.frames import read_frame
from nodewise.data.source import listed
from nodewise.errors import NodewiseError, nearest
from nodewise.shapes import Float


@dataclass(frozen=True, eq=False)
class Table:
    """Samples as they were given.

    Attributes:
        names: Of the columns; () where they have none.
        columns: Array [sample] of each, of any type.
        whole: The same as the kind of table that was given.
    """

    names: tuple[str, ...]
    columns: Sequence[np.ndarray]
    whole: Any

    def numbers(self, names: Sequence[str]) -> Float[np.ndarray, "sample feature"]:
        """Return the columns as numbers; what is missing is NaN.

        Raises:
            NodewiseError: If one holds something else; says which by the names given.
        """
        return np.column_stack([as_numbers(each, name) for each, name in zip(self.columns, names, strict=True)])


def as_table(given: Any, names: Sequence[str], named: bool) -> Table:
    """Return samples with the columns that a model takes, in its order.

    Args:
        given: A pandas, Polars or PyArrow frame, an array or lists [sample, feature], or a Dataset. One dimension is
            one feature, or of several features one sample.
        names: What the model calls its columns.
        named: Whether the model was given those names, so that columns with names are picked by name.

    Raises:
        NodewiseError: If there are too many or too few columns, or named ones are missing or unknown; says which.
    """
    table = _read(given, len(names))
    if named and table.names:
        _match(table.names, names)
        places = [table.names.index(name) for name in names]
        whole = _ordered(table.whole, places)
        return Table(tuple(names), [table.columns[i] for i in places], whole)
    if len(table.columns) != len(names):
        raise NodewiseError(
            f"samples must have {len(names)} feature{'s' * (len(names) > 1)}, {listed(names, 6)}. "
            f"Got {len(table.columns)}{': ' * bool(table.names)}{listed(table.names, 6)}. "
            "Give them as the model was fitted."
        )
    return table


def as_numbers(column: np.ndarray, name: str) -> Float[np.ndarray, " sample"]:
    """Return a column as numbers; what is missing is NaN.

    Raises:
        NodewiseError: If it holds something else.
    """
    if column.dtype.kind in "biuf":
        return column.astype(np.float64)
    found = np.full(len(column), np.nan)
    for sample in np.flatnonzero(~missing(column)):
        try:
            if np.iscomplexobj(column[sample]):  # NumPy would drop the imaginary part
                raise TypeError
            found[sample] = column[sample]
        except (TypeError, ValueError):
            raise NodewiseError(
                f"feature {name!r} must hold numbers. Got {str(column[sample])!r} at sample {sample + 1}. "
                "Encode that column before the model."
            ) from None
    return found


def missing(column: np.ndarray) -> np.ndarray:
    """Return where a column of any type has no value [sample]: None, NaN, or pandas's NA."""
    return np.array([entry is None or not _equals_itself(entry) for entry in column.tolist()], bool)


def _equals_itself(entry: Any) -> bool:
    try:
        return bool(entry == entry)
    except TypeError:  # pandas.NA is neither equal to itself nor not
        return False


def _read(given: Any, width: int) -> Table:
    if isinstance(given, Dataset):
        own = given.feature_names
        default = own in (("x",), tuple(f"x{i + 1}" for i in range(given.features)))
        return Table(() if default else own, list(given.inputs.T), given.inputs)
    if any(hasattr(type(given), name) for name in ("columns", "column_names")):
        source = read_frame(given, "the frame")
        return Table(source.headers, [each.to_numpy() for each in source.columns], given)
    if isinstance(given, np.ma.MaskedArray):
        given = np.ma.filled(given.astype(float), np.nan)
    try:
        array = np.asarray(given)
    except ValueError:  # rows of different lengths
        array = np.empty(())
    if array.ndim == 1:
        array = array.reshape(-1, 1) if width == 1 else array.reshape(1, -1)
    if array.ndim != 2 or not array.size:
        raise NodewiseError(
            "samples must be a frame, or an array [sample, feature] with at least one sample. "
            f"Got {type(given).__name__}{f' of shape {array.shape}' if array.ndim else ''}."
        )
    return Table((), list(array.T), array)


def _ordered(whole: Any, places: Sequence[int]) -> Any:
    import narwhals.stable.v2 as nw

    if isinstance(whole, np.ndarray):
        return whole[:, places]
    frame = nw.from_native(whole, eager_only=True)  # type: ignore[call-overload]
    return frame[:, list(places)].to_native()  # by place: pandas's columns may be called by numbers


def _match(got: Sequence[str], wanted: Sequence[str]) -> None:
    lacking = [name for name in wanted if name not in got]
    strange = [name for name in got if name not in wanted]
    if not lacking and not strange:
        return
    parts = [f"no {listed(lacking, 6)}"] * bool(lacking) + [f"{listed(strange, 6)}, unknown to it"] * bool(strange)
    hints = nearest(lacking[0], strange, 1) if lacking else []
    remedy = f"Rename {hints[0]!r} to {lacking[0]!r}." if hints else "Add what is missing." if lacking else ""
    remedy = remedy or "Leave out what is unknown."
    raise NodewiseError(
        f"samples must have the features that the model was fitted on. Got {', and '.join(parts)}. {remedy}"
    )
