"""Whether each node is at work: dead, always on, saturated, a switch, linear, a copy, or cancelled by another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Int

from nodewise.errors import NodewiseError
from nodewise.inspection.health.domain import points, reaches
from nodewise.inspection.health.pairs import cancelling, copies, groups, same_by_weights
from nodewise.inspection.health.seen import Seen, span, together
from nodewise.inspection.health.states import FLAGS, States, all_layers, states
from nodewise.inspection.reading import (
    Reading,
    Row,
    as_network,
    as_samples,
    counted,
    joined,
    listed,
    readonly,
)

_PAIRS = 4096  # compared at once
_MOST_PAIRS = 4  # pairs the sentence names


@dataclass(frozen=True, eq=False)
class Health(Reading):
    """Whether each hidden node is at work, on the samples and in their box.

    The nodes of all hidden layers stand one after another, the first layer's first. Counted from 0 in arrays, from 1 in
    words.

    Attributes:
        layer: [node], the hidden layer each node is in, counted from 0.
        node: [node], its place in that layer, counted from 0.
        activation: [node], name.
        on_data: What holds on the samples: exact.
        in_box: What holds in the box from the smallest to the largest value of each feature. `dead` and `always_on` of
            the first layer come from the exact range of the pre-activation; those of later layers from bounds that hold
            everywhere, where these decide, and else from points tried: `certain` tells which. The rest is sampled: on
            1001 evenly spaced points for one feature, else on 4096 drawn with seed 0.
        duplicates: [pair, 2], nodes of one layer whose activations correlate by more than ±0.9999 on the samples, so
            that one of them and the bias can stand for both; neither is dead.
        exact: [pair], whether the weights alone make these two the same for every input.
        cancelling: [pair, 2], nodes of the last hidden layer with Var(c_i + c_j) < 1 % of Var c_i + Var c_j, where that
            is at least 0.01 % of the output's variance; c is the contribution to the output layer's pre-activation.
        cancelling_output: [pair], the output for which they cancel.
        layers: Number of hidden layers.
    """

    layer: Int[np.ndarray, " node"]
    node: Int[np.ndarray, " node"]
    activation: tuple[str, ...]
    on_data: States
    in_box: States
    duplicates: Int[np.ndarray, "pair 2"]
    exact: Bool[np.ndarray, " pair"]
    cancelling: Int[np.ndarray, "pair 2"]
    cancelling_output: Int[np.ndarray, " pair"]
    layers: int

    @property
    def dead(self) -> Bool[np.ndarray, " node"]:
        """[node], dead on the samples."""
        return self.on_data.dead

    @property
    def always_on(self) -> Bool[np.ndarray, " node"]:
        """[node], always on on the samples."""
        return self.on_data.always_on

    @property
    def saturated(self) -> Bool[np.ndarray, " node"]:
        """[node], saturated on the samples."""
        return self.on_data.saturated

    @property
    def switch(self) -> Bool[np.ndarray, " node"]:
        """[node], a switch on the samples."""
        return self.on_data.switch

    @property
    def linear(self) -> Bool[np.ndarray, " node"]:
        """[node], linear on the samples."""
        return self.on_data.linear

    @property
    def flags(self) -> tuple[tuple[str, ...], ...]:
        """[node], the words that hold on the samples, such as ("saturated", "cancelling"); none where all is well."""
        pairs = (("duplicate", set(self.duplicates.flat)), ("cancelling", set(self.cancelling.flat)))
        return tuple(
            (*self.on_data.words(i), *(word for word, members in pairs if i in members)) for i in range(len(self.node))
        )

    @property
    def at_work(self) -> int:
        """How many nodes have no flag."""
        return sum(not flags for flags in self.flags)

    @property
    def summary(self) -> str:
        """How many nodes have which flag, and which nodes."""
        count = len(self.node)
        if not count:
            return "There are no hidden nodes: the model is linear."
        found = [*self._states(), *self._copies(), *self._cancellations()]
        if not found:
            return f"All {count} nodes are at work." if count > 1 else "The only node is at work."
        where = f" in {self.layers} layers" if self.layers > 1 else ""
        return f"{counted(count, 'node')}{where}: {', '.join(found)}."

    def _states(self) -> Iterator[str]:
        words = {"switch": "acting as switches", "always_on": "always on"}
        for flag in FLAGS:
            members = np.flatnonzero(getattr(self.on_data, flag))
            if not members.size:
                continue
            inside = f"{self._places(members)}"
            only = members[~self.in_box.dead[members]] if flag == "dead" else members[:0]
            if only.size:
                inside += (
                    "; on the samples only" if only.size == members.size else f"; on the samples only: {only.size}"
                )
            word = "acting as a switch" if flag == "switch" and members.size == 1 else words.get(flag, flag)
            yield f"{members.size} {word} ({inside})"

    def _copies(self) -> Iterator[str]:
        found = groups(self.duplicates)
        for group in found[:_MOST_PAIRS]:
            yield f"{self._places(group)} copy each other"
        if len(found) > _MOST_PAIRS:
            yield f"{len(found) - _MOST_PAIRS} more groups of copies"

    def _cancellations(self) -> Iterator[str]:
        pairs = list(dict.fromkeys((int(i), int(j)) for i, j in self.cancelling))
        for pair in pairs[:_MOST_PAIRS]:
            yield f"{self._places(pair)} cancel each other"
        if len(pairs) > _MOST_PAIRS:
            yield f"{counted(len(pairs) - _MOST_PAIRS, 'more pair')} cancel"

    def _places(self, members: Sequence[int] | np.ndarray) -> str:
        members = np.asarray(members)
        if self.layers == 1:
            return listed("node", members)
        by_layer = [(k, self.node[members[self.layer[members] == k]]) for k in range(self.layers)]
        return joined([f"{listed('node', nodes)} of layer {k + 1}" for k, nodes in by_layer if nodes.size])

    def table(self) -> list[Row]:
        """Return one row per node; layers and nodes are counted from 1 here."""
        flags = self.flags
        return [
            {
                "layer": int(self.layer[i]) + 1,
                "node": int(self.node[i]) + 1,
                "activation": self.activation[i],
                "flags": ", ".join(flags[i]),
                "copies": self._partners(self.duplicates, i),
                "cancelled_by": self._partners(self.cancelling, i),
                "in_box": ", ".join(self.in_box.words(i)),
                "certain": bool(self.in_box.certain[i]),
            }
            for i in range(len(self.node))
        ]

    def _partners(self, pairs: Int[np.ndarray, "pair 2"], i: int) -> str:
        touching = pairs[(pairs == i).any(axis=1)]
        return ", ".join(str(n + 1) for n in self.node[np.unique(touching[touching != i])])


def health(network: Any, data: Any) -> Health:
    """Tell for every hidden node whether it is at work.

    Args:
        network: A network, or a fit that holds one.
        data: A dataset, or samples [sample, feature]; their box is the domain.

    Raises:
        NodewiseError: If the data do not fit the network, or there is only one sample.
    """
    network = as_network(network)
    x = as_samples(network, data)
    if len(x) < 2:
        raise NodewiseError("health needs at least 2 samples. Got 1. Pass the data the network was trained on.")
    box = x.min(axis=0), x.max(axis=0)
    on_samples, on_tried = network.trace(x)[:-1], network.trace(points(*box))[:-1]
    on_data, in_box, duplicates, exact = [], [], [np.empty((0, 2), int)], [np.empty(0, bool)]
    sizes = [dense.outputs for dense in network.hidden]
    for k, (dense, reach) in enumerate(zip(network.hidden, reaches(network, *box), strict=True)):
        seen, tried = Seen.of(dense.activation, *on_samples[k]), Seen.of(dense.activation, *on_tried[k])
        on_data.append(states(dense.activation, seen))
        wider = [seen.span, tried.span]
        if k == 0:  # some corner of the box attains each end
            wider.append(span(np.stack(reach), dense.activation(np.stack(reach))))
        in_box.append(states(dense.activation, tried, together(wider), reach))
        pairs = copies(on_samples[k][1], on_data[-1].dead)
        duplicates.append(pairs + sum(sizes[:k]))
        exact.extend(same_by_weights(dense, pairs[i : i + _PAIRS]) for i in range(0, len(pairs), _PAIRS))
    pairs, outputs = cancelling(network, on_samples[-1][1] if on_samples else np.empty((len(x), 0)))
    return Health(
        layer=readonly(np.repeat(np.arange(len(sizes)), sizes)),
        node=readonly(np.concatenate([np.arange(0), *(np.arange(size) for size in sizes)])),
        activation=tuple(dense.activation.name for dense in network.hidden for _ in range(dense.outputs)),
        on_data=all_layers(on_data),
        in_box=all_layers(in_box),
        duplicates=readonly(np.concatenate(duplicates)),
        exact=readonly(np.concatenate(exact)),
        cancelling=readonly(pairs + sum(sizes[:-1])),
        cancelling_output=readonly(outputs),
        layers=len(sizes),
    )
