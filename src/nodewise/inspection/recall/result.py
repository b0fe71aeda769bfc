"""What a recall tells: states, energies, how similar each stored row is, and the sentence about it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from nodewise.inspection.reading import Reading, Row, counted, nice

_ONE = 0.99  # weight from which a row counts as recalled
_FLAT = 1e-9  # of the energy: rounding
_MOST_ROWS = 10  # of the table


@dataclass(frozen=True, eq=False)
class Recall(Reading):
    """A cue, and what a memory made of it, step by step.

    Rows and steps are counted from 0 in arrays, rows from 1 in words. Step 0 is the cue.

    Attributes:
        rule: "softmax", "hebb" or "pseudo-inverse".
        update: "asynchronous" or "synchronous"; with softmax always "synchronous".
        similarity_by: "overlap" of a classical network, "distance" or "dot".
        beta: Sharpness of softmax, or None.
        feature_names: One per feature.
        labels: [row], or none.
        shape: Height and width, if a row is an image.
        rows: [row, feature], what is stored: with softmax as given, else -1 and 1.
        threshold: [feature], above which a value became 1 and not -1; None with softmax.
        shift: [feature], a value is compared as shift + factor·value; None in a classical network.
        factor: [feature], see `shift`.
        cue: [feature], as given, NaN where it is not known.
        states: [step, feature], in the unit of `rows`; what is not known is NaN at step 0 with softmax, and 0
            (undecided) in a classical network.
        energies: [step], which never rises but in a synchronous classical network.
        similarity: [step, row]: overlap x·s/d, in -1 to 1, over the features the cue knows at step 0 and over all from
            then on; or -½ distance² or dot product over those it knows, as compared.
        weights: [step, row], softmax(β·similarity), each step's state being made with the weights of the step before;
            None in a classical network.
        outcome: "settled", "cycle" (the last two states follow each other for ever) or "stopped".
        notes: Sentences about what was done to the rows, and what cannot be told apart.
    """

    rule: str
    update: str
    similarity_by: str
    beta: float | None
    feature_names: tuple[str, ...]
    labels: tuple[Any, ...]
    shape: tuple[int, int] | None
    rows: Float[np.ndarray, "row feature"]
    threshold: Float[np.ndarray, " feature"] | None
    shift: Float[np.ndarray, " feature"] | None
    factor: Float[np.ndarray, " feature"] | None
    cue: Float[np.ndarray, " feature"]
    states: Float[np.ndarray, "step feature"]
    energies: Float[np.ndarray, " step"]
    similarity: Float[np.ndarray, "step row"]
    weights: Float[np.ndarray, "step row"] | None
    outcome: str
    notes: tuple[str, ...]

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return len(self.states) - 1

    @property
    def known(self) -> Bool[np.ndarray, " feature"]:
        """Which features the cue knows."""
        return ~np.isnan(self.cue)

    @property
    def recalled(self) -> Float[np.ndarray, " feature"]:
        """The last state, in the unit of `rows`."""
        return self.states[-1]

    @property
    def strength(self) -> Float[np.ndarray, " row"]:
        """How much each row is in what is recalled: its weight, or its overlap, which is negative for an inverse."""
        return self.similarity[-1] if self.weights is None else self.weights[-1]

    @property
    def order(self) -> Int[np.ndarray, " row"]:
        """The rows, the strongest first; of a row and an inverse as strong, the row."""
        return np.lexsort((-self.strength, -np.abs(self.strength)))

    @property
    def nearest(self) -> int:
        """The row that is most in what is recalled, counted from 0."""
        return int(self.order[0])

    @property
    def equal(self) -> Int[np.ndarray, " row"]:
        """The rows that are the same as the nearest, itself among them."""
        return np.flatnonzero((self.rows == self.rows[self.nearest]).all(axis=1))

    @property
    def kind(self) -> str:
        """What is recalled: a "row", the "inverse" of one (classical), or a "mixture" that nobody stored."""
        if self.weights is not None:
            return "row" if float(self.strength[self.equal].sum()) >= _ONE else "mixture"
        row, state = self.rows[self.nearest], self.recalled
        return "row" if (state == row).all() else "inverse" if (state == -row).all() else "mixture"

    def scaled(self, values: Float[np.ndarray, "*step feature"]) -> Float[np.ndarray, "*step feature"]:
        """Return states or rows as they are compared."""
        return values if self.shift is None or self.factor is None else self.shift + self.factor * values

    @property
    def summary(self) -> str:
        """What was recalled, from how much, and what the energy did; then the notes."""
        parts = [f"{self._result()} {self._ending()}", *self._unknown(), self._energy()]
        return " ".join(["; ".join(parts) + ".", *self.notes])

    def name(self, row: int) -> str:
        """Return what a row is called: row 3 (label)."""
        return f"row {row + 1} ({self.labels[row]})" if self.labels else f"row {row + 1}"

    def _result(self) -> str:
        name = self.name(self.nearest)
        if self.equal[1:].size:
            name += f" with {counted(len(self.equal) - 1, 'equal row')}"
        if self.weights is not None:
            share = f"{nice(100 * self.strength[self.equal].sum())} % of the weight at β = {nice(self.beta or 0)}"
            one = self.kind == "row"
            return f"Recalled {name}, {share}," if one else f"Recalled a mixture, led by {name} with {share},"
        words = {
            "row": f"Recalled {name}",
            "inverse": f"Recalled the inverse of {name}, which stands still as the row itself does,",
            "mixture": f"Recalled what is not stored, most like {name} (overlap {nice(self.strength[self.nearest])}),",
        }
        return words[self.kind]

    def _ending(self) -> str:
        steps = counted(self.steps, "step")
        if self.update == "asynchronous":
            steps = f"{self.steps} change{'s' * (self.steps != 1)} of a unit"
        if self.outcome == "cycle":
            return f"after {steps}, from where on two states follow each other for ever"
        return f"after {steps}" if self.outcome == "settled" else f"when stopped after {steps}"

    def _unknown(self) -> Iterator[str]:
        missing = int((~self.known).sum())
        if missing:
            yield f"{missing} of {len(self.cue)} features were not known"

    def _energy(self) -> str:
        first, last = float(self.energies[0]), float(self.energies[-1])
        rises = int((np.diff(self.energies) > _FLAT * np.abs(self.energies).max()).sum())
        if rises:
            return f"the energy went from {nice(first)} to {nice(last)} and rose in {counted(rises, 'step')}"
        if first - last <= _FLAT * max(abs(first), abs(last)):
            return f"the energy is {nice(last)}"
        if nice(first) == nice(last):
            return f"the energy fell by {nice(first - last)} from {nice(first)}"
        return f"the energy fell from {nice(first)} to {nice(last)}"

    @property
    def written(self) -> tuple[str, ...]:
        """All attributes but the rows, with what follows from them."""
        names = [field.name for field in fields(self) if field.name != "rows"]
        return (*names, "steps", "recalled", "nearest", "kind")

    def table(self) -> list[Row]:
        """Return a line per stored row, up to 10 of them, the strongest in what is recalled first."""
        return [self._row(int(row)) for row in self.order[:_MOST_ROWS]]

    def _row(self, row: int) -> Row:
        line: Row = {"row": row + 1}
        if self.labels:
            line["label"] = self.labels[row]
        line |= {"similarity_to_cue": float(self.similarity[0, row]), "similarity": float(self.similarity[-1, row])}
        if self.weights is not None:
            line["weight"] = float(self.weights[-1, row])
        return line

    def step_table(self) -> list[Row]:
        """Return a line per step: its energy, how many values differ from the step before, and the nearest row."""
        strength = np.abs(self.similarity) if self.weights is None else self.weights
        changes = (self.states[1:] != self.states[:-1]).sum(axis=1)
        return [
            {
                "step": step,
                "energy": float(self.energies[step]),
                "changed": int(changes[step - 1]) if step else 0,
                "nearest": int(strength[step].argmax()) + 1,
            }
            for step in range(len(self.states))
        ]
