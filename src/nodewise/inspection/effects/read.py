"""The function: it checks what is asked, picks samples, and follows feature by feature."""

from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.data.checks import whole
from nodewise.errors import NodewiseError
from nodewise.inspection.effects import grid as grids
from nodewise.inspection.effects.answer import Effects
from nodewise.inspection.effects.curve import Curve, curve
from nodewise.inspection.effects.line import asked_for, line
from nodewise.inspection.effects.model import Model, model
from nodewise.inspection.reading import as_samples, readonly

_CHECKED = 16  # curves that are compared with the model itself


def effects(
    fit_or_model: Any,
    data: Any = None,
    feature: Any = None,
    grid: Any = 100,
    *,
    percentiles: tuple[float, float] = (0.05, 0.95),
    samples: int | None = 1000,
    curves: int = 50,
    seed: int = 0,
) -> Effects:
    """Follow the output along each feature, everything else in each sample as it is, and split it into its nodes.

    The individual curves are ICE (Goldstein et al. 2015), their mean the partial dependence (Friedman 2001), with the
    grid of scikit-learn's `partial_dependence`. Features that a pipeline made of one column, one for each category, are
    one curve: each sample is given each category as a whole. Both are a bias and what each node of the last hidden
    layer contributes (of a linear model each feature), exactly. Of a network whose output layer has an activation, such
    as a classifier, the pre-activations are followed, its logits. A black box has curves and no parts.

    Args:
        fit_or_model: A network, a fit that holds one, or a `Predictor`.
        data: Dataset or inputs [sample, feature]; by default the data of the fit.
        feature: Name or index, or several; all unless given. A column of categories goes by its own name too.
        grid: How many values to take: all the feature has where they are fewer, else so many between the percentiles;
            or the values themselves.
        percentiles: The ends of the grid, as shares.
        samples: How many samples to average over, drawn at random; None for all.
        curves: How many samples keep a curve of their own.
        seed: Which random draw.

    Raises:
        NodewiseError: If the data do not fit, or an argument is none of these.
    """
    asked = model(fit_or_model)
    data = getattr(fit_or_model, "data", None) if data is None else data
    if data is None:
        raise NodewiseError("effects need data to follow. Got none. Pass the Dataset, or inputs [sample, feature].")
    x = as_samples(asked.source, data)
    wanted, ends, at = asked_for(feature, asked.source), grids.shares(percentiles), grids.resolved(grid)
    picked = grids.pick(len(x), samples, seed)
    used, kept = x[picked], min(whole("curves", curves, 1), len(picked))
    lines = [line(what, asked.source, x, at, ends) for what in wanted]
    found = [curve(asked, used, each, kept) for each in lines]
    spread = np.stack([each.spread for each in found])
    return Effects(
        curves=tuple(found),
        bias=None if asked.bias is None else readonly(asked.bias),
        order=readonly(np.argsort(-spread, axis=0, kind="stable")),
        samples=readonly(picked),
        of_samples=len(x),
        residual=_residual(asked, used[: min(kept, _CHECKED)], found),
        of=asked.of,
        names=asked.names,
        output_names=asked.output_names,
        output_units=asked.output_units,
        places=readonly(np.stack([each.places[picked[:kept]] for each in lines], axis=1)),
        notes=_notes(asked, len(picked), len(x), seed),
        source=asked.source,
    )


def _residual(asked: Model, x: Float[np.ndarray, "sample feature"], found: list[Curve]) -> float:
    """Return the largest difference between curves and the model itself, called sample by sample, point by point."""
    largest = 0.0
    for each in found:
        rows = np.repeat(x, len(each.grid), axis=0)
        rows[:, list(each.columns)] = np.tile(each.values, (len(x), 1))
        called = asked.called(rows).reshape(len(x), len(each.grid), -1)
        largest = max(largest, float(np.abs(called - each.individual[: len(x)]).max()))
    return largest


def _notes(asked: Model, used: int, count: int, seed: int) -> tuple[str, ...]:
    found = []
    if used < count:
        found.append(f"Averaged over {used} of {count} samples, drawn at random (seed {seed}).")
    if asked.weight is None:
        found.append(f"The curves are not split into nodes: {asked.reason}.")
    return tuple(found)
