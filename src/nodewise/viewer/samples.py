"""The samples and the true function, as the viewer's page draws them."""

from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from nodewise.data.dataset import Dataset

_MOST_SAMPLES = 4000
_POINTS = 2001  # of the true function of one feature
_GRID = 41  # points per feature of the true function of two features


def drawn(data: Dataset) -> Int[np.ndarray, " sample"]:
    """Return which samples are shipped: all, or 4000 of them, evenly chosen."""
    if data.samples <= _MOST_SAMPLES:
        return np.arange(data.samples)
    return np.linspace(0, data.samples - 1, _MOST_SAMPLES).round().astype(np.intp)


def samples(inspection: Any) -> dict[str, np.ndarray]:
    """Return the arrays of the samples, and of those held out of the training if the fit is of these samples."""
    data, fit = inspection.data, inspection.fit
    arrays = _arrays("data", data)
    if fit is not None and fit.data is data and fit.held_out is not None:
        arrays |= _arrays("held_out", fit.held_out, data.classes)
        arrays["data.held_out"] = held_out(fit)[drawn(data)].astype(np.int32)
    return arrays


def held_out(fit: Any) -> Bool[np.ndarray, " sample"]:
    """Return which samples of a fit's data were held out of the training."""
    if fit.held_out is None:
        return np.zeros(fit.data.samples, bool)
    return fit.data.held_out(fit.settings.validation, fit.settings.seed)


def truth(data: Dataset) -> dict[str, np.ndarray]:
    """Return the true function at points, where it is known and there are one or two features to draw it over."""
    if data.function is None or data.features > 2:
        return {}
    points = _line(data) if data.features == 1 else _plane(data)
    with np.errstate(all="ignore"):  # it may not be defined outside the data
        values = np.asarray(data.function(points), float).reshape(len(points), -1)
    return {"truth.inputs": points, "truth.values": values}


def _arrays(prefix: str, data: Dataset, classes: tuple[Any, ...] = ()) -> dict[str, np.ndarray]:
    index = drawn(data)
    found: dict[str, Any] = {"inputs": data.inputs, "targets": data.targets, "weights": data.weights}
    if data.labels is not None:
        found["codes"] = _codes(data, classes or data.classes)
    return {f"{prefix}.{name}": values[index] for name, values in found.items() if values is not None}


def _codes(data: Dataset, classes: tuple[Any, ...]) -> Int[np.ndarray, " sample"]:
    """Return the place of each sample's label among `classes`, of which the data may have only some."""
    place = np.array([classes.index(label) for label in data.classes], np.int32)
    return place[data.codes]


def _line(data: Dataset) -> Float[np.ndarray, "point feature"]:
    low, high = float(data.low[0]), float(data.high[0])
    return np.linspace(2 * low - high, 2 * high - low, _POINTS)[:, None]


def _plane(data: Dataset) -> Float[np.ndarray, "point feature"]:
    axes = np.linspace(data.low, data.high, _GRID).T
    return np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 2)
