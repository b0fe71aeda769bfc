"""What a tensor holds while a module runs: the steps that made it, and how two tensors are put together again.

A network is a chain. Tensors that part and meet again are a chain all the same where only affine steps lie between, or
where the same activations do: side by side they are one wider layer.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import block_diag

from nodewise.activations import Activation, find
from nodewise.adapters.base import Affine, Step, UnreadableError
from nodewise.network import Scale

LARGEST = 5_000_000  # weights of one step; a layer of more nodes than that is not read node by node


class Glue(Affine):
    """An affine step that is no layer of the module: features moved, put together or added."""


@dataclass(frozen=True, eq=False)
class Curve:
    """Some function of one number, the same for every feature.

    Attributes:
        value: The function, elementwise, of and to float64.
        where: What to call it in a sentence.
        factors: What numbers were multiplied by on the way, which may be the scale of an activation in it.
    """

    value: Callable[[np.ndarray], np.ndarray]
    where: str
    factors: frozenset[float]


@dataclass(frozen=True)
class Log:
    """The logarithm of probabilities, which may stand at the end."""


SOFTMAX = {"Softmax": (find("softmax"),), "LogSoftmax": (find("softmax"), Log())}
Path = tuple[Step | Curve | Log, ...]


@dataclass(frozen=True, eq=False)
class Value:
    """A tensor: what was done to the features, and its shape without the samples; features are counted row by row."""

    path: Path
    shape: tuple[int, ...]

    @property
    def width(self) -> int:
        """Number of numbers per sample."""
        return int(np.prod(self.shape, dtype=int))

    def then(self, *steps: Step | Curve | Log, shape: tuple[int, ...] | None = None) -> "Value":
        """Return it after more steps."""
        return Value((*self.path, *steps), self.shape if shape is None else shape)


def affine(weight: np.ndarray, bias: np.ndarray, glue: bool = False) -> Affine:
    """Return an affine step, refusing one that is too large."""
    if weight.size > LARGEST:
        raise UnreadableError(f"written as a matrix one of its layers has {weight.size} weights")
    return (Glue if glue else Affine)(weight, bias)


def scaling(shift: Any, factor: Any, width: int) -> Step:
    """Return shift + factor·x; a factor of 0 makes it an affine step, which may have it."""
    shift, factor = (np.broadcast_to(np.asarray(part, float), (width,)) for part in (shift, factor))
    return Scale(shift, factor) if factor.all() else affine(np.diag(factor), shift, glue=True)


def common(values: Sequence[Value]) -> tuple[Path, list[Path]]:
    """Return the steps that all values share, and what each of them does after those."""
    shared = 0
    for steps in zip(*(value.path for value in values), strict=False):
        if any(step is not steps[0] for step in steps):
            break
        shared += 1
    return values[0].path[:shared], [value.path[shared:] for value in values]


def combined(values: Sequence[Value], weight: np.ndarray, bias: np.ndarray, width: int) -> Path:
    """Return the path of weight·(all numbers of the values, one after the other) + bias.

    Args:
        values: What is put together.
        weight: [number, number of all values].
        bias: [number].
        width: How many features the module has.

    Raises:
        UnreadableError: If activations lie between the values' common steps and this, and not the same ones.
    """
    shared, rests = common(values)
    start = _width(shared, width)
    if weight.size + sum(value.width for value in values) * start > LARGEST:
        raise UnreadableError(f"written as a matrix one of its layers has more than {LARGEST} weights")
    split = [_stages(rest, start) for rest in rests]
    between = [[step for _, step in stages[:-1]] for stages in split]
    if any(not _same(steps, between[0]) for steps in between):
        raise UnreadableError("it adds or joins the results of different layers, and a network here is one chain")
    path = list(shared)
    for i, parts in enumerate(zip(*split, strict=True)):
        weights = [step.weight for step, _ in parts]
        joined = _with(parts, np.asarray(block_diag(*weights)) if i else np.vstack(weights))
        phi = parts[0][1]
        path += [joined] if phi is None else [joined, phi]
    last = path.pop()
    assert isinstance(last, Affine)
    glued = isinstance(last, Glue)
    path.append(affine(weight @ last.weight, weight @ last.bias + bias, glued))
    return tuple(path)


def _with(parts: Sequence[tuple[Affine, Any]], weight: np.ndarray) -> Affine:
    glue = all(isinstance(step, Glue) for step, _ in parts)
    return affine(weight, np.concatenate([step.bias for step, _ in parts]), glue)


def _stages(rest: Path, width: int) -> list[tuple[Affine, Activation | None]]:
    """Return steps as pairs of an affine step and the activation behind it; the last pair has none."""
    stages: list[tuple[Affine, Activation | None]] = []
    now = Glue(np.eye(width), np.zeros(width))
    for step in rest:
        if isinstance(step, Activation):
            stages.append((now, step))
            now = Glue(np.eye(len(now.bias)), np.zeros(len(now.bias)))
        elif isinstance(step, Affine | Scale):
            now = after(now, step)
        else:
            raise UnreadableError("it adds or joins the results of different layers, and a network here is one chain")
    return [*stages, (now, None)]


def _same(steps: Sequence[Any], others: Sequence[Any]) -> bool:
    """Return whether activations are the same ones, and act on each node alone."""
    pairs = itertools.zip_longest(steps, others)
    return all(a is not None and b is not None and a.name == b.name and not a.joint for a, b in pairs)


def after(first: Affine, second: Affine | Scale) -> Affine:
    """Return two steps as one; glue with a layer of the module is that layer."""
    if isinstance(second, Scale):
        return affine(second.factor[:, None] * first.weight, second.factor * first.bias + second.shift, _glue(first))
    weight, bias = second.weight @ first.weight, second.weight @ first.bias + second.bias
    return affine(weight, bias, _glue(first) and _glue(second))


def _glue(step: Affine) -> bool:
    return isinstance(step, Glue)


def _width(path: Path, width: int) -> int:
    for step in path:
        width = len(step.bias) if isinstance(step, Affine) else width
    return width
