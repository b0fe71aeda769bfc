"""The samples of a study: what is trained on, and what the trained networks are judged by."""

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
_POINTS = 401  # along the range of one feature, where the true function is known
_BEYOND = 0.5  # of the range, to either side


@dataclass(frozen=True, eq=False)
class Points:
    """Where networks are judged.

    Attributes:
        inputs: [point, feature].
        wanted: [point, output], numbers, or [point], labels.
        words: What they are, as in "RMSE on …".
    """

    inputs: np.ndarray
    wanted: np.ndarray
    words: str


@dataclass(frozen=True, eq=False)
class Samples:
    """Samples to train on, and points to judge by.

    Attributes:
        train: Trained on.
        inside: Judged by, where it was trained.
        outside: Judged by, where it was not, or None.
    """

    train: Dataset
    inside: Points
    outside: Points | None

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
        given = {name: getattr(self.train, name) for name in _ARRAYS}
        arrays = {f"train.{name}": values for name, values in given.items() if values is not None}
        texts: dict[str, Any] = {"train": {name: getattr(self.train, name) for name in _TEXTS}}
        if self.train.labels is not None:
            texts["train"]["labels"] = self.train.labels.tolist()
        for part, points in (("inside", self.inside), ("outside", self.outside)):
            if points is None:
                continue
            texts[part] = {"words": points.words}
            arrays[f"{part}.inputs"] = points.inputs
            if points.wanted.dtype.kind == "f":
                arrays[f"{part}.wanted"] = points.wanted
            else:
                texts[part]["wanted"] = points.wanted.tolist()
        return arrays, json.loads(json.dumps(texts))


def unpack(arrays: dict[str, np.ndarray], texts: dict[str, Any]) -> Samples:
    """Return the samples that `Samples.pack` wrote."""
    own = {name: arrays[f"train.{name}"] for name in _ARRAYS if f"train.{name}" in arrays}
    parts = [_points(arrays, texts, part) for part in ("inside", "outside")]
    assert parts[0] is not None
    return Samples(Dataset(**own, **texts["train"]), parts[0], parts[1])


def _points(arrays: dict[str, np.ndarray], texts: dict[str, Any], part: str) -> Points | None:
    if part not in texts:
        return None
    numbers = arrays.get(f"{part}.wanted")
    wanted = np.array(texts[part]["wanted"]) if numbers is None else numbers
    return Points(arrays[f"{part}.inputs"], wanted, texts[part]["words"])


def split(data: Any, holdout: Any) -> Samples:
    """Return the samples of a study.

    Where the true function is known, networks are judged by it: of one feature at 401 places along the range trained
    on, else at the samples trained on; and outside, unless samples are held out, over half the range beyond either end.

    Args:
        data: All samples, or those trained on.
        holdout: The share of the samples with the largest values of the first feature, such as the last fifth of the
            years, that is kept for the error outside; or a Dataset of its own; 0 for none.

    Raises:
        NodewiseError: If the share is not from 0 to below 1 or leaves too few samples, or the other data do not fit.
    """
    if not isinstance(data, Dataset):
        raise NodewiseError(f"data must be a Dataset. Got {type(data).__name__}; nodewise.read_table makes one.")
    if data.targets is None and data.labels is None:
        raise NodewiseError("data must have targets or labels to fit. Got neither; give numbers or classes to learn.")
    if isinstance(holdout, Dataset):
        _check_alike(data, holdout)
        return Samples(data, _inside(data), _as_given(holdout))
    if isinstance(holdout, bool) or not isinstance(holdout, int | float | np.number) or not 0 <= holdout < 1:
        raise NodewiseError(f"holdout must be a share from 0 to below 1, or a Dataset (--test TABLE). Got {holdout!r}.")
    count = round(data.samples * float(holdout))
    if not count:
        return Samples(data, _inside(data), _beyond(data))
    if data.samples - count < _FEWEST:
        raise NodewiseError(f"holdout must leave at least 2 samples to train on. Got {holdout} of {data.samples}.")
    order = np.argsort(data.inputs[:, 0], kind="stable")
    train, rest = (data.rows(np.sort(part)) for part in (order[:-count], order[-count:]))
    _check_left(train, holdout)
    return Samples(train, _inside(train), _judged(rest, f"the last {float(holdout):.3g} of {data.feature_names[0]}"))


def _check_alike(data: Dataset, other: Dataset) -> None:
    mine, given = ((each.feature_names, each.target_names, each.targets is None) for each in (data, other))
    if mine != given:
        said = [", ".join((*names, *targets)) + " and labels" * labels for names, targets, labels in (mine, given)]
        raise NodewiseError(f"holdout must have the features and targets of the data: {said[0]}. Got {said[1]}.")


def _check_left(train: Dataset, holdout: Any) -> None:
    """Refuse what is left to train on, if nothing can be learned from it."""
    if len(train.classes) == 1:
        raise NodewiseError(
            f"holdout must leave samples of two classes. Got {holdout}, which leaves {train.classes[0]!r}."
        )
    for names, values in ((train.feature_names, train.inputs), (train.target_names, train.targets)):
        for name, column in zip(names, () if values is None else values.T, strict=bool(names)):
            if np.ptp(column) == 0:
                raise NodewiseError(
                    f"holdout must leave samples that differ. Got {holdout}, which leaves {name} at {column[0]:g}."
                )


def _inside(data: Dataset) -> Points:
    if data.function is None or data.targets is None or data.features > 1:
        return _judged(data, "the samples trained on")
    low, high = float(data.low[0]), float(data.high[0])
    return _truth(data, np.linspace(low, high, _POINTS)) or _as_given(data, "the samples trained on")


def _beyond(data: Dataset) -> Points | None:
    if data.function is None or data.targets is None or data.features > 1:
        return None
    low, high = float(data.low[0]), float(data.high[0])
    reach, count = _BEYOND * (high - low), _POINTS // 2
    away = np.arange(1, count + 1) / count * reach
    return _truth(data, np.concatenate([low - away[::-1], high + away]), "half the range beyond either end")


def _truth(data: Dataset, x: np.ndarray, where: str = "the range") -> Points | None:
    assert data.function is not None
    with np.errstate(all="ignore"):
        wanted = np.asarray(data.function(x[:, None]), float)
    return Points(x[:, None], wanted, f"the true function over {where}") if np.isfinite(wanted).all() else None


def _judged(data: Dataset, words: str) -> Points:
    if data.function is None or data.targets is None:
        return _as_given(data, words)
    return Points(data.inputs, np.asarray(data.function(data.inputs), float), f"the true function at {words}")


def _as_given(data: Dataset, words: str = "the samples given for it") -> Points:
    wanted = data.labels if data.targets is None else data.targets
    assert wanted is not None
    return Points(data.inputs, wanted, words)
