"""Where a box is cut before it is searched: a network of straight lines is cut where it bends, and is exact then."""

import numpy as np

from nodewise.inspection.straight import pieces
from nodewise.network import Network

_MOST = 20_000  # pieces
_NEAR = 1e-12  # of the range: how far from its place a breakpoint is cut out


def straight(network: Network) -> bool:
    """Whether the network consists of straight pieces."""
    return all(layer.activation.piecewise_linear for layer in network.dense)


def first_boxes(network: Network, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return boxes (low, high), both [box, feature], that together are the domain.

    Of a network of straight lines and one feature each breakpoint is cut out with its surroundings, so that no box but
    these holds one. With more features the search finds the bends by halving.
    """
    whole = low[None], high[None]
    if network.inputs > 1 or not straight(network) or not low[0] < high[0]:
        return whole
    with np.errstate(over="ignore", invalid="ignore"):
        found = pieces(network.folded.dense, np.zeros(1), np.ones(1), float(low[0]), float(high[0]), _MOST)
    if found is None or not np.isfinite([found.left_size, found.slope_size]).all():
        return whole
    edges, near = found.edges[1:-1], _NEAR * max(high[0] - low[0], abs(low[0]), abs(high[0]))
    cuts = np.unique(np.clip([*low, *high, *(edges - near), *(edges + near)], low[0], high[0]))
    return cuts[:-1, None], cuts[1:, None]
