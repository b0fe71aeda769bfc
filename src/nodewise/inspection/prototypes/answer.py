"""What the function returns: the numbers, with the sentence and the table that tell them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise.inspection.memories.similar import Similar
from nodewise.inspection.reading import Reading, Row, counted, nice
from nodewise.network import Network

_SHOWN = 3  # similar samples a row of the table names


@dataclass(frozen=True, eq=False)
class Prototypes(Reading):
    """How the nodes of one hidden layer share the samples between them, and what their rows have to do with those.

    A node's responsibility for a sample is the size of its vote there as a share of all nodes' votes; a vote is the
    node's contribution, as in `contributions`. `responsibility.sum(axis=1)` is 1, or 0 where no node votes;
    `served.sum() + unserved` and `largest.sum() + unserved` are the number of samples. Means over the samples a node
    serves are weighted by its responsibility. Nodes, layers and samples are counted from 0 in arrays, from 1 in words.

    Attributes:
        responsibility: [sample, node], from 0 to 1.
        winner: [sample], the node with the largest responsibility; -1 where no node votes and only the bias answers.
        served: [node], samples each node serves: the sum of its responsibilities.
        largest: [node], samples of which the node is the winner.
        unserved: Samples on which no node votes.
        sharing: How many nodes share a sample: the mean of 1/Σr² over the samples that any node serves.
        order: [node], by falling `served`.
        rows: [node, input], what each node compares its input with; of the first layer in the user's units, the scaling
            multiplied in; of a later one, per unit of the activations of the layer before.
        seen: [node, input], mean of what the node reads of the samples it serves, in the space it compares in: after
            the scaling, or the activations of the layer before. NaN where it serves none, as are the following.
        mean: [node, feature], mean of the samples it serves, in the user's units.
        cosine: [node], between row and `seen`, in the space the node compares in: 1 where the row is the prototype of
            what it serves. 0 where either has no length.
        distance: [node], in that space, between `seen` and the point as far out in the direction of the row.
        prototype: [node, feature], that point in the user's units: of all inputs as far out as `seen` the one the node
            responds to most. None for later layers.
        place: [node, feature], of all inputs where the pre-activation is 0, the one nearest `seen`, in the user's
            units: of one feature -bias / weight. None for later layers.
        vote: [node, output], mean vote, in the output's unit (of a classifier of the logits).
        target: [node, output], mean target of the samples it serves; None without targets.
        classes: The different labels of the data; none without labels.
        class_served: [node, class], samples of each class served; None without labels. With the unserved samples of a
            class they add up to all of it.
        similar: The samples most similar to each row, by cosine in the space the node compares in.
        layer: Which hidden layer, counted from 0.
        row_names: What the columns of `rows` are: features, or nodes of the layer before.
        notes: Sentences about nodes that serve nothing or vote as a bias, and about votes that are not exact.
        network: The network read.
    """

    responsibility: Float[np.ndarray, "sample node"]
    winner: Int[np.ndarray, " sample"]
    served: Float[np.ndarray, " node"]
    largest: Int[np.ndarray, " node"]
    unserved: int
    sharing: float
    order: Int[np.ndarray, " node"]
    rows: Float[np.ndarray, "node input"]
    seen: Float[np.ndarray, "node input"]
    mean: Float[np.ndarray, "node feature"]
    cosine: Float[np.ndarray, " node"]
    distance: Float[np.ndarray, " node"]
    prototype: Float[np.ndarray, "node feature"] | None
    place: Float[np.ndarray, "node feature"] | None
    vote: Float[np.ndarray, "node output"]
    target: Float[np.ndarray, "node output"] | None
    classes: tuple[str | bool | int, ...]
    class_served: Float[np.ndarray, "node class"] | None
    similar: Similar
    layer: int
    row_names: tuple[str, ...]
    notes: tuple[str, ...]
    network: Network

    @property
    def summary(self) -> str:
        """How many nodes stand for how many samples, who serves most and fewest, and what its row is; the notes."""
        return " ".join([self._sentence(), *self.notes])

    def _sentence(self) -> str:
        """Return how many nodes stand for how many samples, and who serves most."""
        nodes, samples = len(self.served), len(self.responsibility)
        of = f" of layer {self.layer + 1}" if len(self.network.hidden) > 1 else ""
        head = f"{counted(nodes, 'node')}{of} stand{'s' * (nodes == 1)} for {counted(samples, 'sample')}"
        if self.unserved == samples:
            return f"{head}, but no node votes on any: only the bias answers."
        first, last = int(self.order[0]), int(self.order[-1])
        said = f"{head}: node {first + 1} serves the most ({nice(self.served[first])}{self._about(first)})"
        if nodes > 1:
            shared = "no sample is shared"
            if self.sharing > 1:
                shared = f"a sample is shared by {nice(max(self.sharing, 1.01))} nodes on average"
            said += f", node {last + 1} the fewest ({nice(self.served[last])}), and {shared}"
        if self.unserved:
            said += f"; on {counted(self.unserved, 'sample')} no node votes, and only the bias answers"
        return f"{said}."

    def _about(self, node: int) -> str:
        kind = self.most(node)
        mostly = f", {nice(100 * kind[1])} % of them {kind[0]}" if kind else ""
        if self.place is not None and self.network.inputs == 1 and np.isfinite(self.place[node, 0]):
            return f"{mostly}; its pre-activation is 0 at {self.network.feature_names[0]} = {nice(self.place[node, 0])}"
        return f"{mostly}; its row has cosine {nice(self.cosine[node])} with their mean"

    def most(self, node: int) -> tuple[str, float] | None:
        """Return the class a node serves most, and its share in what it serves."""
        if self.class_served is None or not self.served[node]:
            return None
        best = int(self.class_served[node].argmax())
        label = self.classes[best]
        called = label if isinstance(label, str) else f"{self.network.label or 'class'} {label}"
        return called, float(self.class_served[node, best] / self.served[node])

    def table(self) -> list[Row]:
        """Return one row per node by falling served samples, then the bias and the sum."""
        samples = len(self.responsibility)
        found = [self._row(int(i)) for i in self.order]
        empty = dict.fromkeys(found[0])
        alone = {"name": "bias alone", "served": float(self.unserved), "share": self.unserved / samples}
        total = {"name": "sum", "served": float(self.served.sum() + self.unserved), "share": 1.0}
        return [
            *found,
            empty | alone | {"largest": self.unserved},
            empty | total | {"largest": int(self.largest.sum()) + self.unserved},
        ]

    @property
    def _targets(self) -> tuple[str, ...]:
        assert self.target is not None
        count = self.target.shape[1]
        return self.network.output_names if count == self.network.outputs else tuple(map(str, range(1, count + 1)))

    def _row(self, i: int) -> Row:
        network, kind = self.network, self.most(i)
        row: dict[str, Any] = {
            "name": f"node {i + 1}",
            "served": float(self.served[i]),
            "share": float(self.served[i] / len(self.responsibility)),
            "largest": int(self.largest[i]),
            "cosine": _number(self.cosine[i]),
            "distance": _number(self.distance[i]),
        }
        row |= _named("vote", self.vote[i], network.output_names)
        if self.target is not None:
            row |= _named("target", self.target[i], self._targets)
        if self.class_served is not None:
            row |= {"class": kind and kind[0], "class_share": kind and kind[1]}
        # A row of 0 has cosine 0 to every sample, and is like none.
        places = range(min(_SHOWN, self.similar.samples.shape[1]) if self.rows[i].any() else 0)
        return row | {"most_similar": "; ".join(_sample(self.similar, i, place) for place in places)}


def _named(what: str, values: np.ndarray, names: tuple[str, ...]) -> Row:
    keys = [what] if len(values) == 1 else [f"{what}_{name}" for name in names]
    return {key: _number(value) for key, value in zip(keys, values, strict=True)}


def _number(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


def _sample(similar: Similar, node: int, place: int) -> str:
    return f"sample {similar.samples[node, place] + 1} (cosine {nice(similar.cosine[node, place])})"
