"""Deeper networks: conductance, the integral of both chains of slopes along the straight line from base to sample.

part[i, j] = (x_j - b_j) ∫₀¹ ∂f/∂h_i · ∂h_i/∂x_j dt. Of straight pieces the integrand is constant between two kinks,
so one point in each piece is exact. Otherwise Gauss's rule between the kinks, halved until halving changes nothing and
the parts add up to the change of the outputs (a kink missed close to an end falls between the points, and only the
second test sees it).
"""

import numpy as np
from jaxtyping import Float

from nodewise.inspection.explanation.kinks import kinks
from nodewise.inspection.gradients import inward, outward
from nodewise.inspection.straight import pieces
from nodewise.network import Network

_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(8)
_POINTS, _WEIGHTS = (_POINTS + 1) / 2, _WEIGHTS / 2
_TOLERANCE = 1e-14  # of the largest part, by which halving may change an interval's parts
_ROUNDING = 16 * np.finfo(float).eps  # of all that was added up on the way to an output
_HALVINGS = 44
_MOST_INTERVALS = 4096  # at a time
_MOST_WORK = 1e11  # multiplications for one base, half a minute; what is then left shows in the residual
_BLOCK = 1 << 20  # numbers per block of points, 8 MiB
_MOST_PIECES = 100_000


def parts(
    network: Network, x: Float[np.ndarray, " feature"], bases: Float[np.ndarray, "base feature"], layer: int
) -> Float[np.ndarray, "node feature output"]:
    """Return the parts of a hidden layer of a network with a linear output, averaged over the bases."""
    straight = all(dense.activation.piecewise_linear for dense in network.hidden)
    total = np.zeros((network.hidden[layer].outputs, network.inputs, network.outputs))
    for base in bases:
        line = _Line(network, base, x - base, layer)
        edges = _edges(network, base, x - base) if straight else None
        total += line.straight(edges) if edges is not None else line.curved()
    return total / len(bases)


def _edges(network: Network, base: np.ndarray, change: np.ndarray) -> Float[np.ndarray, " edge"] | None:
    found = pieces(network.folded.dense[: len(network.hidden)], base, change, 0.0, 1.0, _MOST_PIECES)
    return None if found is None else found.edges


class _Line:
    """The straight line from a base, t from 0 to 1."""

    def __init__(self, network: Network, base: np.ndarray, change: np.ndarray, layer: int) -> None:
        self.network, self.base, self.change, self.layer = network, base, change, layer
        self.shape = (network.hidden[layer].outputs, network.inputs, network.outputs)
        self.cost = network.inputs * network.parameters
        self.step = max(1, _BLOCK // max(np.prod(self.shape), max(network.sizes) * network.inputs))

    def straight(self, edges: Float[np.ndarray, " edge"]) -> Float[np.ndarray, "node feature output"]:
        """Return the parts, the integrand constant between two edges."""
        middle, width = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
        total = np.zeros(self.shape)
        for start in range(0, len(middle), self.step):
            rows = slice(start, start + self.step)
            total += np.einsum("p,pnfo->nfo", width[rows], self._at(middle[rows]))
        return total

    def curved(self) -> Float[np.ndarray, "node feature output"]:
        """Return the parts, intervals between kinks halved where that changes them."""
        edges = kinks(self.network, self.base, self.change)
        low, width = edges[:-1], np.diff(edges)
        now, total, points = self._gauss(low, width), np.zeros(self.shape), 0
        for level in range(1, _HALVINGS + 1):
            width = np.repeat(width / 2, 2)
            low = np.column_stack([low, low + width[::2]]).ravel()
            halves = self._gauss(low, width)
            points += len(_POINTS) * len(low)
            both = halves[::2] + halves[1::2]
            size = np.abs(total + both.sum(axis=0)).max(initial=0.0)
            done = np.abs(both - now).max(axis=(1, 2, 3)) <= _TOLERANCE * size
            done &= self._adds_up(both, low[::2], low[1::2] + width[1::2])
            if level == _HALVINGS or (~done).sum() > _MOST_INTERVALS or points * self.cost > _MOST_WORK:
                done[:] = True
            total += both[done].sum(axis=0)
            again = np.repeat(~done, 2)
            low, width, now = low[again], width[again], halves[again]
            if not low.size:
                break
        return total

    def _gauss(self, low: Float[np.ndarray, " interval"], width: Float[np.ndarray, " interval"]) -> np.ndarray:
        """Return Gauss's rule on every interval [interval, node, feature, output]."""
        found = np.empty((len(low), *self.shape))
        step = max(1, self.step // len(_POINTS))
        for start in range(0, len(low), step):
            rows = slice(start, start + step)
            here, weights = low[rows, None] + width[rows, None] * _POINTS, width[rows, None] * _WEIGHTS
            values = self._at(here.ravel()).reshape(*here.shape, *self.shape)
            found[rows] = np.einsum("ip,ipnfo->info", weights, values)
        return found

    def _adds_up(self, parts: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        """Return whether the parts of each interval add up to the change of the outputs [interval]."""
        points = self.base + np.concatenate([low, high])[:, None] * self.change
        start, end = np.split(self.network(points), 2)
        missing = np.abs(parts.sum(axis=(1, 2)) - (end - start))
        return (missing <= _ROUNDING * self._added_up(points)).all(axis=1)

    def _added_up(self, points: Float[np.ndarray, "point feature"]) -> Float[np.ndarray, " output"]:
        """Return the sum of the magnitudes whose rounding reaches an output, at most."""
        values, size = points, np.zeros(points.shape[1])
        trace, dense = self.network.trace(points), self.network.folded.dense
        for (_, after), layer in zip(trace, dense[: len(trace)], strict=True):
            weight = np.abs(layer.weight)
            size = layer.activation.lipschitz * (weight @ (size + np.abs(values).max(axis=0)) + np.abs(layer.bias))
            values = after
        return size

    def _at(self, t: Float[np.ndarray, " point"]) -> Float[np.ndarray, "point node feature output"]:
        """Return the integrand."""
        trace = self.network.trace(self.base + t[:, None] * self.change)
        slope = self.network.hidden[self.layer].activation.slope(trace[self.layer][0])
        into = slope[:, :, None] * inward(self.network, trace, self.layer) * self.change
        out = np.swapaxes(outward(self.network, trace, self.layer), 1, 2)
        return into[:, :, :, None] * out[:, :, None, :]
