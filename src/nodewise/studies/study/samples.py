"""The samples of a study: what is trained on, and what is kept for the error outside."""

import json
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError

_ARRAYS = ("inputs", "targets", "weights")
_TEXTS = ("feature_names", "target_names", "feature_units", "target_units", "noise", "label", "name")
_FEWEST = 2


@dataclass(frozen=True, eq=False)
class Samples:
    """Samples to train on, and others to judge by.

    Attributes:
        inside: Trained on.
        outside: Judged by only, or None.
    """

    inside: Dataset
    outside: Dataset | None

    @cached_property
    def key(self) -> str:
        """A name made of all numbers, labels and names: the same for the same samples."""
        arrays, texts = self.pack()
        digest = sha256(json.dumps(texts, sort_keys=True).encode())
        for name, values in sorted(arrays.items()):
            digest.update(f"{name} {values.shape}".encode() + np.ascontiguousarray(values).tobytes())
        return digest.hexdigest()[:32]

    def pack(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Return the numbers as arrays by name, and the rest as plain values for JSON."""
        arrays, texts = {}, {}
        for part, data in (("inside", self.inside), ("outside", self.outside)):
            if data is None:
                continue
            given = {name: getattr(data, name) for name in _ARRAYS}
            arrays |= {f"{part}.{name}": values for name, values in given.items() if values is not None}
            texts[part] = {name: getattr(data, name) for name in _TEXTS}
            if data.labels is not None:
                texts[part]["labels"] = data.labels.tolist()
        return arrays, json.loads(json.dumps(texts))


def unpack(arrays: dict[str, np.ndarray], texts: dict[str, Any]) -> Samples:
    """Return the samples that `Samples.pack` wrote."""
    parts = {}
    for part, more in texts.items():
        own = {name: arrays[f"{part}.{name}"] for name in _ARRAYS if f"{part}.{name}" in arrays}
        parts[part] = Dataset(**own, **more)
    return Samples(parts["inside"], parts.get("outside"))


def split(data: Dataset, holdout: Any) -> Samples:
    """Return the samples of a study.

    Args:
        data: All samples, or those trained on.
        holdout: The share of the samples with the largest values of the first feature, such as the last fifth of the
            years, that is kept for the error outside; or a Dataset of its own; 0 for none.

    Raises:
        NodewiseError: If the share is not from 0 to below 1 or leaves too few samples, or the other data do not fit.
    """
    if isinstance(holdout, Dataset):
        mine, other = ((each.features, each.outputs or each.classes) for each in (data, holdout))
        if mine != other:
            raise NodewiseError(
                f"holdout must have the features and targets of the data, {mine[0]} and {mine[1]}. "
                f"Got {other[0]} and {other[1]}."
            )
        return Samples(data, holdout)
    if isinstance(holdout, bool) or not isinstance(holdout, int | float | np.number) or not 0 <= holdout < 1:
        raise NodewiseError(f"holdout must be a share from 0 to below 1, or a Dataset. Got {holdout!r}.")
    count = round(data.samples * float(holdout))
    if not count:
        return Samples(data, None)
    if data.samples - count < _FEWEST:
        raise NodewiseError(f"holdout must leave at least 2 samples to train on. Got {holdout} of {data.samples}.")
    order = np.argsort(data.inputs[:, 0], kind="stable")
    return Samples(data.rows(np.sort(order[:-count])), data.rows(np.sort(order[-count:])))
