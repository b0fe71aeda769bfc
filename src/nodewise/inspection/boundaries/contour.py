"""Polylines that follow a curved boundary as closely as asked: more vertices where a straight piece leaves it."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from nodewise.inspection.roots import bracketed

_ROUNDS = 14  # times that every piece may be halved
_FARTHER = 3.0  # times as far off is looked for the boundary where it is not seen
_MOST = 100_000  # vertices
_FINE = 1e-12  # how well the boundary is found beside the middle of a piece


def follow_contour(
    points: Float[np.ndarray, "vertex 2"],
    lead: Callable[[np.ndarray], np.ndarray],
    tolerance: float,
) -> tuple[Float[np.ndarray, "vertex 2"], float]:
    """Return a polyline whose pieces pass the boundary within a tolerance at their middles, and how far they are off.

    Beside the middle of each piece, at a right angle to it and no farther off than half its length, or else one and a
    half, as where three classes meet at a sharp angle, the boundary is looked for; where it lies beyond the tolerance
    it becomes a vertex. A piece beside which no boundary is found is left as it is.

    Args:
        points: Vertices on the boundary.
        lead: The function that is 0 on the boundary, at any points [point, 2].
        tolerance: The largest distance.
    """
    open_piece, worst = np.ones(len(points) - 1, bool), 0.0
    for _ in range(_ROUNDS):
        if not open_piece.any() or len(points) > _MOST:
            break
        which = np.flatnonzero(open_piece)
        place, off = _beside(points[which], points[which + 1], lead)
        far = off > tolerance
        worst = max(worst, off[~far].max(initial=0.0))
        new = np.where(np.isin(np.arange(len(open_piece)), which[far]), 2, 1)
        points = np.insert(points, which[far] + 1, place[far], axis=0)
        # The halves of what was cut are looked at again.
        open_piece = np.repeat(np.isin(np.arange(len(open_piece)), which[far]), new)
    if open_piece.any():
        which = np.flatnonzero(open_piece)
        worst = max(worst, _beside(points[which], points[which + 1], lead)[1].max(initial=0.0))
    return points, float(worst)


def _beside(
    start: np.ndarray, end: np.ndarray, lead: Callable[[np.ndarray], np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Return where the boundary passes the middle of each piece, and how far from it; 0 where none is found."""
    middle, across = (start + end) / 2, (end - start)[:, ::-1] * [-0.5, 0.5]
    sides = np.stack([lead(middle - across), lead(middle + across)])
    again = np.flatnonzero((sides[0] >= 0) == (sides[1] >= 0))
    across[again] *= _FARTHER
    sides[:, again] = lead((middle - across)[again]), lead((middle + across)[again])
    size, share = np.hypot(*across.T), np.zeros(len(middle))
    cross = np.flatnonzero(((sides[0] >= 0) != (sides[1] >= 0)) & (size > 0))

    def along(s: np.ndarray, which: np.ndarray) -> np.ndarray:
        row = cross[which]
        return lead(middle[row] + s[:, None] * across[row])

    one = np.ones(len(cross))
    share[cross] = bracketed(along, -one, one, (sides[0, cross], sides[1, cross]), _FINE)
    return middle + share[:, None] * across, np.abs(share) * size
