"""One feature, and φ of two lines that meet at 0: where they meet says everything, and is the same for all samples.

With the knot t = -b/w of a node, relu(w·x + b) = |w|·max(x, t), and w·x more where w is negative, b more where it is
not. So a sample takes a maximum and a multiplication of every node, and the gradient is two sums over the samples right
of the knot: together half the instructions that weights and biases take.

Shapes as in `together`, but nodes and starts are one axis where they are treated alike: of a short last axis a compiler
makes a list of scalars and not a loop of vectors.
"""

from collections.abc import Callable
from functools import reduce
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from nodewise.activations import Activation
from nodewise.training.sums import rows, total, wall

_NODES = 5  # written out in one sum
_CHAINS = 10  # sums beside each other, so that no addition waits for the one before


class Knots(NamedTuple):
    """A hidden layer of one feature that one output reads, laid out; what has nodes is [node, start].

    Attributes:
        left, bend: φ(z) is left·z, and bend·z more right of 0.
        weight, bias, read: Of the nodes, and the output's weights.
        knot: Where each node bends; beyond all samples where it does not.
        size: By how much the output bends there.
        slope, level: [start], of the line that the output is besides.
        shift: [start], the output's bias.
    """

    left: float
    bend: float
    weight: Any
    bias: Any
    read: Any
    knot: Any
    size: Any
    slope: Any
    level: Any
    shift: Any


def has_knots(row: Activation) -> bool:
    """Return whether φ is two lines that meet at 0."""
    ends = (row.left, row.right)
    return row.kinks == (0.0,) and not row.jumps and all(end and end.intercept == 0 for end in ends)


def lay(row: Activation, layers: Any, always: Any) -> Knots:
    """Return the two layers laid out for outputs and gradients.

    Args:
        row: The activation, which `has_knots`.
        layers: Weights and biases, [node, 1, start], [node, start], [1, node, start] and [1, start].
        always: True, as an argument of the program (`sums.wall`).
    """
    assert row.left is not None
    assert row.right is not None
    left, bend = row.left.slope, row.right.slope - row.left.slope
    (weight, bias), (read, shift) = layers
    w, b, v = (part.reshape(-1) for part in (weight, bias, read))
    least = 1e8 * jnp.finfo(w.dtype).tiny

    def no_knot() -> Any:
        return jnp.abs(w) / least <= jnp.abs(b)  # none, or one beyond all samples

    def places() -> Any:
        none = no_knot()
        beyond = jnp.where((b > 0) == (w < 0), 1 / least, -1 / least)  # where φ' of all samples is that of b
        knot = jnp.where(none, beyond, -b / jnp.where(none, 1, w))
        # A sample on the knot has z = 0 and no slope of the bend, whichever way the node faces.
        knot = jnp.where(w < 0, knot - jnp.abs(knot) * jnp.finfo(w.dtype).eps - least, knot)
        return knot, bend * v * jnp.where(none, 0, jnp.abs(w))

    def line() -> Any:
        shift = jnp.where(no_knot(), jnp.maximum(b, 0), jnp.where(w < 0, 0, b))
        return jax.lax.complex(v * (bend * jnp.where(w < 0, w, 0) + left * w), v * (bend * shift + left * b))

    knot, size, each = (part.reshape(bias.shape) for part in (*wall(always, places), wall(always, line)))
    besides = wall(always, lambda: rows(each))
    return Knots(left, bend, weight[:, 0], bias, read[0], knot, size, besides.real, besides.imag, shift[0])


def outputs(laid: Knots, x: Any) -> Any:
    """Return the output at x [sample], before its activation, [1, sample, start]."""
    groups, rest = divmod(len(laid.knot), _NODES)
    at = x[:, None]

    def bends(first: Any, count: int) -> Any:
        knot, size = (jax.lax.dynamic_slice_in_dim(part, first, count) for part in (laid.knot, laid.size))
        return total(size[i] * jnp.where(at < knot[i], knot[i], at) for i in range(count))

    bent = bends(0, rest) if rest else jnp.zeros((len(x), laid.knot.shape[1]), x.dtype)
    if groups:
        add = lambda group, so_far: so_far + bends(group * _NODES + rest, _NODES)  # noqa: E731
        bent = jax.lax.fori_loop(0, groups, add, bent)
    return (bent + at * laid.slope + (laid.level + laid.shift))[None]


def gradient(laid: Knots, x: Any, delta: Any, always: Any) -> Any:
    """Return the gradient of both layers from `delta`, that with respect to the output, [1, sample, start]."""
    delta = delta[0]
    by_bias, by_weight = (lambda k: delta[k]), (lambda k: delta[k] * x[k])
    sums = wall(always, lambda: tuple(total(map(term, range(len(x)))) for term in (by_bias, by_weight)))
    leftmost = wall(always, lambda: reduce(jnp.minimum, x))

    def slope(term: Callable[[int], Any], whole: Any) -> Any:
        """Return Σ_k term(k)·φ'(z_k)."""
        right = _right_of(laid.knot, x, term)
        # The difference of two sums of the same terms is not 0 but a rounding error, which would move a dead node.
        left = jnp.where(laid.knot < leftmost, 0, whole - right)
        return laid.left * whole + laid.bend * jnp.where(laid.weight < 0, left, right)

    # Two numbers of one array are made in one loop, in which each sample is compared with the knot once for both.
    pair = wall(always, lambda: jax.lax.complex(slope(by_bias, sums[0]), slope(by_weight, sums[1])))
    shape, flat = laid.bias.shape, lambda part: part.reshape(-1)
    w, b, v, both = map(flat, (laid.weight, laid.bias, laid.read, pair))

    def gradients() -> Any:
        by_bias, by_weight = both.real, both.imag  # taken apart in here, else they are two more arrays
        return v * by_weight, v * by_bias, w * by_weight + b * by_bias  # φ(z) = φ'(z)·z, so its sum is there already

    weight, bias, read = (part.reshape(shape) for part in wall(always, gradients))
    return [(weight[:, None], bias), (read[None], sums[0][None])]


def _right_of(knot: Any, x: Any, term: Callable[[int], Any]) -> Any:
    """Return the sum of term(k) [start] over the samples right of the knot."""
    sums = [jnp.zeros_like(knot) for _ in range(min(_CHAINS, len(x)))]
    for k in range(len(x)):
        at = k % len(sums)
        sums[at] = jnp.where(x[k] > knot, sums[at] + term(k), sums[at])  # a masked addition, one instruction
    return total(sums)
