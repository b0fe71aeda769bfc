"""`minimum_norm`: the smallest weights that fit the samples exactly, and what each sample costs."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.minimum_norm import biased, slopes
from nodewise.inspection.reading import Reading, Row, counted, nice, readonly
from nodewise.network import Network


@dataclass(frozen=True, eq=False)
class MinimumNorm(Reading):
    """The network with one hidden ReLU layer, of any width, that fits every sample with the smallest weights.

    It is where training with an ever smaller `l2` leads, if it reaches the best there is; in the units of the data,
    without scaling. The output's bias is free.

    Attributes:
        cost: Its ``½ Σ (w² + v²)`` over the weights w into and v out of the nodes, or with biases b
            ``½ Σ (w² + b² + v²)``.
        at_least: A lower bound of the cost of every such network: equal to it without biases, by a dual certificate
            with them.
        price: [sample], by how much the cost would be smaller without the sample; None with biases.
        network: The network.
        biases: Whether the nodes' biases are penalised too.
        x: [sample], the inputs.
        y: [sample], the targets.
    """

    cost: float
    at_least: float
    price: Float[np.ndarray, " sample"] | None
    network: Network
    biases: bool
    x: Float[np.ndarray, " sample"]
    y: Float[np.ndarray, " sample"]

    @property
    def summary(self) -> str:
        """The cost, the nodes it takes, and the cheapest and dearest sample."""
        square = "½Σ(w² + b² + v²)" if self.biases else "½Σ(w² + v²)"
        nodes = counted(self.network.sizes[1], "node")
        said = f"The smallest {square} that fits all {len(self.x)} samples is {self.cost:.7g}, with {nodes}"
        if self.price is None:
            return f"{said}; no network has less than {self.at_least:.7g}."
        dear = int(self.price.argmax())
        return f"{said}; without sample {dear + 1} it would be smaller by {nice(self.price[dear])}, the most."

    def table(self) -> list[Row]:
        """Return one row per sample, counted from 1."""
        price = [None] * len(self.x) if self.price is None else self.price.tolist()
        rows = zip(self.x.tolist(), self.y.tolist(), price, strict=True)
        return [{"sample": i + 1, "x": x, "y": y, "price": p} for i, (x, y, p) in enumerate(rows)]


def minimum_norm(data: Any, biases: bool = False) -> MinimumNorm:
    """Compute the smallest weights with which one hidden ReLU layer fits samples of one feature exactly.

    Without biases the cost is the larger of T and ``(T + |s₁ + sₙ|)/2``, where T is the total variation of the slope of
    the straight lines between neighbouring samples, and s₁ and sₙ are its first and last slope.

    Args:
        data: A dataset of one feature and one target, or a fit that holds one.
        biases: Whether the nodes' biases are penalised too; then of at most 200 samples.

    Raises:
        NodewiseError: If the data are of another kind, or the same input has two targets, or two inputs are so close
            that the slope between them overflows.
    """
    data = _checked(data, biases)
    x, first, back = np.unique(data.inputs[:, 0], return_index=True, return_inverse=True)
    y = data.targets[first, 0]  # type: ignore[index]
    _refuse_contradictions(data, first, back)
    with np.errstate(over="ignore", invalid="ignore"):
        slope = np.abs(np.diff(y) / np.diff(x)).max(initial=0)
    if not slope < 1e150:
        raise NodewiseError(
            "inputs must be far enough apart for the slope between neighbours to be below 1e150. "
            f"Got {slope:.3g}. Use a smaller unit, or leave out one of two nearly equal inputs."
        )
    (knot, facing, jump), at_least = _solve(x, y, biases)
    network = _network(knot, facing, jump, biases, (float(x[0]), float(y[0])), data)
    price = None
    if not biases:
        price = slopes.cost(x, y) - slopes.without(x, y)
        price[np.bincount(back) > 1] = 0  # its twin remains
        price = readonly(price[back])
    cost = float(np.abs(jump) @ np.hypot(1, knot)) if biases else at_least
    return MinimumNorm(
        cost, at_least, price, network, biases, readonly(data.inputs[:, 0]), readonly(data.targets[:, 0])  # type: ignore[index]
    )  # fmt: skip


def _solve(x: slopes.Curve, y: slopes.Curve, biases: bool) -> tuple[slopes.Nodes, float]:
    if np.ptp(y) == 0:
        return (np.empty(0), np.empty(0), np.empty(0)), 0.0
    return biased.solve(x, y) if biases else (slopes.nodes(x, y), slopes.cost(x, y))


def _checked(data: Any, biases: object) -> Dataset:
    data = getattr(data, "data", data) if not isinstance(data, Dataset) else data
    if not isinstance(data, Dataset):
        raise NodewiseError(f"data must be a Dataset. Got {type(data).__name__}; nodewise.read_table makes one.")
    if not isinstance(biases, bool | np.bool_):
        raise NodewiseError(f"biases must be True or False. Got {biases!r}.")
    if data.features != 1 or data.outputs != 1:
        raise NodewiseError(
            "the smallest weights are known for one feature and one target. "
            f"Got {counted(data.features, 'feature')} and {counted(data.outputs, 'target')}; choose one of each."
        )
    if biases and data.samples > biased.MOST_SAMPLES:
        raise NodewiseError(
            f"with biases there must be at most {biased.MOST_SAMPLES} samples. Got {data.samples:,}. Pick some with "
            "data.rows(...)."
        )
    return data


def _refuse_contradictions(data: Dataset, first: np.ndarray, back: np.ndarray) -> None:
    targets = data.targets[:, 0]  # type: ignore[index]
    other = np.flatnonzero(targets != targets[first][back])
    if other.size:
        i, j = int(first[back[other[0]]]), int(other[0])
        raise NodewiseError(
            f"equal inputs must have equal targets, or no network fits them. Samples {i + 1} and {j + 1} have input "
            f"{data.inputs[i, 0]:g} and targets {targets[i]:g} and {targets[j]:g}. Leave one out."
        )


def _network(
    knot: np.ndarray, facing: np.ndarray, jump: np.ndarray, biases: bool, through: tuple[float, float], data: Dataset
) -> Network:
    """Return the network of these nodes, the penalty of each shared equally by its two sides, through one point."""
    if not knot.size:  # a constant; a network has at least one node
        knot, facing, jump = np.zeros(1), np.ones(1), np.zeros(1)
    size = np.sqrt(np.abs(jump) / (np.hypot(1, knot) if biases else 1))
    v = np.divide(jump, size, out=np.zeros_like(jump), where=size > 0)
    w, b = facing * size, -facing * size * knot
    x, y = through
    bias = y - v @ np.maximum(w * x + b, 0)
    triples = [(w[:, None], b, "relu"), (v[None], [bias], "identity")]
    network = Network.from_weights(triples, names=data.feature_names)
    return Network(network.layers, data.feature_names, data.target_names, data.feature_units, data.target_units)
