"""A classifier over two features: its regions, darker where the winner is further ahead, and the boundary."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from nodewise.data.dataset import Dataset
from nodewise.figures import style
from nodewise.figures.boundaries.palette import Palette, handles, held, marker
from nodewise.figures.classes import tint
from nodewise.inspection.boundaries import Boundaries

_MOST_SAMPLES = 4000


def draw_plane(ax: Axes, reading: Boundaries, colours: Palette, data: Dataset | None) -> None:
    """Draw regions, boundary and samples."""
    (left, right), (bottom, top) = zip(reading.low, reading.high, strict=True)
    plane = reading.plane
    assert plane is not None
    half = (right - left) / (len(plane.t) - 1) / 2, (top - bottom) / (len(plane.t) - 1) / 2
    ax.imshow(
        tint(colours.rgb, plane.codes, plane.shade), origin="lower", aspect="auto", interpolation="nearest", zorder=0,
        extent=(left - half[0], right + half[0], bottom - half[1], top + half[1]),
    )  # fmt: skip
    ax.grid(False)
    extra = []
    borders = plane.borders if reading.mosaic is None else reading.mosaic.borders  # exact ones may take a second
    if borders:
        ax.add_collection(
            LineCollection([border.points for border in borders], colors=style.INK, linewidths=1.3, zorder=2),
            autolim=False,
        )
        extra.append(Line2D([], [], color=style.INK, linewidth=1.3, label="boundary"))
    if data is not None:
        extra += _draw_samples(ax, reading, colours, data)
    ax.set(xlim=(left, right), ylim=(bottom, top))
    names = [style.label(*pair) for pair in zip(reading.where.names, reading.where.units, strict=True)]
    style.write(ax, _title(reading, data), *names)
    style.legend(ax, [*handles(reading, colours), *extra])


def _draw_samples(ax: Axes, reading: Boundaries, colours: Palette, data: Dataset) -> list[Line2D]:
    """Draw the samples in the colour of their class, those that get another with a ring."""
    samples = reading.samples
    across, up = data.inputs[:, list(reading.where.features)].T
    if samples is None or samples.truth is None:
        style.draw_samples(ax, across, up)
        return [Line2D([], [], linestyle="", marker="o", markersize=4, color=style.SAMPLES_EDGE, label="samples")]
    inside = ((across >= reading.low[0]) & (across <= reading.high[0])) & (
        (up >= reading.low[1]) & (up <= reading.high[1])
    )
    picked = np.flatnonzero(inside)
    picked = picked[:: -(-len(picked) // _MOST_SAMPLES) or 1]
    across, up, truth, codes = across[picked], up[picked], samples.truth[picked], samples.codes[picked]
    area = float(np.clip(3000 / max(len(across), 1), 9, 26))
    faded = 0.55 if reading.at else 1.0
    ax.scatter(
        across, up, area, colours.of(truth), edgecolors="white", linewidths=0.5, alpha=faded, zorder=3, clip_on=False
    )
    wrong = truth != codes
    if not wrong.any():
        return []
    ring = {"facecolors": "none", "edgecolors": style.INK, "linewidths": 1.0}
    ax.scatter(across[wrong], up[wrong], area * 2.4, zorder=4, clip_on=False, **ring)
    return [marker(f"wrong ({int((samples.codes != samples.truth).sum())})")]


def _title(reading: Boundaries, data: Dataset | None) -> str:
    parts = [f"Where each class wins, stronger where it is further ahead{held(reading)}"]
    if data is not None and reading.at:
        parts.append("samples have any values there")
    if reading.samples is not None and reading.samples.accuracy is not None:
        parts.append(
            f"right on {reading.samples.accuracy:.1%} of {style.counted(len(reading.samples.codes), 'sample')}"
        )
    assert reading.plane is not None
    return "; ".join([*parts, reading.plane.certainty if reading.mosaic is None else "exact"])
