"""Targets made of what a user has: a dataset, a network, or a function."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nodewise.data.checks import UTMOST
from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.intervals import enclose
from nodewise.inspection.nodes_needed.target import Followed, Known, Places
from nodewise.inspection.overflow import within_float64
from nodewise.inspection.reading import counted
from nodewise.inspection.straight import pieces
from nodewise.network import Network

_SURE = 2.0  # how much more than what is seen at the middle of a cell a function may move in it


@dataclass(frozen=True, eq=False)
class Source:
    """A target and what is known of it.

    Attributes:
        target: What is followed.
        low, high: The range.
        method: "exact", "certified" or "sampled": what is known between places.
        feature, output: Names.
        feature_unit, output_unit: "" where unknown.
        words: What a sentence calls it.
    """

    target: Known | Followed
    low: float
    high: float
    method: str
    feature: str
    output: str
    feature_unit: str
    output_unit: str
    words: str


def of_samples(data: Dataset, output: int) -> Source:
    """Return the windows of samples; those that share a place must share a window.

    Raises:
        NodewiseError: If there are several features, or labels alone.
    """
    if data.features != 1:
        raise _one_feature(data.features)
    if data.targets is None:
        raise NodewiseError("a dataset must have targets that a curve can follow. Got labels alone.")
    x, first, which = np.unique(data.inputs[:, 0], return_index=True, return_inverse=True)
    y = data.targets[:, output]
    top, bottom = y[first].copy(), y[first].copy()
    if len(x) < len(y):
        np.maximum.at(top, which, y)
        np.minimum.at(bottom, which, y)
    names = (data.feature_names[0], data.target_names[output], data.feature_units[0], data.target_units[output])
    target = Known(Places(x, top, bottom, np.zeros(len(x)), joined=False))
    return Source(target, float(x[0]), float(x[-1]), "exact", *names, f"the {counted(data.samples, 'sample')}")


def of_network(network: Network, output: int, low: float, high: float) -> Source:
    """Return the straight pieces of a network, or, where it is smooth, the network followed with guaranteed bounds.

    Raises:
        NodewiseError: If it has several features, or an output that reads all nodes of its layer at once.
    """
    if network.inputs != 1:
        raise _one_feature(network.inputs)
    if network.dense[-1].activation.joint:
        raise NodewiseError(
            f"the outputs must be functions of their own pre-activation. Got {network.dense[-1].activation.name}. "
            "Give network.logits."
        )
    with np.errstate(over="ignore", invalid="ignore"):
        lines = pieces(network.folded.dense, np.zeros(1), np.ones(1), low, high)
    if lines is not None and not np.isfinite([lines.left_size, lines.slope_size]).all():
        raise NodewiseError(
            "products of the weights must be finite, squares included. Got weights up to "
            f"{max(np.abs(layer.weight).max() for layer in network.dense):.3g}. Use a smaller unit."
        )
    units = (network.feature_units[0], network.output_units[output])
    names = (network.feature_names[0], network.output_names[output], *units)
    if lines is not None:
        left, right = lines.left[:, output], lines.right[:, output]
        before, after = np.concatenate([left[:1], right]), np.concatenate([left, right[-1:]])
        # An edge where nothing jumps has one value; its two sides differ by rounding.
        size = np.concatenate([lines.left_size[:, output], lines.left_size[-1:, output]])
        after = np.where(np.abs(after - before) <= 1e-11 * size, before, after)
        target = Known(Places(lines.edges, before, after, np.zeros(len(before)), joined=True))
        return Source(target, low, high, "exact", *names, f"the network {network}")

    def value(x: np.ndarray) -> np.ndarray:
        return network(x[:, None])[:, output]

    def slack(x: np.ndarray, _: np.ndarray) -> np.ndarray:
        with within_float64(network, [low, high]):
            found = enclose(network.layers, x[:-1, None], x[1:, None], np.ones((1, 1)))
        assert found.slope is not None
        turn = (found.slope.high - found.slope.low)[:, output, 0]
        # A line between the ends of a cell is off by at most a quarter of its width times how much the slope varies.
        return np.diff(x) * turn / 4 * (1 + 1e-12) + 2 * found.rounding[:, output]

    target = Followed(value, slack, low, high)
    return Source(target, low, high, "certified", *names, f"the network {network}")


def of_function(function: Callable[..., Any], low: float, high: float) -> Source:
    """Return a function followed place by place; between places it is taken to be as calm as it looks."""

    def slack(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        middle = value((x[1:] + x[:-1]) / 2)
        off = np.concatenate([[0.0], np.abs(middle - (y[1:] + y[:-1]) / 2), [0.0]])
        near = np.maximum(np.maximum(off[:-2], off[2:]) / 4, off[1:-1])
        # A cell that is not halved any further holds a jump, whose two ends are places already.
        return np.where(np.diff(x) > 1e-9 * (high - low), _SURE * near, 0.0)

    def value(x: np.ndarray) -> np.ndarray:
        return _values(function, x)

    name = getattr(function, "__name__", "the function")
    words = "the function" if name == "<lambda>" else name
    return Source(Followed(value, slack, low, high), low, high, "sampled", "x", "y", "", "", words)


def _values(function: Callable[..., Any], x: np.ndarray) -> np.ndarray:
    """Return function(x), asked for all places at once, or, if it only takes numbers, for one after the other."""
    try:
        with np.errstate(all="ignore"):  # what is not finite is refused below
            values = np.asarray(function(x), float)
    except (TypeError, ValueError, ArithmeticError):  # such as math.sin of an array
        values = np.empty(0)
    if values.size != x.size:
        try:
            with np.errstate(all="ignore"):
                values = np.array([float(function(float(one))) for one in x])
        except (TypeError, ValueError, ArithmeticError) as problem:
            raise NodewiseError(
                f"a target function must return one number for each x. It failed with {type(problem).__name__}: "
                f"{problem}."
            ) from None
    values = values.reshape(-1)
    wrong = ~(np.abs(values) <= UTMOST)
    if wrong.any():
        i = int(np.argmax(wrong))
        raise NodewiseError(
            f"a target function must be finite, and at most 1e100. Got {values[i]:g} at {x[i]:.6g}. "
            "Choose another range."
        )
    return values


def _one_feature(features: int) -> NodewiseError:
    return NodewiseError(
        f"how many nodes a curve needs is known for one feature. Got {features}. Choose one: a table with "
        "features=[...], or nodewise.network.slices.sliced, which holds the others fixed."
    )
