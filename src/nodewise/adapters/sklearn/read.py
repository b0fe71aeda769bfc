"""Networks and linear models of scikit-learn, alone or behind scalers and encoders."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

from nodewise.adapters.base import Affine, Model, Step, UnreadableError
from nodewise.adapters.sklearn import columns as col
from nodewise.adapters.sklearn import estimators
from nodewise.adapters.sklearn.table import Encode, frame
from nodewise.errors import NodewiseError
from nodewise.network import Scale


def read(model: Any) -> Model:
    """Read a fitted estimator, or a pipeline that ends in one, as steps; the pipeline's scalers are part of it.

    Args:
        model: An estimator, `Pipeline`, `TransformedTargetRegressor` or a search, or one of these in another.

    Raises:
        NodewiseError: If it is not fitted, or no estimator.
    """
    model = getattr(model, "best_estimator_", model)
    name = type(model).__name__
    if not (hasattr(model, "predict") and hasattr(model, "get_params")):
        raise NodewiseError(f"a model must predict. Got {name}, which does not; give the pipeline that ends in one.")
    _check_fitted(model)
    before, estimator, target_steps, reason = _unwrapped(model)
    names = _names(model, [*before, estimator])
    features, through = col.start(names)
    inner = type(estimator).__name__
    about: dict[str, Any] = {"kind": f"scikit-learn {inner}" + f" in a {name}" * (inner != name)}
    about |= {"version": f"scikit-learn {version('scikit-learn')}", "classes": estimators.classes(estimator)}
    try:
        if reason:
            raise UnreadableError(reason)
        for step in before:
            through = col.walk(step, features, through)
        behind = through
        inside = estimators.steps(estimator)
        if isinstance(inside[0], Scale):
            through = col.scaled(through, inside[0].shift, inside[0].factor)
            inside = inside[1:]
    except UnreadableError as error:
        return _black_box(model, before, estimator, names, {"reason": str(error), **about})
    kept, scaling, first = _before(features, through, inside[0])
    encoded = any(features.category[i] is not None for i in kept)
    named = encoded or len(kept) < len(names) or bool(_given(model))
    return Model(
        steps=[*scaling, first, *inside[1:], *target_steps],
        call=_Original(estimators.answer(model, estimator), features, kept, names, bool(_given(model))),
        inputs=len(kept),
        feature_names=[features.names[i] for i in kept] if named else (),
        typical=np.array([[features.low[i] for i in kept], [features.high[i] for i in kept]]),
        note=" ".join([*features.notes, *_left_out(features, kept)]),
        snap=_snap(features, kept) if encoded else None,
        columns=names,
        encode=Encode(before, _given(model), features, behind, kept),
        encoded=_encoded(features, kept, names),
        network=getattr(model, "network_", None),
        **about,
    )


def _black_box(model: Any, before: Sequence[Any], estimator: Any, names: list[str], about: dict[str, Any]) -> Model:
    """Return a model that is only called, with the features that its encoders make, as far as these can be read."""
    told = {**estimators.decision(model, estimator), **about}
    features, through = _encoding(before, names)
    encoded = any(category is not None for category in features.category)
    kept: Sequence[int] = range(len(names))
    if encoded:
        kept = sorted({column.feature for column in through}, key=lambda i: (features.source[i], i))
        told |= {"columns": names, "encode": _known(Encode(before, _given(model), features, through, kept), features)}
        told |= {"encoded": _encoded(features, kept, names)}
    snap = _snap(features, kept)

    def asked(answer: Callable[[Any], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
        original = _Original(answer, features, kept, names, bool(_given(model)))
        return lambda x: original(snap(x))

    if "decide" in told:
        told["decide"] = asked(told["decide"])
    named = [features.names[i] for i in kept] if encoded else _given(model)
    call = asked(estimators.answer(model, estimator))
    return Model(steps=None, call=call, inputs=len(kept), feature_names=named, **told)


def _known(encode: Encode, features: col.Features) -> Callable[[Any], np.ndarray]:
    """Return what encodes a table for a model that is called by category, and refuses those without a name."""

    def checked(table: Any) -> np.ndarray:
        found = encode(table)
        for source, places in _groups(features, encode.kept).items():
            unknown = np.flatnonzero(~found[:, places].any(axis=1))
            if source not in features.dropped and len(unknown):
                column = table.columns[source][unknown[0]]
                raise NodewiseError(
                    f"a black box is asked by categories that its encoder knows. Got {column} at sample "
                    f"{unknown[0] + 1}. Leave such samples out."
                )
        return found

    return checked


def _encoding(before: Sequence[Any], names: list[str]) -> tuple[col.Features, col.Columns]:
    """Return the features that the steps before an estimator make, and its columns; of those unknown the table's."""
    features, through = col.start(names)
    try:
        for step in before:
            through = col.walk(step, features, through)
    except UnreadableError:
        return col.start(names)
    return features, through


@dataclass(frozen=True, eq=False)
class _Original:
    """The original, called with the network's features: the table that it takes is put together from them."""

    answer: Callable[[Any], np.ndarray]
    features: col.Features
    kept: Sequence[int]
    names: Sequence[str]
    frame: bool

    def __call__(self, x: np.ndarray) -> np.ndarray:
        texts = bool(self.features.dropped) or any(self.features.category[i] is not None for i in self.kept)
        table = np.zeros((len(x), len(self.names)), dtype=object if texts else float)
        for source in range(len(self.names)):
            table[:, source] = self.features.dropped.get(source, 0) if texts else 0.0
            mine = [(at, i) for at, i in enumerate(self.kept) if self.features.source[i] == source]
            for at, i in mine:
                category = self.features.category[i]
                if category is None:
                    table[:, source] = x[:, at]
                else:
                    table[x[:, at] == 1, source] = category
        return self.answer(frame(self.names, table.T) if self.frame else table)


def _check_fitted(model: Any) -> None:
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


def _unwrapped(model: Any) -> tuple[list[Any], Any, list[Step], str]:
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
    if name not in ("StandardScaler", "MinMaxScaler", "RobustScaler", "MaxAbsScaler"):
        return [], f"its target goes through {name}, which is not known to be affine"
    features, columns = col.start([f"y{i}" for i in range(scaler.n_features_in_)])
    columns = col.walk(scaler, features, columns)
    shift, factor = (np.array([getattr(c, field) for c in columns]) for field in ("shift", "factor"))
    return [Scale(-shift / factor, 1 / factor)], ""


def _names(model: Any, inside: Sequence[Any]) -> list[str]:
    given = _given(model)
    count = next(c for part in (model, *inside) if (c := getattr(part, "n_features_in_", None)))
    return given or ([f"x{i + 1}" for i in range(count)] if count > 1 else ["x"])


def _given(model: Any) -> list[str]:
    return [str(name) for name in getattr(model, "feature_names_in_", ())]


def _before(features: col.Features, columns: col.Columns, first: Any) -> tuple[list[int], list[Step], Affine]:
    """Return which features are used, the scaling before the first layer, and that layer in the features' order.

    A feature that is scaled twice, in two columns, leaves no one scaling: then all of it is multiplied into the layer.
    """
    kept = sorted({column.feature for column in columns}, key=lambda i: (features.source[i], i))
    place = {i: at for at, i in enumerate(kept)}
    once = len(columns) == len(kept)
    weight, bias = np.zeros((len(first.weight), len(kept))), np.array(first.bias, float)
    shift, factor = np.zeros(len(kept)), np.ones(len(kept))
    for i, column in enumerate(columns):
        at = place[column.feature]
        if once:
            shift[at], factor[at] = column.shift, column.factor
        weight[:, at] += first.weight[:, i] * (1.0 if once else column.factor)
        bias += 0.0 if once else first.weight[:, i] * column.shift
    scaled = shift.any() or (factor != 1).any()
    return kept, [Scale(shift, factor)] if scaled else [], Affine(weight, bias)


def _encoded(features: col.Features, kept: Sequence[int], names: Sequence[str]) -> list[tuple[str, str, str]]:
    """Return the column, the category and the feature of all features that stand for a category."""
    found = [
        (names[features.source[i]], str(features.category[i]), features.names[i])
        for i in kept
        if features.category[i] is not None
    ]
    sources = {features.source[i] for i in kept}
    return found + [(names[i], str(category), "") for i, category in features.dropped.items() if i in sources]


def _left_out(features: col.Features, kept: Sequence[int]) -> list[str]:
    used = {features.source[i] for i in kept}
    unused = [name for name, source in zip(features.names, features.source, strict=True) if source not in used]
    return [f"Not used: {', '.join(unused)}."] if unused else []


def _snap(features: col.Features, kept: Sequence[int]) -> Callable[[np.ndarray], np.ndarray]:
    """Return what makes one category of each encoded column 1 and the others 0: the largest.

    Where one category has no feature, it is the one of samples whose others are all small.
    """
    groups = _groups(features, kept)

    def snap(x: np.ndarray) -> np.ndarray:
        x = x.copy()
        for source, places in groups.items():
            given = x[:, places]
            none = given.max(axis=1, keepdims=True) < 0.5
            x[:, places] = np.where(none & (source in features.dropped), 0, np.eye(len(places))[given.argmax(axis=1)])
        return x

    return snap


def _groups(features: col.Features, kept: Sequence[int]) -> dict[int, list[int]]:
    """Return of each encoded column the places of its categories among the features that are kept."""
    groups: dict[int, list[int]] = {}
    for at, i in enumerate(kept):
        if features.category[i] is not None:
            groups.setdefault(features.source[i], []).append(at)
    return groups
