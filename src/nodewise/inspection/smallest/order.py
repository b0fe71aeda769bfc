"""The one order of the nodes of a layer."""

import numpy as np
from jaxtyping import Float, Int

from nodewise.activations import Activation
from nodewise.inspection.smallest.chain import Nodes
from nodewise.inspection.smallest.forms import lengths, repeats

_DIGITS = 1e-9  # numbers closer than this share of the largest are ties, so that rounding does not order nodes


def order(nodes: Nodes, phi: Activation) -> Int[np.ndarray, " node"]:
    """Return the nodes' places in order.

    Of one feature by their centres -bias/weight, of waves and other periodic ones by their frequency, else by their
    weights, one after another, and their bias.
    """
    weight, bias = nodes.weight, nodes.bias
    if np.isfinite(repeats(phi)[0]):
        keys = [lengths(weight), *weight.T, bias]
    elif weight.shape[1] == 1:
        keys = [-bias / weight[:, 0], weight[:, 0]]
    else:
        keys = [*weight.T, bias]
    return np.lexsort([_ranks(key) for key in reversed(keys)])


def _ranks(values: Float[np.ndarray, " node"]) -> Int[np.ndarray, " node"]:
    """Return the rank of each number; those that differ by rounding share one."""
    at = np.argsort(values, kind="stable")
    steps = np.diff(values[at], prepend=values[at[:1]]) > _DIGITS * np.abs(values).max(initial=0.0)
    ranks = np.empty(len(values), int)
    ranks[at] = np.cumsum(steps)
    return ranks
