"""The plane cut by the bends of every node, layer by layer: exact, for networks of straight lines of any depth."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from nodewise.activations import Activation
from nodewise.inspection.intervals import Layer
from nodewise.inspection.regions.maps import at_corners, begin, bend, off, scaled, steepest, weigh
from nodewise.inspection.regions.mesh import Cut, Mesh, cut, square, would_split
from nodewise.network import Dense, Scale

_CHUNK = 10_000_000  # numbers per array


@dataclass(frozen=True, eq=False)
class Knot:
    """Where a node bends or jumps.

    Attributes:
        layer: Of the network's layers of weights, from 0.
        node: From 0.
        segments: [segment, 2], the vertices of the mesh at the ends of each straight piece.
    """

    layer: int
    node: int
    segments: Int[np.ndarray, "segment 2"]


@dataclass(frozen=True, eq=False)
class Swept:
    """A plane cut by a network.

    Attributes:
        mesh: Its polygons; no node bends inside one.
        knots: One for each node that bends somewhere on the plane.
        stopped: Layer and node at which there would have been too many polygons, or None.
    """

    mesh: Mesh
    knots: tuple[Knot, ...]
    stopped: tuple[int, int] | None


def sweep(layers: Sequence[Layer], most: int) -> Swept:
    """Cut the square from -1 to 1 wherever a node bends.

    Args:
        layers: A chain over two coordinates.
        most: Largest number of polygons.
    """
    plane = _Plane(square(), [], most)
    maps, error = begin()
    last = max((i for i, layer in enumerate(layers) if _corners(layer)), default=-1)
    number = -1
    for place, layer in enumerate(layers[: last + 1]):
        error = off(layer, np.abs(maps).max(axis=(1, 2)), error)
        if isinstance(layer, Scale):
            maps = scaled(layer, maps)
            continue
        number += 1
        parent = plane.bend(number, layer, maps, error)
        if plane.stopped:
            break
        if place < last:
            maps = _behind(layer, maps, parent, plane.mesh)
            error = error * steepest(layer.activation)
    return Swept(plane.mesh, tuple(plane.knots), plane.stopped)


def _corners(layer: Layer) -> tuple[float, ...]:
    return _own_corners(layer.activation) if isinstance(layer, Dense) else ()


def _own_corners(activation: Activation) -> tuple[float, ...]:
    return (*activation.kinks, *activation.jumps)


def _blocks(layer: Dense, polygons: int) -> Iterator[slice]:
    """Yield a few nodes at a time, so that their maps on all polygons stay small."""
    step = max(1, _CHUNK // (3 * polygons))
    return (slice(first, min(first + step, layer.outputs)) for first in range(0, layer.outputs, step))


def _behind(layer: Dense, maps: np.ndarray, parent: np.ndarray, mesh: Mesh) -> np.ndarray:
    """Return the maps behind a layer on the polygons of now, each a part of its parent."""
    after = np.empty((layer.outputs, mesh.count, 3))
    for rows in _blocks(layer, mesh.count):
        after[rows] = bend(layer.activation, weigh(layer, maps, rows)[:, parent], mesh.middles)
    return after


@dataclass(eq=False)
class _Plane:
    """The plane while it is cut.

    Attributes:
        mesh: Its polygons.
        knots: Of the nodes so far.
        most: Largest number of polygons.
        glued: Whether what comes out of the layers so far is the same on both sides of an edge.
        stopped: As of `Swept`.
    """

    mesh: Mesh
    knots: list[Knot]
    most: int
    glued: bool = True
    stopped: tuple[int, int] | None = None

    def bend(self, number: int, layer: Dense, maps: np.ndarray, error: np.ndarray) -> Int[np.ndarray, " polygon"]:
        """Cut by all nodes of a layer; return, for each polygon, the one before the layer that it is a part of."""
        parent = np.arange(self.mesh.count)
        for rows in _blocks(layer, self.mesh.count):
            for node, z in enumerate(weigh(layer, maps, rows), rows.start):
                segments = [np.empty((0, 2), np.intp)]
                for place in self._places(layer.activation, self._values(z, parent)):
                    values = self._values(z, parent) - place
                    step = self._cut(values, error[node] + np.finfo(float).eps * abs(place))
                    if step is None:
                        self.stopped = number, node
                        return parent
                    self.mesh, parent = step.mesh, parent[step.parent]
                    segments.append(step.segments)
                if any(map(len, segments)):
                    self.knots.append(Knot(number, node, np.concatenate(segments)))
        self.glued &= not layer.activation.jumps
        return parent

    def _values(self, z: Float[np.ndarray, "before 3"], parent: np.ndarray) -> Float[np.ndarray, " corner"]:
        """Return a pre-activation at each corner; on a glued mesh one number for each vertex."""
        values = at_corners(z, self.mesh.points[self.mesh.corners], parent[self.mesh.owner])
        return agreed(self.mesh, values) if self.glued else values

    def _cut(self, values: np.ndarray, tolerance: float) -> Cut | None:
        values[np.abs(values) <= tolerance] = 0
        if self.mesh.count + np.count_nonzero(would_split(self.mesh, values)) > self.most:
            return None
        return cut(self.mesh, values, tolerance)

    def _places(self, activation: Activation, z: np.ndarray) -> list[float]:
        """Return the corners of an activation, and their repetitions, between the smallest and the largest z."""
        corners, period = np.array(_own_corners(activation)), activation.period
        if period is None:
            return corners.tolist()
        first, last = np.ceil((z.min() - corners) / period), np.floor((z.max() - corners) / period)
        last = np.minimum(last, first + self.most)  # so many cannot all be cut
        return [c + k * period for c, a, b in zip(corners, first, last, strict=True) for k in np.arange(a, b + 1)]


def agreed(mesh: Mesh, values: Float[np.ndarray, " corner"]) -> Float[np.ndarray, " corner"]:
    """Return values that do not differ at a vertex: of those that differ by rounding, one."""
    shared = np.empty(len(mesh.points))
    shared[mesh.corners] = values
    return shared[mesh.corners]
