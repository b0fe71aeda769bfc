"""Arrays by name, as a file of weights holds them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nodewise.errors import NodewiseError


@dataclass(frozen=True, eq=False)
class Weights:
    """What a file of weights holds.

    Attributes:
        kind: What the file is, such as "a .pt file".
        arrays: float64 arrays by name.
        precision: "float64" if all of them were, else "float32".
        ordered: Whether the order of the names is the one in which the layers were made.
    """

    kind: str
    arrays: Mapping[str, np.ndarray]
    precision: str
    ordered: bool


def damaged(path: Path, what: str, why: str) -> NodewiseError:
    """Build the refusal of a file that is not what its name says."""
    return NodewiseError(f"{path.name} must be {what}. Got {why}; save it again.")
