"""`smallest`: make a network smaller, say why it is the smallest, and compare."""

from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Float

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError
from nodewise.inspection.overflow import within_float64
from nodewise.inspection.reading import as_network, as_samples, readonly
from nodewise.inspection.smallest.chain import Chain, Stage, Step, product
from nodewise.inspection.smallest.difference import apart, usual_box
from nodewise.inspection.smallest.proof import proof
from nodewise.inspection.smallest.ranges import lines, reach, straight
from nodewise.inspection.smallest.result import Smallest
from nodewise.inspection.smallest.sweep import shrink
from nodewise.network import Dense, Network
from nodewise.network.linear import affine

_LARGEST = 1e100


def smallest(network: Any, data: Any = None, low: Any = None, high: Any = None) -> Smallest:
    """Find an equal network with the fewest hidden nodes, and say whether fewer could do.

    Layer by layer, until nothing changes: linear layers are merged into those behind them; nodes that are constant go
    into the bias, and those that nothing reads go; nodes that are equal, or equal up to φ(-z) = s·φ(z) + a·z + c,
    become one; waves of one frequency are added up. Where mirror images leave a straight line (relu, softplus, gelu,
    …), all ways to turn the nodes round are tried, up to 30 nodes, so that they take it; else it takes a node more.
    With a softmax on the output only differences between its inputs count.

    Fewest is proved for one hidden layer: of sigmoid, tanh, silu, softplus, gelu or gaussian nodes, because different
    nodes are linearly independent; of waves by their frequencies; of relu, leaky_relu, abs, step and others with
    corners by counting folds. With K knots of one feature it takes K relu nodes if some of the jumps of the slope add
    up to minus the slope at -∞, and K + 1 otherwise: 2 for ``|x|``, 3 for a tent. A straight line takes 2 relu nodes;
    `line` takes none.

    The network is written in one way: nodes ordered by their centre -b/w (one feature), their frequency (waves) or
    their weights; the first weight positive where φ(-z) is ±φ(z) + c; rows of length 1 where φ(λz) = λφ(z). Equal
    networks that differ by order, sign or size of their nodes print the same.

    Args:
        network: A network, or a fit that holds one.
        data: Dataset or inputs [sample, feature]; the networks need be equal only in the box of these. Unless this or
            `low` and `high` are given, they are equal for every input.
        low: Smallest value of each feature, or of all of them; with `high` in place of `data`.
        high: Largest value, likewise.

    Raises:
        NodewiseError: If it is no network, the data have other features, a box is empty, infinite or too large, or
            weights overflow.
    """
    network = as_network(network)
    given = _box(network, data, low, high)
    box = np.tile([-np.inf, np.inf], (network.inputs, 1)) if given is None else given
    with np.errstate(over="ignore", invalid="ignore"), within_float64(network, box):
        chain, tail = _chain(network)
        before = len(network.hidden)
        shrink(chain, box)
        equal = replace(network, layers=(*chain.layers, *tail), origin=None)
        line = _line(chain, box)
        domain = usual_box(network) if given is None else given
        compared = apart(network, equal, domain)
    if not np.isfinite(compared.largest):
        raise NodewiseError(
            "outputs must be finite in float64. Got sums beyond 1e308 in the box; scale the weights or the box down."
        )
    with within_float64(network, domain):
        proved, why = proof(chain.layers, box)
    left = {stage.origin: stage.dense.outputs for stage in chain.stages}
    return Smallest(
        network=equal,
        before=tuple(layer.outputs for layer in network.hidden),
        after=tuple(left.get(i, 0) for i in range(before)),
        activations=tuple(layer.activation.name for layer in network.hidden),
        proved=proved,
        why=why,
        steps=_once(chain.steps),
        line=None if line is None else replace(equal, layers=(line, *tail)),
        everywhere=given is None,
        domain=readonly(domain),
        difference=compared.largest,
        relative=compared.relative,
        method=compared.method,
        points=compared.points,
    )


def _chain(network: Network) -> tuple[Chain, tuple]:
    """Return the layers without scaling and without linear ones, and what stands behind an output activation."""
    last = max(i for i, layer in enumerate(network.layers) if isinstance(layer, Dense))
    tail = () if network.dense[-1].activation.identity else network.layers[last + 1 :]
    layers = replace(network, layers=network.layers[: len(network.layers) - len(tail)]).folded.dense
    stages: list[Stage] = []
    steps: list[Step] = []
    waiting = None
    for i, layer in enumerate(layers):
        if waiting is not None:
            slope, intercept = affine(waiting)
            layer = _finite(product(layer.weight, slope), layer.bias + layer.weight @ intercept, layer)
            waiting = None
        if i == len(layers) - 1:
            return Chain(stages, _centred(layer), steps), tail
        if layer.activation.linear:
            waiting = layer
            steps.append(Step(i, tuple(range(layer.outputs)), "layer"))
        else:
            stages.append(Stage(i, layer, tuple((node,) for node in range(layer.outputs))))
    raise AssertionError("a network has an output layer")


def _finite(weight: np.ndarray, bias: np.ndarray, layer: Dense) -> Dense:
    if not (np.isfinite(weight).all() and np.isfinite(bias).all()):
        raise NodewiseError("merged weights must be finite in float64. Got products beyond 1e308; scale them down.")
    return Dense(weight, bias, layer.activation)


def _centred(output: Dense) -> Dense:
    """Return the output layer; of a softmax, which tells only differences, around their mean."""
    if not output.activation.joint:
        return output
    weight, bias = (values - values.mean(axis=0) for values in (output.weight, output.bias))
    noise = 4 * np.finfo(float).eps * np.abs(output.weight).max(axis=0)
    return Dense(np.where(np.abs(weight) <= noise, 0.0, weight), bias, output.activation)


def _line(chain: Chain, box: np.ndarray) -> Dense | None:
    """Return the one layer that does the same as one hidden layer of straight lines, or None."""
    if len(chain.stages) != 1:
        return None
    hidden, output = chain.stages[0].dense, chain.output
    seen = reach([hidden], box)
    if straight(hidden.activation, seen.z).all():
        slope, intercept = lines(hidden.activation, seen.z)
    elif (symmetry := hidden.activation.symmetry) is not None and hidden.outputs == 2 and symmetry.slope:
        # Two mirror images that cancel each other's bend: v·φ(z) - v/s·φ(-z).
        one, other = hidden.weight
        cancels = np.allclose(
            output.weight[:, 0] + symmetry.sign * output.weight[:, 1], 0, atol=1e-12 * np.abs(output.weight).max()
        )
        if not (np.array_equal(one, -other) and hidden.bias[0] == -hidden.bias[1] and cancels):
            return None
        u = output.weight[:, 1]
        weight = symmetry.slope * np.outer(u, one)
        bias = output.bias + u * (symmetry.slope * hidden.bias[0] + symmetry.constant)
        return Dense(weight, bias, output.activation)
    else:
        return None
    weight = output.weight @ (slope[:, None] * hidden.weight)
    return Dense(weight, output.bias + output.weight @ (slope * hidden.bias + intercept), output.activation)


def _once(steps: list[Step]) -> tuple[Step, ...]:
    return tuple(dict.fromkeys(steps))


def _box(network: Network, data: Any, low: Any, high: Any) -> Float[np.ndarray, "feature 2"] | None:
    """Return the box that was asked for, or None for every input."""
    if data is None and low is None and high is None:
        return None
    if data is not None:
        if low is not None or high is not None:
            raise NodewiseError("give data, or low and high, not both. Got both; leave one out.")
        x = as_samples(network, data.inputs if isinstance(data, Dataset) else data)
        return _checked(network, x.min(axis=0), x.max(axis=0))
    if low is None or high is None:
        raise NodewiseError(f"low and high must be given together. Got only {'low' if high is None else 'high'}.")
    ends = []
    for name, end in (("low", low), ("high", high)):
        try:
            ends.append(np.broadcast_to(np.asarray(end, float), (network.inputs,)))
        except (TypeError, ValueError):
            raise NodewiseError(
                f"{name} must be a number, or one for each of {network.inputs} feature(s). Got {end!r}."
            ) from None
    return _checked(network, *ends, proper=True)


def _checked(network: Network, low: np.ndarray, high: np.ndarray, proper: bool = False) -> np.ndarray:
    for name, a, b in zip(network.feature_names, low, high, strict=True):
        if not (abs(a) <= _LARGEST and abs(b) <= _LARGEST):
            raise NodewiseError(
                f"low and high must be finite and no larger than 1e100. Got {a:g} and {b:g} for {name}; "
                "leave them out for every input."
            )
        if proper and not a < b:
            raise NodewiseError(f"low must be below high. Got {a:g} and {b:g} for {name}; swap them, or widen the box.")
    return np.column_stack([low, high])
