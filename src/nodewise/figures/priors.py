"""The picture of architectures that assume different things about place: how often each is right, seen and unseen."""

from dataclasses import dataclass

import numpy as np

from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.inspection.priors import Priors

_WIDTH, _ROW, _FRAME = 7.2, 0.42, 1.5  # inches
_WHERE = {"seen": (style.TRUTH, 0.14, "at places of training"), "unseen": (style.LIMIT, -0.14, "at other places")}


@dataclass(frozen=True, eq=False)
class PriorsDisplay(style.Display):
    """Priors, drawn.

    Attributes:
        reading: What was drawn.
    """

    reading: Priors


def priors(reading: Priors) -> PriorsDisplay:
    """Draw the share of right answers of each architecture, at places of training and at others.

    A large dot is the mean over the starts with its 95 % interval, small ones are the starts.

    Args:
        reading: What `nodewise.priors` returned.

    Raises:
        NodewiseError: If it is something else.
    """
    if not isinstance(reading, Priors):
        raise NodewiseError(f"a picture of priors needs what nodewise.priors returns. Got {type(reading).__name__}.")
    places = np.arange(len(reading.arms))[::-1]
    figure, ax = style.panel(None, (_WIDTH, _FRAME + _ROW * len(places)))
    for where, (colour, side, name) in _WHERE.items():
        for place, arm in zip(places, reading.arms, strict=True):
            values, (low, high) = getattr(arm, where), arm.interval(where)
            ax.plot(values, np.full(len(values), place + side), "o", color=colour, markersize=2.5, alpha=0.5)
            mean = values.mean()
            ax.errorbar(
                [mean], [place + side], xerr=[[mean - low], [high - mean]], fmt="o", color=colour, markersize=6,
                capsize=2, elinewidth=1, label=name if place == 0 else "_",
            )  # fmt: skip
    chance = 1 / reading.classes
    ax.axvline(chance, color=style.REST, linestyle="--", linewidth=1.2, zorder=1, label="guessing")
    ax.set_yticks(places, [style.plain(arm.name) for arm in reading.arms])
    ax.set(xlim=(-0.02, 1.03), ylim=(-0.5, len(places) - 0.5))
    starts = style.counted(len(reading.arms[0].seen), "start")
    style.write(ax, f"Right on {reading.task}, mean of {starts} with its 95 % interval", "share right")
    style.legend(ax)
    return PriorsDisplay(figure, ax, reading)
