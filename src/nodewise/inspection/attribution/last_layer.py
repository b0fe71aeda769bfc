"""The last layer as a vote: refitted by least squares, each prediction is a weighted sum of the targets."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.attribution.record import Asked, Attribution
from nodewise.inspection.reading import Row, counted, nice, readonly
from nodewise.network import Network, Scale

_ALONE = 1e-9  # a sample with a leverage this close to 1 is fitted by itself alone


@dataclass(frozen=True, eq=False)
class LastLayer(Attribution):
    """How the last layer would vote: Σ values + constant = refit, exactly.

    Attributes:
        similarity: [query, sample], s with f(x) = Σ s_i(x)·y_i + constant. They sum to 1 where the bias is free.
        constant: [query, output], what a penalised bias leaves of the targets' mean; else 0.
        refit: [query, output], the prediction with the refitted last layer.
        difference: [query, output], the network's own prediction less that; 0 where its last layer is at the optimum.
        residuals: [sample, output], target less the refit there.
        leverage: [sample], h_ii = s_i(x_i), the weight each sample has in its own prediction.
        left_out: [sample, output], the residual a sample would have if the last layer were fitted without it,
            r_i/(1 - h_ii), the others' weights and the penalty as they are; NaN where only that sample fixes it.
        l2: Strength of the penalty beside the mean squared error, as in training.
    """

    similarity: Float[np.ndarray, "query sample"]
    constant: Float[np.ndarray, "query output"]
    refit: Float[np.ndarray, "query output"]
    difference: Float[np.ndarray, "query output"]
    residuals: Float[np.ndarray, "sample output"]
    leverage: Float[np.ndarray, " sample"]
    left_out: Float[np.ndarray, "sample output"]
    l2: float

    @property
    def sentence(self) -> str:
        """The largest weight, and how far the network is from its own best last layer."""
        first, o = int(np.argmax(np.abs(self.similarity[0]))), self.main
        return (
            f"How the last layer would vote: {self.names[o]} of query 1, {self.number(self.refit[0, o], o)}, is a "
            f"weighted sum of {counted(self.values.shape[1], 'target')}, with the largest weight "
            f"({nice(self.similarity[0, first])}) on sample {first + 1}; the network itself says "
            f"{self.number(self.prediction[0, o], o)}, {self.number(abs(self.difference[0, o]), o)} away{self.more}."
        )

    def parts(self) -> dict[str, Float[np.ndarray, "query output"]]:
        """Return the constant, and the difference of the network."""
        return {"constant": self.constant, "difference": self.difference}

    def columns(self, query: int, sample: int, output: int) -> Row:
        """Return the weight of a sample, and what it would miss by if left out."""
        return {
            "similarity": float(self.similarity[query, sample]),
            "left_out": float(self.left_out[sample, output]),
        }


def last_layer(asked: Asked, l2: float = 0.0, l2_on: str = "weights") -> LastLayer:
    """Return the weight every target has in the predictions of the refitted last layer.

    With features Φ (the last hidden layer's activations, and the constant), sample weights Ω that sum to 1 and λ half
    of `l2` per output, s = φᵀ(ΦᵀΩΦ + λI)⁻¹ΦᵀΩ: the last layer where mean squared error and penalty are together
    lowest. Targets are shifted and scaled as in training. Where features depend on each other, the shortest solution
    is taken.

    Args:
        asked: The question.
        l2: Strength of the penalty l2/2·Σw², in scaled units.
        l2_on: "weights", or "all" where the bias is penalised, too.
    """
    network, data = asked.network, asked.data
    wanted = _targets(network, data)
    last = network.layers[-1]
    shift = last.shift if isinstance(last, Scale) else np.zeros(network.outputs)
    weights = np.ones(data.samples) if data.weights is None else data.weights
    h = _features(network, data.inputs)
    smoother = _Smoother(h, weights / weights.sum(), l2 * network.outputs / 2, l2 > 0 and l2_on == "all")
    s, leverage = smoother(_features(network, asked.queries)), smoother.leverage
    constant = shift * (1 - s.sum(1, keepdims=True)) * smoother.tied  # else the weights sum to 1
    refit = s @ wanted + constant
    inside = wanted - smoother.fitted(h, wanted - shift) - shift
    alone = leverage > 1 - _ALONE
    left_out = np.where(alone[:, None], np.nan, inside / np.where(alone, 1, 1 - leverage)[:, None])
    shared = asked.shared("last_layer", "How would the last layer vote?")
    return LastLayer(
        **shared, values=readonly(s[:, :, None] * wanted), notes=_notes(asked, smoother, int(alone.sum())),
        similarity=readonly(s), constant=readonly(np.broadcast_to(constant, refit.shape)), refit=readonly(refit),
        difference=readonly(shared["prediction"] - refit), residuals=readonly(inside), leverage=readonly(leverage),
        left_out=readonly(left_out), l2=l2,
    )  # fmt: skip


class _Smoother:
    """Least squares as weights on targets, by the singular values of the weighted features.

    A free constant is one column's projection: with features centred at their weighted mean it drops out of the rest.
    """

    def __init__(
        self,
        features: Float[np.ndarray, "sample node"],
        weights: Float[np.ndarray, " sample"],
        ridge: float,
        tied: bool,
    ) -> None:
        self.tied, self.weights = tied, weights
        self.mean = np.zeros(features.shape[1] + 1) if tied else weights @ features
        columns = self._columns(features)
        root = np.sqrt(weights)[:, None]
        U, singular, self.rows = np.linalg.svd(root * columns, full_matrices=False)
        # Features are known to rounding of their own size, which centring may leave alone.
        size = np.linalg.norm(root * np.insert(features, 0, 1, axis=1) if tied else root * features)
        kept = singular > max(columns.shape) * np.finfo(float).eps * size
        self.rank, self.wanted = int(kept.sum()) if not ridge else columns.shape[1], columns.shape[1]
        U, singular, self.rows = U[:, kept], singular[kept], self.rows[kept]
        self.gain = singular / (singular**2 + ridge)
        self.out = root * U
        self.leverage = (U**2 * (singular * self.gain)).sum(1) + (0 if tied else weights)

    def _columns(self, features: Float[np.ndarray, "sample node"]) -> Float[np.ndarray, "sample column"]:
        return np.insert(features, 0, 1, axis=1) if self.tied else features - self.mean

    def __call__(self, features: Float[np.ndarray, "query node"]) -> Float[np.ndarray, "query sample"]:
        """Return the weight of every sample at features like those it was made with."""
        return (self._columns(features) @ self.rows.T * self.gain) @ self.out.T + (0 if self.tied else self.weights)

    def fitted(
        self, features: Float[np.ndarray, "query node"], targets: Float[np.ndarray, "sample output"]
    ) -> Float[np.ndarray, "query output"]:
        """Return the weighted sums of the samples' targets, without the weights one by one."""
        slopes = self.rows.T * self.gain @ (self.out.T @ targets)
        return self._columns(features) @ slopes + (0 if self.tied else self.weights @ targets)


def _features(network: Network, x: Float[np.ndarray, "sample feature"]) -> Float[np.ndarray, "sample node"]:
    """Return what the output layer reads: the last hidden layer's activations, or the scaled features."""
    if network.hidden:
        return network.trace(x)[len(network.hidden) - 1][1]
    first = network.layers[0]
    return first(x) if isinstance(first, Scale) else x


def _targets(network: Network, data: Dataset) -> Float[np.ndarray, "sample output"]:
    """Return the targets, or for labels 1 for the class of each sample and 0 for the others."""
    if data.targets is not None:
        if data.outputs != network.outputs:
            raise NodewiseError(
                f"data must have one target per output, {network.outputs}. Got {data.outputs}; leave the others out."
            )
        return data.targets
    if data.labels is None:
        raise NodewiseError(
            "data must have targets or labels, whose votes are counted. Got neither; give a Dataset with them."
        )
    classes = network.classes or data.classes
    known: dict[Any, int] = {label: code for code, label in enumerate(classes)}
    strange = next((label for label in data.classes if label not in known), None)
    if strange is not None or len(classes) != max(network.outputs, 2):
        raise NodewiseError(
            f"labels must be the network's classes, {', '.join(map(repr, classes))}, for {network.outputs} output(s). "
            f"Got {strange!r}; leave such samples out or rename them."
        )
    codes = np.array([known[label] for label in data.labels.tolist()])
    hot = (codes[:, None] == np.arange(len(classes))).astype(float)
    return hot[:, 1:] if network.outputs == 1 else hot


def _notes(asked: Asked, smoother: _Smoother, alone: int) -> tuple[str, ...]:
    activation = asked.network.dense[-1].activation
    kind = "labels, as 1 and 0" if asked.data.targets is None else "targets"
    notes = {
        f"The network's output passes {activation.name}; the refit is a linear last layer for the {kind}, so it "
        "differs from the network even at an optimum.": not activation.identity,
        f"{counted(alone, 'sample')} with a leverage of 1: what the last layer would say without is open, so no "
        "residual is given.": alone,
        f"The {smoother.wanted} features have rank {smoother.rank} on these samples: of all last layers that fit "
        "equally well the shortest is taken.": smoother.rank < smoother.wanted,
    }
    return tuple(sentence for sentence, holds in notes.items() if holds)
