"""All hidden layers made smaller, one after another, until nothing changes."""

from collections import Counter

import numpy as np
from jaxtyping import Float

from nodewise.activations import Activation
from nodewise.inspection.smallest.chain import Chain, Nodes, Rest, Step, behind, nonzero, stacked
from nodewise.inspection.smallest.layer import Groups, Sorted, classified, folded, grouped
from nodewise.inspection.smallest.order import order
from nodewise.inspection.smallest.phasors import added, waves
from nodewise.inspection.smallest.ranges import Reach, reach
from nodewise.inspection.smallest.remainder import Arrangement, arrangement, negligible
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
        chain.steps.append(Step(stage.origin, behind(kinds.sloped), "layer"))
        return _read_through(chain, place, kinds.rest.slope, kinds.rest.constant)
    found, steps = _smaller(kinds, phi, seen, place + 1 == len(chain.stages))
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
        chain.steps.append(Step(stage.origin, behind(stage), "cut off"))
    weight = np.zeros((following.outputs, features))
    chain.replace_following(place, Dense(weight, following.bias + constant, following.activation))
    del chain.stages[: place + 1]
    return -place


Told = list[tuple[tuple[int, ...], str, int]]


def _smaller(kinds: Sorted, phi: Activation, seen: Reach, to_output: bool) -> tuple[Arrangement, Told]:
    """Return the nodes that are left, and what became of those merged."""
    every = stacked([kinds.bent, kinds.sloped])
    found = _arranged(every, kinds.rest.only(kinds.constant), phi, seen, to_output, len(every))
    assert found is not None, "nodes as they were need no line"
    if not len(kinds.sloped):
        return found
    # Straight lines may be put together, where that takes fewer nodes.
    other = _arranged(kinds.bent, kinds.rest, phi, seen, to_output, len(found[0].nodes))
    if other is None:
        return found
    fewer = len(other[0].nodes) < len(found[0].nodes)
    if fewer:
        other[1].append((behind(kinds.sloped), "straight", 0))
    return other if fewer or len(seen.inputs.low) == 1 else found


def _arranged(
    nodes: Nodes, rest: Rest, phi: Activation, seen: Reach, to_output: bool, most: int
) -> tuple[Arrangement, Told] | None:
    """Return fewer nodes that do the same as some and a straight line, and what became of those merged.

    None where nothing of at most so many nodes takes the line.
    """
    if waves(phi):
        kept, constant, merged = added(nodes, phi, to_output)
        told = [(members, "waves" if left else "cancelled", left) for members, left in merged]
        return Arrangement(kept, rest.constant + constant), told
    groups, turned = grouped(nodes, phi)
    kept, line = folded(groups, phi)
    line = line.plus(rest.slope, rest.constant + turned, rest.size)
    mirrored = (nonzero(groups.minus) & ~nonzero(groups.plus))[nonzero(groups.bend(phi))]
    at = order(kept, phi)  # so that equal networks choose the same
    # As it was, equal nodes merged: no line need be moved.
    as_it_was = _as_it_was(groups, rest.constant + turned) if negligible(rest.slope, rest.size) else None
    most = len(as_it_was.nodes) if as_it_was is not None else most
    best = arrangement(kept.pick(at), line, phi, seen.inputs, mirrored[at], most) or as_it_was
    return None if best is None else (best, _told(groups, phi, best))


def _as_it_was(groups: Groups, constant: np.ndarray) -> Arrangement:
    """Return the nodes with those merged that are the same without a mirror."""
    plus, minus = nonzero(groups.plus), nonzero(groups.minus)
    ways = [
        Nodes(groups.weight, groups.bias, groups.plus, groups.members).pick(plus),
        Nodes(0.0 - groups.weight, 0.0 - groups.bias, groups.minus, groups.members).pick(minus),
    ]
    return Arrangement(stacked(ways), constant)


def _told(groups: Groups, phi: Activation, best: Arrangement) -> Told:
    """Return what became of nodes that are the same, where there are fewer now."""
    told, count = [], Counter(best.nodes.members)
    for members, bend in zip(groups.members, nonzero(groups.bend(phi)), strict=True):
        left = count[members]
        if left < len(members) and len(members) > 1:
            told.append((members, "merged" if bend else "cancelled", left))
    return told
