"""Layers: what multiplies by weights, normalises, drops out or ends a classifier."""

import numpy as np

import torch  # type: ignore[import-not-found]
from nodewise.adapters.base import Affine, UnreadableError
from nodewise.adapters.torch import names, values
from nodewise.adapters.torch.call import Call, count
from nodewise.adapters.torch.tensors import norm, numbers
from nodewise.adapters.torch.values import Log, Value

AFFINE = {
    "adaptive_avg_pool1d", "adaptive_avg_pool2d", "addmm", "avg_pool1d", "avg_pool2d", "conv1d", "conv2d", "conv3d",
    "cumsum", "einsum", "linear", "matmul", "mean", "mm", "sum",
}  # fmt: skip
_MATRIX = 2


def linear(call: Call) -> Value | None:
    """Return weight·input + bias, of samples that are a row of numbers."""
    value, weight, bias = (call.given[name] for name in ("input", "weight", "bias"))
    if not isinstance(value, Value) or len(value.shape) != 1 or len(call.values) > 1:
        return None
    weight = numbers(weight)
    step = Affine(weight, np.zeros(len(weight)) if bias is None else numbers(bias))
    return value.then(step, shape=call.shape)


def product(call: Call) -> Value | None:
    """Return self·matrix, of samples that are a row of numbers."""
    value, matrix = call.given["self"], call.given.get("mat2", call.given.get("other"))
    if not isinstance(value, Value) or not isinstance(matrix, torch.Tensor):
        return None
    if len(value.shape) != 1 or matrix.ndim != _MATRIX:
        return None
    weight = numbers(matrix).T
    return value.then(Affine(weight, np.zeros(len(weight))), shape=call.shape)


def batch_norm(call: Call) -> Value:
    """Return a batch normalisation by the statistics of its training."""
    value, mean = call.given["input"], call.given["running_mean"]
    if mean is None or call.given["training"]:
        raise UnreadableError(f"{call.where} takes the statistics of each batch, and keeps none")
    shift, factor = norm(*(call.given[name] for name in ("weight", "bias", "running_mean", "running_var", "eps")))
    each = value.width // len(factor)
    return value.then(values.scaling(np.repeat(shift, each), np.repeat(factor, each), value.width))


def softmax(call: Call) -> Value | None:
    """Return softmax or log_softmax over the nodes."""
    value = call.values[0]
    if len(value.shape) != 1 or call.given["dim"] not in (1, -1):
        return None
    return value.then(*values.SOFTMAX["Softmax" if call.name == "softmax" else "LogSoftmax"])


def log(call: Call) -> Value | None:
    """Return the logarithm of a softmax; None of anything else."""
    value = call.values[0]
    return value.then(Log()) if value.path and getattr(value.path[-1], "joint", False) else None


def dropout(call: Call) -> Value:
    """Return what went in, which is what comes out in evaluation mode."""
    if call.given["train"]:
        raise UnreadableError(f"{call.where} leaves out nodes at random even in evaluation mode")
    return call.values[0]


def prelu(call: Call) -> Value | None:
    """Return a leaky ReLU whose slope was learned."""
    weight = call.given["weight"]
    return None if isinstance(weight, Value) else call.values[0].then(*names.prelu(weight))


def cast(call: Call) -> Value | None:
    """Return what went in, if numbers with a point come out."""
    dtype = call.given.get("dtype")
    return call.values[0] if dtype is None or dtype.is_floating_point else None


def probed(call: Call) -> Value:
    """Return an operation that is affine in its one value, by what it does to 0 and to 1 in each place."""
    value = call.values[0]
    size = value.width * count(call.shape)
    if size > values.LARGEST:
        raise UnreadableError(f"written as a matrix {call.where} has {size} weights")
    probes = torch.cat([torch.zeros(1, value.width), torch.eye(value.width)]).double()
    there = probes.reshape(-1, *value.shape)
    changed = {
        name: there if given is value else [there if part is value else part for part in given]
        for name, given in call.given.items()
        if given is value or isinstance(given, list | tuple)
    }
    with torch.no_grad():
        answers = numbers(call(**changed)).reshape(len(probes), -1)
    return value.then(values.affine((answers[1:] - answers[0]).T, answers[0]), shape=call.shape)
