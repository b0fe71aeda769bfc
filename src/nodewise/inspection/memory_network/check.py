"""How well a memory network answers its own samples and new ones, and why not better."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from nodewise.inspection.memory_network.encode import Encoding
from nodewise.inspection.memory_network.hull import inside
from nodewise.inspection.memory_network.samples import Samples
from nodewise.inspection.reading import readonly
from nodewise.network import Network

_ANSWERED = 1e-9  # of the largest target
_ROUNDING = 1e-13  # of the length: a dot product that is over the threshold by less is at it
_MOST_PROGRAMS = 200  # linear programs, a few milliseconds each


@dataclass(frozen=True, eq=False)
class Check:
    """What a memory network does with the samples it is written from, [node] all, and with new ones.

    Attributes:
        output: [node, output].
        error: [node], largest difference between output and target.
        answered: [node], error of at most 1e-9 of the largest target.
        own: [node], activation of the sample's own node.
        others: [node], how many other nodes fire for the sample.
        loudest: [node], the other node with the largest vote, or -1 where none fires.
        loudest_cosine: [node], cosine between the sample and that node's row; 0 where none fires.
        length: [node], length of the sample in the space of the rows.
        inside: [node], the sample is a mixture of the others, so that no node whatever can fire for it alone.
        undecided: How many samples that was not decided for, because it takes a linear program each.
        new_error: Root-mean-square error on the new samples, or None.
        new_samples: How many there are.
        new_wrong: Of a classifier how many of them get the wrong class, or None.
        new_beyond: How many of them lie farther from 0 than any sample, and were lifted as if they did not.
    """

    output: Float[np.ndarray, "node output"]
    error: Float[np.ndarray, " node"]
    answered: Bool[np.ndarray, " node"]
    own: Float[np.ndarray, " node"]
    others: Int[np.ndarray, " node"]
    loudest: Int[np.ndarray, " node"]
    loudest_cosine: Float[np.ndarray, " node"]
    length: Float[np.ndarray, " node"]
    inside: Bool[np.ndarray, " node"]
    undecided: int
    new_error: float | None
    new_samples: int
    new_wrong: int | None
    new_beyond: int


def check(
    network: Network, seen: Float[np.ndarray, "node feature"], samples: Samples, encode: Encoding, new: Samples | None
) -> Check:
    """Try a network on the samples it is written from, and on new ones.

    Args:
        network: The network, one node per sample.
        seen: What its rows are compared with for each sample.
        samples: The samples, one per node.
        encode: What happens to inputs before the network.
        new: More samples.
    """
    hidden, output = (after for _, after in network.trace(encode(samples.inputs)))
    error = np.abs(output - samples.targets).max(axis=1)
    length = np.linalg.norm(seen, axis=1)
    others = np.where(hidden > _ROUNDING * length[:, None], hidden, 0)
    np.fill_diagonal(others, 0)
    loudest = (others * np.abs(network.dense[-1].weight).max(axis=0)).argmax(axis=1)
    fires = others[np.arange(len(others)), loudest] > 0
    cosine = np.einsum("nf,nf->n", seen, network.hidden[0].weight[loudest]) / length
    mixed, undecided = inside(seen, _MOST_PROGRAMS) if encode.kind == "none" else (np.zeros(len(seen), bool), 0)
    return Check(
        output=readonly(output),
        error=readonly(error),
        answered=readonly(error <= _ANSWERED * (np.abs(samples.targets).max() or 1)),
        own=readonly(hidden.diagonal().copy()),
        others=readonly((others > 0).sum(axis=1)),
        loudest=readonly(np.where(fires, loudest, -1)),
        loudest_cosine=readonly(np.where(fires, cosine, 0)),
        length=readonly(length),
        inside=readonly(mixed),
        undecided=undecided,
        **_tried(network, encode, new),
    )


def _tried(network: Network, encode: Encoding, new: Samples | None) -> dict[str, Any]:
    if new is None:
        return {"new_error": None, "new_samples": 0, "new_wrong": None, "new_beyond": 0}
    output = network(encode(new.inputs))
    length = np.linalg.norm(encode.shift + encode.factor * new.inputs, axis=1)
    wrong = int((output.argmax(axis=1) != new.targets.argmax(axis=1)).sum()) if network.classes else None
    return {
        "new_error": float(np.sqrt(np.mean((output - new.targets) ** 2))),
        "new_samples": len(output),
        "new_wrong": wrong,
        "new_beyond": int((length > encode.radius).sum()) if encode.kind == "lift" else 0,
    }
