"""`attribution`: which samples stand behind a prediction, by one of three questions."""

import itertools
from typing import Any

import numpy as np

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError, unknown
from nodewise.inspection.attribution.last_layer import last_layer
from nodewise.inspection.attribution.record import Asked, Attribution, as_queries, is_number
from nodewise.inspection.reading import as_network
from nodewise.network import Network

KINDS = ("last_layer", "path", "influence")
_SOLVERS = ("gradient_descent", "momentum")


def attribution(
    fit: Any,
    query: Any,
    kind: str = "last_layer",
    *,
    data: Dataset | None = None,
    l2: float | None = None,
    damping: float | None = None,
    retrained: int = 12,
    seed: int = 0,
) -> Attribution:
    """Say which training samples stand behind the predictions at some queries.

    The kinds answer different questions, and their numbers differ:

    - "last_layer": how would the last layer vote? Refitted by least squares, its prediction is exactly Σ s_i·y_i, a
      weighted sum of the targets; leave-one-out residuals are exact. For any network with data.
    - "path": what did training do? Start + Σ A_i + penalty is the prediction, exactly, for full-batch gradient descent
      and momentum. Steps that the history left out are taken again.
    - "influence": what if this sample were missing? To first order -∇f(x)ᵀH⁻¹∇l_i, beside what retraining without a
      few of the samples really does. For any fit, at its final parameters.

    Args:
        fit: A fit; for "last_layer" also a network, which needs `data`.
        query: [query, feature] in the user's units, or a dataset, whose inputs are taken.
        kind: One of the three.
        data: For "last_layer": the samples that vote; those the fit was trained on unless given.
        l2: For "last_layer": strength of the penalty l2/2·Σw² beside the mean squared error, in scaled units; the
            fit's own, 0 for a network, unless given.
        damping: For "influence": what is added to the Hessian's eigenvalues, in scaled units; by default nothing, or
            if the smallest is not positive as much as makes it so.
        retrained: For "influence": how many samples, picked at random, are really left out; all if there are fewer.
        seed: For "influence": which random pick.

    Returns:
        `LastLayer`, `Path` or `Influence`, with values [query, sample, output].

    Raises:
        NodewiseError: If a query does not fit or has missing values, or the kind needs a record of training that is not
            there; the message says what would do.
    """
    if kind not in KINDS:
        raise unknown("kind", kind, KINDS)
    if damping is not None and kind != "influence":
        raise NodewiseError(f'damping must be left out for kind="{kind}", which needs none. Got {damping!r}.')
    network = as_network(fit)
    queries = as_queries(network, query)
    if kind == "last_layer":
        return _last_layer(fit, network, queries, data, l2)
    if isinstance(fit, Network) or not hasattr(fit, "history"):
        raise NodewiseError(
            f'kind="{kind}" needs the record of a training. Got a network that was only opened; use kind="last_layer" '
            "with the data it was trained on, data=…, or train it here with nodewise.fit."
        )
    if data is not None or l2 is not None:
        raise NodewiseError(
            f'data and l2 must be left out for kind="{kind}", which reads the fit\'s own training. Got '
            f"{'data' if l2 is None else 'l2'}."
        )
    # JAX is needed from here on.
    from nodewise.inspection.attribution.case import case

    if kind == "path":
        from nodewise.inspection.attribution.path import path
        from nodewise.inspection.attribution.way import Way

        _check_path(fit)
        way = Way(fit.history, fit.outcome.kept, fit.settings.solver, fit.settings.learning_rate)
        return path(case(fit, Asked(network.logits, fit.train, queries)), way)
    from nodewise.inspection.attribution.influence import influence

    return influence(case(fit, Asked(network.logits, fit.train, queries)), damping, retrained, seed)


def _last_layer(fit: Any, network: Network, queries: np.ndarray, data: Dataset | None, l2: float | None) -> Attribution:
    settings = getattr(fit, "settings", None)
    beside = getattr(fit, "train", None) if data is None else data
    if not isinstance(beside, Dataset):
        given = "none" if beside is None else type(beside).__name__
        raise NodewiseError(
            f"attribution of a network needs the samples that vote. Got {given}; give a Dataset with targets or "
            "labels as data."
        )
    if beside.features != network.inputs:
        raise NodewiseError(f"data must have the network's {network.inputs} feature(s). Got {beside.features}.")
    strength = getattr(settings, "l2", 0.0) if l2 is None else l2
    if not is_number(strength) or not 0 <= strength < np.inf:
        raise NodewiseError(f"l2 must be a finite number of at least 0. Got {l2!r}; 0 switches it off.")
    return last_layer(Asked(network, beside, queries), float(strength), getattr(settings, "l2_on", "weights"))


def _check_path(fit: Any) -> None:
    """Refuse a training whose path is not a sum over samples, or not kept."""
    settings, history = fit.settings, fit.history
    remedy = 'or use kind="last_layer" or "influence"'
    if settings.solver not in _SOLVERS:
        raise NodewiseError(
            f'kind="path" needs a solver whose steps are sums over samples: {" or ".join(_SOLVERS)}. Got '
            f"{settings.solver}; fit again with one of them, {remedy}."
        )
    if settings.batch is not None and settings.batch < fit.train.samples:
        raise NodewiseError(
            f'kind="path" needs steps on the full batch of {fit.train.samples} samples. Got batches of '
            f"{settings.batch}; fit again without batch, {remedy}."
        )
    steps, snapshot = history.steps, history.parameters[0].nbytes
    stride = int(steps[1] - steps[0]) if len(steps) > 1 else 1
    if stride > 1 and stride * snapshot > settings.history_megabytes * 1e6:
        rows = next(n for n in itertools.count(1) if -(-settings.steps // n) <= n * settings.starts)
        raise NodewiseError(
            f'kind="path" takes the steps between two snapshots again, and history_megabytes='
            f"{settings.history_megabytes:g} must hold them. Got one snapshot per {stride} steps, "
            f"{stride * snapshot:,} bytes in between (all {settings.steps:,} steps: {settings.steps * snapshot:,}); "
            f"one per {-(-settings.steps // rows)} would do: fit again with "
            f"history_megabytes={_megabytes(rows * snapshot * settings.starts)}, with fewer steps, {remedy}."
        )


def _megabytes(needed: int) -> str:
    """Return megabytes in a few digits, rounded up, so that they are enough."""
    digits = 10.0 ** (np.floor(np.log10(needed)) - 2)
    return f"{np.ceil(needed * (1 + 1e-9) / digits) * digits / 1e6:.6g}"
