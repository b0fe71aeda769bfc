"""The objective of many starts at once and its gradient, as `objective` defines them for one.

Starts are the last axis: weights [node, feature, start], biases [node, start], values [node, sample, start].
"""

from functools import cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from nodewise.activations import Activation, find
from nodewise.training.knots import gradient, has_knots, lay, outputs
from nodewise.training.objective import Model
from nodewise.training.sums import Lines, Stored, operations, outer, squares, through, total, wall

Layers = list[tuple[Any, Any]]

_FEW = 2  # features


class Samples(NamedTuple):
    """Samples in blocks of equal size, the last filled up with samples of weight 0.

    What is multiplied with values per sample and start is repeated for every start, in one axis: with the short one of
    starts behind, a compiler makes a list of scalars and not a loop of vectors.

    Attributes:
        inputs: [block, feature, sample].
        targets: [block, output, sample·start].
        weights: [block, sample·start], summing to 1 per start.
    """

    inputs: Any
    targets: Any
    weights: Any


class _Layer(NamedTuple):
    """What a layer computed: its values, and what φ' is computed from besides them."""

    values: Any  # Stored or Lines
    before: Any


def lines(model: Model) -> bool:
    """Return whether the values of the one hidden layer are not kept but computed anew (`sums.Lines`)."""
    few = len(model.activations) == 2 and model.sizes[0] <= _FEW and model.sizes[-1] == 1
    return few and find(model.activations[0]).piecewise_linear


def knotted(model: Model) -> bool:
    """Return whether the one hidden layer is computed from where its nodes bend (`knots`)."""
    one = model.sizes[0] == model.sizes[-1] == 1 and len(model.activations) == 2
    return one and has_knots(find(model.activations[0])) and model.activations[1] == "identity"


def value_and_gradient(model: Model, layers: Layers, samples: Samples, l2: Any, always: Any) -> tuple[Any, Layers]:
    """Return the objective of every start [start] and its gradient, shaped as `layers`.

    Args:
        model: The network and its loss.
        layers: Weights and biases per layer.
        samples: All samples.
        l2: Strength of the penalty.
        always: True, as an argument of the program (`sums.wall`).
    """
    one = partial(_of_block, model, layers, always=always)
    value, gradient = one(*(part[0] for part in samples))
    if len(samples.inputs) > 1:
        add = lambda i, acc: jax.tree.map(jnp.add, acc, one(*(part[i] for part in samples)))  # noqa: E731
        value, gradient = jax.lax.fori_loop(1, len(samples.inputs), add, (value, gradient))
    if model.penalty == "none":
        return value, gradient
    every = model.penalty == "all"
    length = sum(squares(w.reshape(-1, w.shape[-1])) + (squares(b) if every else 0) for w, b in layers)
    pairs = zip(layers, gradient, strict=True)
    return value + 0.5 * l2 * length, [(dw + l2 * w, db + l2 * b if every else db) for (w, b), (dw, db) in pairs]


def _of_block(model: Model, layers: Layers, inputs: Any, targets: Any, weights: Any, always: Any) -> tuple[Any, Layers]:
    """Return what one block of samples adds to the objective and to the gradient."""
    if knotted(model):
        laid = lay(find(model.activations[0]), layers, always)
        read = wall(always, lambda: outputs(laid, inputs[0]))
        value, delta = _error(model, read, read, targets, weights, always)
        return value, gradient(laid, inputs[0], delta, always)
    below, over = Stored(inputs[..., None]), range(inputs.shape[-1])
    done = _forward(model, layers, inputs, always)
    value, delta = _error(model, done[-1].values.values, done[-1].before, targets, weights, always)
    first = done[0].values
    if isinstance(first, Lines):
        return value, _of_lines(layers[1][0][0], first, below, delta, always)
    gradients: Layers = []
    for i in reversed(range(1, len(layers))):
        gradients = [wall(always, partial(outer, partial(_at, delta), done[i - 1].values, over)), *gradients]
        delta = wall(always, partial(_back, layers[i][0], delta, find(model.activations[i - 1]), done[i - 1]))
    return value, [wall(always, partial(outer, partial(_at, delta), below, over)), *gradients]


def _error(model: Model, outputs: Any, before: Any, targets: Any, weights: Any, always: Any) -> tuple[Any, Any]:
    """Return the objective [start], and its derivative with respect to the pre-activations of the output."""
    shape = outputs.shape
    outputs, before = (part.reshape(len(part), -1) for part in (outputs, before))

    def derivative() -> Any:
        slope = find(model.activations[-1]).derivative(operations, before, outputs)
        return (model.loss.derivative(outputs, targets) * weights * slope).reshape(shape)

    each = wall(always, lambda: (model.loss.value(outputs, targets) * weights).reshape(shape[1:]))
    return wall(always, lambda: total(each)), wall(always, derivative)


def _of_lines(weight: Any, lines: Lines, below: Stored, delta: Any, always: Any) -> Layers:
    """Return the gradient of both layers: the first has lines, and the second one output with weights [node, start]."""
    over = range(delta.shape[1])
    # Without the output's weight, which is common to all samples; weights and bias in one array and so in one loop.
    read = [*(delta[0] * x for x in below.values), delta[0]]
    each = wall(always, lambda: jnp.stack(read, 1))  # [sample, feature and bias, start]
    sums = wall(
        always, lambda: total(each[k, :, None] * lines.slope(k) for k in over)
    )  # [feature and bias, node, start]
    by_weight, by_bias = sums[:-1].swapaxes(0, 1), sums[-1]
    if has_knots(lines.row):  # φ(z) = φ'(z)·z, so what the output reads has been summed already
        read = total(lines.weight[:, j] * by_weight[:, j] for j in range(by_weight.shape[1])) + lines.bias * by_bias
        second = (read[None], wall(always, lambda: total(delta[0])[None]))
    else:
        second = wall(always, partial(outer, partial(_at, delta), lines, over))
    return [(by_weight * weight[:, None], by_bias * weight), second]


def _forward(model: Model, layers: Layers, inputs: Any, always: Any) -> list[_Layer]:
    rows = [find(name) for name in model.activations]
    done: list[_Layer] = []
    for (weight, bias), row in zip(layers, rows, strict=True):
        below = done[-1].values if done else Stored(inputs[..., None])
        if not done and lines(model):
            done.append(_Layer(Lines(row, weight, bias, inputs), None))
        else:
            made = wall(always, partial(_layer, row, weight, bias, below))
            done.append(_Layer(Stored(made[0]), made[-1]))
    return done


def _layer(row: Activation, weight: Any, bias: Any, below: Stored | Lines) -> tuple[Any, ...]:
    z = through(weight, below) + bias[:, None]
    a = row.value(operations, z)
    return (a, z) if _reads_before(row) else (a,)


@cache
def _reads_before(row: Activation) -> bool:
    """Return whether φ' is computed from the pre-activation too, not from φ alone."""
    program = jax.make_jaxpr(lambda z, a: row.derivative(operations, z, a))(0.5, 0.5).jaxpr
    return any(program.invars[0] in equation.invars for equation in program.eqns)


def _back(weight: Any, delta: Any, row: Activation, here: _Layer) -> Any:
    """Return the derivative with respect to the pre-activations of the layer below."""
    return through(weight.swapaxes(0, 1), Stored(delta)) * row.derivative(operations, here.before, here.values.values)


def _at(delta: Any, k: int) -> Any:
    return delta[:, k]
