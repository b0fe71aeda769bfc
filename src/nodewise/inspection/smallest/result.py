"""What is left of a network, why, and how far it is from what it was."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from nodewise.inspection.reading import Reading, Row, counted, interval, listed, nice
from nodewise.inspection.smallest.chain import KINDS
from nodewise.inspection.smallest.chain import Step as Step
from nodewise.network import Network

_MOST_STEPS = 3


@dataclass(frozen=True, eq=False)
class Smallest(Reading):
    """An equal network with the fewest hidden nodes that were found.

    It is written in one way, so that equal networks print the same wherever `proved` holds and the nodes' signs and
    order are free: see `nodewise.smallest`.

    Attributes:
        network: The equal network, in the user's units; scaling is multiplied into its weights.
        before: [layer], hidden nodes per layer of the network as it was.
        after: [layer], what is left of each of these layers; 0 where the layer is gone.
        activations: [layer], their names.
        proved: Whether no network with one hidden layer of this activation has fewer nodes.
        why: The reason, or what is missing, as a clause.
        steps: What became of which nodes.
        line: Where the hidden layer that is left does no more than a straight line, the equal network without it; else
            None.
        everywhere: Whether the two are equal for every input, or only in `domain`.
        domain: [feature, 2], the box on which they are compared.
        difference: Largest difference of an output there, in its unit.
        relative: The same as a share of the largest output, output by output.
        method: "exact", along all straight pieces and up to their rounding, or "sampled".
        points: Number of pieces or of points compared.
    """

    network: Network
    before: tuple[int, ...]
    after: tuple[int, ...]
    activations: tuple[str, ...]
    proved: bool
    why: str
    steps: tuple[Step, ...]
    line: Network | None
    everywhere: bool
    domain: Float[np.ndarray, "feature 2"]
    difference: float
    relative: float
    method: str
    points: int

    @property
    def nodes(self) -> int:
        """Number of hidden nodes that are left."""
        return sum(self.after)

    @property
    def saved(self) -> int:
        """Number of hidden nodes that are gone."""
        return sum(self.before) - self.nodes

    @property
    def summary(self) -> str:
        """How many nodes are left of how many, why it is the fewest, what became of the others, and the difference."""
        where = "" if self.everywhere else f" {self._box}"
        parts = [f"{self._finding}{where}; {self.why}"]
        if self.saved and not self.steps:
            parts.append("what the others add is too small for float64")
        elif self.saved:
            said = [self.said(step) for step in self.steps[:_MOST_STEPS]]
            more = len(self.steps) - _MOST_STEPS
            parts.append(", ".join(said) + (f", and {counted(more, 'more step')}" if more > 0 else ""))
        if self.line is not None:
            parts.append("without hidden layers the same straight line needs no node")
        how = (
            f"along {counted(self.points, 'straight piece')}" if self.method == "exact" else f"at {self.points} points"
        )
        there = f" {self._box}" if self.everywhere else ""
        parts.append(f"largest difference {nice(self.difference)} ({self.method}, {how}{there})")
        return "; ".join(parts) + "."

    @property
    def _finding(self) -> str:
        total = sum(self.before)
        if not total:
            return "It has no hidden node"
        if not self.saved:
            return f"None of its {counted(total, 'node')} can be spared" if total > 1 else "Its node cannot be spared"
        if not self.nodes:
            return f"Of its {counted(total, 'node')} none is needed"
        return f"{self.nodes} of its {counted(total, 'node')} {'does' if self.nodes == 1 else 'do'} the same"

    @property
    def _box(self) -> str:
        sides = [interval(low, high) for low, high in self.domain]
        if len(sides) > 2:
            return "in a box"
        return f"in {' × '.join(sides)}"

    def said(self, step: Step) -> str:
        """Return what became of some nodes, in words."""
        layer = f" of layer {step.layer + 1}" if len(self.before) > 1 else ""
        one, several = KINDS[step.kind]
        return f"{listed('node', step.nodes)}{layer} {one if len(step.nodes) == 1 else several}"

    def table(self) -> list[Row]:
        """Return one row per hidden layer of the network as it was: nodes before and after, and what became of them."""
        return [
            {
                "layer": i + 1,
                "activation": name,
                "before": before,
                "after": after,
                "what": "; ".join(self.said(step) for step in self.steps if step.layer == i),
            }
            for i, (name, before, after) in enumerate(zip(self.activations, self.before, self.after, strict=True))
        ]
