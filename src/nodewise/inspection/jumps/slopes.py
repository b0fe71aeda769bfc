"""The loss along one weight, and its slope: of automatic differentiation, with the jumps, and by differences."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from nodewise.inspection.jumps.expected import Truth, expected
from nodewise.inspection.jumps.result import Slopes
from nodewise.inspection.reading import readonly
from nodewise.network import Dense, Network

_STEP = 1e-5  # of the weight, for central differences


def slopes(
    network: Network, truth: Truth, low: float, high: float, weights: Float[np.ndarray, " weight"], node: int = 0
) -> Slopes:
    """Return the expected loss and its slopes where one weight of the hidden layer takes one value after another.

    Args:
        network: As for `expected`.
        truth: Likewise.
        low: Where x begins.
        high: Where it ends.
        weights: What the weight of `node` is set to.
        node: Which one, counted from 0.

    Raises:
        NodewiseError: As `expected`.
    """
    read = [expected(_with(network, node, w), truth, low, high) for w in weights]
    beside = [[expected(_with(network, node, w * (1 + s)), truth, low, high).loss for w in weights]
              for s in (_STEP, -_STEP)]  # fmt: skip
    return Slopes(
        readonly(np.array(weights, float)),
        readonly([each.loss for each in read]),
        readonly([each.smooth[node, 0] for each in read]),
        readonly([each.jumps[node, 0] for each in read]),
        readonly((np.array(beside[0]) - beside[1]) / (2 * _STEP * np.asarray(weights))),
    )


def _with(network: Network, node: int, weight: float) -> Network:
    hidden, out = network.folded.dense
    changed = hidden.weight.copy()
    changed[node, 0] = weight
    return replace(network.folded, layers=(Dense(changed, hidden.bias, hidden.activation), out))
