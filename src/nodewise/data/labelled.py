"""Labels of a column as their places among classes that are known."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nodewise.errors import NodewiseError
from nodewise.shapes import Float


def codes(series: Any, classes: Sequence[str | bool | int]) -> Float[np.ndarray, " row"]:
    """Return each label's place among the classes, NaN where it is missing.

    Args:
        series: A Polars Series.
        classes: What the labels can be; texts are compared without blanks around them.

    Raises:
        NodewiseError: If a label is none of the classes.
    """
    import polars as pl

    if not (series.dtype.is_numeric() or series.dtype == pl.Boolean):
        series = series.cast(pl.String)
    places: dict[Any, int] = {entry: place for place, entry in enumerate(classes)}
    found: dict[Any, int] = {}
    for entry in series.unique(maintain_order=True).to_list():
        text = entry.strip() if isinstance(entry, str) else entry
        if text is None or text == "" or text != text:  # NaN
            continue
        if text not in places:
            raise NodewiseError(
                f"labels must be among the network's classes: {', '.join(map(repr, classes))}. Got {text!r} in "
                f"{series.name!r}. Give data with the labels it was trained on, or without any."
            )
        found[entry] = places[text]
    if not found:
        return np.full(len(series), np.nan)
    replaced = series.replace_strict(list(found), list(found.values()), default=None, return_dtype=pl.Float64)
    return replaced.to_numpy()
