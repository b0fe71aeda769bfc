"""The output of a network over two features, as a surface in space."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.colors import Colormap
from mpl_toolkits.mplot3d import Axes3D

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.figures import relief, style
from nodewise.figures.subject import find_output
from nodewise.inspection.reading import as_network, refuse_encoded
from nodewise.network import Network, Predictor
from nodewise.network.slices import sliced

_FEATURES = 2
_BOX = (-6.0, 6.0)  # the essay's, where there are no data
_GRID = (99, 101)


@dataclass(frozen=True, eq=False)
class SurfaceDisplay(style.Display):
    """A surface in space, its contours on the floor, and one level as a thick line on both.

    Attributes:
        across: [column], places along the first free feature.
        up: [row], along the second.
        values: [row, column], the output.
        level: The value of the thick line.
        at: The features held fixed.
    """

    across: Float[np.ndarray, " column"]
    up: Float[np.ndarray, " row"]
    values: Float[np.ndarray, "row column"]
    level: float
    at: dict[str, float]


def surface(
    fit_or_network: Any,
    data: Dataset | None = None,
    *,
    output: int | str = 0,
    box: Sequence[tuple[float, float]] | None = None,
    at: Mapping[str, float] | None = None,
    level: float | None = None,
    colours: str | Colormap = relief.SIGNS,
    title: str = "",
    ax: Axes3D | None = None,
) -> SurfaceDisplay:
    """Draw one output over two features: the surface, its contours on the floor, and where it crosses a level.

    Args:
        fit_or_network: A fit or a network.
        data: Samples whose range is drawn; by default those of the fit.
        output: Index or name of the output.
        box: (low, high) for each of the two features; by default the range of the data, or from -6 to 6 without data.
        at: Where the network has more than two features, the value each of the others is held at, by name.
        level: The value drawn as a thick line; by default 0, or, of one output, where a classifier changes its mind:
            the middle of what its activation can give.
        colours: A colour map, diverging around the middle of what the output can be, or around the level.
        title: What stands above; made from the names unless given.
        ax: Axes in space to draw on; new ones unless given.

    Raises:
        NodewiseError: If the network has other than two free features, or something named is not there.
    """
    network = getattr(fit_or_network, "network", fit_or_network)
    if isinstance(network, Predictor):
        as_network(network)  # refuses it, with the reason
    if not isinstance(network, Network):
        raise NodewiseError(f"a surface needs a Network or a Fit. Got {type(network).__name__}.")
    refuse_encoded(fit_or_network, "a surface")
    data = getattr(fit_or_network, "data", None) if data is None else data
    held = dict(at or {})
    cut = sliced(network, held)
    relief.refuse_features(cut, network, None if data is None else np.median(data.inputs, axis=0))
    which = find_output(network, output)
    (left, right), (front, back) = _box(box, network, data, held)
    level = _level(level, network)
    columns, rows = _GRID
    across, up = np.linspace(left, right, columns), np.linspace(front, back, rows)
    values = cut(np.stack([v.ravel() for v in np.meshgrid(across, up)], 1))[:, which].reshape(rows, columns)
    scale = relief.fitted(float(values.min()), float(values.max()), network, level)
    figure, ax = relief.panel(ax)
    line = level if relief.draw(ax, across, up, values, scale, colours=colours, level=level) else None
    relief.write(ax, cut, which, title or _title(cut, which, held), scale, colours, line)
    return SurfaceDisplay(figure, ax, across, up, values, level, held)


def _box(box: Any, network: Network, data: Dataset | None, held: Mapping[str, float]) -> list[tuple[float, float]]:
    free = [i for i, name in enumerate(network.feature_names) if name not in held]
    if box is None:
        return [_BOX if data is None else (float(data.low[i]), float(data.high[i])) for i in free]
    try:
        pairs = np.array(box, float)
    except (TypeError, ValueError):
        pairs = np.empty(0)
    if pairs.shape != (_FEATURES, 2) or not np.isfinite(pairs).all() or (pairs[:, 0] >= pairs[:, 1]).any():
        raise NodewiseError(
            f"box must be two pairs (low, high) with low below high, such as [(-6, 6), (0, 1)]. Got {box!r}."
        )
    return [(float(pairs[i, 0]), float(pairs[i, 1])) for i in range(_FEATURES)]


def _level(level: float | None, network: Network) -> float:
    if level is None:
        return network.threshold if network.outputs == 1 else 0.0
    if isinstance(level, bool) or not isinstance(level, int | float | np.number) or not np.isfinite(level):
        raise NodewiseError(f"level must be a finite number. Got {level!r}.")
    return float(level)


def _title(cut: Network, which: int, held: Mapping[str, float]) -> str:
    fixed = ", ".join(f"{name} = {style.number(value)}" for name, value in held.items())
    names = " and ".join(map(str, cut.feature_names))
    return f"{cut.output_names[which]} over {names}" + (f", at {fixed}" if fixed else "")
