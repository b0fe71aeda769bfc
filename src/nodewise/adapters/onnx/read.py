"""ONNX models, as files or in memory: read as layers, and compared or called."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nodewise.adapters.base import Affine, Model, Step, UnreadableError
from nodewise.adapters.onnx.call import Original, too_large
from nodewise.adapters.onnx.chain import checked, second_of_two, steps_of
from nodewise.adapters.onnx.constants import Constants
from nodewise.adapters.onnx.file import by_onnx, copied, load
from nodewise.adapters.onnx.inputs import Input, features, inputs_of
from nodewise.adapters.onnx.layers import Place, side_by_side
from nodewise.adapters.onnx.match import settled
from nodewise.adapters.onnx.outputs import Outputs, outputs
from nodewise.adapters.onnx.plain import known, run
from nodewise.adapters.onnx.walk import Graph, walk
from nodewise.adapters.onnx.wire import Message
from nodewise.errors import NodewiseError
from nodewise.network import Scale

METADATA = "nodewise"
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
    own = isinstance(proto, Message)
    try:
        with np.errstate(all="ignore"):
            return _read(proto, lambda: by_onnx(model) if own else copied(proto), output)
    except NodewiseError:
        raise
    except Exception as error:  # whatever a damaged file provokes, the user needs one sentence
        raise NodewiseError(f"{_kind(proto)} is damaged ({type(error).__name__}); save it again.") from None


def _read(proto: Any, full: Callable[[], Any], output: str | None) -> Model:
    graph = proto.graph
    constants = Constants({tensor.name: tensor for tensor in graph.initializer})
    inputs = inputs_of(graph)
    chosen = outputs(graph, graph.node, constants, output)
    original = Original(full, inputs, chosen.names)
    about: dict[str, Any] = {"kind": _kind(proto), "inputs": sum(entry.width for entry in inputs)}
    about |= _names(proto, inputs, chosen)
    exact = all(entry.kind == "float64" for entry in inputs)
    try:
        fills: list[float] = []
        steps, column = _steps(proto, constants, inputs, chosen, exact, fills)
        original.plain = _plain(graph.node, constants, chosen.names, _opset(proto))
    except UnreadableError as error:
        return _black_box(original, _printable(str(error), 200), about)
    original.column, original.compared = column, about["kind"]
    original.prepare()
    width = 1 if column is not None else _outputs(steps, about["inputs"])
    return Model(
        steps=steps,
        call=original,
        version=original.version,
        precision="float64" if exact and not _single(graph.node) else "float32",
        typical=_typical(steps, about["inputs"]),
        note=_note(graph.node, original.engine is original.plain),
        fills=fills,
        **about | _fitting(about, about["inputs"], width),
    )


def _steps(
    proto: Any, constants: Constants, inputs: Sequence[Input], chosen: Outputs, exact: bool, fills: list[float]
) -> tuple[list[Step], int | None]:
    """Return the steps, and the one column of the outputs that they give, None for all."""
    if any(entry.kind not in ("float32", "float64") for entry in inputs):
        raise UnreadableError(
            f"it takes {next(e.kind for e in inputs if e.kind not in ('float32', 'float64'))} numbers"
        )
    place = Place(_opset(proto), max(entry.batch for entry in inputs), fills)
    signals = walk(Graph(proto.graph.node, constants, place, exact), features(inputs), chosen.names)
    root = settled(side_by_side(signals))
    column = None
    if (shorter := second_of_two(root)) is not None:
        root, column = shorter, 1
    return checked(steps_of(root), sum(entry.width for entry in inputs)), column


def _opset(proto: Any) -> int:
    return max((entry.version for entry in proto.opset_import if entry.domain in ("", "ai.onnx")), default=1)


def _plain(nodes: Sequence[Any], constants: Constants, outputs: Sequence[str], opset: int) -> Any:
    """Return what evaluates the graph in NumPy, None where it has an operator that only onnx knows."""
    if not known(nodes, outputs):
        return None
    return lambda names, feeds: run(nodes, constants, feeds, names, opset)


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


def _note(nodes: Sequence[Any], plain: bool) -> str:
    gaps = "Gaps are filled before the network." if any(node.op_type == "Imputer" for node in nodes) else ""
    return f"{gaps} {'Compared with its graph, evaluated node by node in NumPy.' * plain}".strip()


def _kind(proto: Any) -> str:
    producer = _printable(proto.producer_name, 40)
    return f"ONNX model of {producer}" if producer else "ONNX model"


def _printable(text: str, most: int) -> str:
    """Return a text from a file as it may stand in a sentence."""
    return "".join(letter for letter in text[:most] if letter.isprintable())


def _names(proto: Any, inputs: Sequence[Input], chosen: Outputs) -> dict[str, Any]:
    """Return what the model says that its features, outputs and classes are called."""
    found: dict[str, Any] = {"classes": chosen.classes}
    if len(inputs) > 1 and all(entry.shape in ((), (1,)) for entry in inputs):
        found["feature_names"] = [entry.name for entry in inputs]
    for entry in proto.metadata_props:
        if entry.key == METADATA:
            import json

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
    if too_large(original.proto()):
        raise NodewiseError(
            f"{about['kind']} cannot be read as layers ({reason}), and is not run: it may need more memory than there "
            "is."
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
