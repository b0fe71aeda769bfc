"""What the outputs can do at most: a guaranteed range, how fast they can change, and in which direction."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nodewise.inspection.bounds import everywhere
from nodewise.inspection.bounds.answer import Bounds, Search
from nodewise.inspection.bounds.asked import as_box, check
from nodewise.inspection.bounds.cells import Cells, find_cells
from nodewise.inspection.bounds.classes import classes
from nodewise.inspection.bounds.exact import Exact
from nodewise.inspection.bounds.halved import halved, slopes
from nodewise.inspection.bounds.outputs import Outputs
from nodewise.inspection.bounds.pieces import straight
from nodewise.inspection.bounds.search import Found
from nodewise.inspection.intervals import HUGE
from nodewise.inspection.overflow import within_float64
from nodewise.inspection.reading import as_network, readonly
from nodewise.network import Network

_FEWEST, _MOST = 16, 4000  # boxes, where no budget is given
_WORK = 5e8  # about as many operations in all; the wider the network, the fewer boxes
_CHUNK = 500_000  # numbers per array
_ROUNDING = 1e-12  # of the values: a gap that small is met
_SAME = 1e-9  # a bound as near as that, relative, to a value of straight pieces is exact to rounding
_FEW = 2  # features, up to which the cells of straight lines are polygons
_CELLS = 4  # for each box of a budget; they cost less
_MOST_CELLS, _NUMBERS = 20_000, 2_000_000  # where no budget is given; cells times nodes of a layer


def bounds(
    network: Any,
    box: Sequence[tuple[float, float]] | None = None,
    *,
    gap: float = 0.01,
    budget: int | None = None,
) -> Bounds:
    """Bound what the outputs can do, in the user's units and whatever the rounding.

    Over all inputs, and boxes without an end, the values come from the weights alone: where the hidden nodes stay
    between -1 and 1, the output stays between φ(b - Σ|w|) and φ(b + Σ|w|). Over a finite box they come from interval
    arithmetic and from lines around each activation carried back to the inputs, and the box is halved again and again
    where that says least, until the bounds are as near to values the network takes as asked.

    Args:
        network: A network, or a fit that holds one.
        box: One pair (low, high) per feature, infinite ends allowed; every input there is unless given.
        gap: How far the bounds may be from values the outputs take, as a share of the range of these; the Lipschitz
            constant from the steepest gradient, as a share of it.
        budget: Most boxes for each question (the range, the slopes, the classes); 4000 unless given, fewer for wide
            networks. Where it is spent the bounds hold all the same, and are said to be wider than asked. Four cells
            count as a box; 20 000 cells unless given.

    Raises:
        NodewiseError: If the box is no such list, a pair is not in rising order, beyond 1e100 or less than 1e-100
            apart, gap is not above 0, or budget is not a whole number above 0; or products of weights and inputs
            overflow.

    Source: branch and bound as in Bunel, Turkaslan, Torr, Kohli, Mudigonda, "A unified view of piecewise linear neural
    network verification", NeurIPS 2018, here over boxes of inputs and for any activation.
    """
    network = as_network(network)
    ends = as_box(network, box)
    check(gap, budget)
    with within_float64(network, ends):
        return _bounds(network, ends, float(gap), budget)


def _bounds(network: Network, ends: np.ndarray, gap: float, budget: int | None) -> Bounds:
    if np.isfinite(ends).all():
        cells = min(_MOST_CELLS, _NUMBERS // max(network.sizes)) if budget is None else _CELLS * int(budget)
        return _searched(network, ends, gap, _budget(network) if budget is None else int(budget), cells)
    value = everywhere.values(network, *(end[None] for end in ends.T))
    low_attained, high_attained = everywhere.attained(network, ends)
    return Bounds(
        network.feature_names,
        network.output_names,
        readonly(ends),
        readonly(value.low[0]),
        readonly(value.high[0]),
        readonly(low_attained),
        readonly(high_attained),
        readonly(everywhere.lipschitz(network)),
        None,
        tuple(everywhere.why(network, ends, a, b) for a, b in zip(value.low[0], value.high[0], strict=True)),
    )


def _searched(network: Network, ends: np.ndarray, gap: float, budget: int, most: int) -> Bounds:
    """Return the bounds over a finite box, from its cells if they are no more than `most`, else by halving it."""
    outputs, chunk = Outputs(network), max(1, int(_CHUNK // (_rows(network) * max(network.sizes))))
    box_low, box_high = ends[:, 0], ends[:, 1]
    cells = _cells(network, box_low, box_high, most)
    value, slope, exact = (
        (*halved(outputs, box_low, box_high, gap, budget, chunk), False)
        if cells is None
        else _exact(outputs, cells, box_low, box_high, chunk)
    )
    said = classes(network, box_low, box_high, budget, chunk, most)
    count, features = network.outputs, network.inputs
    highest, lowest = value.reached[:count], -value.reached[count:]
    high, low = value.upper[:count], -value.upper[count:]
    steepest = np.where(slope.upper[:count] < HUGE / 2, slope.upper[:count], np.inf)
    reach = np.minimum(everywhere.lipschitz(network), steepest)
    falling, rising = slope.upper[count:].reshape(2, count, features)
    within = np.maximum(np.maximum(high - highest, lowest - low), 0)
    size = np.maximum(np.maximum(np.abs(low), np.abs(high)), 1e-300)
    near = within <= np.maximum(gap * (highest - lowest), 2 * _ROUNDING * size)
    cut = cells is not None
    met = near if not cut else value.settled[:count] & value.settled[count:]
    found = Search(
        exact or bool(straight(network) and features <= _FEW and (within <= _SAME * size).all()),
        gap,
        budget,
        (value.boxes, slope.boxes, said.boxes if said else 0),
        readonly(within),
        readonly(met),
        readonly(lowest),
        readonly(highest),
        readonly(value.place[count:]),
        readonly(value.place[:count]),
        readonly(np.minimum(slope.reached[:count], reach)),
        _monotone(-falling, rising, slope.reached[count:].reshape(2, count, features)),
        said.possible if said else None,
        said.seen if said else None,
        cut and not exact and bool(cells.jumps) and cells.proof.left > 0,
    )
    return Bounds(
        network.feature_names,
        network.output_names,
        readonly(ends),
        readonly(low),
        readonly(high),
        readonly(np.zeros(count, bool)),
        readonly(np.zeros(count, bool)),
        readonly(reach),
        readonly(_jumping(np.column_stack([-falling[:, 0], rising[:, 0]]))) if features == 1 else None,
        ("",) * count,
        found,
    )


def _cells(network: Network, low: np.ndarray, high: np.ndarray, most: int) -> Cells | None:
    """Return the cells of a network of straight lines and one or two features, if they are few enough."""
    if not straight(network) or network.inputs > _FEW or not (low < high).all():
        return None
    return find_cells(network.layers, low, high, most)


def _exact(outputs: Outputs, cells: Cells, low: np.ndarray, high: np.ndarray, chunk: int) -> tuple[Found, Found, bool]:
    """Return range and slopes from the cells, and whether the range is exact."""
    network = outputs.network
    exact = Exact(network, cells, low, high)
    plain = everywhere.values(network, low[None], high[None])
    value, sure = exact.range((plain.low[0], plain.high[0]))
    slope = exact.slopes()
    if cells.jumps:  # intervals may know in which direction all go
        other = slopes(outputs, low[None], high[None], 1.0, 1, chunk)
        slope = slope._replace(upper=np.where(other.upper <= 0, other.upper, slope.upper))
    return value, slope, bool(sure.all())


def _monotone(low: np.ndarray, high: np.ndarray, seen: np.ndarray) -> tuple[tuple[str, ...], ...]:
    """Return what each output surely does along each feature: bounds of its slope [output, feature], signs seen."""
    falls, rises = seen > 0
    words = np.full(low.shape, "undecided", object)
    words[falls & rises] = "both"
    words[low >= 0] = "rises"
    words[high <= 0] = "falls"
    words[(low >= 0) & (high <= 0)] = "flat"
    return tuple(tuple(row) for row in words.tolist())


def _jumping(slope: np.ndarray) -> np.ndarray:
    return np.where(np.abs(slope) >= HUGE / 2, np.copysign(np.inf, slope), slope)


def _rows(network: Network) -> int:
    """Return how many combinations of nodes are carried back at once at most."""
    count = network.outputs
    pairs = count * (count - 1) if network.dense[-1].activation.joint else count
    return max(pairs, *network.sizes)


def _budget(network: Network) -> int:
    sizes = [layer.outputs * layer.inputs for layer in network.dense]
    rows = [layer.outputs for layer in network.dense[:-1]] + [_rows(network)]
    work = sum(row * sum(sizes[: i + 1]) for i, row in enumerate(rows))
    return int(np.clip(_WORK / (4 * work), _FEWEST, _MOST))
