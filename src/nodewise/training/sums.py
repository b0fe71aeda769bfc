"""Sums over samples and nodes for many starts at once, written so that a compiler makes full-width vectors of them.

Starts are the last axis of every array. Sums are written out term by term, because XLA's own over an axis that is not
the last are not vectorised on a CPU; and what several sums read is computed behind a wall, because XLA would compute it
anew in each of them. Both together are seven times as fast, on 1-10-1 sigmoid.
"""

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from nodewise.activations import Activation
from nodewise.training import objective, waves

BLOCK = 64  # samples, or rows, written out in one sum
_GROUP = 25  # nodes written out in one sum; with 100 the compiler no longer vectorises
_LINES = 5  # the same of lines, each of which holds more registers
_CHAINS = 4  # sums beside each other, so that no addition waits for the one before

# The maximum as a comparison, with which NaN stays NaN: half the instructions of XLA's own.
operations = SimpleNamespace(
    **vars(objective.operations)
    | {"maximum": lambda z, least: jnp.where(z < least, least, z), "sin": waves.sin, "cos": waves.cos}
)


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
    """Values of a first layer that are straight lines of few features: sooner computed anew than read.

    Attributes:
        row: The activation.
        weight: [node, feature, start].
        bias: [node, start].
        inputs: [feature, sample].
    """

    row: Activation
    weight: Any
    bias: Any
    inputs: Any

    def node(self, i: int) -> Any:
        """Return the values of node i, [sample, start]."""
        z = total(w * x[:, None] for w, x in zip(self.weight[i], self.inputs, strict=True)) + self.bias[i]
        return self.row.value(operations, z)

    def sample(self, k: int) -> Any:
        """Return the values at sample k, [node, start]."""
        return self.row.value(operations, self._before(k))

    def slope(self, k: int) -> Any:
        """Return φ' at sample k, [node, start]."""
        return self.row.derivative(operations, self._before(k), self.sample(k))

    def some(self, first: Any, count: int) -> "Lines":
        """Return the values of `count` nodes from the `first` on."""
        cut = lambda part: jax.lax.dynamic_slice_in_dim(part, first, count, 0)  # noqa: E731
        return self._replace(weight=cut(self.weight), bias=cut(self.bias))

    def _before(self, k: int) -> Any:
        return total(self.weight[:, j] * x[k] for j, x in enumerate(self.inputs)) + self.bias


def total(terms: Iterable[Any]) -> Any:
    """Return the sum of the terms."""
    sums: list[Any] = []
    for i, term in enumerate(terms):
        if i < _CHAINS:
            sums.append(term)
        else:
            sums[i % _CHAINS] = sums[i % _CHAINS] + term
    return sum(sums[1:], sums[0])


def wall(always: Any, compute: Callable[[], Any]) -> Any:
    """Return what `compute` returns, read from memory by all that use it.

    `always` is True, which XLA must not know: it is an argument of the program.
    """
    shapes = jax.eval_shape(compute)
    nothing = lambda: jax.tree.map(lambda shape: jnp.zeros(shape.shape, shape.dtype), shapes)  # noqa: E731
    return jax.lax.cond(always, compute, nothing)


def through(weight: Any, below: Stored | Lines) -> Any:
    """Return Σ_i weight[:, i] · below(node i), [node, sample, start], for weights [node, node below, start]."""
    size = _LINES if isinstance(below, Lines) else _GROUP
    groups, rest = divmod(weight.shape[1], size)
    if groups <= 1:
        return _terms(weight, below)

    def group(first: Any, count: int) -> Any:
        return _terms(jax.lax.dynamic_slice_in_dim(weight, first, count, 1), below.some(first, count))

    add = lambda g, acc: acc + group(g * size + rest, size)  # noqa: E731
    return jax.lax.fori_loop(1, groups, add, group(0, size + rest))


def _terms(weight: Any, below: Stored | Lines) -> Any:
    return total(weight[:, i, None] * below.node(i) for i in range(weight.shape[1]))


def outer(delta: Callable[[int], Any], below: Stored | Lines, samples: range) -> tuple[Any, Any]:
    """Return Σ_k delta(k) · below(sample k), [node, node below, start], and Σ_k delta(k), [node, start]."""
    return total(delta(k)[:, None] * below.sample(k) for k in samples), total(delta(k) for k in samples)


def rows(each: Any) -> Any:
    """Return the sum of all rows [row, start], [start]."""
    return _rows(each, total)


def squares(each: Any) -> Any:
    """Return the sum of the squares of all rows [row, start], [start]."""
    return _rows(each, lambda few: total(few * few))


def _rows(each: Any, of_few: Callable[[Any], Any]) -> Any:
    if len(each) <= BLOCK:
        return of_few(each)
    rest = len(each) % BLOCK or BLOCK
    cut = lambda i: jax.lax.dynamic_slice_in_dim(each, i * BLOCK + rest, BLOCK)  # noqa: E731
    add = lambda i, so_far: so_far + of_few(cut(i))  # noqa: E731
    return jax.lax.fori_loop(0, (len(each) - rest) // BLOCK, add, of_few(each[:rest]))
