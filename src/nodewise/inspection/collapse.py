"""Which layers of a network are linear, and the equal network without them: a stack of lines is one line."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.activations import find
from nodewise.errors import NodewiseError
from nodewise.inspection.reading import Reading, Row, as_network, as_samples, counted, listed, nice, readonly
from nodewise.network import Network, Scale
from nodewise.network.linear import affine, merged

_SAMPLES = 1000
_MOST_TERMS = 6
_MOST_EQUATIONS = 3
_TWO = 2  # layers: one hidden, one output
_SHAPES = {1: "straight line", 2: "plane"}  # by the number of features; beyond them a hyperplane


@dataclass(frozen=True, eq=False)
class Collapse(Reading):
    """What is left of a network when its linear layers are merged into those behind them.

    Attributes:
        network: The equal network with the fewest layers, in the user's units; scaling is multiplied into its weights.
        linear: [layer], whether the activation of each layer is a straight line; the output layer's last.
        activations: [layer], their names.
        slope: [output, feature], if all layers but the output's are linear: output = slope·x + intercept. Where the
            output layer has an activation that bends, this is what that acts on, such as logits. Else None.
        intercept: [output], likewise.
        output_activation: Name of the output activation that slope and intercept stand before; "" if there is none.
        difference: Largest difference between both networks' outputs over the samples, in the output's unit.
        relative: The same as a share of the largest output there, output by output.
        samples: Number of samples compared.
        layers: Number of layers of the network as it was.
        parameters: Number of its weights and biases.
    """

    network: Network
    linear: tuple[bool, ...]
    activations: tuple[str, ...]
    slope: Float[np.ndarray, "output feature"] | None
    intercept: Float[np.ndarray, " output"] | None
    output_activation: str
    difference: float
    relative: float
    samples: int
    layers: int
    parameters: int

    @property
    def equations(self) -> tuple[str, ...]:
        """One equation per output, numbers rounded to 3 digits; none if the network is not one line."""
        if self.slope is None or self.intercept is None:
            return ()
        right = [_sum(row, b, self.network.feature_names) for row, b in zip(self.slope, self.intercept, strict=True)]
        names = self.network.output_names
        if len(self.network.dense) > 1 or find(self.output_activation or "identity").joint:
            names = tuple(f"pre-activation of {name}" for name in names)
        elif self.output_activation:
            right = [f"{self.output_activation}({text})" for text in right]
        return tuple(f"{name} = {text}" for name, text in zip(names, right, strict=True))

    @property
    def summary(self) -> str:
        """What the network collapses to, in one sentence."""
        return f"{self.finding}; largest difference {nice(self.difference)} at {counted(self.samples, 'sample')}."

    @property
    def finding(self) -> str:
        """The same without the difference, to stand in a longer sentence."""
        hidden = [i for i, linear in enumerate(self.linear[:-1]) if linear]
        if self.slope is not None:
            return self._one_line(hidden)
        if not hidden:
            none = (
                "Its hidden layer is not" if self.layers == _TWO else f"None of its {self.layers - 1} hidden layers is"
            )
            return f"{none} linear: nothing can be merged"
        verb = "is" if len(hidden) == 1 else "are"
        left = counted(len(self.network.dense), "layer")
        return (
            f"Of its {counted(self.layers, 'layer')}, {listed('layer', hidden)} {verb} linear: merged into the layer "
            f"behind, {left} make the same network"
        )

    def _one_line(self, hidden: list[int]) -> str:
        outputs, shape = self.network.outputs, _SHAPES.get(self.network.inputs, "hyperplane")
        equations = "; ".join(self.equations[:_MOST_EQUATIONS]) + "; …" * (outputs > _MOST_EQUATIONS)
        if not self.output_activation:
            whose = "Its one layer is" if self.layers == 1 else f"Its {self.layers} layers are all"
            what = f"the {shape}" if outputs == 1 else f"{outputs} {shape}s:"
            return f"{whose} linear: it is {what} {equations}"
        whose = "It has no hidden layer"
        if hidden:
            whose = f"Its {counted(len(hidden), 'hidden layer')} {'is' if len(hidden) == 1 else 'are all'} linear"
        return f"{whose}: it is the {self.output_activation} of {counted(outputs, shape)}, {equations}"

    def table(self) -> list[Row]:
        """Return one row per output with its slopes and intercept, or, where it is no line, one row per layer."""
        if self.slope is not None and self.intercept is not None:
            return [
                {
                    "output": name,
                    **{f"slope of {f}": float(v) for f, v in zip(self.network.feature_names, row, strict=True)},
                    "intercept": float(b),
                }
                for name, row, b in zip(self.network.output_names, self.slope, self.intercept, strict=True)
            ]
        return [
            {"layer": i + 1, "activation": name, "linear": linear}
            for i, (name, linear) in enumerate(zip(self.activations, self.linear, strict=True))
        ]


def collapse(fit_or_network: Any, data: Any = None) -> Collapse:
    """Merge the linear layers of a network into those behind them, and compare.

    Where φ(z) = s·z + t, the next layer's W·φ(V·x + b) + c is (s·W·V)·x + (c + W·(s·b + t)): one layer.

    Args:
        fit_or_network: The network.
        data: Dataset or inputs [sample, feature] on which both are compared; by default the data of the fit, else 1000
            random samples, standard normal behind the network's own input scaling.

    Returns:
        The equal network, slope and intercept if it is one line, and the largest difference, computed on samples.

    Raises:
        NodewiseError: If it is no network, the data have other features, or merged weights overflow.
    """
    network = as_network(fit_or_network)
    data = getattr(fit_or_network, "data", None) if data is None else data
    x = _random(network) if data is None else as_samples(network, data)
    with np.errstate(over="ignore", invalid="ignore"):
        return _compared(network, x)


def _compared(network: Network, x: Float[np.ndarray, "sample feature"]) -> Collapse:
    overflow = NodewiseError(
        "merged weights and outputs must be finite in float64. Their products are beyond 1e308; scale the weights down."
    )
    try:
        equal = replace(network, layers=tuple(merged(network.folded.dense)))
    except NodewiseError:
        raise overflow from None
    last = network.dense[-1].activation
    before = merged(network.logits.folded.dense) if not last.linear else list(equal.dense)
    slope, intercept = map(readonly, affine(before[0])) if len(before) == 1 else (None, None)
    ours, theirs = network(x), equal(x)
    if not np.isfinite([ours, theirs]).all():
        raise overflow
    apart = np.abs(ours - theirs).max(axis=0)
    return Collapse(
        equal,
        tuple(layer.activation.linear for layer in network.dense),
        tuple(layer.activation.name for layer in network.dense),
        slope,
        intercept,
        "" if last.linear or slope is None else last.name,
        float(apart.max()),
        float((apart / np.maximum(np.abs(ours).max(axis=0), np.finfo(float).tiny)).max()),
        len(x),
        len(network.dense),
        network.parameters,
    )


def _random(network: Network) -> Float[np.ndarray, "sample feature"]:
    scaled = np.random.default_rng(0).normal(size=(_SAMPLES, network.inputs))
    first = network.layers[0]
    return (scaled - first.shift) / first.factor if isinstance(first, Scale) else scaled


def _sum(slopes: np.ndarray, intercept: float, names: tuple[str, ...]) -> str:
    """Return "0.3·x1 - 2·x2 + 1.2"; of many terms the first ones."""
    terms = [(value, f"·{name}") for value, name in zip(slopes, names, strict=True)]
    text = "".join(_term(value, name) for value, name in terms[:_MOST_TERMS])
    if (left_out := len(terms) - _MOST_TERMS) > 0:
        text += f" + … ({left_out} more)"
    text += _term(intercept, "")
    return f"-{text[3:]}" if text.startswith(" - ") else text[3:]


def _term(value: float, name: str) -> str:
    return f" {'-' if value < 0 else '+'} {nice(abs(value))}{name}"
