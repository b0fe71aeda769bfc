"""All hidden layers made smaller, one after another, until nothing changes."""

import numpy as np
from jaxtyping import Float

from nodewise.activations import Activation
from nodewise.inspection.smallest.chain import Chain, Nodes, Step, stacked
from nodewise.inspection.smallest.layer import Groups, Sorted, classified, everyone, folded, grouped
from nodewise.inspection.smallest.order import order
from nodewise.inspection.smallest.phasors import added, waves
from nodewise.inspection.smallest.ranges import Reach, reach
from nodewise.inspection.smallest.remainder import Arrangement, arrangements, negligible
from nodewise.network import Dense


def shrink(chain: Chain, box: Float[np.ndarray, "feature 2"]) -> None:
    """Make a chain smaller, in place; the last time through its layers finds nothing and puts them in order."""
    before = -1
    while chain.count != before:
        before = chain.count
        place = 0
        while place < len(chain.stages):
            place += _through(chain, place, box)  # back to the first layer where those before are gone


def _through(chain: Chain, place: int, box: np.ndarray) -> int:
    """Make one layer smaller; return 1, or 0 where no layer is left there."""
    stage, following = chain.stages[place], chain.following(place)
    phi = stage.dense.activation
    nodes = Nodes(stage.dense.weight, stage.dense.bias, following.weight.T, stage.members)
    seen = reach(chain.layers[: place + 1], box)
    kinds = classified(nodes, phi, seen)
    chain.steps += [Step(stage.origin, members, kind) for members, kind in kinds.steps]
    if not len(kinds.bent) and len(kinds.sloped) and len(chain.stages) > 1:
        # Nothing bends: the layer is a straight line, and the layer behind it reads through it.
        chain.steps.append(Step(stage.origin, everyone(kinds.sloped, np.ones(len(kinds.sloped), bool)), "layer"))
        return _read_through(chain, place, kinds.rest.slope, kinds.rest.constant)
    found, steps = _smaller(kinds, phi, seen)
    chain.steps += [Step(stage.origin, *step) for step in steps]
    if not len(found.nodes):
        return _cut_off(chain, place, found.constant, len(box))
    kept = found.nodes.pick(order(found.nodes, phi))
    stage.dense, stage.members = Dense(kept.weight, kept.bias, phi), kept.members
    chain.replace_following(place, Dense(kept.out.T, following.bias + found.constant, following.activation))
    return 1


def _read_through(chain: Chain, place: int, slope: np.ndarray, constant: np.ndarray) -> int:
    """Replace a layer by slope·x + constant."""
    following = chain.following(place)
    chain.replace_following(place, Dense(slope, following.bias + constant, following.activation))
    del chain.stages[place]
    return 0


def _cut_off(chain: Chain, place: int, constant: np.ndarray, features: int) -> int:
    """Replace a layer, and all before it, by a constant."""
    following = chain.following(place)
    for stage in chain.stages[:place]:
        members = tuple(sorted({member for some in stage.members for member in some}))
        chain.steps.append(Step(stage.origin, members, "cut off"))
    weight = np.zeros((following.outputs, features))
    chain.replace_following(place, Dense(weight, following.bias + constant, following.activation))
    del chain.stages[: place + 1]
    return -place


Told = list[tuple[tuple[int, ...], str, int]]


def _smaller(kinds: Sorted, phi: Activation, seen: Reach) -> tuple[Arrangement, Told]:
    """Return the nodes that are left, and what became of those merged."""
    bent, sloped = kinds.bent, kinds.sloped
    told: Told = []
    if not len(bent):
        groups, turned = _none(bent), np.zeros(kinds.rest.constant.shape)
        nodes, rest = bent, kinds.rest
    elif waves(phi):
        nodes, constant, merged = added(bent, phi)
        told += [(members, "waves" if left else "cancelled", left) for members, left in merged]
        return Arrangement(stacked([nodes, sloped]), kinds.constant + constant), told
    else:
        groups, turned = grouped(bent, phi)
        nodes, rest = folded(groups, phi)
        rest = rest.plus(kinds.rest.slope, kinds.rest.constant + turned, kinds.rest.size)
    # As it was, equal nodes merged: it needs no line moved.
    best = _as_it_was(groups, phi, sloped, kinds.constant + turned)
    mirrored = groups.minus.any(axis=1) & ~groups.plus.any(axis=1)
    as_were = mirrored[groups.bend(phi).any(axis=1)] if len(groups) else np.zeros(0, bool)
    fewest = len(bent) + len(sloped)
    if not negligible(rest.slope, rest.size) or len(nodes):
        candidates = list(arrangements(nodes, rest, phi, seen.inputs, as_were))
    else:
        candidates = [Arrangement(nodes, rest.constant)]
    for found in reversed(candidates):
        if len(found.nodes) < len(best.nodes) or (len(found.nodes) == len(best.nodes) and _canonical(found, sloped)):
            best = found
    told += _told(groups, phi, best, sloped, fewest)
    return best, told


def _canonical(found: Arrangement, sloped: Nodes) -> bool:
    """Whether to prefer nodes written in the one way to those there were; not where that only moves a straight line."""
    return not len(sloped) or found.nodes.weight.shape[1] == 1


def _none(nodes: Nodes) -> Groups:
    return Groups(nodes.weight, nodes.bias, nodes.out, nodes.out, ())


def _as_it_was(groups: Groups, phi: Activation, sloped: Nodes, constant: np.ndarray) -> Arrangement:
    """Return the nodes with those merged that are the same without a mirror."""
    plus, minus = groups.plus.any(axis=1), groups.minus.any(axis=1)
    ways = [
        Nodes(groups.weight, groups.bias, groups.plus, groups.members).pick(plus),
        Nodes(0.0 - groups.weight, 0.0 - groups.bias, groups.minus, groups.members).pick(minus),
        sloped,
    ]
    return Arrangement(stacked(ways), constant)


def _told(groups: Groups, phi: Activation, best: Arrangement, sloped: Nodes, before: int) -> Told:
    """Return what became of nodes that are the same, and of straight lines, where there are fewer now."""
    told: Told = []
    bends = groups.bend(phi).any(axis=1) if len(groups) else np.zeros(0, bool)
    stands = list(best.nodes.members)
    for members, bend in zip(groups.members, bends, strict=True):
        left = sum(set(some) == set(members) for some in stands)
        if left < len(members) and len(members) > 1:
            told.append((members, "merged" if bend else "cancelled", left))
    if len(sloped) and len(best.nodes) < before and not set(sloped.members) <= set(stands):
        told.append((everyone(sloped, np.ones(len(sloped), bool)), "straight", 0))
    return told
