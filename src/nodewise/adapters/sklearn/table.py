"""From a table as a pipeline takes it to the features of the network read from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nodewise.adapters.sklearn.columns import Columns, Features
from nodewise.data.given import Table, as_numbers
from nodewise.errors import NodewiseError
from nodewise.shapes import Float


def frame(names: Sequence[str], columns: Iterable[np.ndarray]) -> Any:
    """Return a frame, for a model that knows names: of pandas, or of Polars where only that is installed."""
    named = dict(zip(names, columns, strict=True))
    try:
        import pandas as pd
    except ImportError:
        import polars as pl

        return pl.DataFrame({name: values.tolist() for name, values in named.items()})
    return pd.DataFrame(named).infer_objects()


@dataclass(frozen=True, eq=False)
class Encode:
    """What encodes a table: numbers stay as they are, categories and gaps become what the pipeline makes of them.

    Attributes:
        steps: The pipeline's own transformers, in order.
        names: Of the table's columns, where the pipeline was fitted on a frame.
        features: The network's features among all that were found.
        behind: The columns behind the transformers.
        kept: Which features the network has.
    """

    steps: Sequence[Any]
    names: Sequence[str]
    features: Features
    behind: Columns
    kept: Sequence[int]

    def __call__(self, table: Table) -> Float[np.ndarray, "sample feature"]:
        """Return the features of the network.

        Raises:
            NodewiseError: If a column that is a feature holds no numbers, or the pipeline refuses the table.
        """
        found = np.full((len(table.columns[0]), len(self.kept)), np.nan)
        for at, i in enumerate(self.kept):
            if self.features.category[i] is None:
                found[:, at] = as_numbers(table.columns[self.features.source[i]], self.features.names[i])
        gaps = np.isnan(found)
        return np.where(gaps, self._through(table.whole), found) if gaps.any() else found

    def _through(self, whole: Any) -> Float[np.ndarray, "sample feature"]:
        """Return the features as far back as the pipeline's own transformers let them be told."""
        values = frame(self.names, whole.T) if self.names and isinstance(whole, np.ndarray) else whole
        try:
            for step in self.steps:
                values = values if step == "passthrough" or step is None else step.transform(values)
        except (TypeError, ValueError) as error:
            reason = " ".join(str(error).split()).rstrip(".")
            raise NodewiseError(
                f"samples must be a table that the model takes. Got one that it refuses: {reason}."
            ) from None
        dense = np.asarray(values.toarray() if hasattr(values, "toarray") else values, dtype=float)
        place = {column.feature: at for at, column in reversed(list(enumerate(self.behind)))}
        found = []
        for i in self.kept:
            column = self.behind[place[i]]
            back = (dense[:, place[i]] - column.shift) / column.factor
            found.append(back if self.features.category[i] is None else np.round(back))
        return np.column_stack(found)
