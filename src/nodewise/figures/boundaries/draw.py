"""The picture of a classifier, over one feature or two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from nodewise.data.dataset import Dataset
from nodewise.figures import style
from nodewise.figures.boundaries.line import draw_line
from nodewise.figures.boundaries.palette import palette
from nodewise.figures.boundaries.plane import draw_plane
from nodewise.inspection.boundaries import Boundaries
from nodewise.inspection.boundaries import boundaries as read


@dataclass(frozen=True, eq=False)
class BoundariesDisplay(style.Display):
    """A classifier, drawn.

    Attributes:
        reading: The reading drawn; over two features its `plane` holds the winners and margins on the grid.
        x: [point], over one feature the places where the outputs are drawn; None over two.
        outputs: [point, output], the outputs there.
    """

    reading: Boundaries
    x: Float[np.ndarray, " point"] | None
    outputs: Float[np.ndarray, "point output"] | None


def boundaries(
    fit: Any,
    data: Dataset | None = None,
    *,
    features: str | Sequence[str] | None = None,
    at: Mapping[str, float] | None = None,
    threshold: float | None = None,
    low: float | Sequence[float] | None = None,
    high: float | Sequence[float] | None = None,
    points: int = 200,
    ax: Axes | None = None,
) -> BoundariesDisplay:
    """Draw where a classifier changes its mind: curves and crossings over one feature, regions over two.

    Args:
        fit: A fit, a network, or the reading `nodewise.boundaries` made, for which the rest is left out.
        data: Samples to draw, the wrong ones marked; the fit's own unless given.
        features: As in the reading, as are the following.
        at: Where the other features are held.
        threshold: Of one output.
        low: Where the range begins.
        high: Where it ends.
        points: Points of the grid along each of two features.
        ax: Axes to draw on; new ones unless given.

    Raises:
        NodewiseError: If the reading refuses.
    """
    reading = fit
    if not isinstance(fit, Boundaries):
        data = getattr(fit, "data", None) if data is None else data
        reading = read(fit, data, features=features, at=at, threshold=threshold, low=low, high=high, points=points)
    colours = palette(reading)
    if reading.line is not None:
        figure, ax = style.panel(ax)
        x, outputs = draw_line(ax, reading, colours, data)
        return BoundariesDisplay(figure, ax, reading, x, outputs)
    figure, ax = style.panel(ax, (style.WIDE[0], 4.8))
    draw_plane(ax, reading, colours, data)
    return BoundariesDisplay(figure, ax, reading, None, None)
