"""What is stored and what it is asked with: rows and a cue, checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from nodewise.data import checks
from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError, unknown


@dataclass(frozen=True, eq=False)
class Memory:
    """Rows to be recalled.

    Attributes:
        rows: [row, feature], in the user's units.
        feature_names: One per feature.
        labels: [row], what each row is called; none if it has no label.
        shape: Height and width, if each row is an image.
    """

    rows: Float[np.ndarray, "row feature"]
    feature_names: tuple[str, ...]
    labels: tuple[Any, ...]
    shape: tuple[int, int] | None

    @property
    def constant(self) -> Bool[np.ndarray, " feature"]:
        """Which features are the same in all rows."""
        return (self.rows == self.rows[0]).all(axis=0)


def as_memory(memory: Any) -> Memory:
    """Return the inputs of a dataset, rows [row, feature], or images [row, height, width], as a memory.

    Raises:
        NodewiseError: If there is no row, or a value is missing or no number.
    """
    if isinstance(memory, Dataset):
        labels = () if memory.labels is None else tuple(memory.labels.tolist())
        return Memory(memory.inputs, memory.feature_names, labels, None)
    shape = None
    if getattr(memory, "ndim", 0) == 3 and memory.size:
        shape = (int(memory.shape[1]), int(memory.shape[2]))
        memory = memory.reshape(len(memory), -1)
    table = checks.table("memory", memory)
    if not len(table):
        raise NodewiseError("memory must hold at least one row. Got none. Add the rows to be recalled.")
    names = tuple(f"x{i + 1}" for i in range(table.shape[1]))
    return Memory(checks.numbers("memory", table, "feature", names), names, (), shape)


def as_cue(memory: Memory, cue: Any) -> Float[np.ndarray, " feature"]:
    """Return a cue as one number per feature, NaN where it is not known.

    Args:
        memory: What it is a cue to.
        cue: One number per feature, None, NaN or masked where not known, or a dictionary from feature names to those
            that are known.

    Raises:
        NodewiseError: If it has another length or names, a value is infinite or no number, or nothing is known.
    """
    names = memory.feature_names
    values = _numbers(_named(cue, names) if isinstance(cue, Mapping) else cue)
    if values.size != len(names):
        raise NodewiseError(
            f"cue must have {len(names)} value{'s' * (len(names) != 1)}, one per feature of the memory. "
            f"Got {values.size}. Put NaN where a value is not known."
        )
    if np.isinf(values).any() or (np.abs(values) > 1e100).any():
        at = int((np.abs(values) > 1e100).argmax())
        raise NodewiseError(
            f"cue must lie between -1e100 and 1e100. Got {values[at]:g} in feature {names[at]!r}. "
            "Put NaN where a value is not known."
        )
    if np.isnan(values).all():
        raise NodewiseError("cue must know at least one value. Got only missing ones. Give one to compare rows with.")
    return values


def _named(cue: Mapping[Any, Any], names: tuple[str, ...]) -> list[Any]:
    for name in cue:
        if name not in names:
            raise unknown("a feature of the cue", name, names)
    return [cue.get(name, np.nan) for name in names]


def _numbers(cue: Any) -> Float[np.ndarray, " feature"]:
    if isinstance(cue, Dataset):
        cue = cue.inputs
    if hasattr(type(cue), "filled"):  # a masked array: what is masked is not known
        cue = np.ma.filled(np.ma.asarray(cue, dtype=np.float64), np.nan)
    try:
        array = np.asarray(cue)
        if array.dtype.kind not in "biufO" or any(isinstance(value, str | bytes) for value in array.flat):
            raise TypeError
        return np.array(array, dtype=np.float64).reshape(-1)
    except (TypeError, ValueError):
        raise NodewiseError(
            "cue must be one number per feature, NaN where it is not known, or a dictionary from feature names to "
            f"numbers. Got {f'{cue!r}'[:60]}."
        ) from None
