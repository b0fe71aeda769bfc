"""One hidden layer: integrated gradients in closed form.

On the straight line from base b to x the pre-activation of node i runs from z⁰ to z¹ at a constant pace, so the mean of
φ' over it is the secant (φ(z¹) - φ(z⁰)) / (z¹ - z⁰), whatever φ is, and part[i, j] = v_i · secant_i · w_ij (x_j - b_j).
"""

import numpy as np
from jaxtyping import Float

from nodewise.activations import Activation
from nodewise.network import Network

_BLOCK = 1 << 20  # numbers per block of bases, 8 MiB
_SMOOTH, _BENT = 1e-8, 1e-12  # a pre-activation that moves by less has the slope of its middle


def parts(
    network: Network, x: Float[np.ndarray, " feature"], bases: Float[np.ndarray, "base feature"]
) -> Float[np.ndarray, "node feature output"]:
    """Return the parts of a network with one hidden layer and a linear output, averaged over the bases."""
    hidden, out = network.folded.dense[0], network.folded.dense[1]
    end = network.trace(x[None])[0][0]
    total = np.zeros(hidden.weight.shape)
    step = max(1, _BLOCK // max(hidden.weight.shape))
    for start in range(0, len(bases), step):
        block = bases[start : start + step]
        change = x - block
        slope = secant(hidden.activation, network.trace(block)[0][0], end, change @ hidden.weight.T)
        total += slope.T @ change
    return (total * hidden.weight / len(bases))[:, :, None] * out.weight.T[:, None, :]


def secant(
    activation: Activation,
    low: Float[np.ndarray, "base node"],
    high: Float[np.ndarray, "#base node"],
    change: Float[np.ndarray, "base node"],
) -> Float[np.ndarray, "base node"]:
    """Return the mean slope of φ between two pre-activations that are `change` apart."""
    bent = bool(activation.kinks or activation.jumps or activation.piecewise_linear)
    moves = np.abs(change) > (_BENT if bent else _SMOOTH) * (1 + np.abs(low))
    rise = activation(high) - activation(low)
    return np.where(moves, rise / np.where(moves, change, 1.0), activation.slope((low + high) / 2))
