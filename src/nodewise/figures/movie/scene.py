"""The picture of a training at any of its snapshots: what stands still is drawn once, and only what moves again."""

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import UInt8
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.figures.subject import Subject, subject
from nodewise.network import Network

if TYPE_CHECKING:
    from nodewise.training.fit import Fit

Pixels = UInt8[np.ndarray, "row column 4"]

_BEYOND = 0.15  # of the range of the data, on both sides
_DIGITS = "0123456789.e-+ infa"
_WIDTH = 9  # characters of the loss


class Scene:
    """Draws any snapshot of a fit as pixels, always into the same memory."""

    def __init__(self, fit: "Fit", size: tuple[int, int], contributions: bool, output: int | str) -> None:
        """Draw what stands still.

        Args:
            fit: A fit with its history.
            size: Width and height in pixels.
            contributions: Whether to draw the contribution of each node of the last hidden layer.
            output: Index or name of the output to draw.

        Raises:
            NodewiseError: If there is no such output, or there are no contributions to draw as curves.
        """
        self.fit, self.what = fit, subject(fit, output=output)
        if contributions and not (self.what.one_feature and self.what.network.hidden):
            raise NodewiseError(
                "contributions in a movie need a network of one feature with a hidden layer. "
                f"Got {self.what.network}; leave contributions out."
            )
        dpi = 100 * min(size[0] / 640, size[1] / 480)
        figure = Figure((size[0] / dpi, size[1] / dpi), dpi=dpi, facecolor="white", layout="constrained")
        ax = figure.add_subplot()
        style.dress(ax)
        self.ax = ax
        self.x = self.what.grid(_BEYOND, max(size[0] // 2, 50))
        if self.what.one_feature:
            self.curve = _draw_still_curve(ax, self.what, self.x)
        else:
            self.curve = _draw_still_predictions(ax, self.what)
        self.nodes = _NodeCurves(self) if contributions else None
        style.write(ax, " ", ax.get_xlabel(), ax.get_ylabel())
        self.canvas = style.pixels(figure)
        figure.set_layout_engine("none")
        self.counter = _Counter(self, len(str(int(fit.history.steps[-1]))))
        self.buffer: Pixels = np.asarray(self.canvas.buffer_rgba())
        self.background = self.canvas.copy_from_bbox(figure.bbox)

    def frame(self, snapshot: int) -> Pixels:
        """Return the picture of one snapshot, in memory that the next call overwrites."""
        network, step = self.fit.history.network(snapshot), int(self.fit.history.steps[snapshot])
        self.canvas.restore_region(self.background)
        if self.nodes:
            self.nodes.draw(network)
        if self.what.one_feature:
            self.curve.set_ydata(network(self.x[:, None])[:, self.what.output])
        else:
            self.curve.set_ydata(network(self.what.data.inputs)[:, self.what.output])
        self.ax.draw_artist(self.curve)
        self.counter.draw(self.buffer, step, float(self.fit.losses[step]))
        return self.buffer


def _draw_still_curve(ax: Axes, what: Subject, x: np.ndarray) -> Line2D:
    """Draw samples and true function; return the line that will move."""
    style.shade(ax, what.low, what.high, name="")
    style.draw_samples(ax, what.data.inputs[:, 0], what.targets())
    truth, final = what.truth(x), what.curve(x)
    seen = what.targets() if truth is None else np.concatenate([what.targets(), truth])
    if truth is not None:
        ax.plot(x, truth, color=style.TRUTH, linewidth=1.5, label="true function", zorder=3)
    (line,) = ax.plot(x, final, color=style.INK, linewidth=2.2, label="network", zorder=4, animated=True)
    ax.set_xlim(x[0], x[-1])
    ax.set_ylim(*style.reach(seen, margin=0.25))
    ax.set_xlabel(what.feature_label)
    ax.set_ylabel(what.output_label)
    return line


def _draw_still_predictions(ax: Axes, what: Subject) -> Line2D:
    """Draw the line of perfect predictions; return the dots that will move."""
    observed = what.targets()
    limits = style.reach(observed, what.network(what.data.inputs)[:, what.output], margin=0.15)
    ax.plot(limits, limits, color=style.TRUTH, linewidth=1.3, label="predicted = observed", zorder=3)
    (dots,) = ax.plot(
        observed, observed, "o", color=style.SAMPLES, markeredgecolor=style.SAMPLES_EDGE, markeredgewidth=0.6,
        markersize=4.5, label="samples", zorder=4, animated=True,
    )  # fmt: skip
    ax.set(xlim=limits, ylim=limits)
    ax.set_xlabel(f"observed {what.output_label}")
    ax.set_ylabel(f"predicted {what.output_label}")
    return dots


class _NodeCurves:
    """The contributions of the last hidden layer: the largest at the end of training in colours, the rest in grey."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        final = self.values(scene.what.network)
        order = np.argsort(-np.sqrt((final**2).mean(axis=0)), kind="stable")
        self.order = order[::-1]  # the largest is drawn last, on top
        colours = [style.NODES[i] if i < len(style.NODES) else style.REST for i in range(len(order))][::-1]
        widths = [1.5 if colour != style.REST else 0.6 for colour in colours]
        self.lines = LineCollection([], colors=colours, linewidths=widths, label="nodes", animated=True)
        scene.ax.add_collection(self.lines, autolim=False)
        # Contributions that cancel can be far larger than the output, which must stay readable.
        low, high = scene.ax.get_ylim()
        below, above = style.reach(final)
        scene.ax.set_ylim(
            max(min(low, below), low - 1.5 * (high - low)), min(max(high, above), high + 1.5 * (high - low))
        )

    def values(self, network: Network) -> np.ndarray:
        """Return outgoing weight times activation, [point, node], in the user's units."""
        layer, output = len(network.dense) - 1, self.scene.what.output
        folded = network.folded
        return folded.trace(self.scene.x[:, None])[layer - 1][1] * folded.dense[layer].weight[output]

    def draw(self, network: Network) -> None:
        curves = self.values(network)[:, self.order]
        points = np.empty((curves.shape[1], len(self.scene.x), 2))
        points[:, :, 0], points[:, :, 1] = self.scene.x, curves.T
        self.lines.set_segments(points)  # type: ignore[arg-type]
        self.scene.ax.draw_artist(self.lines)


class _Counter:
    """Step and loss above the axes. Setting text is half the cost of a frame, so each character is drawn once."""

    def __init__(self, scene: Scene, digits: int) -> None:
        self.digits = digits
        self.scene = scene
        box = scene.ax.get_window_extent()
        self.bottom, at = int(box.y1) + 9, int(box.x0)
        self.width = self._advance()
        self.places: list[int] = []
        for word, length in (("step", digits), ("loss", _WIDTH)):
            at = self._write(word, at) + self.width
            self.places.append(at)
            at += (length + 1) * self.width
        self._legend(at)
        self.tiles = {letter: self._tile(letter) for letter in dict.fromkeys(_DIGITS)}

    def _text(self, words: str, x: int, **font: str) -> Artist:
        figure = self.scene.canvas.figure
        width, height = self.scene.canvas.get_width_height(physical=True)
        return figure.text(x / width, self.bottom / height, words, fontsize=10, color=style.INK, animated=True, **font)

    def _advance(self) -> int:
        text = self._text("0" * 10, 0, family="DejaVu Sans Mono")
        width = text.get_window_extent(self.scene.canvas.get_renderer()).width
        text.remove()
        return round(width / 10)

    def _write(self, words: str, x: int) -> int:
        """Draw words for good; return where they end."""
        text = self._text(words, x)
        text.draw(self.scene.canvas.get_renderer())
        return int(text.get_window_extent().x1) + 1

    def _legend(self, left: int) -> None:
        """Put the legend at the right of the counter if there is room."""
        ax, renderer = self.scene.ax, self.scene.canvas.get_renderer()
        handles, names = ax.get_legend_handles_labels()
        legend = ax.legend(
            handles, names, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=len(names), frameon=False, fontsize=9,
            labelcolor=style.INK, borderaxespad=0.0, columnspacing=1.1, handlelength=1.3, handletextpad=0.4,
        )  # fmt: skip
        for handle in legend.legend_handles:
            if handle is not None:
                handle.set_animated(False)
        if legend.get_window_extent(renderer).x0 >= left:
            legend.draw(renderer)

    def _tile(self, letter: str) -> Pixels:
        """Return one character as pixels on white."""
        canvas, text = self.scene.canvas, self._text(letter, self.places[0], family="DejaVu Sans Mono")
        clean = canvas.copy_from_bbox(canvas.figure.bbox)
        text.draw(canvas.get_renderer())
        tile = np.asarray(canvas.buffer_rgba())[self._rows, self.places[0] : self.places[0] + self.width].copy()
        canvas.restore_region(clean)
        text.remove()
        return tile

    @property
    def _rows(self) -> slice:
        height = self.scene.canvas.get_width_height(physical=True)[1]
        size = round(self.scene.ax.figure.dpi * 10 / 72)
        return slice(max(height - self.bottom - size, 0), height - self.bottom + size // 3)

    def draw(self, buffer: Pixels, step: int, loss: float) -> None:
        texts = f"{step:{self.digits}d}", f"{loss:<{_WIDTH}.3g}"
        for x, text in zip(self.places, texts, strict=True):
            for i, letter in enumerate(text):
                buffer[self._rows, x + i * self.width : x + (i + 1) * self.width] = self.tiles[letter]
