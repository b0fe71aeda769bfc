"""ONNX graphs for the tests, made with onnx's own helpers: random networks in the forms that exporters write."""

import numpy as np
import onnx
from onnx import helper, numpy_helper

from nodewise.adapters.onnx.wire import _SCHEMA, Message

# One activation each: the nodes that exporters write for it, from z to a; numbers are constants.
ACTIVATIONS = {
    "relu": [("Relu", ["z"], {})],
    "sigmoid": [("Sigmoid", ["z"], {})],
    "tanh": [("Tanh", ["z"], {})],
    "leaky_relu(0.2)": [("LeakyRelu", ["z"], {"alpha": 0.2})],
    "leaky_relu(0.3)": [("PRelu", ["z", 0.3], {})],
    "leaky_relu(0.25)": [("Mul", ["z", 0.25], {}), ("Max", ["z", 0], {})],
    "elu(0.7)": [("Elu", ["z"], {"alpha": 0.7})],
    "elu(1.6732632423543772)": [("Selu", ["z"], {})],
    "elu": [("Celu", ["z"], {"alpha": 1.5})],
    "gelu": [("Gelu", ["z"], {})],
    "gelu by erf": [("Div", ["z", 2**0.5], {}), ("Erf", [0], {}), ("Add", [1, 1.0], {}), ("Mul", ["z", 2], {}),
                    ("Mul", [3, 0.5], {})],
    "gelu_tanh": [("Gelu", ["z"], {"approximate": "tanh"})],
    "gelu_tanh by tanh": [("Pow", ["z", 3.0], {}), ("Mul", [0, 0.044715], {}), ("Add", ["z", 1], {}),
                          ("Mul", [2, (2 / np.pi) ** 0.5], {}), ("Tanh", [3], {}), ("Add", [4, 1.0], {}),
                          ("Mul", ["z", 5], {}), ("Mul", [6, 0.5], {})],
    "silu": [("Sigmoid", ["z"], {}), ("Mul", ["z", 0], {})],
    "silu by 1.702": [("Mul", ["z", 1.702], {}), ("Sigmoid", [0], {}), ("Mul", ["z", 1], {})],
    "mish": [("Softplus", ["z"], {}), ("Tanh", [0], {}), ("Mul", ["z", 1], {})],
    "mish alone": [("Mish", ["z"], {})],
    "softplus": [("Softplus", ["z"], {})],
    "softplus by exp": [("Exp", ["z"], {}), ("Add", [0, 1.0], {}), ("Log", [1], {})],
    "softplus of 2": [("Mul", ["z", 2.0], {}), ("Softplus", [0], {}), ("Div", [1, 2.0], {})],
    "softplus below": [("Sigmoid", ["z"], {}), ("Log", [0], {})],
    "softsign": [("Softsign", ["z"], {})],
    "softsign by abs": [("Abs", ["z"], {}), ("Add", [0, 1.0], {}), ("Div", ["z", 1], {})],
    "hard_tanh": [("Clip", ["z", -1.0, 1.0], {})],
    "hard_tanh to 6": [("Clip", ["z", 0.0, 6.0], {})],
    "hard_tanh of sigmoid": [("HardSigmoid", ["z"], {"alpha": 1 / 6, "beta": 0.5})],
    "hard_swish": [("HardSwish", ["z"], {})],
    "hard_swish by clip": [("Add", ["z", 3.0], {}), ("Clip", [0, 0.0, 6.0], {}), ("Div", [1, 6.0], {}),
                           ("Mul", ["z", 2], {})],
    "gaussian": [("Pow", ["z", 2.0], {}), ("Neg", [0], {}), ("Exp", [1], {})],
    "cosine": [("Cos", ["z"], {})],
    "sine": [("Sin", ["z"], {})],
    "snake": [("Sin", ["z"], {}), ("Mul", [0, 0], {}), ("Add", ["z", 1], {})],
    "abs": [("Abs", ["z"], {})],
    "step": [("Greater", ["z", 0.0], {}), ("Cast", [0], {"to": "kind"})],
    "saw": [("Floor", ["z"], {}), ("Sub", ["z", 0], {})],
}  # fmt: skip


class Graph:
    """A graph that is written node by node; `kind` is the numbers' type."""

    def __init__(self, kind=np.float64, features=3, seed=0):
        self.kind, self.rng = np.dtype(kind), np.random.default_rng(seed)
        self.nodes, self.arrays, self.features = [], [], features
        self.last, self.width = "x", features

    def const(self, value):
        """Return the name of an initialiser, or of the result of a Constant node, by chance."""
        name = f"c{len(self.arrays) + len(self.nodes)}"
        tensor = numpy_helper.from_array(np.asarray(value, self.kind), name)
        if self.rng.random() < 0.5:
            self.arrays.append(tensor)
        else:
            self.nodes.append(helper.make_node("Constant", [], [name], value=tensor))
        return name

    def op(self, kind, *inputs, domain="", **attributes):
        """Add a node and return the name of its result."""
        name = f"v{len(self.nodes)}"
        if attributes.get("to") == "kind":
            attributes["to"] = helper.np_dtype_to_tensor_dtype(self.kind)
        self.nodes.append(helper.make_node(kind, list(inputs), [name], domain=domain, **attributes))
        return name

    def normal(self, *shape):
        """Return normal numbers for a layer: weights are divided by the root of what they read."""
        return self.rng.normal(size=shape) / max(1, shape[-1]) ** 0.5

    def layer(self, nodes):
        """Add an affine layer in one of the forms of exporters."""
        weight, bias = self.normal(nodes, self.width), self.normal(nodes)
        form = self.rng.integers(5)
        if form == 0:
            made = self.op("Gemm", self.last, self.const(weight), self.const(bias), transB=1)
        elif form == 1:
            made = self.op("Gemm", self.last, self.const(weight.T), self.const(bias[None]), alpha=0.5, beta=2.0)
        elif form == 2:
            made = self.op("Add", self.op("MatMul", self.last, self.const(weight.T)), self.const(bias))
        elif form == 3:
            turned = self.op("Transpose", self.const(weight), perm=[1, 0])
            made = self.op("Add", self.const(bias), self.op("MatMul", self.last, turned))
        else:
            made = self.op("Gemm", self.last, self.const(weight.T))
        self.last, self.width = made, nodes
        return self

    def between(self):
        """Add something that is no layer of its own: a normalisation, a scaling, a step that changes nothing."""
        form, row = self.rng.integers(6), self.normal(self.width)
        if form == 0:
            given = [self.const(v) for v in (row + 1, row, 2 * row, np.abs(row) + 0.5)]
            self.last = self.op("BatchNormalization", self.last, *given, epsilon=1e-3)
        elif form == 1:
            self.last = self.op("Div", self.op("Sub", self.last, self.const(row)), self.const(np.abs(row) + 0.5))
        elif form == 2:
            self.last = self.op("Mul", self.last, self.const(row + 2))
        elif form == 3:
            self.last = self.op("Sub", self.const(1.0), self.op("Identity", self.last))
        elif form == 4:
            self.last = self.op("Cast", self.op("Flatten", self.last), to="kind")
        return self

    def activation(self, name):
        """Add an activation of `ACTIVATIONS`."""
        made = []
        for kind, inputs, attributes in ACTIVATIONS[name]:
            given = [
                self.last if part == "z" else made[part] if isinstance(part, int) else self.const(part)
                for part in inputs
            ]
            made.append(self.op(kind, *given, **attributes))
        self.last = made[-1]
        return self

    def model(self, *, outputs=None, functions=(), batch="n"):
        """Return the model proto; its outputs are the last result, unless others are named."""
        kind = helper.np_dtype_to_tensor_dtype(self.kind)
        names = outputs or [self.last]
        graph = helper.make_graph(
            self.nodes,
            "graph",
            [helper.make_tensor_value_info("x", kind, [batch, self.features])],
            [helper.make_tensor_value_info(name, kind, None) for name in names],
            self.arrays,
        )
        opsets = [helper.make_opsetid("", 20), helper.make_opsetid("ai.onnx.ml", 3), helper.make_opsetid("own", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9, functions=list(functions))


def evaluated(model, x):
    """Return what onnx's reference gives for x."""
    from onnx.reference import ReferenceEvaluator

    kind = helper.tensor_dtype_to_np_dtype(model.graph.input[0].type.tensor_type.elem_type)
    with np.errstate(all="ignore"):
        return ReferenceEvaluator(model).run(None, {model.graph.input[0].name: x.astype(kind)})[0]


def saved(model, folder, name="model.onnx"):
    """Return the path of a model's file."""
    path = folder / name
    path.write_bytes(model.SerializeToString())
    return path


def same(message, proto):
    """Return whether a message that was parsed here holds what onnx's own class does, of the fields it knows."""
    return all(_alike(getattr(message, field), getattr(proto, field)) for field, _, _ in _SCHEMA[message.kind].values())


def _alike(ours, theirs):
    if isinstance(ours, Message):
        return same(ours, theirs)
    if isinstance(ours, memoryview | bytes | str | int | float | np.floating):
        return (bytes(ours) if isinstance(ours, memoryview) else ours) == theirs
    return len(ours) == len(theirs) and all(_alike(*pair) for pair in zip(ours, theirs, strict=True))


__all__ = ["ACTIVATIONS", "Graph", "evaluated", "onnx", "same", "saved"]
