"""Training on from given parameters until no lower objective is found, with any weights on the samples."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from nodewise.inspection.attribution.case import Case
from nodewise.training import loop
from nodewise.training.lbfgs import LBFGS
from nodewise.training.objective import Batch, value_and_gradient

_STEPS = 3000
_SOLVER = LBFGS()


@dataclass(frozen=True, eq=False)
class Retrained:
    """Where a training ended.

    Attributes:
        parameters: [parameter].
        converged: Whether it ended by itself.
        gradient_norm: Length of the objective's gradient there.
    """

    parameters: Float[np.ndarray, " parameter"]
    converged: bool
    gradient_norm: float


def retrain(case: Case, weights: Float[np.ndarray, " sample"]) -> Retrained:
    """Minimise Σ weight·loss + penalty from the parameters kept, by L-BFGS. To be called inside `on_cpu`."""
    batch = Batch(case.inputs.T.copy(), case.targets.T.copy(), weights)
    begun = loop.begin(case.model, _SOLVER, case.parameters[None], batch, None, None, case.l2)
    # A tolerance of 0: it ends where the line search finds nothing lower.
    limits = loop.Limits(
        np.int32(_STEPS), np.int32(_STEPS), 1.0, case.l2, 0.0, np.finfo(float).max, np.int32(_STEPS), -1.0
    )  # fmt: skip
    ended, _ = loop.run(case.model, _SOLVER, 1, _STEPS, begun, batch, None, None, limits)
    parameters = np.asarray(ended.state.parameters)[0]
    slope = np.asarray(value_and_gradient(case.model, parameters, batch, case.l2)[1])
    return Retrained(parameters, bool(np.asarray(ended.reason)[0] == loop.CONVERGED), float(np.linalg.norm(slope)))
