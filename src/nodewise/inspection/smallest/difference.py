"""How far two networks are apart on a box: exact for straight lines of one feature, else at points."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from nodewise.inspection.straight import Pieces, pieces
from nodewise.network import Dense, Network, Scale

_POINTS, _SEED, _SPREADS = 4096, 0, 3.0
_FURTHEST = 100.0  # widths of the usual box: centres further out are those of nodes that hardly move


class Apart(NamedTuple):
    """How far apart.

    Attributes:
        largest: Largest difference of an output, in its unit.
        relative: The same as a share of the largest output there, output by output.
        method: "exact" or "sampled".
        points: Number of points compared; of an exact one of pieces.
    """

    largest: float
    relative: float
    method: str
    points: int


def apart(ours: Network, theirs: Network, box: Float[np.ndarray, "feature 2"]) -> Apart:
    """Return how far the outputs are apart on a finite box."""
    swept = _swept(ours, theirs, box)
    if swept is not None:
        return swept
    low, high = box.T
    count = len(low)
    x = np.random.default_rng(_SEED).uniform(low, high, (_POINTS, count))
    if count == 1:
        x = np.linspace(low, high, _POINTS)
    one, other = ours(x), theirs(x)
    return _told(np.abs(one - other).max(axis=0), np.abs(one).max(axis=0), "sampled", _POINTS)


def _told(largest: np.ndarray, size: np.ndarray, method: str, points: int) -> Apart:
    share = largest / np.maximum(size, np.finfo(float).tiny)
    return Apart(float(largest.max()), float(np.where(largest > 0, share, 0).max()), method, points)


def _swept(ours: Network, theirs: Network, box: np.ndarray) -> Apart | None:
    """Return the difference along all straight pieces; None where there are none."""
    joint = ours.dense[-1].activation.joint
    if len(box) > 1 or joint or not box[0, 0] < box[0, 1]:
        return None
    both: list[Pieces] = []
    for network in (ours, theirs):
        found = pieces(_dense(network), np.zeros(1), np.ones(1), *box[0])
        if found is None:
            return None
        both.append(found)
    edges = np.unique(np.concatenate([both[0].edges, both[1].edges]))
    # Breakpoints of the two that are one but for rounding leave a sliver, on which jumps would differ.
    wide = np.diff(edges) > 1e-12 * np.abs(box).max()
    left, right = edges[:-1][wide], edges[1:][wide]
    seen = [(_at(one, left, (left + right) / 2), _at(one, right, (left + right) / 2)) for one in both]
    largest = np.max([np.abs(a - b).max(axis=0) for a, b in zip(*seen, strict=True)], axis=0)
    size = np.max([np.abs(a).max(axis=0) for a in seen[0]], axis=0)
    return _told(largest, size, "exact", len(left))


def _at(along: Pieces, t: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Return the outputs at some places, seen from the piece that holds others."""
    piece = np.clip(np.searchsorted(along.edges, inside, side="right") - 1, 0, len(along.slope) - 1)
    return along.left[piece] + along.slope[piece] * (t - along.edges[piece])[:, None]


def _dense(network: Network) -> list[Dense]:
    return list(network.folded.dense)


def usual_box(network: Network) -> Float[np.ndarray, "feature 2"]:
    """Return where inputs usually are: 3 standard deviations behind the network's own scaling.

    Of one feature it is wide enough for the centres of the nodes of the first layer, within reason.
    """
    ends = np.tile([-_SPREADS, _SPREADS], (network.inputs, 1))
    first, nodes = network.layers[0], network.folded.dense[0]
    if isinstance(first, Scale):
        ends = np.sort((ends - first.shift[:, None]) / first.factor[:, None], axis=1)
    if network.inputs == 1 and nodes.weight.all():
        middle, reach = ends.mean(), _FURTHEST * np.ptp(ends)
        centres = np.clip(-nodes.bias / nodes.weight[:, 0], middle - reach, middle + reach)
        ends = np.array([[min(ends[0, 0], 1.5 * centres.min()), max(ends[0, 1], 1.5 * centres.max())]])
    return ends
