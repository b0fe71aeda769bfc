"""Whether each node is at work: dead, always on, saturated, a switch, linear, a copy, or cancelled by another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from nodewise.activations import Activation
from nodewise.errors import NodewiseError
from nodewise.inspection.reading import (
    Reading,
    Row,
    as_network,
    as_samples,
    counted,
    homogeneous,
    joined,
    listed,
    readonly,
)
from nodewise.network import Dense, Network

_SAME = 1e-12  # relative difference that is rounding
_LIMIT = 0.01  # of the range (value) and of the steepest slope: at its limit
_MOSTLY = 0.95  # share of points
_STRAIGHT = 0.9999  # R² of the best line
_COPY = 0.9999  # correlation of two activations
_CANCEL = 0.01  # Var(c_i + c_j) / (Var c_i + Var c_j)
_MATTERS = 1e-4  # (Var c_i + Var c_j) / Var f
_GRID, _POINTS, _SEED = 1001, 4096, 0  # points of the box: a grid for one feature, else drawn at random
_PAIRS = 4096  # compared at once
_MOST_PAIRS = 4  # pairs the sentence names


@dataclass(frozen=True, eq=False)
class States:
    """What holds for each node over a set of points, [node] all; a node has at most one of the five.

    Attributes:
        dead: The activation is the same everywhere (to 1e-12 of its size): relu with no pre-activation above 0.
        always_on: Every pre-activation lies on one straight piece of the activation, and it is not flat: relu with none
            below 0.
        saturated: On 95 % of the points or more the activation is at one limit it approaches but never reaches: the
            slope below 1 % of the steepest, the value within 1 % of the activation's range (of 1 if that is infinite).
        switch: The same for both limits together: the node jumps from one to the other.
        linear: A straight line in the pre-activation explains more than 99.99 % of the activation's variance.
        certain: `dead` and `always_on` are known for every point meant, not only for those tried.
    """

    dead: Bool[np.ndarray, " node"]
    always_on: Bool[np.ndarray, " node"]
    saturated: Bool[np.ndarray, " node"]
    switch: Bool[np.ndarray, " node"]
    linear: Bool[np.ndarray, " node"]
    certain: Bool[np.ndarray, " node"]

    def words(self, node: int) -> list[str]:
        """Return what holds for one node."""
        return [flag.replace("_", " ") for flag in _FLAGS if getattr(self, flag)[node]]


_FLAGS = tuple(field.name for field in fields(States) if field.name != "certain")


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
        for flag in _FLAGS:
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
        groups = _groups(self.duplicates)
        for group in groups[:_MOST_PAIRS]:
            yield f"{self._places(group)} copy each other"
        if len(groups) > _MOST_PAIRS:
            yield f"{len(groups) - _MOST_PAIRS} more groups of copies"

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
    on_samples, on_tried = network.trace(x)[:-1], network.trace(_points(*box))[:-1]
    on_data, in_box, duplicates, exact = [], [], [np.empty((0, 2), int)], [np.empty(0, bool)]
    sizes = [dense.outputs for dense in network.hidden]
    for k, (dense, reach) in enumerate(zip(network.hidden, _reaches(network, *box), strict=True)):
        span = _span(*on_samples[k])
        on_data.append(_states(dense.activation, span, *on_samples[k]))
        wider = [span, _span(*on_tried[k])]
        if k == 0:  # some corner of the box attains each end
            wider.append(_span(np.stack(reach), dense.activation(np.stack(reach))))
        in_box.append(_states(dense.activation, _together(wider), *on_tried[k], reach=reach))
        pairs = _copies(on_samples[k][1], on_data[-1].dead)
        duplicates.append(pairs + sum(sizes[:k]))
        exact.extend(_same_by_weights(dense, pairs[i : i + _PAIRS]) for i in range(0, len(pairs), _PAIRS))
    cancelling, outputs = _cancelling(network, on_samples[-1][1] if on_samples else np.empty((len(x), 0)))
    return Health(
        layer=readonly(np.repeat(np.arange(len(sizes)), sizes)),
        node=readonly(np.concatenate([np.arange(0), *(np.arange(size) for size in sizes)])),
        activation=tuple(dense.activation.name for dense in network.hidden for _ in range(dense.outputs)),
        on_data=_all_layers(on_data),
        in_box=_all_layers(in_box),
        duplicates=readonly(np.concatenate(duplicates)),
        exact=readonly(np.concatenate(exact)),
        cancelling=readonly(cancelling + sum(sizes[:-1])),
        cancelling_output=readonly(outputs),
        layers=len(sizes),
    )


def _points(low: Float[np.ndarray, " feature"], high: Float[np.ndarray, " feature"]) -> np.ndarray:
    """Return the points of the box that are tried, [sample, feature]."""
    if len(low) == 1:
        return np.linspace(low, high, _GRID)
    return np.random.default_rng(_SEED).uniform(low, high, (_POINTS, len(low)))


def _reaches(
    network: Network, low: Float[np.ndarray, " feature"], high: Float[np.ndarray, " feature"]
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield lower and upper bounds of the pre-activations over the box, layer by layer; of the first they are attained.

    Interval arithmetic: a bound is attained by each node apart, but from the second layer on not all are at once.
    """
    for dense in network.folded.dense[: len(network.hidden)]:
        up, down = np.maximum(dense.weight, 0), np.minimum(dense.weight, 0)
        bounds = up @ low + down @ high + dense.bias, up @ high + down @ low + dense.bias
        yield bounds
        low, high = _values_between(dense.activation, *bounds)


def _values_between(activation: Activation, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return bounds of φ over [low, high]; exact for straight pieces without jump or period, else not always tight."""
    if activation.piecewise_linear and activation.period is None and not activation.jumps:
        seen = [activation(z) for z in (low, high, *(np.clip(kink, low, high) for kink in activation.kinks))]
        return np.min(seen, axis=0), np.max(seen, axis=0)
    if not np.isfinite(activation.lipschitz):
        return np.full_like(low, activation.low), np.full_like(high, activation.high)
    middle, reach = activation((low + high) / 2), activation.lipschitz * (high - low) / 2
    return np.maximum(middle - reach, activation.low), np.minimum(middle + reach, activation.high)


def _span(z: Float[np.ndarray, "sample node"], h: Float[np.ndarray, "sample node"]) -> Float[np.ndarray, "4 node"]:
    """Return lowest and highest pre-activation, lowest and highest activation."""
    return np.stack([z.min(axis=0), z.max(axis=0), h.min(axis=0), h.max(axis=0)])


def _together(spans: list[Float[np.ndarray, "4 node"]]) -> Float[np.ndarray, "4 node"]:
    low, high = np.min(spans, axis=0), np.max(spans, axis=0)
    return np.stack([low[0], high[1], low[2], high[3]])


def _states(
    activation: Activation,
    span: Float[np.ndarray, "4 node"],
    z: Float[np.ndarray, "sample node"],
    h: Float[np.ndarray, "sample node"],
    reach: tuple[np.ndarray, np.ndarray] | None = None,
) -> States:
    """Return what holds where pre-activations and activations span `span` and take the values z and h.

    Without `reach`, z are all the values there are; with it, some of those between the two bounds.
    """
    dead = span[3] - span[2] <= _SAME * np.abs(span[2:]).max(axis=0)
    flat, sloped = _one_piece(activation, span[0], span[1])
    always_on = sloped & ~dead
    certain = np.ones_like(dead)
    if reach is not None:
        flat, sloped = _one_piece(activation, np.minimum(reach[0], span[0]), np.maximum(reach[1], span[1]))
        certain = (~dead | flat) & (~always_on | sloped)
    saturated, switch = _at_limits(activation, z, h)
    saturated, switch = saturated & ~dead, switch & ~dead
    linear = _straight(z, h) & ~(dead | always_on | saturated | switch | activation.linear)
    return States(*(readonly(flag) for flag in (dead, always_on, saturated, switch, linear, certain)))


def _one_piece(activation: Activation, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return whether φ is constant, and whether it is one sloped line that could bend elsewhere, over [low, high]."""
    point = low == high
    if not activation.piecewise_linear or activation.linear:
        return point, np.zeros_like(point)
    slope = activation.slope((low + high) / 2)
    whole = ~_breaks(activation, low, high)
    return point | (whole & (slope == 0)), ~point & whole & (slope != 0)


def _breaks(activation: Activation, low: np.ndarray, high: np.ndarray) -> Bool[np.ndarray, " node"]:
    """Return whether a kink lies inside (low, high), or a jump in [low, high]."""
    found = np.zeros(low.shape, bool)
    for place in (*activation.kinks, *activation.jumps):
        jump = place in activation.jumps
        if activation.period is None:
            next_one = np.full_like(low, place)
        else:
            turns = (low - place) / activation.period
            next_one = place + activation.period * (np.ceil(turns) if jump else np.floor(turns) + 1)
        found |= (low <= next_one) & (next_one <= high) if jump else (low < next_one) & (next_one < high)
    return found


def _at_limits(activation: Activation, z: np.ndarray, h: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which nodes are mostly at one limit, and which mostly at either of two."""
    left, right = activation.left, activation.right
    none = np.zeros(z.shape[1])
    if activation.piecewise_linear or activation.wave is not None:
        return none > 0, none > 0
    scale = activation.high - activation.low if activation.bounded else 1.0
    gentle = np.abs(activation.slope(z)) < _LIMIT * activation.lipschitz
    shares = [
        (gentle & side & (np.abs(h - line.intercept) <= _LIMIT * scale)).mean(axis=0)
        if line and not line.slope
        else none
        for line, side in ((left, z < 0), (right, z > 0))
    ]
    both = shares[0] + shares[1] >= _MOSTLY
    one = both if left == right else np.maximum(*shares) >= _MOSTLY
    return one, both & ~one


def _centred(values: Float[np.ndarray, "sample node"]) -> Float[np.ndarray, "sample node"]:
    """Return values around their mean, the largest 1, so that squares of very small ones do not vanish."""
    values = values - values.mean(axis=0)
    largest = np.abs(values).max(axis=0)
    return values / np.where(largest > 0, largest, 1)


def _straight(z: Float[np.ndarray, "sample node"], h: Float[np.ndarray, "sample node"]) -> Bool[np.ndarray, " node"]:
    """Return whether a straight line in z explains h."""
    z, h = _centred(z), _centred(h)
    joint, own_z, own_h = (np.einsum("sn,sn->n", a, b) for a, b in ((z, h), (z, z), (h, h)))
    return joint**2 > _STRAIGHT * own_z * own_h


def _copies(h: Float[np.ndarray, "sample node"], dead: Bool[np.ndarray, " node"]) -> Int[np.ndarray, "pair 2"]:
    """Return the pairs of nodes, neither dead, whose activations correlate."""
    alive = np.flatnonzero(~dead)
    centred = _centred(h[:, alive])
    centred /= np.sqrt(np.einsum("sn,sn->n", centred, centred))
    pairs = np.argwhere(np.triu(np.abs(centred.T @ centred) > _COPY, 1))
    return alive[pairs].reshape(-1, 2)


def _same_by_weights(dense: Dense, pairs: Int[np.ndarray, "pair 2"]) -> Bool[np.ndarray, " pair"]:
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


def _cancelling(network: Network, h: Float[np.ndarray, "sample node"]) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of last hidden nodes that cancel each other, and the output for which they do."""
    pairs, outputs = [np.empty((0, 2), int)], [np.empty(0, int)]
    centred = h - h.mean(axis=0)
    covariance = centred.T @ centred / len(h)
    for o, weight in enumerate(network.folded.dense[len(network.hidden)].weight if network.hidden else ()):
        parts = covariance * np.outer(weight, weight)
        own = np.add.outer(np.diag(parts), np.diag(parts))
        cancel = (own + 2 * parts < _CANCEL * own) & (own > _MATTERS * max(parts.sum(), 0))
        pairs.append(np.argwhere(np.triu(cancel, 1)))
        outputs.append(np.full(len(pairs[-1]), o))
    return np.concatenate(pairs), np.concatenate(outputs)


def _groups(pairs: Int[np.ndarray, "pair 2"]) -> list[list[int]]:
    """Return the nodes connected by pairs, group by group, each in order."""
    leader: dict[int, int] = {}
    for i, j in pairs.tolist():
        first, second = leader.setdefault(i, i), leader.setdefault(j, j)
        if first != second:
            low, high = sorted((first, second))
            leader.update({node: low for node, lead in leader.items() if lead == high})
    return [sorted(n for n, lead in leader.items() if lead == first) for first in sorted(set(leader.values()))]


def _all_layers(states: list[States]) -> States:
    """Return the states of all layers as one."""
    none = [np.empty(0, bool)]
    return States(
        *(readonly(np.concatenate(none + [getattr(s, field.name) for s in states])) for field in fields(States))
    )
