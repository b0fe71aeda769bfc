"""Influence functions: what if a sample were missing, to first order, beside what leaving out really does.

Source: Koh & Liang (2017), Understanding black-box predictions via influence functions; its limits for networks: Basu
et al. (2021), Influence functions in deep learning are fragile.
"""

from dataclasses import dataclass

import jax
import numpy as np
from jaxtyping import Float, Int

from nodewise.errors import NodewiseError
from nodewise.inspection.attribution.case import Case
from nodewise.inspection.attribution.gradients import forward, gradients, loss_slopes, of_output
from nodewise.inspection.attribution.record import Attribution, is_number
from nodewise.inspection.attribution.retrain import Retrained, retrain
from nodewise.inspection.reading import Row, counted, nice, readonly
from nodewise.training.device import on_cpu
from nodewise.training.objective import Batch, penalised, value_and_gradient

_MOST = 2000  # parameters; the Hessian's eigenvalues take a few seconds
_FLAT = 1e-10  # an eigenvalue this small beside the largest is not told from 0
_DAMPED = 1e-6  # damping of flat directions, beside the largest eigenvalue; 1e-4 makes the ranks worse
_CONVERGED = 1e-4  # gradient norm above which the parameters are no minimum yet
_TRUSTED = 0.9


@dataclass(frozen=True, eq=False)
class Influence(Attribution):
    """What if a sample were missing: `values` is the prediction less that without the sample, to first order.

    Values do not add up to the prediction. The other samples' weights stay as they are when one is left out.

    Attributes:
        gradient_norm: Length of the objective's gradient at the parameters; 0 at a minimum, which the formula is for.
        smallest, largest: The Hessian's extreme eigenvalues, before damping.
        damping: What was added to all of them.
        left_out: [pick], the samples really left out: trained on without them from the parameters kept, by L-BFGS.
        changes: [query, pick, output], what leaving out really changed: the prediction after training on with all
            samples, less that after training on without one.
        drift: [query, output], what training on with all samples changed by itself; 0 at a minimum.
        correlation: [query, output], Spearman's rank correlation between `values` and `changes` over the pick; NaN
            where there are too few.
        converged: How many of these trainings ended by themselves.
    """

    gradient_norm: float
    smallest: float
    largest: float
    damping: float
    left_out: Int[np.ndarray, " pick"]
    changes: Float[np.ndarray, "query pick output"]
    drift: Float[np.ndarray, "query output"]
    correlation: Float[np.ndarray, "query output"]
    converged: int

    @property
    def sentence(self) -> str:
        """Who is missed most, the state of the training, and what really leaving out says."""
        o = self.main
        size = "" if not self.damping else f", damping {nice(self.damping)}"
        low, middle = (float(f(self.correlation)) for f in (np.min, np.median))
        shown = "is not known" if np.isnan(low) else f"is {nice(middle)}"
        if self.correlation.size > 1 and not np.isnan(low):
            shown += f" (median; lowest {nice(low)})"
        return (
            f"What if a sample were missing: {self.names[o]} of query 1 would change most without {self.said(0, o)}; "
            f"gradient norm {nice(self.gradient_norm)}, smallest eigenvalue {nice(self.smallest)}{size}; the rank "
            f"correlation with {counted(len(self.left_out), 'sample')} really left out {shown}{self.more}."
        )

    def columns(self, query: int, sample: int, output: int) -> Row:
        """Return what leaving the sample out really changed, where that was tried."""
        at = np.flatnonzero(self.left_out == sample)
        return {"left_out": float(self.changes[query, at[0], output]) if at.size else None}


def influence(case: Case, damping: float | None, tried: int, seed: int) -> Influence:
    """Return the first-order effect of every sample on the predictions, -∇f(x)ᵀ(H + damping)⁻¹ w_i∇l_i.

    Raises:
        NodewiseError: If the network has too many parameters, or an argument is out of range.
    """
    _check(case, damping, tried, seed)
    flat, x = case.parameters[None], case.queries[None]
    with on_cpu("float64"):
        trace = forward(case.model, flat, case.inputs[None])
        slopes = loss_slopes(case.model, trace[-1][1], case.targets) * case.weights[:, None]
        own = gradients(case.model, flat, case.inputs[None], trace, slopes)[0]
        eigenvalues, vectors = np.linalg.eigh(_hessian(case))
        pick = np.sort(np.random.default_rng(seed).permutation(len(own))[:tried])
        ended = [retrain(case, np.where(np.arange(len(own)) == i, 0, case.weights)) for i in (-1, *pick)]
    added = _damping(eigenvalues) if damping is None else float(damping)
    size = eigenvalues + added
    if not eigenvalues.any() and damping is None:
        raise NodewiseError(
            'kind="influence" needs an objective that is curved at the parameters. Got a Hessian of 0; use '
            'kind="last_layer" or "path", or fit again with l2 or another loss.'
        )
    if (np.abs(size) <= _FLAT * np.abs(size).max()).any():
        raise NodewiseError(
            f"damping must make every eigenvalue of the Hessian differ from 0. Got {damping!r}, and the smallest is "
            f"{nice(eigenvalues[0])}; leave damping out."
        )
    solved = own @ vectors / size @ vectors.T
    outputs = range(case.model.sizes[-1])
    values = np.stack([-of_output(case.model, flat, x, o)[1][0] @ solved.T for o in outputs], axis=-1) * case.factor
    predictions = case.factor * forward(case.model, np.array([end.parameters for end in ended]), x)[-1][1]
    changes = (predictions[:1] - predictions[1:]).swapaxes(0, 1)
    start = case.factor * forward(case.model, flat, x)[-1][1][0]
    l2 = 0.0 if case.model.penalty == "none" else case.l2
    norm = float(np.linalg.norm(own.sum(0) + l2 * penalised(case.model) * case.parameters))
    correlation = _spearman(values[:, pick], changes)
    return Influence(
        **case.asked.shared("influence", "What if this sample were missing?"), values=readonly(values),
        notes=_notes(norm, eigenvalues, added if damping is None else 0.0, ended, correlation), gradient_norm=norm,
        smallest=float(eigenvalues[0]), largest=float(eigenvalues[-1]), damping=added, left_out=readonly(pick),
        changes=readonly(changes), drift=readonly(predictions[0] - start), correlation=readonly(correlation),
        converged=sum(end.converged for end in ended[1:]),
    )  # fmt: skip


def _check(case: Case, damping: float | None, tried: int, seed: int) -> None:
    if case.model.parameters > _MOST:
        raise NodewiseError(
            f'kind="influence" needs at most {_MOST:,} parameters, whose whole Hessian is taken apart. Got '
            f'{case.model.parameters:,}; use kind="last_layer" or "path", or fewer nodes.'
        )
    if damping is not None and (not is_number(damping) or not 0 <= damping < np.inf):
        raise NodewiseError(f"damping must be a finite number of at least 0. Got {damping!r}; leave it out.")
    for name, value, usual in (("retrained", tried, 12), ("seed", seed, 0)):
        if not is_number(value, whole=True) or value < 0:
            raise NodewiseError(f"{name} must be a whole number of at least 0. Got {value!r}; {usual} will do.")


def _hessian(case: Case) -> Float[np.ndarray, "parameter parameter"]:
    """Return the second derivatives of the objective, the derivative of its hand-written gradient."""
    batch = Batch(case.inputs.T, case.targets.T, case.weights)
    slope = lambda flat: value_and_gradient(case.model, flat, batch, case.l2)[1]  # noqa: E731
    found = np.asarray(jax.jit(jax.jacfwd(slope))(case.parameters))
    return (found + found.T) / 2


def _damping(eigenvalues: Float[np.ndarray, " parameter"]) -> float:
    low, high = float(eigenvalues[0]), float(np.abs(eigenvalues).max())
    return 0.0 if low > _FLAT * high else max(_DAMPED * high, -2 * low)


def _spearman(
    values: Float[np.ndarray, "query pick output"], changes: Float[np.ndarray, "query pick output"]
) -> Float[np.ndarray, "query output"]:
    from scipy.stats import rankdata

    if values.shape[1] < 2:
        return np.full(values.shape[::2], np.nan)
    ranks = [rankdata(array, axis=1) - (values.shape[1] + 1) / 2 for array in (values, changes)]
    norms = np.sqrt((ranks[0] ** 2).sum(1) * (ranks[1] ** 2).sum(1))
    return np.divide((ranks[0] * ranks[1]).sum(1), norms, out=np.full(norms.shape, np.nan), where=norms > 0)


def _notes(
    norm: float,
    eigenvalues: Float[np.ndarray, " parameter"],
    damping: float,
    ended: list[Retrained],
    correlation: Float[np.ndarray, "query output"],
) -> tuple[str, ...]:
    open_ends = sum(not end.converged for end in ended)
    notes = {
        f"The training is not at a minimum (gradient norm {nice(norm)}), which the formula assumes: train on, for "
        'example with solver="lbfgs".': norm > _CONVERGED,
        f"The smallest eigenvalue, {nice(eigenvalues[0])}, is not clearly above 0: {nice(damping)} was added to all, "
        "and values are those of a stiffer network.": damping > 0,
        f"{open_ends} of {len(ended)} trainings without a sample, or with all, did not end by themselves.": open_ends,
        "Values rank the samples really left out otherwise than leaving them out does: do not trust them.": bool(
            (correlation < _TRUSTED).any()
        ),
    }
    return tuple(sentence for sentence, holds in notes.items() if holds)
