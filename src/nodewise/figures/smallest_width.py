"""The picture of a search for the smallest width: the share of good starts of every width that was tried."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.inspection.study import SmallestWidth

_SIZE = (7.2, 4.2)


@dataclass(frozen=True, eq=False)
class SmallestWidthDisplay(style.Display):
    """A search for the smallest width, drawn.

    Attributes:
        reading: What was drawn.
    """

    reading: SmallestWidth


def smallest_width(reading: SmallestWidth, ax: Axes | None = None) -> SmallestWidthDisplay:
    """Draw the share of good starts of each width tried, with its 95 % interval, and the share asked for.

    Args:
        reading: What `nodewise.smallest_width` returned.
        ax: Axes to draw on; a new figure unless given.

    Raises:
        NodewiseError: If it is something else.
    """
    if not isinstance(reading, SmallestWidth):
        raise NodewiseError(
            f"a picture of the smallest width needs what nodewise.smallest_width returns. Got {type(reading).__name__}."
        )
    figure, ax = style.panel(ax, _SIZE)
    rows = reading.table()
    for reached, colour, name in ((True, style.TRUTH, "reached"), (False, style.LIMIT, "not reached")):
        mine = [row for row in rows if row["reached"] == reached]
        if not mine:
            continue
        share, low, high = (np.array([row[key] for row in mine]) for key in ("share", "low", "high"))
        nodes = [row["nodes"] for row in mine]
        ax.errorbar(
            nodes, share, [share - low, high - share], fmt="o", color=colour, markersize=5, capsize=3, label=name
        )
    ax.axhline(reading.share, color=style.INK, linewidth=0.9, linestyle="--", label="asked for")
    if reading.representable is not None:
        ax.axvline(reading.representable, color=style.REST, linewidth=4, alpha=0.5, zorder=0, label="representable")
    ax.set(ylim=(-0.03, 1.03))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    style.legend(ax)
    activation = reading.study.settings[0].activation[0]
    found = "None reached" if reading.nodes is None else f"Reached from {reading.nodes} {activation} nodes"
    end = "no lower end of a" if reading.nodes is None else "the lower end of the"
    title = f"{found}: {end} 95 % interval is at least {style.number(reading.share)}"
    style.write(ax, title, "nodes", "share of good starts")
    return SmallestWidthDisplay(figure, ax, reading)
