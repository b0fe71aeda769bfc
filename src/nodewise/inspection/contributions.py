"""What each node contributes: parts that add up to the output, their shares, and what removing one would cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise.activations import Activation, find, names
from nodewise.errors import NodewiseError
from nodewise.inspection.parts import Columns, worked_out
from nodewise.inspection.reading import (
    Reading,
    Row,
    as_network,
    as_samples,
    counted,
    homogeneous,
    joined,
    nice,
    readonly,
)
from nodewise.network import Dense, Network

_BLOCK = 1 << 22  # numbers per block of samples, 32 MiB
_STRONG = 10  # cancellation index from which the parts are said to cancel largely
_MOST_OUTPUTS = 3  # outputs the sentence speaks of


@dataclass(frozen=True, eq=False)
class Contributions(Reading):
    """What each node of one hidden layer contributes to the output, sample by sample.

    `values.sum(axis=1) + bias` is `output`, to rounding. A linear model has no nodes: its features stand for them.
    Nodes and layers are counted from 0 in arrays, from 1 in names and sentences.

    Attributes:
        values: [sample, node, output], c = outgoing weight · activation, in the output's unit. For an earlier layer the
            outgoing weight is the one each sample sees: the product of the later weights and slopes there.
        bias: [output], what the nodes do not explain; [sample, output] for an earlier layer, where later biases count
            only for the samples that pass their gates.
        output: [sample, output], what the parts add up to: the network's output f, or, where `of` says so, the output
            layer's pre-activation.
        share: [node, output], Cov(c, f) / Var f over the samples (dividing by their number). Shares and `bias_share`
            sum to 1; a negative one works against the output. All 0 where the output does not vary.
        bias_share: [output], the same of the bias; 0 where the bias is constant.
        cancellation: [output], √(Σ Var c / Var f); above 1 where parts cancel each other, infinite where they cancel
            entirely.
        removal_cost: [node, output], root-mean-square change of the output when the node is deleted and nothing else
            changes, in the output's unit.
        removal_cost_refit: [node, output], the same when bias and outgoing weights of the other nodes are then chosen
            by least squares to make up for it; 0 where they can do so entirely. Its square times the number of samples
            is ΔSSE = v² / [G⁻¹]ᵢᵢ. For an earlier layer the gates stay, and the other contributions get a factor each.
        order: [node, output], the nodes by falling share.
        residual: Largest difference between the parts' sum and the output the network itself computes.
        layer: Which hidden layer, counted from 0; -1 for the features of a linear model.
        of: "output", or "pre-activation" where the output layer has an activation other than identity.
        names: One name per node, "node 1", …, or the features' names.
        output_names, output_units: As in the network.
        notes: Sentences about what could not be computed as usual.
    """

    values: Float[np.ndarray, "sample node output"]
    bias: Float[np.ndarray, "*sample output"]
    output: Float[np.ndarray, "sample output"]
    share: Float[np.ndarray, "node output"]
    bias_share: Float[np.ndarray, " output"]
    cancellation: Float[np.ndarray, " output"]
    removal_cost: Float[np.ndarray, "node output"]
    removal_cost_refit: Float[np.ndarray, "node output"]
    order: Int[np.ndarray, "node output"]
    residual: float
    layer: int
    of: str
    names: tuple[str, ...]
    output_names: tuple[str, ...]
    output_units: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def summary(self) -> str:
        """Whose contributions add up to what, the largest share, and whether they cancel."""
        kind = "feature" if self.layer < 0 else "node"
        targets = joined([f"the pre-activation of {name}" if self.of != "output" else name for name in self._shown])
        head = f"{counted(len(self.names), kind)} and the bias add up to {targets}"
        return f"{head}: {'; '.join(self._clause(o) for o in range(len(self._shown)))}."

    @property
    def _shown(self) -> tuple[str, ...]:
        hidden = len(self.output_names) - _MOST_OUTPUTS
        return (*self.output_names[:_MOST_OUTPUTS], *((f"{hidden} more",) * (hidden > 0)))

    def _clause(self, o: int) -> str:
        if o == _MOST_OUTPUTS:
            return "the others are in the table"
        start = f"of {self.output_names[o]}, " if len(self.output_names) > 1 else ""
        if not self.share[:, o].any():
            whole = "the parts cancel each other entirely" if self.cancellation[o] else "no part varies"
            return f"{start}{whole} over these samples"
        largest, cheapest = self.order[0, o], int(self.removal_cost_refit[:, o].argmin())
        text = f"{start}{self.names[largest]} has the largest share ({nice(self.share[largest, o])})"
        if len(self.names) == 1:
            return text
        degree = "hardly" if self.cancellation[o] <= 1 else "partly" if self.cancellation[o] < _STRONG else "largely"
        cancels = f"they {degree} cancel each other"
        cost = f"{nice(self.removal_cost_refit[cheapest, o])} {self.output_units[o]}".rstrip()
        return (
            f"{text}, {cancels} (index {nice(self.cancellation[o])}), and removing {self.names[cheapest]} "
            f"and refitting the others would change it least (by {cost})"
        )

    def table(self) -> list[Row]:
        """Return one row per part and output, nodes by falling share and the bias last; the means add up too."""
        rows = []
        for o, output in enumerate(self.output_names):
            for i in self.order[:, o]:
                costs = {
                    "removal_cost": float(self.removal_cost[i, o]),
                    "removal_cost_refit": float(self.removal_cost_refit[i, o]),
                }
                rows.append(_row(self.names[i], output, self.share[i, o], self.values[:, i, o]) | costs)
            bias = np.atleast_2d(self.bias)[:, o]
            rows.append(
                _row("bias", output, self.bias_share[o], bias) | {"removal_cost": None, "removal_cost_refit": None}
            )
        return rows


def contributions(network: Any, x: Any, layer: int = -1) -> Contributions:
    """Split the output into what each node of a hidden layer contributes to it.

    For the last hidden layer and any activation, c_i(x) = v_i·h_i(x), with outgoing weight v and activation h. For an
    earlier layer, where every later activation is two straight lines through 0 (identity, relu, leaky_relu, abs), the
    rest of the network is linear in h at each sample, and c_i(x) = J(x)_i·h_i(x), J the product of the later weights
    and of the slopes at that sample ("frozen gates"). Weights are in the user's units (`Network.folded`).

    Args:
        network: A network, or a fit that holds one.
        x: [sample, feature], or a dataset, whose inputs are taken.
        layer: Which hidden layer, counted from 0, or from the last with -1, -2, …

    Raises:
        NodewiseError: If x does not fit the network, there is no such layer, or a later activation is none of these.
    """
    network = as_network(network)
    samples = as_samples(network, x)
    index = _layer_index(layer, len(network.hidden))
    trace = network.trace(samples)
    h = samples if index < 0 else trace[index][1]
    values, bias = _parts(network, trace, h, index)
    is_output = network.dense[-1].activation.identity
    output = network(samples) if is_output else trace[-1][0]
    last = index == len(network.hidden) - 1
    designs = _designs(values, h if last else None, output_layer(network).weight)
    varying_bias = bias - bias.mean(axis=0) if bias.ndim > 1 else None
    statistics = worked_out(designs, _magnitude(values, bias), varying_bias)
    share = statistics["share"]
    notes = tuple(
        f"{name} does not vary over these samples, so its shares are 0."
        for name, constant in zip(network.output_names, statistics.pop("constant"), strict=True)
        if constant
    )
    return Contributions(
        values=readonly(values),
        bias=readonly(bias),
        output=readonly(output),
        **{name: readonly(array) for name, array in statistics.items()},
        order=readonly(np.argsort(-share, axis=0, kind="stable")),
        residual=float(np.abs(values.sum(axis=1) + bias - output).max()),
        layer=index,
        of="output" if is_output else "pre-activation",
        names=network.feature_names if index < 0 else tuple(f"node {i + 1}" for i in range(h.shape[1])),
        output_names=network.output_names,
        output_units=network.output_units if is_output else ("",) * network.outputs,
        notes=notes,
    )


def _layer_index(layer: int, count: int) -> int:
    """Return the layer counted from 0; -1 stands for the features of a linear model."""
    if isinstance(layer, bool) or not isinstance(layer, int | np.integer):
        raise NodewiseError(f"layer must be a whole number. Got {layer!r}.")
    if not count and layer in (-1, 0):
        return -1
    if not -count <= layer < count:
        rule = f"from {-count} to {count - 1}" if count else "-1 or 0 (its features are read instead)"
        raise NodewiseError(
            f"layer must be {rule} for a network of {counted(count, 'hidden layer')}, counted from 0. Got {layer}."
        )
    return int(layer) % count


def output_layer(network: Network) -> Dense:
    """Return the output layer in the user's units."""
    # Folding may add a layer of its own behind an output activation; the output layer keeps its place.
    return network.folded.dense[len(network.dense) - 1]


def _slopes(
    activation: Activation, z: Float[np.ndarray, "sample node"], layer: int
) -> Float[np.ndarray, "sample node"]:
    """Return the slope each sample sees, s with φ(z) = s·z exactly."""
    if not homogeneous(activation) or activation.left is None or activation.right is None:
        possible = joined([name for name in names() if homogeneous(find(name))])
        raise NodewiseError(
            "contributions of an earlier layer need every later activation to be two straight lines through 0: "
            f"{possible}. Got {activation.name} in hidden layer {layer + 1}. "
            "Take layer=-1, the last hidden layer, where any activation will do."
        )
    return np.where(z > 0, activation.right.slope, activation.left.slope)


def _parts(
    network: Network, trace: list[tuple[np.ndarray, np.ndarray]], h: Float[np.ndarray, "sample node"], index: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the contributions [sample, node, output] of activations h, and the bias beside them."""
    out = output_layer(network)
    if index == len(network.hidden) - 1:
        return h[:, :, None] * out.weight.T, out.bias
    later = range(len(network.hidden) - 1, index, -1)
    slopes = {i: _slopes(network.hidden[i].activation, trace[i][0], i) for i in later}
    values, bias = np.empty((*h.shape, network.outputs)), np.empty((len(h), network.outputs))
    widest = max(network.hidden[i].outputs for i in range(index, len(network.hidden)))
    for block in _blocks(len(h), widest * network.outputs):
        gain = np.broadcast_to(out.weight, (len(h[block]), *out.weight.shape))
        bias[block] = out.bias
        for i in later:
            dense = network.folded.dense[i]
            gain = gain * slopes[i][block][:, None, :]
            bias[block] += gain @ dense.bias
            gain = (gain.reshape(-1, dense.outputs) @ dense.weight).reshape(-1, network.outputs, dense.inputs)
        values[block] = h[block][:, :, None] * gain.transpose(0, 2, 1)
    return values, bias


def _blocks(samples: int, width: int) -> Iterator[slice]:
    step = max(1, _BLOCK // width)
    return (slice(start, start + step) for start in range(0, samples, step))


def _designs(
    values: Float[np.ndarray, "sample node output"],
    h: Float[np.ndarray, "sample node"] | None,
    weight: Float[np.ndarray, "output node"],
) -> Iterator[tuple[Columns, Float[np.ndarray, " node"]]]:
    """Yield, output by output, the columns a refit may weigh anew and the weights they have now."""
    if h is None:
        ones = np.ones(values.shape[1])
        yield from ((Columns.of(values[:, :, o]), ones) for o in range(values.shape[2]))
    else:
        design = Columns.of(h)
        yield from ((design, row) for row in weight)


def _magnitude(values: Float[np.ndarray, "sample node output"], bias: np.ndarray) -> Float[np.ndarray, " output"]:
    largest = np.maximum(values.max(axis=0), -values.min(axis=0)).sum(axis=0)
    return largest + np.abs(bias).reshape(-1, values.shape[2]).max(axis=0)


def _row(name: str, output: str, share: float, part: Float[np.ndarray, " sample"]) -> Row:
    return {
        "name": name,
        "output": output,
        "share": float(share),
        "mean": float(part.mean()),
        "low": float(part.min()),
        "high": float(part.max()),
    }
