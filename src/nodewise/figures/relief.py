"""What pictures of surfaces share: the surface in space, with its contours on the floor below it."""

import textwrap
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d import Axes3D

from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.network import Network, Scale

# Below the middle orange, above it blue: told apart by the colour-blind, and the colours of signs elsewhere.
SIGNS = LinearSegmentedColormap.from_list("signs", [style.NEGATIVE, "#f7f7f7", style.POSITIVE])

_ELEVATION, _AZIMUTH = 20.0, -55.0  # the essay's
_CONTOURS = 16  # so that the middle colour lies between two of them
_FEATURES = 2
_SIZE = (7.2, 5.6)  # inches


def place(figure: Figure, box: tuple[float, float, float, float], zoom: Any = 1.0) -> Axes3D:
    """Return new axes in space, in a box (left, bottom, width, height) of the figure, seen as in the essay."""
    ax = figure.add_axes(box, projection="3d", computed_zorder=False)
    assert isinstance(ax, Axes3D)
    ax.view_init(elev=_ELEVATION, azim=_AZIMUTH)
    ax.set_box_aspect((1, 1, 0.75), zoom=zoom)
    return ax


def panel(ax: Axes | None) -> tuple[Figure, Axes3D]:
    """Return the figure and axes in space to draw on: those given, or new ones.

    Raises:
        NodewiseError: If the axes given are flat.
    """
    if ax is None:
        figure = Figure(figsize=_SIZE, dpi=100, facecolor="white")
        return figure, place(figure, (-0.05, -0.04, 0.92, 1.03))
    figure = ax.get_figure(root=True)
    if not isinstance(ax, Axes3D) or not isinstance(figure, Figure):
        raise NodewiseError('a surface needs axes in space. Got flat ones; make them with projection="3d".')
    return figure, ax


def draw(
    ax: Axes3D,
    across: Float[np.ndarray, " column"],
    up: Float[np.ndarray, " row"],
    values: Float[np.ndarray, "row column"],
    scale: "Range",
    *,
    lines: int = 100,
    colours: str | Colormap = SIGNS,
    level: float | None = None,
) -> bool:
    """Draw a surface, its contours on a floor half its height below it, and one level as a thick line on both.

    Args:
        ax: Axes in space.
        across: [column], along the first feature.
        up: [row], along the second.
        values: [row, column].
        scale: The values at both ends of the colours and of the height.
        lines: Largest number of lines of the mesh in either direction; more take longer.
        colours: A colour map.
        level: The value drawn as a thick line, on the surface and on the floor.

    Returns:
        Whether there is such a line: whether the surface crosses the level.
    """
    (least, most), (low, high) = scale.colours, scale.height
    floor = low - (high - low) / 2
    grid = np.meshgrid(across, up)
    shown = np.clip(values, least, most)
    edges = np.linspace(least, most, _CONTOURS)
    ax.contourf(*grid, shown, levels=edges, zdir="z", offset=floor, cmap=colours, vmin=least, vmax=most, zorder=1)
    ax.plot_surface(
        *grid, shown, cmap=colours, vmin=least, vmax=most, rcount=lines, ccount=lines, linewidth=0, antialiased=False,
        zorder=2,
    )  # fmt: skip
    crossed = level is not None and bool(shown.min() < level < shown.max())
    if crossed:
        for offset, order in ((floor, 1.5), (level, 3)):
            ax.contour(
                *grid, shown, levels=[level], offset=offset, colors=[style.INK], linewidths=2.2 if order > 2 else 1.6,
                zorder=order,
            )  # fmt: skip
    ax.set(xlim=(across[0], across[-1]), ylim=(up[0], up[-1]), zlim=(floor, high))
    height: Any = ax
    height.set_zticks([tick for tick in height.get_zticks() if low <= tick <= high])  # none between surface and floor
    return crossed


@dataclass(frozen=True)
class Range:
    """How values become colours and heights.

    Attributes:
        colours: The values at both ends of the colours.
        height: The values at both ends of the height; the floor lies half their distance below.
    """

    colours: tuple[float, float]
    height: tuple[float, float]


def fitted(low: float, high: float, network: Network, middle: float) -> Range:
    """Return the range of an output between low and high: its bounds if its activation has two, else its own.

    Without bounds the colours reach as far below the middle as above.
    """
    ends = bounds(network)
    if np.isfinite(ends).all():
        return Range(ends, ends)
    reach = max(abs(low - middle), abs(high - middle)) or 1.0
    return Range((middle - reach, middle + reach), (low, high) if low < high else (low - reach, high + reach))


def refuse_features(cut: Network, whole: Network, values: Float[np.ndarray, " feature"] | None = None) -> None:
    """Refuse other than two free features of a network cut from the whole, and offer the slice, through `values`.

    Raises:
        NodewiseError: If there are fewer or more.
    """
    if cut.inputs == _FEATURES:
        return
    names = ", ".join(map(str, cut.feature_names))
    if cut.inputs < _FEATURES:
        raise NodewiseError(
            f"a surface needs two features. Got 1: {names}. Draw the curve of one feature with nodewise.figures.fit, "
            "or hold fewer features fixed."
        )
    values = np.zeros(whole.inputs) if values is None else values
    others = [
        (name, style.number(value))
        for name, value in zip(whole.feature_names, values, strict=True)
        if name in cut.feature_names[_FEATURES:]
    ]
    offer = ", ".join(f"{name!r}: {value}" for name, value in others)
    raise NodewiseError(
        f"a surface needs two free features. Got {cut.inputs}: {names}. Hold the others fixed and draw that slice, "
        f"such as at={{{offer}}} (--at {','.join(f'{name}={value}' for name, value in others)})."
    )


def bounds(network: Network) -> tuple[float, float]:
    """Return the lowest and highest output that the output layer's activation allows; infinite where it allows any."""
    if isinstance(network.layers[-1], Scale):
        return -np.inf, np.inf
    return network.dense[-1].activation.low, network.dense[-1].activation.high


def write(
    ax: Axes3D, network: Network, output: int, title: str, scale: Range, colours: str | Colormap, level: float | None
) -> None:
    """Write names, numbers and the title; on a figure of its own also the scale of the colours, and the level on it."""
    dress(ax, network, output)
    figure = ax.get_figure(root=True)
    assert isinstance(figure, Figure)
    if len(figure.axes) > 1:
        ax.set_title(style.plain(title), fontsize=10.5, color=style.INK)
        return
    figure.text(0.02, 0.975, style.plain(textwrap.fill(title, 88)), fontsize=10.5, color=style.INK, va="top")
    mapped = ScalarMappable(Normalize(*scale.colours), colours)
    bar = figure.colorbar(mapped, cax=figure.add_axes((0.905, 0.25, 0.018, 0.45)))
    bar.ax.tick_params(labelsize=8.5, labelcolor=style.INK, color="#999999", length=2)
    bar.outline.set_visible(False)  # type: ignore[operator]
    if level is None:
        return
    bar.ax.axhline(level, color=style.INK, linewidth=2.0)
    bar.ax.set_title(f"line: {style.number(level)}", fontsize=8.5, color=style.INK, pad=8)


def dress(ax: Axes3D, network: Network, output: int) -> None:
    """Give axes in space their names and the house style: white walls, a light grid, small dark labels."""
    names = (*network.feature_names, network.output_names[output])
    units = (*network.feature_units, network.output_units[output])
    axes: tuple[Any, ...] = (ax.xaxis, ax.yaxis, ax.zaxis)  # what they can do in space is in no type stub
    for axis, name, unit in zip(axes, names, units, strict=True):
        axis.set_label_text(style.label(name, unit), fontsize=9.5, color=style.INK)
        axis.set_pane_color((1.0, 1.0, 1.0, 0.0))
        # matplotlib has no public way to colour the grid in space.
        axis._axinfo["grid"].update(color=style.GRID, linewidth=0.6)  # noqa: SLF001
        axis.line.set_color("#999999")
        axis.set_tick_params(labelsize=8.5, labelcolor=style.INK, colors="#999999", pad=1)
