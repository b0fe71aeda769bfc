"""The expected loss of a network that jumps, and both parts of its gradient, exact to rounding."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from nodewise.activations import Activation
from nodewise.errors import NodewiseError
from nodewise.network import Network

Truth = Callable[[Float[np.ndarray, "sample feature"]], Float[np.ndarray, "sample output"]]
_BESIDE = 1e-12  # from a jump to where its one-sided values are taken, in pre-activations
_PARTS, _POINTS = 16, 24  # of the range, and of Gauss and Legendre's rule in each
_MOST = 100_000  # jumps


class Expected(NamedTuple):
    """The expected squared error, and its slope along the weight and the bias of every node.

    Attributes:
        loss: Mean of (f(x) - y(x))² over the range.
        smooth: [node, 2], what automatic differentiation gives: the mean of the slope where f has one.
        jumps: [node, 2], what moving the jumps adds.
    """

    loss: float
    smooth: Float[np.ndarray, "node 2"]
    jumps: Float[np.ndarray, "node 2"]


def expected(network: Network, truth: Truth, low: float, high: float) -> Expected:
    """Return the expected squared error for x spread evenly from `low` to `high`, and both parts of its gradient.

    With f(x) = c + Σ v_i φ(w_i x + b_i), φ jumping at a, node i jumps at x_k = (a - b_i)/w_i, and for x of density p

        dL/dw_i = E[l'(f) v_i φ'(z_i) x] + Σ_k p(x_k) (a - b_i)/w_i² [l(f(x_k⁺)) - l(f(x_k⁻))],

    where ± are the sides of larger and smaller x; along b_i likewise, with 1 for x and 1/w_i for (a - b_i)/w_i²
    (Leibniz's rule: each piece between jumps has moving ends).

    Args:
        network: One feature, one hidden layer, one output without activation.
        truth: y, smooth, [sample, 1] for x [sample, 1].
        low: Where x begins.
        high: Where it ends.

    Raises:
        NodewiseError: If the network is another, or jumps too often to be counted.
    """
    folded = network.folded
    if folded.inputs != 1 or len(folded.dense) != 2 or folded.outputs != 1 or not folded.dense[1].activation.identity:
        raise NodewiseError(
            f"the loss of jumps needs a network of one feature, one hidden layer and one linear output. Got {network}."
        )
    hidden, out = folded.dense
    phi, w, b, v = hidden.activation, hidden.weight[:, 0], hidden.bias, out.weight[0]
    node, place = jump_places(phi, w, b, low, high)
    x = (place - b[node]) / w[node]
    width = high - low
    points, weights = _rule(np.unique(np.concatenate([np.linspace(low, high, _PARTS + 1), x])))
    z = points[:, None] * w + b
    off = phi(z) @ v + out.bias[0] - truth(points[:, None])[:, 0]
    weights = weights / width
    by_z = 2 * (weights * off)[:, None] * v * phi.slope(z)
    smooth = np.stack([points @ by_z, by_z.sum(0)], axis=1)
    side = np.sign(w[node]) * _BESIDE
    z = x[:, None] * w + b
    rest = phi(z) @ v + out.bias[0] - v[node] * phi(z[np.arange(len(x)), node]) - truth(x[:, None])[:, 0]
    right, left = ((rest + v[node] * phi(place + s)) ** 2 for s in (side, -side))
    rise = (right - left) / width / w[node]
    jumps = np.zeros_like(smooth)
    np.add.at(jumps, node, np.stack([x * rise, rise], axis=1))
    return Expected(float(weights @ off**2), smooth, jumps)


def jump_places(
    phi: Activation, w: Float[np.ndarray, " node"], b: Float[np.ndarray, " node"], low: float, high: float
) -> tuple[Int[np.ndarray, " jump"], Float[np.ndarray, " jump"]]:
    """Return every jump strictly between `low` and `high`: its node, and its pre-activation."""
    nodes, places = [], []
    ends = np.sort(np.stack([w * low + b, w * high + b]), axis=0)
    if phi.period and np.sum(np.diff(ends, axis=0)) > _MOST * phi.period:
        raise NodewiseError(f"a network must jump at most {_MOST} times in the range. Got more; scale its inputs.")
    for i, (least, most) in enumerate(ends.T):
        for jump in phi.jumps:
            turns = np.zeros(1)
            if phi.period:
                turns = np.arange(math.floor((least - jump) / phi.period), math.ceil((most - jump) / phi.period) + 1)
            found = jump + turns * (phi.period or 0.0)
            found = found[(found > least) & (found < most)]
            nodes.append(np.full(len(found), i))
            places.append(found)
    return np.concatenate([*nodes, np.empty(0, int)]), np.concatenate([*places, np.empty(0)])


def _rule(breaks: Float[np.ndarray, " break"]) -> tuple[np.ndarray, np.ndarray]:
    """Return points and weights of the integral over pieces on which nothing jumps."""
    at, weight = np.polynomial.legendre.leggauss(_POINTS)
    half, middle = np.diff(breaks)[:, None] / 2, (breaks[1:] + breaks[:-1])[:, None] / 2
    return (middle + half * at).ravel(), (half * weight).ravel()
