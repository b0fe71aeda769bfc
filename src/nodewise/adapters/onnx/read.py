"""ONNX models, as files or in memory: read as layers, and called by onnx's own reference evaluator."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nodewise.activations import Activation
from nodewise.adapters.base import Affine, Model, Step, UnreadableError
from nodewise.adapters.onnx.call import Input, Original, too_large
from nodewise.adapters.onnx.constants import Constants
from nodewise.adapters.onnx.file import load
from nodewise.adapters.onnx.layers import Place, side_by_side
from nodewise.adapters.onnx.match import settled
from nodewise.adapters.onnx.outputs import Outputs, outputs
from nodewise.adapters.onnx.signal import Root, Signal, picked, start
from nodewise.adapters.onnx.walk import Graph, walk
from nodewise.errors import NodewiseError
from nodewise.network import Scale

METADATA = "nodewise"
_WIDEST = 100_000  # features
_INVENTED = 4096  # nodes of a layer that is only there to carry an activation
_KINDS = {1: "float32", 11: "float64", 10: "float16", 6: "int32", 7: "int64", 9: "bool"}
_LABELS = ("feature_names", "output_names")


def read(model: Any, *, output: str | None = None) -> Model:
    """Read an ONNX model as steps; its file is parsed, never run as code, and its loops and foreign data are refused.

    Args:
        model: A path, or an `onnx.ModelProto`.
        output: The output to read, of a graph that has several; unless given, all that are numbers, side by side.

    Raises:
        NodewiseError: If it is damaged, too large, or can neither be read nor called.
    """
    proto = load(model)
    graph = proto.graph
    constants = Constants({tensor.name: tensor for tensor in graph.initializer})
    inputs = _inputs(graph)
    chosen = outputs(graph, graph.node, constants, output)
    original = Original(proto, inputs, chosen.names)
    about: dict[str, Any] = {"kind": _kind(proto), "inputs": sum(int(np.prod(entry.shape)) for entry in inputs)}
    about |= _names(proto, inputs, chosen)
    exact = all(entry.kind == "float64" for entry in inputs)
    try:
        steps, column = _steps(proto, constants, inputs, chosen, exact)
    except UnreadableError as error:
        return _black_box(original, str(error), about)
    original.column = column
    original.prepare()
    width = 1 if column is not None else _outputs(steps, about["inputs"])
    return Model(
        steps=steps,
        call=original,
        version=original.version,
        precision="float64" if exact and not _single(graph.node) else "float32",
        typical=_typical(steps, about["inputs"]),
        note=_note(graph.node),
        **about | _fitting(about, about["inputs"], width),
    )


def _inputs(graph: Any) -> list[Input]:
    """Return what the graph is given, without what is constant.

    Raises:
        NodewiseError: If it takes something else than numbers, or does not say how many.
    """
    constant = {tensor.name for tensor in graph.initializer}
    found = []
    for value in graph.input:
        if value.name in constant:
            continue
        kind = value.type.tensor_type
        if kind.elem_type not in _KINDS:
            raise NodewiseError(f"an ONNX model must take numbers. Its input {value.name[:60]!r} takes something else.")
        dims = [dim.dim_value for dim in kind.shape.dim]
        shape = tuple(dims[1:])
        if not dims or not all(shape) or not 0 < int(np.prod([float(n) for n in shape])) <= _WIDEST:
            raise NodewiseError(
                f"an ONNX model must say that it takes samples of at most {_WIDEST} features, [sample, feature]. Its "
                f"input {value.name[:60]!r} has shape {_shown(kind.shape)}; export it with fixed features."
            )
        found.append(Input(value.name, _KINDS[kind.elem_type], shape, max(0, dims[0])))
    if not found:
        raise NodewiseError("an ONNX model must have an input. It has none; export it with one.")
    return found


def _shown(shape: Any) -> str:
    return f"[{', '.join(str(dim.dim_value or dim.dim_param or '?')[:20] for dim in shape.dim)}]"


def _steps(
    proto: Any, constants: Constants, inputs: Sequence[Input], chosen: Outputs, exact: bool
) -> tuple[list[Step], int | None]:
    """Return the steps, and the one column of the outputs that they give, None for all."""
    if any(entry.kind not in ("float32", "float64") for entry in inputs):
        raise UnreadableError(f"it takes {next(e.kind for e in inputs if e.kind not in ('float32', 'float64'))} numbers")
    opset = max((entry.version for entry in proto.opset_import if entry.domain in ("", "ai.onnx")), default=1)
    place = Place(opset, max(entry.batch for entry in inputs))
    signals = walk(Graph(proto.graph.node, constants, place, exact), _features(inputs), chosen.names)
    root = settled(side_by_side(signals))
    column = None
    if (shorter := _second_of_two(root)) is not None:
        root, column = shorter, 1
    return _checked(_chain(root), sum(int(np.prod(entry.shape)) for entry in inputs)), column


def _features(inputs: Sequence[Input]) -> dict[str, Signal]:
    """Return the signal of each input: all of them are parts of one sample."""
    if len(inputs) == 1:
        return {inputs[0].name: start(int(np.prod(inputs[0].shape)), inputs[0].shape)}
    widths = [int(np.prod(entry.shape)) for entry in inputs]
    whole, at, found = Root(None, None, sum(widths)), 0, {}
    for entry, width in zip(inputs, widths, strict=True):
        found[entry.name] = Signal(picked(whole, np.arange(at, at + width)), entry.shape)
        at += width
    return found


def _second_of_two(root: Root) -> Root | None:
    """Return the chain of the second class's probability, where a binary classifier gives both; else None."""
    last = root.step
    if isinstance(last, Affine) and last.weight.shape == (2, 1) and (last.weight == [[-1], [1]]).all():
        return root.before if (last.bias == [1, 0]).all() else None
    before = root.before.step if root.before is not None else None
    mirrored = isinstance(before, Affine) and len(before.bias) == 2 and isinstance(last, Activation)
    if mirrored and last.name == "sigmoid":  # type: ignore[union-attr]
        opposite = np.allclose(before.weight[0], -before.weight[1]) and np.allclose(before.bias[0], -before.bias[1])  # type: ignore[union-attr]
        one = Affine(before.weight[1:], before.bias[1:])  # type: ignore[union-attr]
        return root.before.before.then(one).then(last) if opposite else None  # type: ignore[union-attr]
    return None


def _chain(root: Root) -> list[Step]:
    """Return the steps of a chain, first one first; what only picks and orders features becomes part of a layer."""
    steps: list[Step] = []
    while root.before is not None:
        steps.append(root.step)  # type: ignore[arg-type]
        root = root.before
    found: list[Step] = []
    for step in reversed(steps):
        if isinstance(step, Affine) and found and isinstance(found[-1], Affine) and _picks(found[-1].weight):
            before = found.pop()
            scale, order = _ordered(before)
            found += [scale] if scale is not None else []
            bias = step.bias if scale is not None else step.bias + step.weight @ before.bias
            found.append(Affine(step.weight @ order, bias))
        else:
            found.append(step)
    return found


def _picks(weight: np.ndarray) -> bool:
    """Return whether each row reads at most one feature."""
    return bool((np.count_nonzero(weight, axis=1) <= 1).all())


def _ordered(step: Affine) -> tuple[Scale | None, np.ndarray]:
    """Return a step that scales and orders features as a scaling, if there is one for each, and the matrix behind it."""
    used = step.weight != 0
    if used.shape[0] != used.shape[1] or not (used.sum(axis=0) == 1).all():
        return None, step.weight
    order = used.astype(float)
    return Scale(order.T @ step.bias, step.weight.sum(axis=0)), order


def _checked(steps: list[Step], width: int) -> list[Step]:
    """Return the steps, if a network can hold them.

    Raises:
        UnreadableError: If a softmax stands before other steps, or a layer would have to be made up that is too large.
    """
    fresh, layers = False, 0
    for i, step in enumerate(steps):
        if isinstance(step, Activation):
            if step.joint and i < len(steps) - 1:
                raise UnreadableError("a softmax before other layers")
            layers += 1
            if not fresh and width > _INVENTED:
                raise UnreadableError(f"an activation of {width} features without a layer before it")
        elif isinstance(step, Affine):
            width, layers = len(step.bias), layers + 1
        fresh = isinstance(step, Affine) or (fresh and isinstance(step, Scale))
    if not layers and width > _INVENTED:
        raise UnreadableError("no layer")
    return steps


def _outputs(steps: Sequence[Step], inputs: int) -> int:
    return next((len(step.bias) for step in reversed(steps) if isinstance(step, Affine)), inputs)


def _single(nodes: Sequence[Any]) -> bool:
    """Return whether a graph of float64 goes through float32 somewhere."""
    casts = any(a.name == "to" and a.i not in (7, 9, 11) for n in nodes if n.op_type == "Cast" for a in n.attribute)
    return casts or any(n.op_type in ("Scaler", "LinearRegressor", "LinearClassifier") for n in nodes)


def _typical(steps: Sequence[Step], inputs: int) -> np.ndarray | None:
    """Return where samples lie, by the scaling that the model begins with: it brings most between -2 and 2."""
    first = steps[0] if steps else None
    if not isinstance(first, Scale) or len(steps) < 2:
        return None
    ends = (np.array([[-2.0], [2.0]]) - first.shift) / first.factor
    return np.sort(np.broadcast_to(ends, (2, inputs)), axis=0)


def _note(nodes: Sequence[Any]) -> str:
    return "Gaps are filled before the network." if any(node.op_type == "Imputer" for node in nodes) else ""


def _kind(proto: Any) -> str:
    producer = "".join(letter for letter in proto.producer_name[:40] if letter.isprintable())
    return f"ONNX model of {producer}" if producer else "ONNX model"


def _names(proto: Any, inputs: Sequence[Input], chosen: Outputs) -> dict[str, Any]:
    """Return what the model says that its features, outputs and classes are called."""
    found: dict[str, Any] = {"classes": chosen.classes}
    if len(inputs) > 1 and all(entry.shape in ((), (1,)) for entry in inputs):
        found["feature_names"] = [entry.name for entry in inputs]
    for entry in proto.metadata_props:
        if entry.key == METADATA:
            try:
                record = json.loads(entry.value)
                found |= {key: [str(name) for name in record[key]] for key in _LABELS if key in record}
                found |= {"classes": tuple(record.get("classes", ())), "label": str(record.get("label", ""))}
            except (ValueError, TypeError, AttributeError, RecursionError):  # somebody else's
                pass
    return found


def _fitting(about: dict[str, Any], inputs: int, outputs: int) -> dict[str, Any]:
    """Return the names that fit the number of features and outputs, without the others."""
    wanted = {"feature_names": inputs, "output_names": outputs, "classes": max(2, outputs)}
    kept = {key: about.get(key, ()) if len(about.get(key, ())) == count else () for key, count in wanted.items()}
    plain = all(isinstance(entry, str | bool | int) for entry in kept["classes"])
    return kept | {"classes": kept["classes"] if plain and len(set(kept["classes"])) == len(kept["classes"]) else ()}


def _black_box(original: Original, reason: str, about: dict[str, Any]) -> Model:
    if too_large(original.model):
        raise NodewiseError(
            f"{about['kind']} cannot be read as layers ({reason}), and is not run: it may need more memory than there is."
        )
    try:
        original.prepare()
        count = original(np.zeros((1, about["inputs"]))).size
    except Exception as error:  # an operator that onnx's reference does not know, or a graph that contradicts itself
        raise NodewiseError(
            f"{about['kind']} can neither be read as layers ({reason}) nor run ({type(error).__name__}); "
            "open the model it was exported from."
        ) from None
    about = about | _fitting(about, about["inputs"], count)
    return Model(steps=None, call=original, version=original.version, outputs=count, reason=reason, **about)
