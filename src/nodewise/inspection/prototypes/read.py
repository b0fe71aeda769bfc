"""How the nodes of a layer share the samples, each row beside the mean of the samples its node serves."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise.data.checks import whole
from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.memories.compare import seen
from nodewise.inspection.memories.similar import Similar, find
from nodewise.inspection.prototypes import words
from nodewise.inspection.prototypes.place import in_units, place
from nodewise.inspection.prototypes.responsible import Served, serve
from nodewise.inspection.prototypes.votes import exact
from nodewise.inspection.reading import Reading, Row, as_network, as_samples, counted, readonly
from nodewise.network import Network


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
        return " ".join([words.sentence(self), *self.notes])

    def table(self) -> list[Row]:
        """Return one row per node, the one that serves most first, then what no node serves, and the sum."""
        return words.rows(self)


def prototypes(network: Any, data: Any, layer: int = -1, samples: int = 5) -> Prototypes:
    """Tell how many samples each node of a hidden layer serves, and set its row beside their mean.

    With fewer nodes than samples a network cannot remember each: its nodes share them, and a row can be read as the
    prototype of the samples it serves. How far that goes is `cosine`.

    Of several outputs a vote's size is its length. What a node votes on all classes alike is left out, as softmax does
    not see it; outputs in units of their own are divided by the root mean square of the votes on them.

    Args:
        network: A network, or a fit that holds one.
        data: A dataset, whose targets or labels are told of the nodes, or samples [sample, feature].
        layer: Which hidden layer, counted from 0, or from the last with -1, -2, … Votes of an earlier layer are
            activation times slope, ∂f/∂h · h: exact where later activations are two straight lines through 0, as in
            `contributions`; otherwise of first order, which a note says.
        samples: How many similar samples to find for each row.

    Raises:
        NodewiseError: If the data do not fit the network, or there is no such layer.
    """
    network = as_network(network)
    index, count = _layer(network, layer), whole("samples", samples, 1)
    x = as_samples(network, data)
    served, dense = serve(network, index, x), network.hidden[index]
    placed = place(dense, served.seen)
    first = index == 0
    return Prototypes(
        **_counts(served),
        rows=readonly(network.folded.dense[index].weight),
        seen=readonly(served.seen),
        mean=readonly(served.mean(x)),
        cosine=readonly(placed.cosine),
        distance=readonly(placed.distance),
        prototype=readonly(in_units(network, placed.prototype)) if first else None,
        place=readonly(in_units(network, placed.foot)) if first else None,
        vote=readonly(served.vote),
        **_answers(served, data),
        similar=find(data, x, dense.weight, lambda block: seen(network, index, block), count),
        layer=index,
        row_names=network.feature_names if first else tuple(f"node {i + 1}" for i in range(dense.inputs)),
        notes=words.notes(served, len(x), exact(network, index)),
        network=network,
    )


def _layer(network: Network, layer: Any) -> int:
    count = len(network.hidden)
    if not count:
        raise NodewiseError(
            "prototypes need at least one hidden layer. Got a linear model; nodewise.contributions reads its features."
        )
    if isinstance(layer, bool) or not isinstance(layer, int | np.integer) or not -count <= layer < count:
        raise NodewiseError(
            f"layer must be a whole number from {-count} to {count - 1} for a network of "
            f"{counted(count, 'hidden layer')}, counted from 0. Got {layer!r}."
        )
    return int(layer) % count


def _counts(served: Served) -> dict[str, Any]:
    winner, count = served.winner, served.count
    concentrated = (served.responsibility[winner >= 0] ** 2).sum(axis=1)
    return {
        "responsibility": readonly(served.responsibility),
        "winner": readonly(winner),
        "served": readonly(count),
        "largest": readonly(np.bincount(winner[winner >= 0], minlength=len(count))),
        "unserved": int((winner < 0).sum()),
        "sharing": float((1 / concentrated).mean()) if concentrated.size else 0.0,
        "order": readonly(np.argsort(-count, kind="stable")),
    }


def _answers(served: Served, data: Any) -> dict[str, Any]:
    labelled = isinstance(data, Dataset) and data.labels is not None
    one_hot = np.eye(len(data.classes))[data.codes] if labelled else None
    targets = data.targets if isinstance(data, Dataset) else None
    return {
        "target": None if targets is None else readonly(served.mean(targets)),
        "classes": data.classes if labelled else (),
        "class_served": None if one_hot is None else readonly(served.responsibility.T @ one_hot),
    }
