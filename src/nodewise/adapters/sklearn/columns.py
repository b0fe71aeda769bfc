"""What scikit-learn does to columns before an estimator sees them, as one affine map of the network's features.

Scalers are affine. An imputer does nothing to samples without gaps. A one-hot encoder is passed through: what it makes
of a column are features of the network, by the encoder's names.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from nodewise.adapters.base import UnreadableError


@dataclass(frozen=True, eq=False)
class Column:
    """One column on its way through a pipeline: shift + factor·feature.

    Attributes:
        feature: Which of the network's features it is made of.
        factor: What it is multiplied by.
        shift: What is added then.
    """

    feature: int
    factor: float = 1.0
    shift: float = 0.0


@dataclass(eq=False)
class Features:
    """The network's features, found while walking through a pipeline.

    Attributes:
        names: One each.
        source: Of each the column of the table it is made of.
        category: Of each the category it stands for, or None for a number.
        low, high: Of each where samples lie, as far as a scaler tells.
        dropped: Of columns of the table whose encoder leaves one category out, that category: all others are 0.
        fills: What an imputer puts where a feature is missing.
        notes: Sentences about what stays outside the network.
    """

    names: list[str] = field(default_factory=list)
    source: list[int] = field(default_factory=list)
    category: list[Any] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    dropped: dict[int, Any] = field(default_factory=dict)
    fills: dict[int, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, source: int, category: Any = None) -> int:
        """Add a feature and return its place."""
        self.names.append(name)
        self.source.append(source)
        self.category.append(category)
        self.low.append(0.0 if category is not None else -1.0)
        self.high.append(1.0)
        return len(self.names) - 1


Columns = list[Column]


def start(names: Sequence[str]) -> tuple[Features, Columns]:
    """Return one feature and one column for each name."""
    features = Features()
    return features, [Column(features.add(name, i)) for i, name in enumerate(names)]


def walk(transformer: Any, features: Features, columns: Columns) -> Columns:
    """Return the columns behind a transformer, and note in `features` what it told about them.

    Raises:
        UnreadableError: If it is no affine map that is known here.
    """
    if transformer == "passthrough" or transformer is None:
        return columns
    if transformer == "drop":
        return []
    name = type(transformer).__name__
    if name not in _TRANSFORMERS:
        raise UnreadableError(f"{name} is a step that is not known to be affine")
    return _TRANSFORMERS[name](transformer, features, columns)


def scaled(columns: Columns, shift: Any, factor: Any) -> Columns:
    """Return the columns behind a scaling, shift + factor·column."""
    return [
        replace(column, factor=factor[i] * column.factor, shift=shift[i] + factor[i] * column.shift)
        for i, column in enumerate(columns)
    ]


def _scaled(features: Features, columns: Columns, shift: Any, factor: Any, low: Any, high: Any) -> Columns:
    for i, column in enumerate(columns):
        if column.factor == 1 and column.shift == 0 and features.category[column.feature] is None:
            features.low[column.feature], features.high[column.feature] = float(low[i]), float(high[i])
    return scaled(columns, shift, factor)


def _standard(scaler: Any, features: Features, columns: Columns) -> Columns:
    mean = _or(scaler.mean_ if scaler.with_mean else None, 0.0, columns)
    scale = _or(scaler.scale_, 1.0, columns)
    middle = _or(scaler.mean_, 0.0, columns)
    spread = 2 * np.abs(scale)  # negative only in a scaler that nodewise has made
    return _scaled(features, columns, -mean / scale, 1 / scale, middle - spread, middle + spread)


def _min_max(scaler: Any, features: Features, columns: Columns) -> Columns:
    if scaler.clip:
        raise UnreadableError("MinMaxScaler with clip=True bends at the ends of the data")
    return _scaled(features, columns, scaler.min_, scaler.scale_, scaler.data_min_, scaler.data_max_)


def _robust(scaler: Any, features: Features, columns: Columns) -> Columns:
    centre, scale = _or(scaler.center_, 0.0, columns), _or(scaler.scale_, 1.0, columns)
    return _scaled(features, columns, -centre / scale, 1 / scale, centre - 2 * scale, centre + 2 * scale)


def _max_abs(scaler: Any, features: Features, columns: Columns) -> Columns:
    scale = scaler.scale_
    return _scaled(features, columns, np.zeros(len(scale)), 1 / scale, -scale, scale)


def _or(given: Any, otherwise: float, columns: Columns) -> np.ndarray:
    return np.full(len(columns), otherwise) if given is None else np.asarray(given, float)


def _imputer(imputer: Any, features: Features, columns: Columns) -> Columns:
    if imputer.add_indicator:
        raise UnreadableError("SimpleImputer with add_indicator=True adds columns that tell of gaps")
    if not _is_gap(imputer.missing_values):
        raise UnreadableError(f"SimpleImputer fills {imputer.missing_values!r}, which is a value like others")
    # What was missing in all samples of the fit is no column behind it.
    kept = [not _is_gap(value) for value in imputer.statistics_]
    columns = [column for column, there in zip(columns, kept, strict=True) if there]
    statistics = imputer.statistics_[kept]
    told = []
    for column, value in zip(columns, statistics, strict=True):
        number = isinstance(value, int | float | np.number)
        fill = float((value - column.shift) / column.factor) if number else value
        features.fills.setdefault(column.feature, fill)
        told.append(f"{features.names[column.feature]} = {f'{fill:.4g}' if number else fill}")
    features.notes.append(f"Gaps are filled before the network: {', '.join(told)}.")
    return columns


def _is_gap(value: Any) -> bool:
    return value is None or type(value).__name__ == "NAType" or (isinstance(value, float) and value != value)


def _one_hot(encoder: Any, features: Features, columns: Columns) -> Columns:
    behind = []
    taken = [features.names[column.feature] for column in columns]
    names = iter(encoder.get_feature_names_out(taken))
    for i, (column, categories) in enumerate(zip(columns, encoder.categories_, strict=True)):
        if column.factor != 1 or column.shift != 0:
            raise UnreadableError("OneHotEncoder behind a scaler")
        dropped = None if encoder.drop_idx_ is None else encoder.drop_idx_[i]
        if getattr(encoder, "infrequent_categories_", None) and encoder.infrequent_categories_[i] is not None:
            raise UnreadableError("OneHotEncoder that joins infrequent categories")
        for k, category in enumerate(categories):
            if k == dropped:
                features.dropped[features.source[column.feature]] = category
            else:
                behind.append(Column(features.add(str(next(names)), features.source[column.feature], category)))
                if column.feature in features.fills:
                    features.fills[behind[-1].feature] = float(category == features.fills[column.feature])
    are = "is" if len(taken) == 1 else "are"
    features.notes.append(f"{', '.join(taken)} {are} read as encoded, one feature per category.")
    features.notes += [
        f"Where all of {name} are 0 it is {features.dropped[features.source[column.feature]]}."
        for name, column in zip(taken, columns, strict=True)
        if features.source[column.feature] in features.dropped
    ]
    return behind


def _function(transformer: Any, features: Features, columns: Columns) -> Columns:
    """A fitted ColumnTransformer holds "passthrough" as a function that is None."""
    if transformer.func is not None:
        name = getattr(transformer.func, "__name__", "a function")
        raise UnreadableError(f"FunctionTransformer calls {name}, which is not known to be affine")
    return columns


def _columns(transformer: Any, features: Features, columns: Columns) -> Columns:
    behind = []
    for _, part, chosen in transformer.transformers_:
        behind += walk(part, features, [columns[i] for i in _places(chosen, transformer)])
    return behind


def _places(chosen: Any, transformer: Any) -> list[int]:
    names = list(getattr(transformer, "feature_names_in_", []))
    if isinstance(chosen, slice):
        return list(range(*chosen.indices(transformer.n_features_in_)))
    entries = [chosen] if isinstance(chosen, str | int) else list(chosen)
    if entries and isinstance(entries[0], bool | np.bool_):
        return [i for i, taken in enumerate(entries) if taken]
    return [names.index(entry) if isinstance(entry, str) else int(entry) for entry in entries]


def _pipeline(pipeline: Any, features: Features, columns: Columns) -> Columns:
    for _, step in pipeline.steps:
        columns = walk(step, features, columns)
    return columns


_TRANSFORMERS: dict[str, Callable[[Any, Features, Columns], Columns]] = {
    "ColumnTransformer": _columns,
    "FunctionTransformer": _function,
    "MaxAbsScaler": _max_abs,
    "MinMaxScaler": _min_max,
    "OneHotEncoder": _one_hot,
    "Pipeline": _pipeline,
    "RobustScaler": _robust,
    "SimpleImputer": _imputer,
    "StandardScaler": _standard,
}
