"""What a graph is given: numbers, of a fixed number of features."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from nodewise.adapters.onnx.signal import Root, Signal, picked, start
from nodewise.errors import NodewiseError

_WIDEST = 100_000  # features
_MOST_AT_ONCE = 10_000  # samples, where it takes a fixed number
_KINDS = {1: "float32", 11: "float64", 10: "float16", 6: "int32", 7: "int64", 9: "bool"}


class Input(NamedTuple):
    """An input of a graph.

    Attributes:
        name: What it is called.
        kind: What NumPy calls its numbers.
        shape: The shape of one sample.
        batch: How many samples it takes at once; 0 for any number.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    batch: int

    @property
    def width(self) -> int:
        """Numbers of a sample."""
        return int(np.prod(self.shape))


def inputs_of(graph: Any) -> list[Input]:
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
        if dims[0] > _MOST_AT_ONCE:
            raise NodewiseError(
                f"an ONNX model must take at most {_MOST_AT_ONCE} samples at once. Its input {value.name[:60]!r} has "
                f"shape {_shown(kind.shape)}; export it for any number of samples."
            )
        found.append(Input(value.name, _KINDS[kind.elem_type], shape, max(0, dims[0])))
    if not found:
        raise NodewiseError("an ONNX model must have an input. It has none; export it with one.")
    return found


def _shown(shape: Any) -> str:
    return f"[{', '.join(str(dim.dim_value or dim.dim_param or '?')[:20] for dim in shape.dim)}]"


def features(inputs: Sequence[Input]) -> dict[str, Signal]:
    """Return the signal of each input: all of them are parts of one sample."""
    exact = all(entry.kind == "float64" for entry in inputs)
    if len(inputs) == 1:
        return {inputs[0].name: start(inputs[0].width, inputs[0].shape, exact)}
    widths = [entry.width for entry in inputs]
    whole, at, found = Root(None, None, sum(widths), exact=exact), 0, {}
    for entry, width in zip(inputs, widths, strict=True):
        found[entry.name] = Signal(picked(whole, np.arange(at, at + width)), entry.shape)
        at += width
    return found
