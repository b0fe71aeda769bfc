"""One hidden layer with fewer nodes: unread, constant and equal ones leave, and the next layer's weights make up."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from nodewise.activations import Activation
from nodewise.inspection.smallest.chain import Members, Nodes, Rest, behind, nonzero, product, terms
from nodewise.inspection.smallest.forms import SAME, forms, groups, reflects, repeats
from nodewise.inspection.smallest.ranges import Reach, lines, straight


@dataclass(frozen=True, eq=False)
class Groups:
    """Nodes that are the same up to φ's identities: plus·φ(z) + minus·φ(-z), z = weight·x + bias.

    Attributes:
        weight: [group, feature].
        bias: [group].
        plus: [group, next].
        minus: [group, next]; 0 where φ has no mirror image.
        members: [group].
    """

    weight: Float[np.ndarray, "group feature"]
    bias: Float[np.ndarray, " group"]
    plus: Float[np.ndarray, "group next"]
    minus: Float[np.ndarray, "group next"]
    members: Members

    def __len__(self) -> int:
        """Return the number of groups."""
        return len(self.bias)

    def bend(self, phi: Activation) -> Float[np.ndarray, "group next"]:
        """Return c with c·φ(z) + a line for plus·φ(z) + minus·φ(-z); exactly 0 where the two cancel."""
        sign = phi.symmetry.sign if phi.symmetry is not None else 0.0
        bend = self.plus + sign * self.minus
        size = np.maximum(np.abs(self.plus), np.abs(self.minus)).max(axis=1, keepdims=True, initial=0.0)
        return np.where(np.abs(bend) <= SAME * size, 0.0, bend)


class Sorted(NamedTuple):
    """The nodes of a layer by what they are.

    Attributes:
        bent: Nodes that bend.
        sloped: Nodes that are straight lines over all that can occur.
        rest: What constants and straight lines add up to.
        constant: What the constants alone add up to, [next].
        steps: (nodes, kind).
    """

    bent: Nodes
    sloped: Nodes
    rest: Rest
    constant: Float[np.ndarray, " next"]
    steps: list[tuple[tuple[int, ...], str]]


def classified(nodes: Nodes, phi: Activation, reach: Reach) -> Sorted:
    """Return which nodes bend, which are straight lines, and what became of the others."""
    steps: list[tuple[tuple[int, ...], str]] = []
    read = nonzero(nodes.out)
    flat = straight(phi, reach.z) | ~nonzero(nodes.weight)
    slope, intercept = lines(phi, reach.z)
    still = ~nonzero(nodes.weight)
    slope, intercept = np.where(still, 0.0, slope), np.where(still, phi(nodes.bias), intercept)
    constant, sloped = read & flat & (slope == 0), read & flat & (slope != 0)
    for which, kind in ((~read, "unread"), (constant, "constant")):
        if which.any():
            steps.append((behind(nodes.pick(which)), kind))
    still_there = intercept[constant] @ nodes.out[constant]
    some = nodes.pick(sloped)
    steep = slope[sloped][:, None]
    rest = Rest.none(nodes.out.shape[1], nodes.weight.shape[1]).plus(
        product(some.out.T, steep * some.weight),
        still_there + (steep[:, 0] * some.bias + intercept[sloped]) @ some.out,
        terms(some.out, steep * some.weight),
    )
    return Sorted(nodes.pick(read & ~flat), some, rest, still_there, steps)


def grouped(nodes: Nodes, phi: Activation) -> tuple[Groups, Float[np.ndarray, " next"]]:
    """Return the nodes as groups, and the constant that whole periods leave."""
    form = forms(nodes.weight, nodes.bias, phi)
    together = groups(form.weight, form.bias)
    out = form.factor[:, None] * nodes.out
    constant = (repeats(phi)[1] * form.turns) @ nodes.out if form.turns.any() else np.zeros(nodes.out.shape[1])
    plus, minus = (np.where((form.mirrored == side)[:, None], out, 0.0) for side in (False, True))
    first = [group[0] for group in together]
    shape = (len(together), nodes.out.shape[1])
    return Groups(
        form.weight[first],
        form.bias[first],
        np.array([_sum(plus[group]) for group in together]).reshape(shape),
        np.array([_sum(minus[group]) for group in together]).reshape(shape),
        tuple(behind(nodes.pick(np.array(group))) for group in together),
    ), constant


def _sum(out: Float[np.ndarray, "node next"]) -> Float[np.ndarray, " next"]:
    """Return the sum of the rows, exactly 0 where only rounding is left."""
    total, size = out.sum(axis=0), np.abs(out).sum(axis=0)
    return np.where(np.abs(total) <= SAME * size.max(initial=0.0), 0.0, total)


def folded(found: Groups, phi: Activation) -> tuple[Nodes, Rest]:
    """Return one node per group that does not cancel itself, none of them mirrored, and the line that leaves."""
    bend = found.bend(phi)
    keep = nonzero(bend)
    nodes = Nodes(found.weight, found.bias, bend, found.members).pick(keep)
    rest = Rest.none(found.plus.shape[1], found.weight.shape[1])
    if not reflects(phi) or phi.symmetry is None:
        return nodes, rest
    symmetry = phi.symmetry
    line = symmetry.slope * found.bias + symmetry.constant
    slope = symmetry.slope * found.minus.T @ found.weight
    return nodes, rest.plus(slope, line @ found.minus, abs(symmetry.slope) * terms(found.minus, found.weight))
