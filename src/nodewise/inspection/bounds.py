"""What the outputs can do at most: a guaranteed range, and how fast they can change."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from nodewise.errors import NodewiseError
from nodewise.inspection.intervals import HUGE, Layer, Range, affine, enclose, near, value_range
from nodewise.inspection.reading import Reading, Row, as_network, interval, joined, nice, readonly
from nodewise.network import Dense, Network, Scale

_EPSILON = float(np.finfo(float).eps)
_MOST = 3  # outputs named
_SAME = 1e-9  # relative; a range so narrow is one number


@dataclass(frozen=True, eq=False)
class Bounds(Reading):
    """Between which values the outputs stay, for every input of a box or for every input there is.

    Attributes:
        feature_names: As the network's.
        output_names: As the network's.
        box: [feature, 2], the inputs meant; infinite where nothing limits them.
        low: [output], no output falls below it; -infinite where none is known.
        high: [output], no output rises above it.
        low_attained: [output], whether the output is known to come as close to `low` as one likes.
        high_attained: [output], the same of `high`.
        lipschitz: [output], the output changes by at most this times the (Euclidean) distance of two inputs; infinite
            where it jumps.
        slope: [output, 2], of one feature over a finite box: guaranteed bounds of the derivative, ±infinite across a
            jump; None otherwise.
        why: [output], why a bound is infinite; "" where none is.
    """

    feature_names: tuple[str, ...]
    output_names: tuple[str, ...]
    box: Float[np.ndarray, "feature 2"]
    low: Float[np.ndarray, " output"]
    high: Float[np.ndarray, " output"]
    low_attained: Bool[np.ndarray, " output"]
    high_attained: Bool[np.ndarray, " output"]
    lipschitz: Float[np.ndarray, " output"]
    slope: Float[np.ndarray, "output 2"] | None
    why: tuple[str, ...]

    @property
    def clause(self) -> str:
        """The range in a few words, for a longer sentence: "its output stays in [-0.9, 0.9] for every input"."""
        where = "for every input" if np.isinf(self.box).all() else "in the box"
        if not np.isfinite([self.low, self.high]).any():
            return "its output has no bound" if len(self.low) == 1 else "its outputs have no bounds"
        if len(self.low) == 1:
            return f"its output {self._stays(0)} {where}"
        if len({self._stays(o) for o in range(len(self.low))}) == 1:
            return f"each output {self._stays(0)} {where}"
        if len(self.low) > _MOST and np.isfinite([self.low, self.high]).all():
            return f"all {len(self.low)} outputs stay in {interval(self.low.min(), self.high.max())} {where}"
        said = [f"{name} {self._stays(o)}" for o, name in enumerate(self.output_names[:_MOST])]
        more = [f"{len(self.low) - _MOST} more have bounds of their own"] if len(self.low) > _MOST else []
        return f"{joined([*said, *more])} {where}"

    def _stays(self, o: int) -> str:
        low, high = float(self.low[o]), float(self.high[o])
        if math.isfinite(high - low) and high - low <= _SAME * max(abs(low), abs(high)):
            return f"is {nice(low)}"
        if math.isfinite(low) and math.isfinite(high):
            return f"stays in {interval(low, high)}"
        if math.isfinite(low):
            return f"stays above {nice(low)}"
        return f"stays below {nice(high)}" if math.isfinite(high) else "has no bound"

    @property
    def summary(self) -> str:
        """The range and the steepness, in one sentence."""
        own = self.clause.startswith(self.output_names[0])  # a name stays as it is written
        head = self.clause if own else self.clause[0].upper() + self.clause[1:]
        parts = [head]
        reached = self.low_attained & self.high_attained
        if np.isfinite([self.low, self.high]).all():
            parts.append("both ends are reached or approached" if reached.all() else "a bound, not always reached")
        parts += [why for why in dict.fromkeys(self.why) if why]
        steepest = float(self.lipschitz.max())
        parts.append(
            f"it changes by at most {nice(steepest)} per unit of distance between two inputs"
            if math.isfinite(steepest)
            else "it can jump, so that no step is small enough to keep a change small"
        )
        return f"{'; '.join(parts)}."

    def table(self) -> list[Row]:
        """Return one row per output."""
        rows = []
        for o, name in enumerate(self.output_names):
            row: Row = {"output": name, "low": float(self.low[o]), "high": float(self.high[o])}
            row["lipschitz"] = float(self.lipschitz[o])
            if self.slope is not None:
                row["slope from"], row["slope to"] = (float(end) for end in self.slope[o])
            rows.append({key: None if isinstance(v, float) and not math.isfinite(v) else v for key, v in row.items()})
        return rows


def bounds(network: Any, box: Sequence[tuple[float, float]] | None = None) -> Bounds:
    """Bound what the outputs can do, in the user's units and whatever the rounding.

    Over all inputs the values come from the weights alone: where the hidden nodes stay between -1 and 1, the output
    stays between φ(b - Σ|w|) and φ(b + Σ|w|). Over a box they come from interval arithmetic through all layers.

    Args:
        network: A network, or a fit that holds one.
        box: One pair (low, high) per feature, infinite ends allowed; every input there is unless given.

    Raises:
        NodewiseError: If the box is no such list, or a pair is not in rising order.
    """
    network = as_network(network)
    ends = _box(network, box)
    finite = bool(np.isfinite(ends).all())
    low, high = (end[None] for end in ends.T)
    value = _values(network, low, high, finite)
    slope, reach = None, _lipschitz(network)
    if finite and not network.dense[-1].activation.joint:
        steep = enclose(network.layers, low, high, np.eye(network.inputs)).slope
        assert steep is not None
        jacobian = np.where(steep.size[0] >= HUGE / 2, np.inf, steep.size[0])
        reach = np.minimum(reach, _lengths(jacobian) * (1 + 8 * network.inputs * _EPSILON))
        if network.inputs == 1:
            ends_of_slope = np.column_stack([steep.low[0, :, 0], steep.high[0, :, 0]])
            slope = np.where(np.abs(ends_of_slope) >= HUGE / 2, np.copysign(np.inf, ends_of_slope), ends_of_slope)
    low_attained, high_attained = _attained(network, ends)
    return Bounds(
        network.feature_names,
        network.output_names,
        readonly(ends),
        readonly(value.low[0]),
        readonly(value.high[0]),
        readonly(low_attained),
        readonly(high_attained),
        readonly(reach),
        None if slope is None else readonly(slope),
        tuple(_why(network, ends, a, b) for a, b in zip(value.low[0], value.high[0], strict=True)),
    )


def _box(network: Network, box: Any) -> np.ndarray:
    if box is None:
        return np.tile([-np.inf, np.inf], (network.inputs, 1))
    try:
        ends = np.array(box, float)
    except (TypeError, ValueError):
        ends = np.empty(0)
    if ends.shape != (network.inputs, 2) or np.isnan(ends).any():
        raise NodewiseError(
            f"box must be one pair (low, high) for each of {network.inputs} feature(s). Got {box!r}. "
            "Leave it out for every input."
        )
    for name, low, high in zip(network.feature_names, ends[:, 0], ends[:, 1], strict=True):
        if not low <= high:
            raise NodewiseError(f"box must have low before high. Got {low:g} and {high:g} for {name}; swap them.")
    return ends


def _values(network: Network, low: np.ndarray, high: np.ndarray, finite: bool) -> Range:
    """Return bounds of the outputs [1, output]."""
    *before, last = network.layers
    joint = isinstance(last, Dense) and last.activation.joint
    if finite and not joint:
        return enclose(network.layers, low, high, np.eye(network.inputs)).value
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


def _lipschitz(network: Network) -> np.ndarray:
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
        reach = reach * (_lengths(weight) if each else np.linalg.norm(weight, 2))
        reach = reach * (constant if math.isfinite(constant) else 1.0)
    rounding = 64 * _EPSILON * sum(max(layer.weight.shape) for layer in network.dense)
    reach = np.abs(gain) * reach * (1 + rounding)
    return np.where(reach > 0, np.inf, 0.0) if jumps else reach


def _lengths(weight: np.ndarray) -> np.ndarray:
    return np.sqrt((weight**2).sum(axis=1))


def _attained(network: Network, box: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
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
    rows = rows / _lengths(rows)[:, None]
    found = linprog(np.zeros(rows.shape[1]), A_ub=-rows, b_ub=-np.ones(len(rows)), bounds=(None, None), method="highs")
    return found.status == 0


def _why(network: Network, box: np.ndarray, low: float, high: float) -> str:
    if math.isfinite(low) and math.isfinite(high):
        return ""
    free = [layer.activation.name for layer in network.dense if not layer.activation.bounded]
    inputs = [name for name, ends in zip(network.feature_names, box, strict=True) if not np.isfinite(ends).all()]
    return f"nothing bounds it, because {joined(inputs[:3])} may be anything and {free[-1]} has no bound"
