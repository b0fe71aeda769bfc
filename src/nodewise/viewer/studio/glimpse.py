"""The samples of a source as the form shows them: few enough for a small picture."""

from typing import Any

import numpy as np

from nodewise.data.dataset import Dataset

MOST = 300


def of(data: Dataset) -> dict[str, Any]:
    """Return inputs with targets, or codes of the classes, of at most `MOST` samples, evenly chosen, in their order."""
    chosen = np.unique(np.linspace(0, data.samples - 1, min(MOST, data.samples)).round().astype(int))
    shown: dict[str, Any] = {"samples": data.samples, "inputs": data.inputs[chosen].tolist()}
    if data.targets is not None:
        shown["targets"] = data.targets[chosen].tolist()
    if data.labels is not None:
        shown["codes"] = data.codes[chosen].tolist()
    return shown
