"""A wave that jumps, trained with the gradient that automatic differentiation gives and with the one it misses."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from nodewise import activations
from nodewise.data import checks, problems
from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.jumps import Arm, Jumps, slopes
from nodewise.inspection.reading import readonly
from nodewise.training.ensemble import ensemble
from nodewise.training.jumping import train_jumping
from nodewise.training.settings import Settings, merged

_DEFAULT = Settings(start="glorot", solver="adam", learning_rate=0.1, steps=1000, starts=64)
_SET = ("hidden", "activation", "solver", "validation", "loss", "l2")
_POINTS = 1001  # on which errors are measured
_WEIGHTS = 121
_AROUND = 0.3, 2.0  # of the trained weight


def jumps(
    data: Dataset | None = None,
    hidden: Any = (1, 3, 5, 16),
    activation: str = "saw",
    beside: str = "triangle",
    *,
    good: float = 0.15,
    settings: Settings | None = None,
    progress: Callable[[int, int], None] | None = None,
    **more: Any,
) -> Jumps:
    """Train networks whose activation jumps along two gradients, and compare both with the slope of the expected loss.

    Automatic differentiation gives the mean of the slopes of the samples' losses. Where a jump passes a sample its loss
    changes at once, which no slope tells; over inputs of any density that is a part of the gradient, see
    `nodewise.inspection.jumps.expected`. With it a network can find out where to jump.

    Args:
        data: Samples of a problem with one feature and one target, at different places; the first essay's sine unless
            given.
        hidden: Widths, a number or several.
        activation: One that jumps, saw or step.
        beside: One that does not, trained with automatic differentiation alone.
        good: The largest root-mean-square error to the truth of a good start.
        settings: Of the trainings; from Glorot's start, Adam with a learning rate of 0.1, 1000 steps and 64 starts
            unless given.
        progress: Called with (arms done, arms) after each; three arms per width.
        more: Settings by name, as `nodewise.fit` takes them, which win over `settings`.

    Raises:
        NodewiseError: If the data are others, the activation does not jump, or a setting breaks a rule.
    """
    given = merged(settings, more, _DEFAULT, apart=_SET)
    data = _checked(problems.sine() if data is None else data)
    good = checks.real("good", good, 0)
    row, other = activations.find(activation), activations.find(beside)
    if not row.jumps or other.jumps:
        raise NodewiseError(
            "activation must be one that jumps (saw, step), and beside one that does not. "
            f"Got {row.name!r} and {other.name!r}."
        )
    widths = [checks.whole("hidden", width, 1) for width in np.atleast_1d(np.asarray(hidden)).tolist()]
    if not widths:
        raise NodewiseError("hidden must be at least one width. Got none.")
    usual = replace(given, solver="adam", validation=0.0, loss="squared", l2=0.0)
    arms = []
    for width in widths:
        for name, gradient in ((row.name, "autograd"), (row.name, "with jumps"), (other.name, "autograd")):
            arms.append(_arm(data, replace(usual, hidden=(width,), activation=(name,)), gradient, width))
            if progress:
                progress(len(arms), 3 * len(widths))
    low, high = float(data.inputs.min()), float(data.inputs.max())
    first = arms[int(np.argmin(widths)) * 3 + 1].network
    assert data.function is not None
    weight = float(first.folded.dense[0].weight[0, 0])
    along = weight * np.linspace(*_AROUND, _WEIGHTS)
    along = along if weight > 0 else along[::-1]
    return Jumps(tuple(arms), good, first, slopes(first, data.function, low, high, along), low, high)


def _checked(data: Any) -> Dataset:
    if not isinstance(data, Dataset):
        raise NodewiseError(f"data must be a Dataset. Got {type(data).__name__}; nodewise.problems makes some.")
    right = data.features == 1 and data.targets is not None and data.targets.shape[1] == 1 and data.function is not None
    if not right or len(np.unique(data.inputs)) < data.samples or data.weights is not None:
        raise NodewiseError(
            "data must be samples of one feature and one target whose truth is known, at different places and without "
            f"weights. Got {data.name or 'others'}; nodewise.problems.sine() is one."
        )
    return data


def _arm(data: Dataset, settings: Settings, gradient: str, width: int) -> Arm:
    x = np.linspace(data.inputs.min(), data.inputs.max(), _POINTS)[:, None]
    if gradient == "autograd":
        trained = ensemble(data, settings)
        said, made = trained.outputs(x), trained.network
    else:
        history = train_jumping(data, settings)
        said, made = history.curves(x), history.network
    assert data.function is not None
    with np.errstate(all="ignore"):
        errors = np.sqrt(((said - data.function(x)) ** 2).mean((1, 2)))
    errors = np.where(np.isfinite(errors), errors, np.inf)
    return Arm(width, settings.activation[0], gradient, readonly(errors), made(int(errors.argmin())))
