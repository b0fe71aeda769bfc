"""The picture of a convolution as the dense layer it is: the same few weights in row after row."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from nodewise.errors import NodewiseError
from nodewise.figures import style
from nodewise.figures.images import SIGNED
from nodewise.figures.panels import head, panels
from nodewise.inspection.priors import Convolution, Priors

_SIZE = (8.4, 4.4)
_PLACES = 400  # rows drawn at most


@dataclass(frozen=True, eq=False)
class SharedWeightsDisplay(style.Display):
    """A convolution, drawn; `ax` has its kernel.

    Attributes:
        convolution: What was drawn.
        weight: [place, feature], the dense layer's weights of the channel drawn.
        dense_ax: The axes they are on.
    """

    convolution: Convolution
    weight: Float[np.ndarray, "place feature"]
    dense_ax: Axes


def shared_weights(reading: Priors | Convolution, channel: int | None = None) -> SharedWeightsDisplay:
    """Draw one channel of a convolution, and beside it the rows of the equal dense layer.

    Args:
        reading: What `nodewise.priors` returned, or its convolution.
        channel: Which one, counted from 0; the one with the largest weights on the logits unless given.

    Raises:
        NodewiseError: If there is no convolution, or no such channel.
    """
    convolution = reading.convolution if isinstance(reading, Priors) else reading
    if not isinstance(convolution, Convolution):
        got = "priors without one" if isinstance(reading, Priors) else type(reading).__name__
        raise NodewiseError(f"a picture of shared weights needs a convolution, as nodewise.priors trains. Got {got}.")
    count, places = len(convolution.bias), len(convolution.windows)
    if channel is None:
        channel = int((np.abs(convolution.out).max(0) * np.abs(convolution.kernel).max((1, 2))).argmax())
    if not isinstance(channel, int | np.integer) or not 0 <= channel < count:
        raise NodewiseError(f"channel must be a whole number from 0 to {count - 1}. Got {channel!r}.")
    weight = convolution.dense.weight.reshape(count, places, -1)[channel]
    kernel = convolution.kernel[channel]
    figure, grid = panels(None, _SIZE, 1, 2, width_ratios=(1.0, 2.6))
    limit = float(np.abs(kernel).max()) or 1.0
    for ax, values in zip(grid[0], (kernel, weight[:_PLACES]), strict=True):
        ax.imshow(
            values, cmap=SIGNED, vmin=-limit, vmax=limit, interpolation="nearest", aspect="auto",
            extent=(0.5, values.shape[1] + 0.5, values.shape[0] + 0.5, 0.5),
        )  # fmt: skip
        ax.grid(False)
    for ax in grid[0]:
        style.dress(ax)
        ax.grid(False)
    taps = "sample of the window" if convolution.shape[0] == 1 else "column of the window"
    flat = kernel.shape[0] == 1
    style.write(grid[0, 0], f"Channel {channel + 1}: {kernel.size} weights", taps, "" if flat else "row")
    if flat:
        grid[0, 0].set_yticks([])
    grid[0, 0].set_xticks(range(1, kernel.shape[1] + 1))
    bar = figure.colorbar(grid[0, 1].images[0], ax=grid[0, 1], shrink=0.8)
    bar.ax.tick_params(labelsize=9, labelcolor=style.INK)
    bar.outline.set_visible(False)  # type: ignore[operator]
    some = "" if places <= _PLACES else f"the first {_PLACES} of "
    style.write(
        grid[0, 1], f"The dense layer's weights: {some}{places} rows, one per place of the window", "feature", "node"
    )
    layer = convolution.dense
    title = (
        f"A convolution is a dense layer with shared weights: {layer.weight.size} weights, each 0 or one of "
        f"{convolution.kernel.size} (all {style.counted(count, 'channel')})"
    )
    head(figure, None, grid[0, 0], title)
    return SharedWeightsDisplay(figure, grid[0, 0], convolution, weight, grid[0, 1])
