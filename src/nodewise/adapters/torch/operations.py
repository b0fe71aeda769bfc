"""What each operation of a graph does to the steps of the tensors it takes."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found]

from nodewise.adapters.base import UnreadableError
from nodewise.adapters.torch import names, values
from nodewise.adapters.torch.curves import function_of
from nodewise.adapters.torch.tensors import norm, numbers
from nodewise.adapters.torch.values import Curve, Log, Value


@dataclass(frozen=True, eq=False)
class Call:
    """One operation on its way through the graph.

    Attributes:
        name: Of the operation, without the underscore of those that work in place.
        function: The operation itself.
        given: Its arguments by name, values among them, defaults filled in.
        shape: That of what comes out, without the samples.
        where: What to call it in a sentence.
        width: Number of features of the module.
        samples: Number of samples of the example.
    """

    name: str
    function: Callable[..., Any]
    given: dict[str, Any]
    shape: tuple[int, ...]
    where: str
    width: int
    samples: int

    @property
    def values(self) -> list[Value]:
        """The tensors among its arguments that depend on the features."""
        return [value for value in _flat(self.given.values()) if isinstance(value, Value)]

    def __call__(self, **changed: Any) -> Any:
        """Call the operation, some of its arguments changed."""
        return self.function(**(self.given | changed))


def result(node: Any, arguments: Any, named: Mapping[str, Any], width: int, samples: int) -> Any:
    """Return what comes out of an operation: a value, a list of them, or a constant.

    Raises:
        UnreadableError: If it is no step of a chain.
    """
    if node.target is operator.getitem:
        return arguments[0][arguments[1]]
    schema = getattr(node.target, "_schema", None)
    if schema is None:
        raise UnreadableError(f"its forward holds {_where(node)}, which is no operation on numbers")
    given = {entry.name: entry.default_value for entry in schema.arguments if entry.has_default_value()}
    given |= dict(zip((entry.name for entry in schema.arguments), arguments, strict=False)) | dict(named)
    # In the graph's own order, with "self" renamed by nobody: operations take their tensors by these names.
    call = Call(
        schema.name.partition("::")[2].removesuffix("_"), node.target, given, (), _where(node), width, samples
    )
    if not call.values:
        made = call()
        return made.double() if isinstance(made, torch.Tensor) and made.is_floating_point() else made
    made = node.meta["val"]
    if isinstance(made, list | tuple):
        return _several(call, made)
    return _one(Call(**{**vars(call), "shape": _shape(made, call)}))


def _one(call: Call) -> Value:
    first = call.values[0]
    if call.name in _INERT:
        return Value(first.path, call.shape)
    if call.name in _MOVES:
        return _moved(call, lambda: call(**_indices(call)))
    if len(call.values) == 1 and call.given.get("self", call.given.get("input")) is first:
        if (found := names.of_operation(call.name, call.given)) is not None:
            return first.then(*found)
    if call.name in _RULES and (value := _RULES[call.name](call)) is not None:
        return value
    if call.name in _POINTWISE and (value := _pointwise(call)) is not None:
        return value
    if call.name in _LINEAR and len(call.values) == 1:
        return _probed(call)
    raise UnreadableError(_REASONS.get(call.name, "its forward holds {}, which is no step of a chain").format(call.where))


def _several(call: Call, made: Any) -> list[Value]:
    if call.name not in _MOVES:
        raise UnreadableError(f"its forward holds {call.where}, which is no step of a chain")
    parts = call(**_indices(call))
    return [
        _moved(Call(**{**vars(call), "shape": _shape(tensor, call)}), lambda part=part: part)
        for part, tensor in zip(parts, made, strict=True)
    ]


def _shape(tensor: Any, call: Call) -> tuple[int, ...]:
    shape = tuple(tensor.shape)
    if shape[:1] != (call.samples,):
        raise UnreadableError(f"{call.where} mixes samples")
    return shape[1:]


# Moving numbers about: the operation itself is done to their places.


def _indices(call: Call) -> dict[str, Any]:
    """Return the arguments that are values, or lists of them, as the places of their numbers; a constant gets places too.

    The places of one sample are those of the sample before, shifted: so that it shows if samples are mixed.
    """
    count = sum(_width(part) for part in _parts(call))
    start, changed = 0, {}
    rows = torch.arange(call.samples)[:, None] * count
    for name, given in call.given.items():
        if not any(isinstance(part, Value) for part in _flat([given])):
            continue
        places = []
        for part in given if isinstance(given, list | tuple) else [given]:
            here = rows + torch.arange(start, start + _width(part))
            shape = part.shape if isinstance(part, Value) else tuple(part.shape[1:])
            places.append(here.reshape(call.samples, *shape))
            start += _width(part)
        changed[name] = places if isinstance(given, list | tuple) else places[0]
    return changed


def _parts(call: Call) -> list[Any]:
    """Return what is moved: values, and constants in a list with them."""
    found = []
    for given in call.given.values():
        parts = list(_flat([given]))
        found += parts if any(isinstance(part, Value) for part in parts) else []
    return found


def _width(part: Any) -> int:
    return part.width if isinstance(part, Value) else int(torch.Size(part.shape[1:]).numel())


def _moved(call: Call, move: Callable[[], Any]) -> Value:
    parts = _parts(call)
    if any(not isinstance(part, Value) and part.shape[:1] != (call.samples,) for part in parts):
        raise UnreadableError(f"{call.where} mixes samples")
    count = sum(_width(part) for part in parts)
    places = move().reshape(call.samples, -1)
    rows = torch.arange(call.samples)[:, None] * count
    if not (places - rows == places[:1]).all():
        raise UnreadableError(f"{call.where} mixes samples")
    chosen = places[0].numpy()
    if len(parts) == 1 and np.array_equal(chosen, np.arange(count)):
        return Value(parts[0].path, call.shape)
    weight = np.zeros((len(chosen), count)) if len(chosen) * count <= values.LARGEST else _too_wide(call)
    weight[np.arange(len(chosen)), chosen] = 1.0
    bias, kept, start = np.zeros(len(chosen)), [], 0
    for part in parts:
        here = range(start, start + _width(part))
        start += _width(part)
        if isinstance(part, Value):
            kept += here
        else:
            bias += weight[:, here] @ _same_for_all(part, call)
    path = values.combined(call.values, weight[:, kept], bias, call.width)
    return Value(path, call.shape)


def _too_wide(call: Call) -> Any:
    raise UnreadableError(f"{call.where} moves too many numbers")


def _same_for_all(tensor: Any, call: Call) -> np.ndarray:
    rows = numbers(tensor).reshape(call.samples, -1)
    if not (rows == rows[0]).all():
        raise UnreadableError(f"{call.where} is not the same for all samples")
    return rows[0]


# Arithmetic.


def _arithmetic(sign: float) -> Callable[[Call], Value | None]:
    """Return the rule of self + sign·alpha·other."""

    def rule(call: Call) -> Value | None:
        factor = sign * call.given["alpha"]
        a, b = call.given["self"], call.given["other"]
        if call.name == "rsub":
            a, b = b, a
        if isinstance(a, Value) and isinstance(b, Value):
            return _sum(call, [a, b], [1.0, factor])
        if isinstance(a, Value):
            return _scaled(call, a, factor * _constant(b, call), 1.0)
        return _scaled(call, b, _constant(a, call), factor)

    return rule


def _sum(call: Call, parts: list[Value], factors: list[float]) -> Value | None:
    if len({id(part) for part in parts}) == 1:
        return _scaled(call, parts[0], 0.0, sum(factors))
    wide = [_widened(part, call) for part in parts]
    if function_of(sum((rest for rest in values.common(wide)[1]), ())) and _bent(wide):
        return None  # may be an activation written by hand, such as x + sin(x)²
    weight = np.hstack([factor * np.eye(part.width) for factor, part in zip(factors, wide, strict=True)])
    return Value(values.combined(wide, weight, np.zeros(len(weight)), call.width), call.shape)


def _bent(parts: list[Value]) -> bool:
    rests = values.common(parts)[1]
    return any(not isinstance(step, values.Affine | values.Scale) for rest in rests for step in rest)


def _times(call: Call) -> Value | None:
    a, b = call.given["self"], call.given["other"]
    if isinstance(a, Value) and isinstance(b, Value):
        return None
    value, constant = (a, b) if isinstance(a, Value) else (b, a)
    return _scaled(call, value, 0.0, _constant(constant, call))


def _divided(call: Call) -> Value | None:
    if isinstance(call.given["other"], Value) or call.given.get("rounding_mode") is not None:
        return None
    return _scaled(call, call.given["self"], 0.0, 1 / _constant(call.given["other"], call))


def _scaled(call: Call, value: Value, shift: Any, factor: Any) -> Value:
    value = _widened(value, call)
    return value.then(values.scaling(shift, factor, value.width))


def _constant(given: Any, call: Call) -> np.ndarray:
    """Return a constant that is added or multiplied as one number, or one per number of what comes out."""
    if not isinstance(given, torch.Tensor):
        return np.asarray(float(given))
    if given.numel() == 1:
        return np.asarray(float(given))
    return _same_for_all(torch.broadcast_to(given, (call.samples, *call.shape)), call)


def _widened(value: Value, call: Call) -> Value:
    """Return a value as wide as what comes out, if it is repeated."""
    if value.shape == call.shape:
        return value
    if len(value.shape) > len(call.shape):
        raise UnreadableError(f"{call.where} mixes samples")
    places = torch.arange(value.width).reshape(value.shape)
    # Shapes meet at their ends, and the samples of a shorter one would meet features.
    if len(value.shape) != len(call.shape):
        raise UnreadableError(f"{call.where} mixes samples")
    chosen = torch.broadcast_to(places, call.shape).reshape(-1).numpy()
    weight = np.zeros((len(chosen), value.width))
    weight[np.arange(len(chosen)), chosen] = 1.0
    return Value(values.combined([value], weight, np.zeros(len(chosen)), call.width), call.shape)


def _bounded(call: Call) -> Value | None:
    """Return the rule of clamp: an activation between two scalings, or with one bound a ReLU."""
    low, high, value = call.given.get("min"), call.given.get("max"), call.given["self"]
    if any(isinstance(bound, torch.Tensor | Value) for bound in (low, high)) or (low is None and high is None):
        return None
    if low is None:
        ends = (high, -1.0), (high, -1.0)  # high - relu(high - x)
    elif high is None:
        ends = (-low, 1.0), (low, 1.0)
    else:
        return value.then(*(names.of_operation("hardtanh", {"min_val": float(low), "max_val": float(high)}) or []))
    before, after = (values.scaling(*end, value.width) for end in ends)
    return value.then(before, *(names.of_operation("relu", {}) or []), after)


# Layers.


def _linear(call: Call) -> Value | None:
    value, weight, bias = (call.given[name] for name in ("input", "weight", "bias"))
    if not isinstance(value, Value) or len(value.shape) != 1 or len(call.values) > 1:
        return None
    weight = numbers(weight)
    step = values.affine(weight, np.zeros(len(weight)) if bias is None else numbers(bias))
    return value.then(step, shape=call.shape)


def _product(call: Call) -> Value | None:
    value, matrix = call.given["self"], call.given.get("mat2", call.given.get("other"))
    if not isinstance(value, Value) or isinstance(matrix, Value) or len(value.shape) != 1 or matrix.ndim != 2:
        return None
    weight = numbers(matrix).T
    return value.then(values.affine(weight, np.zeros(len(weight))), shape=call.shape)


def _batch_norm(call: Call) -> Value:
    value, mean = call.given["input"], call.given["running_mean"]
    if mean is None or call.given["training"]:
        raise UnreadableError(f"{call.where} keeps no statistics and takes those of each batch")
    parts = (call.given[name] for name in ("weight", "bias", "running_mean", "running_var", "eps"))
    shift, factor = norm(*parts)
    each = value.width // len(factor)
    return value.then(values.scaling(np.repeat(shift, each), np.repeat(factor, each), value.width))


def _softmax(call: Call) -> Value | None:
    value = call.values[0]
    if len(value.shape) != 1 or call.given["dim"] not in (1, -1):
        return None
    return value.then(*values.SOFTMAX["Softmax" if call.name == "softmax" else "LogSoftmax"])


def _log(call: Call) -> Value | None:
    value = call.values[0]
    last = value.path[-1] if value.path else None
    return value.then(Log()) if getattr(last, "joint", False) else None


def _dropout(call: Call) -> Value:
    if call.given["train"]:
        raise UnreadableError(f"{call.where} leaves out nodes at random even in evaluation mode")
    return call.values[0]


def _prelu(call: Call) -> Value | None:
    weight = call.given["weight"]
    return None if isinstance(weight, Value) else call.values[0].then(*names.prelu(weight))


def _cast(call: Call) -> Value | None:
    dtype = call.given.get("dtype")
    return call.values[0] if dtype is None or dtype.is_floating_point else None


def _probed(call: Call) -> Value:
    """Return an operation that is affine in its one value, by what it does to 0 and to 1 in each place."""
    value = call.values[0]
    if value.width * _numbers(call.shape) > values.LARGEST:
        raise UnreadableError(f"written as a matrix {call.where} has {value.width * _numbers(call.shape)} weights")
    (name,) = (name for name, given in call.given.items() if given is value)
    probes = torch.cat([torch.zeros(1, value.width), torch.eye(value.width)]).double()
    with torch.no_grad():
        answers = numbers(call(**{name: probes.reshape(-1, *value.shape)})).reshape(len(probes), -1)
    return value.then(values.affine((answers[1:] - answers[0]).T, answers[0]), shape=call.shape)


def _numbers(shape: tuple[int, ...]) -> int:
    return int(torch.Size(shape).numel())


def _pointwise(call: Call) -> Value | None:
    """Return a function of each number by itself, which may be an activation written by hand."""
    parts = call.values
    if any(part.shape != call.shape for part in parts):
        return None
    constants = [given for given in _flat(call.given.values()) if isinstance(given, torch.Tensor)]
    shared, rests = values.common(parts)
    functions = [function_of(rest) for rest in rests]
    if None in functions or any(constant.numel() != 1 for constant in constants):
        return None
    of = dict(zip(map(id, parts), functions, strict=True))

    def value(z: np.ndarray) -> np.ndarray:
        changed = {
            name: torch.from_numpy(np.asarray(of[id(part)](z), float))  # type: ignore[misc]
            for name, part in call.given.items()
            if isinstance(part, Value)
        }
        return call(**changed).double().numpy()

    return Value((*shared, Curve(value, call.where)), call.shape)


def _flat(given: Any) -> Any:
    for part in given:
        if isinstance(part, list | tuple):
            yield from part
        else:
            yield part


def _where(node: Any) -> str:
    """Return what to call an operation: its name, and the module it stands in."""
    stack = list((node.meta.get("nn_module_stack") or {}).values())
    path, kind = stack[-1] if stack else ("", "")
    kind = kind if isinstance(kind, str) else kind.__name__
    return f"{node.name} of {path.rpartition('.')[2]} ({kind.rpartition('.')[2]})" if path else node.name


_INERT = {"alias", "clone", "contiguous", "detach", "lift_fresh", "lift_fresh_copy"}
_MOVES = {
    "broadcast_to", "cat", "chunk", "concat", "expand", "expand_as", "flatten", "flip", "gather", "hstack", "index",
    "index_select", "narrow", "permute", "repeat", "repeat_interleave", "reshape", "roll", "select", "slice", "split",
    "split_with_sizes", "squeeze", "stack", "swapaxes", "t", "tile", "transpose", "unbind", "unflatten", "unsqueeze",
    "view", "_unsafe_view",
}  # fmt: skip
_POINTWISE = {
    "abs", "acos", "add", "asin", "atan", "cos", "cosh", "div", "erf", "erfc", "exp", "exp2", "expm1", "floor", "frac", "fmod",
    "ge", "gt", "le", "log", "log1p", "logaddexp", "logical_not", "lt", "maximum", "minimum", "mul", "neg", "pow",
    "reciprocal", "remainder", "round", "rsqrt", "rsub", "sigmoid", "sign", "sin", "sinh", "softplus", "sqrt", "square",
    "sub", "tan", "tanh", "to", "_to_copy", "where", "heaviside", "sinc", "clamp", "clamp_min", "clamp_max", "threshold",
    "hardshrink", "softshrink", "bitwise_not", "trunc", "ceil",
}  # fmt: skip
_LINEAR = {
    "addmm", "avg_pool1d", "avg_pool2d", "adaptive_avg_pool1d", "adaptive_avg_pool2d", "conv1d", "conv2d", "conv3d",
    "convolution", "cumsum", "linear", "matmul", "mean", "mm", "sum",
}  # fmt: skip
_RULES: dict[str, Callable[[Call], Value | None]] = {
    "add": _arithmetic(1.0),
    "addmm": lambda call: None,
    "batch_norm": _batch_norm,
    "clamp": _bounded,
    "clamp_max": _bounded,
    "clamp_min": _bounded,
    "div": _divided,
    "alpha_dropout": _dropout,
    "dropout": _dropout,
    "feature_alpha_dropout": _dropout,
    "feature_dropout": _dropout,
    "linear": _linear,
    "log": _log,
    "log_softmax": _softmax,
    "matmul": _product,
    "mm": _product,
    "mul": _times,
    "neg": lambda call: _scaled(call, call.values[0], 0.0, -1.0),
    "prelu": _prelu,
    "rsub": _arithmetic(-1.0),
    "softmax": _softmax,
    "sub": _arithmetic(-1.0),
    "to": _cast,
    "_to_copy": _cast,
}
_OWN = "{} divides each sample by its own spread, which no layer of nodes does"
_REASONS = {
    "embedding": "{} looks numbers up in a table",
    "group_norm": _OWN,
    "layer_norm": _OWN,
    "mul": "{} multiplies the results of layers with each other",
    "rms_norm": _OWN,
}
