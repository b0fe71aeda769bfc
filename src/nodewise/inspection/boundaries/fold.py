"""A network on a grid of two inputs, faster still where its first layer is made of straight lines, as with ReLU.

Over a box of the grid most of its nodes do not bend: they are straight there, and go into the weights of the second
layer. Only those that do bend, of 64 nodes of a trained network over 7 × 7 boxes 12, are computed point by point.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float

from nodewise.activations import numpy_operations
from nodewise.inspection.boundaries.grid import Scratch, step
from nodewise.inspection.intervals import Layer
from nodewise.network import Dense

_SIDE = 32  # most points along a box
_KIND = np.float32


def foldable(layers: Sequence[Layer]) -> bool:
    """Whether two layers of weights come first, between them straight lines, finitely many, without jumps."""
    if len(layers) < 2 or not isinstance(layers[0], Dense) or not isinstance(layers[1], Dense):
        return False
    activation = layers[0].activation
    return activation.piecewise_linear and not activation.jumps and activation.period is None


def folded(layers: Sequence[Layer], points: int) -> Float[np.ndarray, "class row column"]:
    """Evaluate a foldable chain at all pairs of `points` values from -1 to 1, in float32.

    `grid.single_error` holds for it too: a node's straight line is written around the middle of the box, where its
    terms are no larger than its largest value, so that folding adds no rounding that the layers as they are do not
    have.
    """
    count = -(-points // _SIDE)
    side, apart = -(-points // count), 2 / (points - 1)
    offset = apart * (np.arange(side) - (side - 1) / 2)
    middles = apart * side * np.arange(count) + offset[-1] - 1
    result = np.empty((layers[-1].outputs, count * side, count * side), _KIND)
    scratch = Scratch(side**2, _KIND)
    second, *others = layers[1:]
    assert isinstance(second, Dense)
    steps = [(weight.astype(_KIND), activation) for weight, activation in map(step, others)]
    for box, weight, rows in _folded(layers, middles, offset):
        values = scratch.activated(second.activation, np.matmul(weight, rows, out=scratch.empty(0, second.outputs)))
        for i, (following, activation) in enumerate(steps, 1):
            values = scratch.through(i, following, activation, values)
        row, column = box // count * side, box % count * side
        result[:, row : row + side, column : column + side] = values.reshape(-1, side, side)
    return np.ascontiguousarray(result[:, :points, :points])


def _folded(
    layers: Sequence[Layer], middles: np.ndarray, offset: np.ndarray
) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Yield each box, the second layer's weights there, and what they multiply: two coordinates, a one, some nodes."""
    first, second = layers[:2]
    assert isinstance(first, Dense)
    assert isinstance(second, Dense)
    middle = np.stack(np.meshgrid(middles, middles), axis=-1).reshape(-1, 2)
    before = middle @ first.weight.T + first.bias
    reach = offset[-1] * np.abs(first.weight).sum(axis=1)
    bends = np.zeros(before.shape, bool)
    for kink in first.activation.kinks:
        bends |= np.abs(before - kink) <= reach
    slope = np.where(bends, 0, first.activation.slope(before))
    lines = np.stack([*(slope * column for column in first.weight.T), np.where(bends, 0, first.activation(before))])
    straight = lines @ second.weight.T  # [row, box, node]
    straight[2] += second.bias
    weights = np.empty((3 + first.outputs, second.outputs), _KIND)
    rows = np.ones((3 + first.outputs, len(offset) ** 2), _KIND)
    rows[0], rows[1] = np.tile(offset, len(offset)), np.repeat(offset, len(offset))
    own = np.stack([*np.broadcast_to(first.weight.T[:, None], (2, *before.shape)), before], axis=-1).astype(_KIND)
    straight, behind = straight.transpose(1, 0, 2).astype(_KIND), second.weight.T.astype(_KIND)
    for box, bent in enumerate(bends):
        which = bent.nonzero()[0]
        end = 3 + len(which)
        weights[:3], weights[3:end] = straight[box], behind[which]
        rows[3:end] = first.activation.value(numpy_operations, own[box, which] @ rows[:3])
        yield box, weights[:end].T, rows[:end]
