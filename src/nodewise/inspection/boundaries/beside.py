"""Whether a drawn boundary is certainly near the true one: a class wins on one hand of it, and not on the other.

At the stated distance on both hands of each straight piece the leads of its class are enclosed by intervals, in mean
value form along the piece; where the bounds leave both possible the piece is halved. If the class certainly wins all
along one hand and certainly does not along the other, it stops winning somewhere between, across every place of the
piece.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float

from nodewise.inspection.intervals import Layer, enclose
from nodewise.network import Dense

_HALVINGS = 10
_WORK = 100_000_000  # products of a box and a weight; some 2 s
_BLOCK = 4_000_000  # numbers at once


def proved(
    layers: Sequence[Layer],
    own: int,
    start: Float[np.ndarray, "piece 2"],
    end: Float[np.ndarray, "piece 2"],
    distance: float,
) -> Float[np.ndarray, " piece"]:
    """Return the share of each straight piece of which it is certain that the class changes within the distance.

    Args:
        layers: From the plane's coordinates to the scores of the classes; the last one is `Dense` with the identity.
        own: The class that the pieces part from the others.
        start: Where the pieces begin.
        end: Where they end.
        distance: How near, in the same coordinates.
    """  # fmt: skip
    leads, piece, share = _leads(layers, own), np.arange(len(start)), np.zeros(len(start))
    cost = sum(layer.weight.size for layer in leads if isinstance(layer, Dense))
    share[~(start != end).any(axis=1)] = 1.0
    left, part = _WORK // cost, 1.0
    keep = share[piece] == 0
    for _ in range(_HALVINGS):
        piece, start, end = piece[keep], start[keep], end[keep]
        if not len(piece) or 2 * len(piece) > left:
            break
        left -= 2 * len(piece)
        with np.errstate(over="ignore", invalid="ignore"):  # what overflows is not proved
            sure = _parted(leads, start, end, distance, max(1, _BLOCK // cost))
        np.add.at(share, piece[sure], part)
        middle, part = (start + end) / 2, part / 2
        piece, keep = np.concatenate([piece, piece]), np.concatenate([~sure, ~sure])
        start, end = np.concatenate([start, middle]), np.concatenate([middle, end])
    return share


def _leads(layers: Sequence[Layer], own: int) -> tuple[Layer, ...]:
    """Return the chain that ends in how far the class is ahead of each other one."""
    last = layers[-1]
    assert isinstance(last, Dense)
    others = np.arange(len(last.bias)) != own
    lead = Dense(last.weight[own] - last.weight[others], last.bias[own] - last.bias[others], last.activation)
    return (*layers[:-1], lead)


def _parted(
    leads: Sequence[Layer], start: np.ndarray, end: np.ndarray, distance: float, block: int
) -> Bool[np.ndarray, " piece"]:
    """Return whether the class certainly wins on one hand of a piece, and certainly not on the other."""
    along = end - start
    across = distance * np.column_stack([-along[:, 1], along[:, 0]]) / np.hypot(*along.T)[:, None]
    wins, loses = zip(*(_decided(leads, start + side, end + side, block) for side in (across, -across)), strict=True)
    return (wins[0] & loses[1]) | (wins[1] & loses[0])


def _decided(leads: Sequence[Layer], start: np.ndarray, end: np.ndarray, block: int) -> tuple[np.ndarray, np.ndarray]:
    """Return whether the class is certainly ahead of all others along each piece, and certainly behind one of them."""
    ahead, behind = np.zeros(len(start), bool), np.zeros(len(start), bool)
    for i in range(0, len(start), block):
        here = slice(i, i + block)
        low, high = _bounds(leads, start[here], end[here])
        ahead[here], behind[here] = (low > 0).all(axis=1), (high < 0).any(axis=1)
    return ahead, behind


def _bounds(leads: Sequence[Layer], start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return bounds of the leads along each piece: over the box around it, cut by the mean value form along it."""
    found = enclose(leads, np.minimum(start, end), np.maximum(start, end), np.eye(2))
    assert found.slope is not None
    half = np.abs(end - start)[:, None] * 0.5 * (1 + 1e-12)
    steps = (end - start)[:, None] / 2
    ends = np.stack([found.slope.low * steps, found.slope.high * steps])
    low, high = ends.min(axis=0).sum(axis=2), ends.max(axis=0).sum(axis=2)
    size = (found.slope.size * half).sum(axis=2)
    reach = np.maximum(np.abs(low), np.abs(high)) + 1e-12 * size + found.rounding
    center = (start + end) / 2
    for layer in leads:
        center = layer(center)
    return np.maximum(found.value.low, center - reach), np.minimum(found.value.high, center + reach)
