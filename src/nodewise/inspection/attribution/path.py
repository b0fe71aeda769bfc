"""The path of training: what each sample's gradients, step by step, added to a prediction.

A step of full-batch gradient descent is θ_{t+1} = θ_t - η g_t, where g_t = Σ_i w_i ∇l_i(θ_t) + λθ_t is a sum over
samples and the penalty. Along the straight line between the two, f(x) changes by ⟨G_t, θ_{t+1} - θ_t⟩, where G_t = ∫₀¹
∇f(x; θ_t - sηg_t) ds. So f_T(x) - f_0(x) = -η Σ_t ⟨G_t, g_t⟩, and each sample's share is A_i = -η Σ_t ⟨G_t, w_i
∇l_i(θ_t)⟩.

Momentum steps by a velocity: v_{t+1} = βv_t + g_t, θ_{t+1} = θ_t - ηv_{t+1}. Unrolled, v_{t+1} = Σ_{k≤t} β^{t-k} g_k
is a sum over earlier gradients, each a sum over samples, so that

    f_T - f_0 = -η Σ_t ⟨G_t, Σ_{k≤t} β^{t-k} g_k⟩ = -η Σ_k ⟨H_k, g_k⟩,   H_k = Σ_{t≥k} β^{t-k} G_t = G_k + βH_{k+1},

and A_i = -η Σ_k ⟨H_k, w_i ∇l_i(θ_k)⟩, computed from the last step back. Gradient descent is the case β = 0.

The integral is taken by Gauss's rule with 2 points, and where that leaves more than rounding, as at a kink that a query
passes within a step, its interval is halved until it does not. Source: Pruthi et al. (2020), TracIn, is its left
endpoint.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from nodewise.inspection.attribution.case import Case
from nodewise.inspection.attribution.gradients import forward, gradients, loss_slopes
from nodewise.inspection.attribution.quadrature import mean_gradients
from nodewise.inspection.attribution.record import Attribution
from nodewise.inspection.attribution.way import Way
from nodewise.inspection.reading import counted, nice, readonly
from nodewise.training.device import on_cpu
from nodewise.training.first_order import MOMENTUM
from nodewise.training.objective import penalised

DECAYS = {"gradient_descent": 0.0, "momentum": MOMENTUM}  # β of the solvers this can read
_LEFT = 3e-10  # what 2 points may miss of a whole training, beside outputs of about 1
_BLOCK = 1 << 18  # numbers per block of steps, 2 MiB
_WIDEST = 1 << 21  # numbers of one step at most, 16 MiB
_ROUNDING = 1e-8  # a residual above it, beside predictions of about 1, is told


@dataclass(frozen=True, eq=False)
class Path(Attribution):
    """What training did: start + Σ values + penalty = prediction, but for `residual`.

    Attributes:
        start: [query, output], the prediction before the first step.
        penalty: [query, output], what the penalty on the weights added.
        residual: [query, output], the prediction less all the parts: rounding, and the jumps of activations that jump.
        steps: Steps from the start to the parameters kept.
        solver: "gradient_descent" or "momentum".
    """

    start: Float[np.ndarray, "query output"]
    penalty: Float[np.ndarray, "query output"]
    residual: Float[np.ndarray, "query output"]
    steps: int
    solver: str

    @property
    def sentence(self) -> str:
        """From where to where, who moved it most, and how well the parts add up."""
        o = self.main
        if not self.steps:
            stayed = f"{self.names[o]} of query 1 stayed at {self.number(self.start[0, o], o)}"
            return f"What training did: nothing, its start was kept; {stayed}{self.more}."
        moved = f"from {self.number(self.start[0, o], o)} to {self.number(self.prediction[0, o], o)}"
        return (
            f"What training did: {counted(self.steps, 'step')} of {self.solver.replace('_', ' ')} took "
            f"{self.names[o]} of query 1 {moved}, and {self.said(0, o)} moved it most; start, "
            f"{counted(self.values.shape[1], 'sample')} and penalty add up to the prediction within "
            f"{nice(np.abs(self.residual).max())}{self.more}."
        )

    def parts(self) -> dict[str, Float[np.ndarray, "query output"]]:
        """Return start, penalty and residual."""
        return {"start": self.start, "penalty": self.penalty, "residual": self.residual}


def path(case: Case, way: Way) -> Path:
    """Return what each sample added to the predictions on the way from the start to the parameters kept."""
    model, queries = case.model, case.queries[None]
    values = np.zeros((len(case.queries) * model.sizes[-1], len(case.inputs)))
    penalty = np.zeros(len(values))
    behind, decay = np.zeros((len(values), model.parameters)), DECAYS[way.solver]
    parts = list(_parts(len(case.inputs), model.parameters))
    width = max(len(range(*parts[0].indices(len(case.inputs)))), 2 * len(values)) * model.parameters
    for theta in way.stretches(case):
        for block in _blocks(len(theta) - 1, width):
            here = theta[block.start : block.stop + 1]
            H = mean_gradients(model, here, queries, _LEFT * (len(here) - 1) / way.steps)
            for k in reversed(range(len(H) if decay else 0)):
                H[k] += decay * behind
                behind = H[k]
            for part in parts:
                # One small product per step: in one large one BLAS would call for threads that others may be using.
                values[:, part] -= way.rate * (H @ _own(case, here[:-1], part).swapaxes(1, 2)).sum(0)
            if model.penalty != "none":
                penalty -= way.rate * case.l2 * np.einsum("tqp,tp->q", H, here[:-1] * penalised(model))
    shape = (len(case.queries), model.sizes[-1])
    added = values.reshape(*shape, -1).swapaxes(1, 2) * case.factor
    start = case.shift + case.factor * forward(model, way.start, queries)[-1][1][0]
    shared = case.asked.shared("path", "What did training do?")
    penalty = penalty.reshape(shape) * case.factor
    residual = shared["prediction"] - start - added.sum(1) - penalty
    return Path(
        **shared, values=readonly(added), notes=_notes(case, residual, shared["prediction"]), start=readonly(start),
        penalty=readonly(penalty), residual=readonly(residual), steps=way.steps, solver=way.solver,
    )  # fmt: skip


def _own(case: Case, theta: Float[np.ndarray, "step parameter"], part: slice) -> np.ndarray:
    """Return the weighted gradients of some samples' losses, [step, sample, parameter]."""
    x = case.inputs[None, part]
    trace = forward(case.model, theta, x)
    with on_cpu("float64"):
        slopes = loss_slopes(case.model, trace[-1][1], case.targets[part]) * case.weights[part, None]
    return gradients(case.model, theta, x, trace, slopes)


def _notes(
    case: Case, residual: Float[np.ndarray, "query output"], prediction: Float[np.ndarray, "query output"]
) -> tuple[str, ...]:
    size = np.maximum(1, np.abs((prediction - case.shift) / case.factor))
    if (np.abs(residual / case.factor) <= _ROUNDING * size).all():
        return ()
    said = (
        f"The parts miss the prediction by up to {nice(np.abs(residual).max())}: by jumps of an activation, or by the "
        "rounding of a training in single precision or on the edge of stability."
    )
    return (said,)


def _parts(samples: int, parameters: int) -> Iterator[slice]:
    """Yield so many samples at once that their gradients at one step fit into a few blocks."""
    each = max(1, _WIDEST // parameters)
    return (slice(first, first + each) for first in range(0, samples, each))


def _blocks(steps: int, width: int) -> Iterator[slice]:
    """Yield blocks of steps from the last to the first, so many that `width` numbers of each step are a block."""
    each = max(1, _BLOCK // width)
    return (slice(max(0, stop - each), stop) for stop in range(steps, 0, -each))
