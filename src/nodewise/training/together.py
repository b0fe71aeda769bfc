"""The objective and its gradient for many starts at once: sums that a compiler turns into full-width vector instructions.

Starts are the last axis of every array: weights [node, feature, start], biases [node, start], values [node, sample,
start]. Sums are written out term by term, because XLA's own over an axis that is not the last are not vectorised on a
CPU; and what several sums read is computed behind a wall, because XLA would compute it anew in each of them.
"""

from collections.abc import Callable, Iterable
from functools import cache, partial
from types import SimpleNamespace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from nodewise.activations import Activation, find
from nodewise.training.objective import Model
from nodewise.training.objective import operations as _operations

Layers = list[tuple[Any, Any]]

BLOCK = 64  # samples written out in one sum
_GROUP = 25  # nodes written out in one sum; with 100 the compiler no longer vectorises
_CHAINS = 4  # sums beside each other, so that no addition waits for the one before
_FEW = 2  # features

# As a comparison, and NaN stays NaN: half the instructions of XLA's maximum.
operations = SimpleNamespace(**vars(_operations) | {"maximum": lambda z, least: jnp.where(z < least, least, z)})


class Blocks(NamedTuple):
    """Samples in blocks of equal size, the last filled up with samples of weight 0.

    Attributes:
        inputs: [block, feature, sample].
        targets: [block, output, sample].
        weights: [block, sample], summing to 1.
    """

    inputs: Any
    targets: Any
    weights: Any


class Stored(NamedTuple):
    """Values kept in memory, [node, sample, start]."""

    values: Any

    def node(self, i: int) -> Any:
        """Return the values of node i, [sample, start]."""
        return self.values[i]

    def sample(self, k: int) -> Any:
        """Return the values at sample k, [node, start]."""
        return self.values[:, k]

    def some(self, first: Any, count: int) -> "Stored":
        """Return the values of `count` nodes from the `first` on."""
        return Stored(jax.lax.dynamic_slice_in_dim(self.values, first, count, 0))


class Lines(NamedTuple):
    """Values of a first layer of straight lines of few features: computing them anew is cheaper than reading them."""

    row: Activation
    weight: Any
    bias: Any
    inputs: Any

    def node(self, i: int) -> Any:
        """Return the values of node i, [sample, start]."""
        z = total(w * x[:, None] for w, x in zip(self.weight[i], self.inputs, strict=True)) + self.bias[i]
        return self.row.value(operations, z)

    def before(self, k: int) -> Any:
        """Return the pre-activations at sample k, [node, start]."""
        return total(self.weight[:, j] * x[k] for j, x in enumerate(self.inputs)) + self.bias

    def sample(self, k: int) -> Any:
        """Return the values at sample k, [node, start]."""
        return self.row.value(operations, self.before(k))

    def some(self, first: Any, count: int) -> "Lines":
        """Return the values of `count` nodes from the `first` on."""
        cut = lambda part: jax.lax.dynamic_slice_in_dim(part, first, count, 0)  # noqa: E731
        return self._replace(weight=cut(self.weight), bias=cut(self.bias))


def total(terms: Iterable[Any]) -> Any:
    """Return the sum of the terms."""
    sums: list[Any] = []
    for i, term in enumerate(terms):
        if i < _CHAINS:
            sums.append(term)
        else:
            sums[i % _CHAINS] = sums[i % _CHAINS] + term
    return sum(sums[1:], sums[0])


def _wall(always: Any, compute: Callable[[], Any]) -> Any:
    """Return what `compute` returns, from memory: no consumer computes it anew. `always` is True, which XLA must not know."""
    shapes = jax.eval_shape(compute)
    nothing = lambda: jax.tree.map(lambda shape: jnp.zeros(shape.shape, shape.dtype), shapes)  # noqa: E731
    return jax.lax.cond(always, compute, nothing)


def _through(weight: Any, below: Stored | Lines) -> Any:
    """Return Σ_i weight[:, i] · below(node i), [node, sample, start]."""
    terms = lambda weight, below: total(weight[:, i, None] * below.node(i) for i in range(weight.shape[1]))  # noqa: E731
    groups, rest = divmod(weight.shape[1], _GROUP)
    if groups <= 2:
        return terms(weight, below)
    cut = lambda first, count: (jax.lax.dynamic_slice_in_dim(weight, first, count, 1), below.some(first, count))  # noqa: E731
    first = terms(*cut(0, _GROUP + rest))
    return jax.lax.fori_loop(1, groups, lambda g, acc: acc + terms(*cut(g * _GROUP + rest, _GROUP)), first)


def _gradient(delta: Any, below: Stored | Lines, samples: range) -> tuple[Any, Any]:
    """Return the gradient of weights and biases, Σ_k delta(k) · below(k) and Σ_k delta(k)."""
    weight = total(delta(k)[:, None] * below.sample(k) for k in samples)
    return weight, total(delta(k) for k in samples)


@cache
def _reads_before(row: Activation) -> bool:
    """Return whether φ' is computed from the pre-activation too, not from φ alone."""
    program = jax.make_jaxpr(lambda z, a: row.derivative(operations, z, a))(0.5, 0.5).jaxpr
    return any(program.invars[0] in equation.invars for equation in program.eqns)


def _of_block(model: Model, layers: Layers, inputs: Any, targets: Any, weights: Any, always: Any) -> tuple[Any, Layers]:
    rows = [find(name) for name in model.activations]
    samples, targets = range(len(weights)), targets[..., None]
    lines = len(rows) == 2 and model.sizes[0] <= _FEW and model.sizes[-1] == 1 and rows[0].piecewise_linear
    values: list[Stored | Lines] = [Stored(inputs[..., None])]
    before: list[Any] = []
    for i, ((weight, bias), row) in enumerate(zip(layers, rows, strict=True)):
        if lines and i == 0:
            values.append(Lines(row, weight, bias, inputs))
            before.append(None)
            continue

        def compute(weight: Any = weight, bias: Any = bias, row: Activation = row, below: Any = values[-1]) -> Any:
            z = _through(weight, below) + bias[:, None]
            a = row.value(operations, z)
            return (a, z) if _reads_before(row) else (a,)

        made = _wall(always, compute)
        values.append(Stored(made[0]))
        before.append(made[-1])
    outputs = values[-1].values
    loss = _wall(always, lambda: total((model.loss.value(outputs, targets) * weights[:, None])[k] for k in samples))
    delta = _wall(
        always,
        lambda: (
            model.loss.derivative(outputs, targets)
            * weights[:, None]
            * rows[-1].derivative(operations, before[-1], outputs)
        ),
    )
    gradients: Layers = []
    for i in reversed(range(len(layers))):
        gradients = [
            _wall(always, lambda d=delta, below=values[i]: _gradient(lambda k: d[:, k], below, samples)),
            *gradients,
        ]
        if i == 0:
            break
        weight, row, here = layers[i][0], rows[i - 1], values[i]
        if isinstance(here, Lines):

            def slope(k: int, here: Lines = here, row: Activation = row, delta: Any = delta) -> Any:
                return delta[0, k] * row.derivative(operations, here.before(k), here.sample(k))

            w, b = _wall(always, lambda: _gradient(slope, values[0], samples))
            return loss, [(w * weight[0][:, None], b * weight[0]), *gradients]
        delta = _wall(
            always,
            lambda d=delta, weight=weight, row=row, z=before[i - 1], a=here.values: (
                _through(weight.swapaxes(0, 1), Stored(d)) * row.derivative(operations, z, a)
            ),
        )
    return loss, gradients


def value_and_gradient(model: Model, layers: Layers, blocks: Blocks, l2: Any, always: Any) -> tuple[Any, Layers]:
    """Return the objective of every start [start] and its gradient, as `objective.value_and_gradient` defines them.

    Args:
        model: The network and its loss.
        layers: Weights [node, feature, start] and biases [node, start] per layer.
        blocks: All samples.
        l2: Strength of the penalty.
        always: True, as an argument of the program.
    """
    one = partial(_of_block, model, layers, always=always)
    value, gradient = one(*(part[0] for part in blocks))
    if len(blocks.inputs) > 1:
        add = lambda block, acc: jax.tree.map(jnp.add, acc, one(*(part[block] for part in blocks)))  # noqa: E731
        value, gradient = jax.lax.fori_loop(1, len(blocks.inputs), add, (value, gradient))
    if model.penalty == "none":
        return value, gradient
    every = model.penalty == "all"
    squares = sum(_squares(w.reshape(-1, w.shape[-1])) + (_squares(b) if every else 0) for w, b in layers)
    pairs = zip(layers, gradient, strict=True)
    return value + 0.5 * l2 * squares, [(dw + l2 * w, db + l2 * b if every else db) for (w, b), (dw, db) in pairs]


def _squares(rows: Any) -> Any:
    """Return the sum of the squares of all rows, [start]."""
    if len(rows) <= BLOCK:
        return total(row * row for row in rows)
    blocks, rest = divmod(len(rows), BLOCK)
    first = _squares(rows[: BLOCK if rest == 0 else rest])
    cut = lambda i: jax.lax.dynamic_slice_in_dim(rows, i * BLOCK + rest, BLOCK)  # noqa: E731
    return jax.lax.fori_loop(int(rest == 0), blocks, lambda i, acc: acc + _squares(cut(i)), first)
