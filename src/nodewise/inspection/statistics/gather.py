"""What is gathered from batches of rows, and what it comes to."""

from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise.inspection.contributions import output_layer
from nodewise.inspection.health.seen import Seen
from nodewise.inspection.health.states import all_layers, states
from nodewise.inspection.memories.firing import level
from nodewise.inspection.parts import Columns as Design
from nodewise.inspection.parts import worked_out
from nodewise.inspection.reading import readonly
from nodewise.inspection.statistics.answer import Confusion, Error, Nodes, Parts
from nodewise.inspection.statistics.moments import Moments
from nodewise.network import Dense, Network, Predictor


def merged(one: Any, other: Any) -> Any:
    """Return what two batches tell together; nothing was seen before the first."""
    return other if one is None else one.merged(other)


class Called:
    """Outputs and classes of a model that is only called."""

    def __init__(self, model: Predictor) -> None:
        """Of this model."""
        self.model = model

    def run(self, x: Float[np.ndarray, "row feature"]) -> tuple[np.ndarray, np.ndarray]:
        """Return outputs [row, output] and the place of the class each row is said to be of [row]."""
        outputs = self.model(x)
        return outputs, self.model.codes(x, outputs)

    def nodes(self) -> Nodes | None:
        """Nothing is known of nodes."""
        return None

    def parts(self) -> Parts | None:
        """Nor of what they contribute."""
        return None


class Read(Called):
    """Outputs, classes and nodes of a network."""

    def __init__(self, network: Network) -> None:
        """Of this network."""
        self.network = network
        self.seen: list[Seen | None] = [None for _ in network.hidden]
        self.fired = [np.zeros(layer.outputs, np.int64) for layer in network.hidden]
        self.levels = [level(layer.activation) for layer in network.hidden]
        self.design: Design | None = None
        self.size = np.zeros(network.dense[-1].inputs)

    def run(self, x: Float[np.ndarray, "row feature"]) -> tuple[np.ndarray, np.ndarray]:
        """Return outputs and classes, and look at the nodes."""
        network = self.network
        trace = network.trace(x)
        for k, (dense, (z, h)) in enumerate(zip(network.hidden, trace, strict=False)):
            self.seen[k] = merged(self.seen[k], Seen.of(dense.activation, z, h))
            self.fired[k] += (h > self.levels[k]).sum(axis=0)
        h = trace[-2][1] if network.hidden else x
        self.design = merged(self.design, Design.of(h))
        self.size = np.maximum(self.size, np.abs(h).max(axis=0))
        outputs = trace[-1][1]
        for layer in network.layers[_last(network) + 1 :]:
            outputs = layer(outputs)
        return outputs, _said(network, outputs, trace[-1][0])

    def nodes(self) -> Nodes | None:
        """Return the states of the nodes; None of a linear model."""
        hidden, found = self.network.hidden, [seen for seen in self.seen if seen is not None]
        if not found:
            return None
        sizes = [layer.outputs for layer in hidden]
        return Nodes(
            layer=readonly(np.repeat(np.arange(len(sizes)), sizes)),
            node=readonly(np.concatenate([np.arange(size) for size in sizes])),
            activation=tuple(layer.activation.name for layer in hidden for _ in range(layer.outputs)),
            fires=readonly(np.concatenate(self.fired) / found[0].count),
            at_limit=readonly(np.concatenate([seen.limits.sum(axis=0) / seen.count for seen in found])),
            states=all_layers([states(layer.activation, seen) for layer, seen in zip(hidden, found, strict=True)]),
        )

    def parts(self) -> Parts | None:
        """Return what the last hidden nodes contribute, by the arithmetic of `contributions`."""
        out, design, network = output_layer(self.network), self.design, self.network
        if design is None:
            return None
        magnitude = np.abs(out.weight) @ self.size + np.abs(out.bias)
        found = worked_out(((design, row) for row in out.weight), magnitude)
        names = tuple(f"node {i + 1}" for i in range(out.inputs)) if network.hidden else network.feature_names
        kept = ("share", "removal_cost", "removal_cost_refit", "cancellation")
        return Parts(
            names=names,
            mean=readonly(design.mean[:, None] * out.weight.T),
            sd=readonly(np.sqrt(design.variance)[:, None] * np.abs(out.weight.T)),
            **{name: readonly(found[name]) for name in kept},
            bias=out.bias,
            of="output" if network.dense[-1].activation.identity else "pre-activation",
        )


def _last(network: Network) -> int:
    return max(i for i, layer in enumerate(network.layers) if isinstance(layer, Dense))


def _said(network: Network, outputs: np.ndarray, z: np.ndarray) -> Int[np.ndarray, " row"]:
    """Return the class as `Network.classify` does, from what is at hand."""
    if network.outputs == 1:
        return (outputs[:, 0] >= network.threshold).astype(np.intp)
    return (z if network.keeps_order else outputs).argmax(axis=1)


class Scores:
    """Errors, and classes told apart."""

    targets: Moments | None = None
    squares: Moments | None = None

    def __init__(self, classes: tuple[Any, ...]) -> None:
        """Of a model of these classes, if of any."""
        self.classes = classes
        self.counts = np.zeros((len(classes), len(classes)), np.int64)

    def add(self, outputs: np.ndarray, said: np.ndarray, targets: np.ndarray | None, codes: np.ndarray | None) -> None:
        """Compare a batch with its targets or classes."""
        if targets is not None:
            self.squares = merged(self.squares, Moments.of((targets - outputs) ** 2))
            self.targets = merged(self.targets, Moments.of(targets))
        if codes is not None:
            size = len(self.counts)
            self.counts += np.bincount(codes * size + said, minlength=size**2).reshape(size, size)

    def error(self) -> Error | None:
        """Return the error of the outputs, if targets were given."""
        if self.squares is None or self.targets is None:
            return None
        spread = self.targets.sd**2
        whole = np.where(spread > 0, spread, np.nan)
        return Error(readonly(np.sqrt(self.squares.mean)), readonly(1 - self.squares.mean / whole))

    def confusion(self) -> Confusion | None:
        """Return which classes are taken for which, if labels were given."""
        return Confusion(self.classes, readonly(self.counts)) if self.counts.any() else None
