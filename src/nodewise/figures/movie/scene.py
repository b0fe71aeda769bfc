"""The picture of a training at any of its snapshots: what stands still is drawn once, and only what moves again."""

from typing import TYPE_CHECKING, Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.figures.movie.counter import Counter
from nodewise.figures.movie.curve import Curve
from nodewise.figures.movie.nodes import Nodes
from nodewise.figures.movie.predictions import Predictions
from nodewise.figures.movie.regions import Regions
from nodewise.figures.movie.sinks import Pixels
from nodewise.figures.subject import Subject, subject
from nodewise.network import Network

if TYPE_CHECKING:
    from nodewise.training.fit import Fit

_BEYOND = 0.15  # of the range of the data, on both sides


class Moving(Protocol):
    """What moves. Made with axes, on which it draws what stands still."""

    def settle(self, canvas: FigureCanvasAgg) -> None:
        """Take note of the pixels, once the layout has come to rest and all that stands still is drawn."""
        ...

    def draw(self, network: Network) -> None:
        """Draw the picture of one network over the rest."""
        ...


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
        if contributions and not (self.what.one_feature and fit.network.hidden):
            raise NodewiseError(
                "contributions in a movie need a network of one feature with a hidden layer. "
                f"Got {self.what.network}; leave contributions out."
            )
        dpi = 100 * min(size[0] / 640, size[1] / 480)
        figure = Figure((size[0] / dpi, size[1] / dpi), dpi=dpi, facecolor="white", layout="constrained")
        ax = figure.add_subplot()
        style.dress(ax)
        self.ax = ax
        self.moving = _moving(ax, self.what, max(size[0] // 2, 50), contributions)
        style.write(ax, "step", ax.get_xlabel(), ax.get_ylabel())
        ax.set_title("step", loc="left", alpha=0)  # keeps the place of the counter
        self.canvas = style.pixels(figure)
        figure.set_layout_engine("none")
        self.counter = Counter(self.canvas, ax, len(str(int(fit.history.steps[-1]))))
        self.buffer: Pixels = np.asarray(self.canvas.buffer_rgba())
        self.background = self.canvas.copy_from_bbox(figure.bbox)
        for part in self.moving:
            part.settle(self.canvas)

    def frame(self, snapshot: int) -> Pixels:
        """Return the picture of one snapshot, in memory that the next call overwrites."""
        network, step = self.fit.history.network(snapshot), int(self.fit.history.steps[snapshot])
        self.canvas.restore_region(self.background)
        for part in self.moving:
            part.draw(network)
        self.counter.draw(self.buffer, step, float(self.fit.losses[step]))
        return self.buffer


def _moving(ax: Axes, what: Subject, points: int, contributions: bool) -> list[Moving]:
    """Draw what stands still; return what will move, the lowest first."""
    if not what.one_feature:
        return [Regions(ax, what) if what.classes else Predictions(ax, what)]
    x = what.grid(_BEYOND, points)
    curve = Curve(ax, what, x)
    return [Nodes(ax, what, x), curve] if contributions else [curve]
