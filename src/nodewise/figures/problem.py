"""The picture of data: samples over one feature or two, with the true function or the classes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError, unknown
from nodewise.figures import classes, style

_POINTS = 801
_GRID = 121


@dataclass(frozen=True, eq=False)
class ProblemDisplay(style.Display):
    """Data, drawn.

    Attributes:
        inputs: [sample, feature], of the features drawn.
        targets: [sample], of the output drawn; None where there are labels only.
        labels: [sample], as they were, where they were drawn, or None.
        x: [point], where the true function was drawn, or None; [point, 2] for two features.
        truth: [point], the true function there, or None.
    """

    inputs: Float[np.ndarray, "sample feature"]
    targets: Float[np.ndarray, " sample"] | None
    labels: np.ndarray | None
    x: np.ndarray | None
    truth: np.ndarray | None


def problem(
    data: Dataset,
    *,
    feature: int = 0,
    output: int = 0,
    features: str | Sequence[str] | None = None,
    ax: Axes | None = None,
) -> ProblemDisplay:
    """Draw samples and, where it is known, the true function; or samples in the colours of their classes.

    Targets over one feature give a curve, over two a map whose colour is the target. Of three or more features one is
    drawn, with the target above it. Labels over two features give dots coloured by class, over one a row of dots for
    each class.

    Args:
        data: Samples with targets or labels; of both the targets are drawn.
        feature: Of targets: which feature to draw of three or more, counted from 0.
        output: Which target to draw, counted from 0.
        features: Of labels: names of the one or two features to draw, as `figures.boundaries` takes them; the first
            two, or the only one, unless given.
        ax: Axes to draw on; new ones unless given.

    Raises:
        NodewiseError: If there are neither targets nor labels, or no such feature or output.
    """
    if data.targets is None and data.labels is None:
        raise NodewiseError("a picture of data needs targets or labels. Got neither; give numbers or classes.")
    if data.targets is None:
        return _draw_labels(data, feature, features, ax)
    if features is not None:
        raise NodewiseError(f"features must be left out of data with targets. Got {features!r}; use feature=0, 1, ….")
    for name, value, count in (("feature", feature, data.features), ("output", output, data.outputs)):
        if value not in range(count):
            raise NodewiseError(f"{name} must be a whole number from 0 to {count - 1}. Got {value!r}.")
    figure, ax = style.panel(ax)
    if data.features == 2:
        return _draw_map(figure, ax, data, output)
    return _draw_curve(figure, ax, data, feature, output)


def _draw_labels(data: Dataset, feature: int, features: str | Sequence[str] | None, ax: Axes | None) -> ProblemDisplay:
    if feature:
        raise NodewiseError(f"feature must be left out of data with labels. Got {feature!r}; name features instead.")
    drawn = _features(data, features)
    colours = classes.palette(np.bincount(data.codes, minlength=len(data.classes)))
    inputs = data.inputs[:, drawn]
    names = [style.label(data.feature_names[i], data.feature_units[i]) for i in drawn]
    figure, ax = style.panel(ax, (style.WIDE[0], 4.4) if len(drawn) > 1 else style.WIDE)
    extra = f", over {len(drawn)} of {data.features} features" if len(drawn) < data.features else ""
    title = f"{style.counted(data.samples, 'sample')} of {data.name} in {len(data.classes)} classes{extra}"
    if len(drawn) == 1:
        classes.draw_rows(ax, data.classes, colours, inputs[:, 0], data.codes)
        style.write(ax, title, names[0], style.short(data.label), narrower=classes.NARROWER)
    else:
        classes.draw_dots(ax, inputs, data.codes, colours)
        style.write(ax, title, *names)
        style.legend(ax, colours.handles(data.classes))
    return ProblemDisplay(figure, ax, inputs, None, data.labels, None, None)


def _features(data: Dataset, asked: str | Sequence[str] | None) -> list[int]:
    if asked is None:
        return list(range(min(data.features, 2)))
    names = [asked] if isinstance(asked, str) else list(asked)
    for name in names:
        if name not in data.feature_names:
            raise unknown("feature", name, data.feature_names)
    if not 1 <= len(set(names)) == len(names) <= 2:
        raise NodewiseError(
            f"features must name one feature or two different ones. Got {', '.join(map(repr, names)) or 'none'}."
        )
    return [data.feature_names.index(name) for name in names]


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
    return ProblemDisplay(figure, ax, inputs, targets, None, x, truth)


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
        data.inputs[:, 0],
        data.inputs[:, 1],
        30,
        targets,
        cmap="cividis",
        vmin=low,
        vmax=high,
        edgecolors="white",
        linewidths=0.8,
        zorder=3,
    )
    bar = figure.colorbar(dots, ax=ax)
    bar.set_label(_target_label(data, output), fontsize=10, color=style.INK)
    bar.ax.tick_params(labelsize=9, labelcolor=style.INK, color="#555555")
    bar.outline.set_visible(False)  # type: ignore[operator]
    ax.grid(False)
    ending = ", over the true function" if truth is not None else ""
    names = [style.label(name, unit) for name, unit in zip(data.feature_names, data.feature_units, strict=True)]
    style.write(ax, f"{style.counted(data.samples, 'sample')} of {data.name}{ending}", *names)
    return ProblemDisplay(figure, ax, data.inputs, targets, None, x, truth)


def _targets(data: Dataset, output: int) -> np.ndarray:
    return np.empty(0) if data.targets is None else data.targets[:, output]


def _target_label(data: Dataset, output: int) -> str:
    return style.label(data.target_names[output], data.target_units[output])
