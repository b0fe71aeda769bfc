"""What bounds the outputs over boxes that may have no end: interval arithmetic through all layers, once."""

import math

import numpy as np

from nodewise.inspection.bounds.outputs import lengths
from nodewise.inspection.intervals import Layer, Range, affine, near, value_range
from nodewise.inspection.reading import joined
from nodewise.network import Dense, Network, Scale

_EPSILON = float(np.finfo(float).eps)


def values(network: Network, low: np.ndarray, high: np.ndarray) -> Range:
    """Return bounds of the outputs [1, output] over one box [1, feature], whose ends may be infinite."""
    *before, last = network.layers
    joint = isinstance(last, Dense) and last.activation.joint
    value = Range(low, high)
    for layer in before:
        value = _through(layer, value)
    return _softmax(last.weight, last.bias, value) if isinstance(last, Dense) and joint else _through(last, value)


def _through(layer: Layer, value: Range) -> Range:
    """Return bounds after one layer, whose inputs may be unbounded."""
    if isinstance(layer, Scale):
        return affine(np.diag(layer.factor), layer.shift, value)
    return value_range(layer.activation, affine(layer.weight, layer.bias, value))


def _softmax(weight: np.ndarray, bias: np.ndarray, x: Range) -> Range:
    """Return bounds of a softmax: p = 1 / (1 + Σ exp(z_j - z_i)), from bounds of each difference."""
    low, high = [], []
    rounding = (weight.shape[1] + 8) * _EPSILON * (near(x).size @ np.abs(weight).T + np.abs(bias))  # of each z
    for one in range(len(bias)):
        others = np.arange(len(bias)) != one
        ahead = affine(weight[others] - weight[one], bias[others] - bias[one], x)
        off = rounding[:, others] + rounding[:, [one]]
        with np.errstate(over="ignore"):
            low.append(1 / (1 + np.exp(ahead.high + off).sum(axis=1)))
            high.append(1 / (1 + np.exp(ahead.low - off).sum(axis=1)))
    slack, least = 8 * len(bias) * _EPSILON, np.finfo(float).tiny
    return Range(
        np.clip(np.column_stack(low) * (1 - slack) - least, 0, 1),
        np.clip(np.column_stack(high) * (1 + slack) + least, 0, 1),
    )


def lipschitz(network: Network) -> np.ndarray:
    """Return for each output the product of the layers' spectral norms and of the activations' constants."""
    reach, gain, jumps = np.ones(network.outputs), np.ones(network.inputs), False
    for layer in network.layers:
        if isinstance(layer, Scale):
            gain = gain * layer.factor
            continue
        weight, gain = layer.weight * gain, np.ones(layer.outputs)
        each = layer is network.dense[-1] and not layer.activation.joint
        constant = layer.activation.lipschitz
        jumps |= not math.isfinite(constant)
        reach = reach * (lengths(weight) if each else np.linalg.norm(weight, 2))
        reach = reach * (constant if math.isfinite(constant) else 1.0)
    rounding = 64 * _EPSILON * sum(max(layer.weight.shape) for layer in network.dense)
    reach = np.abs(gain) * reach * (1 + rounding)
    return np.where(reach > 0, np.inf, 0.0) if jumps else reach


def attained(network: Network, box: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which bounds are known to be approached, if every input is meant.

    With one hidden layer, or none, each node goes to an end of its range far out in a direction; the bound of an output
    is approached where one direction sends all nodes that it reads to the right end.
    """
    nothing: np.ndarray = np.zeros(network.outputs, bool)
    output = network.dense[-1]
    behind = network.layers[network.layers.index(output) + 1 :]
    falls = not output.activation.rising or any((layer(np.ones(1)) < layer(np.zeros(1))).any() for layer in behind)
    if np.isfinite(box).any() or len(network.hidden) > 1 or output.activation.joint or falls:
        return nothing, nothing
    if not network.hidden:
        runs: np.ndarray = output.weight.any(axis=1)  # type: ignore[assignment]
        return runs, runs
    hidden = network.folded.dense[0]
    left, right = hidden.activation.left, hidden.activation.right
    ends = (hidden.activation.low, hidden.activation.high)
    if left is None or right is None or left.slope or right.slope or (left.intercept, right.intercept) != ends:
        return nothing, nothing
    low, high = ([_one_direction(side * row, hidden.weight) for row in output.weight] for side in (-1, 1))
    return np.array(low), np.array(high)


def _one_direction(signs: np.ndarray, weight: np.ndarray) -> bool:
    """Whether one direction d has signs·(weight·d) > 0 for every node that is read: a linear program."""
    from scipy.optimize import linprog

    read = signs != 0
    rows = np.sign(signs[read])[:, None] * weight[read]
    if not len(rows):
        return True
    if not rows.any(axis=1).all():
        return False
    rows = rows / lengths(rows)[:, None]
    found = linprog(np.zeros(rows.shape[1]), A_ub=-rows, b_ub=-np.ones(len(rows)), bounds=(None, None), method="highs")
    return found.status == 0


def why(network: Network, box: np.ndarray, low: float, high: float) -> str:
    """Return why a bound is infinite; "" where none is."""
    if math.isfinite(low) and math.isfinite(high):
        return ""
    free = [layer.activation.name for layer in network.dense if not layer.activation.bounded]
    inputs = [name for name, ends in zip(network.feature_names, box, strict=True) if not np.isfinite(ends).all()]
    return f"nothing bounds it, because {joined(inputs[:3])} may be anything and {free[-1]} has no bound"
