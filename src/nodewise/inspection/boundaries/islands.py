"""How many connected parts a class has on a plane: counted on a grid, parts that hang together in between joined."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Bool, Float

_MOST = 60  # parts that are tried to be joined
_NEAREST = 4  # other parts each is tried with
_STEPS = 64  # points looked at between two parts


def parts(
    wins: Bool[np.ndarray, "row column"], t: Float[np.ndarray, " point"], inside: Callable[[np.ndarray], np.ndarray]
) -> int:
    """Return the number of connected parts of a class.

    Points beside each other are connected. Where a class is narrower than the distance of two points it falls apart on
    the grid: two parts are joined if it wins all along the straight line between their nearest points.

    Args:
        wins: Whether the class wins at each point of the grid.
        t: Coordinates of the grid along each axis.
        inside: Whether the class wins at any points [point, 2].
    """
    from scipy.ndimage import binary_erosion, label

    names, count = label(wins)  # type: ignore[misc]
    if not 1 < count <= _MOST:
        return int(count)
    row, column = np.nonzero(wins & np.logical_not(binary_erosion(wins)))  # nearest points lie on the edges
    places = np.column_stack([t[column], t[row]])
    pairs = _nearest(places, names[row, column] - 1, count)
    along = np.linspace(0, 1, _STEPS)[:, None, None]
    line = (1 - along) * pairs[:, 2:4] + along * pairs[:, 4:]
    joined = inside(line.reshape(-1, 2)).reshape(_STEPS, -1).all(axis=0)
    return _groups(count, pairs[joined, :2].astype(int))


def _nearest(places: np.ndarray, part: np.ndarray, count: int) -> np.ndarray:
    """Return pairs of parts [pair, (one, other, place of one, place of other)], each with those nearest to it."""
    from scipy.spatial import KDTree

    trees = [KDTree(places[part == one]) for one in range(count)]
    pairs = []
    for one in range(count):
        own = places[part == one]
        found = []
        for other in range(count):
            if other != one:
                distance, index = trees[other].query(own)
                at = int(np.argmin(distance))
                found.append(
                    (float(distance[at]), [one, other, *own[at], *trees[other].data[int(np.atleast_1d(index)[at])]])
                )
        pairs += [pair for _, pair in sorted(found, key=lambda entry: entry[0])[:_NEAREST]]
    return np.array(pairs)


def _groups(count: int, pairs: np.ndarray) -> int:
    """Return how many groups are left of `count` parts when these pairs are joined."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    edges = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    return int(connected_components(edges, directed=False)[0])
