"""A classifier over one feature: its outputs, the threshold, the regions, the crossings with their numbers."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from nodewise.data.dataset import Dataset
from nodewise.figures import style
from nodewise.figures.boundaries.palette import Palette, handles, held, marker
from nodewise.figures.subject import ends, output_label, probabilities
from nodewise.inspection.boundaries import Boundaries

_POINTS = 801
_APART = 0.028  # of the width: nearer numbers would lie on each other
_MOST_NUMBERS = 24
_TINT = 0.16
_MOST_SAMPLES = 2000  # of one class, right or wrong


def draw_line(ax: Axes, reading: Boundaries, colours: Palette, data: Dataset | None) -> tuple[np.ndarray, np.ndarray]:
    """Draw the outputs along the feature; return the places [point] and the outputs there [point, output]."""
    low, high = float(reading.low[0]), float(reading.high[0])
    crossings = [crossing.x for crossing in reading.crossings]
    x = np.union1d(np.linspace(low, high, _POINTS), crossings)
    where = reading.where
    inputs = np.tile(where.origin, (len(x), 1))
    inputs[:, where.features[0]] = x
    outputs = reading.network(inputs)
    for region in reading.regions:
        colour = colours.colours[reading.classes.index(region.winner)]
        ax.axvspan(region.low, region.high, color=colour, alpha=_TINT, linewidth=0, zorder=0)
    extra = _draw_outputs(ax, reading, colours, x, outputs)
    bottom, top = style.reach(outputs, np.array([reading.threshold or outputs.min()]))
    least = bottom
    if data is not None and reading.samples is not None and reading.samples.truth is not None:
        bottom = _draw_samples(ax, reading, colours, data, (bottom, top))
        if wrong := int((reading.samples.codes != reading.samples.truth).sum()):
            extra.append(marker(f"wrong ({wrong})"))
    ax.set_xlim(low, high)
    ax.set_ylim(bottom, top + 0.14 * (top - bottom) * bool(crossings))
    ax.set_yticks([tick for tick in ax.get_yticks() if least <= tick <= ax.get_ylim()[1]])
    _draw_crossings(ax, crossings, high - low)
    style.write(ax, _title(reading), style.label(where.names[0], where.units[0]), _side(reading))
    style.legend(ax, [*handles(reading, colours), *extra])
    return x, outputs


def _draw_outputs(ax: Axes, reading: Boundaries, colours: Palette, x: np.ndarray, outputs: np.ndarray) -> list[Line2D]:
    """Draw one output over its threshold, or several with the one that wins made thick along its region."""
    if reading.threshold is not None:
        ax.plot(x, outputs[:, 0], color=style.INK, linewidth=2.0, zorder=3)
        ax.axhline(reading.threshold, color=style.LIMIT, linewidth=1.2, linestyle="--", zorder=2)
        at = f"threshold {style.number(reading.threshold)}"
        return [
            Line2D([], [], color=style.INK, linewidth=2.0, label="output"),
            Line2D([], [], color=style.LIMIT, linewidth=1.2, linestyle="--", label=at),
        ]
    for code, curve in enumerate(outputs.T):
        ax.plot(x, curve, color=colours.colours[code], linewidth=1.0, zorder=3)
    for region in reading.regions:
        code = reading.classes.index(region.winner)
        inside = (x >= region.low) & (x <= region.high)
        ax.plot(x[inside], outputs[inside, code], color=colours.colours[code], linewidth=3.4, zorder=4)
    return [Line2D([], [], color="#777777", linewidth=3.4, label="the output that wins")]


def _draw_samples(ax: Axes, reading: Boundaries, colours: Palette, data: Dataset, limits: tuple[float, float]) -> float:
    """Draw each sample at the height of its class: of one bounded output its ends, else a row of its own below.

    Returns:
        The lower limit that leaves room for the rows.
    """
    samples, (bottom, top) = reading.samples, limits
    assert samples is not None
    truth = samples.truth
    assert truth is not None
    x = data.inputs[:, reading.where.features[0]]
    seen = (x >= reading.low[0]) & (x <= reading.high[0])
    heights = _ends(reading)
    if heights is None:
        row = 0.055 * (top - bottom)
        present = [code for code in colours.shown if (truth == code).any()]
        heights = {code: bottom - row * (1 + i) for i, code in enumerate(reversed(present))}
        bottom -= row * (1 + len(heights))
    wrong = samples.codes != truth
    for code, height in heights.items():
        for chosen, edge, width in ((~wrong, "white", 0.4), (wrong, style.INK, 1.1)):
            spots = x[seen & chosen & (truth == code)]
            spots = spots[:: -(-len(spots) // _MOST_SAMPLES) or 1]
            ax.scatter(
                spots, np.full(len(spots), height), 20, color=colours.colours[code], edgecolors=edge, linewidths=width,
                zorder=5, clip_on=False,
            )  # fmt: skip
    return bottom


def _ends(reading: Boundaries) -> dict[int, float] | None:
    found = None if reading.threshold is None else ends(reading.network)
    return None if found is None else dict(enumerate(found))


def _draw_crossings(ax: Axes, crossings: list[float], width: float) -> None:
    last = -np.inf
    for i, x in enumerate(crossings):
        ax.axvline(x, color=style.INK, linewidth=0.8, linestyle=":", zorder=2.5)
        if x - last < _APART * width or i >= _MOST_NUMBERS:
            continue
        last = x
        ax.annotate(
            style.number(x), (x, 0.985), (-2, 0), xycoords=("data", "axes fraction"), textcoords="offset points",
            rotation=90, ha="right", va="top", fontsize=8, color=style.INK, zorder=6,
        )  # fmt: skip


def _side(reading: Boundaries) -> str:
    network = reading.network
    if reading.threshold is not None:
        return output_label(network, 0)
    return "probability" if probabilities(network) else "outputs"


def _title(reading: Boundaries) -> str:
    count = style.counted(len(reading.crossings), "crossing")
    way = "the thick curve wins" if reading.threshold is None else "the class changes at the threshold"
    return f"{count}, {reading.certainty}: {way}{held(reading)}"
