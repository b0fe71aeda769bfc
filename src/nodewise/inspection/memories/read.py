"""For an input: what each node of a layer compares it with, how similar it is, whether the node fires, how it votes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from nodewise.data.checks import whole
from nodewise.inspection.memories.answer import PER_QUERY, answer
from nodewise.inspection.memories.asked import Encode, encoding, inputs, layer_index, within
from nodewise.inspection.memories.compare import seen
from nodewise.inspection.memories.similar import Similar, find
from nodewise.inspection.reading import Reading, Row, as_network, as_samples, counted, nice
from nodewise.network import Network
from nodewise.network.network import called

_SHOWN = 3  # similar samples a row of the table names
_MOST_OUTPUTS = 3  # outputs the sentence names
_MOST_ENTRIES = 3  # entries of a row the table names


@dataclass(frozen=True, eq=False)
class Memories(Reading):
    """What the nodes of one hidden layer remember, and how they answer one or several queries.

    For every query and node `dot` = `row_length · input_length · cosine` and `pre_activation` = `dot - threshold`;
    `votes.sum(axis=-2) + bias` is `output`. All to rounding. Nodes, layers and samples are counted from 0 in arrays,
    from 1 in words. Arrays of one sample, given as a number or [feature], have no query axis: `votes` is then
    [node, output]; `batched` has it in any case.

    Attributes:
        query: [query, feature], in the user's units.
        rows: [node, feature], what each node compares its input with; of the first layer in the user's units, the
            scaling multiplied in; of a later one, per unit of the activations of the layer before.
        prototype: [node, feature], of the first layer: of all inputs of the samples' typical length in the scaled space
            the one the node responds to most, in the user's units; None for later layers.
        row_length: [node], in the space the node compares in: after the scaling, or the layer before.
        input_length: [query], in the same space.
        cosine: [query, node], of the angle between input and row: the similarity that no length enters. 0 where either
            has no length.
        dot: [query, node].
        threshold: [node], the dot product at which the pre-activation is 0: the bias with the other sign.
        pre_activation, activation: [query, node].
        fires: [query, node], activation above `level`.
        level: The middle of the activation's range, or, where that is not finite, its value at pre-activation 0.
        votes: [query, node, output], the contribution of each node; None where the layers behind do not allow it.
        bias: [query, output], the same for every query but of an earlier layer; None with the votes.
        output: [query, output], what votes and bias add up to: the network's output, or where `of` says so the output
            layer's pre-activation.
        residual: Largest difference between that sum and `output`.
        of: "output" or "pre-activation".
        uneven: Whether the longest row is more than twice as long as the shortest that is not 0: then the largest dot
            product need not be the largest similarity, and `cosine` is the view to trust.
        similar: The samples most similar to each row, by cosine in the space the node compares in; None without data.
        layer: Which hidden layer, counted from 0.
        rule: When a node fires, in words.
        row_names: What the columns of `rows` are: features, or nodes of the layer before.
        notes: Sentences about rows of uneven length or without any, and votes that do not add up.
        network: The network read.
        encode: What happens to inputs before the network, of a `MemoryNetwork`; else None.
    """

    query: Float[np.ndarray, "... feature"]
    rows: Float[np.ndarray, "node input"]
    prototype: Float[np.ndarray, "node feature"] | None
    row_length: Float[np.ndarray, " node"]
    input_length: Float[np.ndarray, "..."]
    cosine: Float[np.ndarray, "... node"]
    dot: Float[np.ndarray, "... node"]
    threshold: Float[np.ndarray, " node"]
    pre_activation: Float[np.ndarray, "... node"]
    activation: Float[np.ndarray, "... node"]
    fires: Bool[np.ndarray, "... node"]
    level: float
    votes: Float[np.ndarray, "... node output"] | None
    bias: Float[np.ndarray, "... output"] | None
    output: Float[np.ndarray, "... output"]
    residual: float
    of: str
    uneven: bool
    similar: Similar | None
    layer: int
    rule: str
    row_names: tuple[str, ...]
    notes: tuple[str, ...]
    network: Network
    encode: Encode | None

    @property
    def similarity(self) -> Float[np.ndarray, "... node"]:
        """How similar each query is to each row, whatever their lengths: the cosine."""
        return self.cosine

    @property
    def batched(self) -> "Memories":
        """The same reading with a query axis in every array that may have one, of length 1 for one sample."""
        if self.query.ndim == 2:
            return self
        found = {name: getattr(self, name) for name in PER_QUERY}
        return replace(self, **{name: value[None] for name, value in found.items() if value is not None})

    @property
    def written(self) -> tuple[str, ...]:
        """Names of the attributes that `as_dict` writes."""
        return tuple(name for name in super().written if name != "encode")

    def ask(self, query: Any) -> "Memories":
        """Return the same reading of another query, without searching the data again.

        Args:
            query: As in `memories`.

        Raises:
            NodewiseError: If it does not fit the network.
        """
        return Memories(**answer(self.network, self.encode, self.layer, self.similar, query))

    @property
    def summary(self) -> str:
        """Which nodes fire, what the votes add up to, who votes most and what it remembers; then the notes."""
        if self.query.ndim == 1:
            return self.batched.summary
        head = self._one() if len(self.query) == 1 else self._several()
        return " ".join([head, *self.notes])

    @property
    def _nodes(self) -> str:
        of = f" of layer {self.layer + 1}" if len(self.network.hidden) > 1 else ""
        return f"{counted(len(self.threshold), 'node')}{of}"

    def _one(self) -> str:
        count = int(self.fires[0].sum())
        start = f"{count} of {self._nodes} fire{'s' * (count == 1)} for this query ({self.rule})"
        if self.votes is None:
            return f"{start}."
        return f"{start}; the votes and the bias add up to {self._target()}: {self._loudest()}."

    def _several(self) -> str:
        counts = self.fires.sum(axis=1)
        span = f"{counts.min()}" if counts.min() == counts.max() else f"between {counts.min()} and {counts.max()}"
        head = f"For {len(self.query)} queries {span} of {self._nodes} fire ({self.rule})"
        if self.votes is None:
            return f"{head}."
        return f"{head}; for each of them the votes and the bias add up to the {self.of}."

    def _target(self) -> str:
        names = [name if self.of == "output" else f"the pre-activation of {name}" for name in self.network.output_names]
        said = [f"{name} = {nice(value)}" for name, value in zip(names, self.output[0], strict=True)]
        if len(said) <= _MOST_OUTPUTS:
            return ", ".join(said)
        return f"{len(said)} outputs, of which the largest is {said[int(self.output[0].argmax())]}"

    def _loudest(self) -> str:
        assert self.votes is not None
        o = int(self.output[0].argmax())
        node = int(np.abs(self.votes[0, :, o]).argmax())
        about = f" on {self.network.output_names[o]}" if self.network.outputs > 1 else ""
        if not self.votes[0, node, o]:
            return "no node votes"
        text = f"node {node + 1} votes most{about} ({nice(self.votes[0, node, o])})"
        if self.similar is None or self.similar.cosine[node, 0] <= 0:
            return text
        return f"{text}, and its row is most like {self._sample(node, 0)}"

    def _sample(self, node: int, place: int) -> str:
        assert self.similar is not None
        found = f"cosine {nice(self.similar.cosine[node, place])}"
        known = self.similar.answer(node, place)
        if isinstance(known, float):
            found += f", {self.network.output_names[0]} = {nice(known)}"
        elif isinstance(known, str | bool | int):
            found += f", {called(known)}"
        return f"sample {self.similar.samples[node, place] + 1} ({found})"

    def table(self) -> list[Row]:
        """Return one row per query and node, the largest vote first, then the bias and the sum of all votes."""
        if self.query.ndim == 1:
            return self.batched.table()
        return [row for q in range(len(self.query)) for row in self._rows(q)]

    def _rows(self, q: int) -> list[Row]:
        size = self.activation[q] if self.votes is None else np.abs(self.votes[q]).max(axis=1)
        first = {"query": q + 1} if len(self.query) > 1 else {}
        rows = [first | self._row(q, int(i)) for i in np.argsort(-size, kind="stable")]
        if self.votes is None or self.bias is None:
            return rows
        for name, values in (("bias", self.bias[q]), (f"sum: {self.of}", self.votes[q].sum(axis=0) + self.bias[q])):
            rows.append(first | dict.fromkeys(self._row(q, 0)) | {"name": name, **self._named(values)})
        return rows

    def _row(self, q: int, i: int) -> Row:
        compared = {
            "name": f"node {i + 1}",
            "looks_for": self._looks_for(i),
            "row_length": float(self.row_length[i]),
            "input_length": float(self.input_length[q]),
            "cosine": float(self.cosine[q, i]),
            "dot": float(self.dot[q, i]),
            "threshold": float(self.threshold[i]),
            "pre_activation": float(self.pre_activation[q, i]),
            "activation": float(self.activation[q, i]),
            "fires": bool(self.fires[q, i]),
        }
        votes = {} if self.votes is None else self._named(self.votes[q, i])
        if self.similar is None:
            return compared | votes
        # A row of 0 has cosine 0 to every sample, and is like none.
        places = range(min(_SHOWN, self.similar.samples.shape[1]) if self.row_length[i] else 0)
        return compared | votes | {"most_similar": "; ".join(self._sample(i, place) for place in places)}

    def _looks_for(self, i: int) -> str:
        """Return the entries of a row that weigh most: of the first layer as the input the node responds to most."""
        weight = self.network.hidden[self.layer].weight[i]
        largest = np.argsort(-np.abs(weight), kind="stable")[:_MOST_ENTRIES]
        if self.prototype is None:
            said = [f"{nice(self.rows[i, j])} × {self.row_names[j]}" for j in largest if weight[j]]
        else:
            said = [f"{self.row_names[j]} = {nice(self.prototype[i, j])}" for j in sorted(largest) if weight.any()]
        return ", ".join(said + ["…"] * (0 < len(said) < len(weight)))

    def _named(self, values: Sequence[float] | np.ndarray) -> Row:
        names = ["vote"] if self.network.outputs == 1 else [f"vote_{name}" for name in self.network.output_names]
        return {name: float(value) for name, value in zip(names, values, strict=True)}


def memories(network: Any, data: Any, query: Any, layer: int = -1, samples: int = 5) -> Memories:
    """Tell what the nodes of a hidden layer remember, which of it a query resembles, and how the nodes vote.

    A node compares its input with its row by their dot product, the product of both lengths and the cosine between
    them. The samples most similar to a row are searched once; `ask` then reads other queries at once.

    Args:
        network: A network, or a fit or memory network that holds one.
        data: A dataset, whose targets or labels are told of the similar samples, or samples [sample, feature]; None
            leaves similar samples out.
        query: One sample, a number or [feature]; or several [query, feature], of one feature also [query]; in the
            user's units.
        layer: Which hidden layer, counted from 0, or from the last with -1, -2, … Votes of an earlier layer need later
            activations that are two straight lines through 0, as in `contributions`; without them `votes` is None.
        samples: How many similar samples to find for each row.

    Raises:
        NodewiseError: If query or data do not fit the network, the query has missing values, or there is no such layer.
    """
    encode = encoding(network)
    network = as_network(network if encode is None else network.network)
    index, count = layer_index(network, layer), whole("samples", samples, 1)
    first = answer(network, encode, index, None, query)
    if data is None:
        return Memories(**first)
    rows = network.hidden[index].weight
    x = as_samples(network, data if encode is None else encode(inputs(data)))
    within("data", x, network.feature_names)
    found = find(data, x, rows, lambda block: seen(network, index, block), count)
    return Memories(**answer(network, encode, index, found, query))
