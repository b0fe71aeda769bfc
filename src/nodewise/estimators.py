"""The scikit-learn face: `NodewiseRegressor` and `NodewiseClassifier`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.network import Dense, Network, Scale
from nodewise.network.network import called

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError:
    raise NodewiseError(
        'the estimators need scikit-learn. Got none installed; run: pip install "nodewise[sklearn]"'
    ) from None


class _Estimator(BaseEstimator):
    """What both have: the settings of `nodewise.fit` as parameters, and the fit as an attribute."""

    def __init__(
        self,
        hidden: int | Sequence[int] = (10,),
        activation: str | Sequence[str] = "sigmoid",
        *,
        solver: str = "auto",
        steps: int = 1000,
        learning_rate: float | None = None,
        start: str = "spread",
        starts: int = 8,
        l2: float = 0.0,
        loss: str = "auto",
        batch: int | None = None,
        validation: float | None = None,
        precision: str = "float64",
        seed: int = 0,
    ) -> None:
        self.hidden = hidden
        self.activation = activation
        self.solver = solver
        self.steps = steps
        self.learning_rate = learning_rate
        self.start = start
        self.starts = starts
        self.l2 = l2
        self.loss = loss
        self.batch = batch
        self.validation = validation
        self.precision = precision
        self.seed = seed

    @property
    def network_(self) -> Network:
        """The trained network, in the units of X and y, over all columns of X."""
        check_is_fitted(self)
        return self._network

    def _train(self, x: np.ndarray, **target: Any) -> None:
        from nodewise.training.fit import fit  # loads JAX: only when something is trained

        names = tuple(getattr(self, "feature_names_in_", ())) or tuple(f"x{i + 1}" for i in range(x.shape[1]))
        varying = np.flatnonzero((x != x[0]).any(axis=0))
        if not len(varying):
            raise NodewiseError(f"X must have a column that varies. Got {x.shape[1]} feature(s), all constant.")
        kept = tuple(str(names[i]) for i in varying)
        self.fit_ = fit(Dataset(x[:, varying], feature_names=kept, **target), **self.get_params())
        self._network = over_all(self.fit_.network, varying, tuple(map(str, names)))


def over_all(network: Network, columns: np.ndarray, names: Sequence[str]) -> Network:
    """Return a network over some columns as the equal one over all of them: the others have weight 0.

    Args:
        network: [column of `columns`] features.
        columns: Which columns its features are.
        names: Of all columns.
    """
    layers: list[Dense | Scale] = list(network.layers)
    if isinstance(layers[0], Scale):
        shift, factor = np.zeros(len(names)), np.ones(len(names))
        shift[columns], factor[columns] = layers[0].shift, layers[0].factor
        layers[0] = Scale(shift, factor)
    first = next(i for i, layer in enumerate(layers) if isinstance(layer, Dense))
    dense = network.dense[0]
    weight = np.zeros((dense.outputs, len(names)))
    weight[:, columns] = dense.weight
    layers[first] = replace(dense, weight=weight)
    return replace(network, layers=tuple(layers), feature_names=tuple(names), feature_units=())


class NodewiseRegressor(RegressorMixin, _Estimator):
    """A regression by a small network, trained by `nodewise.fit`, with its parameters.

    Parameters are the settings of `nodewise.fit`; `solver` is "auto" and `starts` 8 unless given.

    Attributes:
        fit_: The `Fit`, for `nodewise.inspect` and the readings; constant columns of X are left out of it.
        network_: The network, in the units of X and y, over all columns of X.
        n_features_in_: Number of columns of X.
        feature_names_in_: Their names, where X was a frame.
    """

    def fit(self, X: Any, y: Any) -> "NodewiseRegressor":
        """Train on X [sample, feature] and y [sample] or [sample, output].

        Raises:
            NodewiseError: If the settings do not fit the data.
            ValueError: If X or y is no array of finite numbers.
        """
        X, y = validate_data(self, X, y, dtype=np.float64, multi_output=True, y_numeric=True, ensure_min_samples=2)
        self._flat = y.ndim == 1
        targets = np.asarray(y, float).reshape(len(X), -1)
        self._train(X, targets=targets)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the outputs for X: [sample], or [sample, output] where y had several columns.

        Raises:
            ValueError: If X is no array of finite numbers with the features trained on.
        """
        check_is_fitted(self)
        values = self.network_(validate_data(self, X, dtype=np.float64, reset=False))
        return values[:, 0] if self._flat else values

    def __sklearn_tags__(self) -> Any:
        """Return what scikit-learn may expect: y of several columns too."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


class NodewiseClassifier(ClassifierMixin, _Estimator):
    """A classification by a small network, trained by `nodewise.fit`, with its parameters.

    Attributes:
        fit_: The `Fit`, for `nodewise.inspect` and the readings; constant columns of X are left out of it.
        network_: The network, in the units of X, over all columns of X.
        classes_: The labels, sorted.
        n_features_in_: Number of columns of X.
        feature_names_in_: Their names, where X was a frame.
    """

    def fit(self, X: Any, y: Any) -> "NodewiseClassifier":
        """Train on X [sample, feature] and the labels y [sample].

        Raises:
            NodewiseError: If there is one class only, or the settings do not fit the data.
            ValueError: If X is no array of finite numbers or y no labels.
        """
        X, y = validate_data(self, X, y, dtype=np.float64, ensure_min_samples=2)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise NodewiseError(f"y must have at least 2 classes. Got 1 class: {self.classes_[:1].tolist()[0]!r}.")
        self._train(X, labels=codes)
        names = tuple(entry.item() if isinstance(entry, np.generic) else entry for entry in self.classes_)
        named = all(isinstance(name, str | bool | int) for name in names)
        names = names if named else tuple(map(str, names))
        outputs = tuple(map(called, names[1:] if self._network.outputs == 1 else names))
        self._network = replace(self._network, classes=names, output_names=outputs)
        return self

    def predict_proba(self, X: Any) -> Float[np.ndarray, "sample class"]:
        """Return the probability of each class, in the order of `classes_`.

        Raises:
            ValueError: If X is no array of finite numbers with the features trained on.
        """
        check_is_fitted(self)
        values = self.network_(validate_data(self, X, dtype=np.float64, reset=False))
        return np.hstack([1 - values, values]) if values.shape[1] == 1 else values

    def predict(self, X: Any) -> np.ndarray:
        """Return the most probable class of each sample.

        Raises:
            ValueError: If X is no array of finite numbers with the features trained on.
        """
        chosen = self.predict_proba(X).argmax(axis=1)
        return self.classes_[chosen]
