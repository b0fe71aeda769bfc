"""What stands before an estimator, behind it and around it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nodewise.adapters.base import Step
from nodewise.adapters.sklearn import columns as col
from nodewise.errors import NodewiseError
from nodewise.network import Scale


def check_fitted(model: Any) -> None:
    """Refuse a model that is not fitted, or a part of whose pipeline is not.

    Raises:
        NodewiseError: If so; says which part.
    """
    from sklearn.exceptions import NotFittedError
    from sklearn.utils.validation import check_is_fitted

    parts = [part for _, part in model.steps] if type(model).__name__ == "Pipeline" else []
    for part in (model, *(part for part in parts if hasattr(part, "fit"))):
        try:
            check_is_fitted(part)
        except (NotFittedError, TypeError):
            name = type(part).__name__
            got = f"an unfitted {name}" if part is model else f"a Pipeline whose {name} is not"
            raise NodewiseError(
                f"a model must be fitted before it is opened. Got {got}; call its fit(X, y) first."
            ) from None


def unwrapped(model: Any) -> tuple[list[Any], Any, list[Step], str]:
    """Return what stands before the estimator, the estimator, the steps behind it, and why those cannot be read."""
    before: list[Any] = []
    behind: list[Step] = []
    reason = ""
    while True:
        name = type(model).__name__
        if hasattr(model, "best_estimator_"):
            model = model.best_estimator_
        elif name == "Pipeline":
            before += [step for _, step in model.steps[:-1]]
            model = model.steps[-1][1]
        elif name == "TransformedTargetRegressor":
            steps, told = _target(model.transformer_)
            behind, reason, model = [*steps, *behind], reason or told, model.regressor_
        else:
            return before, model, behind, reason


def _target(scaler: Any) -> tuple[list[Step], str]:
    """Return the steps that bring an answer back to the target's unit, and why they cannot be read."""
    name = type(scaler).__name__
    if name == "FunctionTransformer" and scaler.func is None and scaler.inverse_func is None:  # as none was asked for
        return [], ""
    if name not in ("StandardScaler", "MinMaxScaler", "RobustScaler", "MaxAbsScaler"):
        return [], f"its target goes through {name}, which is not known to be affine"
    features, columns = col.start([f"y{i}" for i in range(scaler.n_features_in_)])
    columns = col.walk(scaler, features, columns)
    shift, factor = (np.array([getattr(c, field) for c in columns]) for field in ("shift", "factor"))
    return [Scale(-shift / factor, 1 / factor)], ""


def names_of(model: Any, inside: Sequence[Any]) -> list[str]:
    """Return what the columns of the table that a model takes are called, by it or by their places.

    Raises:
        NodewiseError: If it does not tell how many there are.
    """
    count = next((c for part in (model, *inside) if (c := getattr(part, "n_features_in_", None))), None)
    if count is None:
        raise NodewiseError(
            f"a model must tell how many features it takes, as n_features_in_. {type(model).__name__} does not; "
            "wrap its predict in a nodewise.Predictor."
        )
    return given(model) or ([f"x{i + 1}" for i in range(count)] if count > 1 else ["x"])


def given(model: Any) -> list[str]:
    """Return the names of the columns that a model was fitted on, [] where these had none."""
    return [str(name) for name in getattr(model, "feature_names_in_", ())]
