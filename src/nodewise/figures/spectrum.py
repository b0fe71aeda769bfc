"""The picture of a spectrum: the network's waves as stems over the periodogram of the data."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from nodewise.data.dataset import Dataset
from nodewise.figures import style
from nodewise.figures.subject import find_output
from nodewise.inspection.spectrum import Spectrum
from nodewise.inspection.spectrum import spectrum as read

_POWER = "#8fb8d8"


@dataclass(frozen=True, eq=False)
class SpectrumDisplay(style.Display):
    """A spectrum, drawn.

    Attributes:
        reading: The reading drawn.
        frequency: [wave], angular; for several features the length of the frequency vector.
        amplitude: [wave], equal frequencies merged.
        power_frequency: [frequency], of the data's periodogram, or None.
        power: [frequency], or None.
        power_ax: The axes of the periodogram, or None.
    """

    reading: Spectrum
    frequency: Float[np.ndarray, " wave"]
    amplitude: Float[np.ndarray, " wave"]
    power_frequency: Float[np.ndarray, " frequency"] | None
    power: Float[np.ndarray, " frequency"] | None
    power_ax: Axes | None


def spectrum(
    fit: Any, data: Dataset | None = None, *, output: int | str = 0, ax: Axes | None = None
) -> SpectrumDisplay:
    """Draw the waves of a network of cosines, sines or snakes over the periodogram of its data.

    Args:
        fit: A fit, or a network.
        data: Samples to compare with; the fit's own unless given.
        output: Index or name of the output to draw.
        ax: Axes to draw on; new ones unless given.

    Raises:
        NodewiseError: If the network is no sum of waves, or the data do not fit it.
    """
    reading = read(fit, data)
    network = getattr(fit, "network", fit)
    o = find_output(network, output)
    frequency, amplitude = reading.merged.speed, reading.merged.amplitude[:, o]
    figure, ax = style.panel(ax)
    power_frequency = power = below = None
    if reading.peaks is not None:
        found = reading.peaks.periodograms[o]
        power_frequency, power = found.frequency, found.power
        top = 1.6 * max([found.peak, *frequency])
        below = _draw_power(ax, power_frequency, power, top)
        ax.set_xlim(0, min(top, max([power_frequency[-1], *(1.1 * frequency)])))
    _draw_stems(ax, frequency, amplitude)
    if reading.peaks is None:
        ax.set_xlim(0, 1.2 * max([1e-300, *frequency]))
    handles = [*ax.get_legend_handles_labels()[0], *(below.get_legend_handles_labels()[0] if below else [])]
    style.legend(ax, handles, below=True)
    unit = network.feature_units[0] if network.inputs == 1 else ""
    over = f"radians per {style.short(unit, 16)}" if unit else "radians per unit"
    nodes = style.counted(len(reading.amplitude), f"{reading.activation} node")
    ending = " over the periodogram of the data" if below else ""
    style.write(
        ax, f"{style.counted(len(frequency), 'wave')} of {nodes}{ending}", f"angular frequency ({over})",
        f"amplitude in {style.label(network.output_names[o], network.output_units[o])}",
    )  # fmt: skip
    return SpectrumDisplay(figure, ax, reading, frequency, amplitude, power_frequency, power, below)


def _draw_power(ax: Axes, frequency: np.ndarray, power: np.ndarray, top: float) -> Axes:
    """Draw the periodogram on a vertical axis of its own, below the stems."""
    below = ax.twinx()
    style.dress(below)
    below.grid(False)
    below.spines["right"].set_visible(True)
    seen = frequency <= top
    below.fill_between(frequency[seen], power[seen], color=_POWER, alpha=0.45, linewidth=0)
    below.plot(frequency[seen], power[seen], color=_POWER, linewidth=1.2, label="periodogram of the data")
    below.set_ylim(0, max(1e-3, 1.08 * float(power[seen].max(initial=0))))
    below.set_ylabel("share of the variance explained", fontsize=10, color=style.INK)
    ax.set_zorder(below.get_zorder() + 1)
    ax.patch.set_visible(False)
    return below


def _draw_stems(ax: Axes, frequency: np.ndarray, amplitude: np.ndarray) -> None:
    ax.vlines(frequency, 0, amplitude, color=style.INK, linewidth=2.0, zorder=3)
    ax.plot(frequency, amplitude, "o", color=style.INK, markersize=7, zorder=4, label="waves of the network")
    ax.set_ylim(0, 1.12 * float(amplitude.max(initial=0)) or 1.0)
