"""Checks that turn what a user hands over into clean arrays, names and settings, or refuse it in a sentence."""

import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nodewise.errors import NodewiseError

Array = NDArray[np.float64]

_LARGEST = int(np.finfo(np.float64).max)
_WHOLE = 1 << 53  # beyond it a float cannot tell whole numbers apart
UTMOST = 1e100  # beyond it the squares and products of the readings may overflow
_LONGEST = 60  # characters of a user's value in a message


def table(what: str, values: ArrayLike) -> NDArray[Any]:
    """Return `values` as an array [sample, column] of any type; one dimension becomes one column.

    Raises:
        NodewiseError: If the rows differ in length, or there are not one or two dimensions, or no columns.
    """
    if hasattr(type(values), "filled"):
        # A masked array: np.asarray would bring back the values under the mask. Naming its class would import numpy.ma.
        values = np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan)
    try:
        array = np.asarray(values)
    except ValueError:
        raise NodewiseError(
            f"{what} must have equally many values in every sample. Got rows of different lengths."
        ) from None
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or array.shape[1] == 0:
        raise NodewiseError(
            f"{what} must be an array [sample, column] with at least one column. Got shape {np.shape(values)}. "
            "Reshape it first."
        )
    return array


def numbers(what: str, values: NDArray[Any], noun: str, names: Sequence[str], gaps: bool = False) -> Array:
    """Return `values` [sample, column] as a read-only C-contiguous float64 copy.

    Args:
        what: The argument's name for messages.
        values: Array [sample, column].
        noun: What one column is called: "feature" or "target".
        names: The name of each column.
        gaps: Whether a value may be missing, which is NaN; not a whole column.

    Raises:
        NodewiseError: If a value is no number, NaN, infinite or beyond 1e100; the message names sample (from 0) and
            column.
    """
    if values.dtype.kind not in "biuf":  # bool, int, unsigned, float; of the rest only objects can all be numbers
        for (sample, column), value in np.ndenumerate(values):
            if not _is_number(value):
                raise NodewiseError(
                    f"{what} must be numbers. Got {_shown(value)} at sample {sample} of {noun} {names[column]!r}. "
                    "Convert that column to numbers or leave it out."
                )
    result = np.array(values, dtype=np.float64, order="C")
    finite = np.isfinite(result)
    if gaps:
        finite |= np.isnan(result)
        _refuse_empty(result, noun, names)
    if not finite.all():
        sample, column = np.argwhere(~finite)[0]
        raise NodewiseError(
            f"{what} must be finite. Got {result[sample, column]} at sample {sample} of {noun} {names[column]!r}. "
            "Drop or fill such rows first."
        )
    utmost = np.abs(result) > UTMOST
    if utmost.any():
        sample, column = np.argwhere(utmost)[0]
        raise NodewiseError(
            f"{what} must lie between -1e100 and 1e100. Got {result[sample, column]:g} at sample {sample} of {noun} "
            f"{names[column]!r}. Use a larger unit."
        )
    result.setflags(write=False)
    return result


def _refuse_empty(values: Array, noun: str, names: Sequence[str]) -> None:
    empty = np.isnan(values).all(axis=0)
    if empty.any():
        raise NodewiseError(
            f"{noun} {names[int(empty.argmax())]!r} must have a value somewhere. Got none in {len(values)} samples. "
            f"Leave that {noun} out, or give samples that have it."
        )


def _is_number(value: object) -> bool:
    # float would take these: text, the real part of a NumPy complex, the count of days of a NumPy date.
    if isinstance(value, str | bytes | np.complexfloating | np.datetime64 | np.timedelta64):
        return False
    try:
        float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return False
    return True


def _shown(value: object) -> str:
    if isinstance(value, int) and abs(value) > _LARGEST:
        return "a whole number beyond 1e308"  # Python refuses to write out the longest of them
    text = repr(value.item() if isinstance(value, np.generic) else value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def varies(values: Array, noun: str, names: Sequence[str]) -> None:
    """Refuse a column of `values` [sample, column] whose values are all equal: it teaches nothing."""
    same = (values[0] == values).all(axis=0)
    if same.any():
        column = int(same.argmax())
        raise NodewiseError(
            f"{noun} {names[column]!r} must vary. All {len(values)} values equal {values[0, column]:g}. "
            + ("Leave that feature out." if noun == "feature" else "There is nothing to learn; choose another target.")
        )


def column_names(what: str, names: str | Sequence[str], count: int) -> tuple[str, ...]:
    """Return `names` (one string counts as one name) as a tuple of `count` strings.

    Raises:
        NodewiseError: If there are more or fewer than `count`, or one is not a string.
    """
    result = (names,) if isinstance(names, str) else tuple(names)
    if len(result) != count or not all(isinstance(name, str) for name in result):
        raise NodewiseError(f"{what} must be {count} string{'s' * (count > 1)}, one per column. Got {list(result)!r}.")
    return result


def distinct(names: Sequence[str]) -> None:
    """Refuse `names`, of all features and targets, when two are the same."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise NodewiseError(f"Names of features and targets must differ. Got {name!r} twice. Rename one of them.")
        seen.add(name)


def sample_weights(values: ArrayLike, samples: int) -> Array:
    """Return `values` as read-only weights [sample].

    Raises:
        NodewiseError: If they are not one per sample, or one is negative, NaN or infinite, or all are zero.
    """
    column = table("weights", values)
    same_length("weights", len(column), samples)
    if column.shape[1] != 1:
        raise NodewiseError(f"weights must be one number per sample. Got {column.shape[1]} columns. Pass one of them.")
    result = numbers("weights", column, "column", ["weights"])[:, 0]
    if (result < 0).any():
        sample = int((result < 0).argmax())
        raise NodewiseError(
            f"weights must not be negative. Got {result[sample]:g} at sample {sample}. "
            "Use 0 to leave a sample out of training."
        )
    if not result.any():
        raise NodewiseError("weights must not all be zero. Give at least one sample a positive weight.")
    return result


def labels(values: ArrayLike, samples: int) -> NDArray[Any]:
    """Return `values` as read-only labels [sample]: texts, whole numbers, or True and False, as they were.

    Raises:
        NodewiseError: If they are not one per sample, one is missing or no class, or texts and numbers are mixed.
    """
    array = np.asarray(values)
    if array.ndim != 1:
        raise NodewiseError(f"labels must be one class per sample. Got shape {array.shape}. Pass one column.")
    same_length("labels", len(array), samples)
    entries = array.tolist()
    for sample, entry in enumerate(entries):
        if _gone(entry):
            raise NodewiseError(
                f"labels must be given for every sample. Got {_shown(entry)} at sample {sample}. "
                "Leave out the samples without one."
            )
    kinds = {_label_kind(entry) for entry in entries}
    if len(kinds) != 1 or None in kinds:
        odd = next(sample for sample, entry in enumerate(entries) if _label_kind(entry) in (None, *_others(entries)))
        seen = len({repr(entry) for entry in entries})
        raise NodewiseError(
            "labels must be all texts, all whole numbers, or all True and False. "
            f"Got {_shown(entries[odd])} at sample {odd}, one of {seen} different values. "
            "To learn numbers, give them as targets."
        )
    result = np.array([int(entry) for entry in entries]) if kinds == {int} else np.array(entries)
    result.setflags(write=False)
    return result


def _gone(entry: object) -> bool:
    try:
        return entry is None or bool(entry != entry) or (isinstance(entry, str) and not entry.strip())  # NaN
    except TypeError:  # pandas.NA compares to neither True nor False
        return True


def _label_kind(entry: object) -> type | None:
    """Return str, bool or int, what a label can be; a float without fraction is a whole number."""
    if isinstance(entry, str | bool):
        return type(entry)
    if isinstance(entry, int | float) and abs(entry) < _WHOLE and entry == int(entry):
        return int
    return None


def _others(entries: Sequence[object]) -> set[type | None]:
    """Return the kinds of labels that the first label is not."""
    return {str, bool, int} - {_label_kind(entries[0])}


def same_length(what: str, length: int, samples: int) -> None:
    """Refuse `what` when its `length` is not the number of samples."""
    if length != samples:
        raise NodewiseError(f"{what} must have one row per sample. Got {length} rows for {samples} samples of inputs.")


def whole(what: str, value: object, least: int) -> int:
    """Return `value` as an int of at least `least`.

    Raises:
        NodewiseError: If it is no whole number (True and False are none), or below `least`.
    """
    try:
        if isinstance(value, bool | np.bool_):
            raise TypeError
        result = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        result = least - 1
    if result < least:
        raise NodewiseError(f"{what} must be a whole number of at least {least}. Got {value!r}.")
    return result


def real(what: str, value: object, least: float = -math.inf) -> float:
    """Return `value` as a finite float of at least `least`.

    Raises:
        NodewiseError: If it is no finite number, or below `least`.
    """
    try:
        result = math.nan if isinstance(value, str | bytes) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        result = math.nan
    if not math.isfinite(result) or result < least:
        bound = "" if least == -math.inf else f" of at least {least:g}"
        raise NodewiseError(f"{what} must be a finite number{bound}. Got {value!r}.")
    return result
