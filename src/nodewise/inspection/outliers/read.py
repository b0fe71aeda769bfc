"""`outliers`: samples far from the rest, how much they weigh, and which node stores them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.outliers import distance
from nodewise.inspection.outliers.storage import Storage, storage
from nodewise.inspection.reading import (
    Reading,
    Row,
    as_network,
    as_samples,
    counted,
    interval,
    joined,
    listed,
    nice,
    readonly,
)  # fmt: skip
from nodewise.network import Network

_MOST = 3  # outliers the sentence tells of


@dataclass(frozen=True, eq=False)
class Outliers(Reading):
    """Samples far from the rest, in arrays counted from 0.

    Attributes:
        samples: [outlier], which they are, the farthest first.
        columns: Names of the features, and of the targets if there are any.
        values: [sample, column].
        outside: [sample, column], how many quartile distances a value lies outside the quartiles; 0 in columns whose
            quartiles are equal. Above 3 it is "far out" (Tukey, "Exploratory data analysis", 1977).
        scores: [sample, column], standard deviations from the mean, of all samples.
        largest_score: √(n - 1), which no sample of n can exceed however far it is.
        squeezed: [column, 2], the range of the other samples' scores: what standardising leaves of them.
        leverage: [sample], of a linear fit: by how much the fit at the sample moves with its target, 1 if it goes
            through it whatever the others say.
        node_leverage: [sample], the same of the output layer, whose columns are the last hidden layer's activations.
        residual: [sample, output], target less output; None without targets.
        storage: What the nodes do for each outlier; None without hidden nodes or outliers.
    """

    samples: Int[np.ndarray, " outlier"]
    columns: tuple[str, ...]
    values: Float[np.ndarray, "sample column"]
    outside: Float[np.ndarray, "sample column"]
    scores: Float[np.ndarray, "sample column"]
    largest_score: float
    squeezed: Float[np.ndarray, "column 2"]
    leverage: Float[np.ndarray, " sample"]
    node_leverage: Float[np.ndarray, " sample"]
    residual: Float[np.ndarray, "sample output"] | None
    storage: Storage | None

    @property
    def summary(self) -> str:
        """The outliers, what standardising does to the others, and the nodes that store them."""
        count, total = len(self.samples), len(self.leverage)
        if not count:
            most = int(self.leverage.argmax())
            return (
                f"None of {total} samples lies far from the rest; the largest leverage is "
                f"{nice(self.leverage[most])} (sample {most + 1})."
            )
        parts = [f"{count} of {total} samples {'lies' if count == 1 else 'lie'} far from the rest"]
        parts += [self._told(i) for i in range(min(count, _MOST))]
        if count > _MOST:
            parts.append(f"{count - _MOST} more")
        return "; ".join(parts) + "." + self._squeeze()

    def _worst(self, i: int) -> int:
        """Return the column in which an outlier is farthest out."""
        far = self.outside[self.samples[i]]
        return int((far if far.any() else np.abs(self.scores[self.samples[i]])).argmax())

    def _told(self, i: int) -> str:
        sample, column = self.samples[i], self._worst(i)
        told = f"sample {sample + 1} ({self.columns[column]} = {nice(self.values[sample, column])}"
        told += f", leverage {_below_one(float(self.leverage[sample]))})"
        if self.storage is None:
            return told
        nodes = self.storage.nodes(i)
        if nodes.size:
            return f"{told} is stored by {listed('node', nodes)} alone"
        loudest = int(np.abs(self.storage.votes[i]).max(axis=1).argmax())
        return f"{told} has no node of its own, the largest vote is node {loudest + 1}'s"

    def _squeeze(self) -> str:
        """Say what standardising leaves of the other samples, where that is less than one standard deviation."""
        said = [
            f"{interval(*self.squeezed[c])} of {self.columns[c]}"
            for c in dict.fromkeys(map(self._worst, range(len(self.samples))))
            if np.ptp(self.squeezed[c]) < 1
        ]
        return f" Standardising leaves the others {joined(said[:_MOST])}." if said else ""

    def table(self) -> list[Row]:
        """Return one row per outlier, samples and nodes counted from 1."""
        return list(self._rows())

    def _rows(self) -> Iterator[Row]:
        for i, sample in enumerate(self.samples):
            column = self._worst(i)
            nodes = [] if self.storage is None else self.storage.nodes(i)
            yield {
                "sample": int(sample) + 1,
                "column": self.columns[column],
                "value": float(self.values[sample, column]),
                "outside": float(self.outside[sample, column]),
                "score": float(self.scores[sample, column]),
                "leverage": float(self.leverage[sample]),
                "node_leverage": float(self.node_leverage[sample]),
                "residual": None if self.residual is None else float(self.residual[sample, 0]),
                "stored_by": ", ".join(str(int(node) + 1) for node in nodes),
            }


def _below_one(share: float) -> str:
    """Return a share with enough digits to tell it from 1."""
    digits = 3 if share < 0.9 else min(int(-np.log10(max(1 - share, 1e-12))) + 2, 12)
    return f"{share:.{digits}f}".rstrip("0").rstrip(".")


def outliers(network: Any, data: Any, samples: Any = None) -> Outliers:
    """Tell which samples are far from the rest, how much they weigh, and which nodes store them.

    Args:
        network: A network, or a fit that holds one.
        data: A dataset, or samples [sample, feature].
        samples: The outliers, as whole numbers from 0; found unless given: more than 3 quartile distances outside the
            quartiles of a feature or target.

    Raises:
        NodewiseError: If the data do not fit the network, there are fewer than 3 samples, or no such outlier.
    """
    network = as_network(network)
    x = as_samples(network, data)
    if len(x) < 3:
        raise NodewiseError(f"outliers need at least 3 samples, to be far from the rest. Got {len(x)}. Add samples.")
    values, names, targets = _columns(network, data, x)
    outside = distance.outside(values)
    far = _found(outside) if samples is None else _given(samples, len(x))
    scores = distance.scores(values)
    rest = np.delete(scores, far, axis=0)
    linear = network.logits.folded
    last = linear.trace(x)[-2][1] if network.hidden else x
    return Outliers(
        samples=readonly(far),
        columns=names,
        values=readonly(values),
        outside=readonly(outside),
        scores=readonly(scores),
        largest_score=float(np.sqrt(len(x) - 1)),
        squeezed=readonly(np.stack([rest.min(axis=0), rest.max(axis=0)], axis=1)),
        leverage=readonly(distance.leverage(x)),
        node_leverage=readonly(distance.leverage(last)),
        residual=None if targets is None else readonly(targets - network(x)),
        storage=storage(linear, last, far) if network.hidden and far.size else None,
    )


def _columns(network: Network, data: Any, x: np.ndarray) -> tuple[np.ndarray, tuple[str, ...], np.ndarray | None]:
    targets = data.targets if isinstance(data, Dataset) else None
    if targets is None:
        return x, network.feature_names, None
    if targets.shape[1] != network.outputs:
        raise NodewiseError(
            f"data must have as many targets as the network outputs, {network.outputs}. Got {targets.shape[1]}."
        )
    return np.hstack([x, targets]), (*network.feature_names, *data.target_names), targets


def _found(outside: np.ndarray) -> np.ndarray:
    most = outside.max(axis=1)
    order = np.argsort(-most, kind="stable")
    return order[most[order] > distance.FAR_OUT]


def _given(samples: Any, count: int) -> np.ndarray:
    given = np.asarray(samples).reshape(-1)
    whole = given.dtype.kind in "iu" and given.size > 0
    if not whole or given.min() < 0 or given.max() >= count or len(np.unique(given)) != len(given):
        raise NodewiseError(
            f"samples must be different whole numbers from 0 to {count - 1}, the outliers. Got {samples!r}."
        )
    if count - given.size < 2:
        raise NodewiseError(f"at least 2 samples must be no outliers. Got {counted(given.size, 'outlier')} of {count}.")
    return given.astype(np.intp)
