"""The picture of the output over two features: colours and level lines, paler where there are no data."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.figures.subject import output_index
from nodewise.inspection.effects import EffectMap

_LEVELS = 12
_PALE = 0.62  # white over what lies outside the data


@dataclass(frozen=True, eq=False)
class EffectMapDisplay(style.Display):
    """A map of two features, drawn.

    Attributes:
        reading: The map drawn.
        output: Index of the output drawn.
    """

    reading: EffectMap
    output: int


def effect_map(reading: EffectMap, *, output: int | str = 0, ax: Axes | None = None) -> EffectMapDisplay:
    """Draw one output over two features, paler outside the data's hull.

    Args:
        reading: What `nodewise.effect_map` returned.
        output: Index or name of the output to draw.
        ax: Axes to draw on; new ones unless given.

    Raises:
        NodewiseError: If the reading is no map, or there is no such output.
    """
    if not isinstance(reading, EffectMap):
        raise NodewiseError(f"this picture is of an effect map. Got {type(reading).__name__}; see nodewise.effect_map.")
    o = output_index(reading.output_names, output)
    values, outside = reading.values[..., o], ~reading.inside
    figure, ax = style.panel(ax, (style.WIDE[0], 4.8))
    low, high = float(values.min()), float(values.max())
    if low == high:
        low, high = low - 0.5, high + 0.5
    drawn = ax.contourf(reading.across, reading.up, values, np.linspace(low, high, _LEVELS + 1), cmap="cividis")
    ax.contour(drawn, colors="white", linewidths=0.5, alpha=0.6)
    if outside.any() and not outside.all():
        pale = np.zeros((*outside.shape, 4))
        pale[...] = (1, 1, 1, 0)
        pale[outside] = (1, 1, 1, _PALE)
        ax.pcolormesh(reading.across, reading.up, pale, shading="nearest", zorder=2)
    ax.set(xlim=(reading.across[0], reading.across[-1]), ylim=(reading.up[0], reading.up[-1]))
    bar = figure.colorbar(drawn, ax=ax)
    unit = reading.output_units[o]
    name = style.short(reading.output_names[o])
    bar.set_label(f"{name} ({style.short(unit, 16)})" if unit else name, fontsize=9.5, color=style.INK)
    bar.ax.tick_params(labelsize=8.5, labelcolor=style.INK, color="#999999", length=2)
    bar.outline.set_visible(False)  # type: ignore[operator]
    style.write(ax, _title(reading, o), *(style.label(n, u) for n, u in zip(reading.names, reading.units, strict=True)))
    return EffectMapDisplay(figure, ax, reading, o)


def _title(reading: EffectMap, o: int) -> str:
    held = {"median": "the others at their median", "average": "averaged over the samples"}[reading.others]
    many = f", {held}" if reading.source.inputs > len(reading.features) else ""
    pale = "; pale: outside the data" if not reading.inside.all() else ""
    share = style.number(100 * reading.together[o] ** 2)
    names = [style.short(name, 24) for name in reading.names]
    over = f"{style.short(reading.output_names[o], 24)} over {names[0]} and {names[1]}{many}"
    return f"{over}: {share} % no sum of two curves{pale}"
