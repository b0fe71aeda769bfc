"""What automatic differentiation misses of an activation that jumps, and how its networks train with it and without."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.errors import unknown
from nodewise.inspection.reading import Reading, Row, counted, nice
from nodewise.inspection.study import wilson
from nodewise.network import Network


@dataclass(frozen=True, eq=False)
class Slopes:
    """The expected loss along the weight of one node, and its slope.

    Attributes:
        weights: [weight], in the user's units.
        losses: [weight], expected squared error.
        autograd: [weight], the slope that automatic differentiation gives.
        jumps: [weight], what the jumps add to it.
        numerical: [weight], central differences of the losses.
    """

    weights: Float[np.ndarray, " weight"]
    losses: Float[np.ndarray, " weight"]
    autograd: Float[np.ndarray, " weight"]
    jumps: Float[np.ndarray, " weight"]
    numerical: Float[np.ndarray, " weight"]


@dataclass(frozen=True, eq=False)
class Arm:
    """Trainings of one width, activation and gradient.

    Attributes:
        hidden: Number of nodes.
        activation: Their activation.
        gradient: "autograd" or "with jumps".
        errors: [start], root-mean-square error to the truth; infinite where training diverged.
        network: The best start's.
    """

    hidden: int
    activation: str
    gradient: str
    errors: Float[np.ndarray, " start"]
    network: Network

    @property
    def name(self) -> str:
        """Activation and gradient, such as "saw, with jumps"."""
        return f"{self.activation}, {self.gradient}"


@dataclass(frozen=True, eq=False)
class Jumps(Reading):
    """Networks of an activation that jumps, trained along both gradients, beside one that does not jump.

    Attributes:
        arms: Every width with every activation and gradient; starts of one width and activation begin alike.
        good: The largest error that is good.
        node: The best network of the smallest width that was trained with the jumps.
        slopes: The loss along the weight of its first node.
        low, high: The range of the inputs.
    """

    arms: tuple[Arm, ...]
    good: float
    node: Network
    slopes: Slopes
    low: float
    high: float

    @property
    def summary(self) -> str:
        """How far the slope of automatic differentiation is off, and how many starts of each kind are good."""
        parts = [self._slope_said()]
        for hidden in dict.fromkeys(arm.hidden for arm in self.arms):
            said = []
            for arm in self.arms:
                if arm.hidden == hidden:
                    count = f"{int((arm.errors <= self.good).sum())} of {len(arm.errors)} good"
                    said.append(f"{arm.name}: {count}, median error {nice(np.median(arm.errors))}")
            parts.append(f"{counted(hidden, 'node')}: {'; '.join(said)}")
        return ". ".join(parts) + f". Good is a root-mean-square error to the truth of at most {nice(self.good)}."

    def _slope_said(self) -> str:
        slopes, activation = self.slopes, self.node.dense[0].activation.name
        whole = slopes.autograd + slopes.jumps
        wrong = np.mean(np.sign(slopes.autograd) != np.sign(whole))
        largest = [nice(np.abs(part).max()) for part in (slopes.autograd, slopes.jumps)]
        return (
            f"Along the weight of a {activation} node automatic differentiation sees slopes of up to {largest[0]} and "
            f"misses up to {largest[1]} that the jumps add; the sign of its slope is wrong on {100 * wrong:.3g} % of "
            f"the weights from {nice(slopes.weights[0])} to {nice(slopes.weights[-1])}"
        )

    def arm(self, hidden: int, name: str) -> Arm:
        """Return the arm of a width and a name such as "saw, with jumps".

        Raises:
            NodewiseError: If there is none.
        """
        found = {f"{arm.hidden} {arm.name}": arm for arm in self.arms}
        if f"{hidden} {name}" not in found:
            raise unknown("an arm", f"{hidden} {name}", found)
        return found[f"{hidden} {name}"]

    def table(self) -> list[Row]:
        """Return one row per arm: shares of good starts with Wilson's 95 % interval, median and best error."""
        return [self._row(arm) for arm in self.arms]

    def _row(self, arm: Arm) -> dict[str, Any]:
        good = int((arm.errors <= self.good).sum())
        low, high = wilson(good, len(arm.errors))
        return {
            "hidden": arm.hidden,
            "activation": arm.activation,
            "gradient": arm.gradient,
            "starts": len(arm.errors),
            "good": good,
            "share": good / len(arm.errors),
            "low": float(low),
            "high": float(high),
            "median": float(np.median(arm.errors)),
            "best": float(arm.errors.min()),
        }
