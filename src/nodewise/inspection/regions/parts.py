"""Which polygons hang together: those with a common edge that are alike."""

import numpy as np
from jaxtyping import Bool, Float, Int

from nodewise.inspection.regions.mesh import Mesh


def joined(mesh: Mesh, alike: Bool[np.ndarray, " edge"]) -> Int[np.ndarray, " polygon"]:
    """Return the part each polygon belongs to, from 0.

    Args:
        mesh: The mesh.
        alike: [edge of `mesh.sides`], whether the polygons on its two sides belong together.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    _, beside = mesh.sides
    one, other = beside[alike & (beside[:, 1] >= 0)].T
    links = coo_array((np.ones(len(one), bool), (one, other)), shape=(mesh.count, mesh.count))
    return connected_components(links, directed=False)[1]


def same_map(
    mesh: Mesh, maps: Float[np.ndarray, "output polygon 3"], error: Float[np.ndarray, " output"]
) -> Bool[np.ndarray, " edge"]:
    """Return whether the maps on the two sides of each edge differ by no more than rounding."""
    one, other = mesh.sides[1].T
    apart = np.abs(maps[:, one] - maps[:, other]).max(axis=2)
    return (apart <= 2 * error[:, None]).all(axis=0)
