"""The mean gradient of an output along a step: Gauss's rule with 2 points, halved where that is not enough."""

from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.inspection.attribution.gradients import forward, gradients, of_output
from nodewise.training.objective import Model

_GAUSS = 0.5 + np.array([-0.5, 0.5]) / np.sqrt(3)
_TOLERANCE = 1e-13  # what a piece of a halved step may
_HALVINGS = 40


def mean_gradients(
    model: Model, theta: Float[np.ndarray, "snapshot parameter"], x: Float[np.ndarray, "1 query feature"], left: float
) -> Float[np.ndarray, "step queryoutput parameter"]:
    """Return the mean gradient of every query's outputs along each step, queries slower than outputs.

    Along all the steps together it misses at most `left` of an output's change, times the output's size if above 1.
    """
    change, steps = np.diff(theta, axis=0), len(theta) - 1
    points = (theta[:-1] + _GAUSS[:, None, None] * change).reshape(2 * steps, -1)
    ends = forward(model, theta, x)[-1][1]
    trace = forward(model, points, x)
    width, queries = model.sizes[-1], x.shape[1]
    out = np.empty((steps, theta.shape[1], queries, width)).transpose(0, 2, 3, 1)
    for o in range(width):
        delta = np.zeros((2 * steps, queries, width))
        delta[..., o] = 1
        found = gradients(model, points, x, trace, delta)
        mean = 0.5 * (found[:steps] + found[steps:])
        missing = np.diff(ends[..., o], axis=0) - (mean @ change[:, :, None])[..., 0]
        t, q = _worst(np.abs(missing), left * np.maximum(1, np.abs(ends[..., o]).max(0)))
        if t.size:
            mean[t, q] = _halved(model, theta[t], theta[t + 1], x[0, q][:, None], o)
        out[:, :, o] = mean
    return out.reshape(steps, -1, theta.shape[1])


def _worst(missing: Float[np.ndarray, "step query"], left: Float[np.ndarray, " query"]) -> tuple[np.ndarray, ...]:
    """Return the steps and queries of the largest entries, so many that a query's others sum to `left` at most."""
    if (missing.sum(0) <= left).all():
        return np.empty(0, int), np.empty(0, int)
    order = np.argsort(missing, axis=0)
    above = np.cumsum(np.take_along_axis(missing, order, 0), axis=0) > left
    i, q = np.nonzero(above)
    return order[i, q], q


def _halved(
    model: Model,
    before: Float[np.ndarray, "row parameter"],
    after: Float[np.ndarray, "row parameter"],
    x: Float[np.ndarray, "row 1 feature"],
    output: int,
) -> Float[np.ndarray, "row parameter"]:
    """Return the mean gradient from `before` to `after`, its interval halved where 2 points are not enough."""
    change, total = after - before, np.zeros_like(before)
    row, low, length = np.arange(len(before)), np.zeros(len(before)), 1.0

    def along(rows: Any, s: Any) -> Any:
        return before[rows] + s[:, None] * change[rows]

    def slopes(rows: Any, s: Any) -> Any:
        return of_output(model, along(rows, s), x[rows], output)[1][:, 0]

    def value(rows: Any, s: Any) -> Any:
        return forward(model, along(rows, s), x[rows])[-1][1][:, 0, output]

    for level in range(1, _HALVINGS + 1):
        length /= 2
        row, low = np.tile(row, 2), np.concatenate([low, low + length])
        mean = 0.5 * (slopes(row, low + _GAUSS[0] * length) + slopes(row, low + _GAUSS[1] * length))
        left, right = value(row, low), value(row, low + length)
        missing = right - left - length * np.einsum("rp,rp->r", mean, change[row])
        done = np.abs(missing) <= _TOLERANCE * np.maximum(1, np.abs(right))
        if level == _HALVINGS:
            done[:] = True
        np.add.at(total, row[done], length * mean[done])
        row, low = row[~done], low[~done]
        if not row.size:
            break
    return total
