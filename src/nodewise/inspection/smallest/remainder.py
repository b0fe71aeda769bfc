"""Where the straight lines go that mirror images leave: relu(-z) = relu(z) - z.

A layer is Σ cᵢφ(zᵢ) + L·x. Each node may be written either way round; the ones written the other way round take lines
of their own, so some choice may take all of L. Otherwise nodes of both ways round in one place, or nodes that are never
bent in the domain, carry it.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from nodewise.activations import Activation
from nodewise.inspection.intervals import Range
from nodewise.inspection.smallest.chain import Nodes, Rest, behind, corners, stacked, terms
from nodewise.inspection.smallest.forms import SAME, backward, reflects
from nodewise.inspection.smallest.subset import MOST, subset

_ROUNDING = 1e-12  # of the size of the terms: a line so small is none


class Arrangement(NamedTuple):
    """Nodes and the constant beside them.

    Attributes:
        nodes: The nodes.
        constant: [next].
    """

    nodes: Nodes
    constant: Float[np.ndarray, " next"]


def arrangement(
    nodes: Nodes, rest: Rest, phi: Activation, reach: Range, as_were: Bool[np.ndarray, " node"], most: int
) -> Arrangement | None:
    """Return Σ out·φ(weight·x + bias) + rest written without any rest, in the fewest nodes that were found.

    Args:
        nodes: None mirrored, no two in one place.
        rest: The straight line.
        phi: The activation.
        reach: Bounds of x, perhaps infinite.
        as_were: [node], which were mirrored before.
        most: With more nodes than these it is of no use, and None is returned.
    """
    for start in _starts(nodes, rest, phi, as_were):
        turned, left = _turned(nodes, rest, phi, start) if start.any() else (nodes, rest)
        if negligible(left.slope, left.size):
            return Arrangement(turned, left.constant)
    found = []
    spare = most - len(nodes)
    for start in _starts(nodes, rest, phi, as_were) if spare > 0 else ():
        turned, left = _turned(nodes, rest, phi, start)
        rows = _directions(left.slope)
        found.append(_always_on(turned, left, rows, phi, reach) if len(rows) <= spare else None)
        if turning(phi):
            found += [_doubled(turned, left, phi, spare), _pairs(turned, left, rows, phi)]
    useful = [one for one in found if one is not None and len(one.nodes) <= most]
    return min(useful, key=lambda one: len(one.nodes)) if useful else None


def _starts(nodes: Nodes, rest: Rest, phi: Activation, as_were: np.ndarray) -> Iterator[Bool[np.ndarray, " node"]]:
    """Yield which nodes to turn round first: the choice that takes the whole line, else none, or those there were."""
    if turning(phi):
        found = orientation(nodes, rest, phi)
        if found is not None:
            yield found
            return
    yield np.zeros(len(nodes), bool)
    # Of one feature no choice is better than another, so that it is the one that equal networks share.
    if turning(phi) and (nodes.weight.shape[1] > 1 or len(nodes) > MOST):
        yield as_were


def turning(phi: Activation) -> bool:
    """Whether turning a node round costs a line."""
    return reflects(phi) and phi.symmetry is not None and phi.symmetry.slope != 0


def negligible(slope: Float[np.ndarray, "next feature"], size: float) -> bool:
    """Whether a slope is only the rounding of its terms."""
    return bool(np.abs(slope).max(initial=0.0) <= _ROUNDING * size)


def orientation(nodes: Nodes, rest: Rest, phi: Activation) -> Bool[np.ndarray, " node"] | None:
    """Return which nodes to turn round so that no line is left; None if none such, or too many nodes to try."""
    if len(nodes) > MOST:
        return None
    assert phi.symmetry is not None
    # The line that a node takes when it is turned round.
    steep = phi.symmetry.slope / phi.symmetry.sign
    own = steep * nodes.out[:, :, None] * nodes.weight[:, None, :]
    size = rest.size + abs(steep) * terms(nodes.out, nodes.weight)
    return subset(own.reshape(len(nodes), rest.slope.size), rest.slope.ravel(), SAME * size)


def _turned(nodes: Nodes, rest: Rest, phi: Activation, which: np.ndarray) -> tuple[Nodes, Rest]:
    """Return the nodes with some turned round, and the line left."""
    symmetry = phi.symmetry
    assert symmetry is not None
    way, turned = np.where(which, -1.0, 1.0), nodes.pick(which)
    steep = symmetry.slope / symmetry.sign
    out = np.where(which[:, None], nodes.out / symmetry.sign, nodes.out)
    line = symmetry.slope * nodes.bias[which] + symmetry.constant
    left = rest.plus(
        -steep * turned.out.T @ turned.weight, -line @ out[which], abs(steep) * terms(turned.out, turned.weight)
    )
    return Nodes(nodes.weight * way[:, None] + 0.0, nodes.bias * way + 0.0, out, nodes.members), left


def _doubled(nodes: Nodes, rest: Rest, phi: Activation, most: int) -> Arrangement | None:
    """Return the nodes with some written both ways round, which together take the line; None if they cannot."""
    picked = _spanning(nodes.weight, rest.slope, rest.size, most)
    symmetry = phi.symmetry
    if picked is None or symmetry is None:
        return None
    # u·φ(-z) - u·sign·φ(z) is u·(slope·z + constant).
    weight, bias = nodes.weight[picked], nodes.bias[picked]
    u = np.linalg.lstsq(weight.T, rest.slope.T, rcond=None)[0] / symmetry.slope
    out = nodes.out.copy()
    out[picked] -= symmetry.sign * u
    extra = Nodes(0.0 - weight, 0.0 - bias, u, tuple(nodes.members[i] for i in picked))
    both = stacked([replace(nodes, out=out), extra])
    size = np.abs(np.concatenate([nodes.out, u])).max(initial=0.0)
    kept = np.abs(both.out).max(axis=1, initial=0.0) > SAME * size
    return Arrangement(both.pick(kept), rest.constant - (symmetry.slope * bias + symmetry.constant) @ u)


def _spanning(weight: np.ndarray, slope: np.ndarray, size: float, most: int) -> np.ndarray | None:
    """Return few rows whose span holds all rows of the slope: the one most along what is left, again and again."""
    unit = weight / np.linalg.norm(weight, axis=1, keepdims=True)
    picked: list[int] = []
    left = slope
    for _ in range(min(*weight.shape, most)):
        along = np.linalg.norm(left @ unit.T, axis=0)
        along[picked] = -1
        # The first of equal ones, whatever the rounding.
        picked.append(int((along >= along.max() * (1 - 1e-9)).argmax()))
        basis = np.linalg.qr(unit[picked].T)[0]
        left = slope - slope @ basis @ basis.T
        if negligible(left, size):
            return np.array(picked)
    return None


def _directions(slope: np.ndarray) -> np.ndarray:
    """Return unit rows that span the rows of a slope."""
    read = slope.any(axis=0)  # what is not read stays so, without rounding
    _, singular, found = np.linalg.svd(slope[:, read], full_matrices=False)
    rows = np.zeros((int((singular > _ROUNDING * singular[0]).sum()), slope.shape[1]))
    rows[:, read] = found[: len(rows)]
    return np.where(backward(rows)[:, None], -rows, rows)


def _pairs(nodes: Nodes, rest: Rest, rows: np.ndarray, phi: Activation) -> Arrangement:
    """Return the nodes and, for each direction of the line, two of opposite sign."""
    symmetry = phi.symmetry
    assert symmetry is not None
    u = (rest.slope @ rows.T).T / symmetry.slope
    none, everyone = np.zeros(len(rows)), behind(nodes)
    extra = [
        Nodes(-rows, none, u, (everyone,) * len(rows)),
        Nodes(rows, none, -symmetry.sign * u, (everyone,) * len(rows)),
    ]
    return Arrangement(stacked([nodes, *extra]), rest.constant - symmetry.constant * u.sum(axis=0))


def _always_on(nodes: Nodes, rest: Rest, rows: np.ndarray, phi: Activation, reach: Range) -> Arrangement | None:
    """Return the nodes and, for each direction of the line, one that is straight over all that can occur."""
    piece = _sloped_piece(phi)
    if piece is None or not np.isfinite([reach.low, reach.high]).all():
        return None
    begin, end = piece
    up, down = np.maximum(rows, 0), np.minimum(rows, 0)
    low, high = up @ reach.low + down @ reach.high, up @ reach.high + down @ reach.low
    shrink = np.ones(len(rows)) if np.isinf(end) else np.minimum((end - begin) / np.maximum(high - low, 1e-300) / 2, 1)
    weight = rows * shrink[:, None]
    # Begins a little behind the corner, so that rounding does not bend it.
    room = 0.25 * (end - begin) if np.isfinite(end) else 1e-3 * (high - low) + 1e-9 * np.maximum(abs(low), abs(high))
    room = np.where(room > 0, room, 1.0)
    bias = begin + room - low * shrink
    inside = begin + room + (high - low) / 2 * shrink
    slope = phi.slope(inside)
    intercept = phi(inside) - slope * inside
    out = (rest.slope @ rows.T).T / (slope * shrink)[:, None]
    members = behind(nodes)
    extra = Nodes(weight, bias, out, (members,) * len(rows))
    return Arrangement(stacked([nodes, extra]), rest.constant - (slope * bias + intercept) @ out)


def _sloped_piece(phi: Activation) -> tuple[float, float] | None:
    """Return where φ is a straight line that rises or falls: two corners, or one and infinity; None if nowhere."""
    places = list(corners(phi))
    if not phi.piecewise_linear or not places:
        return None
    if phi.period is not None:
        piece = (places[0], places[1] if len(places) > 1 else places[0] + phi.period)
    elif phi.right is not None and phi.right.slope:
        piece = (places[-1], np.inf)
    else:
        piece = (places[0], places[-1])
    return piece if piece[0] < piece[1] else None
