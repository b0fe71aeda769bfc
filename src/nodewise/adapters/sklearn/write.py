"""A network as a fitted estimator of scikit-learn, between scalers where it has scalings."""

from typing import Any

import numpy as np

from nodewise.errors import NodewiseError
from nodewise.network import Dense, Network, Scale

_ACTIVATIONS = {"identity": "identity", "sigmoid": "logistic", "tanh": "tanh", "relu": "relu"}


def to_sklearn(network: Network) -> Any:
    """Return a network as a fitted estimator of scikit-learn, equal to rounding.

    Without hidden layers it is a `LinearRegression` or `LogisticRegression`, else an `MLPRegressor` or `MLPClassifier`;
    behind a scaling of the features a `Pipeline` with a `StandardScaler`, and with a scaling of the outputs a
    `TransformedTargetRegressor`. Names of features are not carried over, so that plain arrays are taken silently.

    Raises:
        NodewiseError: If scikit-learn is missing, or its estimators cannot hold the network: they have one activation
            (identity, sigmoid, tanh or relu) in all hidden layers, and linear outputs, softmax, or one sigmoid.
    """
    try:
        from sklearn.pipeline import make_pipeline
    except ImportError:
        raise NodewiseError('scikit-learn is not installed. Run: pip install "nodewise[sklearn]"') from None
    before, layers, behind = _parts(network)
    hidden = _hidden(layers)
    output = layers[-1].activation.name
    if output == "identity" and not network.classes:
        estimator = _regressor(layers, hidden)
    elif behind is None and (output == "softmax" or (output == "sigmoid" and network.outputs == 1)):
        estimator = _classifier(network, layers, hidden)
    else:
        raise NodewiseError(
            "an estimator of scikit-learn has linear outputs without classes, or softmax or one sigmoid for its "
            f"classes. Got {output}{' and a scaling' if behind is not None else ''} on {network.outputs} output(s)"
            f"{' with classes' if network.classes else ''}; use to_onnx."
        )
    if before is not None:
        estimator = make_pipeline(_scaler(-before.shift / before.factor, 1 / before.factor), estimator)
    return estimator if behind is None else _transformed(estimator, behind)


def _parts(network: Network) -> tuple[Scale | None, tuple[Dense, ...], Scale | None]:
    """Return the scaling of the features, the layers without any, and the scaling of the outputs."""
    layers = list(network.layers)
    before = layers.pop(0) if isinstance(layers[0], Scale) and isinstance(layers[1], Dense) else None
    behind = layers.pop() if isinstance(layers[-1], Scale) and isinstance(layers[-2], Dense) else None
    return before, Network(tuple(layers)).folded.dense, behind  # type: ignore[return-value]


def _hidden(layers: tuple[Dense, ...]) -> str:
    names = list(dict.fromkeys(layer.activation.name for layer in layers[:-1])) or ["identity"]
    if len(names) > 1 or names[0] not in _ACTIVATIONS:
        raise NodewiseError(
            f"scikit-learn's networks have one of {', '.join(_ACTIVATIONS)} in all hidden layers. "
            f"Got {', '.join(names)}; use to_onnx."
        )
    return _ACTIVATIONS[names[0]]


def _regressor(layers: tuple[Dense, ...], hidden: str) -> Any:
    if len(layers) == 1:
        from sklearn.linear_model import LinearRegression

        one = layers[0].outputs == 1
        linear: Any = LinearRegression()
        linear.coef_ = layers[0].weight[0].copy() if one else layers[0].weight.copy()
        linear.intercept_ = float(layers[0].bias[0]) if one else layers[0].bias.copy()
        linear.n_features_in_ = layers[0].inputs
        return linear
    from sklearn.neural_network import MLPRegressor

    return _weights(MLPRegressor(hidden_layer_sizes=_sizes(layers), activation=hidden), layers, "identity")


def _classifier(network: Network, layers: tuple[Dense, ...], hidden: str) -> Any:
    classes = np.array(network.classes or range(max(2, network.outputs)))
    if list(classes) != sorted(classes):
        raise NodewiseError(
            f"classes must be in order for scikit-learn. Got {', '.join(map(str, classes[:6]))}; use to_onnx."
        )
    if len(layers) == 1:
        from sklearn.linear_model import LogisticRegression

        linear: Any = LogisticRegression()
        linear.coef_, linear.intercept_ = layers[0].weight.copy(), layers[0].bias.copy()
        linear.classes_, linear.n_features_in_ = classes, layers[0].inputs
        linear.n_iter_ = np.zeros(1, dtype=np.int32)
        if layers[0].outputs == 2:  # scikit-learn keeps one row of two classes: the difference of the logits
            linear.coef_, linear.intercept_ = (
                linear.coef_[1:] - linear.coef_[:1],
                linear.intercept_[1:] - linear.intercept_[:1],
            )
        return linear
    from sklearn.neural_network import MLPClassifier
    from sklearn.preprocessing import LabelBinarizer

    if layers[-1].outputs == 2:
        last = layers[-1]
        one = Dense(last.weight[1:] - last.weight[:1], last.bias[1:] - last.bias[:1], "sigmoid")  # type: ignore[arg-type]
        layers = (*layers[:-1], one)
    output = "logistic" if layers[-1].outputs == 1 else "softmax"
    model = _weights(MLPClassifier(hidden_layer_sizes=_sizes(layers), activation=hidden), layers, output)
    model.classes_, model._label_binarizer = classes, LabelBinarizer().fit(classes)  # noqa: SLF001  # as fit does
    return model


def _sizes(layers: tuple[Dense, ...]) -> tuple[int, ...]:
    return tuple(layer.outputs for layer in layers[:-1])


def _weights(model: Any, layers: tuple[Dense, ...], output: str) -> Any:
    model.coefs_ = [layer.weight.T.copy() for layer in layers]
    model.intercepts_ = [layer.bias.copy() for layer in layers]
    model.out_activation_, model.n_layers_ = output, len(layers) + 1
    model.n_outputs_, model.n_features_in_ = layers[-1].outputs, layers[0].inputs
    model.n_iter_, model.t_ = 0, 0
    return model


def _scaler(mean: np.ndarray, scale: np.ndarray) -> Any:
    from sklearn.preprocessing import StandardScaler

    scaler: Any = StandardScaler()
    scaler.mean_, scaler.scale_, scaler.var_ = np.array(mean), np.array(scale), np.square(scale)
    scaler.n_features_in_, scaler.n_samples_seen_ = len(mean), 0
    return scaler


def _transformed(estimator: Any, scale: Scale) -> Any:
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.preprocessing import StandardScaler

    model = TransformedTargetRegressor(estimator, transformer=StandardScaler())
    model.regressor_, model.transformer_ = estimator, _scaler(scale.shift, scale.factor)
    model._training_dim = 1 if scale.outputs == 1 else 2  # noqa: SLF001  # as fit does
    return model
