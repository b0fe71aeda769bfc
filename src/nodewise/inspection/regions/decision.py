"""Where the winner changes: polygons cut along the lines on which two classes are equal."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from jaxtyping import Float, Int

from nodewise.inspection.regions.maps import at_corners
from nodewise.inspection.regions.mesh import Mesh, cut
from nodewise.inspection.regions.parts import joined
from nodewise.inspection.regions.sweep import agreed
from nodewise.inspection.rule import Rule


@dataclass(frozen=True, eq=False)
class Decision:
    """A plane of which each polygon has one winner.

    Attributes:
        mesh: The polygons.
        region: [polygon], the polygon of the network's own mesh that each is a part of.
        winner: [polygon], the class.
        part: [polygon], the connected part of its class it belongs to, from 0 over all classes.
    """

    mesh: Mesh
    region: Int[np.ndarray, " polygon"]
    winner: Int[np.ndarray, " polygon"]
    part: Int[np.ndarray, " polygon"]

    @property
    def borders(self) -> dict[tuple[int, int], Int[np.ndarray, "edge 2"]]:
        """The edges between each pair of classes, the smaller first."""
        ends, beside = self.mesh.sides
        inner = beside[:, 1] >= 0
        pair = np.sort(self.winner[beside], axis=1)
        apart = inner & (pair[:, 0] != pair[:, 1])
        found = {}
        for one, other in np.unique(pair[apart], axis=0).tolist():
            found[one, other] = ends[apart & (pair[:, 0] == one) & (pair[:, 1] == other)]
        return found


def decide(
    mesh: Mesh,
    scores: Float[np.ndarray, "class polygon 3"],
    error: Float[np.ndarray, " class"],
    rule: Rule,
    glued: bool,
) -> Decision:
    """Cut polygons so that one class wins on each, and tell which.

    Args:
        mesh: Of the network, which is straight on each polygon.
        scores: The largest wins.
        error: [class], how far the scores can be off.
        rule: Who wins where two are equal.
        glued: Whether the scores are continuous.
    """
    region = np.arange(mesh.count)
    for one, other in combinations(range(len(scores)), 2):
        difference = at_corners(scores[one] - scores[other], mesh.points[mesh.corners], region[mesh.owner])
        z = agreed(mesh, difference) if glued else difference
        tolerance = float(error[one] + error[other])
        z[np.abs(z) <= tolerance] = 0
        step = cut(mesh, z, tolerance, _possible(mesh, scores, region, one) & _possible(mesh, scores, region, other))
        mesh, region = step.mesh, region[step.parent]
    middle = mesh.middles
    values = np.stack([at_corners(maps, middle, region) for maps in scores])
    winner = rule.winner(values)
    one, other = mesh.sides[1].T
    return Decision(mesh, region, winner, joined(mesh, winner[one] == winner[other]))


def _possible(mesh: Mesh, scores: np.ndarray, region: np.ndarray, which: int) -> np.ndarray:
    """Return whether a class may win somewhere in each polygon: no single other one is ahead at all its corners."""
    possible = np.ones(mesh.count, bool)
    points, polygon = mesh.points[mesh.corners], region[mesh.owner]
    for other in range(len(scores)):
        if other != which:
            ahead = at_corners(scores[which] - scores[other], points, polygon)
            possible &= np.maximum.reduceat(ahead, mesh.starts[:-1]) >= 0
    return possible
