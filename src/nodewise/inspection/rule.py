"""Which class wins: by the largest output, or of one output by its threshold, as scores of which the largest wins."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise import activations
from nodewise.activations import Activation
from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.intervals import Layer
from nodewise.inspection.reading import nice
from nodewise.network import Dense, Network, Predictor, Scale

_IDENTITY = activations.find("identity")


@dataclass(frozen=True, eq=False)
class Rule:
    """How a network decides.

    Attributes:
        network: The network that decides.
        layers: A chain with one score per class, taken before the output activation where that keeps their order, so
            that a saturated output loses nothing. Its last layer is `Dense` with the identity.
        classes: The labels as they were, or whole numbers from 0.
        threshold: Of one output: where the second class begins, in the output's unit; None where the largest wins.
        cut: The pre-activation of that threshold; infinite where one class wins everywhere.
        before: Whether `layers` end before the output activation.
    """

    network: Network
    layers: tuple[Layer, ...]
    classes: tuple[Any, ...]
    threshold: float | None
    cut: float
    before: bool

    @property
    def constant(self) -> int | None:
        """The class that wins whatever the inputs, where the threshold is outside the output's range, or None."""
        return None if math.isfinite(self.cut) else int(self.cut < 0)

    def codes(self, x: Float[np.ndarray, "sample feature"]) -> Int[np.ndarray, " sample"]:
        """Return the place of the class of each sample."""
        values = x
        for layer in self.layers:
            values = layer(values)
        return self.winner(values.T)

    def winner(self, scores: Float[np.ndarray, "class *sample"]) -> Int[np.ndarray, "*sample"]:
        """Return the class of each sample: the first of the largest scores; at the threshold the second class."""
        if self.threshold is not None:
            return (scores[1] >= scores[0]).astype(np.intp)
        return _first_largest(scores)

    def margin(self, outputs: Float[np.ndarray, "sample output"]) -> Float[np.ndarray, " sample"]:
        """Return how far the winner is ahead: of the runner-up, or one output of its threshold, in its own unit."""
        if self.threshold is not None:
            return np.abs(outputs[:, 0] - self.threshold)
        first, second = top_two(outputs.T)
        return first - second

    def outputs(self, scores: Float[np.ndarray, "class sample"]) -> Float[np.ndarray, "sample output"] | None:
        """Return the outputs that belong to scores, or None where they cannot be told from them."""
        if self.constant is not None:
            return None
        values = scores.T if self.threshold is None else (scores[1] - scores[0] + self.cut)[:, None]
        if self.before:
            for layer in (self.network.dense[-1].activation, *_behind(self.network)):
                values = layer(values)
        return values


def _first_largest(values: Float[np.ndarray, "class *sample"]) -> Int[np.ndarray, "*sample"]:
    """Return `values.argmax(axis=0)`, which takes four times as long over few classes; it too stops at a nan."""
    code, most = np.zeros(values.shape[1:], np.intp), values[0]
    for i, column in enumerate(values[1:], 1):
        code[~(column <= most) & (most == most)] = i
        most = np.maximum(most, column)
    return code


def top_two(values: Float[np.ndarray, "class *sample"]) -> tuple[np.ndarray, np.ndarray]:
    """Return the largest and the second largest value of each sample."""
    first, second = np.maximum(values[0], values[1]), np.minimum(values[0], values[1])
    for column in values[2:]:
        second = np.maximum(second, np.minimum(first, column))
        first = np.maximum(first, column)
    return first, second


def rule(network: Network, threshold: float | None, data: Dataset | None) -> Rule:
    """Return how a network decides.

    Raises:
        NodewiseError: If a threshold is no finite number, or given for several outputs.
    """
    if network.outputs > 1:
        if threshold is not None:
            raise NodewiseError(
                f"threshold must be left out for {network.outputs} outputs, of which the largest decides. "
                f"Got {threshold!r}."
            )
        before = network.keeps_order or network.dense[-1].activation.identity
        return Rule(network, _score_layers(network, before), classes_of(network, data), None, 0.0, before)
    if threshold is not None and not finite(threshold):
        raise NodewiseError(
            f"threshold must be a finite number in the output's unit. Got {threshold!r}. "
            f"Leave it out for {nice(network.threshold)}."
        )
    threshold = float(network.threshold if threshold is None else threshold)
    # A negative factor behind the output activation makes the output fall: then the output itself is the score.
    before = network.dense[-1].activation.rising and all(scale.factor[0] > 0 for scale in _behind(network))
    cut = _cut(network, threshold) if before else threshold
    layers = _score_layers(network, before)
    last = layers[-1]
    assert isinstance(last, Dense)
    weight, bias = np.vstack([np.zeros_like(last.weight), last.weight]), np.array([0.0, last.bias[0] - cut])
    if not math.isfinite(cut):
        weight, bias = 0 * weight, np.array([0.0, -math.copysign(1.0, cut)])
    chain = (*layers[:-1], Dense(weight, bias, _IDENTITY))
    return Rule(network, chain, classes_of(network, data), threshold, cut, before)


def _score_layers(network: Network, before: bool) -> tuple[Layer, ...]:
    """Return the layers up to the scores: before the output activation, or with it and a layer of ones behind it."""
    layers, behind = network.layers, _behind(network)
    if before:
        last = network.dense[-1]
        factor, shift = np.ones(network.outputs), np.zeros(network.outputs)
        if last.activation.identity:
            for scale in behind:
                factor, shift = scale.factor * factor, scale.shift + scale.factor * shift
            if network.outputs == 1:  # the threshold is carried back to the pre-activation instead
                factor, shift = np.ones(1), np.zeros(1)
        merged = Dense(factor[:, None] * last.weight, factor * last.bias + shift, _IDENTITY)
        return (*layers[: len(layers) - len(behind) - 1], merged)
    return (*layers, Dense(np.eye(network.outputs), np.zeros(network.outputs), _IDENTITY))


def _behind(network: Network) -> tuple[Scale, ...]:
    """Return the scaling behind the output layer."""
    last = max(i for i, layer in enumerate(network.layers) if isinstance(layer, Dense))
    return tuple(layer for layer in network.layers[last + 1 :] if isinstance(layer, Scale))


def classes_of(network: Network | Predictor, data: Dataset | None) -> tuple[Any, ...]:
    """Return the labels of the classes: the network's own, those of the data if they are as many, or whole numbers."""
    count = max(network.outputs, 2)
    if network.classes:
        return network.classes
    seen = () if data is None or data.labels is None else data.classes
    return tuple(seen) if len(seen) == count else tuple(range(count))


def finite(value: Any) -> bool:
    """Whether it is a finite number."""
    return isinstance(value, int | float | np.number) and not isinstance(value, bool) and math.isfinite(value)


def _cut(network: Network, threshold: float) -> float:
    """Return the pre-activation at and above which the output passes the threshold."""
    for scale in reversed(_behind(network)):
        threshold = float((threshold - scale.shift[0]) / scale.factor[0])
    return inverse(network.dense[-1].activation, threshold)


def inverse(activation: Activation, value: float) -> float:
    """Return the least z with φ(z) ≥ value for a φ that never falls; infinite where all or no z reach it."""
    if activation.identity:
        return value
    if value <= activation.low:
        return -math.inf
    approached = activation.right is not None and not activation.right.slope and not activation.piecewise_linear
    if value > activation.high or (value == activation.high and approached):
        return math.inf
    for place in (0.0, *activation.jumps):
        below, above = (float(activation(np.nextafter(place, side))) for side in (-np.inf, np.inf))
        if below <= value <= above:
            return place
    low, high = -1.0, 1.0
    while activation(low) >= value:
        low *= 2
    while activation(high) < value:
        high *= 2
    while (middle := (low + high) / 2) not in (low, high):
        low, high = (middle, high) if activation(middle) < value else (low, middle)
    return high
