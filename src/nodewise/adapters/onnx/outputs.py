"""Which tensors of a graph are its outputs, behind what exporters of classifiers put after them, and the classes."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from nodewise.adapters.onnx.constants import Constants, attributes
from nodewise.errors import NodewiseError

_FLOATS = (1, 10, 11, 16)  # FLOAT, FLOAT16, DOUBLE, BFLOAT16
_TAIL = ("ArgMax", "ArrayFeatureExtractor", "Cast", "Flatten", "Identity", "Reshape", "Squeeze", "ZipMap")


class Outputs(NamedTuple):
    """The tensors to read.

    Attributes:
        names: Their names in the graph.
        classes: The labels of a classifier, if the graph tells.
    """

    names: tuple[str, ...]
    classes: tuple[Any, ...]


def outputs(graph: Any, nodes: Sequence[Any], constants: Constants, chosen: str | None) -> Outputs:
    """Return the outputs of a graph that are numbers: of a classifier its probabilities, not its label.

    Args:
        graph: The graph of the model.
        nodes: Its nodes.
        constants: What is constant in it.
        chosen: The one that the user asks for, None for all.

    Raises:
        NodewiseError: If there is none, or not the one asked for.
    """
    known = [value.name for value in graph.output]
    if chosen is not None and chosen not in known:
        raise NodewiseError(f"output must be one of {', '.join(known)}. Got {chosen!r}.")
    by_output = {name: node for node in nodes for name in node.output}
    wanted = [value for value in graph.output if chosen in (None, value.name)]
    numbers = [_unshaped(value.name, by_output) for value in wanted if value.type.tensor_type.elem_type in _FLOATS]
    maps = [name for value in wanted if (name := _mapped(by_output.get(value.name)))]
    found = maps[:1] or numbers or [_behind(value.name, by_output) for value in wanted][:1]
    if not found:
        raise NodewiseError("an ONNX model must have an output of numbers. It has none; export it with one.")
    return Outputs(tuple(found), _classes(nodes, constants))


def _mapped(node: Any) -> str:
    """Return what a ZipMap makes a dictionary of, "" of another node."""
    return node.input[0] if node is not None and node.op_type == "ZipMap" and node.input else ""


def _unshaped(name: str, by_output: dict[str, Any]) -> str:
    """Return what a last Reshape is given: rows are made of it anyway, and skl2onnx mixes samples there."""
    node = by_output.get(name)
    return node.input[0] if node is not None and node.op_type == "Reshape" and node.input else name


def _behind(name: str, by_output: dict[str, Any]) -> str:
    """Return what a label was chosen from."""
    for _ in by_output:
        node = by_output.get(name)
        if node is None or node.op_type not in _TAIL or not node.input:
            return name
        source = node.input[-1] if node.op_type == "ArrayFeatureExtractor" else node.input[0]
        if node.op_type == "ArgMax":
            return source
        name = source
    return name


def _classes(nodes: Sequence[Any], constants: Constants) -> tuple[Any, ...]:
    for node in nodes:
        if node.op_type in ("ZipMap", "LinearClassifier"):
            found = attributes(node)
            for name in ("classlabels_strings", "classlabels_int64s", "classlabels_ints"):
                if found.get(name):
                    return tuple(_plain(entry) for entry in found[name])
    for node in nodes:
        if node.op_type == "ArrayFeatureExtractor" and (labels := constants.get(node.input[0])) is not None:
            return tuple(_plain(entry) for entry in labels.reshape(-1))
    return ()


def _plain(entry: Any) -> str | int:
    if isinstance(entry, bytes):
        return entry.decode("utf-8", "replace")
    return str(entry) if isinstance(entry, str | np.str_) else int(entry)
