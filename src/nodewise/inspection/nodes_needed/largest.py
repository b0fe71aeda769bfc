"""How far a curve of straight pieces is from its target at most: exact, guaranteed, or at the places looked at."""

import numpy as np

from nodewise.inspection.nodes_needed.sources import Source
from nodewise.inspection.nodes_needed.target import Followed, Places
from nodewise.network import Network


def largest(source: Source, places: Places, network: Network, knots: np.ndarray) -> float:
    """Return the largest error of the network.

    Exact of samples and straight pieces, whose difference to the network bends at places and knots alone; a guaranteed
    bound of a smooth network; of a function the largest at places, knots and in the middle between them.
    """
    if not isinstance(source.target, Followed):
        off = _apart(network, places.x, places.top, places.bottom)
        inside = knots[(knots > places.x[0]) & (knots < places.x[-1])] if places.joined else knots[:0]
        there = _between(places, inside)
        return max(off, _apart(network, inside, there, there))
    x = np.union1d(places.x, np.clip(knots, source.low, source.high))
    if source.method == "sampled":
        x = np.sort(np.concatenate([x, (x[1:] + x[:-1]) / 2]))
    y = source.target.value(x)
    off = np.abs(network(x[:, None])[:, 0] - y)
    if source.method == "sampled":
        return float(off.max())
    return float((np.maximum(off[1:], off[:-1]) + source.target.slack(x, y)).max())


def _apart(network: Network, x: np.ndarray, *values: np.ndarray) -> float:
    own = network(x[:, None])[:, 0] if len(x) else np.empty(0)
    return max(float(np.abs(own - value).max(initial=0)) for value in values)


def _between(places: Places, x: np.ndarray) -> np.ndarray:
    """Return the target at places of its straight pieces."""
    i = np.clip(np.searchsorted(places.x, x, side="right") - 1, 0, len(places.x) - 2)
    share = (x - places.x[i]) / (places.x[i + 1] - places.x[i])
    return places.after[i] + share * (places.before[i + 1] - places.after[i])
