"""A graph evaluated node by node in NumPy, in its own precision: what the layers read from it are compared with.

Nothing is gathered, folded or recognised here: each operator does to arrays what the standard says,
https://onnx.ai/onnx/operators/. Tests hold it to onnx's reference and onnxruntime.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from nodewise.adapters.base import UnreadableError
from nodewise.adapters.onnx import pointwise
from nodewise.adapters.onnx.constants import KINDS, Constants, attributes, constant
from nodewise.adapters.onnx.walk import needed

Options = Mapping[str, Any]


def known(nodes: Sequence[Any], outputs: Sequence[str]) -> bool:
    """Return whether every node that some tensors need can be evaluated here."""
    return all(
        node.op_type in _OPERATORS or node.op_type == "Constant" or pointwise.known(node.op_type)
        for node in needed(nodes, outputs)
    )


def run(
    nodes: Sequence[Any], constants: Constants, feeds: Mapping[str, np.ndarray], outputs: Sequence[str], opset: int
) -> list[np.ndarray]:
    """Return some tensors of a graph.

    Args:
        nodes: Its nodes, in order.
        constants: Its initialisers.
        feeds: What it is given.
        outputs: The tensors to return.
        opset: The version of the standard operators.
    """
    seen: dict[str, Any] = dict(feeds)
    order = needed(nodes, outputs)
    last = {name: node for node in order for name in node.input} | dict.fromkeys(outputs)
    with np.errstate(all="ignore"):
        for node in order:
            given = [seen[name] if name in seen else constants.get(name) for name in node.input]
            for name in node.input:  # a tensor that nothing else reads gives its memory to the next
                if last[name] is node:
                    seen.pop(name, None)
            made = constant(node) if node.op_type == "Constant" else _one(node, given, opset)
            seen |= dict(zip(node.output, made if isinstance(made, tuple) else (made,), strict=False))
    return [np.asarray(seen[name] if name in seen else constants.get(name)) for name in outputs]


def _one(node: Any, given: list[Any], opset: int) -> Any:
    options = attributes(node)
    if node.op_type in _OPERATORS:
        return _OPERATORS[node.op_type](options | {"opset": opset}, *given)
    made = pointwise.apply(node.op_type, options, given)
    if node.op_type in pointwise.TRUTHS:
        return np.asarray(made, bool)
    return np.asarray(made).astype(given[1 if node.op_type == "Where" else 0].dtype, copy=False)


def _gemm(o: Options, a: np.ndarray, b: np.ndarray, c: Any = None) -> np.ndarray:
    product = (a.T if o.get("transA") else a) @ (b.T if o.get("transB") else b)
    whole = o.get("alpha", 1.0) * product
    return whole if c is None else whole + o.get("beta", 1.0) * c


def _batch_norm(o: Options, x: np.ndarray, scale: Any, shift: Any, mean: Any, variance: Any) -> np.ndarray:
    if o.get("training_mode"):
        raise UnreadableError("BatchNormalization in training")
    along = (1, -1) + (1,) * (x.ndim - 2) if x.ndim > 2 else (-1,)
    scale, shift, mean, variance = (part.reshape(along) for part in (scale, shift, mean, variance))
    return (scale * (x - mean) / np.sqrt(variance + o.get("epsilon", 1e-5)) + shift).astype(x.dtype)


def _softmax(o: Options, x: np.ndarray) -> np.ndarray:
    axis = o.get("axis", -1 if o["opset"] >= _BY_AXIS else 1)
    if o["opset"] < _BY_AXIS:  # over this axis and all behind it
        flat = x.reshape(int(np.prod(x.shape[:axis])), -1)
        return _softmax({"opset": _BY_AXIS}, flat).reshape(x.shape)
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _row(values: Any) -> np.ndarray:
    return np.array(values, np.float32)


def _scaler(o: Options, x: np.ndarray) -> np.ndarray:
    return ((x - _row(o["offset"])) * _row(o["scale"])).astype(np.float32)


def _linear(o: Options, x: np.ndarray, rows: int) -> np.ndarray:
    found = x.astype(np.float32) @ _row(o["coefficients"]).reshape(rows, -1).T + _row(o.get("intercepts") or [0.0])
    kind = o.get("post_transform", "NONE")
    if kind == "SOFTMAX":
        return _softmax({"opset": _BY_AXIS}, found)
    if kind == "LOGISTIC":
        return pointwise.apply("Sigmoid", {}, [found]).astype(np.float32)
    if kind != "NONE":
        raise UnreadableError(f"the transformation {kind} of its outputs")
    return found


def _classifier(o: Options, x: np.ndarray) -> tuple[Any, np.ndarray]:
    labels = o.get("classlabels_ints") or o.get("classlabels_strings") or []
    return None, _linear(o, x, len(labels))  # the label itself is no output that is read


def _normalizer(o: Options, x: np.ndarray) -> np.ndarray:
    if o.get("norm") != "L1":  # what a probability is divided by; no other can be a layer
        raise UnreadableError("Normalizer by another length")
    return x / np.abs(x).sum(axis=-1, keepdims=True)


def _imputer(o: Options, x: np.ndarray) -> np.ndarray:
    floats = np.issubdtype(x.dtype, np.floating)
    fill: Any = np.array(o["imputed_value_floats" if floats else "imputed_value_int64s"], x.dtype)
    gap = o.get("replaced_value_float", 0.0) if floats else o.get("replaced_value_int64", 0)
    return np.where(np.isnan(x) if gap != gap else x == gap, fill, x)


def _dropout(_: Options, x: np.ndarray, __: Any = None, training: Any = None) -> np.ndarray:
    if training is not None and training.any():
        raise UnreadableError("Dropout in training")
    return x


def _flatten(o: Options, x: np.ndarray) -> np.ndarray:
    axis = o.get("axis", 1)
    return x.reshape(int(np.prod(x.shape[:axis])), -1)  # a negative axis counts from the end, as in Python


def _reshape(o: Options, x: np.ndarray, shape: np.ndarray) -> np.ndarray:
    kept = [int(n) if n or o.get("allowzero") else x.shape[i] for i, n in enumerate(shape)]
    return x.reshape(kept)


def _axes(o: Options, given: Any) -> tuple[int, ...] | None:
    found = o.get("axes") if given is None else given
    return None if found is None else tuple(int(axis) for axis in np.reshape(found, -1))


def _unsqueeze(o: Options, x: np.ndarray, axes: Any = None) -> np.ndarray:
    return np.expand_dims(x, _axes(o, axes) or ())


def _gather(o: Options, x: np.ndarray, at: np.ndarray) -> np.ndarray:
    return np.take(x, at, axis=o.get("axis", 0))


def _slice(o: Options, x: np.ndarray, *given: Any) -> np.ndarray:
    names = ("starts", "ends", "axes", "steps")
    parts: list[Any] = [*given, *[None] * 4][:4] if given else [o.get(name) for name in names]
    count = np.size(parts[0])
    parts = [
        parts[0],
        parts[1],
        range(count) if parts[2] is None else parts[2],
        [1] * count if parts[3] is None else parts[3],
    ]
    cut = [slice(None)] * x.ndim
    for start, end, axis, step in zip(*(np.reshape(part, -1) for part in parts), strict=True):
        behind = step < 0 and end < -x.shape[axis]  # where a slice towards the front includes the first
        cut[axis] = slice(int(start), None if behind else int(end), int(step))
    return x[tuple(cut)]


def _alone(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda _, *values: function(*values)


_BY_AXIS = 13  # the version since which Softmax goes along one axis
_OPERATORS: dict[str, Callable[..., Any]] = {
    "ArrayFeatureExtractor": lambda _, x, at: np.take(x, at.reshape(-1), axis=-1),
    "BatchNormalization": _batch_norm,
    "Cast": lambda o, x: x.astype(KINDS[o["to"]]),
    "CastLike": lambda _, x, like: x.astype(like.dtype),
    "Concat": lambda o, *values: np.concatenate(values, axis=o.get("axis", 1)),
    "Dropout": _dropout,
    "Flatten": _flatten,
    "Gather": _gather,
    "Gemm": _gemm,
    "Identity": _alone(lambda x: x),
    "Imputer": _imputer,
    "LinearClassifier": _classifier,
    "LinearRegressor": lambda o, x: _linear(o, x, o.get("targets", 1)),
    "MatMul": _alone(np.matmul),
    "Normalizer": _normalizer,
    "Reshape": _reshape,
    "Scaler": _scaler,
    "Shape": lambda _, x: np.array(x.shape, np.int64),
    "Slice": _slice,
    "Softmax": _softmax,
    "Squeeze": lambda o, x, axes=None: np.squeeze(x, _axes(o, axes)),
    "Transpose": lambda o, x: np.transpose(x, o.get("perm")),
    "Unsqueeze": _unsqueeze,
}
