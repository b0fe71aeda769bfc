"""Weights as memories: with weight decay, weights at the end of training are a sum of what their nodes have read."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.errors import NodewiseError
from nodewise.inspection.attribution.case import case
from nodewise.inspection.attribution.gradients import deltas, forward, loss_slopes
from nodewise.inspection.attribution.record import Asked, is_number
from nodewise.inspection.reading import Reading, Row, listed, nice, readonly
from nodewise.training.device import on_cpu

_MOST_ROWS = 5  # samples in the table per node


@dataclass(frozen=True, eq=False)
class Memories(Reading):
    """Each node's weights beside what the samples would make them, w_j = -(1/λ) Σ_i δ_ij x_i.

    Attributes:
        weights: [node, feature], of the layer, in scaled units.
        rebuilt: [node, feature], the sum over the samples.
        strength: [node, sample], -δ_ij/λ: how often each sample is counted in the weights of a node.
        residual: [node], length of weights - rebuilt over the length of the longest weights of the layer; 0 at the end
            of a training.
        layer: Which layer, counted from 0; the output layer last.
        l2: λ.
        gradient_norm: Length of the layer's part of the objective's gradient, λ·‖weights - rebuilt‖.
    """

    weights: Float[np.ndarray, "node feature"]
    rebuilt: Float[np.ndarray, "node feature"]
    strength: Float[np.ndarray, "node sample"]
    residual: Float[np.ndarray, " node"]
    layer: int
    l2: float
    gradient_norm: float

    @property
    def summary(self) -> str:
        """How nearly the weights are sums of samples."""
        worst = int(np.argmax(self.residual))
        return (
            f"The weights of layer {self.layer + 1} are sums of what {self.strength.shape[1]} samples show it, up to "
            f"{nice(self.residual[worst])} of the longest (node {worst + 1}); at the end of a training up to nothing."
        )

    def table(self) -> list[Row]:
        """Return per node its residual and the five samples counted most."""
        rows = []
        for node, strength in enumerate(self.strength):
            order = np.argsort(-np.abs(strength), kind="stable")[:_MOST_ROWS]
            rows += [
                {
                    "node": node + 1,
                    "residual": float(self.residual[node]),
                    "name": listed("sample", [i]),
                    "strength": float(strength[i]),
                }
                for i in order
            ]
        return rows


def weights_as_memories(fit: Any, layer: int = 0) -> Memories:
    """Compare a layer's weights with -(1/λ) Σ_i δ_ij x_i, which they are where the objective's gradient is 0.

    δ_ij is the derivative of sample i's weighted loss with respect to node j's pre-activation, x_i what the layer
    reads.

    Args:
        fit: A fit with l2 above 0.
        layer: Which layer, counted from 0, or from the last with -1.

    Raises:
        NodewiseError: If it is no fit, there was no weight decay, or there is no such layer.
    """
    if not hasattr(fit, "history"):
        raise NodewiseError(
            f"weights as memories need a training with weight decay. Got {type(fit).__name__}; train with "
            "nodewise.fit and l2."
        )
    l2, count = fit.settings.l2, len(fit.network.dense)
    if not l2:
        raise NodewiseError(
            "weights as memories need weight decay, which alone makes weights forget what no sample holds. Got l2=0; "
            "fit again with, for example, l2=0.001."
        )
    if not is_number(layer, whole=True) or not -count <= layer < count:
        raise NodewiseError(f"layer must be a whole number from {-count} to {count - 1}. Got {layer!r}.")
    laid = case(fit, Asked(fit.network, fit.train, fit.train.inputs))
    flat, x, at = laid.parameters[None], laid.inputs[None], int(layer) % count
    trace = forward(laid.model, flat, x)
    with on_cpu("float64"):
        slopes = loss_slopes(laid.model, trace[-1][1], laid.targets) * laid.weights[:, None]
    delta = deltas(laid.model, flat, trace, slopes)[at][0]
    read = x[0] if at == 0 else trace[at - 1][1][0]
    weights, strength = fit.network.dense[at].weight, -delta.T / laid.l2
    rebuilt = strength @ read
    longest = np.linalg.norm(weights, axis=1).max()
    missing = np.linalg.norm(weights - rebuilt, axis=1)
    return Memories(
        readonly(weights), readonly(rebuilt), readonly(strength),
        readonly(missing / longest if longest else np.zeros_like(missing)),
        at, float(l2), float(laid.l2 * np.linalg.norm(missing)),
    )  # fmt: skip
