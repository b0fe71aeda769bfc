"""The linear pieces of a network of straight lines, exact, with the nodes that make each breakpoint."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from nodewise.errors import NodewiseError, unknown
from nodewise.inspection.along import Line, line
from nodewise.inspection.overflow import within_float64
from nodewise.inspection.pieces import curve
from nodewise.inspection.pieces.floats import swept
from nodewise.inspection.pieces.found import Found
from nodewise.inspection.pieces.proof import proved
from nodewise.inspection.pieces.refusals import refuse_curves, refuse_endless, refuse_irrational
from nodewise.inspection.pieces.words import called, sentence
from nodewise.inspection.reading import Reading, Row, as_network, readonly
from nodewise.network import Network

BUDGET = 200_000


@dataclass(frozen=True, eq=False)
class LinearPieces(Reading):
    """A network of straight lines on a line through its inputs, piece by piece.

    A piece is linear in every output, and at a breakpoint at least one output bends or jumps. A place is where a node
    switches from one straight line of its activation to another, whether or not an output shows it.

    Attributes:
        feature_names, output_names, feature_units, output_units: As the network's.
        hidden: Number of hidden layers.
        origin, direction: [feature]; positions are the t of origin + t·direction, for one feature its own value.
        low, high: The ends, maybe infinite; where the budget was spent `high` is how far the pieces reach.
        complete: Whether they reach the end that was asked for.
        method: "exact to rounding" or "proved", in rational arithmetic.
        breakpoints: [breakpoint], in rising order.
        slopes: [piece, output], per unit of position.
        values: [piece, 2, output], the outputs at the left and right end of each piece, seen from inside it.
        bends: [breakpoint, output], whether the slope of the output changes there.
        jumps: [breakpoint, output], whether its value does.
        places: [place], where nodes switch, in rising order; the breakpoints are among them.
        at: [breakpoint], index of its place.
        switch_place, switch_layer, switch_node: [switch], which node switches at which place; layer `hidden` is the
            output layer.
        proof: The same in fractions.Fraction, where they were proved; else None.
    """

    feature_names: tuple[str, ...]
    output_names: tuple[str, ...]
    feature_units: tuple[str, ...]
    output_units: tuple[str, ...]
    hidden: int
    origin: Float[np.ndarray, " feature"]
    direction: Float[np.ndarray, " feature"]
    low: float
    high: float
    complete: bool
    method: str
    breakpoints: Float[np.ndarray, " breakpoint"]
    slopes: Float[np.ndarray, "piece output"]
    values: Float[np.ndarray, "piece 2 output"]
    bends: Bool[np.ndarray, "breakpoint output"]
    jumps: Bool[np.ndarray, "breakpoint output"]
    places: Float[np.ndarray, " place"]
    at: Int[np.ndarray, " breakpoint"]
    switch_place: Int[np.ndarray, " switch"]
    switch_layer: Int[np.ndarray, " switch"]
    switch_node: Int[np.ndarray, " switch"]
    proof: Found | None
    _found: Found

    @property
    def activation_pieces(self) -> int:
        """Number of pieces on which no node switches; as many as the linear pieces, or more."""
        return len(self.places) + 1

    @property
    def counts(self) -> Int[np.ndarray, " output"]:
        """Number of linear pieces of each output by itself [output]."""
        return (self.bends | self.jumps).sum(axis=0) + 1

    @cached_property
    def nodes(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """For each breakpoint the nodes that switch there, as (layer, node), counted from 0."""
        return tuple(self.switching(i) for i in range(len(self.breakpoints)))

    def switching(self, breakpoint: int) -> tuple[tuple[int, int], ...]:
        """Return the nodes that switch at one breakpoint, as (layer, node), counted from 0."""
        place = self.at[breakpoint]
        begin, end = np.searchsorted(self.switch_place, [place, place + 1])
        both = zip(self.switch_layer[begin:end].tolist(), self.switch_node[begin:end].tolist(), strict=True)
        return tuple(both)

    def crossings(self, level: float = 0.0, output: int | str = 0) -> Float[np.ndarray, " crossing"]:
        """Return where an output goes from one side of a level to the other, jumps included, in rising order.

        Touching the level is no crossing, and a stretch at the level is crossed where it begins.

        Args:
            level: In the output's unit.
            output: Index or name.

        Raises:
            NodewiseError: If the level is no finite number, or there is no such output.
        """
        if isinstance(level, bool) or not isinstance(level, int | float | np.number) or not np.isfinite(level):
            raise NodewiseError(f"level must be a finite number in the output's unit. Got {level!r}.")
        found = self._exact
        return curve.crossings(found, self._output(output), found.number(level)).astype(float)

    @cached_property
    def extrema(self) -> tuple[curve.Extrema, ...]:
        """For each output where it turns from rising to falling or back, the ends not among them."""
        return tuple(curve.extrema(self._exact, o) for o in range(len(self.output_names)))

    @cached_property
    def range(self) -> Float[np.ndarray, "output 2"]:
        """Lowest and highest value of each output [output, 2], reached, or approached at a jump."""
        return curve.ranges(self._exact)

    @property
    def lipschitz(self) -> Float[np.ndarray, " output"]:
        """Smallest Lipschitz constant of each output, per unit of distance along the line; infinite where it jumps."""
        steepest = np.abs(self.slopes).max(axis=0) / np.linalg.norm(self.direction)
        return np.where(self.jumps.any(axis=0), np.inf, steepest)

    @cached_property
    def length(self) -> Float[np.ndarray, " output"]:
        """Length of each output's curve over the distance along the line [output]; a jump adds its height."""
        return curve.lengths(self._exact, float(np.linalg.norm(self.direction)))

    def __call__(self, positions: Any) -> Float[np.ndarray, "position output"]:
        """Return the outputs at positions t, from the pieces; at a breakpoint from the piece on its right.

        Raises:
            NodewiseError: If a position lies outside.
        """
        t = np.atleast_1d(np.asarray(positions, float))
        if not ((t >= self.low) & (t <= self.high)).all():
            raise NodewiseError(f"positions must lie between {self.low:g} and {self.high:g}. Got others.")
        piece = np.searchsorted(self.breakpoints, t, side="right")
        return self._found.level[piece] + self._found.slopes[piece] * (t - self._found.anchor[piece])[:, None]

    @property
    def summary(self) -> str:
        """How many pieces, how steep, and how many switches do not show, in two sentences."""
        return sentence(self)

    def table(self) -> list[Row]:
        """Return one row per piece and output, with the nodes that switch where the piece begins."""
        names = [called(self, nodes) for nodes in self.nodes]
        edges = self._found.edges.tolist()
        rows = []
        for i, nodes in enumerate(["", *names]):
            for o, name in enumerate(self.output_names):
                row: Row = {"from": _finite(edges[i]), "to": _finite(edges[i + 1])}
                row |= {"output": name} if len(self.output_names) > 1 else {}
                row |= {"slope": float(self.slopes[i, o])}
                row |= {"value from": _finite(self.values[i, 0, o]), "value to": _finite(self.values[i, 1, o])}
                rows.append(row | {"begins at": nodes})
        return rows

    @property
    def written(self) -> tuple[str, ...]:
        """Names of the attributes that `as_dict` writes."""
        hidden = ("proof", "_found")
        return (*(name for name in super().written if name not in hidden), "activation_pieces", "range", "length")

    @property
    def _exact(self) -> Found:
        return self._found if self.proof is None else self.proof

    def _output(self, output: int | str) -> int:
        if isinstance(output, str) and output in self.output_names:
            return self.output_names.index(output)
        if isinstance(output, int | np.integer) and not isinstance(output, bool) and 0 <= output < len(self.counts):
            return int(output)
        raise unknown("output", output, self.output_names)


def pieces(
    network: Any, low: float, high: float, along: Any = None, proof: bool = False, *, budget: int = BUDGET
) -> LinearPieces:
    """Read the exact linear pieces of a network whose activations are straight lines; any depth.

    Between two breakpoints every pre-activation is a straight line, so where it meets a kink or jump of its activation
    is one division. In float64 the breakpoints are exact to rounding, and those closer than their own rounding are one.
    With `proof` weights, ends and line are taken for the fractions that these floating-point numbers are, and nothing
    is rounded but the result, once; it takes some hundred times as long.

    Args:
        network: A network, or a fit that holds one.
        low: Where to begin: a value of the one feature, or a position on the line; -inf is allowed where the pieces are
            finitely many.
        high: Where to end; inf as well.
        along: Of several features the line, (origin, direction), [feature] each; position t is origin + t·direction.
            The segment from a to b is (a, b - a) with low=0 and high=1, the ray from a has high=inf.
        proof: Whether to compute in rational arithmetic.
        budget: Largest number of activation pieces; beyond it the reading ends, and says so.

    Raises:
        NodewiseError: If an activation is not made of straight lines, or, for a proof, has irrational corners; if the
            ends are not in order, a line is needed, or an end is infinite and the pieces are not finitely many; or
            what is found has no number in float64.
    """
    network = as_network(network)
    refuse_curves(network)
    where = line(network, low, high, along, "pieces", infinite=True)
    refuse_endless(network, where)
    if isinstance(budget, bool) or not isinstance(budget, int | np.integer) or budget < 1:
        raise NodewiseError(f"budget must be a whole number of pieces, 1 or more. Got {budget!r}.")
    if not proof:
        return _reading(network, where, swept(network, where, int(budget)), None)
    refuse_irrational(network)
    found = proved(network, where, int(budget))
    with within_float64(network, [where.low, where.high, *where.origin, *where.direction]):
        return _reading(network, where, found.floats(), found)


def _reading(network: Network, where: Line, found: Found, proof: Found | None) -> LinearPieces:
    return LinearPieces(
        network.feature_names,
        network.output_names,
        network.feature_units,
        network.output_units,
        len(network.hidden),
        readonly(where.origin),
        readonly(where.direction),
        float(found.edges[0]),
        float(found.edges[-1]),
        found.complete,
        "proved" if proof else "exact to rounding",
        readonly(found.edges[1:-1]),
        readonly(found.slopes),
        readonly(np.stack([found.left, found.right], axis=1)),
        readonly(found.bends),
        readonly(found.jumps),
        readonly(found.places),
        readonly(found.at),
        readonly(found.switches.at),
        readonly(found.switches.layer),
        readonly(found.switches.node),
        proof,
        found,
    )


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
