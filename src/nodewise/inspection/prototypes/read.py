"""The function: it counts who serves what, and sets the rows beside it."""

from typing import Any

import numpy as np

from nodewise.data.checks import whole
from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.memories.compare import seen
from nodewise.inspection.memories.similar import find
from nodewise.inspection.prototypes.answer import Prototypes
from nodewise.inspection.prototypes.place import in_units, place
from nodewise.inspection.prototypes.responsible import Served, serve
from nodewise.inspection.prototypes.votes import exact, refuse_jumps
from nodewise.inspection.reading import as_network, as_samples, counted, listed, readonly
from nodewise.network import Network


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
            `contributions`; otherwise of first order, which a note says;
            later activations must not jump.
        samples: How many similar samples to find for each row.

    Raises:
        NodewiseError: If the data do not fit the network, there is no such layer, or a later activation jumps.
    """
    network = as_network(network)
    index, count = _layer(network, layer), whole("samples", samples, 1)
    x = as_samples(network, data)
    refuse_jumps(network, index)
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
        notes=_notes(served, len(x), exact(network, index)),
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


def _notes(served: Served, samples: int, exact: bool) -> tuple[str, ...]:
    """Return what a reader must know before trusting the numbers."""
    found, count = [], served.count
    if len(count) >= samples:
        found.append("There are no fewer nodes than samples, so that each sample could have a node of its own.")
    idle, constant = np.flatnonzero(count == 0), np.flatnonzero(served.constant) if samples > 1 else np.empty(0)
    if 0 < idle.size < len(count):
        found.append(f"{listed('node', idle).capitalize()} serve{'s' * (idle.size == 1)} no sample.")
    if constant.size:
        one = constant.size == 1
        found.append(
            f"{listed('node', constant).capitalize()} vote{'s' * one} the same on all samples, to 1 %, as a bias does: "
            f"what {'it serves is' if one else 'they serve is'} no group of samples."
        )
    if not exact:
        found.append(
            "Votes of this layer are of first order (activation times slope), as later activations are no straight "
            "lines through 0: they need not add up to the output."
        )
    return tuple(found)
