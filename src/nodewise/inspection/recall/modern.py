"""The modern, continuous Hopfield network: a state that goes to the rows' mean, weighted by their similarity to it.

Ramsauer et al., "Hopfield Networks is All You Need" (2021): with rows x_i and state ξ the step ξ ← Σ p_i x_i,
p = softmax(β x_i·ξ), is attention, and lowers E = -(1/β) log Σ exp(β x_i·ξ) + ½|ξ|² + (1/β) log n + ½ max |x_i|².
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

SIMILARITIES = ("distance", "dot")
_SURE = 0.99  # weight of a row given as its own cue, for half of the rows, unless β is given
_TRIED = 128  # rows, to choose β by
_STILL = 1e-12  # of the rows' size: a step so small is none


@dataclass(frozen=True, eq=False)
class Attention:
    """Rows that a state is compared with.

    Attributes:
        rows: [row, feature].
        beta: How sharply more similar rows are preferred.
        similarity: "dot" is x·ξ; "distance" is -½|x - ξ|², which is x·ξ - ½|x|² but for a number that is the same for
            all rows: so the lengths of the rows are taken off, and where they are equal both are the same.
    """

    rows: Float[np.ndarray, "row feature"]
    beta: float
    similarity: str

    def similarities(self, state: Float[np.ndarray, " feature"]) -> Float[np.ndarray, " row"]:
        """Return how similar each row is to a state."""
        if self.similarity == "dot":
            return self.rows @ state
        return -0.5 * ((self.rows - state) ** 2).sum(axis=1)

    def energy(self, state: Float[np.ndarray, " feature"], similarity: Float[np.ndarray, " row"]) -> float:
        """Return Ramsauer's energy of a state; for distances -(1/β) log of the mean of exp(-½β|x - ξ|²)."""
        largest = float(similarity.max())
        sums = largest + math.log(float(np.exp(self.beta * (similarity - largest)).mean())) / self.beta
        if self.similarity == "distance":
            return -sums
        return -sums + 0.5 * float(state @ state) + 0.5 * float((self.rows**2).sum(axis=1).max())


class Steps(NamedTuple):
    """What happened at each step.

    Attributes:
        states: [step, feature], of the features that are compared.
        similarity: [step, row], of each row to the state.
        weights: [step, row], softmax(β·similarity), which the next state is made with.
        energies: [step].
        settled: Whether the last step changed nothing.
    """

    states: Float[np.ndarray, "step feature"]
    similarity: Float[np.ndarray, "step row"]
    weights: Float[np.ndarray, "step row"]
    energies: Float[np.ndarray, " step"]
    settled: bool


def softmax(scores: Float[np.ndarray, "*step row"]) -> Float[np.ndarray, "*step row"]:
    """Return exp(score) as a share of the sum over the rows."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def settle(attention: Attention, start: Float[np.ndarray, " feature"], held: bool, most: int) -> Steps:
    """Take steps until one changes nothing; a state that is held is compared and does not move.

    The state after the last step is there with its own similarities and weights.
    """
    size = math.sqrt(float((attention.rows**2).sum(axis=1).max())) or 1.0
    states, similarity, weights, energies = [start], [], [], []
    settled = False
    while True:
        similarity.append(attention.similarities(states[-1]))
        weights.append(softmax(attention.beta * similarity[-1]))
        energies.append(attention.energy(states[-1], similarity[-1]))
        if settled or len(states) > most:
            return Steps(np.stack(states), np.stack(similarity), np.stack(weights), np.array(energies), settled)
        new = start if held else weights[-1] @ attention.rows
        settled = bool(np.abs(new - states[-1]).max() <= _STILL * size)
        states.append(new)


def usual_beta(rows: Float[np.ndarray, "row feature"]) -> float:
    """Return the β at which half of the rows, given as their own cue, get 99 % of the weight or more.

    The nearest other row, at a distance r, gets exp(-½βr²) times as much, and no other of the n - 1 gets more: so
    β = log(99 (n - 1)) / (½ r²) is enough, with r the median over up to 128 rows. Rows that are equal count as one.
    """
    from scipy.spatial.distance import cdist

    picked = np.unique(np.linspace(0, len(rows) - 1, _TRIED).round().astype(int))
    nearest = []
    for row in picked:
        squares = cdist(rows[row : row + 1], rows, "sqeuclidean")[0]
        nearest.append(squares[squares > 0].min(initial=math.inf))
    finite = [square for square in nearest if math.isfinite(square)]
    if not finite:
        return 1.0
    return math.log(_SURE / (1 - _SURE) * (len(rows) - 1)) / (0.5 * float(np.median(finite)))
