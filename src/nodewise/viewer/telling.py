"""The sample that tells most about a network: the one it misses by most."""

from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.data.dataset import Dataset
from nodewise.network import Network


def telling(network: Network, data: Dataset) -> int:
    """Return the sample whose targets are missed by most, in their standard deviations, or whose label is least said.

    Without targets or labels of the network's it is the first.
    """
    missed = _missed(network, data)
    return 0 if missed is None else int(np.nan_to_num(missed, nan=-np.inf).argmax())


def _missed(network: Network, data: Dataset) -> Float[np.ndarray, " sample"] | None:
    if data.targets is not None and data.outputs == network.outputs:
        spread = data.targets.std(axis=0)
        errors = np.abs(network(data.inputs) - data.targets)
        return (errors / np.where(spread > 0, spread, 1)).max(axis=1)
    codes = _codes(network, data)
    if codes is None:
        return None
    scores = network.logits(data.inputs)
    if network.outputs == 1:
        above = scores[:, 0] if network.dense[-1].activation.bounded else scores[:, 0] - network.threshold
        return np.where(codes == 1, -above, above)
    own = codes[:, None] == np.arange(network.outputs)
    return np.where(own, -np.inf, scores).max(axis=1) - scores[own]


def _codes(network: Network, data: Dataset) -> Any:
    """Return the place of every sample's label among the network's classes, or None where it has others."""
    known = network.classes or data.classes
    if data.labels is None or len(known) != max(network.outputs, 2) or not set(data.classes) <= set(known):
        return None
    return np.array([known.index(label) for label in data.classes])[data.codes]
