"""What a classifier does with the samples: how many it gets right, and how far the winner is ahead."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.boundaries.called import Choice
from nodewise.inspection.reading import as_samples, readonly
from nodewise.inspection.rule import Rule


@dataclass(frozen=True, eq=False)
class Samples:
    """The classifier on the samples.

    Attributes:
        codes: [sample], the class it says, as an index into the classes.
        margin: [sample], how far the winner is ahead, in the unit of the outputs.
        truth: [sample], the class by its label, -1 for a label that is no class; None without labels.
        accuracy: Share of samples it gets right; None without labels.
        class_accuracy: [class], the same among the samples of each class; nan for a class without one.
        count: [class], how many samples have this label.
    """

    codes: Int[np.ndarray, " sample"]
    margin: Float[np.ndarray, " sample"]
    truth: Int[np.ndarray, " sample"] | None
    accuracy: float | None
    class_accuracy: Float[np.ndarray, " class"] | None
    count: Int[np.ndarray, " class"] | None


def classified(rule: Rule | Choice, data: Dataset) -> Samples:
    """Return what the classifier does with the samples.

    Raises:
        NodewiseError: If they do not fit the network.
    """
    x = as_samples(rule.network, data)
    codes, margin = rule.codes(x), rule.margin(rule.network(x))
    if data.labels is None:
        return Samples(readonly(codes), readonly(margin), None, None, None, None)
    truth = _truth(rule.classes, data.labels)
    right, count = codes == truth, np.bincount(truth[truth >= 0], minlength=len(rule.classes))
    hits = np.bincount(truth[right], minlength=len(rule.classes))
    share = np.divide(hits, count, out=np.full(len(count), np.nan), where=count > 0)
    return Samples(
        readonly(codes), readonly(margin), readonly(truth), float(right.mean()), readonly(share), readonly(count)
    )  # fmt: skip


def _truth(classes: tuple[Any, ...], labels: np.ndarray) -> np.ndarray:
    known = {label: code for code, label in enumerate(classes)}
    truth = np.array([known.get(label, -1) for label in labels.tolist()], np.intp)
    if (truth < 0).all():
        raise NodewiseError(
            f"labels must be the network's classes, {', '.join(map(str, classes[:6]))}{', …' * (len(classes) > 6)}. "
            f"Got {labels.tolist()[0]!r} and no class among them; give the data it was trained on, or data without "
            "labels."
        )
    return truth
