"""The picture of how many nodes a curve needs: the tube, the curve of fewest pieces in it, and what accuracy costs."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.inspection.nodes_needed import Exchange, NodesNeeded

_SIZE = (10.5, 4.2)
_TUBE = "#d9e6f2"
_MOST_WINDOWS = 1000
_ENDS = (1, 2, 5)


@dataclass(frozen=True, eq=False)
class NodesNeededDisplay(style.Display):
    """How many nodes a curve needs, drawn.

    Attributes:
        reading: The reading drawn.
        x: [place], where the curve has its ends and knots.
        curve: [place], its value there.
        exchange: The errors and pieces drawn on the right.
        exchange_ax: The axes of these.
    """

    reading: NodesNeeded
    x: Float[np.ndarray, " place"]
    curve: Float[np.ndarray, " place"]
    exchange: Exchange
    exchange_ax: Axes


def nodes_needed(reading: NodesNeeded) -> NodesNeededDisplay:
    """Draw the target with its tube, the network in it with a dot per knot, and how many pieces each error takes.

    Args:
        reading: What `nodewise.nodes_needed` returned.

    Raises:
        NodewiseError: If it is something else.
    """
    if not isinstance(reading, NodesNeeded):
        raise NodewiseError(
            f"a picture of the nodes a curve needs needs what nodewise.nodes_needed returns. Got "
            f"{type(reading).__name__}."
        )
    figure = Figure(_SIZE, dpi=100, facecolor="white", layout="constrained")
    ax, beside = figure.subplots(1, 2, width_ratios=(5, 3))
    x, curve = _draw_curve(ax, reading)
    exchange = reading.exchange()
    _draw_exchange(beside, exchange, reading.error)
    return NodesNeededDisplay(figure, ax, reading, x, curve, exchange, beside)


def _draw_curve(ax: Axes, reading: NodesNeeded) -> tuple[np.ndarray, np.ndarray]:
    style.dress(ax)
    places, error = reading.places, reading.error
    name = f"within {style.number(error)}"
    if places.joined:
        # Both sides of every place, so that a jump is drawn upright.
        at = np.repeat(places.x, 2)
        target = np.stack([places.before, places.after], axis=1).ravel()
        ax.fill_between(at, target - error, target + error, color=_TUBE, linewidth=0, label=name, zorder=1)
        ax.plot(at, target, color=style.TRUTH, linewidth=2.6, alpha=0.45, label=style.short(reading.target), zorder=2)
    else:
        step = -(-len(places.x) // _MOST_WINDOWS)
        shown, top, bottom = (values[::step] for values in (places.x, places.top, places.bottom))
        ax.vlines(shown, top - error, bottom + error, color=style.REST, linewidth=1.0, label=name, zorder=1)
        style.draw_samples(ax, places.x, (places.top + places.bottom) / 2)
    x = np.concatenate([[reading.low], reading.knots, [reading.high]])
    curve = reading.network(x[:, None])[:, 0]
    ax.plot(x, curve, color=style.INK, linewidth=1.4, label="ReLU network", zorder=3)
    size = float(np.clip(30 / np.sqrt(max(len(x), 1)), 1.5, 4.5))
    ax.plot(x[1:-1], curve[1:-1], "o", color=style.LIMIT, markersize=size, label="its knots", zorder=4)
    nodes = style.counted(reading.nodes, "ReLU node")
    least = "the fewest" if reading.pieces == reading.pieces_at_least else f"at least {reading.pieces_at_least}"
    title = f"Representable: {style.counted(reading.pieces, 'straight piece')} ({least}), {nodes}"
    across = style.label(reading.feature_name, reading.feature_unit)
    style.write(ax, title, across, style.label(reading.output_name, reading.output_unit), narrower=1.3)
    style.legend(ax, ax.get_legend_handles_labels()[0], below=True)
    return x, curve


def _draw_exchange(ax: Axes, exchange: Exchange, error: float) -> None:
    style.dress(ax)
    errors = exchange.errors
    if (exchange.pieces_at_least != exchange.pieces).any():
        ax.fill_between(errors, exchange.pieces_at_least, exchange.pieces, color=style.RANGE, linewidth=0, zorder=1)
    ax.plot(errors, exchange.pieces, "-o", color=style.INK, linewidth=1.4, markersize=4, label="ReLU pieces", zorder=3)
    own = errors == error
    ax.plot(errors[own], exchange.pieces[own], "o", color=style.LIMIT, markersize=7, zorder=4)
    ax.plot(errors, exchange.turning_nodes, "--", color=style.TRUTH, linewidth=1.3, zorder=2,
            label="sigmoid or tanh nodes of one slope, at least")  # fmt: skip
    ax.set_xscale("log")
    most = int(exchange.pieces.max())
    if most > 50:
        ax.set_yscale("symlog", linthresh=10)
        ticks = [0, *(end * 10**k for k in range(1, 7) for end in _ENDS if end * 10**k <= 1.3 * most)]
        ax.set_yticks(ticks, minor=False)
        ax.yaxis.set_minor_formatter(NullFormatter())
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
        ax.minorticks_off()
    else:
        ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    _ticks(ax, errors)
    ax.set_ylim(0, (1.3 if most > 50 else 1.1) * most)
    style.write(ax, "What accuracy costs", "largest error", "")
    ax.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.19), borderaxespad=0.0, frameon=False, fontsize=9,
              labelcolor=style.INK)  # fmt: skip


def _ticks(ax: Axes, errors: np.ndarray) -> None:
    """Mark every other error by its value."""
    ax.set_xticks(errors[::2] if len(errors) > 4 else errors, minor=False)
    ax.set_xlim(errors[0] / 1.3, errors[-1] * 1.3)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: style.number(value)))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.tick_params(axis="x", which="minor", length=0)
