"""A family of random networks: many small pictures on a page, each with the number that replays it, or one of them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from nodewise.errors import NodewiseError
from nodewise.figures import relief, style
from nodewise.figures.subject import find_output
from nodewise.inspection.family import Family
from nodewise.network import Network
from nodewise.network.slices import sliced

_PAGE = 10.0  # inches across
_HEAD = 0.75  # inches of words above the pictures
_WIDE = 9 / 16  # height of a curve's picture beside its width, the essay's
_MOST = 49
_LINES = 40  # of a mesh as small as a stamp
_ROOM = 0.1  # of the range of the outputs, above and below: y from -1.2 to 1.2 with tanh


@dataclass(frozen=True, eq=False)
class FamilyDisplay(style.Display):
    """Pictures of random networks.

    Attributes:
        indices: The networks drawn; family.networks[index] is each.
        x: The places along each feature drawn.
        values: [picture, place, output] of curves, [picture, row, column] of surfaces.
        limits: The lowest and highest value of all the pictures' axes.
    """

    indices: tuple[int, ...]
    x: tuple[Float[np.ndarray, " place"], ...]
    values: Float[np.ndarray, "picture ..."]
    limits: tuple[float, float]


def family(
    family: Family,
    which: int | Sequence[int] | None = None,
    *,
    output: int | str = 0,
    at: Mapping[str, float] | None = None,
) -> FamilyDisplay:
    """Draw a family: one small picture per network, with its index, which together with the seed draws it again.

    Of one feature all outputs are curves; of two one output is a surface with its contours on the floor.

    Args:
        family: What `nodewise.family` returned.
        which: The networks to draw, up to 49 of them: an index or several; by default the first ones.
        output: Of two features: the output drawn.
        at: Of more features: the values the others are held at, by name (x1, x2, …), so that two or one are left.

    Raises:
        NodewiseError: If there is no such network, or more than two features are left.
    """
    if not isinstance(family, Family):
        raise NodewiseError(f"a picture of a family needs a Family. Got {type(family).__name__}; see nodewise.family.")
    indices = _indices(which, len(family))
    networks = [sliced(family.networks[i], at or {}) for i in indices]
    title = _title(family, indices, at or {})
    if networks[0].inputs == 1:
        return _draw_curves(networks, indices, family.places(1), title)
    relief.refuse_features(networks[0], family.networks[0])
    return _draw_surfaces(networks, indices, family.places(2), find_output(networks[0], output), title)


def _indices(which: int | Sequence[int] | None, count: int) -> tuple[int, ...]:
    if which is None:
        return tuple(range(min(count, _MOST)))
    given: list[Any] = list(which) if isinstance(which, Iterable) else [which]
    right = all(isinstance(i, int | np.integer) and not isinstance(i, bool) and 0 <= i < count for i in given)
    if not right or not 1 <= len(given) <= _MOST:
        raise NodewiseError(
            f"which must be an index from 0 to {count - 1}, or a list of up to {_MOST} of them. Got {which!r}."
        )
    return tuple(int(i) for i in given)


def _title(family: Family, indices: tuple[int, ...], at: Mapping[str, float]) -> str:
    what = str(family).partition(" ")[2].removeprefix("networks ").removeprefix("network ")
    held = "".join(f", {name} = {style.number(value)}" for name, value in at.items())
    return f"Networks {what}{held}" if indices[1:] else f"Network {min(indices)} of {what}{held}"


def _draw_curves(
    networks: Sequence[Network], indices: tuple[int, ...], places: tuple[np.ndarray, ...], title: str
) -> FamilyDisplay:
    values = np.stack([network(places[0]) for network in networks])
    limits = _limits(values, networks[0])
    names = networks[0].output_names
    colours = style.NODES if names[1:] else [style.INK]
    if len(networks) == 1:
        figure, ax = style.panel(None)
        style.write(ax, title, style.label(networks[0].feature_names[0]), "" if names[1:] else names[0])
        frames = [ax]
    else:
        lines = f"x from {_ends(places[0])}, y from {style.number(limits[0])} to {style.number(limits[1])}"
        figure, boxes = _page(len(networks), title, lines, _WIDE)
        frames = [_small(figure, box, index) for box, index in zip(boxes, indices, strict=True)]
    for ax, curves in zip(frames, values, strict=True):
        for o, curve in enumerate(curves.T):
            colour = colours[o % len(colours)]
            ax.plot(places[0], curve, color=colour, linewidth=2.0 if len(frames) == 1 else 1.3, label=names[o])
        ax.set(xlim=(places[0][0], places[0][-1]), ylim=limits)
    if len(names) > 1:
        _legend(figure, frames, colours, names)
    return FamilyDisplay(figure, frames[0], indices, places, values, limits)


def _draw_surfaces(
    networks: Sequence[Network], indices: tuple[int, ...], places: tuple[np.ndarray, ...], output: int, title: str
) -> FamilyDisplay:
    across, up = places
    grid = np.stack([axis.ravel() for axis in np.meshgrid(*places)], axis=1)
    values = np.stack([network(grid)[:, output].reshape(len(up), len(across)) for network in networks])
    level = networks[0].threshold if networks[0].outputs == 1 else 0.0
    scales = [relief.fitted(float(each.min()), float(each.max()), networks[0], level) for each in values]
    limits = min(scale.height[0] for scale in scales), max(scale.height[1] for scale in scales)
    if len(networks) == 1:
        figure, ax = relief.panel(None)
        line = level if relief.draw(ax, across, up, values[0], scales[0], level=level) else None
        relief.write(ax, networks[0], output, title, scales[0], relief.SIGNS, line)
        return FamilyDisplay(figure, ax, indices, places, values, limits)
    common = len(set(scales)) == 1  # the bounds of the activation; else each has its own, written beside it
    name = "" if networks[0].outputs == 1 else f"{networks[0].output_names[output]}: "
    heights = f"heights from {_ends(limits)}" if common else "heights as written"
    figure, boxes = _page(len(networks), title, f"{name}both features from {_ends(across)}, {heights}")
    frames = [relief.place(figure, (box[0], box[1], box[2], box[3] * 0.96), 1.1) for box in boxes]
    for ax, surface, scale, box, index in zip(frames, values, scales, boxes, indices, strict=True):
        ax.set_axis_off()
        relief.draw(ax, across, up, surface, scale, lines=_LINES)
        words = str(index) if common else f"{index}: {_ends((surface.min(), surface.max()))}"
        figure.text(box[0] + 0.004, box[1] + box[3] - 0.004, words, fontsize=8, color=style.INK, va="top")
    return FamilyDisplay(figure, frames[0], indices, places, values, limits)


def _limits(values: np.ndarray, network: Network) -> tuple[float, float]:
    low, high = relief.bounds(network)
    if math.isfinite(low) and math.isfinite(high):
        return low - _ROOM * (high - low), high + _ROOM * (high - low)
    return style.reach(values)


def _ends(places: Sequence[float] | np.ndarray) -> str:
    return f"{style.number(places[0])} to {style.number(places[-1])}"


def _page(
    count: int, title: str, subtitle: str, shape: float = 1.0
) -> tuple[Figure, list[tuple[float, float, float, float]]]:
    """Return a page with its words, and the box (left, bottom, width, height) of each picture, row by row.

    Args:
        count: Number of pictures.
        title: In large letters.
        subtitle: Below it.
        shape: Height of a picture, in its widths.
    """
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    side = _PAGE / columns
    height = _HEAD + rows * side * shape
    figure = Figure(figsize=(_PAGE, height), dpi=100, facecolor="white")
    left, top = 0.012, 1 - 0.12 / height
    figure.text(left, top, style.plain(title), fontsize=13, color=style.INK, va="top")
    words = f"{subtitle}; the number of each is its index"
    figure.text(left, top - 0.3 / height, style.plain(words), fontsize=9.5, color=style.INK, va="top")
    wide, tall = side / _PAGE, side * shape / height
    return figure, [(i % columns * wide, (rows - 1 - i // columns) * tall, wide, tall) for i in range(count)]


def _small(figure: Figure, box: tuple[float, float, float, float], index: int) -> Axes:
    left, bottom, wide, tall = box
    ax = figure.add_axes((left + 0.06 * wide, bottom + 0.06 * tall, 0.88 * wide, 0.78 * tall))
    style.dress(ax)
    ax.grid(False)
    ax.axhline(0, color=style.GRID, linewidth=0.8, zorder=0)
    ax.axvline(0, color=style.GRID, linewidth=0.8, zorder=0)
    ax.set(xticks=[], yticks=[])
    ax.set_title(str(index), loc="left", fontsize=8, color=style.INK, pad=2)
    return ax


def _legend(figure: Figure, frames: Sequence[Axes], colours: Sequence[str], names: Sequence[str]) -> None:
    handles = [Line2D([], [], color=colours[o % len(colours)], linewidth=2, label=name) for o, name in enumerate(names)]
    if len(frames) == 1:
        style.legend(frames[0], handles)
        return
    figure.legend(
        handles=handles, loc="upper right", ncols=min(len(names), 5), frameon=False, fontsize=9, labelcolor=style.INK
    )
