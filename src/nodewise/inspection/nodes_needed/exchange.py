"""What accuracy costs: how many pieces each error takes."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from nodewise.inspection.reading import Reading, Row, counted, nice


@dataclass(frozen=True, eq=False)
class Exchange(Reading):
    """What accuracy costs: how many pieces each error takes.

    Attributes:
        errors: [error], rising.
        pieces: [error], of a curve that is within it.
        pieces_at_least: [error], which no curve within it has fewer of.
        turning_nodes: [error], how many sigmoid or tanh nodes of one slope it takes at least.
    """

    errors: Float[np.ndarray, " error"]
    pieces: Int[np.ndarray, " error"]
    pieces_at_least: Int[np.ndarray, " error"]
    turning_nodes: Int[np.ndarray, " error"]

    @property
    def summary(self) -> str:
        """What a smaller error costs, in one sentence."""
        least, most = int(self.pieces[-1]), int(self.pieces[0])
        return (
            f"An error of {nice(self.errors[-1])} takes {counted(least, 'straight piece')}, "
            f"{nice(self.errors[0])} takes {most}."
        )

    def table(self) -> list[Row]:
        """Return one row per error."""
        names = ("errors", "pieces", "pieces_at_least", "turning_nodes")
        heads = ("error", "pieces", "pieces at least", "sigmoid or tanh nodes of one slope at least")
        columns = [getattr(self, name).tolist() for name in names]
        return [dict(zip(heads, row, strict=True)) for row in zip(*columns, strict=True)]
