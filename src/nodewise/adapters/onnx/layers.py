"""Operators that are layers, scalings, or only move numbers around, as steps on a signal."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from nodewise.activations import find
from nodewise.adapters.base import Affine, UnreadableError
from nodewise.adapters.onnx.match import rooted, settled
from nodewise.adapters.onnx.signal import STRAIGHT, Root, Signal, joined, picked, scaling, size

Value = Signal | np.ndarray
Options = dict[str, Any]


class Place(NamedTuple):
    """Where an operator stands.

    Attributes:
        opset: The version of the standard operators.
        batch: How many samples the graph takes at once; 0 for any number.
        fills: Where an Imputer of the features notes what it puts into gaps, one per feature.
    """

    opset: int
    batch: int
    fills: list[float]


def _signal(value: Value, what: str) -> Signal:
    if not isinstance(value, Signal):
        raise UnreadableError(f"{what} of a constant and samples in an order that is no layer")
    if value.truth:
        raise UnreadableError(f"{what} of something that is true or false")
    return value


def _flat(value: Value, what: str) -> Signal:
    signal = _signal(value, what)
    if len(signal.shape) != 1:
        raise UnreadableError(f"{what} of samples that are no rows of numbers")
    return signal


def _matrix(value: Value | None, what: str, turned: bool) -> np.ndarray:
    """Return a constant matrix, or its transpose; read-only, so that the layer made of it needs no copy."""
    if not isinstance(value, np.ndarray) or value.ndim != 2:
        raise UnreadableError(f"{what} of something else than samples and a constant matrix")
    made = np.array(value.T if turned else value, dtype=float, order="C")
    made.setflags(write=False)
    return made


def row(value: np.ndarray, width: int, what: str) -> np.ndarray:
    """Return a constant that is added to or multiplied with every sample, one number per feature."""
    if value.size not in (1, width) or (value.size == width and value.shape[-1:] != (width,)) or value.ndim > 2:
        raise UnreadableError(f"{what} with a constant of shape {value.shape}, not one number per node")
    return np.broadcast_to(value.astype(float).reshape(-1), width)


def _behind(signal: Signal, *steps: Any) -> Signal:
    root = settled(signal)
    for step in steps:
        wanted = step.weight.shape[1] if isinstance(step, Affine) else root.width
        if wanted != root.width:
            raise UnreadableError(f"a layer that reads {wanted} numbers behind one that gives {root.width}")
        root = root.then(step)
    return replace(rooted_at(root), shape=(root.width,))


def rooted_at(root: Root) -> Signal:
    """Return the signal that a chain gives."""
    return Signal(root, (root.width,))


def _gemm(options: Options, _: Place, x: Value, b: Value, c: Value | None = None) -> Signal:
    signal, weight = _flat(x, "Gemm"), _matrix(b, "Gemm", turned=not options.get("transB", 0))
    if options.get("transA", 0):
        raise UnreadableError("Gemm with its samples in columns")
    if (alpha := float(options.get("alpha", 1.0))) != 1:
        weight = alpha * weight
    if c is not None and not isinstance(c, np.ndarray):
        raise UnreadableError("Gemm with a bias that is not constant")
    bias = np.zeros(len(weight)) if c is None else row(c, len(weight), "Gemm")
    return _behind(signal, Affine(weight, float(options.get("beta", 1.0)) * bias))


def _matmul(_: Options, __: Place, x: Value, b: Value) -> Signal:
    weight = b[:, None] if isinstance(b, np.ndarray) and b.ndim == 1 else b
    weight = _matrix(weight, "MatMul", turned=True)
    made = _behind(_flat(x, "MatMul"), Affine(weight, np.zeros(len(weight))))
    return replace(made, shape=()) if isinstance(b, np.ndarray) and b.ndim == 1 else made


def _batch_norm(options: Options, _: Place, x: Value, *given: Value) -> Signal:
    signal = _flat(x, "BatchNormalization")
    if options.get("training_mode", 0):
        raise UnreadableError("BatchNormalization in training")
    scale, shift, mean, variance = (row(_constant(v), signal.width, "BatchNormalization") for v in given[:4])
    factor = scale / np.sqrt(variance + float(options.get("epsilon", 1e-5)))
    return _behind(signal, scaling(shift - factor * mean, factor))


def _constant(value: Value) -> np.ndarray:
    if not isinstance(value, np.ndarray):
        raise UnreadableError("BatchNormalization with numbers that are not constant")
    return value


def _scaler(options: Options, _: Place, x: Value) -> Signal:
    signal = _flat(x, "Scaler")
    offset, factor = (row(np.array(options[name]), signal.width, "Scaler") for name in ("offset", "scale"))
    return _behind(signal, scaling(-offset * factor, factor))


def _softmax(options: Options, place: Place, x: Value) -> Signal:
    signal = _flat(x, "Softmax")
    if options.get("axis", -1) not in (1, -1):
        raise UnreadableError("Softmax over samples")
    if signal.width < 2:
        raise UnreadableError("Softmax of one output, which is 1 always")
    return _behind(signal, find("softmax"))


def _linear(options: Options, targets: int, width: int) -> Affine:
    weight = np.array(options["coefficients"], float)
    if weight.size != targets * width:
        raise UnreadableError(f"{weight.size} coefficients for {targets} output(s) of {width} features")
    bias = row(np.array(options.get("intercepts") or [0.0]), targets, "its intercepts")
    return Affine(weight.reshape(targets, width), bias)


def _regressor(options: Options, _: Place, x: Value) -> Signal:
    signal = _flat(x, "LinearRegressor")
    return _transformed(_behind(signal, _linear(options, options.get("targets", 1), signal.width)), options)


def _classifier(options: Options, _: Place, x: Value) -> Signal:
    signal = _flat(x, "LinearClassifier")
    labels = options.get("classlabels_ints") or options.get("classlabels_strings") or []
    rows = len(options["coefficients"]) // max(1, signal.width)
    if rows != len(labels):
        raise UnreadableError(f"LinearClassifier of {rows} row(s) for {len(labels)} classes")
    return _transformed(_behind(signal, _linear(options, rows, signal.width)), options)


def _transformed(signal: Signal, options: Options) -> Signal:
    name = options.get("post_transform", "NONE")
    if name == "NONE":
        return signal
    if name == "SOFTMAX":
        return _softmax({}, Place(0, 0, []), signal)
    if name == "LOGISTIC":
        return _behind(signal, find("sigmoid"))
    raise UnreadableError(f"the transformation {name} of its outputs")


def _normalizer(options: Options, _: Place, x: Value) -> Signal:
    signal = rooted(_flat(x, "Normalizer"))
    if signal.root.step is find("softmax") and options.get("norm") == "L1":  # adds up to 1 already
        return signal
    raise UnreadableError("Normalizer, which divides a sample by its length")


def _same(options: Options, _: Place, x: Value, *__: Value) -> Signal:
    signal = x
    if not isinstance(signal, Signal):
        raise UnreadableError("a constant where samples were expected")
    return signal


def _cast(options: Options, _: Place, x: Value, *__: Value) -> Signal:
    floats = (1, 11)  # FLOAT and DOUBLE
    if not isinstance(x, Signal) or (options.get("to", 1) not in floats and not x.truth):
        raise UnreadableError("Cast to another kind than float or double, which rounds")
    return replace(x, truth=x.truth and options.get("to", 1) not in floats)


def _imputer(options: Options, place: Place, x: Value) -> Signal:
    """An Imputer does nothing to samples without gaps, if a gap is no number."""
    signal, gap = _flat(x, "Imputer"), options.get("replaced_value_float", 0.0)
    if gap == gap:
        raise UnreadableError(f"Imputer fills {gap:g}, which is a number like others")
    if signal.plain and signal.root.before is None:
        place.fills[:] = row(np.array(options["imputed_value_floats"]), signal.width, "Imputer").tolist()
    return signal


def _flatten(options: Options, _: Place, x: Value) -> Signal:
    signal = _signal(x, "Flatten")
    if options.get("axis", 1) not in (1, -len(signal.shape)):
        raise UnreadableError("Flatten that mixes samples")
    return replace(signal, shape=(size(signal.shape),))


def _reshape(_: Options, place: Place, x: Value, shape: Value) -> Signal:
    signal = _signal(x, "Reshape")
    if not isinstance(shape, np.ndarray) or shape.size < 1:
        raise UnreadableError("Reshape to a shape that is not constant")
    first, rest = int(shape.flat[0]), [int(part) for part in shape.flat[1:]]
    rest = [signal.shape[i] if part == 0 and i < len(signal.shape) else part for i, part in enumerate(rest)]
    if rest.count(-1) == 1 and first in (0, place.batch or 0):
        others = -size(tuple(rest))
        rest = [signal.width // others if part == -1 and others else part for part in rest]
    if first not in (-1, 0, place.batch or -1) or min(rest, default=1) < 0 or size(tuple(rest)) != signal.width:
        raise UnreadableError("Reshape that mixes samples")
    return replace(signal, shape=tuple(rest))


def _squeeze(options: Options, _: Place, x: Value, axes: Value | None = None) -> Signal:
    signal = _signal(x, "Squeeze")
    given = options.get("axes") if axes is None else np.asarray(axes).reshape(-1)
    if given is None:
        raise UnreadableError("Squeeze of whatever has length 1")
    drop = {int(axis) % (len(signal.shape) + 1) for axis in given}
    if 0 in drop or any(signal.shape[axis - 1] != 1 for axis in drop):
        raise UnreadableError("Squeeze that mixes samples")
    return replace(signal, shape=tuple(n for i, n in enumerate(signal.shape) if i + 1 not in drop))


def _unsqueeze(options: Options, _: Place, x: Value, axes: Value | None = None) -> Signal:
    signal = _signal(x, "Unsqueeze")
    given = np.asarray(options.get("axes", ()) if axes is None else axes).reshape(-1)
    places = sorted(int(axis) % (len(signal.shape) + 1 + len(given)) for axis in given)
    if not places or places[0] == 0:
        raise UnreadableError("Unsqueeze that mixes samples")
    shape = list(signal.shape)
    for place in places:
        shape.insert(place - 1, 1)
    return replace(signal, shape=tuple(shape))


def _concat(options: Options, _: Place, *values: Value) -> Signal:
    signals = [_flat(value, "Concat") for value in values]
    if options.get("axis", 1) not in (1, -1):
        raise UnreadableError("Concat that mixes samples")
    return side_by_side(signals)


def side_by_side(signals: list[Signal]) -> Signal:
    """Return one signal of several, one after the other."""
    if len(signals) == 1:
        return signals[0]
    known: dict[
        tuple[int, int], Root
    ] = {}  # a function that several have, as a probability and 1 minus it, is made once
    roots = []
    for signal in signals:
        key = (id(signal.root), id(signal.values))
        if key not in known:
            known[key] = settled(replace(signal, outer=STRAIGHT))
        roots.append(settled(Signal(known[key], signal.shape, outer=signal.outer)))
    return rooted_at(joined([(root, None) for root in roots], sum(root.width for root in roots)))


def _pick(x: Value, columns: Any, what: str) -> Signal:
    signal = _flat(x, what)
    at = np.asarray(columns, dtype=np.int64).reshape(-1)
    if not at.size or (at < -signal.width).any() or (at >= signal.width).any():
        raise UnreadableError(f"{what} of features that are not there")
    return rooted_at(picked(settled(signal), at % signal.width))


def _extract(_: Options, __: Place, x: Value, at: Value) -> Signal:
    if not isinstance(at, np.ndarray):
        raise UnreadableError("ArrayFeatureExtractor of features that are not constant")
    return _pick(x, at, "ArrayFeatureExtractor")


def _gather(options: Options, _: Place, x: Value, at: Value) -> Signal:
    if options.get("axis", 0) not in (1, -1) or not isinstance(at, np.ndarray) or at.ndim > 1:
        raise UnreadableError("Gather of samples")
    found = _pick(x, at, "Gather")
    return found if at.ndim else replace(found, shape=())


def _slice(options: Options, _: Place, x: Value, *given: Value) -> Signal:
    signal = _flat(x, "Slice")
    found: tuple[Any, ...]
    if given:
        parts = [np.asarray(v).reshape(-1) for v in given if isinstance(v, np.ndarray)]
        found = tuple(parts) if len(parts) == 4 else (*parts, [1])
    else:
        found = (options["starts"], options["ends"], options.get("axes"), [1])
    starts, ends, axes, steps = found
    if axes is None or len(axes) != 1 or axes[0] not in (1, -1) or len(starts) != 1:
        raise UnreadableError("Slice of samples")
    return _pick(signal, range(signal.width)[int(starts[0]) : int(ends[0]) : int(steps[0])], "Slice")


OPERATORS: dict[str, Callable[..., Signal]] = {
    "ArrayFeatureExtractor": _extract,
    "BatchNormalization": _batch_norm,
    "Cast": _cast,
    "CastLike": _same,
    "Concat": _concat,
    "Dropout": _same,
    "Flatten": _flatten,
    "Gather": _gather,
    "Gemm": _gemm,
    "Identity": _same,
    "Imputer": _imputer,
    "LinearClassifier": _classifier,
    "LinearRegressor": _regressor,
    "MatMul": _matmul,
    "Normalizer": _normalizer,
    "Reshape": _reshape,
    "Scaler": _scaler,
    "Slice": _slice,
    "Softmax": _softmax,
    "Squeeze": _squeeze,
    "Unsqueeze": _unsqueeze,
}
