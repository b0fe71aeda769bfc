"""How far a curve of straight pieces is from its target at most: exact, guaranteed, or at the places looked at."""

from collections.abc import Callable

import numpy as np

from nodewise.inspection.nodes_needed.sources import Source
from nodewise.inspection.nodes_needed.target import Fewest, Followed, Places
from nodewise.network import Network

_MOST_PRODUCTS = 2**25  # nodes times places; a quarter of a second


def largest(source: Source, found: Fewest, network: Network) -> float:
    """Return the largest error of the network.

    Exact of samples and straight pieces, whose difference to the network bends at places and knots alone; a guaranteed
    bound of a smooth network; of a function the largest at places, knots and in the middle between them. Where nodes
    times places are very many, the curve is followed piece by piece, which is the network but for rounding.
    """
    places, knots = found.places, found.links.knots
    few = len(places.x) * len(knots) <= _MOST_PRODUCTS

    def curve(x: np.ndarray) -> np.ndarray:
        return network(x[:, None])[:, 0] if few and len(x) else found.links(x, source.low)

    if not isinstance(source.target, Followed):
        off = _apart(curve, places.x, places.top, places.bottom)
        inside = knots[(knots > places.x[0]) & (knots < places.x[-1])] if places.joined else knots[:0]
        there = _between(places, inside)
        return max(off, _apart(curve, inside, there, there))
    x = np.union1d(places.x, np.clip(knots, source.low, source.high))
    if source.method == "sampled":
        x = np.sort(np.concatenate([x, (x[1:] + x[:-1]) / 2]))
    y = source.target.value(x)
    off = np.abs(curve(x) - y)
    if source.method == "sampled":
        return float(off.max())
    return float((np.maximum(off[1:], off[:-1]) + source.target.slack(x, y)).max())


def _apart(curve: Callable[[np.ndarray], np.ndarray], x: np.ndarray, *values: np.ndarray) -> float:
    own = curve(x)
    return max(float(np.abs(own - value).max(initial=0)) for value in values)


def _between(places: Places, x: np.ndarray) -> np.ndarray:
    """Return the target at places of its straight pieces."""
    i = np.clip(np.searchsorted(places.x, x, side="right") - 1, 0, len(places.x) - 2)
    share = (x - places.x[i]) / (places.x[i + 1] - places.x[i])
    return places.after[i] + share * (places.before[i + 1] - places.after[i])
