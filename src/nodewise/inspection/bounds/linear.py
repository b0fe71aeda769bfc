"""Bounds of a chain of layers over many boxes by straight lines carried back to the inputs, and of its slopes.

Each activation is replaced by two lines around it, and a combination of nodes is carried back layer by layer, each
coefficient with the line that serves it, until it is a combination of the inputs, whose extremes over a box lie in a
corner. The bounds before an activation come from the same for the layers in front of it, cut with interval arithmetic.

Rounding: what a coefficient computed in float64 is off by matters at most that times the size of what it multiplies,
which interval arithmetic has bounded. It goes into the constant, and so does the rounding of the network itself. So the
bounds hold for the network as it is and as it is computed.

Source: Zhang, Weng, Chen, Hsieh, Daniel, "Efficient neural network robustness certification with general activation
functions", NeurIPS 2018.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from nodewise.inspection.bounds.lines import Lines, lines
from nodewise.inspection.intervals import HUGE, Layer, Range, before, drift, product, slope_range, value_range
from nodewise.network import Dense, Scale

_EPSILON = float(np.finfo(float).eps)
_TINY = 1e-290  # what underflows


class Step(NamedTuple):
    """A layer over boxes.

    Attributes:
        layer: The layer.
        value: Bounds of its inputs, [box, feature].
        z: Bounds before its activation, [box, node].
        around: Lines around its activation; None where it has none.
    """

    layer: Layer
    value: Range
    z: Range
    around: Lines | None


class Over(NamedTuple):
    """What a chain does over boxes.

    Attributes:
        value: Bounds of its outputs, [box, output].
        slope: Bounds of their derivatives, [box, output, feature], ±`HUGE` or beyond across a jump.
        rounding: [box, output], how far a value computed at one point can be off.
        last: Bounds of what the last layer reads, [box, node].
    """

    value: Range
    slope: Range
    rounding: np.ndarray
    last: Range


def over(
    layers: Sequence[Layer], low: Float[np.ndarray, "box feature"], high: Float[np.ndarray, "box feature"]
) -> Over:
    """Bound a chain whose activations are elementwise over finite boxes."""
    steps: list[Step] = []
    value, error = Range(low, high), np.zeros_like(low)
    for i, layer in enumerate(layers):
        z, last = before(layer, value), i == len(layers) - 1
        if isinstance(layer, Dense) and any(step.around is not None for step in steps):
            z = _cut(z, _back(steps, layer))
        after, around = z, None
        if isinstance(layer, Dense) and not layer.activation.identity:
            after = value_range(layer.activation, z)
            around = None if last else lines(layer.activation, z)
        error = drift(layer, value, z, after, error)
        steps.append(Step(layer, value, z, around))
        value = after
    return Over(value, _slopes(steps), error, steps[-1].value)


def _cut(a: Range, b: Range) -> Range:
    """Return what both bounds allow; a bound that ran over counts for nothing."""
    low, high = np.fmax(a.low, b.low), np.fmin(a.high, b.high)
    return Range(np.minimum(low, high), np.maximum(low, high))


def _back(steps: Sequence[Step], layer: Dense) -> Range:
    """Return bounds of layer.weight·x + layer.bias by lines carried back to the inputs."""
    unit = (layer.inputs + 16) * _EPSILON
    value = _sum_size(steps[-1], layer.inputs)
    off = unit * (value @ np.abs(layer.weight).T + np.abs(layer.bias))
    with np.errstate(over="ignore", invalid="ignore"):
        low = _least(steps, layer.weight, layer.bias - off)
        high = _least(steps, -layer.weight, -layer.bias - off)
    return Range(low, -high)


def _sum_size(step: Step, nodes: int) -> np.ndarray:
    """Return the largest magnitude of each output of a step [box, node]."""
    if step.around is None:
        return step.z.size
    line, z = step.around, step.z.size
    return np.maximum(
        np.abs(line.under_slope) * z + np.abs(line.under), np.abs(line.over_slope) * z + np.abs(line.over)
    )


def _least(steps: Sequence[Step], weight: np.ndarray, constant: np.ndarray) -> np.ndarray:
    """Return lower bounds [box, row] of weight[row, node]·x + constant[box, row], x what the last step gives."""
    rows = weight[None]  # [box or 1, row, node]
    off = np.zeros_like(constant)
    for layer, value, z, around in reversed(steps):
        unit = (layer.inputs + layer.outputs + 4 * len(steps) + 16) * _EPSILON
        if around is not None:
            up, down = np.maximum(rows, 0), np.minimum(rows, 0)
            constant = constant + _along(up, around.under) + _along(down, around.over)
            size = np.maximum(np.abs(around.under_slope), np.abs(around.over_slope)) * z.size
            size += np.maximum(np.abs(around.under), np.abs(around.over))
            off = off + unit * _along(np.abs(rows), size)
            rows = up * around.under_slope[:, None] + down * around.over_slope[:, None]
        if isinstance(layer, Scale):
            size = np.abs(layer.shift) + np.abs(layer.factor) * value.size
            constant = constant + rows @ layer.shift
            off = off + unit * _along(np.abs(rows), size)
            rows = rows * layer.factor
        else:
            size = np.abs(layer.bias) + value.size @ np.abs(layer.weight).T
            constant = constant + rows @ layer.bias
            off = off + 2 * unit * _along(np.abs(rows), size)
            rows = rows @ layer.weight
    low, high = steps[0].value
    unit = (low.shape[1] + 16) * _EPSILON
    constant = constant + _along(np.maximum(rows, 0), low) + _along(np.minimum(rows, 0), high)
    off = off + unit * _along(np.abs(rows), steps[0].value.size)
    return constant - (1 + 1e-9) * off - 16 * _EPSILON * np.abs(constant) - _TINY


def _along(rows: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return Σ rows[box or 1, row, node]·values[box, node], [box, row]."""
    return values @ rows[0].T if len(rows) == 1 else np.matmul(rows, values[..., None])[..., 0]


def _slopes(steps: Sequence[Step]) -> Range:
    """Return bounds of the derivatives along the inputs, carried back from the outputs."""
    outputs = steps[-1].layer.outputs
    eye = np.broadcast_to(np.eye(outputs), (len(steps[0].value.low), outputs, outputs))
    slope = Range(eye, eye)
    for layer, _, z, _ in reversed(steps):
        if isinstance(layer, Scale):
            slope = product(slope, Range(layer.factor, layer.factor))
            continue
        if not layer.activation.identity:
            bent = slope_range(layer.activation, z)
            slope = product(slope, Range(bent.low[:, None], bent.high[:, None]))
        slope = _times(slope, layer.weight)
    return slope


def _times(slope: Range, weight: np.ndarray) -> Range:
    """Return slope·weight for slopes [box, output, node]."""
    up, down = np.maximum(weight, 0), np.minimum(weight, 0)
    unit = (2 * len(weight) + 4) * _EPSILON
    # Each end by itself, so that an end of exactly 0, of a slope that is never negative, stays 0.
    low, low_size = slope.low @ up + slope.high @ down, np.abs(slope.low) @ up - np.abs(slope.high) @ down
    high, high_size = slope.high @ up + slope.low @ down, np.abs(slope.high) @ up - np.abs(slope.low) @ down
    return Range(np.clip(low - unit * low_size, -HUGE, HUGE), np.clip(high + unit * high_size, -HUGE, HUGE))
