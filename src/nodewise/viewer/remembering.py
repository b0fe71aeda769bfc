"""The readings of an inspection about samples: what nodes remember of them, which decide, and which are far away."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.attribution import attribution
from nodewise.inspection.memories import memories
from nodewise.inspection.outliers import outliers
from nodewise.inspection.prototypes import prototypes
from nodewise.inspection.reading import Reading
from nodewise.network import Network
from nodewise.viewer.telling import telling

_MOST = 1e9  # products of the last layer's fit: about a second


def remembering(network: Network, data: Dataset, fit: Any) -> dict[str, Reading]:
    """Return prototypes and outliers, and of the sample that tells most its memories and attribution.

    One that refuses these numbers is left out, as is what would take long.
    """
    sample = data.inputs[telling(network, data)]
    voters = data if fit is None else fit.train
    nodes = network.hidden[-1].outputs if network.hidden else network.inputs
    wanted: dict[str, Callable[[], Reading]] = {}
    if network.hidden:
        wanted["prototypes"] = lambda: prototypes(network.logits, data)
        wanted["memories"] = lambda: memories(network, data, sample)
    if data.samples * max(nodes, network.inputs) ** 2 <= _MOST:
        wanted["outliers"] = lambda: outliers(network, data)
    if voters.samples * nodes**2 <= _MOST:
        asked, beside = (network, data) if fit is None else (fit, None)
        wanted["attribution"] = lambda: attribution(asked, np.atleast_2d(sample), data=beside)
    found = {}
    for name, make in wanted.items():
        try:
            found[name] = make()
        except NodewiseError:
            continue
    return found
