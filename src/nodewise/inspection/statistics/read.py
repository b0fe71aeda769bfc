"""What holds over all rows of a table too large to be in memory, and a sample of it to draw."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.data.checks import whole
from nodewise.data.dataset import Dataset
from nodewise.data.reservoir import Reservoir
from nodewise.errors import NodewiseError
from nodewise.inspection.health.states import FLAGS
from nodewise.inspection.reading import Reading, Row, as_network, counted, joined, nice, readonly
from nodewise.inspection.statistics.answer import Columns, Confusion, Error, Nodes, Outside, Parts
from nodewise.inspection.statistics.gather import Called, Read, Scores, merged
from nodewise.inspection.statistics.moments import Moments
from nodewise.inspection.statistics.stream import Names, Stream, named, stream
from nodewise.network import Network, Predictor
from nodewise.network.network import called, default_names

SAMPLE = 20_000
_BLOCK = 1 << 17  # numbers of the widest layer in a batch, 1 MiB: it stays in the cache
_MOST_ROWS = 32_768
_MOST_OUTPUTS = 3  # outputs the sentence speaks of


@dataclass(frozen=True, eq=False)
class Statistics(Reading):
    """What holds over all rows, exactly, to rounding; `sample` alone is drawn at random.

    Attributes:
        rows: How many rows were read, all with a value in every chosen column, but of a dataset with gaps and a black
            box that takes them.
        dropped: How many more there were, which lack one.
        filled: How many values were missing in those read, and are filled as the model does.
        features, outputs: Mean, spread and range of each.
        error: How far the outputs are from the targets; None without targets.
        confusion: Which classes are taken for which; None without labels.
        nodes: Of all hidden nodes when they fire and whether they are at work; None of a linear model or black box.
        parts: What the last hidden nodes contribute; None of a black box.
        outside: Rows outside the box of the training data; None where that is not known.
        sample: Rows drawn uniformly without replacement, in their order; all where there are not more than asked for.
        seed: Of the draw.
    """

    rows: int
    dropped: int
    filled: int
    features: Columns
    outputs: Columns
    error: Error | None
    confusion: Confusion | None
    nodes: Nodes | None
    parts: Parts | None
    outside: Outside | None
    sample: Dataset
    seed: int

    @property
    def written(self) -> tuple[str, ...]:
        """Names of the attributes that `as_dict` writes: all but the sample."""
        return tuple(name for name in super().written if name != "sample")

    @property
    def drawn(self) -> str:
        """What pictures show and what the numbers are of, in a sentence."""
        if self.sample.samples == self.rows:
            return f"Pictures show all {_grouped(self.rows)} rows."
        return (
            f"Pictures show {_grouped(self.sample.samples)} of {_grouped(self.rows)} rows, drawn at random with seed "
            f"{self.seed}; numbers of this table are over all rows."
        )

    @property
    def summary(self) -> str:
        """Over how many rows, the error, the largest share, the nodes not at work, and the rows outside."""
        said = [f"{_grouped(self.dropped)} more lack a value"] if self.dropped else []
        said += [f"{_grouped(self.filled)} missing values are filled as the model does"] if self.filled else []
        lacking = f" ({', '.join(said)})" if said else ""
        found = [*self._errors(), *self._shares(), *self._states(), *self._outside()]
        return f"Over all {_grouped(self.rows)} rows{lacking}: {'; '.join(found)}. {self.drawn}"

    def _errors(self) -> Iterator[str]:
        if self.confusion is not None:
            right = f"{_grouped(self.confusion.right)} of {_grouped(int(self.confusion.counts.sum()))}"
            yield f"{right} are said to be of their own class ({self.confusion.accuracy:.4g})"
        if self.error is None:
            if self.confusion is None:
                low, high = nice(self.outputs.low[0]), nice(self.outputs.high[0])
                yield f"{self.outputs.names[0]} goes from {low} to {high}"
            return
        said = [
            f"{name} is off by {nice(rmse)}{f' {unit}' if unit else ''} (root mean square"
            + (f", R² {r2:.4g})" if np.isfinite(r2) else ")")
            for name, unit, rmse, r2 in zip(
                self.outputs.names, self.outputs.units, self.error.rmse, self.error.r2, strict=True
            )
        ]
        hidden = len(said) - _MOST_OUTPUTS
        yield joined([*said[:_MOST_OUTPUTS], *([f"{hidden} more in the table"] if hidden > 0 else [])])

    def _shares(self) -> Iterator[str]:
        parts = self.parts
        if parts is not None and len(self.outputs.names) == 1 and parts.share.any():
            first = int(parts.share[:, 0].argmax())
            yield f"{parts.names[first]} has the largest share ({nice(parts.share[first, 0])})"

    def _states(self) -> Iterator[str]:
        if self.nodes is None:
            return
        counts = {flag: int(getattr(self.nodes.states, flag).sum()) for flag in FLAGS}
        said = [f"{count} {flag.replace('_', ' ')}" for flag, count in counts.items() if count]
        yield f"of {counted(len(self.nodes.node), 'hidden node')} {joined(said) if said else 'all are at work'}"

    def _outside(self) -> Iterator[str]:
        if self.outside is not None:
            rows, verb = self.outside.rows, "lies" if self.outside.rows == 1 else "lie"
            yield f"{_grouped(rows) if rows else 'none'} {verb} outside the box of the training data"

    def table(self) -> list[Row]:
        """Return one row per last hidden node (of a linear model feature) and output; of a black box the columns."""
        if self.parts is None:
            return self.columns()
        return [self._row(i, o) for o in range(len(self.outputs.names)) for i in range(len(self.parts.names))]

    def _row(self, i: int, o: int) -> Row:
        parts, nodes = self.parts, self.nodes
        assert parts is not None
        row: Row = {"name": parts.names[i], "output": self.outputs.names[o]}
        row |= {name: float(getattr(parts, name)[i, o]) for name in ("share", "mean", "sd", "removal_cost_refit")}
        if nodes is not None:
            k = len(nodes.node) - len(parts.names) + i
            row |= {"fires": float(nodes.fires[k]), "at_limit": float(nodes.at_limit[k])}
            row["state"] = ", ".join(nodes.states.words(k))
        return row

    def columns(self) -> list[Row]:
        """Return one row per feature and output: mean, spread, range, rows outside, and of outputs the error."""
        rows = []
        for kind, columns in (("feature", self.features), ("output", self.outputs)):
            for j, name in enumerate(columns.names):
                row: Row = {"name": name, "kind": kind, "unit": columns.units[j]}
                row |= {part: float(getattr(columns, part)[j]) for part in ("mean", "sd", "low", "high")}
                feature, output = kind == "feature", kind == "output"
                if self.outside is not None:
                    row["rows_outside"] = int(self.outside.by_feature[j]) if feature else None
                if self.error is not None:
                    row["rmse"] = float(self.error.rmse[j]) if output else None
                    row["r2"] = float(self.error.r2[j]) if output and np.isfinite(self.error.r2[j]) else None
                rows.append(row)
        return rows

    def confused(self) -> list[Row]:
        """Return one row per class: how many rows there are of it, and said to be of which; none without labels."""
        if self.confusion is None:
            return []
        names = [called(label) for label in self.confusion.classes]
        return [
            {"class": name, **{f"said {other}": int(n) for other, n in zip(names, counts, strict=True)}}
            for name, counts in zip(names, self.confusion.counts, strict=True)
        ]


def _grouped(number: int) -> str:
    """Return "19 800 000": digits in threes."""
    return f"{number:,}".replace(",", " ")


def statistics(
    network: Any,
    source: Any,
    targets: Names = None,
    *,
    features: Names = None,
    training: Any = None,
    sample: int = SAMPLE,
    seed: int = 0,
) -> Statistics:
    """Read a network over all rows of a table, batch by batch, and draw a sample of them.

    A Parquet file is never in memory whole, so it may be larger than memory; other tables and frames are. Moments of
    batches are merged (Chan, Golub & LeVeque 1979), so that all numbers are those of `contributions`, `health` and
    NumPy over all rows, to rounding. Rows with a missing value in a chosen column are dropped and counted.

    Args:
        network: A network, a fit that holds one, or a black box, of which only outputs and errors are read.
        source: The path of a table, a frame, or a dataset.
        targets: The columns the outputs are compared with, or the column of labels; those called as the outputs or the
            label, if there are any, unless given. Of a dataset its own.
        features: The columns the network takes; those called as its features unless given, or, where it does not know
            their names, all others of numbers.
        training: What it was trained on, to count rows outside: a dataset, or (low, high), each [feature]; of a fit its
            own data unless given.
        sample: The most rows to draw.
        seed: Which draw.

    Raises:
        NodewiseError: If the source is no such table or broken, columns are missing or hold no numbers, there are fewer
            than two rows without gaps, or a feature or target is the same in all of them.
    """
    model = getattr(network, "network", network)
    model = model if isinstance(model, Predictor) else as_network(network)
    most, seed = whole("sample", sample, 2), whole("seed", seed, 0)
    box = _box(model, getattr(network, "data", None) if training is None else training)
    widest = max(model.sizes) if isinstance(model, Network) else model.inputs
    rows = min(max(_BLOCK // widest, 4 * widest), _MOST_ROWS)  # four times as tall as wide, for the triangles
    return _Gathered(model, stream(model, source, targets, features, rows), box, most, seed).answer()


def _box(model: Network | Predictor, training: Any) -> tuple[np.ndarray, np.ndarray] | None:
    if training is None:
        return None
    pair = (training.low, training.high) if isinstance(training, Dataset) else training
    try:
        low, high = (np.asarray(end, dtype=np.float64) for end in pair)
        fits = low.shape == high.shape == (model.inputs,) and bool((low <= high).all())
    except (TypeError, ValueError):
        low = high = np.empty(0)
        fits = False
    if not fits:
        raise NodewiseError(
            f"training must be a dataset of the network's {model.inputs} feature(s), or (low, high) with one number "
            "per feature in each. Leave it out if it is not known."
        )
    return low, high


def _with_names(model: Network | Predictor, rows: Stream) -> Network | Predictor:
    """Return a model with the table's names where it has none of its own."""
    features = model.feature_names if named(model) else rows.features
    own = model.output_names != default_names("y", model.outputs)
    outputs = model.output_names if own or len(rows.targets) != model.outputs else rows.targets
    return replace(model, feature_names=features, output_names=outputs)


class _Gathered:
    """All that is gathered while rows stream by."""

    def __init__(self, model: Network | Predictor, rows: Stream, box: Any, most: int, seed: int) -> None:
        model = _with_names(model, rows)
        self.model, self.stream, self.box, self.seed = model, rows, box, seed
        self.reader = Called(model) if isinstance(model, Predictor) else Read(model)
        self.scores = Scores(tuple(model.classes))
        self.reservoir = Reservoir(most, seed)
        self.x: Moments | None = None
        self.f: Moments | None = None
        self.dropped, self.filled, self.outside, self.by_feature = 0, 0, 0, np.zeros(model.inputs, np.int64)
        for block in rows.blocks:
            self.dropped, self.filled = self.dropped + block.dropped, self.filled + block.filled
            if len(block.x):
                self._add(block.x, block.targets, block.codes)

    def _add(self, x: np.ndarray, targets: np.ndarray | None, codes: np.ndarray | None) -> None:
        outputs, said = self.reader.run(x)
        self.scores.add(outputs, said, targets, codes)
        self.x, self.f = merged(self.x, Moments.of(x)), merged(self.f, Moments.of(outputs))
        if self.box is not None:
            out = (x < self.box[0]) | (x > self.box[1])
            self.outside += int(out.any(axis=1).sum())
            self.by_feature += out.sum(axis=0)
        beside = [x, *([targets] if targets is not None else []), *([codes[:, None]] if codes is not None else [])]
        self.reservoir.add(np.hstack(beside) if len(beside) > 1 else x)

    def answer(self) -> Statistics:
        x, f = self.x, self.f
        rows = 0 if f is None else int(np.min(f.count))  # outputs have no gaps
        if x is None or f is None or rows < 2:
            raise NodewiseError(
                "At least two rows must have a value in every chosen column. Got "
                f"{rows} of {rows + self.dropped} in {self.stream.name}. Choose other features or fill the gaps."
            )
        model, seen = self.model, self.stream
        return Statistics(
            rows=rows,
            dropped=self.dropped,
            filled=self.filled,
            features=_columns(seen.features, seen.feature_units, x),
            outputs=_columns(tuple(model.output_names), tuple(model.output_units), f),
            error=self.scores.error(),
            confusion=self.scores.confusion(),
            nodes=self.reader.nodes(),
            parts=self.reader.parts(),
            outside=None
            if self.box is None
            else Outside(self.box[0], self.box[1], self.outside, readonly(self.by_feature)),
            sample=self._sample(x, rows),
            seed=self.seed,
        )

    def _sample(self, x: Moments, count: int) -> Dataset:
        seen, rows = self.stream, self.reservoir.rows
        k, t = len(seen.features), self.scores.targets
        # A column may be the same in all rows drawn; a dataset is refused only if it is in all there are.
        kept: Float[np.ndarray, "row column"] = rows[:, :k]
        targets = None if t is None else np.vstack([rows[:, k : k + len(t.mean)], t.low, t.high])
        codes = rows[:, -1].astype(np.intp) if seen.label else None
        labels = None if codes is None else np.array(self.model.classes)[np.append(codes, codes[[0, 0]])]
        names: dict[str, Any] = (
            {"target_names": seen.targets, "target_units": seen.target_units} if t is not None else {}
        )
        notes = [f"Dropped {_grouped(self.dropped)} rows with missing values."] if self.dropped else []
        if len(rows) < count:
            notes.append(
                "Pictures, and numbers not said to be over all rows, are of "
                f"{_grouped(len(rows))} of {_grouped(count)} rows, drawn at random with seed {self.seed}."
            )
        whole = Dataset(
            np.vstack([kept, x.low, x.high]), targets, labels, feature_names=seen.features, name=seen.name,
            feature_units=seen.feature_units, label=seen.label or "label", dropped=self.dropped, notes=notes,
            gaps=isinstance(self.model, Predictor), **names,
        )  # fmt: skip
        return whole.rows(slice(len(rows)))


def _columns(names: tuple[str, ...], units: tuple[str, ...], moments: Moments) -> Columns:
    ends = {name: readonly(getattr(moments, name)) for name in ("mean", "sd", "low", "high")}
    return Columns(names, units, **ends)
