"""The picture of data: samples over one feature or two, with the true function where it is known."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.figures import style

_POINTS = 801
_GRID = 121


@dataclass(frozen=True, eq=False)
class ProblemDisplay(style.Display):
    """Data, drawn.

    Attributes:
        inputs: [sample, feature], of the features drawn.
        targets: [sample], of the output drawn.
        x: [point], where the true function was drawn, or None; [point, 2] for two features.
        truth: [point], the true function there, or None.
    """

    inputs: Float[np.ndarray, "sample feature"]
    targets: Float[np.ndarray, " sample"]
    x: np.ndarray | None
    truth: np.ndarray | None


def problem(data: Dataset, *, feature: int = 0, output: int = 0, ax: Axes | None = None) -> ProblemDisplay:
    """Draw samples and, where it is known, the true function.

    One feature gives a curve, two features a map whose colour is the target. Of three or more features one is drawn,
    with the target above it.

    Args:
        data: Samples with targets.
        feature: Which feature to draw of three or more, counted from 0.
        output: Which target to draw, counted from 0.
        ax: Axes to draw on; new ones unless given.

    Raises:
        NodewiseError: If there are no targets, or no such feature or output.
    """
    if data.targets is None:
        raise NodewiseError("a picture of data needs targets. Got labels only; give numbers as targets.")
    for name, value, count in (("feature", feature, data.features), ("output", output, data.outputs)):
        if value not in range(count):
            raise NodewiseError(f"{name} must be a whole number from 0 to {count - 1}. Got {value!r}.")
    figure, ax = style.panel(ax)
    if data.features == 2:
        return _draw_map(figure, ax, data, output)
    return _draw_curve(figure, ax, data, feature, output)


def _draw_curve(figure: Figure, ax: Axes, data: Dataset, feature: int, output: int) -> ProblemDisplay:
    inputs, targets = data.inputs[:, [feature]], _targets(data, output)
    x = truth = None
    if data.function is not None and data.features == 1:
        x = np.linspace(data.low[0], data.high[0], _POINTS)
        truth = data.function(x[:, None])[:, output]
        ax.plot(x, truth, color=style.TRUTH, linewidth=1.6, label="true function", zorder=3)
    style.draw_samples(ax, inputs[:, 0], targets)
    extra = f", over 1 of {data.features} features" if data.features > 1 else ""
    style.write(
        ax, f"{style.counted(data.samples, 'sample')} of {data.name}{extra}",
        style.label(data.feature_names[feature], data.feature_units[feature]), _target_label(data, output),
    )  # fmt: skip
    style.legend(ax)
    return ProblemDisplay(figure, ax, inputs, targets, x, truth)


def _draw_map(figure: Figure, ax: Axes, data: Dataset, output: int) -> ProblemDisplay:
    targets = _targets(data, output)
    x = truth = None
    low, high = targets.min(), targets.max()
    if data.function is not None:
        across, up = (np.linspace(*pair, _GRID) for pair in zip(data.low, data.high, strict=True))
        x = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
        truth = data.function(x)[:, output]
        low, high = min(low, truth.min()), max(high, truth.max())
        ax.contourf(
            across, up, truth.reshape(_GRID, _GRID), np.linspace(low, high, 13), cmap="cividis", vmin=low, vmax=high
        )
    dots = ax.scatter(
        *data.inputs.T, 30, targets, cmap="cividis", vmin=low, vmax=high, edgecolors="white", linewidths=0.8, zorder=3
    )
    bar = figure.colorbar(dots, ax=ax)
    bar.set_label(_target_label(data, output), fontsize=10, color=style.INK)
    bar.ax.tick_params(labelsize=9, labelcolor=style.INK, color="#555555")
    bar.outline.set_visible(False)  # type: ignore[operator]
    ax.grid(False)
    ending = ", over the true function" if truth is not None else ""
    names = [style.label(name, unit) for name, unit in zip(data.feature_names, data.feature_units, strict=True)]
    style.write(ax, f"{style.counted(data.samples, 'sample')} of {data.name}{ending}", *names)
    return ProblemDisplay(figure, ax, data.inputs, targets, x, truth)


def _targets(data: Dataset, output: int) -> np.ndarray:
    return np.empty(0) if data.targets is None else data.targets[:, output]


def _target_label(data: Dataset, output: int) -> str:
    return style.label(data.target_names[output], data.target_units[output])
