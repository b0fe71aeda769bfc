"""What each node votes on the samples, block by block."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from nodewise.errors import NodewiseError
from nodewise.inspection.reading import homogeneous
from nodewise.network import Network

_BLOCK = 1 << 20  # numbers per block of samples, 8 MiB
_ROUNDING = 1e-13  # a vote this small beside the numbers it comes from is rounding


@dataclass(frozen=True, eq=False)
class Block:
    """The votes on some of the samples, activation times slope; the slope is that of the output along the activation.

    Attributes:
        rows: Which samples.
        seen: [sample, input], what the layer reads: after the scaling, or the activations of the layer before.
        activation: [sample, node].
        slope: [sample, node, output]; one for all samples, [1, node, output], of the last hidden layer.
    """

    rows: slice
    seen: Float[np.ndarray, "sample input"]
    activation: Float[np.ndarray, "sample node"]
    slope: Float[np.ndarray, "#sample node output"]

    def total(self, weight: Float[np.ndarray, "sample node"]) -> Float[np.ndarray, "node output"]:
        """Return the sum of the votes over the samples, each times its weight."""
        weighted = weight * self.activation
        if len(self.slope) == 1:
            return weighted.sum(axis=0)[:, None] * self.slope[0]
        return np.einsum("sn,sno->no", weighted, self.slope)

    def squares(self) -> Float[np.ndarray, " output"]:
        """Return the sum of the squares of the votes on each output."""
        squared, slopes = self.activation**2, self.slope**2
        if len(slopes) == 1:
            return squared.sum(axis=0) @ slopes[0]
        return np.einsum("sn,sno->o", squared, slopes)


def exact(network: Network, index: int) -> bool:
    """Whether votes and biases add up to the output: later activations are two straight lines through 0."""
    return all(homogeneous(dense.activation) for dense in network.hidden[index + 1 :])


def refuse_jumps(network: Network, index: int) -> None:
    """Refuse later activations that jump: their slopes, 0 at every sample, say nothing of what a node does.

    Raises:
        NodewiseError: If there is one.
    """
    for i, dense in enumerate(network.hidden[index + 1 :], start=index + 1):
        if dense.activation.jumps:
            raise NodewiseError(
                "prototypes of an earlier layer need later activations without jumps. "
                f"Got {dense.activation.name} in hidden layer {i + 1}. Take layer=-1, the last hidden layer."
            )


def blocks(network: Network, index: int, x: Float[np.ndarray, "sample feature"]) -> Iterator[Block]:
    """Yield the votes of hidden layer `index` on all samples, as many at a time as memory likes."""
    # Folding may add a layer of its own behind an output activation; the output layer keeps its place.
    later = network.folded.dense[index + 1 : len(network.dense)]
    widest = max(dense.inputs for dense in later) * network.outputs
    step = max(1, _BLOCK // max(widest, network.inputs))
    for start in range(0, len(x), step):
        rows = slice(start, start + step)
        with np.errstate(over="ignore", invalid="ignore"):
            seen, before, h = _passed(network, index, x[rows])
            gain = later[-1].weight[None]
            for dense, z in zip(later[-2::-1], before[::-1], strict=True):
                gain = (gain * dense.activation.slope(z)[:, None, :]) @ dense.weight
        yield Block(rows, seen, h, gain.transpose(0, 2, 1))


def _passed(network: Network, index: int, x: np.ndarray) -> tuple[np.ndarray, list[np.ndarray], np.ndarray]:
    """Return what the layer reads, the pre-activations of the hidden layers behind it, and its activations."""
    values, passed, before = x, 0, []
    seen = h = values
    for layer in network.layers:
        if layer is network.dense[-1]:
            break
        if layer in network.hidden:
            z = layer.pre_activation(values)  # type: ignore[union-attr]
            if passed > index:
                before.append(z)
            seen = values if passed == index else seen
            values = layer.activation(z)  # type: ignore[union-attr]
            h = values if passed == index else h
            passed += 1
        else:
            values = layer(values)
    return seen, before, h


def units(network: Network, index: int, x: Float[np.ndarray, "sample feature"]) -> Float[np.ndarray, " output"] | None:
    """Return what to divide the votes on each output by, so that units do not count: their root mean square.

    None where outputs have one unit, or none: of one output, of logits, of a classifier.
    """
    if network.outputs == 1 or joint(network) or not network.dense[-1].activation.identity:
        return None
    squares = np.zeros(network.outputs)
    for block in blocks(network, index, x):
        with np.errstate(over="ignore"):
            squares += block.squares()
    size = np.sqrt(squares)
    return np.where((size > 0) & np.isfinite(size), size, 1.0)


def joint(network: Network) -> bool:
    """Whether only differences between outputs count, as with softmax: what all share changes no class."""
    return network.dense[-1].activation.joint or (network.outputs > 1 and bool(network.classes))


def strength(
    network: Network, block: Block, unit: Float[np.ndarray, " output"] | None
) -> Float[np.ndarray, "sample node"]:
    """Return how strongly each node votes: the length of its vote, over several outputs that of all its votes.

    Raises:
        NodewiseError: If a vote is too large for a number.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        found = np.abs(block.activation) * _length(network, block.slope, unit)
    if not np.isfinite(found).all():
        sample, node = np.argwhere(~np.isfinite(found))[0]
        raise NodewiseError(
            f"votes must be finite. Got one that is not, of node {node + 1} on sample {block.rows.start + sample + 1}. "
            "Its weights or this sample are too large."
        )
    return found


def _length(
    network: Network, slope: Float[np.ndarray, "sample node output"], unit: Float[np.ndarray, " output"] | None
) -> Float[np.ndarray, "sample node"]:
    if slope.shape[2] == 1:
        return np.abs(slope[:, :, 0])
    slope = slope if unit is None else slope / unit
    whole = np.abs(slope).max(axis=2)
    if joint(network):
        slope = slope - slope.mean(axis=2, keepdims=True)
    largest = np.where(whole > 0, whole, 1)
    relative = slope / largest[:, :, None]  # so that no square underflows or overflows
    length = largest * np.sqrt(np.einsum("sno,sno->sn", relative, relative))
    return np.where(length <= _ROUNDING * whole, 0.0, length)
