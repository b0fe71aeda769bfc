"""Fits of the same data with outliers and without, side by side: what each protection is worth."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise.data.dataset import Dataset
from nodewise.inspection.reading import Reading, Row, counted, joined, listed, nice, readonly
from nodewise.network import Network

PLAIN = "with it"
WITHOUT = "without it"


@dataclass(frozen=True, eq=False)
class Arm:
    """One of the fits.

    Attributes:
        name: What is different about it, such as "Huber's loss".
        network: What was learned.
        error: Root-mean-square error on the samples that are no outliers, in the target's unit; of labels the share of
            them that is wrong.
        misfit: [outlier], target less output (of several the largest by size); of labels 1 where it is wrong, else 0.
        slope: Of one feature and one output: the mean slope over the range of the other samples; else None.
        boundary: [crossing], of one feature and one output that aims at two values or classes: where within the range
            of the other samples it passes from one to the other; else None.
        row_norms: [node], norms of the first layer's rows, per unit of the features.
        leverage: [outlier], in the output layer, see `Outliers.node_leverage`.
        stored: For each outlier the nodes of the last hidden layer that work for it alone.
    """

    name: str
    network: Network
    error: float
    misfit: Float[np.ndarray, " outlier"]
    slope: float | None
    boundary: Float[np.ndarray, " crossing"] | None
    row_norms: Float[np.ndarray, " node"]
    leverage: Float[np.ndarray, " outlier"]
    stored: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class Robustness(Reading):
    """The same network fitted without the outliers, with them, and with them in ways that are said to protect.

    Attributes:
        arms: The first is without the outliers, the second with them as they are.
        data: All the data.
        samples: [outlier], which samples they are, counted from 0.
    """

    arms: tuple[Arm, ...]
    data: Dataset
    samples: Int[np.ndarray, " outlier"]

    @property
    def written(self) -> tuple[str, ...]:
        """All but the data."""
        return ("arms", "samples")

    @property
    def others(self) -> Dataset:
        """The samples that are no outliers."""
        return without(self.data, self.samples)

    def arm(self, name: str) -> Arm:
        """Return the fit of this name."""
        return next(arm for arm in self.arms if arm.name == name)

    @property
    def summary(self) -> str:
        """The error of the other samples, in every fit."""
        labels = self.data.targets is None
        value = (lambda error: f"{100 * error:.3g} %") if labels else nice
        what = "Share of mistakes" if labels else "Error"
        first, plain, *rest = self.arms
        who = listed("sample", self.samples)
        verb = "is" if len(self.samples) == 1 else "are"
        tried = joined([f"{value(arm.error)} with {arm.name}" for arm in sorted(rest, key=lambda arm: arm.error)])
        return (
            f"{what} on the {counted(len(self.data.inputs) - len(self.samples), 'other sample')}: {value(first.error)} "
            f"where {who} {verb} left out, {value(plain.error)} where not; {tried}."
        )

    def table(self) -> list[Row]:
        """Return one row per fit; of several outliers the largest misfit and leverage."""
        return [_row(arm) for arm in self.arms]


def _row(arm: Arm) -> Row:
    stored = sorted({node + 1 for nodes in arm.stored for node in nodes})
    crossings = None if arm.boundary is None else ", ".join(map(nice, arm.boundary)) or "none"
    return {
        "fit": arm.name,
        "error": arm.error,
        "misfit": float(arm.misfit[np.abs(arm.misfit).argmax()]),
        "slope": arm.slope,
        "boundary": crossings,
        "largest_row_norm": float(arm.row_norms.max()),
        "leverage": float(arm.leverage.max()),
        "stored_by": ", ".join(map(str, stored)),
    }


def without(data: Dataset, samples: Int[np.ndarray, " outlier"]) -> Dataset:
    """Return the data without these samples."""
    return data.rows(np.delete(np.arange(data.samples), samples))


def measured(name: str, network: Network, data: Dataset, samples: Int[np.ndarray, " outlier"], more: Any) -> Arm:
    """Return what there is to say of one fit.

    Args:
        name: What is different about it.
        network: What was learned.
        data: All the data.
        samples: The outliers.
        more: The fields boundary, leverage and stored, by name.
    """
    others, far = without(data, samples), data.rows(samples)
    if data.targets is None:
        wrong = (network.classify(data.inputs) != data.labels).astype(float)
        error, misfit = float(np.delete(wrong, samples).mean()), wrong[samples]
    else:
        error = float(np.sqrt(np.mean((others.targets - network(others.inputs)) ** 2)))  # type: ignore[operator]
        off = far.targets - network(far.inputs)  # type: ignore[operator]
        misfit = off[np.arange(len(off)), np.abs(off).argmax(axis=1)]
    rows = np.linalg.norm(network.folded.dense[0].weight, axis=1)
    return Arm(name, network, error, readonly(misfit), slope(network, others), row_norms=readonly(rows), **more)


def slope(network: Network, data: Dataset) -> float | None:
    """Return the mean slope over the range of the data, of one feature and one output."""
    if not _is_curve(network, data):
        return None
    (low,), (high,) = network(np.array([data.low, data.high]))
    return float((high - low) / (data.high - data.low)[0])


def level(data: Dataset, network: Network) -> float | None:
    """Return the output in the middle of the two values that targets have, or between two classes; None without two."""
    if not _is_curve(network, data):
        return None
    if data.targets is None:
        return network.threshold
    values = np.unique(data.targets)
    return float(values.mean()) if len(values) == 2 else None


def _is_curve(network: Network, data: Dataset) -> bool:
    return network.inputs == network.outputs == 1 and bool(data.low[0] < data.high[0])
