"""What every adapter gives: the steps of a model in its own order, names, and a way to call the original."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nodewise.activations import Activation, find, names, split
from nodewise.errors import NodewiseError
from nodewise.network import Dense, Network, Scale
from nodewise.network.layers import in_layer
from nodewise.network.network import Layer
from nodewise.shapes import Float

if TYPE_CHECKING:
    from nodewise.data.given import Table

IDENTITY = find("identity")
_HIDDEN = 2  # as many layers as stand before one whose features are nodes, a scaling of those among them


class UnreadableError(Exception):
    """A model that cannot be read as layers; its text is the reason, a clause without a full stop."""


class UncomparedError(Exception):
    """What the `call` of a model raises that turns out not to run here; its text is the note instead of a proof."""


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
        tolerance: What the difference may be where the original is not quite the function it names; 0 for that of its
            precision.
        snap: Moves samples to what the original can be asked, such as one category and not half of two.
        columns: Names of the columns of the table that the original takes, where features are made of them.
        encode: Makes the features [sample, feature] of such a table, where they are not its columns.
        encoded: As of `Origin`: which features are categories of a column.
        fills: As of `Origin`: what is put where a feature is missing.
        network: Itself, of a model that holds a network of ours.
        decide, ends, threshold: Of a black box, as of a `Predictor`.
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
    tolerance: float = 0.0
    snap: Callable[[np.ndarray], np.ndarray] | None = None
    columns: Sequence[str] = ()
    encode: "Callable[[Table], np.ndarray] | None" = None
    encoded: Sequence[tuple[str, str, str]] = ()
    fills: Sequence[float | None] = ()
    network: Network | None = None
    decide: Callable[[np.ndarray], Any] | None = None
    ends: tuple[float, float] | None = None
    threshold: float = 0.5


def activation(name: str) -> list[Step]:
    """Return what an activation of a framework is here: a row of the table, or one between two scalings.

    Args:
        name: As frameworks call it, in lower case, words joined with "_", parameters in brackets: "leaky_relu(0.2)".
            Beside the rows of the table: relu6, hard_sigmoid(slope, intercept), hard_tanh(low, high), selu,
            celu(alpha), log_sigmoid, softplus(beta) and silu(beta); what stands in brackets may be left out.

    Raises:
        UnreadableError: If there is no such activation here.
    """
    plain, given = split(name.lower())
    plain = _ALIASES.get(plain, plain)
    try:
        if plain in _AROUND and (given or plain not in names()):
            return _AROUND[plain](*map(_finite, given))
        return [find(f"{plain}({', '.join(given)})" if given else plain)]
    except NodewiseError as error:
        known = plain in names() and given
        raise UnreadableError(str(error).rstrip(".") if known else _missing(name)) from None
    except (TypeError, ValueError, ZeroDivisionError):  # too many parameters, no numbers, or none that can be
        raise UnreadableError(_missing(name)) from None


def _missing(name: str) -> str:
    return f"the activation {name} is not in the table of activations"


def _between(before: tuple[float, float], row: str, after: tuple[float, float]) -> list[Step]:
    """Return an activation between two scalings, each (shift, factor)."""
    steps = [_scale_all(*before), find(row), _scale_all(*after)]
    return [step for step in steps if not (isinstance(step, Scale) and step.factor[0] == 1 and step.shift[0] == 0)]


def _scale_all(shift: float, factor: float) -> Scale:
    return Scale(np.array([shift]), np.array([factor]))


def _hard_tanh(low: float = -1.0, high: float = 1.0) -> list[Step]:
    middle, half = (low + high) / 2, (high - low) / 2
    if not half > 0:
        raise ValueError(half)
    return _between((-middle / half, 1 / half), "hard_tanh", (middle, half))


def _hard_sigmoid(slope: float = 1 / 6, intercept: float = 0.5) -> list[Step]:
    return _between((2 * intercept - 1, 2 * slope), "hard_tanh", (0.5, 0.5))


def _celu(alpha: float = 1.0) -> list[Step]:
    return _between((0.0, 1 / _positive(alpha)), "elu", (0.0, alpha))


def _softplus(beta: float) -> list[Step]:
    return _between((0.0, _positive(beta)), "softplus", (0.0, 1 / beta))


def _silu(beta: float) -> list[Step]:
    return _between((0.0, beta), "silu", (0.0, 1 / beta))


def _finite(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ValueError(text)
    return number


def _positive(number: float) -> float:
    if not number > 0:
        raise ValueError(number)
    return number


# Klambauer et al., "Self-Normalizing Neural Networks", 2017: scale·elu(alpha).
_SELU = (1.0507009873554805, 1.6732632423543772)
# Functions of the parameters; each is a row of the table between two scalings that act on all nodes alike.
_AROUND: dict[str, Callable[..., list[Step]]] = {
    "relu6": lambda: _hard_tanh(0.0, 6.0),
    "hard_sigmoid": _hard_sigmoid,
    "hard_tanh": _hard_tanh,
    "selu": lambda: _between((0.0, 1.0), f"elu({_SELU[1]!r})", (0.0, _SELU[0])),
    "celu": _celu,
    "log_sigmoid": lambda: _between((0.0, -1.0), "softplus", (0.0, -1.0)),
    "softplus": _softplus,
    "silu": _silu,
}
_ALIASES = {
    "hardtanh": "hard_tanh", "hardsigmoid": "hard_sigmoid", "logsigmoid": "log_sigmoid", "prelu": "leaky_relu",
    "leakyrelu": "leaky_relu", "swish": "silu",
}  # fmt: skip


def chain(steps: Iterable[Step], inputs: int) -> tuple[Layer, ...]:
    """Return steps as the layers of a network.

    A scaling behind an affine step is multiplied into it, and one of hidden nodes into the affine step behind it; an
    activation joins the affine step before it, or where there is none gets a layer of its own with weights 1.

    Args:
        steps: In the order in which they act.
        inputs: Number of features.
    """
    layers: list[Layer] = []
    fresh = False  # whether the last layer is an affine step without its activation
    width = inputs
    for step in steps:
        if isinstance(step, Affine):
            with in_layer(1 + sum(isinstance(layer, Dense) for layer in layers)):
                layers.append(_behind(layers, Dense(step.weight, step.bias, IDENTITY)))
            width, fresh = layers[-1].outputs, True
        elif isinstance(step, Scale):
            fresh = _scale(layers, _widened(step, width), fresh)
        elif not step.identity:
            before = layers.pop() if fresh else _behind(layers, _straight(width))
            layers.append(Dense(before.weight, before.bias, step))  # type: ignore[union-attr]
            fresh = False
    if not any(isinstance(layer, Dense) for layer in layers):
        layers.append(_straight(width))
    return tuple(layers)


def _scale(layers: list[Layer], step: Scale, fresh: bool) -> bool:
    last = layers[-1] if layers else None
    if fresh:
        last = layers.pop()
        layers.append(Dense(step.factor[:, None] * last.weight, step.factor * last.bias + step.shift, IDENTITY))  # type: ignore[union-attr]
    elif isinstance(last, Scale):
        layers[-1] = Scale(step.shift + step.factor * last.shift, step.factor * last.factor)
    else:
        layers.append(step)
    return fresh


def _widened(step: Scale, width: int) -> Scale:
    """Return a scaling with one number per node, where it has one for all."""
    if step.inputs == width or step.inputs != 1:
        return step
    return Scale(np.repeat(step.shift, width), np.repeat(step.factor, width))


def _behind(layers: list[Layer], layer: Dense) -> Dense:
    """Return a layer with the scaling of hidden nodes before it, which is taken away, multiplied into it."""
    scale = layers[-1] if len(layers) >= _HIDDEN else None
    if not isinstance(scale, Scale):
        return layer
    layers.pop()
    return Dense(layer.weight * scale.factor, layer.bias + layer.weight @ scale.shift, layer.activation)


def _straight(width: int) -> Dense:
    return Dense(np.eye(width), np.zeros(width), IDENTITY)
