"""The samples of a study: what is trained on, and what is kept for the error outside."""

import json
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import numpy as np

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError

_ARRAYS = ("inputs", "targets", "weights")
_TEXTS = ("feature_names", "feature_units", "output_names", "output_units", "name", "label")


@dataclass(frozen=True, eq=False)
class Samples:
    """Samples to train on, and others to judge by.

    Attributes:
        inside: Trained on.
        outside: Judged by only, or None.
    """

    inside: Dataset
    outside: Dataset | None

    @property
    def name(self) -> str:
        """A name made of all numbers and names: the same for the same samples."""
        arrays, texts = pack(self)
        digest = sha256(json.dumps(texts, sort_keys=True).encode())
        for name in sorted(arrays):
            digest.update(name.encode() + str(arrays[name].shape).encode() + arrays[name].tobytes())
        return digest.hexdigest()[:32]


def split(data: Dataset, holdout: Any) -> Samples:
    """Return the samples of a study.

    Args:
        data: All samples, or those trained on.
        holdout: The share of the samples with the largest values of the first feature, such as the last fifth of the
            years, that is kept for the error outside; or a Dataset of its own; 0 for none.

    Raises:
        NodewiseError: If the share is not from 0 to below 1, leaves too few samples, or the other data do not fit.
    """
    if isinstance(holdout, Dataset):
        if (holdout.features, holdout.outputs) != (data.features, data.outputs):
            raise NodewiseError(
                f"holdout must have the features and outputs of the data, {data.features} and {data.outputs}. "
                f"Got {holdout.features} and {holdout.outputs}."
            )
        return Samples(data, holdout)
    if isinstance(holdout, bool) or not isinstance(holdout, int | float | np.number) or not 0 <= holdout < 1:
        raise NodewiseError(f"holdout must be a share from 0 to below 1, or a Dataset. Got {holdout!r}.")
    count = round(data.samples * float(holdout))
    if not count:
        return Samples(data, None)
    order = np.argsort(data.inputs[:, 0], kind="stable")
    if data.samples - count < 2:  # noqa: PLR2004
        raise NodewiseError(f"holdout must leave at least 2 samples to train on. Got {holdout} of {data.samples}.")
    return Samples(data.take(np.sort(order[:-count])), data.take(np.sort(order[-count:])))
