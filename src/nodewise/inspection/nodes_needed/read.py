"""`nodes_needed`: how many nodes a curve needs at least, and a network that has them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.errors import NodewiseError
from nodewise.inspection.hinges import hinged
from nodewise.inspection.nodes_needed.asked import find, positive
from nodewise.inspection.nodes_needed.exchange import Exchange
from nodewise.inspection.nodes_needed.largest import largest
from nodewise.inspection.nodes_needed.runs import turns
from nodewise.inspection.nodes_needed.sources import Source
from nodewise.inspection.nodes_needed.target import Fewest, Places
from nodewise.inspection.reading import Reading, Row, counted, interval, nice, readonly
from nodewise.network import Network

_OCTAVES = range(-4, 5)  # errors of the exchange rate: halved and doubled so often
_SEEN = 1e-9  # of the error
_BASIS = {
    "exact": "Exact",
    "certified": "Certified, between the places evaluated too",
    "sampled": "Sampled: what is needed holds, what is enough holds if the function is as calm as it looks",
}


@dataclass(frozen=True, eq=False)
class NodesNeeded(Reading):
    """How many nodes a curve needs: what can be represented, whatever training finds.

    Attributes:
        target: What a sentence calls it.
        feature_name, output_name, feature_unit, output_unit: As the target's.
        error: The largest error allowed.
        low, high: The range.
        method: "exact" for samples and networks of straight lines; "certified" for smooth networks, enclosed between
            places; "sampled" for functions, of which nothing is known between places: `pieces_at_least` and
            `turning_nodes` hold all the same, because they follow from the places alone.
        pieces: Straight pieces of the curve found; the fewest there are where `pieces_at_least` is the same.
        pieces_at_least: No continuous curve of straight pieces within the error has fewer.
        knots: [knot], where its pieces meet.
        network: A network with one hidden ReLU layer that is this curve.
        nodes: Its hidden nodes.
        nodes_at_least: No network with one hidden ReLU layer within the error has fewer: one per knot.
        largest_error: Of `network`: exact, a guaranteed bound, or the largest seen, as `method` says; of a network of
            very many nodes that of its curve, which differs from it by rounding.
        turns: [turn], places between which every curve within the error rises and falls in turn.
        turning_nodes: No network with one hidden layer of sigmoid or tanh nodes that all have the same ``|weight|`` has
            fewer nodes; nodes of several slopes may do with less.
        places: The target at the places looked at.
        source: The target.
    """

    target: str
    feature_name: str
    output_name: str
    feature_unit: str
    output_unit: str
    error: float
    low: float
    high: float
    method: str
    pieces: int
    pieces_at_least: int
    knots: Float[np.ndarray, " knot"]
    network: Network
    nodes: int
    nodes_at_least: int
    largest_error: float
    turns: Float[np.ndarray, " turn"]
    turning_nodes: int
    places: Places
    source: Source

    @property
    def written(self) -> tuple[str, ...]:
        """Names of the attributes that `as_dict` writes."""
        return tuple(field.name for field in fields(self) if field.name not in ("places", "source"))

    @property
    def summary(self) -> str:
        """How many nodes it takes, in a few sentences."""
        where = f"{self.target} on {interval(self.low, self.high)}"
        return (
            f"Representable within {nice(self.error)} of {where}: with {self._pieces}; {self._nodes}. {self._turning} "
            f"Whether training reaches it is another question. {_BASIS[self.method]}."
        )

    @property
    def _pieces(self) -> str:
        least, found = self.pieces_at_least, counted(self.pieces, "straight piece")
        return f"{found}, and no fewer" if least == self.pieces else f"{found}, at least {least}"

    @property
    def _nodes(self) -> str:
        if not self.nodes:
            return "a constant does, without any node"
        least = "fewer" if self.nodes_at_least == self.nodes else f"fewer than {self.nodes_at_least}"
        made = f"{'makes' if self.nodes == 1 else 'make'} such a curve{self._rounded}"
        return f"{counted(self.nodes, 'ReLU node')} in one hidden layer {made}, and {least} cannot"

    @property
    def _rounded(self) -> str:
        """What rounding adds to the error, where it shows: float64 has few knots to choose from far from 0."""
        off = self.largest_error - self.error
        return f" (with rounding {nice(off)} beyond the error)" if off > _SEEN * self.error else ""

    @property
    def _turning(self) -> str:
        if not self.turning_nodes:
            return "Sigmoid or tanh nodes are not needed either."
        if self.turning_nodes == 1:
            return "Of sigmoid or tanh nodes it takes at least 1, because no constant is within the error."
        return (
            f"Of sigmoid or tanh nodes of one slope it takes at least {self.turning_nodes}, because every such curve "
            f"turns {counted(self.turning_nodes - 1, 'time')}; of several slopes fewer may do."
        )

    def table(self) -> list[Row]:
        """Return one row per kind of node, how many are known to be enough and how many are needed."""
        return [
            {"nodes": "ReLU", "enough": self.nodes, "at least": self.nodes_at_least},
            {"nodes": "sigmoid or tanh of one slope", "enough": None, "at least": self.turning_nodes},
        ]

    def exchange(self, errors: Sequence[float] | None = None) -> Exchange:
        """Return how many pieces other errors take.

        Args:
            errors: Above 0; unless given, the reading's own, four times halved and four times doubled, as far as a
                constant is not within it and a continuous curve can be.

        Raises:
            NodewiseError: If an error is not above 0, or none is left.
        """
        wanted = [positive(error) for error in errors] if errors is not None else self._octaves()
        found: list[tuple[float, Fewest]] = []
        for error in sorted(set(wanted), reverse=True):
            try:
                found.insert(0, (error, self.source.target.fewest(error)))
            except NodewiseError:
                if errors is not None:
                    raise
                break  # a smaller error meets a jump, or rounding, all the more
        return Exchange(
            readonly(np.array([error for error, _ in found])),
            readonly(np.array([len(one.links.slopes) for _, one in found])),
            readonly(np.array([one.at_least for _, one in found])),
            readonly(np.array([len(_turns(one.places, error)) - 1 for error, one in found])),
        )

    def _octaves(self) -> list[float]:
        widest = float(self.places.top.max() - self.places.bottom.min()) / 2
        every = [self.error * 2.0**k for k in _OCTAVES]
        return [error for error in every if error < widest or error <= self.error]


def nodes_needed(
    target: Any, error: float, low: float | None = None, high: float | None = None, output: int | str = 0
) -> NodesNeeded:
    """Say how many nodes one hidden layer needs to stay within `error` of a curve, and write a network that does.

    A network with one feature and one hidden ReLU layer is a continuous curve of straight pieces, each knot a node's.
    So the fewest pieces of any such curve within the error, a path of fewest links in a tube, say how many nodes it
    takes: K knots take K nodes if some of the changes of slope add up to minus the first slope, else K + 1. Of sigmoid
    and tanh nodes of one slope at least as many are needed as the curve has rising and falling stretches; the proof
    is in `nodewise.inspection.nodes_needed.runs`. Both say what exists. What a solver finds from a random start is to
    be measured: fit with that many nodes, from many starts.

    Sources: Imai and Iri, "An optimal algorithm for approximating a piecewise linear function", 1986; Guibas,
    Hershberger, Mitchell and Snoeyink, "Approximating polygons and subdivisions with minimum-link paths", 1993.

    Args:
        target: A dataset of one feature (at each of its x the curve has to be within the error of each target; between
            them it is free), a network or fit of one feature, or a function of x, an array [sample] or one number.
        error: The largest error allowed, in the target's unit.
        low: Where the range begins; of a fit its data's unless given, of a dataset it must be left out.
        high: Where the range ends.
        output: Which output or target, by index or name.

    Returns:
        The counts, the network, and which of them are exact; see `NodesNeeded`.

    Raises:
        NodewiseError: If an argument is no such thing, or no continuous function is within the error: the message says
            where.
    """
    error = positive(error)
    source = find(target, low, high, output)
    found = source.target.fewest(error)
    knots, layers = _layers(found, error, source.low)
    network = Network(layers, source.feature, source.output, source.feature_unit, source.output_unit)  # type: ignore[arg-type]
    at = _turns(found.places, error)
    nodes = sum(layer.outputs for layer in network.hidden)
    return NodesNeeded(
        source.words,
        source.feature,
        source.output,
        source.feature_unit,
        source.output_unit,
        error,
        source.low,
        source.high,
        source.method,
        len(knots) + 1,
        min(found.at_least, len(knots) + 1),
        readonly(knots),
        network,
        nodes,
        min(nodes, max(found.at_least - 1, min(len(at) - 1, 1))),
        largest(source, found, network),
        readonly(found.places.x[at]),
        len(at) - 1,
        found.places,
        source,
    )


def _turns(places: Places, error: float) -> np.ndarray:
    """Return the alternating places; one where the target may be constant."""
    tube = places.outer(error, walls=False)
    found = turns(tube.floor, tube.ceiling)
    return found if len(found) else np.zeros(1, int)


def _layers(found: Fewest, error: float, low: float) -> tuple[np.ndarray, tuple]:
    """Return knots and layers of the curve found, or of a constant where that is enough."""
    links = found.links
    top, bottom = float(found.places.top.max()), float(found.places.bottom.min())
    if len(links.slopes) == 1 and top - bottom <= 2 * (error - float(found.places.slack.max())):
        return links.knots, hinged(
            links.knots, np.zeros((1, 1)), links.values[:, None], (low, np.array([(top + bottom) / 2]))
        )
    through = low, np.array([links.start])
    return links.knots, hinged(links.knots, links.slopes[:, None], links.values[:, None], through, low)
