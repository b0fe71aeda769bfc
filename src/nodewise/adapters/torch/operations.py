"""What each operation of a graph does to the steps of the tensors it takes."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

import torch  # type: ignore[import-not-found]
from nodewise.adapters.base import UnreadableError
from nodewise.adapters.torch import arithmetic, layers, moves, names
from nodewise.adapters.torch.call import Call
from nodewise.adapters.torch.values import Value

_INERT = {"alias", "clone", "contiguous", "detach", "lift_fresh", "lift_fresh_copy"}
# A rule returns None where it does not apply.
_RULES: dict[str, Callable[[Call], Value | None]] = {
    "_to_copy": layers.cast,
    "add": arithmetic.added(1.0),
    "alpha_dropout": layers.dropout,
    "batch_norm": layers.batch_norm,
    "clamp": arithmetic.bounded,
    "clamp_max": arithmetic.bounded,
    "clamp_min": arithmetic.bounded,
    "div": arithmetic.divided,
    "dropout": layers.dropout,
    "feature_alpha_dropout": layers.dropout,
    "feature_dropout": layers.dropout,
    "linear": layers.linear,
    "log": layers.log,
    "log_softmax": layers.softmax,
    "matmul": layers.product,
    "mm": layers.product,
    "mul": arithmetic.multiplied,
    "neg": lambda call: arithmetic.scaled(call, call.values[0], 0.0, -1.0),
    "prelu": layers.prelu,
    "rsub": arithmetic.added(-1.0),
    "softmax": layers.softmax,
    "sub": arithmetic.added(-1.0),
    "to": layers.cast,
}
_SPREAD = "{} divides each sample by its own spread, which no layer of nodes does"
_REASONS = {
    "embedding": "{} looks numbers up in a table",
    "group_norm": _SPREAD,
    "layer_norm": _SPREAD,
    "mul": "{} multiplies the results of layers with each other",
    "rms_norm": _SPREAD,
}


def result(node: Any, arguments: Any, named: Mapping[str, Any], width: int, samples: int) -> Any:
    """Return what comes out of an operation: a value, a list of them, or a constant.

    Args:
        node: The operation, a node of the graph.
        arguments: What it takes: values and constants.
        named: What it takes by name.
        width: Number of features of the module.
        samples: Number of samples of the example.

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
    name = schema.name.partition("::")[2]
    name = name if name.endswith("__") else name.removesuffix("_")
    call = Call(name, node.target, given, _where(node), width, samples)
    made = node.meta.get("val")
    if not call.values:
        constant = call()
        return constant.double() if isinstance(constant, torch.Tensor) and constant.is_floating_point() else constant
    if made is None:  # an assertion
        return None
    if not isinstance(made, list | tuple):
        return _step(call.giving(made))
    if name not in moves.MOVES:
        raise _refusal(call)
    return moves.parted(call, made)


def _step(call: Call) -> Value:
    only = call.values[0] if len(call.values) == 1 else None
    if call.name in _INERT and only:
        return Value(only.path, call.shape)
    if call.name in moves.MOVES:
        return moves.moved(call)
    if only and only in (call.given.get("self"), call.given.get("input")):
        found = names.of_operation(call.name, call.given)
        if found is not None:
            return only.then(*found)
    value = _RULES[call.name](call) if call.name in _RULES else None
    if value is None and call.name in arithmetic.CURVES:
        value = arithmetic.curve(call)
    if value is None and call.name in layers.AFFINE and only:
        value = layers.probed(call)
    if value is None:
        raise _refusal(call)
    return value


def _refusal(call: Call) -> UnreadableError:
    return UnreadableError(_REASONS.get(call.name, "{} is no step of a chain of layers").format(call.where))


def _where(node: Any) -> str:
    """Return what to call an operation: its name, and the module it stands in."""
    stack = list((node.meta.get("nn_module_stack") or {}).values())
    path, kind = stack[-1] if stack else ("", "")
    kind = kind if isinstance(kind, str) else kind.__name__
    return f"{node.name} in {path} ({kind.rpartition('.')[2]})" if path else f"{node.name} in its forward"
