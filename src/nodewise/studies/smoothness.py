"""Smooth and jagged targets, fitted with smooth and jagged activations from the same starts."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise import activations as table
from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.reading import readonly
from nodewise.inspection.smoothness import Smoothness
from nodewise.network import Network
from nodewise.training.ensemble import ensemble
from nodewise.training.settings import Settings, merged

_DEFAULT = Settings(hidden=(10,), start="spread", solver="adam", learning_rate=0.03, steps=2000, starts=32)
_SAMPLES = 100
# Uneven, so that no wave has them all by itself.
_CORNERS = np.array([-1, -0.7, -0.45, 0, 0.2, 0.65, 1])
_HEIGHTS = np.array([0, 1, -0.6, 0.8, -1, 0.5, -0.2])
_POINTS = 2001  # between the first and the last sample


def smoothness(
    targets: Sequence[Dataset] | None = None,
    activations: Sequence[str] = ("tanh", "relu", "triangle"),
    settings: Settings | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
    **more: Any,
) -> Smoothness:
    """Fit every target with every activation from the same starts, and compare the errors start by start.

    Args:
        targets: Problems with one feature and one target, whose truth is known; unless given 100 samples without noise
            of a smooth curve and of a jagged one on [-1, 1], half cosines and straight lines between the same seven
            corners.
        activations: Which ones.
        settings: Of the trainings; 10 nodes spread over the data, Adam with a learning rate of 0.03, 2000 steps and 32
            starts unless given.
        progress: Called with (pairs done, pairs of a target and an activation) after each.
        more: Settings by name, as `nodewise.fit` takes them, which win over `settings`.

    Raises:
        NodewiseError: If there are no targets or activations, a target's truth is not known, or a setting breaks a
            rule.
    """
    given = merged(settings, more, _DEFAULT, apart=("activation", "validation"))
    names = tuple(table.find(name).name for name in ([activations] if isinstance(activations, str) else activations))
    data = _targets(targets)
    if not names:
        raise NodewiseError("activations must be at least one name. Got none.")
    depth = len(given.hidden)
    kinds = [replace(given, activation=(name,) * depth, validation=0.0) for name in names]
    read = []
    for each, kind in product(data, kinds):
        read.append(_fitted(each, kind))
        if progress:
            progress(len(read), len(data) * len(kinds))
    read = [read[i : i + len(kinds)] for i in range(0, len(read), len(kinds))]
    errors = readonly([[errors for errors, _ in row] for row in read])
    return Smoothness(data, names, given.hidden, errors, tuple(tuple(network for _, network in row) for row in read))


def smooth(x: Float[np.ndarray, "sample feature"]) -> Float[np.ndarray, "sample output"]:
    """Return the smooth target: half cosines from corner to corner."""
    after = np.clip(np.searchsorted(_CORNERS, x, side="right"), 1, len(_CORNERS) - 1)
    along = (x - _CORNERS[after - 1]) / (_CORNERS[after] - _CORNERS[after - 1])
    return _HEIGHTS[after - 1] + (_HEIGHTS[after] - _HEIGHTS[after - 1]) * (1 - np.cos(np.pi * along)) / 2


def jagged(x: Float[np.ndarray, "sample feature"]) -> Float[np.ndarray, "sample output"]:
    """Return the jagged target: straight lines from corner to corner."""
    return np.interp(x, _CORNERS, _HEIGHTS)


def _targets(given: Any) -> tuple[Dataset, ...]:
    if given is None:
        x = np.linspace(-1, 1, _SAMPLES)[:, None]
        pairs = (("the smooth target", smooth), ("the jagged target", jagged))
        return tuple(Dataset(x, function(x), function=function, noise=0, name=name) for name, function in pairs)
    data = (given,) if isinstance(given, Dataset) else tuple(given)
    for each in data:
        if not isinstance(each, Dataset) or each.features != 1 or each.targets is None or each.function is None:
            got = repr(each.name) if isinstance(each, Dataset) else type(each).__name__
            raise NodewiseError(
                f"targets must be datasets of one feature, with targets and a known truth. Got {got}; "
                "nodewise.problems makes some."
            )
    if not data:
        raise NodewiseError("targets must be at least one dataset. Got none.")
    return data


def _fitted(data: Dataset, settings: Settings) -> tuple[Float[np.ndarray, " start"], Network]:
    x = np.linspace(data.inputs.min(), data.inputs.max(), _POINTS)[:, None]
    trained = ensemble(data, settings)
    assert data.function is not None
    with np.errstate(all="ignore"):
        errors = np.sqrt(((trained.outputs(x) - data.function(x)) ** 2).mean((1, 2)))
    errors = np.where(np.isfinite(errors), errors, np.inf)
    return errors, trained.network(int(errors.argmin()))
