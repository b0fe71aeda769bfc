"""`one_hidden_layer`: a network of one feature and any depth as one hidden ReLU layer, with the nodes of both."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise.data import checks
from nodewise.errors import NodewiseError
from nodewise.inspection.hinges import SEARCHED, hinged, one_more
from nodewise.inspection.one_hidden_layer.whole import whole
from nodewise.inspection.reading import Reading, Row, apart, as_network, counted, interval, nice, readonly
from nodewise.inspection.straight import Pieces, pieces
from nodewise.network import Network

MOST = 1_000_000  # pieces
_ROUNDING = 1e-11
_MOST_PRODUCTS = 2**25  # about a second


@dataclass(frozen=True, eq=False)
class OneHiddenLayer(Reading):
    """A network of straight pieces, and the equal one with one hidden ReLU layer.

    Attributes:
        deep: The network as it was.
        network: The equal one on [low, high].
        low, high: The range; infinite for the whole line.
        layers: Hidden layers of `deep`.
        nodes_deep: Its hidden nodes.
        nodes: Hidden nodes of `network`.
        nodes_at_least: No network with one hidden ReLU layer that is equal has fewer; of more than 16 knots, whose
            changes of slope are too many different ones to try all sums, the number of knots, of which each takes one.
        pieces: [output], straight pieces of each output.
        knots: [knot], where any output bends.
        difference: Largest difference between both on `compared`, where both are straight between the places looked
            at, in the output's unit; it is rounding.
        relative: The same as a share of each output's largest value there.
        compared: The range of the comparison: [low, high], and for the whole line all knots and as much on both sides.
        places: How many places it was made at: all where either bends, or of very many knots as many as take a second.
    """

    deep: Network
    network: Network
    low: float
    high: float
    layers: int
    nodes_deep: int
    nodes: int
    nodes_at_least: int
    pieces: Int[np.ndarray, " output"]
    knots: Float[np.ndarray, " knot"]
    difference: float
    relative: float
    compared: tuple[float, float]
    places: int

    @property
    def rate(self) -> float:
        """How many nodes of one hidden layer each node of the deep network is worth; nan if that has none."""
        return self.nodes / self.nodes_deep if self.nodes_deep else math.nan

    @property
    def summary(self) -> str:
        """What depth is worth here, in a sentence or two."""
        endless = not math.isfinite(self.high - self.low)
        where = "for every input" if endless else f"on {interval(self.low, self.high)}"
        made = f"{counted(len(self.knots), 'knot')} {where}"
        before = f"{counted(self.nodes_deep, 'node')} in {counted(self.layers, 'hidden layer')} make {made}"
        if not self.layers:
            before = f"It has no hidden layer and {made}"
        least = (
            f", and fewer than {self.nodes_at_least} cannot" if self.nodes_at_least < self.nodes else ", and no fewer"
        )
        same = f"one hidden ReLU layer takes {counted(self.nodes, 'node')} for the same{least}"
        rate = f": {nice(self.rate)} for each" if self.nodes_deep else ""
        off = f"Largest difference {nice(self.difference)} on [{', '.join(apart(*self.compared))}]."
        return f"{before}; {same}{rate}. {off}"

    def table(self) -> list[Row]:
        """Return both networks, a row each."""
        return [
            {"network": str(self.deep), "hidden layers": self.layers, "nodes": self.nodes_deep},
            {"network": str(self.network), "hidden layers": len(self.network.hidden), "nodes": self.nodes},
        ]


def one_hidden_layer(network: Any, low: float | None = None, high: float | None = None) -> OneHiddenLayer:
    """Write a network of one feature as one hidden ReLU layer, exactly, and compare the nodes of both.

    Whatever its depth, a network of one feature whose activations are straight lines is a curve of straight pieces.
    Each knot takes one node; one more is needed unless some of the changes of slope add up to minus the first slope
    (found where a piece is flat). Depth can make many more knots than it has nodes: 12 layers of 2 nodes, each folding
    [0, 1] on itself like a tent, make 4095. Of random weights they make about one per node (Hanin and Rolnick,
    "Complexity of linear regions in deep networks", 2019).

    Args:
        network: A network of one feature, or a fit that holds one; several outputs share the nodes.
        low: Where the range begins; the whole line unless both ends are given.
        high: Where it ends.

    Returns:
        The equal network, the counts, and the largest difference; equal to rounding.

    Raises:
        NodewiseError: If there are several features, an activation is not made of straight lines, or jumps, or repeats
            for ever on the whole line; or there are more than a million pieces.
    """
    network = as_network(network)
    _check(network)
    ends = _range(low, high)
    layers, endless = network.folded.dense, math.isinf(ends[1])
    if endless:
        _refuse_waves(network)
    with np.errstate(over="ignore", invalid="ignore"):
        found = whole(layers, MOST) if endless else pieces(layers, np.zeros(1), np.ones(1), *ends, MOST)
    if found is None or len(found.slope) > MOST:
        raise NodewiseError(f"there must be at most {MOST:,} straight pieces. Got more. Choose a shorter range.")
    _refuse_overflow(network, found)
    _refuse_jumps(network, found)
    knots, slopes, hidden = _hinged(found, ends[0])
    labels = (network.feature_names, network.output_names, network.feature_units, network.output_units)
    equal = Network(hidden, *labels, network.classes, network.label)
    own, nodes_deep = sum(layer.outputs for layer in equal.hidden), sum(layer.outputs for layer in network.hidden)
    compared = ends if not endless else _around(knots)
    places = _places(np.concatenate([found.edges, knots]), compared, own)
    difference, relative = _compared(network, equal, places)
    return OneHiddenLayer(
        network,
        equal,
        *ends,
        len(network.hidden),
        nodes_deep,
        own,
        own if len(knots) <= SEARCHED or (own > len(knots) and one_more(slopes)) else len(knots),
        readonly(found.counts()),
        readonly(knots),
        difference,
        relative,
        compared,
        len(places),
    )


def _check(network: Network) -> None:
    if network.inputs != 1:
        raise NodewiseError(
            f"one hidden layer is equal to any depth for one feature alone. Got {network.inputs} features. "
            "Hold all but one fixed with nodewise.network.slices.sliced."
        )
    for layer in network.dense:
        if not layer.activation.piecewise_linear:
            raise NodewiseError(
                "every activation must be made of straight lines, as relu is, for one hidden ReLU layer to be equal. "
                f"Got {layer.activation.name}. nodewise.nodes_needed says how many ReLU nodes come within an error."
            )


def _refuse_waves(network: Network) -> None:
    endless = next((layer.activation.name for layer in network.dense if layer.activation.period is not None), None)
    if endless is not None:
        raise NodewiseError(
            f"on the whole line the pieces must come to an end. Got {endless}, which bends for ever. Give low and high."
        )


def _range(low: float | None, high: float | None) -> tuple[float, float]:
    if low is None and high is None:
        return -math.inf, math.inf
    if low is None or high is None:
        raise NodewiseError(
            f"low and high must be given together, or left out for the whole line. Got {low!r} and {high!r}."
        )
    ends = checks.real("low", low), checks.real("high", high)
    if not ends[0] < ends[1]:
        raise NodewiseError(f"low must be below high. Got {low:g} and {high:g}.")
    if max(map(abs, ends)) > checks.UTMOST:
        raise NodewiseError(f"low and high must lie between -1e100 and 1e100. Got {low:g} and {high:g}.")
    return ends


def _refuse_overflow(network: Network, found: Pieces) -> None:
    if not np.isfinite([found.left_size, found.slope_size]).all():
        largest = max(np.abs(layer.weight).max() for layer in network.dense)
        raise NodewiseError(
            f"products of the weights must be finite, squares included. Got weights up to {largest:.3g}. "
            "Use a smaller unit."
        )


def _refuse_jumps(network: Network, found: Pieces) -> None:
    names = [layer.activation.name for layer in network.dense if layer.activation.jumps]
    if not names:
        return
    size = np.maximum(found.left_size[1:], found.left_size[:-1] + found.slope_size[:-1] * found.width[:-1, None])
    jumps = (np.abs(found.left[1:] - found.right[:-1]) > _ROUNDING * size).any(axis=1)
    if jumps.any():
        raise NodewiseError(
            f"the outputs must not jump, because a ReLU layer cannot. Got {names[0]}, which makes them jump at "
            f"{found.edges[1:-1][np.argmax(jumps)]:.6g}. Choose a range without a jump."
        )


def _hinged(found: Pieces, low: float) -> tuple[np.ndarray, np.ndarray, tuple]:
    """Return the places where an output bends, the slopes between them, and the layers that make the curve."""
    bends = found.bends
    at = np.flatnonzero(bends.any(axis=1))
    slopes = found.slope[np.concatenate([[0], at + 1])]
    # What does not bend keeps its slope to the bit, and rounding of 0 is 0.
    for before, bend in enumerate(bends[at], start=1):
        slopes[before] = np.where(bend, slopes[before], slopes[before - 1])
    slopes[np.abs(slopes) <= _ROUNDING * found.slope_size[np.concatenate([[0], at + 1])]] = 0
    knots = found.edges[1:-1][at]
    return knots, slopes, hinged(knots, slopes, found.left[1:][at], (float(found.edges[0]), found.left[0]), low)


def _around(knots: np.ndarray) -> tuple[float, float]:
    if not len(knots):
        return -1.0, 1.0
    room = float(knots[-1] - knots[0]) or max(abs(float(knots[0])), 1.0)
    return float(knots[0]) - room, float(knots[-1]) + room


def _places(places: np.ndarray, ends: tuple[float, float], nodes: int) -> np.ndarray:
    """Return the places to compare at, thinned out where both networks would take too long."""
    x = np.unique(np.concatenate([np.clip(places, *ends), ends]))
    return x[:: max(1, len(x) * nodes // _MOST_PRODUCTS)]


def _compared(one: Network, other: Network, x: np.ndarray) -> tuple[float, float]:
    mine, theirs = one(x[:, None]), other(x[:, None])
    off = np.abs(mine - theirs).max(axis=0)
    return float(off.max()), float((off / np.maximum(np.abs(mine).max(axis=0), np.finfo(float).tiny)).max())
