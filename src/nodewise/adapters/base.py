"""What every adapter gives: the steps of a model in its own order, names, and a way to call the original."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.activations import Activation, find
from nodewise.errors import NodewiseError
from nodewise.network import Dense, Scale
from nodewise.network.network import Layer

IDENTITY = find("identity")


class UnreadableError(Exception):
    """A model that cannot be read as layers; its text is the reason, a clause without a full stop."""


@dataclass(frozen=True, eq=False)
class Affine:
    """The step weight·x + bias.

    Attributes:
        weight: [node, feature].
        bias: [node].
    """

    weight: Float[np.ndarray, "node feature"]
    bias: Float[np.ndarray, " node"]


# A step is what one layer, scaler or function of a framework does; an activation acts on whatever came before it.
Step = Affine | Scale | Activation


@dataclass(frozen=True, eq=False)
class Model:
    """A model as its adapter understood it.

    Attributes:
        kind: What it is, such as "scikit-learn MLPRegressor".
        steps: What it does to a sample, in order; None where it cannot be read, for the `reason`.
        call: The original: takes float64 [sample, feature], returns [sample, output]; None where it cannot be called.
        version: The version of the framework behind `call`.
        precision: The arithmetic of the original, "float64" or "float32".
        inputs: Number of features, needed where there are no steps.
        outputs: Number of outputs, needed where there are no steps.
        reason: Why there are no steps, a clause without a full stop.
        feature_names: Names of the features, if known.
        output_names: Names of the outputs, if known.
        classes: Of a classifier its labels, one per output, or two for one output.
        label: What the labels are called.
        typical: Where samples lie, [2, feature], low above high; None where the model does not tell.
        note: What else a person should know, in a sentence.
        snap: Moves samples to what the original can be asked, such as one category and not half of two.
    """

    kind: str
    steps: Sequence[Step] | None
    call: Callable[[np.ndarray], Any] | None = None
    version: str = ""
    precision: str = "float64"
    inputs: int = 0
    outputs: int = 0
    reason: str = ""
    feature_names: Sequence[str] = ()
    output_names: Sequence[str] = ()
    classes: tuple[Any, ...] = ()
    label: str = ""
    typical: Float[np.ndarray, "2 feature"] | None = None
    note: str = ""
    snap: Callable[[np.ndarray], np.ndarray] | None = None


def activation(name: str) -> list[Step]:
    """Return what an activation of a framework is here: a row of the table, or one between two scalings.

    Args:
        name: As frameworks call it, in lower case, words joined with "_", parameters in brackets: "leaky_relu(0.2)".

    Raises:
        UnreadableError: If there is no such activation here.
    """
    try:
        return [find(name)]
    except NodewiseError:
        raise UnreadableError(f"the activation {name} is not in the table of activations") from None


def chain(steps: Iterable[Step], inputs: int) -> tuple[Layer, ...]:
    """Return steps as the layers of a network.

    A scaling behind an affine step is multiplied into it; an activation joins the affine step before it, or where there
    is none gets a layer of its own with weights 1.

    Args:
        steps: In the order in which they act.
        inputs: Number of features.
    """
    layers: list[Layer] = []
    fresh = False  # whether the last layer is an affine step without its activation
    width = inputs
    for step in steps:
        if isinstance(step, Affine):
            layers.append(Dense(step.weight, step.bias, IDENTITY))
            width, fresh = layers[-1].outputs, True
        elif isinstance(step, Scale):
            fresh = _scale(layers, step, fresh)
        elif not step.identity:
            before = layers.pop() if fresh else _straight(layers, width)
            layers.append(Dense(before.weight, before.bias, step))  # type: ignore[union-attr]
            fresh = False
    if not any(isinstance(layer, Dense) for layer in layers):
        layers.append(_straight(layers, width))
    return tuple(layers)


def _scale(layers: list[Layer], step: Scale, fresh: bool) -> bool:
    if fresh:
        last = layers.pop()
        layers.append(Dense(step.factor[:, None] * last.weight, step.factor * last.bias + step.shift, IDENTITY))  # type: ignore[union-attr]
    elif layers and isinstance(layers[-1], Scale):
        last = layers.pop()
        layers.append(Scale(step.shift + step.factor * last.shift, step.factor * last.factor))
    else:
        layers.append(step)
    return fresh


def _straight(layers: list[Layer], width: int) -> Dense:
    return Dense(np.eye(width), np.zeros(width), IDENTITY)
