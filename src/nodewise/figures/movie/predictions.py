"""What moves in the movie of a network of several features: its predictions against what was observed."""

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg

from nodewise.figures import style
from nodewise.figures.subject import Subject
from nodewise.network import Network


class Predictions:
    """A dot per sample, observed across and predicted up."""

    def __init__(self, ax: Axes, what: Subject) -> None:
        """Draw the line of perfect predictions."""
        self.ax, self.inputs, self.output = ax, what.data.inputs, what.output
        observed = what.targets()
        limits = style.reach(observed, what.network(self.inputs)[:, what.output], margin=0.15)
        ax.plot(limits, limits, color=style.TRUTH, linewidth=1.3, label="predicted = observed", zorder=3)
        (self.dots,) = ax.plot(
            observed, observed, "o", color=style.SAMPLES, markeredgecolor=style.SAMPLES_EDGE, markeredgewidth=0.6,
            markersize=4.5, label="samples", zorder=4, animated=True,
        )  # fmt: skip
        ax.set(xlim=limits, ylim=limits)
        ax.set_xlabel(f"observed {what.output_label}")
        ax.set_ylabel(f"predicted {what.output_label}")

    def settle(self, canvas: FigureCanvasAgg) -> None:
        """Do nothing: dots follow their axes."""

    def draw(self, network: Network) -> None:
        """Draw the predictions of a network."""
        self.dots.set_ydata(network(self.inputs)[:, self.output])
        self.ax.draw_artist(self.dots)
