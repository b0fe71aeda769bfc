"""The picture of how needed width grows with the range."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.inspection.study import WidthByRange


@dataclass(frozen=True, eq=False)
class WidthByRangeDisplay(style.Display):
    """Needed width against the range, drawn.

    Attributes:
        reading: What was drawn.
    """

    reading: WidthByRange


def width_by_range(reading: WidthByRange, ax: Axes | None = None) -> WidthByRangeDisplay:
    """Draw the nodes reached and those known to be enough over the length of the range, with the fitted line.

    Args:
        reading: What `nodewise.width_by_range` returned.
        ax: Axes to draw on; a new figure unless given.

    Raises:
        NodewiseError: If it is something else.
    """
    if not isinstance(reading, WidthByRange):
        raise NodewiseError(
            f"a picture of width by range needs what nodewise.width_by_range returns. Got {type(reading).__name__}."
        )
    figure, ax = style.panel(ax)
    lengths = np.array(reading.lengths)
    most = reading.widths[0].widths[-1]
    kinds = (
        ([width.representable for width in reading.widths], "s", style.REST, "representable"),
        ([width.nodes for width in reading.widths], "o", style.TRUTH, "reached"),
    )
    for nodes, marker, colour, name in kinds:
        known = np.array([np.nan if count is None else count for count in nodes], float)
        ax.plot(lengths, known, marker, color=colour, markersize=7, label=name, linestyle="none")
    missed = [length for length, width in zip(lengths, reading.widths, strict=True) if width.nodes is None]
    if missed:
        ax.plot(missed, np.full(len(missed), most), "^", color=style.LIMIT, markersize=8, label=f"more than {most}")
    if reading.line is not None:
        ends = np.array([lengths.min(), lengths.max()])
        drawn = reading.line.intercept + reading.line.slope * ends
        ax.plot(ends, drawn, "-", color=style.INK, linewidth=1.2, label="line", zorder=1)
    ax.set_ylim(bottom=0)
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    style.legend(ax)
    first = reading.widths[0].study
    feature, line = first.data.feature_names[0], reading.line
    slope = "" if line is None else f": {style.number(line.slope)} per unit of {feature}"
    title = f"Needed {first.settings[0].activation[0]} nodes over the length of the range{slope}"
    style.write(ax, title, style.label(f"length of the range of {feature}"), "nodes")
    return WidthByRangeDisplay(figure, ax, reading)
