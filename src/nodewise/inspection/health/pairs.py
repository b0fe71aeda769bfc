"""Nodes that are copies of each other, and nodes that cancel each other."""

import numpy as np
from jaxtyping import Bool, Float, Int

from nodewise.activations import Activation
from nodewise.inspection.reading import centred, homogeneous
from nodewise.network import Dense, Network

_SAME = 1e-12  # relative difference that is rounding
_COPY = 0.9999  # correlation of two activations
_CANCEL = 0.01  # Var(c_i + c_j) / (Var c_i + Var c_j)
_MATTERS = 1e-4  # (Var c_i + Var c_j) / Var f


def copies(h: Float[np.ndarray, "sample node"], dead: Bool[np.ndarray, " node"]) -> Int[np.ndarray, "pair 2"]:
    """Return the pairs of nodes, neither dead, whose activations correlate."""
    alive = np.flatnonzero(~dead)
    around = centred(h[:, alive])
    around /= np.sqrt(np.einsum("sn,sn->n", around, around))
    pairs = np.argwhere(np.triu(np.abs(around.T @ around) > _COPY, 1))
    return alive[pairs].reshape(-1, 2)


def same_by_weights(dense: Dense, pairs: Int[np.ndarray, "pair 2"]) -> Bool[np.ndarray, " pair"]:
    """Return whether φ's identities make one node's activation a multiple of the other's plus a constant, everywhere.

    That is where the second pre-activation is factor · the first + shift, with a factor and a shift φ allows.
    """
    phi, (wi, wj), (bi, bj) = dense.activation, dense.weight[pairs.T], dense.bias[pairs.T]
    length = np.einsum("pf,pf->p", wi, wi)
    factor = np.einsum("pf,pf->p", wi, wj) / np.where(length > 0, length, 1)
    size = np.abs(wj).max(axis=1) + np.abs(bj) + np.abs(factor * bi)
    same = np.abs(wj - factor[:, None] * wi).max(axis=1) <= _SAME * size
    if phi.linear:
        return same
    mirrors = phi.symmetry is not None and phi.symmetry.slope == 0
    same &= (factor > 0) | (mirrors & (factor < 0))
    same &= homogeneous(phi) | (np.abs(np.abs(factor) - 1) <= _SAME)
    shift, step = bj - factor * bi, _shift(phi)
    return same & (np.abs(shift if step is None else shift - step * np.round(shift / step)) <= _SAME * size)


def _shift(phi: Activation) -> float | None:
    """Return the smallest shift known to keep φ or, half a wave on, to mirror it."""
    if phi.wave is not None and phi.right is not None and phi.right.slope == 0:
        return np.pi / phi.wave.frequency
    return phi.period


def cancelling(network: Network, h: Float[np.ndarray, "sample node"]) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of last hidden nodes that cancel each other, and the output for which they do."""
    pairs, outputs = [np.empty((0, 2), int)], [np.empty(0, int)]
    around = h - h.mean(axis=0)
    covariance = around.T @ around / len(h)
    for o, weight in enumerate(network.folded.dense[len(network.hidden)].weight if network.hidden else ()):
        parts = covariance * np.outer(weight, weight)
        own = np.add.outer(np.diag(parts), np.diag(parts))
        cancel = (own + 2 * parts < _CANCEL * own) & (own > _MATTERS * max(parts.sum(), 0))
        pairs.append(np.argwhere(np.triu(cancel, 1)))
        outputs.append(np.full(len(pairs[-1]), o))
    return np.concatenate(pairs), np.concatenate(outputs)


def groups(pairs: Int[np.ndarray, "pair 2"]) -> list[list[int]]:
    """Return the nodes connected by pairs, group by group, each in order."""
    leader: dict[int, int] = {}
    for i, j in pairs.tolist():
        first, second = leader.setdefault(i, i), leader.setdefault(j, j)
        if first != second:
            low, high = sorted((first, second))
            leader.update({node: low for node, lead in leader.items() if lead == high})
    return [sorted(n for n, lead in leader.items() if lead == first) for first in sorted(set(leader.values()))]
