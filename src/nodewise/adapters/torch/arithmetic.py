"""Sums, products and bounds: of a tensor and a constant, or of tensors that a chain can hold."""

from collections.abc import Callable
from typing import Any

import numpy as np

import torch  # type: ignore[import-not-found]
from nodewise.adapters.base import Affine
from nodewise.adapters.torch import names, values
from nodewise.adapters.torch.call import Call, flat
from nodewise.adapters.torch.curves import factors_of, function_of
from nodewise.adapters.torch.values import Curve, Value
from nodewise.network import Scale

# Functions of a number, or of two made of the same one; together they may be an activation of the table.
CURVES = {
    "__and__", "_to_copy", "abs", "acos", "add", "asin", "atan", "ceil", "clamp", "clamp_max", "clamp_min", "cos",
    "cosh", "div", "erf", "erfc", "exp", "exp2", "expm1", "floor", "fmod", "frac", "ge", "gt", "heaviside", "le", "log",
    "log1p", "logaddexp", "lt", "maximum", "minimum", "mul", "neg", "pow", "reciprocal", "relu", "remainder", "round",
    "rsqrt", "rsub", "sigmoid", "sign", "sin", "sinh", "softplus", "sqrt", "square", "sub", "tan", "tanh", "threshold",
    "to", "trunc", "where",
}  # fmt: skip


def added(sign: float) -> Callable[[Call], Value | None]:
    """Return the rule of self + sign·alpha·other; in `rsub` the two change places."""

    def rule(call: Call) -> Value | None:
        factor = sign * call.given["alpha"]
        a, b = (call.given[name] for name in (("other", "self") if call.name == "rsub" else ("self", "other")))
        if isinstance(a, Value) and isinstance(b, Value):
            return _sum(call, [a, b], [1.0, factor])
        if isinstance(a, Value):
            return scaled(call, a, factor * _constant(b, call), 1.0)
        return scaled(call, b, _constant(a, call), factor)

    return rule


def multiplied(call: Call) -> Value | None:
    """Return a tensor times a constant; None of two tensors."""
    a, b = call.given["self"], call.given["other"]
    if isinstance(a, Value) and isinstance(b, Value):
        return None
    value, constant = (a, b) if isinstance(a, Value) else (b, a)
    return scaled(call, value, 0.0, _constant(constant, call))


def divided(call: Call) -> Value | None:
    """Return a tensor divided by a constant; None of anything else."""
    divisor = call.given["other"]
    if isinstance(divisor, Value) or call.given.get("rounding_mode") is not None:
        return None
    return scaled(call, call.given["self"], 0.0, 1 / _constant(divisor, call))


def scaled(call: Call, value: Value, shift: Any, factor: Any) -> Value:
    """Return shift + factor·value, the value repeated as far as what comes out is wider."""
    value = _widened(value, call)
    return value.then(values.scaling(shift, factor, value.width))


def bounded(call: Call) -> Value | None:
    """Return a tensor kept between two numbers: hard_tanh between two scalings, or with one bound a ReLU."""
    low, high, value = (call.given.get(name) for name in ("min", "max", "self"))
    if not isinstance(value, Value) or not all(
        bound is None or isinstance(bound, int | float) for bound in (low, high)
    ):
        return None
    if low is not None and high is not None:
        return value.then(*names.of_operation("hardtanh", {"min_val": float(low), "max_val": float(high)}) or ())
    # low + relu(x - low), or high - relu(high - x).
    end, factor = (high, -1.0) if low is None else (low, 1.0)
    assert end is not None
    before, after = (values.scaling(shift, factor, value.width) for shift in (-factor * end, end))
    return value.then(before, *names.of_operation("relu", {}) or (), after)


def curve(call: Call) -> Value | None:
    """Return a function of each number by itself, which may be a part of an activation written by hand."""
    parts = call.values
    tensors = [given for given in flat(call.given.values()) if isinstance(given, torch.Tensor)]
    if any(part.shape != call.shape for part in parts) or any(tensor.numel() != 1 for tensor in tensors):
        return None
    shared, rests = values.common(parts)
    functions = {id(part): function_of(rest) for part, rest in zip(parts, rests, strict=True)}
    if None in functions.values():
        return None

    def value(z: np.ndarray) -> np.ndarray:
        changed = {
            name: torch.from_numpy(np.array(functions[id(part)](z), float))  # type: ignore[misc]
            for name, part in call.given.items()
            if isinstance(part, Value)
        }
        changed |= {name: truth.bool() for name, truth in changed.items() if name == "condition"}
        return call(**changed).double().numpy()

    factors = frozenset[float]().union(*(factors_of(rest) for rest in rests))
    return Value((*shared, Curve(value, call.where, factors)), call.shape)


def _sum(call: Call, parts: list[Value], factors: list[float]) -> Value | None:
    wide = [_widened(part, call) for part in parts]
    rests = values.common(wide)[1]
    bent = any(not isinstance(step, Affine | Scale) for rest in rests for step in rest)
    if bent and all(function_of(rest) for rest in rests):
        return None  # may be an activation written by hand, such as x + sin(x)²
    weight = np.hstack([factor * np.eye(part.width) for factor, part in zip(factors, wide, strict=True)])
    return Value(values.combined(wide, weight, np.zeros(len(weight)), call.width), call.shape)


def _constant(given: Any, call: Call) -> np.ndarray:
    """Return a constant that is added or multiplied as one number, or one per number of what comes out."""
    if not isinstance(given, torch.Tensor) or given.numel() == 1:
        return np.asarray(float(given))
    return call.same_for_all(torch.broadcast_to(given, (call.samples, *call.shape)))


def _widened(value: Value, call: Call) -> Value:
    """Return a value as wide as what comes out, if it is repeated."""
    if value.shape == call.shape:
        return value
    if len(value.shape) != len(call.shape):  # shapes meet at their ends: samples would meet features
        raise call.mixes()
    places = torch.arange(value.width).reshape(value.shape)
    weight = np.eye(value.width)[torch.broadcast_to(places, call.shape).reshape(-1).numpy()]
    return Value(values.combined([value], weight, np.zeros(len(weight)), call.width), call.shape)
