"""Nodes written in one way: those that φ's identities make the same get the same row.

Homogeneous nodes, φ(λz) = λφ(z), have rows of length 1; nodes with a mirror image, φ(-z) = s·φ(z) + a·z + c, are the
one whose first weight is positive; periodic ones have the bias nearest to 0.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from nodewise.activations import Activation
from nodewise.inspection.reading import homogeneous
from nodewise.inspection.smallest.chain import SAME as SAME

_LEADS = 1e-9  # a weight smaller than this share of the row's largest does not decide its sign
_SEED = 0


class Forms(NamedTuple):
    """Nodes φ(w·x + b) as factor·φ(±(weight·x + bias) + turns·period).

    Attributes:
        weight: [node, feature].
        bias: [node].
        factor: [node], what multiplies the activation.
        mirrored: [node], whether the sign is minus.
        turns: [node], whole periods.
    """

    weight: Float[np.ndarray, "node feature"]
    bias: Float[np.ndarray, " node"]
    factor: Float[np.ndarray, " node"]
    mirrored: Bool[np.ndarray, " node"]
    turns: Float[np.ndarray, " node"]


def degree(phi: Activation) -> int | None:
    """Return k with φ(λz) = λᵏφ(z) for every λ > 0, or None."""
    if homogeneous(phi):
        return 1
    flat = all(line is not None and line.slope == 0 for line in (phi.left, phi.right))
    return 0 if phi.piecewise_linear and flat and {*phi.kinks, *phi.jumps} == {0.0} else None


def reflects(phi: Activation) -> bool:
    """Whether φ(-z) follows from φ(z) for every z; where φ jumps it does not at the jump itself."""
    return phi.symmetry is not None and not phi.jumps


def repeats(phi: Activation) -> tuple[float, float]:
    """Return T and r with φ(z + T) = φ(z) + r; T is infinite where φ does not repeat."""
    if phi.period is not None:
        return phi.period, 0.0
    if phi.wave is not None and phi.right is not None:
        period = 2 * np.pi / phi.wave.frequency
        return period, phi.right.slope * period
    return np.inf, 0.0


def backward(weight: Float[np.ndarray, "node feature"]) -> Bool[np.ndarray, " node"]:
    """Return whether the first weight of each row that counts is negative."""
    size = np.abs(weight)
    first = (size > _LEADS * size.max(axis=1, keepdims=True)).argmax(axis=1)
    return weight[np.arange(len(weight)), first] < 0


def forms(weight: Float[np.ndarray, "node feature"], bias: Float[np.ndarray, " node"], phi: Activation) -> Forms:
    """Return the one way to write each node; no row of weights may be 0."""
    length, power = np.ones(len(bias)), degree(phi)
    if power is not None:
        length = lengths(weight)
    weight, bias = weight / length[:, None], bias / length
    mirrored = backward(weight) if reflects(phi) else np.zeros(len(bias), bool)
    sign = np.where(mirrored, -1.0, 1.0)
    weight, bias = weight * sign[:, None] + 0.0, bias * sign + 0.0  # no -0
    period, turns = repeats(phi)[0], np.zeros(len(bias))
    if np.isfinite(period):
        # Half a period stays, minus half a period becomes it.
        turns = np.ceil(bias / period - 0.5 - SAME)
        bias = bias - turns * period
    # The sign was taken out of the whole pre-activation, so periods count backwards where it is minus.
    return Forms(weight, bias, length ** (power or 0), mirrored, turns * sign)


def lengths(weight: Float[np.ndarray, "node feature"]) -> Float[np.ndarray, " node"]:
    """Return the Euclidean length of each row, without overflow; of one feature exactly its size."""
    largest = np.abs(weight).max(axis=1)
    scaled = weight / np.where(largest > 0, largest, 1)[:, None]
    return largest * np.sqrt(np.einsum("nf,nf->n", scaled, scaled))


def groups(
    weight: Float[np.ndarray, "node feature"], bias: Float[np.ndarray, " node"], same: float = SAME
) -> list[list[int]]:
    """Return which rows are the same, group by group, by their first node."""
    size = np.abs(weight).max(axis=1)
    rows, room = np.column_stack([weight, bias]), np.column_stack([size, size + np.abs(bias)]) * same
    # Rows that are the same are neighbours along any direction.
    direction = np.random.default_rng(_SEED).uniform(0.5, 1, rows.shape[1])
    along, reach = rows @ direction, (len(direction) + 2) * float(room.max(initial=0.0)) * 2
    found: list[list[int]] = []
    for i in np.argsort(along, kind="stable"):
        for group in reversed(found):
            if along[i] - along[group[0]] > reach:
                found.append([int(i)])
                break
            apart = np.abs(rows[i] - rows[group[0]])
            if apart[:-1].max() <= room[i, 0] and apart[-1] <= room[i, 1]:
                group.append(int(i))
                break
        else:
            found.append([int(i)])
    return sorted(sorted(group) for group in found)
