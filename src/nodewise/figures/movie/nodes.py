"""What moves below the curve if asked for: the contribution of each node."""

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection

from nodewise.figures import style
from nodewise.figures.subject import Subject
from nodewise.network import Network


class Nodes:
    """The contributions of the last hidden layer: the largest at the end of training in colours, the rest in grey."""

    def __init__(self, ax: Axes, what: Subject, x: Float[np.ndarray, " point"]) -> None:
        """Make room on axes with a curve; arguments as of `Curve`."""
        self.ax, self.x, self.output = ax, x, what.output
        final = self.values(what.layered)
        order = np.argsort(-np.sqrt((final**2).mean(axis=0)), kind="stable")
        self.order = order[::-1]  # the largest is drawn last, on top
        colours = [style.NODES[i] if i < len(style.NODES) else style.REST for i in range(len(order))][::-1]
        widths = [1.5 if colour != style.REST else 0.6 for colour in colours]
        self.lines = LineCollection([], colors=colours, linewidths=widths, label="nodes", animated=True)
        ax.add_collection(self.lines, autolim=False)
        # Contributions that cancel can be far larger than the output, which must stay readable.
        low, high = ax.get_ylim()
        below, above = style.reach(final)
        ax.set_ylim(max(min(low, below), low - 1.5 * (high - low)), min(max(high, above), high + 1.5 * (high - low)))

    def values(self, network: Network) -> Float[np.ndarray, "point node"]:
        """Return outgoing weight times activation in the user's units."""
        layer = len(network.dense) - 1
        folded = network.folded
        return folded.trace(self.x[:, None])[layer - 1][1] * folded.dense[layer].weight[self.output]

    def settle(self, canvas: FigureCanvasAgg) -> None:
        """Do nothing: curves follow their axes."""

    def draw(self, network: Network) -> None:
        """Draw the contributions in a network."""
        curves = self.values(network)[:, self.order]
        points = np.empty((curves.shape[1], len(self.x), 2))
        points[:, :, 0], points[:, :, 1] = self.x, curves.T
        self.lines.set_segments(points)  # type: ignore[arg-type]
        self.ax.draw_artist(self.lines)
