"""A network as an ONNX file."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from nodewise.adapters.onnx.file import library
from nodewise.adapters.onnx.functions import Builder, apply
from nodewise.errors import NodewiseError
from nodewise.files import write_bytes
from nodewise.network import Dense, Network

_PRECISIONS = {"float64": "DOUBLE", "float32": "FLOAT"}
_LABELS = ("feature_names", "output_names", "feature_units", "output_units", "classes", "label")
# Old enough for every runtime in use, new enough for all operators that are written.
_OPSET, _IR = 17, 8


def to_onnx(network: Network, path: str | Path, *, precision: str = "float64") -> Path:
    """Write a network as an ONNX file, with one input "x" [sample, feature] and one output "y" [sample, output].

    Args:
        network: The network; its scalings become part of the graph, its names and classes JSON in the metadata.
        path: Ends in .onnx.
        precision: "float64" keeps it to rounding (1e-12); "float32", about 1e-6, is what most runtimes are fast in.
            Both are written with operators that onnxruntime and onnx's reference have in that precision.

    Returns:
        The path.

    Raises:
        NodewiseError: If the path, the precision or the file cannot be, or a weight is too large for float32.
    """
    path = Path(path)
    if path.suffix != ".onnx":
        raise NodewiseError(f"an ONNX file's name must end in .onnx. Got {path.name}.")
    if precision not in _PRECISIONS:
        raise NodewiseError(f"precision must be one of {', '.join(_PRECISIONS)}. Got {precision!r}.")
    onnx = library()
    build = Builder(np.dtype(precision), onnx.helper)
    name = "x"
    with np.errstate(over="ignore"):
        for i, layer in enumerate(network.layers):
            name = _dense(build, layer, i, name) if isinstance(layer, Dense) else _scale(build, layer, i, name)
    build.nodes.append(onnx.helper.make_node("Identity", [name], ["y"]))
    if not all(np.isfinite(array).all() for array in build.constants.values()):
        raise NodewiseError('weights must be below 3.4e38 in float32. Got a larger one; use precision="float64".')
    return write_bytes(path, _model(onnx, network, build, precision).SerializeToString())


def _dense(build: Builder, layer: Dense, i: int, name: str) -> str:
    weight, bias = build.const(layer.weight, f"weight_{i}"), build.const(layer.bias, f"bias_{i}")
    return apply(build, layer.activation, build.op("Gemm", name, weight, bias, transB=1))


def _scale(build: Builder, layer: Any, i: int, name: str) -> str:
    scaled = build.op("Mul", name, build.const(layer.factor, f"factor_{i}"))
    return build.op("Add", scaled, build.const(layer.shift, f"shift_{i}"))


def _model(onnx: Any, network: Network, build: Builder, precision: str) -> Any:
    helper, kind = onnx.helper, getattr(onnx.TensorProto, _PRECISIONS[precision])
    graph = helper.make_graph(
        build.nodes,
        "network",
        [helper.make_tensor_value_info("x", kind, ["sample", network.inputs])],
        [helper.make_tensor_value_info("y", kind, ["sample", network.outputs])],
        [onnx.numpy_helper.from_array(array, name) for name, array in build.constants.items()],
    )
    opset = helper.make_opsetid("", _OPSET)
    about = {"producer_name": "nodewise", "producer_version": version("nodewise")}
    model = helper.make_model(graph, opset_imports=[opset], ir_version=_IR, **about)
    helper.set_model_props(model, {"nodewise": json.dumps({name: getattr(network, name) for name in _LABELS})})
    return model
