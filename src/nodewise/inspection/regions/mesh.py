"""A plane cut into convex polygons that share their vertices, and one more straight cut through any of them.

A cut makes one vertex on an edge, used by the polygons on both sides, so that they fill the plane without gaps or
overlaps whatever the rounding. A vertex closer to a cut than its tolerance lies on it. A part thinner than the rounding
of its vertices is not cut off: its polygon keeps it, and the vertices of the cut on its edges.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int

from nodewise.inspection.rings import Rings

_THIN = 32 * float(np.finfo(float).eps)  # twice the area over the reach; the vertices are good to a few roundings of 1


@dataclass(frozen=True, eq=False)
class Mesh(Rings):
    """Convex polygons.

    Attributes:
        points: [vertex, 2].
        corners: [corner], the vertex of each corner, polygon after polygon, each counterclockwise.
        starts: [polygon + 1], where the corners of each polygon begin, and the number of corners.
    """

    points: Float[np.ndarray, "vertex 2"]
    corners: Int[np.ndarray, " corner"]
    starts: Int[np.ndarray, " bound"]

    @cached_property
    def edges(self) -> Int[np.ndarray, "corner 2"]:
        """The edge that begins at each corner, as its two vertices, the smaller number first."""
        ends = np.stack([self.corners, self.corners[self.following]], axis=1)
        return np.sort(ends, axis=1)

    @cached_property
    def middles(self) -> Float[np.ndarray, "polygon 2"]:
        """A point inside each polygon: the mean of its corners."""
        return np.add.reduceat(self.points[self.corners], self.starts[:-1]) / np.diff(self.starts)[:, None]

    @cached_property
    def areas(self) -> Float[np.ndarray, " polygon"]:
        """Area of each polygon, by triangles from its first corner."""
        base = self.points[self.corners[self.starts[:-1]]][self.owner]
        a, b = self.points[self.corners] - base, self.points[self.corners[self.following]] - base
        return np.add.reduceat(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0], self.starts[:-1]) / 2

    @cached_property
    def sides(self) -> tuple[Int[np.ndarray, "edge 2"], Int[np.ndarray, "edge 2"]]:
        """Each edge once, as its two vertices, and the polygons on its two sides, -1 where the plane ends."""
        ends, first, which = np.unique(_keys(self.edges), return_index=True, return_inverse=True)
        beside = np.full((len(ends), 2), -1)
        others = np.ones(len(self.corners), bool)
        others[first] = False
        beside[:, 0] = self.owner[first]
        beside[which[others], 1] = self.owner[others]
        return self.edges[first], beside

    @property
    def euler(self) -> int:
        """Vertices minus edges plus polygons: 1 for a plane without holes."""
        return len(np.unique(self.corners)) - len(self.sides[0]) + self.count

    def polygon(self, index: int) -> Float[np.ndarray, "corner 2"]:
        """Return the corners of one polygon."""
        return self.points[self.corners[self.starts[index] : self.starts[index + 1]]]


@dataclass(frozen=True, eq=False)
class Cut:
    """What a cut made of a mesh.

    Attributes:
        mesh: The mesh after it.
        parent: [polygon], the polygon before it that each one is a part of.
        segments: [segment, 2], the two vertices of each piece of the cut.
    """

    mesh: Mesh
    parent: Int[np.ndarray, " polygon"]
    segments: Int[np.ndarray, "segment 2"]


def square() -> Mesh:
    """Return the square from -1 to 1 in both directions as one polygon."""
    return Mesh(np.array([[-1.0, -1], [1, -1], [1, 1], [-1, 1]]), np.arange(4), np.array([0, 4]))


def would_split(mesh: Mesh, z: Float[np.ndarray, " corner"], chosen: Bool[np.ndarray, " polygon"] | None = None):
    """Return which polygons the line z = 0 goes through [polygon]; z is 0 at corners that lie on it."""
    split = (np.minimum.reduceat(z, mesh.starts[:-1]) < 0) & (np.maximum.reduceat(z, mesh.starts[:-1]) > 0)
    return split if chosen is None else split & chosen


def cut(
    mesh: Mesh, z: Float[np.ndarray, " corner"], tolerance: float, chosen: Bool[np.ndarray, " polygon"] | None = None
) -> Cut:
    """Cut polygons along z = 0.

    Args:
        mesh: The mesh.
        z: [corner], a function that is straight on each polygon; 0 at the corners that lie on the cut. Two polygons may
            differ in it on their common edge, which then gets a vertex for each.
        tolerance: Below it z counts as 0, where a neighbour's cut meets an edge.
        chosen: [polygon], which may be cut; None for all.
    """
    split = would_split(mesh, z, chosen)
    lying = _lying(mesh, z, split)
    if not split.any():
        return Cut(mesh, np.arange(mesh.count), lying)
    after = z[mesh.following]
    crossing = np.flatnonzero((np.sign(z) * np.sign(after) < 0) & split[mesh.owner])
    edge, share, points = _new_vertices(mesh, z, crossing)
    hit, event = _hits(mesh, edge)
    touched = split.copy()
    touched[mesh.owner[hit]] = True
    own = np.flatnonzero(touched[mesh.owner])
    # The corners of the polygons touched, with the new ones behind the corner whose edge they are on.
    place = np.searchsorted(own, hit)
    forward = mesh.corners[hit] == edge[event, 0]
    order = np.lexsort([np.where(forward, share[event], -share[event]), place])
    place, hit, event = place[order], hit[order], event[order]
    corners = np.insert(mesh.corners[own], place + 1, len(mesh.points) + event)
    values = np.insert(z[own], place + 1, _value(mesh, z, hit, share[event], tolerance))
    owner = np.insert(mesh.owner[own], place + 1, mesh.owner[hit])
    whole = np.flatnonzero(~touched)
    sign, cuttable = _signs(values, owner, split)
    segments = corners[cuttable & (sign == 0)].reshape(-1, 2)
    every = np.concatenate([mesh.points, points])
    for side in (1, -1):
        cuttable &= ~_thin(every[corners], owner, cuttable & (sign * side >= 0))
    upper, lower = ~cuttable | (sign >= 0), cuttable & (sign <= 0)
    kept = ~touched[mesh.owner]
    lengths = np.diff(mesh.starts)[whole]
    parts = [_runs(owner[upper]), _runs(owner[lower])]
    result = Mesh(
        every,
        np.concatenate([mesh.corners[kept], corners[upper], corners[lower]]),
        np.concatenate([[0], np.cumsum(np.concatenate([lengths, *(count for *_, count in parts)]))]),
    )
    return Cut(result, np.concatenate([whole, *(name for name, *_ in parts)]), np.concatenate([lying, segments]))


def _lying(mesh: Mesh, z: np.ndarray, split: np.ndarray) -> np.ndarray:
    """Return the edges that lie on the cut, of polygons it does not go through, each once."""
    on = np.flatnonzero(z == 0)
    on = on[(z[mesh.following[on]] == 0) & ~split[mesh.owner[on]]]
    ends = np.sort(np.stack([mesh.corners[on], mesh.corners[mesh.following[on]]], axis=1), axis=1)
    return np.unique(ends, axis=0)


def _new_vertices(mesh: Mesh, z: np.ndarray, crossing: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return edge [vertex, 2], share of the way along it, and point of each new vertex, in the order of the edges."""
    here, there = crossing, mesh.following[crossing]
    swapped = mesh.corners[here] > mesh.corners[there]
    here, there = np.where(swapped, there, here), np.where(swapped, here, there)
    edge, share = np.stack([mesh.corners[here], mesh.corners[there]], axis=1), z[here] / (z[here] - z[there])
    key = _keys(edge)
    order = np.lexsort([share, key])
    key, share = key[order], share[order]
    fresh = np.ones(len(order), bool)  # two polygons mostly find the same
    fresh[1:] = (np.diff(key) != 0) | (np.diff(share) != 0)
    edge, share = edge[order][fresh], share[fresh]
    first, second = mesh.points[edge[:, 0]], mesh.points[edge[:, 1]]
    return edge, share, first + share[:, None] * (second - first)


def _hits(mesh: Mesh, edge: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return corners whose edges hold a new vertex, and that vertex; an edge may hold two."""
    touched = np.zeros(len(mesh.points), bool)
    touched[edge] = True
    begins = touched[mesh.corners]
    near = np.flatnonzero(begins & begins[mesh.following])
    ends = np.sort(np.stack([mesh.corners[near], mesh.corners[mesh.following[near]]], axis=1), axis=1)
    keys, wanted = _keys(edge), _keys(ends)
    first, last = np.searchsorted(keys, wanted, "left"), np.searchsorted(keys, wanted, "right")
    number = last - first
    event = np.repeat(first - np.cumsum(number) + number, number) + np.arange(number.sum())
    return np.repeat(near, number), event


def _value(mesh: Mesh, z: np.ndarray, hit: np.ndarray, share: np.ndarray, tolerance: float) -> np.ndarray:
    """Return z at new vertices as the polygon of each corner has it: 0 where it is its own cut that made them."""
    here, there = hit, mesh.following[hit]
    swapped = mesh.corners[here] > mesh.corners[there]
    low, high = z[np.where(swapped, there, here)], z[np.where(swapped, here, there)]
    value = low + share * (high - low)
    with np.errstate(divide="ignore", invalid="ignore"):
        mine = (np.sign(low) * np.sign(high) < 0) & (low / (low - high) == share)
    return np.where(mine | (np.abs(value) <= tolerance), 0.0, value)


def _signs(values: np.ndarray, owner: np.ndarray, split: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the sign of each corner, exactly two of each polygon that is cut being 0, and which corners are of such.

    A corner on the line is one of the two only if the line goes through the polygon there; the others take the side of
    their neighbours.
    """
    sign = np.sign(values).astype(np.int8)
    starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
    ends = np.r_[starts[1:], len(owner)] - 1
    before, after = np.arange(len(owner)) - 1, np.arange(len(owner)) + 1
    before[starts], after[ends] = ends, starts
    cuttable = split[owner]
    last, coming = _beyond(sign, before, cuttable), _beyond(sign, after, cuttable)
    on = sign == 0
    through = on & (last * coming < 0) & (sign[before] != 0)
    sign = np.where(on & ~through, np.where(last == coming, last, coming), sign).astype(np.int8)
    twice = np.add.reduceat((sign == 0).astype(int), starts) == 2
    return sign, cuttable & np.repeat(twice, ends - starts + 1)


def _thin(points: np.ndarray, owner: np.ndarray, part: np.ndarray) -> Bool[np.ndarray, " corner"]:
    """Return the corners of polygons of which the part with these corners is thinner than rounding."""
    thin = np.zeros(len(owner), bool)
    if part.any():
        name, starts, counts = _runs(owner[part])
        own = points[part]
        arm = own - np.repeat(own[starts], counts, axis=0)
        ahead = np.r_[arm[1:], arm[:1]]  # the arm of the last corner meets that of the next polygon's first, which is 0
        twice = np.add.reduceat(arm[:, 0] * ahead[:, 1] - arm[:, 1] * ahead[:, 0], starts)
        reach = np.maximum.reduceat(np.abs(arm).max(axis=1), starts)
        found = name[twice <= _THIN * reach]
        if len(found):
            thin = np.isin(owner, found)
    return thin


def _beyond(sign: np.ndarray, step: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return the sign of the nearest corner off the line in one direction."""
    at = step
    while (empty := (sign[at] == 0) & wanted).any():
        at = np.where(empty, step[at], at)
    return sign[at]


def _runs(owner: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the polygons that a list of corners is of, in order, where each begins, and how many corners it has."""
    starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]]) if len(owner) else np.empty(0, int)
    return owner[starts], starts, np.diff(np.r_[starts, len(owner)])


def _keys(edges: Int[np.ndarray, "edge 2"]) -> Int[np.ndarray, " edge"]:
    """Return one number for each edge, in the order of its vertices."""
    return edges[:, 0] * (np.int64(1) << 32) + edges[:, 1]
