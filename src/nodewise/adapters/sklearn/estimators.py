"""scikit-learn's estimators as steps: affine maps and the activations behind them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nodewise.activations import find
from nodewise.adapters.base import Affine, Step, UnreadableError
from nodewise.network import Dense

# What `activation` and `out_activation_` are called there and here.
_ACTIVATIONS = {"identity": "identity", "logistic": "sigmoid", "tanh": "tanh", "relu": "relu", "softmax": "softmax"}


def steps(estimator: Any) -> list[Step]:
    """Return what an estimator does to scaled samples.

    Raises:
        UnreadableError: If it is no network or linear model.
    """
    name = type(estimator).__name__
    if name not in _STEPS:
        raise UnreadableError(f"{name} is neither a network nor a linear model")
    return _STEPS[name](estimator)


def answer(estimator: Any) -> Callable[[Any], np.ndarray]:
    """Return what gives the outputs of an estimator: probabilities, decisions, or predictions."""
    name = type(estimator).__name__
    if name == "Perceptron":
        return estimator.decision_function
    if not hasattr(estimator, "classes_"):
        return estimator.predict
    if not hasattr(estimator, "predict_proba"):
        return estimator.decision_function if hasattr(estimator, "decision_function") else _codes(estimator)
    one = name in _STEPS and len(estimator.classes_) == 2 and not _multilabel(estimator)
    return (lambda x: estimator.predict_proba(x)[:, 1]) if one else estimator.predict_proba


def classes(estimator: Any) -> tuple[Any, ...]:
    """Return the labels of a classifier, () of a regressor or of several labels at once."""
    if not hasattr(estimator, "classes_") or _multilabel(estimator):
        return ()
    return tuple(entry.item() if isinstance(entry, np.generic) else entry for entry in np.asarray(estimator.classes_))


def _codes(estimator: Any) -> Callable[[Any], np.ndarray]:
    return lambda x: np.searchsorted(estimator.classes_, estimator.predict(x))


def _multilabel(estimator: Any) -> bool:
    return getattr(getattr(estimator, "_label_binarizer", None), "y_type_", "").startswith("multilabel")


def _mlp(estimator: Any) -> list[Step]:
    names = [estimator.activation] * (len(estimator.coefs_) - 1) + [estimator.out_activation_]
    found: list[Step] = []
    for weight, bias, name in zip(estimator.coefs_, estimator.intercepts_, names, strict=True):
        found += [Affine(weight.T, bias), find(_ACTIVATIONS[name])]
    return found


def _own(estimator: Any) -> list[Step]:
    found: list[Step] = []
    for layer in estimator.network_.layers:
        found += [Affine(layer.weight, layer.bias), layer.activation] if isinstance(layer, Dense) else [layer]
    return found


def _linear(estimator: Any) -> list[Step]:
    weight = np.atleast_2d(estimator.coef_)
    return [Affine(weight, np.broadcast_to(np.atleast_1d(estimator.intercept_), len(weight)))]


def _logistic(estimator: Any) -> list[Step]:
    one = len(estimator.coef_) == 1
    if not one and (estimator.solver == "liblinear" or getattr(estimator, "multi_class", None) == "ovr"):
        raise UnreadableError("its classes are one against the rest, whose probabilities are scaled to add up to 1")
    return [*_linear(estimator), find("sigmoid" if one else "softmax")]


_STEPS: dict[str, Callable[[Any], list[Step]]] = {
    "ElasticNet": _linear,
    "Lasso": _linear,
    "LinearRegression": _linear,
    "LogisticRegression": _logistic,
    "MLPClassifier": _mlp,
    "MLPRegressor": _mlp,
    "NodewiseClassifier": _own,
    "NodewiseRegressor": _own,
    "Perceptron": _linear,
    "Ridge": _linear,
}
