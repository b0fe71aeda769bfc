"""Fits with outliers and without, and with what is said to protect against them: scaling, L2, Huber's loss."""

from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Int

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.boundaries import boundaries
from nodewise.inspection.outliers import outliers
from nodewise.inspection.reading import readonly
from nodewise.inspection.robustness import PLAIN, WITHOUT, Arm, Robustness, level, measured, without
from nodewise.network import Network
from nodewise.training.fit import fit_with
from nodewise.training.settings import Settings, merged
from nodewise.training.task import task

_DEFAULT = Settings(activation=("relu",), solver="lbfgs", starts=8)
_L2 = 0.01


def robustness(data: Dataset, samples: Any = None, settings: Settings | None = None, **more: Any) -> Robustness:
    """Fit the same network from the same seed without the outliers, with them, and with one protection after another.

    The protections are: no scaling (in place of mean 0 and standard deviation 1), L2 on the weights, L2 on weights and
    biases, Huber's loss (of numbers; not with variable projection), robust scaling, and robust scaling
    with L2 on the weights.

    Args:
        data: Samples with targets or labels.
        samples: The outliers, as whole numbers from 0; found unless given, see `nodewise.outliers`.
        settings: What the fits are told; 10 relu nodes, L-BFGS and 8 starts unless given. No samples are held out,
            because the outliers could be among them.
        more: Settings by name, as `nodewise.fit` takes them, which win over `settings`. `l2` is that of the fits with
            L2, 0.01 unless given.

    Raises:
        NodewiseError: If there are no outliers, or a setting or the data break a rule, see `nodewise.fit`.
    """
    given = merged(settings, more, _DEFAULT)
    task(data)
    far = _outliers(data, samples)
    rest = without(data, far)
    plain = replace(given, l2=0.0, validation=0.0)
    fits = {WITHOUT: fit_with(rest, plain), PLAIN: fit_with(data, plain)}
    for name, change in _protections(given, labels=data.targets is None).items():
        fits[name] = fit_with(data, replace(plain, **change))
    return Robustness(tuple(_arm(name, fit.network, data, far) for name, fit in fits.items()), data, readonly(far))


def _protections(given: Settings, labels: bool) -> dict[str, dict[str, Any]]:
    """Return the settings that each protection changes, by its name."""
    l2, squared_only = given.l2 or _L2, given.solver == "variable_projection"
    return {
        "no scaling": {"scale": False},
        "L2 on weights": {"l2": l2, "l2_on": "weights"},
        "L2 on weights and biases": {"l2": l2, "l2_on": "all"},
        **({} if labels or squared_only else {"Huber's loss": {"loss": "huber"}}),
        "robust scaling": {"scaler": "robust"},
        "robust scaling and L2": {"scaler": "robust", "l2": l2, "l2_on": "weights"},
    }


def _outliers(data: Dataset, samples: Any) -> Int[np.ndarray, " outlier"]:
    """Return the outliers: those given, checked, or those found."""
    # What is far from the rest is read from the data; the network it is read beside does not matter.
    outputs = max(data.outputs, 1)
    beside = Network.from_weights([(np.zeros((outputs, data.features)), np.zeros(outputs), "identity")])
    found = outliers(beside, data, samples).samples
    if not found.size:
        raise NodewiseError(
            "data must have outliers: none lies more than 3 quartile distances outside the quartiles. "
            "Name them, counted from 0: samples=[…]."
        )
    if data.targets is None and len(set(np.delete(data.codes, found))) < len(data.classes):
        raise NodewiseError("every class must have samples that are no outliers. Got one without; name fewer outliers.")
    return np.sort(found)


def _arm(name: str, network: Network, data: Dataset, far: Int[np.ndarray, " outlier"]) -> Arm:
    read = outliers(network, data, far)
    stored = () if read.storage is None else tuple(tuple(read.storage.nodes(i).tolist()) for i in range(len(far)))
    more = {"leverage": readonly(read.node_leverage[far]), "stored": stored, "boundary": None}
    others = without(data, far)
    at = level(others, network)
    if at is not None:
        crossings = boundaries(network, others, threshold=at).crossings
        more["boundary"] = readonly([crossing.x for crossing in crossings])
    return measured(name, network, data, far, more)
