"""A graph as steps: every node that the wanted outputs need, from the features on."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from nodewise.adapters.base import Affine, UnreadableError
from nodewise.adapters.onnx import pointwise
from nodewise.adapters.onnx.constants import Constants, attributes, constant
from nodewise.adapters.onnx.layers import OPERATORS, Place, Value, rooted_at, row
from nodewise.adapters.onnx.match import rooted, settled
from nodewise.adapters.onnx.signal import Pick, Signal, joined, scaling

_DOMAINS = ("", "ai.onnx", "ai.onnx.ml")
_STRAIGHT = ("Add", "Sub", "Mul", "Div")


class Graph(NamedTuple):
    """A graph on its way through.

    Attributes:
        nodes: In the order in which they are computed.
        constants: What is constant in it.
        place: Its version and batch.
        exact: Whether its numbers are float64.
    """

    nodes: Sequence[Any]
    constants: Constants
    place: Place
    exact: bool


def needed(nodes: Sequence[Any], wanted: Iterable[str]) -> list[Any]:
    """Return the nodes that some tensors are computed from, in their order."""
    names, kept = set(wanted), []
    for node in reversed(nodes):
        if names.intersection(node.output):
            kept.append(node)
            names.update(name for name in node.input if name)
    return kept[::-1]


def walk(graph: Graph, features: dict[str, Signal], wanted: Sequence[str]) -> list[Signal]:
    """Return the signals of some tensors.

    Raises:
        UnreadableError: If something on the way is no layer, scaling or activation.
    """
    seen: dict[str, Value] = dict(features)
    for node in needed(graph.nodes, wanted):
        if node.domain not in _DOMAINS:
            raise UnreadableError(f"the operator {node.op_type} is one of {node.domain}, not of the standard")
        value = _value(graph, node, _inputs(graph, seen, node))
        for name in node.output:
            seen[name] = value
    return [_wanted(graph, seen, name) for name in wanted]


def _wanted(graph: Graph, seen: dict[str, Value], name: str) -> Signal:
    value = seen.get(name, graph.constants.get(name))
    if not isinstance(value, Signal):
        raise UnreadableError(f"the output {name} does not depend on the features")
    return value


def _inputs(graph: Graph, seen: dict[str, Value], node: Any) -> list[Value | None]:
    found: list[Value | None] = []
    for name in node.input:
        value = seen.get(name) if name in seen else graph.constants.get(name)
        if name and value is None:
            raise UnreadableError(f"{node.op_type} of {name}, which nothing gives")
        found.append(value)
    return found


def _value(graph: Graph, node: Any, inputs: list[Value | None]) -> Value:
    if node.op_type == "Constant":
        return constant(node)
    given = [value for value in inputs if value is not None]
    if given and all(isinstance(value, np.ndarray) for value in given):
        return graph.constants.fold(node, given)  # type: ignore[arg-type]
    options = attributes(node)
    if node.op_type == "Shape" and isinstance(inputs[0], Signal):
        return np.array([-1, *inputs[0].shape])
    if node.op_type in OPERATORS:
        return _layer(graph, node, options, inputs)
    if not pointwise.known(node.op_type):
        raise UnreadableError(f"the operator {node.op_type} is neither a layer nor a function of each number")
    if len([value for value in inputs if isinstance(value, Signal)]) > 1:
        return _several(graph, node, options, given)
    return _one(graph, node, options, inputs)


def _layer(graph: Graph, node: Any, options: dict[str, Any], inputs: list[Value | None]) -> Signal:
    if len(node.output) > 1 and node.op_type not in ("BatchNormalization", "Dropout", "LinearClassifier"):
        raise UnreadableError(f"{node.op_type} with several results")
    try:
        return OPERATORS[node.op_type](options, graph.place, *inputs)
    except (KeyError, TypeError, ValueError, IndexError, ZeroDivisionError):
        raise UnreadableError(f"{node.op_type} without what it needs") from None


def _one(graph: Graph, node: Any, options: dict[str, Any], inputs: list[Value | None]) -> Signal:
    """Return what an operator makes of one signal and constants."""
    signal = next(value for value in inputs if isinstance(value, Signal))
    constants = [value for value in inputs if isinstance(value, np.ndarray)]
    if any(value.size != 1 for value in constants):
        return _with_row(node, inputs, signal)
    if any(value.ndim > len(signal.shape) + 1 for value in constants):
        raise UnreadableError(f"{node.op_type} with a constant of more dimensions than the samples")
    numbers = [None if v is None else v if isinstance(v, Signal) else float(v.reshape(())) for v in inputs]
    line = _along(node.op_type, numbers, signal)
    if line is not None:
        return line
    made = _evaluated(node, options, [signal.result if isinstance(v, Signal) else v for v in numbers])
    alone = [v for v in numbers if not isinstance(v, Signal)]
    name = pointwise.hint(node.op_type, options, alone, graph.exact)
    return signal.through(made, hint=name, truth=node.op_type in pointwise.TRUTHS)


def _along(kind: str, numbers: list[Any], signal: Signal) -> Signal | None:
    """Return a line of a signal: plus, minus, times or divided by a number."""
    if kind == "Neg":
        return signal.along(0.0, -1.0)
    if kind not in _STRAIGHT or signal.truth or len(numbers) != 2:
        return None
    first = numbers[0] is signal
    number = numbers[1] if first else numbers[0]
    if kind in ("Add", "Mul"):
        return signal.along(number, 1.0) if kind == "Add" else signal.along(0.0, number)
    if kind == "Sub":
        return signal.along(-number, 1.0) if first else signal.along(number, -1.0)
    if not first:
        return None
    if number == 0:
        raise UnreadableError("Div by 0")
    line = signal.outer
    return replace(signal, outer=(line[0] / number, line[1] / number))


def _with_row(node: Any, inputs: list[Value | None], signal: Signal) -> Signal:
    """Return what plus, minus, times or divided by one number per node makes of a signal."""
    kind, first = node.op_type, inputs[0] is signal
    if kind not in _STRAIGHT or len(inputs) != 2 or len(signal.shape) != 1 or (kind == "Div" and not first):
        raise UnreadableError(f"{kind} with one number per node")
    constant = inputs[1] if first else inputs[0]
    numbers = row(np.asarray(constant), signal.width, kind)
    one, none = np.ones(signal.width), np.zeros(signal.width)
    with np.errstate(all="ignore"):
        shift, factor = {
            "Add": lambda: (numbers, one),
            "Sub": lambda: (-numbers, one) if first else (numbers, -one),
            "Mul": lambda: (none, numbers),
            "Div": lambda: (none, 1 / numbers),
        }[kind]()
    root = settled(signal)
    if kind == "Add" and isinstance(root.step, Affine) and root.before is not None:  # the bias of a MatMul
        biased = Affine(root.step.weight, root.step.bias + shift)
        return rooted_at(root.before.then(biased if type(root.step) is Affine else Pick(biased.weight, biased.bias)))
    return rooted_at(root.then(scaling(shift, factor)))


def _several(graph: Graph, node: Any, options: dict[str, Any], given: list[Value]) -> Signal:
    """Return what an operator makes of several signals: a function of the same numbers, or a sum of layers."""
    signals = [value for value in given if isinstance(value, Signal)]
    first = signals[0]
    if any(signal.shape != first.shape for signal in signals):
        raise UnreadableError(f"{node.op_type} of tensors of several shapes")
    if all(signal.root is first.root for signal in signals):
        if any(isinstance(value, np.ndarray) and value.size != 1 for value in given):
            raise UnreadableError(f"{node.op_type} with one number per node")
        values = [value.result if isinstance(value, Signal) else float(value.reshape(())) for value in given]
        made = _evaluated(node, options, values)
        others = signals[1:]
        return first.through(made, *others, truth=node.op_type in pointwise.TRUTHS)
    if node.op_type in ("Add", "Sub", "Sum") and len(signals) == len(given):
        width = first.width
        signs = [np.full(width, -1.0 if node.op_type == "Sub" and i else 1.0) for i in range(len(signals))]
        roots = [rooted(signal).root for signal in signals]
        parts = list(zip(roots, signs, strict=True))
        return replace(rooted_at(joined(parts, width, added=True)), shape=first.shape)
    raise UnreadableError(f"{node.op_type} of two branches, which a chain of layers cannot hold")


def _evaluated(node: Any, options: dict[str, Any], values: list[Any]) -> np.ndarray:
    try:
        made = pointwise.evaluate(node.op_type, options, values)
    except (TypeError, ValueError):
        made = None
    if made is None:
        raise UnreadableError(f"{node.op_type} without what it needs")
    return made
