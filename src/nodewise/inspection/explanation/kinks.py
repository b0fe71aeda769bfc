"""Where nodes cross a kink of their activation on a straight line through the inputs, whatever the layers before."""

import numpy as np
from jaxtyping import Float

from nodewise.network import Network

_TRIED = 257  # places at which crossings are looked for; two between neighbours are not seen
_HALVINGS = 55


def kinks(
    network: Network, base: Float[np.ndarray, " feature"], change: Float[np.ndarray, " feature"]
) -> Float[np.ndarray, " edge"]:
    """Return 0, the places t of the crossings found on base + t·change, and 1, in order."""
    bent = [i for i, dense in enumerate(network.hidden) if dense.activation.kinks]
    if not bent:
        return np.array([0.0, 1.0])
    t = np.linspace(0, 1, _TRIED)
    trace = network.trace(base + t[:, None] * change)
    found = [np.zeros(1), np.ones(1)]
    for i in bent:
        activation = network.hidden[i].activation
        for kink in activation.kinks:
            sides = _side(trace[i][0], kink, activation.period)
            place, node = np.nonzero(np.diff(sides, axis=0))
            low, high, start = t[place], t[place + 1], sides[place, node]
            for _ in range(_HALVINGS if len(place) else 0):
                middle = (low + high) / 2
                z = network.trace(base + middle[:, None] * change)[i][0][np.arange(len(node)), node]
                before = _side(z, kink, activation.period) == start
                low, high = np.where(before, middle, low), np.where(before, high, middle)
            found.append(high)
    return np.unique(np.concatenate(found))


def _side(z: np.ndarray, kink: float, period: float | None) -> np.ndarray:
    """Return between which repetitions of a kink pre-activations lie, as whole numbers."""
    return np.floor((z - kink) / period) if period else (z > kink).astype(float)
