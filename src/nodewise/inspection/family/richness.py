"""How rich the curves of a family are: counted per network, with the standard error of the mean.

Crossings of zero and extrema are those of the output layer's pre-activation, which an output activation cannot flatten
away; length and pieces are those of the output itself. Networks of straight lines are taken apart exactly. The others
are sampled, twice as densely again and again until no count changes and the length of the chords has come to rest.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from nodewise.activations import find
from nodewise.inspection.family.stack import Stack
from nodewise.inspection.reading import Reading, Row, counted, interval, joined, readonly
from nodewise.inspection.straight import Pieces, pieces, through

_FIRST = 257  # points; each refinement doubles the intervals
_MOST = 2**16 + 1
_SETTLED = 1e-4  # of the length; what chords still miss is about a third of what halving them has added
_ROUNDING = 1e-14
_MOST_PIECES = 50_000


@dataclass(frozen=True, eq=False)
class Measure:
    """One number per network and output, and its mean.

    Attributes:
        values: [network, output].
        mean: Over networks and outputs.
        standard_error: Of the mean, from the scatter between networks; nan for one network.
    """

    values: Float[np.ndarray, "network output"]
    mean: float
    standard_error: float

    def __float__(self) -> float:
        """Return the mean."""
        return self.mean

    def __str__(self) -> str:
        """Return such as "1.034 ± 0.015"."""
        return _with_error(self.mean, self.standard_error)


@dataclass(frozen=True, eq=False)
class Richness(Reading):
    """How rich the curves of a family are on [low, high].

    Attributes:
        architecture: Sizes and activation, such as "1-100-1 tanh".
        networks: Number of networks.
        nodes: Number of hidden nodes of each.
        parameters: Number of weights and biases of each.
        low, high: The range; of several features the distance from 0 along a random direction of each network.
        zero_crossings: How often the output layer's pre-activation changes sign.
        extrema: How often it turns from rising to falling or back; a flat stretch counts once.
        length: Length of the curve of the output, jumps included.
        pieces: Number of straight pieces of the output; None where it has none, or more than 50 000.
        samples: [network], the number of points the counts rest on; 0 where they are exact.
        features: Number of features.
    """

    architecture: str
    networks: int
    nodes: int
    parameters: int
    low: float
    high: float
    zero_crossings: Measure
    extrema: Measure
    length: Measure
    pieces: Measure | None
    samples: Int[np.ndarray, " network"]
    features: int = 1

    @property
    def summary(self) -> str:
        """How rich the family is, in one sentence or two."""
        size = f"{counted(self.nodes, 'node')}, {counted(self.parameters, 'parameter')}"
        where = f"on {interval(self.low, self.high)}"
        if self.features > 1:
            where += " along a random direction each"
        found = [f"{self.zero_crossings} zero crossings", f"{self.extrema} extrema"]
        made = [f"length {self.length}"]
        if self.pieces is not None:
            made.append(f"{self.pieces} straight pieces")
        return (
            f"{counted(self.networks, 'network')} {self.architecture} ({size}): {joined(found)} {where} before the "
            f"output activation; the output has {joined(made)}. {self._basis}"
        )

    @property
    def certainty(self) -> str:
        """How sure the counts are: "exact", or "sampled at … points"."""
        if not self.samples.any():
            return "exact"
        return f"sampled at up to {int(self.samples.max())} points"

    @property
    def written(self) -> tuple[str, ...]:
        """Names of what `as_dict` writes: the attributes, and how sure they are."""
        return (*super().written, "certainty")

    @property
    def _basis(self) -> str:
        if not self.samples.any():
            return "Exact, from the straight pieces."
        least, most = int(self.samples.min()), int(self.samples.max())
        number = f"{most}" if least == most else f"{least} to {most}"
        if most >= _MOST:
            return f"Sampled at {number} points; where that was most, the counts may not have come to rest."
        return f"Sampled at {number} points, and half as many count the same."

    def table(self) -> list[Row]:
        """Return one row per measure."""
        return [
            {
                "measure": name.replace("_", " "),
                "mean": measure.mean,
                "standard error": measure.standard_error,
                "least": float(measure.values.min()),
                "most": float(measure.values.max()),
            }
            for name in ("zero_crossings", "extrema", "length", "pieces")
            if (measure := getattr(self, name)) is not None
        ]


def measure(stack: Stack, seed: int, low: float, high: float) -> Richness:
    """Measure how rich the curves of a family are.

    Args:
        stack: The networks.
        seed: The family's; with it the directions along which networks of several features are read are drawn.
        low: Where the range begins.
        high: Where it ends.
    """
    counts = [_count(stack, i, _direction(stack.sizes[0], seed, i), low, high) for i in range(len(stack))]
    exact = all(count.pieces is not None for count in counts)
    return Richness(
        f"{'-'.join(map(str, stack.sizes))} {stack.activations[0].name}",
        len(stack),
        sum(stack.sizes[1:-1]),
        stack.parameters.shape[1],
        low,
        high,
        _summed(count.crossings for count in counts),
        _summed(count.extrema for count in counts),
        _summed(count.length for count in counts),
        _summed(count.pieces for count in counts if count.pieces is not None) if exact else None,
        readonly(np.array([count.samples for count in counts])),
        stack.sizes[0],
    )


@dataclass(frozen=True, eq=False)
class _Count:
    """What is counted on one network, each [output]; the number of points it rests on, 0 where it is exact."""

    crossings: np.ndarray
    extrema: np.ndarray
    length: np.ndarray
    pieces: np.ndarray | None
    samples: int
    doubtful: bool = False


def _count(stack: Stack, index: int, direction: np.ndarray, low: float, high: float) -> _Count:
    if stack.activations[0].piecewise_linear:
        dense = list(stack[index].dense)
        bare = [*dense[:-1], replace(dense[-1], activation=find("identity"))]
        before = pieces(bare, np.zeros(len(direction)), direction, low, high, _MOST_PIECES)
        after = None if before is None else through(before, dense[-1].activation, _MOST_PIECES)
        if before is not None and after is not None:
            return _count_pieces(before, after)
    found = _count_samples(stack, index, direction, low, high, _FIRST)
    while found.samples < _MOST:
        finer = _count_samples(stack, index, direction, low, high, 2 * found.samples - 1)
        same = (finer.crossings == found.crossings).all() and (finer.extrema == found.extrema).all()
        same &= (finer.length - found.length <= _SETTLED * finer.length).all()
        found = finer
        if same and not found.doubtful:
            break
    return found


def _count_pieces(before: Pieces, after: Pieces) -> _Count:
    ends = np.stack([before.left, before.right], axis=1).reshape(-1, before.left.shape[1])
    size = (before.left_size + before.slope_size * before.width[:, None]).max(axis=0)
    jumps = np.abs(after.left[1:] - after.right[:-1]).sum(axis=0)
    length = np.hypot(after.width[:, None], after.right - after.left).sum(axis=0) + jumps
    rising = signs(np.diff(ends, axis=0), size)
    return _Count(turns(signs(ends, size)), turns(rising), length, after.counts(), 0)


def _count_samples(stack: Stack, index: int, direction: np.ndarray, low: float, high: float, points: int) -> _Count:
    t = np.linspace(low, high, points)
    (hidden, hidden_slope), (before, slope) = stack.along(index, t, direction)
    weight, bias = (array[index] for array in stack.layers[-1])
    size = np.abs(hidden).max(axis=0) @ np.abs(weight).T + np.abs(bias)
    steep = np.abs(hidden_slope).max(axis=0) @ np.abs(weight).T
    # Slopes at the points and the steps between them alternate: a pair of extrema between two points shows as well.
    rising = np.empty((2 * points - 1, before.shape[1]))
    rising[::2], rising[1::2] = signs(slope, steep), signs(np.diff(before, axis=0), size)
    steps = np.diff(stack.activations[-1](before), axis=0)
    length = np.hypot(t[1] - t[0], steps).sum(axis=0)
    doubtful = _may_dip(before, slope, t[1] - t[0], size) or _leaves_zero_wrongly(signs(before, size), rising[::2])
    return _Count(turns(signs(before, size)), turns(rising), length, None, points, doubtful)


def _may_dip(values: np.ndarray, slopes: np.ndarray, step: float, size: np.ndarray) -> bool:
    """Whether a curve may cross 0 twice between two points: both tangents lead towards 0, and meet beyond it."""
    side = signs(values, size)
    left, right = side[:-1] * values[:-1], side[1:] * values[1:]
    down, up = side[:-1] * slopes[:-1], side[1:] * slopes[1:]
    towards = (side[:-1] == side[1:]) & (down < 0) & (up > 0)
    lowest = (left * up - right * down + step * down * up) / np.where(towards, up - down, 1.0)
    return bool((towards & (lowest < 0)).any())


def _leaves_zero_wrongly(side: np.ndarray, rising: np.ndarray) -> bool:
    """Whether a curve that is 0 at a point goes from there to a side on which it is not at the next or last point."""
    left = np.where(side[:-1] == 0, rising[:-1], side[:-1])
    right = np.where(side[1:] == 0, -rising[1:], side[1:])
    return bool((left * right < 0)[(side[:-1] == 0) | (side[1:] == 0)].any())


def signs(values: Float[np.ndarray, "sample output"], size: Float[np.ndarray, " output"]) -> np.ndarray:
    """Return -1, 0 or 1 for each value; 0 for those of the size of rounding."""
    return np.where(np.abs(values) > _ROUNDING * size, np.sign(values), 0.0)


def turns(signs: Float[np.ndarray, "sample output"]) -> Int[np.ndarray, " output"]:
    """Return how often each column changes from -1 to 1 or back; zeros are passed over."""
    kept = [column[column != 0] for column in signs.T]
    return np.array([np.count_nonzero(column[1:] != column[:-1]) for column in kept])


def _direction(features: int, seed: int, index: int) -> Float[np.ndarray, " feature"]:
    if features == 1:
        return np.ones(1)
    direction = np.random.default_rng([seed, index, 1]).normal(size=features)
    return direction / np.linalg.norm(direction)


def _summed(counts: Iterable[np.ndarray]) -> Measure:
    values = readonly(np.array(list(counts), float))
    each = values.mean(axis=1)
    error = float(each.std(ddof=1) / math.sqrt(len(each))) if len(each) > 1 else math.nan
    return Measure(values, float(values.mean()), error)


def _with_error(mean: float, error: float) -> str:
    """Return the mean with as many decimals as its standard error has in two digits."""
    if not (math.isfinite(error) and error > 0):
        return f"{mean:.4g}"
    decimals = max(0, 1 - math.floor(math.log10(error)))
    return f"{mean:.{decimals}f} ± {error:.{decimals}f}"
