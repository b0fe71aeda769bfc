"""What moves in the movie of a network of one feature: its curve, over samples and true function that stand still."""

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg

from nodewise.figures import style
from nodewise.figures.subject import Subject
from nodewise.network import Network


class Curve:
    """The curve of one output."""

    def __init__(self, ax: Axes, what: Subject, x: Float[np.ndarray, " point"]) -> None:
        """Draw what stands still.

        Args:
            ax: Axes to draw on.
            what: The final network and its samples.
            x: Where to draw the curve.
        """
        self.ax, self.x, self.output = ax, x, what.output
        targets, truth, final = what.targets(), what.truth(x), what.curve(x)
        style.shade(ax, what.low, what.high, name="")
        style.draw_samples(ax, what.data.inputs[:, 0], targets)
        seen = [targets] if truth is None else [targets, truth]
        if truth is not None:
            ax.plot(x, truth, color=style.TRUTH, linewidth=1.5, label="true function", zorder=3)
        if what.network.classes and what.network.outputs == 1:
            at = what.network.threshold
            seen.append(np.array([at]))
            name = f"threshold {style.number(at)}"
            ax.axhline(at, color=style.LIMIT, linewidth=1.2, linestyle="--", label=name, zorder=3)
        (self.line,) = ax.plot(x, final, color=style.INK, linewidth=2.2, label="network", zorder=4, animated=True)
        if np.isnan(targets).all():
            seen.append(final)
        ax.set_xlim(x[0], x[-1])
        ax.set_ylim(*style.reach(*seen, margin=0.25))
        ax.set_xlabel(what.feature_label)
        ax.set_ylabel(what.output_label)

    def settle(self, canvas: FigureCanvasAgg) -> None:
        """Do nothing: a curve follows its axes."""

    def draw(self, network: Network) -> None:
        """Draw the curve of a network."""
        self.line.set_ydata(network(self.x[:, None])[:, self.output])
        self.ax.draw_artist(self.line)
