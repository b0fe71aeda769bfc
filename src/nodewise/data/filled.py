"""Samples with gaps, filled as the model does for which they are read."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nodewise.data.dataset import GIVEN, Dataset
from nodewise.data.encoded import Encoded
from nodewise.data.source import listed
from nodewise.errors import NodewiseError

_SHOWN = 6  # columns in a sentence


def filled(data: Dataset, fills: Sequence[float | None], encoded: Encoded = ()) -> tuple[Dataset, int]:
    """Return samples with their gaps filled, without those that lack what is not filled, and how many were filled.

    Args:
        data: The samples, NaN where a feature is missing.
        fills: What to put there, one per feature, None for nothing; as of `Origin`.
        encoded: Which features are categories of a column, as of `Origin`: they have their gaps together.

    Raises:
        NodewiseError: If fewer than two samples are left.
    """
    gaps = np.isnan(data.inputs)
    if not gaps.any():
        return data, 0
    put = np.array([np.nan if fill is None else fill for fill in fills], dtype=float)
    inputs = np.where(gaps, put, data.inputs)
    kept = np.logical_not(np.isnan(inputs).any(axis=1))
    lacking = int(len(kept) - kept.sum())
    if len(kept) - lacking < 2:
        names = [name for name, fill in zip(data.feature_names, fills, strict=True) if fill is None]
        raise NodewiseError(
            "at least two rows must have a value of every feature that the model does not fill. Got "
            f"{len(kept) - lacking} of {len(kept)}; it does not fill {listed(names, _SHOWN)}. Fill the gaps."
        )
    columns = {feature: column for column, _, feature in encoded}
    counts = {
        columns.get(name, name): int(count)
        for name, count in zip(data.feature_names, (gaps & kept[:, None]).sum(axis=0), strict=True)
        if count
    }
    notes = [note for note in data.notes if not note.endswith(GIVEN)]
    notes += [f"Dropped {lacking} rows that lack what the model does not fill."] if lacking else []
    shown = ", ".join([f"{count} of {name}" for name, count in counts.items()][:_SHOWN]) + ", …" * (
        len(counts) > _SHOWN
    )
    total = sum(counts.values())
    notes += [f"Filled {total} missing value{'s' * (total > 1)} as the model does: {shown}."] if total else []
    whole = replace(data, inputs=inputs, dropped=data.dropped + lacking, notes=notes, gaps=True)
    return whole.rows(kept), total
