"""Range and slopes from the cells of a network of straight lines: exact, and said where they are not."""

from collections.abc import Callable

import numpy as np

from nodewise.inspection.bounds.cells import Cells
from nodewise.inspection.bounds.outputs import lengths
from nodewise.inspection.bounds.search import Found
from nodewise.inspection.intervals import HUGE, enclose
from nodewise.network import Dense, Network

_EPSILON = float(np.finfo(float).eps)
_SAME = 1e-9  # relative: a value as near as that to a bound reaches it but for rounding
_NEAR = 1e-12  # relative: a slope known as well as that is not worked out in whole numbers
_LOOKED_AT = 4  # cells for each end of a range
_TRIES = 1000  # cells proved for one number
_INWARDS = (0.0, 2.0**-40, 2.0**-20, 0.5, 1.0)  # from a corner to the middle
_BESIDE = 2.0**-30  # of the box: how near a jump it is looked for
_MOST_EDGES = 4000


class Exact:
    """A network of straight lines on the cells of a box.

    Attributes:
        network: The network.
        cells: Its cells.
        low, high: [feature], the box.
    """

    def __init__(self, network: Network, cells: Cells, low: np.ndarray, high: np.ndarray) -> None:
        self.network, self.cells, self.low, self.high = network, cells, low, high

    def range(self, plain: tuple[np.ndarray, np.ndarray]) -> tuple[Found, np.ndarray]:
        """Bound the outputs, and the outputs with the other sign, from above; and say which bounds are exact.

        Args:
            plain: Bounds that hold whatever the weights, low and high [output].
        """
        cells, count = self.cells, self.network.outputs
        drift = self._drift()
        off = cells.off() + drift[:, None]
        values = np.stack([cells.polygons.at(maps) for maps in cells.maps.value])
        ends = [np.stack([cells.polygons.most(side * row) for row in values]) + off for side in (1, -1)]
        upper = np.concatenate(ends)
        looked = np.unique(np.argpartition(-upper, min(_LOOKED_AT, upper.shape[1]) - 1, axis=1)[:, :_LOOKED_AT])
        reached, place = self._best(self._points(looked))
        exact, seen = np.zeros(2 * count, bool), np.zeros(2 * count, bool)
        for which in range(2 * count):
            o, side = which % count, 1 if which < count else -1
            size = max(abs(reached[which]), abs(reached[(which + count) % (2 * count)]))
            slack = max(_SAME * size, 4 * float(off[o].max()))
            proved = self._end(upper[which], o, side, float(drift[o]), slack, float(reached[which]))
            seen[which] = upper[which].max() <= reached[which] + slack
            exact[which] = seen[which] or proved
        found = np.minimum(upper.max(axis=1), np.concatenate([plain[1], -plain[0]]))
        return Found(np.maximum(found, reached), reached, place, cells.count, seen), exact

    def _drift(self) -> np.ndarray:
        """Return how far outputs as computed are off [output]; next to a jump the cells themselves allow for it."""
        if any(layer.activation.jumps for layer in self.network.dense):
            return np.zeros(self.network.outputs)
        return enclose(self.network.layers, self.low[None], self.high[None]).rounding[0]

    def _end(self, upper: np.ndarray, o: int, side: int, drift: float, slack: float, reached: float) -> bool:
        """Lower the bounds of cells [cell] that are loose or not there; return whether the largest is really so."""
        refined = set()
        for _ in range(_TRIES):
            cell = int(upper.argmax())
            if upper[cell] <= reached + slack or cell in refined:
                return True
            if self.cells.proof.left <= 0:
                return False
            state = self.cells.proof.cell(self.cells.pattern(cell))
            most = -np.inf if state is None else max(side * value for value in state.values(o))
            most += drift + _EPSILON * abs(most) if state is not None else 0.0
            if any(layer.activation.jumps for layer in self.network.dense):
                # Where nodes jump, rounding can send the network onto a cell that is not there.
                return most >= upper[cell] - slack
            upper[cell] = min(upper[cell], most)
            refined.add(cell)
        return False

    def _points(self, looked: np.ndarray) -> np.ndarray:
        """Return corners of some cells and points near them [point, feature]."""
        polygons = self.cells.polygons.pick(np.isin(np.arange(self.cells.count), looked))
        middle = np.add.reduceat(polygons.points, polygons.starts[:-1]) / np.diff(polygons.starts)[:, None]
        away = middle[polygons.owner] - polygons.points
        x = self.cells.place(np.concatenate([polygons.points + share * away for share in _INWARDS]))
        unit = 2.0 ** (np.floor(np.log2(np.maximum(self.high - self.low, 1e-300))) - 40)
        return np.clip(np.concatenate([x, np.round(x / unit) * unit]), self.low, self.high)

    def _best(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        value = self.network(x)
        both = np.concatenate([value, -value], axis=1)
        return both.max(axis=0), x[both.argmax(axis=0)]

    def slopes(self) -> Found:
        """Bound the lengths of the gradients, the slopes with the other sign, and the slopes, from above."""
        cells, features = self.cells, len(self.low)
        slope = cells.maps.value[..., 1 : 1 + features] / cells.half  # [output, cell, feature]
        error = cells.maps.error[..., 1 : 1 + features] / cells.half + 2 * _EPSILON * np.abs(slope)
        ends = [lengths(np.maximum(np.abs(slope) + side * error, 0)) * (1 + side * 8 * _EPSILON) for side in (-1, 1)]
        jumps = self._jumping()
        upper, reached = [], []
        for o, (least, most) in enumerate(zip(*ends, strict=True)):
            top, seen = self._steepest(least, most, lambda cell, o=o: float(lengths(self._slopes(cell, o))))
            upper.append(np.inf if jumps[o] else top)
            reached.append(np.inf if jumps[o] and self._jumps(o, top) else max(seen, 0.0))
        for side in (-1, 1):
            for o, f in np.ndindex(self.network.outputs, features):
                own, off = side * slope[o, :, f], error[o, :, f]
                exact = lambda cell, o=o, f=f, side=side: side * float(self._slopes(cell, o)[f])  # noqa: E731
                top, seen = self._steepest(own - off, own + off, exact)
                upper.append(HUGE if jumps[o] else top)
                reached.append(seen)
        nothing = np.empty((len(upper), 0))
        return Found(np.array(upper), np.array(reached), nothing, cells.count, np.array(upper) < np.inf)

    def _slopes(self, cell: int, o: int) -> np.ndarray:
        """Return the slopes of an output on a cell that there is [feature], each rounded once."""
        state = self.cells.proof.cell(self.cells.pattern(cell))
        assert state is not None
        return np.array(state.slopes(o)[: len(self.low)])

    def _steepest(self, least: np.ndarray, most: np.ndarray, exact: Callable[[int], float]) -> tuple[float, float]:
        """Return the largest number over all cells: no more than, and no less than; they agree but for rounding.

        Args:
            least: [cell], the number is no less than this
            most: [cell], and no more than this.
            exact: Returns it, of a cell, but for a few roundings; asked where the cell's number is not known so well.
        """
        least, most, cells = least.copy(), most.copy(), self.cells
        for _ in range(_TRIES):
            cell = int(most.argmax())
            if cells.proof.left <= 0:
                break
            if not cells.proof.exists(cells.pattern(cell)):
                most[cell] = -np.inf
            elif least[cell] >= most[cell] - _NEAR * abs(most[cell]):
                return float(most[cell]), float(least[cell])
            else:
                value = exact(cell)
                off = 8 * _EPSILON * abs(value)
                least[cell], most[cell] = value - off, value + off
        return float(most.max()), -np.inf

    def _jumping(self) -> np.ndarray:
        """Return to which outputs weights lead from a jump in the box [output]."""
        reach = np.zeros(len(self.low), bool)
        for number, layer in enumerate(self.network.layers):
            if isinstance(layer, Dense):
                reach = ((layer.weight != 0) & reach).any(axis=1)
            for node in [node for at, node in self.cells.jumps if at == number]:
                reach[node] = True
        return reach

    def _jumps(self, o: int, steepest: float) -> bool:
        """Return whether an output changes by more across the edge of a cell than its slopes allow."""
        polygons = self.cells.polygons
        here, there = polygons.points[:_MOST_EDGES], polygons.points[polygons.following][:_MOST_EDGES]
        along = there - here
        length = np.maximum(lengths(along), 1e-300)[:, None]
        beside = _BESIDE * np.column_stack([-along[:, 1], along[:, 0]]) / length
        middle = (here + there) / 2
        one, other = (np.clip(self.cells.place(middle + side * beside), self.low, self.high) for side in (-1, 1))
        change = np.abs(self.network(one)[:, o] - self.network(other)[:, o])
        return bool((change > 2 * steepest * lengths(one - other) + 4 * self.cells.off()[o].max()).any())
