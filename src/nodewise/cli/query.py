"""The inputs `nodewise memory` asks about: numbers, the rows of a file, or a sample of the table."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import nodewise as nw
from nodewise.cli.source import ENDINGS
from nodewise.data.rows import read_rows
from nodewise.errors import NodewiseError
from nodewise.inspection.memories.asked import checked

_EXAMPLE = "such as --query 0.5,1 or --query rows.csv"


def asked(query: list[str] | None, sample: Any, data: nw.Dataset | None, names: Sequence[str]) -> np.ndarray | None:
    """Return what is asked about, one sample [feature] or several [query, feature], or None where nothing is.

    Raises:
        NodewiseError: If it is neither numbers nor a table, or does not fit the features called `names`.
    """
    if query is not None and sample is not None:
        raise NodewiseError("--query and --sample both name the input to ask about. Got both; leave one of them out.")
    if sample is not None:
        return _sample(sample, data)
    if query is None:
        return None
    words = [word for word in query if word]
    if len(words) == 1 and (words[0].lower().endswith(ENDINGS) or Path(words[0]).is_file()):
        return read_rows(words[0], names)
    return checked(tuple(names), [_number(word) for word in words])


def _sample(sample: Any, data: nw.Dataset | None) -> np.ndarray:
    count = 0 if data is None else data.samples
    if data is None or not isinstance(sample, int) or not 1 <= sample <= count:
        rule = f"a whole number from 1 to {count}" if data is not None else "used with a TABLE"
        raise NodewiseError(f"--sample must be {rule}. Got {sample!r}.")
    return data.inputs[sample - 1]


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise NodewiseError(f"--query takes numbers, or a table's file, {_EXAMPLE}. Got {word!r}.") from None
