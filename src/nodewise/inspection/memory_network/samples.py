"""The samples a memory network is written from, and those that must not stand beside each other."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.data import checks
from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.reading import nice
from nodewise.network.network import default_names

_MOST = 5000  # samples: the table of all cosines then takes 200 MB
_SAME = 1e-12
_CLOSE = 1 - 1e-10
_SHOWN = 4  # numbers of an input in a sentence


@dataclass(frozen=True, eq=False)
class Samples:
    """Inputs [sample, feature] and targets [sample, output], and in `labels` what a network calls them.

    Of a classifier the targets are 1 for the own class and 0 for the others.
    """

    inputs: Float[np.ndarray, "sample feature"]
    targets: Float[np.ndarray, "sample output"]
    labels: dict[str, Any]

    def rows(self, index: np.ndarray) -> "Samples":
        """Return some of the samples."""
        return Samples(self.inputs[index], self.targets[index], self.labels)

    def shown(self, sample: int) -> str:
        """Return an input as "(0, 2)"."""
        return point(self.inputs[sample])

    def both(self, i: int, j: int) -> str:
        """Return two samples as "samples 1 and 3, (0, 1) and (0, 2)", of one feature as "sample 1 at 2 and …"."""
        if self.inputs.shape[1] == 1:
            return f"sample {i + 1} at {self.shown(i)} and sample {j + 1} at {self.shown(j)}"
        return f"samples {i + 1} and {j + 1}, {self.shown(i)} and {self.shown(j)}"

    def wanted(self, sample: int) -> str:
        """Return the targets of a sample."""
        return point(self.targets[sample])


def point(values: np.ndarray) -> str:
    """Return "(0, 2)", or a single number as it is; of many numbers the first few."""
    said = [nice(value) for value in values[:_SHOWN]] + ["…"] * (len(values) > _SHOWN)
    return said[0] if len(said) == 1 else f"({', '.join(said)})"


def gather(x: Any, y: Any) -> Samples:
    """Return the samples of a dataset, or of two arrays.

    Raises:
        NodewiseError: If there are no targets, lengths differ, a number is not finite, or there are too many samples.
    """
    if isinstance(x, Dataset) and y is None:
        return _few(_of_dataset(x))
    if y is None:
        raise NodewiseError("memory_network needs targets. Got none; pass y, or a Dataset that has targets or labels.")
    inputs = checks.table("x", x.inputs if isinstance(x, Dataset) else x)
    targets = checks.table("y", y)
    _refuse_words(targets)
    if len(inputs) != len(targets):
        raise NodewiseError(f"x and y must have one row per sample each. Got {len(inputs)} and {len(targets)}.")
    labels = _features(x) if isinstance(x, Dataset) else {"feature_names": default_names("x", inputs.shape[1])}
    labels["output_names"] = default_names("y", targets.shape[1])
    inputs = checks.numbers("x", inputs, "feature", labels["feature_names"])
    return _few(Samples(inputs, checks.numbers("y", targets, "target", labels["output_names"]), labels))


def _refuse_words(targets: np.ndarray) -> None:
    """Refuse classes, of which nobody knows yet which numbers they are to be."""
    words = np.array([[isinstance(entry, str) for entry in row] for row in targets]) if len(targets) else targets
    if targets.dtype.kind in "UO" and words.any():
        sample, column = np.argwhere(words)[0]
        raise NodewiseError(
            f"y must be numbers. Got {str(targets[sample, column])!r} of sample {sample + 1}. "
            "Give classes as labels: nodewise.memory_network(nodewise.Dataset(x, labels=y))."
        )


def _features(data: Dataset) -> dict[str, Any]:
    return {"feature_names": data.feature_names, "feature_units": data.feature_units}


def _of_dataset(data: Dataset) -> Samples:
    if data.targets is not None:
        labels = {"output_names": data.target_names, "output_units": data.target_units}
        return Samples(data.inputs, data.targets, _features(data) | labels)
    if data.labels is None:
        raise NodewiseError("memory_network needs targets or labels. Got a dataset with neither.")
    if len(data.classes) == 1:
        raise NodewiseError(f"labels must be of at least two classes. Got {data.classes[0]!r} alone.")
    labels = {"output_names": tuple(map(str, data.classes)), "classes": data.classes, "label": data.label}
    return Samples(data.inputs, np.eye(len(data.classes))[data.codes], _features(data) | labels)


def _few(samples: Samples) -> Samples:
    if not 1 <= len(samples.inputs) <= _MOST:
        raise NodewiseError(
            f"a memory network has one node per sample, at least 1 and at most {_MOST}. Got {len(samples.inputs)}. "
            "Pick some, such as data.rows(slice(1000))."
        )
    return samples


def distinct(samples: Samples, rows: Float[np.ndarray, "sample feature"], kind: str) -> np.ndarray:
    """Return the indices of the samples without copies of earlier ones.

    Args:
        samples: The samples.
        rows: Their rows, of length 1.
        kind: Of the encoding: unless "none", inputs with the same row are the same to the network.

    Raises:
        NodewiseError: If two with the same row have different targets, or are not the same to the network.
    """
    kept = np.ones(len(rows), bool)
    for i, j in np.argwhere(np.triu(rows @ rows.T > _CLOSE, 1)):
        if not kept[i] or np.abs(rows[i] - rows[j]).max() > _SAME:
            continue
        equal = (samples.inputs[i] == samples.inputs[j]).all()
        if (samples.targets[i] != samples.targets[j]).any() if equal or kind != "none" else True:
            raise NodewiseError(_refusal(samples, int(i), int(j), bool(equal), kind))
        kept[j] = False
    return np.flatnonzero(kept)


def _refusal(samples: Samples, i: int, j: int, equal: bool, kind: str) -> str:
    if equal:
        at = "at " if samples.inputs.shape[1] == 1 else ""
        return (
            f"equal inputs must have equal targets. Got samples {i + 1} and {j + 1}, both {at}{samples.shown(i)}, with "
            f"{samples.wanted(i)} and {samples.wanted(j)}. Keep one of them."
        )
    if kind == "lift":
        return (
            f"inputs with different targets must be farther apart than rounding. Got {samples.both(i, j)}, whose rows "
            "are the same beside the largest input. Keep one of them, or bring the features to one size with "
            "scale=True."
        )
    return (
        f"no two inputs may point in the same direction. Got {samples.both(i, j)}, whose rows would be the same. "
        "Use lift=True, which tells lengths apart."
    )
