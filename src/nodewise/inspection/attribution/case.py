"""A training laid open: its model, samples and queries in the scaled units it was trained in, and the way back."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.inspection.attribution.record import Asked
from nodewise.network import Scale
from nodewise.training.objective import Model
from nodewise.training.task import task


@dataclass(frozen=True, eq=False)
class Case:
    """What a reading of a training's record starts from; numbers without unit are scaled.

    Attributes:
        model: Architecture, loss and penalty.
        inputs, targets: Of the samples trained on, [sample, feature] and [sample, output].
        weights: [sample], summing to 1.
        queries: [query, feature].
        shift, factor: [output], from the training's outputs to the user's unit: shift + factor·output.
        l2: Strength of the penalty.
        parameters: [parameter], those of the network kept.
        asked: The question and the words for it.
    """

    model: Model
    inputs: Float[np.ndarray, "sample feature"]
    targets: Float[np.ndarray, "sample output"]
    weights: Float[np.ndarray, " sample"]
    queries: Float[np.ndarray, "query feature"]
    shift: Float[np.ndarray, " output"]
    factor: Float[np.ndarray, " output"]
    l2: float
    parameters: Float[np.ndarray, " parameter"]
    asked: Asked


def parameters_of(fit: Any) -> Float[np.ndarray, " parameter"]:
    """Return the parameters of the network a fit has kept, float64."""
    return np.asarray(fit.starts.parameters[fit.starts.best], float)


def case(fit: Any, asked: Asked) -> Case:
    """Return a fit's training laid open, in the precision it ran in."""
    history, train = fit.history, fit.train
    first, last = history.template.layers[0], history.template.layers[-1]
    outputs = history.model.sizes[-1]
    shift, factor = (last.shift, last.factor) if isinstance(last, Scale) else (np.zeros(outputs), np.ones(outputs))
    scaled = first if isinstance(first, Scale) else np.asarray
    seen = lambda values: np.asarray(values, fit.settings.precision).astype(float)  # noqa: E731
    weights = np.ones(train.samples) if train.weights is None else train.weights
    return Case(
        model=history.model,
        inputs=seen(scaled(train.inputs)),
        targets=seen((task(fit.data).targets(train) - shift) / factor),
        weights=seen(weights / weights.sum()),
        queries=np.asarray(scaled(asked.queries), float),
        shift=shift,
        factor=factor,
        l2=float(np.asarray(fit.settings.l2, fit.settings.precision)),
        parameters=parameters_of(fit),
        asked=asked,
    )
