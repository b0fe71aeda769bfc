"""scikit-learn's estimators as steps: affine maps and the activations behind them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nodewise.activations import find
from nodewise.adapters.base import Affine, Step, UnreadableError
from nodewise.errors import NodewiseError
from nodewise.network import Dense

_BINARY = 2
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
    try:
        return _STEPS[name](estimator)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise UnreadableError("its weights are not where scikit-learn keeps them") from None


def answer(model: Any, estimator: Any) -> Callable[[Any], np.ndarray]:
    """Return what gives the outputs of a model: probabilities, decisions, or predictions.

    Args:
        model: What is called, such as a pipeline.
        estimator: What it ends in.
    """
    name = type(estimator).__name__
    if not _labels(estimator):
        return model.predict
    if name in _LINES:  # SGDClassifier has probabilities too, for some of its losses
        return model.decision_function
    if not hasattr(estimator, "predict_proba"):
        return model.decision_function if _decides(estimator) else _said(model, estimator)
    one = name in _STEPS and len(estimator.classes_) == 2 and not _multilabel(estimator)
    return (lambda x: model.predict_proba(x)[:, 1]) if one else model.predict_proba


def classes(estimator: Any) -> tuple[Any, ...]:
    """Return the labels of a classifier, () of a regressor or of several labels at once.

    Raises:
        NodewiseError: If there is only one.
    """
    if not _labels(estimator) or _multilabel(estimator):
        return ()
    found = tuple(entry.item() if isinstance(entry, np.generic) else entry for entry in np.asarray(estimator.classes_))
    if len(found) == 1:
        raise NodewiseError(
            f"a classifier must tell two classes or more apart. Got one, {found[0]!r}; fit it on samples "
            "of another too."
        )
    return found


def decision(model: Any, estimator: Any) -> dict[str, Any]:
    """Return how a classifier that is only called decides: `decide`, `ends` and `threshold` of a `Predictor`.

    Its own choice need not be its largest output: support vector machines vote, and their probabilities are fitted
    beside.
    """
    if not _labels(estimator) or _multilabel(estimator):
        return {}
    said = _said(model, estimator)
    numbers = not hasattr(estimator, "predict_proba") and _decides(estimator)
    return {"decide": lambda x: said(x).argmax(axis=1), "threshold": 0.0, "ends": None if numbers else (0.0, 1.0)}


def _labels(estimator: Any) -> bool:
    """Whether it tells one label of each sample."""
    return hasattr(estimator, "classes_") and not isinstance(estimator.classes_, list)


def _decides(estimator: Any) -> bool:
    """Whether its decision function has one column per class, or one for two; not one for each pair."""
    pairs = getattr(estimator, "decision_function_shape", "ovr") == "ovo" and len(estimator.classes_) > _BINARY
    return hasattr(estimator, "decision_function") and not pairs


def _said(model: Any, estimator: Any) -> Callable[[Any], np.ndarray]:
    """Return what gives 1 for the class that is said and 0 for the others [sample, class]."""
    return lambda x: (np.asarray(model.predict(x))[:, None] == np.asarray(estimator.classes_)).astype(float)


def _multilabel(estimator: Any) -> bool:
    return getattr(getattr(estimator, "_label_binarizer", None), "y_type_", "").startswith("multilabel")


def _mlp(estimator: Any) -> list[Step]:
    names = [estimator.activation] * (len(estimator.coefs_) - 1) + [estimator.out_activation_]
    unknown = next((name for name in names if name not in _ACTIVATIONS), None)
    if unknown is not None:
        raise UnreadableError(f"its activation {unknown} is not known here")
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
    weight = np.atleast_2d(estimator.coef_.toarray() if hasattr(estimator.coef_, "toarray") else estimator.coef_)
    return [Affine(weight, np.broadcast_to(np.atleast_1d(estimator.intercept_), len(weight)))]


def _logistic(estimator: Any) -> list[Step]:
    one = len(estimator.coef_) == 1
    if not one and (estimator.solver == "liblinear" or getattr(estimator, "multi_class", None) == "ovr"):
        raise UnreadableError("its classes are one against the rest, whose probabilities are scaled to add up to 1")
    return _discriminant(estimator)


def _discriminant(estimator: Any) -> list[Step]:
    return [*_linear(estimator), find("sigmoid" if len(estimator.coef_) == 1 else "softmax")]


# Those that give one line per output; of a classifier its decision function.
_LINES = (
    "ARDRegression", "BayesianRidge", "ElasticNet", "ElasticNetCV", "HuberRegressor", "Lars", "LarsCV", "Lasso",
    "LassoCV", "LassoLars", "LassoLarsCV", "LassoLarsIC", "LinearRegression", "LinearSVC", "LinearSVR",
    "MultiTaskElasticNet", "MultiTaskElasticNetCV", "MultiTaskLasso", "MultiTaskLassoCV", "OrthogonalMatchingPursuit",
    "OrthogonalMatchingPursuitCV", "PassiveAggressiveClassifier", "PassiveAggressiveRegressor", "Perceptron",
    "QuantileRegressor", "Ridge", "RidgeCV", "RidgeClassifier", "RidgeClassifierCV", "SGDClassifier", "SGDRegressor",
    "TheilSenRegressor",
)  # fmt: skip
_STEPS: dict[str, Callable[[Any], list[Step]]] = {
    **dict.fromkeys(_LINES, _linear),
    "LinearDiscriminantAnalysis": _discriminant,
    "LogisticRegression": _logistic,
    "LogisticRegressionCV": _logistic,
    "MLPClassifier": _mlp,
    "MLPRegressor": _mlp,
    "NodewiseClassifier": _own,
    "NodewiseRegressor": _own,
}
