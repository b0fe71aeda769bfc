"""From what a user hands over to blocks of rows: a dataset, a frame or a file, large Parquet files batch by batch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise.data.batches import Large, batches, look
from nodewise.data.dataset import Dataset
from nodewise.data.files import is_parquet
from nodewise.data.filled import filled
from nodewise.data.source import Header, listed
from nodewise.data.tables import read_table
from nodewise.errors import NodewiseError
from nodewise.network import Network, Predictor
from nodewise.network.network import default_names

Names = str | Sequence[str] | None


@dataclass(frozen=True, eq=False)
class Block:
    """Some rows.

    Attributes:
        x: [row, feature].
        targets: [row, output], or None.
        codes: [row], place among the model's classes, or None.
        dropped: How many rows beside these lack a value.
        filled: How many values were missing, and are filled as the model does.
    """

    x: Float[np.ndarray, "row feature"]
    targets: Float[np.ndarray, "row output"] | None
    codes: Int[np.ndarray, " row"] | None
    dropped: int = 0
    filled: int = 0


@dataclass(frozen=True, eq=False)
class Stream:
    """Rows that stream by, and what their columns are called.

    Attributes:
        name: What the data are called.
        features, feature_units: One each.
        targets, target_units: One each; none where there are no targets.
        label: What the labels are called; "" where there are none.
        blocks: The rows.
    """

    name: str
    features: tuple[str, ...]
    feature_units: tuple[str, ...]
    targets: tuple[str, ...]
    target_units: tuple[str, ...]
    label: str
    blocks: Iterator[Block]


def stream(model: Network | Predictor, source: Any, targets: Names, features: Names, rows: int) -> Stream:
    """Return the rows of a source, of which a Parquet file alone is not read whole.

    Raises:
        NodewiseError: If the source is none, a column is missing, or labels are none of the model's classes.
    """
    if isinstance(source, Dataset):
        return _of_dataset(model, source, 0, rows)
    if set(_listed(features) or ()) == set(model.feature_names):
        features = list(model.feature_names)  # in the model's order
    if isinstance(source, Large) or is_parquet(source):
        return _of_parquet(model, source if isinstance(source, Large) else look(source), targets, features, rows)
    return _of_dataset(model, *_read_whole(model, source, targets, features), rows)


def _fills(model: Network | Predictor) -> tuple[float | None, ...]:
    """Return what the model puts where a feature is missing, () where it fills nothing."""
    fills = model.origin.fills if model.origin else ()
    return fills if len(fills) == model.inputs else ()


def _read_whole(model: Network | Predictor, source: Any, targets: Names, features: Names) -> tuple[Dataset, int]:
    own = [model.label] if model.classes and model.label else list(model.output_names)
    chosen = list(model.feature_names) if features is None and named(model) else features
    task = "classification" if model.classes else "regression"
    fills = _fills(model)
    data = read_table(source, own if targets is None else targets, chosen, task=task, gaps=bool(fills))
    return filled(data, fills) if data.features == len(fills) else (data, 0)


def named(model: Network | Predictor) -> bool:
    """Whether the model knows the names of its features."""
    return model.feature_names != default_names("x", model.inputs)


def _of_dataset(model: Network | Predictor, data: Dataset, found: int, rows: int) -> Stream:
    if data.features != model.inputs:
        raise _width(model, data.feature_names)
    fits = data.outputs == model.outputs
    codes = None if data.labels is None or not model.classes else _codes(model.classes, data)

    def blocks() -> Iterator[Block]:
        for start in range(0, data.samples, rows):
            some = slice(start, start + rows)
            targets = data.targets[some] if fits and data.targets is not None else None
            once = (0, 0) if start else (data.dropped, found)
            yield Block(data.inputs[some], targets, None if codes is None else codes[some], *once)

    names, units = (data.target_names, data.target_units) if fits else ((), ())
    label = "" if codes is None else data.label
    return Stream(data.name, data.feature_names, data.feature_units, names, units, label, blocks())


def _codes(classes: Sequence[Any], data: Dataset) -> Int[np.ndarray, " row"]:
    places = {label: place for place, label in enumerate(classes)}
    strange = [label for label in data.classes if label not in places]
    if strange:
        raise NodewiseError(
            f"labels must be among the network's classes: {', '.join(map(repr, classes))}. Got {strange[0]!r} in "
            f"{data.label!r}. Give data with the labels it was trained on, or without any."
        )
    return np.array([places[label] for label in data.classes])[data.codes]


def _of_parquet(model: Network | Predictor, table: Large, targets: Names, features: Names, rows: int) -> Stream:
    header = table.header
    label, outputs = _wanted(model, header, _listed(targets))
    inputs = _inputs(model, table, _listed(features), {*outputs, label})
    chosen = [*inputs, *outputs]

    def blocks() -> Iterator[Block]:
        for batch in batches(table, chosen, rows, label, model.classes, _fills(model)):
            x, y = batch.values[:, : len(inputs)], batch.values[:, len(inputs) :]
            yield Block(x, y if outputs else None, batch.codes, batch.dropped, batch.filled)

    places = [header.find("column", name) for name in chosen]
    units = ["years" if table.is_date(place) else header.units[place] for place in places]
    names = [header.names[place] for place in places]
    k = len(inputs)
    return Stream(
        table.path.stem, tuple(names[:k]), tuple(units[:k]), tuple(names[k:]), tuple(units[k:]), label, blocks()
    )


def _wanted(model: Network | Predictor, header: Header, targets: list[str] | None) -> tuple[str, list[str]]:
    """Return the column of labels, and those of targets; without targets named, those there are."""
    if targets is None:
        own = [model.label] if model.classes else list(model.output_names)
        targets = own if all(name and _has(header, name) for name in own) else []
    refuse_missing("targets", header, targets)
    if model.classes and targets:
        if len(targets) > 1:
            raise NodewiseError(f"targets must name one column of labels. Got {len(targets)}: {', '.join(targets)}.")
        return targets[0], []
    if targets and len(targets) != model.outputs:
        raise NodewiseError(
            f"targets must name one column for each of the {model.outputs} output(s): {', '.join(model.output_names)}. "
            f"Got {len(targets)}: {', '.join(targets)}."
        )
    return "", targets


def _inputs(model: Network | Predictor, table: Large, features: list[str] | None, taken: set[str]) -> list[str]:
    """Return the features' columns: those named, those the model knows, or all others that hold numbers."""
    header = table.header
    if features is None and named(model):
        features = list(model.feature_names)
    if features is None:
        used = {header.find("target", name) for name in taken if name}
        features = [name for i, name in enumerate(header.names) if i not in used and table.is_number(i)]
    refuse_missing("features", header, features)
    if len(features) != model.inputs:
        raise _width(model, features)
    return features


def refuse_missing(what: str, header: Header, names: Sequence[str]) -> None:
    """Refuse names that are no columns of a table, all of them at once."""
    missing = [name for name in names if not _has(header, name)]
    if missing:
        raise NodewiseError(
            f"{what} must name columns of {header.table}. It has none called {listed(missing)}. Its columns are "
            f"{listed(header.full)}."
        )


def _has(header: Header, name: str) -> bool:
    return name in header.full or name in header.names


def _listed(names: Names) -> list[str] | None:
    return [names] if isinstance(names, str) else None if names is None else list(names)


def _width(model: Network | Predictor, names: Sequence[str]) -> NodewiseError:
    return NodewiseError(
        f"the data must have the network's {model.inputs} feature(s): {', '.join(model.feature_names)}. "
        f"Got {len(names)}: {listed(names)}. Give the columns it was trained on."
    )
