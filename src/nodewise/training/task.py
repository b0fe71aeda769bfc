"""What a training aims at: numbers or classes, the loss for them, and what the network says in the end."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.network.network import called

_BINARY = 2
_LOGIT = 2.0  # the logit a start aims at: a probability of 0.88
_MOST_CLASSES = 1000


@dataclass(frozen=True, eq=False)
class Task:
    """What to learn from a dataset.

    Attributes:
        data: All the data.
        outputs: Number of outputs: targets, or 1 for two classes, or one per class.
    """

    data: Dataset
    outputs: int

    @property
    def labels(self) -> bool:
        """Whether classes are learned."""
        return self.data.targets is None

    def targets(self, data: Dataset) -> Float[np.ndarray, "sample output"]:
        """Return the targets of some of the data: numbers, or 1 for the class of each sample and 0 for the others."""
        if data.targets is not None:
            return data.targets
        codes = np.searchsorted(np.array(self.data.classes), data.labels)  # type: ignore[arg-type]
        hot = (codes[:, None] == np.arange(len(self.data.classes))).astype(float)
        return hot[:, 1:] if self.outputs == 1 else hot

    def aims(self, targets: Float[np.ndarray, "sample output"]) -> Float[np.ndarray, "sample output"]:
        """Return what a data-aware start solves its output layer for: the targets, or logits of the right sign."""
        return _LOGIT * (2 * targets - 1) if self.labels else targets

    def names(self) -> dict[str, Any]:
        """Return names, units and classes, as fields of `Network`."""
        data, classes = self.data, self.data.classes
        inputs = {"feature_names": data.feature_names, "feature_units": data.feature_units}
        if not self.labels:
            return inputs | {"output_names": data.target_names, "output_units": data.target_units}
        names = tuple(map(called, classes[1:] if self.outputs == 1 else classes))
        return inputs | {"output_names": names, "classes": classes, "label": data.label}


def task(data: object) -> Task:
    """Return what there is to learn from a dataset.

    Raises:
        NodewiseError: If it has neither targets nor labels, or its labels are of one class only, or one has only one
            sample.
    """
    if not isinstance(data, Dataset):
        raise NodewiseError(f"data must be a Dataset. Got {type(data).__name__}; nodewise.read_table makes one.")
    if not data.whole.all():
        sample = int(data.whole.argmin())
        raise NodewiseError(
            f"data to train on must have no gaps. Got sample {sample + 1} without "
            f"{data.feature_names[int(np.isnan(data.inputs[sample]).argmax())]}; leave such samples out with "
            "data.rows(data.whole), or fill them."
        )
    if data.targets is not None:
        return Task(data, data.outputs)
    if data.labels is None:
        raise NodewiseError("data must have targets or labels to fit. Got neither; give numbers or classes to learn.")
    _check_classes(data)
    count = len(data.classes)
    return Task(data, 1 if count == _BINARY else count)


def _check_classes(data: Dataset) -> None:
    if len(data.classes) == 1:
        raise NodewiseError(
            f"{data.label!r} must have at least two classes. All {data.samples} samples are {data.classes[0]!r}. "
            "There is nothing to tell apart; add samples of another class."
        )
    counts = np.bincount(data.codes)
    single = np.flatnonzero(counts < _BINARY)
    numbers = ' To learn numbers instead, say task="regression" (--task regression).' * isinstance(data.classes[0], int)
    if single.size:
        more = f" and of {single.size - 1} more" if single.size > 1 else ""
        first = data.classes[single[0]]
        raise NodewiseError(
            f"every class of {data.label!r} must have at least two samples. Got 1 of {first!r}{more}. "
            f"Add samples or leave such classes out.{numbers}"
        )
    if len(data.classes) > _MOST_CLASSES:
        raise NodewiseError(
            f"{data.label!r} must have at most {_MOST_CLASSES} classes. Got {len(data.classes)}. Join classes.{numbers}"
        )
