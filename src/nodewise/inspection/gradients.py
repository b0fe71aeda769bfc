"""Slopes of hidden nodes along the features, and of the outputs along hidden nodes, sample by sample; any depth.

Pre-activations come from the network as it is, weights in the user's units, so that a date far from 0 loses no digits.
"""

import numpy as np
from jaxtyping import Float

from nodewise.network import Network

Trace = list[tuple[np.ndarray, np.ndarray]]


def inward(network: Network, trace: Trace, layer: int) -> Float[np.ndarray, "#sample node feature"]:
    """Return ∂(pre-activation) / ∂(feature) of every node of a hidden layer, one for all samples in the first.

    Args:
        network: The network.
        trace: What `Network.trace` returned for the samples.
        layer: Which hidden layer, counted from 0.
    """
    dense = network.folded.dense
    found = dense[0].weight[None]
    for i in range(layer):
        slope = dense[i].activation.slope(trace[i][0])
        found = dense[i + 1].weight @ (slope[:, :, None] * found)
    return found


def outward(network: Network, trace: Trace, layer: int) -> Float[np.ndarray, "#sample output node"]:
    """Return ∂(output) / ∂(activation) of every node of a hidden layer, one for all samples in the last.

    Args:
        network: The network, whose output layer is linear.
        trace: What `Network.trace` returned for the samples.
        layer: Which hidden layer, counted from 0.
    """
    later = network.folded.dense[layer + 1 : len(network.dense)]
    found = later[-1].weight[None]
    for i in range(len(later) - 2, -1, -1):
        slope = later[i].activation.slope(trace[layer + 1 + i][0])
        found = (found * slope[:, None, :]) @ later[i].weight
    return found
