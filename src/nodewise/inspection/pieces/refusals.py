"""Networks that have no pieces, or none that can be proved or listed."""

import numpy as np

from nodewise.errors import NodewiseError
from nodewise.inspection.along import Line
from nodewise.inspection.pieces.bent import provable
from nodewise.network import Network


def _where(network: Network, layer: int) -> str:
    return "the output layer" if layer == len(network.hidden) else f"hidden layer {layer + 1}"


def refuse_curves(network: Network) -> None:
    """Refuse activations that are not made of straight lines."""
    for i, layer in enumerate(network.dense):
        if layer.activation.piecewise_linear:
            continue
        remedy = "nodewise.critical_points finds crossings and extrema of any activation, none missed"
        if i == len(network.hidden) and all(each.activation.piecewise_linear for each in network.hidden):
            remedy = "its logits have pieces: pass network.logits"
        raise NodewiseError(
            "pieces needs activations of straight lines, such as relu, abs or step. "
            f"Got {layer.activation.name} in {_where(network, i)}; {remedy}."
        )


def refuse_endless(network: Network, where: Line) -> None:
    """Refuse an infinite end where an activation repeats for ever."""
    for i, layer in enumerate(network.dense):
        if layer.activation.period is not None and not (np.isfinite(where.low) and np.isfinite(where.high)):
            raise NodewiseError(
                "low and high must be finite where an activation repeats for ever. "
                f"Got low={where.low:g}, high={where.high:g} and {layer.activation.name} in {_where(network, i)}."
            )


def refuse_irrational(network: Network) -> None:
    """Refuse to prove what has irrational corners."""
    for i, layer in enumerate(network.dense):
        if not provable(layer.activation):
            raise NodewiseError(
                "a proof needs corners and periods that are whole numbers, as those of relu, hard_tanh and saw. "
                f"Got {layer.activation.name} in {_where(network, i)}, which has irrational ones; leave proof out."
            )
