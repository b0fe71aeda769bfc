"""The exact geometry as the page draws it: the knots of a curve, or the mosaic of a plane, of the final weights.

Of other weights the page computes both itself; these are the readings' own.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.inspection.pieces import LinearPieces
from nodewise.inspection.reading import Reading
from nodewise.inspection.regions import Regions

Arrays = dict[str, np.ndarray]

_MOST_BYTES = 300_000
_UNITS = {"pieces": "breakpoints", "regions": "regions"}


def exact(readings: Mapping[str, Reading]) -> tuple[dict[str, str], Arrays]:
    """Return the arrays of pieces or regions, and by reading what is left out of them.

    Knots: `pieces.places` [knot]; `pieces.slopes` [piece, output] and `pieces.values` [piece, 2, output], at both ends;
    `pieces.switches` [switch, 3], knot, layer and node.

    A mosaic: `regions.points` [vertex, 2] and `regions.corners` [corner], from `regions.starts` [polygon + 1] on;
    `regions.region` [polygon], `regions.winner` [polygon], the class where there are classes, which cut regions into
    several polygons; `regions.centres` [region, 2], `regions.values` [region, output], `regions.slopes` [region,
    output, 2], `regions.areas` [region]. Polylines: `regions.folds` and `regions.boundary` [vertex, 2], and of each
    line [line, 3] where it begins and its layer and node, `regions.fold_lines`, or its two classes,
    `regions.boundary_lines`.

    Args:
        readings: Of an inspection, by name.

    Returns:
        For pieces or regions "" or a sentence, where they take more than 300 kB; and the arrays.
    """
    said: dict[str, str] = {}
    arrays: Arrays = {}
    for name, of in _OF.items():
        if name in readings:
            own = of(readings[name])
            large = sum(array.nbytes for array in own.values()) > _MOST_BYTES
            said[name] = f"To keep the page small, it does not hold the {_UNITS[name]} of the final weights."
            if not large:
                said[name] = ""
                arrays |= {f"{name}.{part}": array for part, array in own.items()}
    return said, arrays


def _knots(reading: Any) -> Arrays:
    assert isinstance(reading, LinearPieces)
    switches = [(knot, layer, node) for knot, nodes in enumerate(reading.nodes) for layer, node in nodes]
    return {
        "places": reading.breakpoints,
        "slopes": reading.slopes,
        "values": reading.values,
        "switches": np.array(switches, np.int32).reshape(-1, 3),
    }


def _mosaic(reading: Any) -> Arrays:
    assert isinstance(reading, Regions)
    decision = reading.decision
    mesh = reading.mesh if decision is None else decision.mesh
    folds = [((fold.layer, fold.node), line) for fold in reading.folds for line in fold.lines]
    codes = {label: code for code, label in enumerate(reading.classes)}
    borders = [((codes[border.classes[0]], codes[border.classes[1]]), border.points) for border in reading.boundary]
    own = {
        "points": reading.plane.place(mesh.points),
        "corners": mesh.corners.astype(np.int32),
        "starts": mesh.starts.astype(np.int32),
        "region": (np.arange(mesh.count) if decision is None else decision.region).astype(np.int32),
        "centres": reading.centres,
        "values": reading.values,
        "slopes": reading.slopes,
        "areas": reading.areas,
    }
    own["folds"], own["fold_lines"] = _lines(folds)
    if decision is not None:
        own["winner"] = decision.winner.astype(np.int32)
        own["boundary"], own["boundary_lines"] = _lines(borders)
    return own


def _lines(
    lines: Iterable[tuple[tuple[int, int], Float[np.ndarray, "vertex 2"]]],
) -> tuple[Float[np.ndarray, "vertex 2"], np.ndarray]:
    """Return all vertices in a row, and where each line begins with the pair it belongs to."""
    points, rows, at = [np.empty((0, 2))], [], 0
    for pair, line in lines:
        points.append(line)
        rows.append((at, *pair))
        at += len(line)
    return np.concatenate(points), np.array(rows, np.int32).reshape(-1, 3)


_OF: dict[str, Callable[[Any], Arrays]] = {"pieces": _knots, "regions": _mosaic}
