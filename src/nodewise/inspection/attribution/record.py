"""What the three kinds of attribution share: the question, the queries, one number per sample, and the table."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.reading import Reading, Row, listed, nice
from nodewise.network import Network

_MOST_ROWS = 10  # samples in the table per query and output


@dataclass(frozen=True, eq=False)
class Asked:
    """What is asked, and the words for it.

    Attributes:
        network: The network whose outputs are explained: of a classifier, where training's record is read, its logits.
        data: The samples its training saw.
        queries: [query, feature], in the user's units.
    """

    network: Network
    data: Dataset
    queries: Float[np.ndarray, "query feature"]

    def shared(self, kind: str, question: str) -> dict[str, Any]:
        """Return the fields every kind of attribution has, but its values and notes."""
        return {
            "kind": kind,
            "question": question,
            "prediction": self.network(self.queries),
            "queries": self.queries,
            "data": self.data,
            "network": self.network,
            "names": self.network.output_names,
            "units": self.network.output_units,
        }


@dataclass(frozen=True, eq=False)
class Attribution(Reading):
    """Which samples stand behind each prediction; what a number means, `question` says.

    Samples, queries and outputs are counted from 0 in arrays, from 1 in sentences and tables. Samples are those of
    `data`, in its order.

    Attributes:
        kind: "last_layer", "path" or "influence".
        question: The question this kind answers.
        values: [query, sample, output], in the output's unit; what they add up to, each kind says.
        prediction: [query, output], the network's own.
        queries: [query, feature].
        data: The samples.
        network: The network explained: of a classifier's training its logits.
        names, units: Of the outputs, as in the network; of a classifier's training its logits.
        notes: Sentences about what to know before trusting it.
    """

    kind: str
    question: str
    values: Float[np.ndarray, "query sample output"]
    prediction: Float[np.ndarray, "query output"]
    queries: Float[np.ndarray, "query feature"]
    data: Dataset
    network: Network
    names: tuple[str, ...]
    units: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def written(self) -> tuple[str, ...]:
        """All attributes but the data and the network."""
        return tuple(field.name for field in fields(self) if field.name not in ("data", "network"))

    @property
    def sentence(self) -> str:
        """What the reading says, without the notes."""
        raise NotImplementedError

    @property
    def summary(self) -> str:
        """The sentence, then the notes."""
        return " ".join([self.sentence, *self.notes])

    def order(self, query: int = 0, output: int = 0) -> np.ndarray:
        """Return the samples by falling size of their value for one query and output, [sample]."""
        return np.argsort(-np.abs(self.values[query, :, output]), kind="stable")

    def parts(self) -> dict[str, Float[np.ndarray, "query output"]]:
        """Return what is added to the samples' values, by name, where they add up to something."""
        return {}

    def columns(self, query: int, sample: int, output: int) -> Row:
        """Return what the table says of a sample beside its value."""
        return {}

    def table(self) -> list[Row]:
        """Return per query and output the ten samples of the largest values, the sum of the others, and `parts`."""
        rows = []
        for query in range(len(self.queries)):
            for output, name in enumerate(self.names):
                head = {"query": query + 1, "output": name}
                order, values = self.order(query, output), self.values[query, :, output]
                for sample in order[:_MOST_ROWS]:
                    own = {"name": f"sample {sample + 1}", "value": float(values[sample])}
                    rows.append(head | own | {"wanted": self.wanted(sample, output)})
                    rows[-1] |= self.columns(query, sample, output)
                rest = order[_MOST_ROWS:]
                extra = {} if not len(rest) else {f"{len(rest)} other samples": float(values[rest].sum())}
                extra |= {part: float(value[query, output]) for part, value in self.parts().items()}
                empty = dict.fromkeys(self.columns(query, 0, output))
                rows += [head | {"name": part, "value": v, "wanted": None} | empty for part, v in extra.items()]
        return rows

    def wanted(self, sample: int, output: int) -> Any:
        """Return the target of a sample, or its label."""
        if self.data.targets is not None:
            return float(self.data.targets[sample, output])
        return None if self.data.labels is None else self.data.labels.tolist()[sample]

    def said(self, query: int = 0, output: int = 0) -> str:
        """Return "sample 7 (0.83)": the sample of the largest value, with it."""
        first = self.order(query, output)[0]
        return f"{listed('sample', [first])} ({self.number(self.values[query, first, output], output)})"

    def number(self, value: float, output: int = 0) -> str:
        """Return a number with the output's unit."""
        return f"{nice(value)} {self.units[output]}".rstrip()

    @property
    def main(self) -> int:
        """The output that the sentence speaks of: of a classifier what it says of query 1, else the first."""
        return int(self.prediction[0].argmax()) if self.network.classes or self.data.targets is None else 0

    @property
    def more(self) -> str:
        """A clause about what the sentence leaves out."""
        several = len(self.queries) > 1 or len(self.names) > 1
        return " (the other predictions are in the table)" if several else ""


def is_number(value: Any, whole: bool = False) -> bool:
    """Whether a value is a number, NumPy's among them, or a whole one; a truth value is none."""
    kinds = int | np.integer if whole else int | float | np.integer | np.floating
    return isinstance(value, kinds) and not isinstance(value, bool)


def as_queries(network: Network, query: Any) -> Float[np.ndarray, "query feature"]:
    """Return the queries as [query, feature], checked against the network.

    Raises:
        NodewiseError: If there is none, one has another number of features, or a value is missing.
    """
    try:
        x = np.asarray(query.inputs if isinstance(query, Dataset) else query, float)
    except (TypeError, ValueError):
        raise NodewiseError(
            f"query must be an array of numbers. Got {type(query).__name__}; give one number per feature."
        ) from None
    given = x.shape
    if x.ndim < 2:
        x = x.reshape(-1, 1) if network.inputs == 1 else x.reshape(1, -1)
    if x.ndim != 2 or x.shape[1] != network.inputs or not len(x):
        raise NodewiseError(
            f"query must be [query, feature], at least one, with {network.inputs} feature(s): "
            f"{', '.join(network.feature_names)}. Got shape {given}."
        )
    if not np.isfinite(x).all():
        row, feature = np.argwhere(~np.isfinite(x))[0]
        raise NodewiseError(
            f"query must have no missing values. Got {x[row, feature]} in query {row + 1}, feature "
            f"{network.feature_names[feature]}; fill it in or leave that query out."
        )
    return x
