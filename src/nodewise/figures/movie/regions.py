"""What moves in the movie of a classifier of two features or more: the regions in which each class wins."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from nodewise.figures import classes, style
from nodewise.figures.movie.sinks import Pixels
from nodewise.figures.subject import Subject, ends
from nodewise.inspection.boundaries.plane import Plane, plane
from nodewise.inspection.boundaries.slice import find_slice
from nodewise.inspection.rule import rule
from nodewise.network import Network

_BEYOND = 0.06  # of the range of the data, on every side
_POINTS = (40, 100)  # of the grid along each feature
_WORK = 400_000  # activations computed per frame at most, where the grid is not at its coarsest
_FADED = 0.6  # samples over a slice: few of them lie in it
_STEPS = 0xF8  # colours in steps of 8: between two frames most pixels stay, and a file stores only those that do not


class Regions:
    """The winners on a coarse grid as a smooth picture, stronger where they are further ahead; samples lie on top."""

    def __init__(self, ax: Axes, what: Subject) -> None:
        """Draw the samples and the legend, and fix the range."""
        network, data, codes = what.layered, what.data, what.codes()
        self.ax, self.network = ax, network
        first = find_slice(network, data, None, None, None, None)
        drawn, room = list(first.features), _BEYOND * (first.high - first.low)
        self.where = find_slice(network, data, first.names, None, first.low - room, first.high + room)
        nodes = sum(layer.outputs for layer in network.dense)
        self.points = int(np.clip((_WORK / nodes) ** 0.5, *_POINTS))
        self.colours = classes.palette(np.bincount(codes[codes >= 0], minlength=len(what.classes)))
        limits = ends(network)
        self.largest = self._plane(network).margin.max() if limits is None else limits[1] - limits[0]
        if limits is not None and network.outputs == 1:
            self.largest /= 2
        self.dots = classes.draw_dots(ax, data.inputs[:, drawn], codes, self.colours)
        self.dots.set(animated=True, alpha=_FADED if self.where.at else 1.0)
        ax.grid(False)
        (left, right), (bottom, top) = zip(self.where.low, self.where.high, strict=True)
        ax.set(xlim=(left, right), ylim=(bottom, top))
        across, up = (style.label(*pair) for pair in zip(self.where.names, self.where.units, strict=True))
        aside = " (the other features at their medians)" if self.where.at else ""
        ax.set_xlabel(across + aside)
        ax.set_ylabel(up)
        style.legend(ax, self.colours.handles(what.classes))

    def settle(self, canvas: FigureCanvasAgg) -> None:
        """Find the pixels inside the axes, and draw the samples once, as a layer to lay on every picture."""
        box = self.ax.get_window_extent()
        self.buffer: Pixels = np.asarray(canvas.buffer_rgba())
        height = len(self.buffer)
        # The lines left and below are half inside.
        left, right, bottom, top = int(box.x0) + 2, int(box.x1), int(box.y0) + 2, int(box.y1)
        self.inside = np.s_[height - top : height - bottom, left:right]
        background, renderer = canvas.copy_from_bbox(canvas.figure.bbox), canvas.get_renderer()
        renderer.clear()
        self.ax.draw_artist(self.dots)
        layer = self.buffer[self.inside].copy()
        canvas.restore_region(background)
        self.seen = np.flatnonzero(layer[..., 3])
        flat = layer.reshape(-1, 4)[self.seen].astype(np.float32)
        self.share = 1 - flat[:, 3:] / 255
        self.over = flat[:, :3] * (1 - self.share) + 0.5

    def draw(self, network: Network) -> None:
        """Draw the regions of a network, and the samples on them."""
        view = self._plane(network)
        coarse = classes.tint(self.colours.rgb, view.codes, view.margin, self.largest)[::-1]
        inside = self.buffer[self.inside]
        size = inside.shape[1], inside.shape[0]
        picture = np.array(Image.fromarray(coarse).resize(size, Image.Resampling.BILINEAR)) & _STEPS
        flat = picture.reshape(-1, 3)
        flat[self.seen] = flat[self.seen] * self.share + self.over
        inside[..., :3] = picture

    def _plane(self, network: Network) -> Plane:
        return plane(rule(network, None, None), self.where, self.points)
