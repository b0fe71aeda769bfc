"""The regularisation path: the same fit for a row of strengths of L2."""

from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.reading import readonly
from nodewise.inspection.regularisation import Regularisation, at_work, penalty, row_norms
from nodewise.network import Network
from nodewise.training.fit import fit_with
from nodewise.training.settings import Settings, merged

_DEFAULT = Settings(activation=("relu",), solver="lbfgs", starts=8)
_STRENGTHS = tuple(10.0 ** np.arange(-6, 0.5, 0.5))
_MOST = 200


def regularisation(
    data: Dataset, strengths: Any = _STRENGTHS, settings: Settings | None = None, **more: Any
) -> Regularisation:
    """Fit the same network from the same starts with one strength of L2 after another.

    Args:
        data: Samples with targets or labels.
        strengths: Of L2, 0 or more each; 1e-6 to 1, two per power of ten, unless given.
        settings: What the fits are told; 10 relu nodes, L-BFGS and 8 starts unless given. All samples are trained on
            unless `validation` is given.
        more: Settings by name, as `nodewise.fit` takes them, which win over `settings`; `l2_on` among them.

    Raises:
        NodewiseError: If a strength is no number of at least 0, or a setting or the data break a rule.
    """
    given = merged(settings, more, _DEFAULT, apart=("l2",))
    if given.validation is None:
        given = replace(given, validation=0.0)
    row = _checked(strengths)
    fits = [fit_with(data, replace(given, l2=float(strength))) for strength in row]
    networks = tuple(fit.network for fit in fits)
    return Regularisation(
        strengths=readonly(row),
        l2_on=given.l2_on,
        row_norms=readonly([row_norms(network) for network in networks]),
        penalties=readonly([penalty(network, given.l2_on == "all") for network in networks]),
        errors=readonly([_error(network, data) for network in networks]),
        at_work=readonly([at_work(network) for network in networks]),
        networks=networks,
        reasons=tuple(fit.outcome.reason for fit in fits),
    )


def _checked(strengths: Any) -> Float[np.ndarray, " strength"]:
    try:
        row = np.unique(np.asarray(strengths, dtype=float).reshape(-1))
    except (TypeError, ValueError):
        row = np.empty(0)
    if not (row.size and np.isfinite(row).all() and row[0] >= 0 and row.size <= _MOST):
        raise NodewiseError(f"strengths must be 1 to {_MOST} finite numbers of at least 0. Got {strengths!r:.60}.")
    return row


def _error(network: Network, data: Dataset) -> float:
    if data.targets is None:
        return float(np.mean(network.classify(data.inputs) != data.labels))
    return float(np.sqrt(np.mean((data.targets - network(data.inputs)) ** 2)))
