"""The way of a training: its parameters after every step, those that were not kept made again by taking the steps."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.inspection.attribution.case import Case
from nodewise.training import first_order, loop
from nodewise.training.device import on_cpu
from nodewise.training.history import History
from nodewise.training.objective import Batch

_SOLVERS = {"gradient_descent": first_order.gradient_descent, "momentum": first_order.momentum}


def stride(history: History) -> int:
    """Return how many steps lie between two snapshots."""
    return int(history.steps[1] - history.steps[0]) if len(history) > 1 else 1


@dataclass(frozen=True, eq=False)
class Way:
    """From the start to the parameters kept.

    Attributes:
        history: Snapshots, of every step or of every so many.
        steps: How many there are.
        solver: "gradient_descent" or "momentum", on the full batch.
        rate: Learning rate.
    """

    history: History
    steps: int
    solver: str
    rate: float

    @property
    def start(self) -> Float[np.ndarray, "1 parameter"]:
        """The parameters before the first step."""
        return self.history.parameters[:1].astype(float)

    def stretches(self, case: Case) -> Iterator[Float[np.ndarray, "snapshot parameter"]]:
        """Yield the parameters stretch by stretch, the last stretch first; each begins where the next one ends.

        Of a history that is complete there is one stretch. Otherwise the training is repeated from its start, which
        keeps its state where the history has a snapshot, and then stretch by stretch from there.
        """
        if stride(self.history) == 1 or not self.steps:
            yield self.history.parameters[: self.steps + 1].astype(float)
            return
        each, states = stride(self.history), [self._begin(case)]
        while len(states) * each < self.steps:
            states.append(self._on(case, states[-1])[0])
        for at in reversed(range(len(states))):
            rows = np.asarray(self._on(case, states[at])[1].parameters)[0, : self.steps - at * each]
            yield np.concatenate([np.asarray(states[at].state.parameters), rows]).astype(float)

    def _begin(self, case: Case) -> loop.Progress:
        dtype = self.history.parameters.dtype
        with on_cpu(dtype.name):
            first = self.history.parameters[:1]
            return loop.begin(
                case.model, _SOLVERS[self.solver], first, _batch(case, dtype), None, None, dtype.type(case.l2)
            )

    def _on(self, case: Case, state: loop.Progress) -> tuple[loop.Progress, loop.Record]:
        """Take as many steps as lie between two snapshots, in the precision of the training."""
        each, dtype = stride(self.history), self.history.parameters.dtype
        rate, l2 = dtype.type(self.rate), dtype.type(case.l2)
        limits = loop.Limits(
            np.int32(each), np.int32(1), rate, l2, dtype.type(0), np.finfo(dtype).max, np.int32(each), dtype.type(-1)
        )
        with on_cpu(dtype.name):
            return loop.run(
                case.model, _SOLVERS[self.solver], each, each, state, _batch(case, dtype), None, None, limits
            )


def _batch(case: Case, dtype: Any) -> Batch:
    parts = (case.inputs.T, case.targets.T, case.weights)
    return Batch(*(np.ascontiguousarray(part, dtype) for part in parts))
