"""Which node of one network does what which node of another does: pairs matched by their contributions."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise.errors import NodewiseError
from nodewise.inspection.contributions import contributions
from nodewise.inspection.reading import Reading, Row, as_network, as_samples, counted, joined, listed, nice, readonly

_SAME = 0.999  # correlation from which two nodes are said to do the same
_MOST = 3  # pairs the sentence names


@dataclass(frozen=True, eq=False)
class Alignment(Reading):
    """Pairs of nodes of two networks, by what they contribute to the output, sample by sample.

    Nodes are counted from 0 in arrays, from 1 in words. Contributions, not weights, are compared, so that order, sign
    and size of the nodes do not matter; a constant does not either.

    Attributes:
        pairs: [pair, 2], node of the first and node of the second network, by falling correlation.
        correlation: [pair], of the two contributions over all samples and outputs, each around its mean; 0 where one of
            them does not vary.
        apart: [pair, output], root-mean-square difference of the two contributions around their means, in the output's
            unit.
        unmatched: Of each network the nodes that have no partner.
        permutation: [node], for each node of the first network its partner in the second, or -1.
        layer: Which hidden layer of the first and the second, counted from 0.
        output_names, output_units: As in the networks.
    """

    pairs: Int[np.ndarray, "pair 2"]
    correlation: Float[np.ndarray, " pair"]
    apart: Float[np.ndarray, "pair output"]
    unmatched: tuple[tuple[int, ...], tuple[int, ...]]
    permutation: Int[np.ndarray, " node"]
    layer: tuple[int, int]
    output_names: tuple[str, ...]
    output_units: tuple[str, ...]

    @property
    def summary(self) -> str:
        """How many nodes do the same, the pairs that agree most and least, and the nodes without partner."""
        count, same = len(self.pairs), int((self.correlation >= _SAME).sum())
        if same == count:
            said = [f"{'each node has' if count > 1 else 'the node has'} a partner that does the same"]
        else:
            said = [f"{same} of {counted(count, 'pair')} {'does' if same == 1 else 'do'} the same"]
        named = [f"{i + 1} and {j + 1} ({nice(r)})" for (i, j), r in zip(self.pairs, self.correlation, strict=True)]
        shown = named if count <= _MOST else [*named[: _MOST - 1], f"…, {named[-1]}"]
        said.append(f"correlations of nodes {joined(shown)}")
        for which, nodes in zip(("first", "second"), self.unmatched, strict=True):
            if nodes:
                said.append(f"{listed('node', nodes)} of the {which} {'has' if len(nodes) == 1 else 'have'} no partner")
        text = "; ".join(said)
        return f"{text[0].upper()}{text[1:]}."

    def table(self) -> list[Row]:
        """Return one row per pair, and one per node without partner."""
        rows: list[Row] = []
        for (i, j), r, apart in zip(self.pairs, self.correlation, self.apart, strict=True):
            row = {"first": int(i) + 1, "second": int(j) + 1, "correlation": float(r)}
            rows.append(row | {f"apart in {n}": float(a) for n, a in zip(self.output_names, apart, strict=True)})
        none = dict.fromkeys(["correlation", *(f"apart in {name}" for name in self.output_names)])
        rows += [{"first": i + 1, "second": None} | none for i in self.unmatched[0]]
        return rows + [{"first": None, "second": j + 1} | none for j in self.unmatched[1]]


def align(a: Any, b: Any, data: Any, layer: int = -1) -> Alignment:
    """Match the nodes of two networks by their contributions to the output.

    The pairs are those with the largest sum of correlations (the assignment problem, solved exactly: Kuhn, "The
    Hungarian method for the assignment problem", 1955). Nodes of equal networks are found whatever their order, and
    whatever the sign and size of their weights.

    Args:
        a: The first network, or a fit that holds one.
        b: The second, which may have other sizes and activations.
        data: Dataset or inputs [sample, feature] on which they are compared.
        layer: Which hidden layer, counted from 0, or from the last with -1, -2, …; earlier ones as in `contributions`.

    Returns:
        The pairs, their correlations, and the nodes left over in the larger network.

    Raises:
        NodewiseError: If the networks have other numbers of features or outputs, one has no hidden layer, there are
            fewer than 2 samples, or the layer cannot be.
    """
    from scipy.optimize import linear_sum_assignment

    networks = as_network(a), as_network(b)
    _check(*networks)
    samples = [as_samples(network, data) for network in networks]
    if len(samples[0]) < 2:
        raise NodewiseError("aligning nodes needs at least 2 samples, because it compares how they vary. Got 1.")
    seen = [contributions(network, x, layer) for network, x in zip(networks, samples, strict=True)]
    ours, theirs = (read.values - read.values.mean(axis=0) for read in seen)
    related = _correlation(ours, theirs)
    first, second = linear_sum_assignment(-related)
    order = np.argsort(-related[first, second], kind="stable")
    first, second = first[order], second[order]
    permutation = np.full(ours.shape[1], -1)
    permutation[first] = second
    counts = ours.shape[1], theirs.shape[1]
    left = (tuple(sorted(set(range(n)) - set(f.tolist()))) for n, f in zip(counts, (first, second), strict=True))
    return Alignment(
        pairs=readonly(np.column_stack([first, second])),
        correlation=readonly(related[first, second]),
        apart=readonly(np.sqrt(((ours[:, first] - theirs[:, second]) ** 2).mean(axis=0))),
        unmatched=(*left,),  # type: ignore[arg-type]
        permutation=readonly(permutation),
        layer=(seen[0].layer, seen[1].layer),
        output_names=seen[0].output_names,
        output_units=seen[0].output_units,
    )


def _check(a: Any, b: Any) -> None:
    for what, one, other in (("feature", a.inputs, b.inputs), ("output", a.outputs, b.outputs)):
        if one != other:
            raise NodewiseError(
                f"networks to align must have equally many {what}s. Got {one} and {other}; align networks of one task."
            )
    for which, network in (("first", a), ("second", b)):
        if not network.hidden:
            raise NodewiseError(f"networks to align must have hidden nodes. Got a {which} network without any.")


def _correlation(
    ours: Float[np.ndarray, "sample node output"], theirs: Float[np.ndarray, "sample other output"]
) -> Float[np.ndarray, "node other"]:
    """Return the correlations of all pairs; 0 where one does not vary."""
    rows = []
    for values in (ours, theirs):
        flat = np.swapaxes(values, 0, 1).reshape(values.shape[1], -1)
        largest = np.abs(flat).max(axis=1, keepdims=True)
        flat = flat / np.where(largest > 0, largest, 1)  # squares of very small ones do not vanish
        length = np.linalg.norm(flat, axis=1, keepdims=True)
        rows.append(flat / np.where(length > 0, length, 1))
    return np.clip(rows[0] @ rows[1].T, -1, 1)
