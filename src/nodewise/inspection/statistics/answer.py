"""The parts of a `Statistics`: columns, errors, classes told apart, nodes, and what they contribute."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise.inspection.health import States


@dataclass(frozen=True, eq=False)
class Columns:
    """Features or outputs.

    Attributes:
        names, units: One each.
        mean, sd: [column]; the standard deviation divides by the number of rows.
        low, high: [column], the smallest and the largest value.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    mean: Float[np.ndarray, " column"]
    sd: Float[np.ndarray, " column"]
    low: Float[np.ndarray, " column"]
    high: Float[np.ndarray, " column"]


@dataclass(frozen=True, eq=False)
class Error:
    """How far the outputs are from the targets.

    Attributes:
        rmse: [output], root mean square, in the output's unit.
        r2: [output], 1 - Σ(y - f)² / Σ(y - mean)²; NaN where the target does not vary.
    """

    rmse: Float[np.ndarray, " output"]
    r2: Float[np.ndarray, " output"]


@dataclass(frozen=True, eq=False)
class Confusion:
    """Which classes are taken for which.

    Attributes:
        classes: The labels, as they were.
        counts: [class, class], rows of the first that are said to be of the second.
    """

    classes: tuple[Any, ...]
    counts: Int[np.ndarray, "class class"]

    @property
    def right(self) -> int:
        """How many rows are said to be of their own class."""
        return int(np.trace(self.counts))

    @property
    def accuracy(self) -> float:
        """Their share."""
        return self.right / int(self.counts.sum())


@dataclass(frozen=True, eq=False)
class Nodes:
    """The nodes of all hidden layers, the first layer's first.

    Attributes:
        layer, node: [node], layer and place in it, counted from 0.
        activation: [node], name.
        fires: [node], share of the rows on which the activation is above the middle of its range, or, where that is
            infinite, above its value at 0 (relu: above 0), as `memories` has it.
        at_limit: [node], share of the rows on which the activation is at a limit it approaches but never reaches, as
            `health` has it.
        states: Dead, always on, saturated, a switch or linear, as `health` has it on the data.
    """

    layer: Int[np.ndarray, " node"]
    node: Int[np.ndarray, " node"]
    activation: tuple[str, ...]
    fires: Float[np.ndarray, " node"]
    at_limit: Float[np.ndarray, " node"]
    states: States


@dataclass(frozen=True, eq=False)
class Parts:
    """What the nodes of the last hidden layer contribute, or the features of a linear model; see `contributions`.

    Attributes:
        names: One per node.
        mean, sd: [node, output], of the contribution, in the output's unit.
        share: [node, output], Cov(c, f) / Var f; they sum to 1.
        removal_cost, removal_cost_refit: [node, output].
        bias: [output].
        cancellation: [output].
        of: "output" or "pre-activation".
    """

    names: tuple[str, ...]
    mean: Float[np.ndarray, "node output"]
    sd: Float[np.ndarray, "node output"]
    share: Float[np.ndarray, "node output"]
    removal_cost: Float[np.ndarray, "node output"]
    removal_cost_refit: Float[np.ndarray, "node output"]
    bias: Float[np.ndarray, " output"]
    cancellation: Float[np.ndarray, " output"]
    of: str


@dataclass(frozen=True, eq=False)
class Outside:
    """Rows outside the box of the training data.

    Attributes:
        low, high: [feature], the box.
        rows: How many lie outside it.
        by_feature: [feature], how many do in this feature.
    """

    low: Float[np.ndarray, " feature"]
    high: Float[np.ndarray, " feature"]
    rows: int
    by_feature: Int[np.ndarray, " feature"]
