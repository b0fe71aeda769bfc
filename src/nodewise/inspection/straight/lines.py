"""Straight lines side by side along a line through the inputs, and which node switches where one follows another."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int

from nodewise.network import Dense, Scale

ROUNDING = 1e-11  # of the size of a slope or value: less is taken for rounding


@dataclass(frozen=True, eq=False)
class Switches:
    """Which nodes go from one straight line of their activation to another, and at which edge.

    Attributes:
        at: [switch], index of the edge.
        layer, node: [switch]; layers are those that have an activation, from 0.
    """

    at: Int[np.ndarray, " switch"]
    layer: Int[np.ndarray, " switch"]
    node: Int[np.ndarray, " switch"]

    def shifted(self, at: Int[np.ndarray, " switch"]) -> "Switches":
        """Return the same at other edges."""
        return Switches(at, self.layer, self.node)

    def part(self, begin: int, end: int) -> "Switches":
        """Return those at the edges begin to end - 1, counted from begin."""
        here = (self.at >= begin) & (self.at < end)
        return Switches(self.at[here] - begin, self.layer[here], self.node[here])


NONE = Switches(*(np.empty(0, np.intp) for _ in range(3)))


@dataclass(frozen=True, eq=False)
class Pieces:
    """The outputs along a line, left + slope·(t - edge) from each edge to the next.

    Attributes:
        edges: [piece + 1], positions along the line; first and last are its ends.
        left: [piece, output], the output at the left end of each piece, seen from inside.
        slope: [piece, output].
        slope_size, left_size: [piece, output], the sizes of what was added up, as the root of the sum of their squares:
            their rounding is a few 1e-16 of that.
        switches: The nodes that switch at each edge.
    """

    edges: Float[np.ndarray, " edge"]
    left: Float[np.ndarray, "piece output"]
    slope: Float[np.ndarray, "piece output"]
    slope_size: Float[np.ndarray, "piece output"]
    left_size: Float[np.ndarray, "piece output"]
    switches: Switches = NONE

    def __len__(self) -> int:
        """Return the number of pieces."""
        return len(self.slope)

    @cached_property
    def width(self) -> Float[np.ndarray, " piece"]:
        """Length of each piece."""
        return self.edges[1:] - self.edges[:-1]

    @cached_property
    def right(self) -> Float[np.ndarray, "piece output"]:
        """The output at the right end of each piece, seen from inside."""
        return self.left + self.slope * self.width[:, None]

    @property
    def size(self) -> Float[np.ndarray, "piece output"]:
        """Size of what was added up in the output, anywhere on each piece."""
        return np.hypot(self.left_size, self.slope_size * self.width[:, None])

    @cached_property
    def turns(self) -> Bool[np.ndarray, "inner_edge output"]:
        """Whether the slope of each output changes, by more than rounding, at each edge but the two ends."""
        sizes = np.maximum(self.slope_size[1:], self.slope_size[:-1])
        return np.abs(self.slope[1:] - self.slope[:-1]) > ROUNDING * sizes

    @cached_property
    def jumps(self) -> Bool[np.ndarray, "inner_edge output"]:
        """Whether each output jumps, by more than rounding, at each edge but the two ends."""
        sizes = np.maximum(self.left_size[1:], self.size[:-1])
        return np.abs(self.left[1:] - self.right[:-1]) > ROUNDING * np.maximum(sizes, 1e-300)

    @cached_property
    def bends(self) -> Bool[np.ndarray, "inner_edge output"]:
        """Whether each output bends or jumps, by more than rounding, at each edge but the two ends."""
        return self.turns | self.jumps

    def counts(self) -> np.ndarray:
        """Return the number of straight pieces of each output [output]."""
        return self.bends.sum(axis=0) + 1

    def part(self, begin: int, end: int) -> "Pieces":
        """Return pieces begin to end - 1; a switch at the edge between two parts belongs to the right one."""
        rows = slice(begin, end)
        return Pieces(
            self.edges[begin : end + 1],
            self.left[rows],
            self.slope[rows],
            self.slope_size[rows],
            self.left_size[rows],
            self.switches.part(begin, end),
        )

    def pruned(self) -> "Pieces":
        """Return the same without the edges where no node switches and nothing bends."""
        kept = np.array(self.bends.any(axis=1))
        at = self.switches.at[(self.switches.at > 0) & (self.switches.at < len(self))]
        kept[at - 1] = True
        rows = np.concatenate([[True], kept])
        edges = self.edges[np.concatenate([rows, [True]])]
        index = np.cumsum(rows) - 1
        switches = self.switches.shifted(index[np.minimum(self.switches.at, len(self) - 1)])
        return Pieces(
            edges, self.left[rows], self.slope[rows], self.slope_size[rows], self.left_size[rows], switches
        )  # fmt: skip


def start(
    origin: Float[np.ndarray, " feature"], direction: Float[np.ndarray, " feature"], edges: Float[np.ndarray, " edge"]
) -> Pieces:
    """Return the features themselves on origin + t·direction."""
    left = origin + edges[:-1, None] * direction
    slope = np.broadcast_to(direction, left.shape)
    return Pieces(edges, left, slope, np.abs(slope), np.hypot(origin, edges[:-1, None] * direction))


def joined(parts: Sequence[Pieces]) -> Pieces:
    """Return parts that follow each other as one."""
    if len(parts) == 1:
        return parts[0]
    begins = np.cumsum([0, *(len(part) for part in parts[:-1])])
    switches = Switches(
        np.concatenate([part.switches.at + begin for part, begin in zip(parts, begins, strict=True)]),
        np.concatenate([part.switches.layer for part in parts]),
        np.concatenate([part.switches.node for part in parts]),
    )
    edges = np.concatenate([*(part.edges[:-1] for part in parts), parts[-1].edges[-1:]])
    left, slope, slope_size, left_size = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("left", "slope", "slope_size", "left_size")
    )
    return Pieces(edges, left, slope, slope_size, left_size, switches)


def affine(layer: Dense | Scale, lines: Pieces) -> Pieces:
    """Return weight·lines + bias; slopes that cancel to rounding become 0."""
    if isinstance(layer, Scale):
        left, slope = lines.left * layer.factor + layer.shift, lines.slope * layer.factor
        steep = np.abs(layer.factor)
        sizes = lines.slope_size * steep, np.hypot(lines.left_size * steep, layer.shift)
        return Pieces(lines.edges, left, slope, *sizes, lines.switches)
    weight, squares = layer.weight.T, layer.weight.T**2
    slope_size = np.sqrt(lines.slope_size**2 @ squares)
    left_size = np.sqrt(lines.left_size**2 @ squares + layer.bias**2)
    slope = lines.slope @ weight
    slope[np.abs(slope) <= NOISE * slope_size] = 0.0
    return Pieces(lines.edges, lines.left @ weight + layer.bias, slope, slope_size, left_size, lines.switches)


NOISE = 1e-14  # of the size of a slope: less is 0
