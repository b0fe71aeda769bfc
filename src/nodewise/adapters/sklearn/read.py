"""Networks and linear models of scikit-learn, alone or behind scalers and encoders."""

import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nodewise.adapters.base import Affine, Model, Step, UnreadableError
from nodewise.adapters.sklearn import columns as col
from nodewise.adapters.sklearn import estimators
from nodewise.adapters.sklearn.original import Original, groups, snapping
from nodewise.adapters.sklearn.table import Encode
from nodewise.adapters.sklearn.unwrapped import check_fitted, given, names_of, unwrapped
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
        remedy = "fit it with refit=True" if hasattr(model, "cv_results_") else "give the pipeline that ends in one"
        raise NodewiseError(f"a model must predict. Got {name}, which does not; {remedy}.")
    check_fitted(model)
    before, estimator, target_steps, reason = unwrapped(model)
    names = names_of(model, [*before, estimator])
    features, through = col.start(names)
    inner = type(estimator).__name__
    about: dict[str, Any] = {"kind": f"scikit-learn {inner}" + f" in a {name}" * (inner != name)}
    about |= {"version": f"scikit-learn {sys.modules['sklearn'].__version__}", "classes": estimators.classes(estimator)}
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
        _check_width(inside[0], len(through))
    except UnreadableError as error:
        return _black_box(model, before, estimator, names, {"reason": str(error), **about})
    kept, scaling, first = _before(features, through, inside[0])
    encoded = any(features.category[i] is not None for i in kept)
    named = encoded or len(kept) < len(names) or bool(given(model))
    return Model(
        steps=[*scaling, first, *inside[1:], *target_steps],
        call=Original(estimators.answer(model, estimator), features, kept, names, bool(given(model))),
        inputs=len(kept),
        feature_names=[features.names[i] for i in kept] if named else (),
        typical=np.array([[features.low[i] for i in kept], [features.high[i] for i in kept]]),
        note=" ".join([*features.notes, *_left_out(features, kept)]),
        snap=snapping(features, kept) if encoded else None,
        columns=names,
        encode=Encode(before, given(model), features, behind, kept),
        encoded=_encoded(features, kept, names),
        fills=[features.fills.get(i) for i in kept] if features.fills else (),
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
        told |= {"columns": names, "encode": _known(Encode(before, given(model), features, through, kept), features)}
        told |= {"encoded": _encoded(features, kept, names)}
    snap = snapping(features, kept)

    def asked(answer: Callable[[Any], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
        original = Original(answer, features, kept, names, bool(given(model)))
        return lambda x: original(snap(x))

    if "decide" in told:
        told["decide"] = asked(told["decide"])
    named = [features.names[i] for i in kept] if encoded else given(model)
    call = asked(estimators.answer(model, estimator))
    return Model(steps=None, call=call, inputs=len(kept), feature_names=named, **told)


def _known(encode: Encode, features: col.Features) -> Callable[[Any], np.ndarray]:
    """Return what encodes a table for a model that is called by category, and refuses those without a name."""

    def checked(table: Any) -> np.ndarray:
        found = encode(table)
        for source, places in groups(features, encode.kept).items():
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


def _check_width(first: Any, width: int) -> None:
    if first.weight.shape[1] != width:
        raise UnreadableError(f"its first layer takes {first.weight.shape[1]} columns, and gets {width}")


def _before(features: col.Features, columns: col.Columns, first: Any) -> tuple[list[int], list[Step], Affine]:
    """Return which features are used, the scaling before the first layer, and that layer in the features' order.

    A feature that is scaled twice, in two columns, leaves no one scaling: then all of it is multiplied into the layer.
    """
    kept = sorted({column.feature for column in columns}, key=lambda i: (features.source[i], i))
    place = {i: at for at, i in enumerate(kept)}
    weight, bias = first.weight, np.array(first.bias, float)
    shift, factor = np.zeros(len(kept)), np.ones(len(kept))
    at = [place[column.feature] for column in columns]
    own_factor, own_shift = (np.array([getattr(column, which) for column in columns]) for which in ("factor", "shift"))
    if len(columns) == len(kept):
        weight, factor[at], shift[at] = weight if at == sorted(at) else weight[:, np.argsort(at)], own_factor, own_shift
    else:
        weight = np.zeros((len(first.weight), len(kept)))
        np.add.at(weight.T, at, (first.weight * own_factor).T)
        bias += first.weight @ own_shift
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
