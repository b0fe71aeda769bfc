"""What is being made smaller: hidden layers whose nodes remember which nodes of the network they come from."""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Float

from nodewise.activations import Activation
from nodewise.network import Dense

# A relative difference that is rounding: rows so close are one row, a sum so small beside its terms is 0.
SAME = 1e-13

Members = tuple[tuple[int, ...], ...]

# What became of nodes, and how a sentence says it of one and of several.
KINDS = {
    "unread": ("is not read by the next layer", "are not read by the next layer"),
    "constant": ("is constant: into the bias", "are constant: into the bias"),
    "merged": ("", "are the same up to sign and size"),
    "cancelled": ("cancels itself", "cancel each other"),
    "waves": ("is one wave", "are waves of one frequency"),
    "straight": ("is a straight line: put elsewhere", "are straight lines: put together"),
    "layer": ("is a linear layer, merged into the next", "are a linear layer, merged into the next"),
    "cut off": ("reaches no output", "reach no output"),
}


@dataclass(frozen=True)
class Step:
    """What became of some nodes of one hidden layer.

    Attributes:
        layer: Hidden layer of the network as it was, counted from 0.
        nodes: Its nodes, counted from 0.
        kind: One of "unread", "constant", "merged", "cancelled", "waves", "straight", "layer" and "cut off".
        left: How many nodes stand for them now.
    """

    layer: int
    nodes: tuple[int, ...]
    kind: str
    left: int = 0


@dataclass(frozen=True, eq=False)
class Nodes:
    """Nodes of one layer and what the next layer reads of them, a row each.

    Attributes:
        weight: [node, feature].
        bias: [node].
        out: [node, next], the next layer's weights.
        members: [node], the nodes of the network behind each.
    """

    weight: Float[np.ndarray, "node feature"]
    bias: Float[np.ndarray, " node"]
    out: Float[np.ndarray, "node next"]
    members: Members

    def __len__(self) -> int:
        """Return the number of nodes."""
        return len(self.bias)

    def pick(self, which: np.ndarray) -> "Nodes":
        """Return the nodes at some places, or where a mask says so."""
        at = np.flatnonzero(which) if which.dtype == bool else which
        return Nodes(self.weight[at], self.bias[at], self.out[at], tuple(self.members[i] for i in at))


def stacked(parts: list[Nodes]) -> Nodes:
    """Return the nodes of all parts, one after another."""
    return Nodes(
        np.concatenate([part.weight for part in parts]),
        np.concatenate([part.bias for part in parts]),
        np.concatenate([part.out for part in parts]),
        tuple(members for part in parts for members in part.members),
    )


@dataclass(frozen=True, eq=False)
class Rest:
    """What a layer gives the next beside its nodes: slope·x + constant.

    Attributes:
        slope: [next, feature].
        constant: [next].
        size: [next], the sizes of the terms of the slope added up: their rounding is a few 1e-16 of it.
    """

    slope: Float[np.ndarray, "next feature"]
    constant: Float[np.ndarray, " next"]
    size: float = 0.0

    @classmethod
    def none(cls, following: int, features: int) -> "Rest":
        """Return no rest."""
        return cls(np.zeros((following, features)), np.zeros(following))

    def only(self, constant: Float[np.ndarray, " next"]) -> "Rest":
        """Return a constant without a line."""
        return Rest(np.zeros_like(self.slope), constant)

    def plus(self, slope: np.ndarray, constant: np.ndarray, size: float) -> "Rest":
        """Return the rest with more."""
        return Rest(self.slope + slope, self.constant + constant, self.size + size)


@dataclass
class Stage:
    """A hidden layer on its way: its place in the network as it was, its layer and what stands behind each node."""

    origin: int
    dense: Dense
    members: Members


@dataclass
class Chain:
    """A network on its way.

    Attributes:
        stages: Hidden layers.
        output: The output layer.
        steps: What became of which nodes, in the order in which it was found.
    """

    stages: list[Stage]
    output: Dense
    steps: list[Step] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Number of hidden nodes."""
        return sum(stage.dense.outputs for stage in self.stages)

    @property
    def layers(self) -> list[Dense]:
        """All layers, the output layer last."""
        return [*(stage.dense for stage in self.stages), self.output]

    def following(self, place: int) -> Dense:
        """Return the layer behind a hidden one."""
        return self.layers[place + 1]

    def replace_following(self, place: int, layer: Dense) -> None:
        """Put another layer behind a hidden one."""
        if place + 1 < len(self.stages):
            self.stages[place + 1].dense = layer
        else:
            self.output = layer


def behind(some: Nodes | Stage) -> tuple[int, ...]:
    """Return the nodes of the network that stand behind some."""
    return tuple(sorted({member for members in some.members for member in members}))


def nonzero(rows: Float[np.ndarray, "row entry"]) -> Bool[np.ndarray, " row"]:
    """Return which rows have an entry other than 0."""
    return np.asarray(rows.any(axis=1))


def terms(out: Float[np.ndarray, "node next"], weight: Float[np.ndarray, "node feature"]) -> float:
    """Return how large the terms of outᵀ·weight are together."""
    return float((np.abs(out).max(axis=1, initial=0.0) * np.abs(weight).max(axis=1, initial=0.0)).sum())


def product(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return left·right, exactly 0 where terms cancel each other to rounding."""
    found = left @ right
    return np.where(np.abs(found) <= SAME * (np.abs(left) @ np.abs(right)), 0.0, found)


def corners(phi: Activation) -> tuple[float, ...]:
    """Return kinks and jumps of one period."""
    return tuple(sorted((*phi.kinks, *phi.jumps)))
