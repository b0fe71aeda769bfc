"""What the function returns: the parts, with the sentence and the table that tell them."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from nodewise.inspection.reading import Reading, Row, counted, joined, nice
from nodewise.network import Network

_MOST_OUTPUTS = 3  # outputs the sentence speaks of
_MOST_FEATURES = 3


@dataclass(frozen=True, eq=False)
class Explanation(Reading):
    """Why the output for one sample differs from a base, split into what each feature does through each node.

    `parts.sum(axis=(0, 1)) + base` is `output`, to rounding. In arrays, nodes and layers are counted from 0.

    Attributes:
        parts: [node, feature, output], in the output's unit.
        base: [output], the output at the base, or its mean over the bases.
        output: [output], what the network says of the sample.
        x: [feature], the sample.
        bases: How many inputs the base is the mean over; 1 for one base input.
        base_input: [feature], their mean.
        base_name: What the base is, in words.
        residual: Largest difference between base and parts added up and the output.
        place: [feature], share of the samples with a smaller value, those with the same value counted half.
        feature_inside: [feature], whether each value by itself lies among the data: in their range and in no gap.
        inside: Whether the whole sample does, by the test named `test`.
        test: Which test that was.
        layer: Which hidden layer, counted from 0; -1 for a linear model, which has no nodes but its outputs' sums.
        of: "output", or "pre-activation" where the output layer has an activation of its own.
        names: One name per node.
        feature_names, feature_units, output_names, output_units: As in the network.
        notes: Sentences about what was left out.
        network: The network read.
    """

    parts: Float[np.ndarray, "node feature output"]
    base: Float[np.ndarray, " output"]
    output: Float[np.ndarray, " output"]
    x: Float[np.ndarray, " feature"]
    bases: int
    base_input: Float[np.ndarray, " feature"]
    base_name: str
    residual: float
    place: Float[np.ndarray, " feature"]
    feature_inside: Bool[np.ndarray, " feature"]
    inside: bool
    test: str
    layer: int
    of: str
    names: tuple[str, ...]
    feature_names: tuple[str, ...]
    feature_units: tuple[str, ...]
    output_names: tuple[str, ...]
    output_units: tuple[str, ...]
    notes: tuple[str, ...]
    network: Network

    @property
    def by_node(self) -> Float[np.ndarray, "node output"]:
        """What all features do through each node."""
        return self.parts.sum(axis=1)

    @property
    def by_feature(self) -> Float[np.ndarray, "feature output"]:
        """What each feature does through all nodes: integrated gradients."""
        return self.parts.sum(axis=0)

    @property
    def summary(self) -> str:
        """What the output is, from which base, which features make the difference; whether the sample is inside."""
        hidden = len(self.output_names) - _MOST_OUTPUTS
        ranked = np.argsort(-np.abs(self.output - self.base), kind="stable")[:_MOST_OUTPUTS]
        said = [self._clause(int(o)) for o in (ranked if hidden > 0 else range(len(self.output_names)))]
        said += ["the others are in the table"] * (hidden > 0)
        return " ".join([f"{'; '.join(said)}.", self.warning, *self.notes])

    def _clause(self, o: int) -> str:
        unit = f" {self.output_units[o]}".rstrip()
        change, own = self.output[o] - self.base[o], self.by_feature[:, o]
        head = f"{self.output_names[o]} is {nice(self.output[o])}{unit}, {nice(abs(change))} "
        head += f"{'above' if change >= 0 else 'below'} {self.base_name} ({nice(self.base[o])})"
        first = [int(j) for j in np.argsort(-np.abs(own), kind="stable")[:_MOST_FEATURES] if own[j]]
        if not first:
            return head
        return f"{head}: {joined([self._by(j, o) for j in first])}"

    def _by(self, j: int, o: int) -> str:
        whole = self.by_feature[j, o]
        through = int(np.abs(self.parts[:, j, o]).argmax())
        by = f"{self.feature_names[j]} = {nice(self.x[j])} adds {nice(whole)}"
        return by if len(self.names) == 1 else f"{by} (mostly through {self.names[through]})"

    @property
    def warning(self) -> str:
        """Whether the sample lies among the data, by which test, and which features are out of their range."""
        out = [self.feature_names[int(j)] for j in np.flatnonzero(~self.feature_inside)]
        if self.inside:
            return f"The sample lies inside the data, by {self.test}."
        if not out:
            return f"The sample lies outside the data, by {self.test}, though each feature by itself is inside."
        names = joined(out if len(out) <= _MOST_FEATURES else [*out[:2], counted(len(out) - 2, "other feature")])
        return f"The sample lies outside the data, by {self.test}: {names} {'is' if len(out) == 1 else 'are'}."

    def table(self) -> list[Row]:
        """Return one row per output and feature, the largest difference first, then base and sum."""
        rows = []
        for o, output in enumerate(self.output_names):
            own = self.by_feature[:, o]
            named = {"output": output} if len(self.output_names) > 1 else {}
            for j in np.argsort(-np.abs(own), kind="stable"):
                through = int(np.abs(self.parts[:, j, o]).argmax())
                rows.append(
                    {"feature": self.feature_names[j]}
                    | named
                    | {
                        "value": float(self.x[j]),
                        "base_value": float(self.base_input[j]),
                        "adds": float(own[j]),
                        "mostly_through": self.names[through] if self.parts[through, j, o] else None,
                        "which_adds": float(self.parts[through, j, o]),
                        "place": float(self.place[j]),
                        "inside": bool(self.feature_inside[j]),
                    }
                )
            empty = dict.fromkeys(rows[-1]) | named
            rows += [empty | {"feature": name, "adds": float(value)} for name, value in self._ends(o)]
        return rows

    def _ends(self, o: int) -> tuple[tuple[str, float], ...]:
        return ("base", float(self.base[o])), ("sum", float(self.base[o] + self.by_feature[:, o].sum()))
