"""What flows through a graph: a chain of steps, and a function of each number on top of them that is not a step yet."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nodewise.activations import Activation
from nodewise.adapters.base import Affine, Step, UnreadableError
from nodewise.network import Scale

_MOST = 5 * 10**7  # numbers in all matrices that are made from others
# A function of one number is known by its values here: dense where activations bend, and both tails.
GRID = np.concatenate([np.linspace(-8, 8, 321), [-30.0, -20.0, -12.5, 12.5, 20.0, 30.0]])
Line = tuple[float, float]  # shift and factor
STRAIGHT: Line = (0.0, 1.0)


class Pick(Affine):
    """A straight step that is no layer of the model: what its picking, joining and adding of tensors comes to."""


@dataclass(frozen=True, eq=False)
class Root:
    """A chain of steps, its last link first.

    Attributes:
        before: The chain before the last step, None for the features themselves.
        step: The last step.
        width: Numbers of a sample behind it.
        made: Numbers in the matrices that were computed for it, which is bounded.
        exact: Whether the graph computes in float64, so that its constants are what they say.
    """

    before: "Root | None"
    step: Step | None
    width: int
    made: int = 0
    exact: bool = False

    def then(self, step: Step, made: int = 0) -> "Root":
        """Return the chain with one more step."""
        width = len(step.bias) if isinstance(step, Affine) else self.width
        return Root(self, step, width, max(made, self.made), self.exact)


@dataclass(frozen=True, eq=False)
class Signal:
    """A tensor of the graph: outer∘function of each number that its chain gives.

    Attributes:
        root: The chain of steps.
        shape: The shape of one sample.
        values: The function on the `GRID`, None for the identity.
        outer: The line behind the function.
        inner: The lines that the function was seen to begin with.
        hint: The name of the function, where one operator is all of it.
        truth: Whether it is true or false.
    """

    root: Root
    shape: tuple[int, ...]
    values: np.ndarray | None = None
    outer: Line = STRAIGHT
    inner: frozenset[Line] = frozenset()
    hint: str = ""
    truth: bool = False

    @property
    def width(self) -> int:
        """Numbers of a sample."""
        return self.root.width

    @property
    def plain(self) -> bool:
        """Whether there is no function on top of the chain but a line."""
        return self.values is None

    @property
    def result(self) -> np.ndarray:
        """The function with the line behind it, on the `GRID`."""
        return self.outer[0] + self.outer[1] * (GRID if self.values is None else self.values)

    def along(self, shift: float, factor: float) -> "Signal":
        """Return shift + factor·(this)."""
        return replace(self, outer=(shift + factor * self.outer[0], factor * self.outer[1]), truth=False)

    def through(self, values: np.ndarray, *others: "Signal", hint: str = "", truth: bool = False) -> "Signal":
        """Return a function of this and other signals of the same chain, by its values on the `GRID`."""
        inner = frozenset().union(*(s.inner | ({s.outer} if s.plain else set()) for s in (self, *others)))
        hint = hint if self.plain and not others else ""
        return replace(self, values=np.asarray(values, float), outer=STRAIGHT, inner=inner, hint=hint, truth=truth)


def start(width: int, shape: tuple[int, ...], exact: bool) -> Signal:
    """Return the features."""
    return Signal(Root(None, None, width, exact=exact), shape)


def scaling(shift: np.ndarray, factor: np.ndarray) -> Step:
    """Return shift + factor·x as a step, also where a factor is 0."""
    return Scale(shift, factor) if np.all(factor != 0) else Affine(np.diag(factor), shift)


def straight_part(root: Root) -> tuple[Root, Affine | None]:
    """Return where the straight steps at the end of a chain begin, and all of them as one step; None where are none."""
    steps: list[Affine | Scale] = []
    while root.before is not None and not isinstance(root.step, Activation):
        steps.append(root.step)  # type: ignore[arg-type]
        root = root.before
    if not steps:
        return root, None
    bound(root.made + root.width**2)
    weight, bias = np.eye(root.width), np.zeros(root.width)
    for step in reversed(steps):
        if isinstance(step, Scale):
            weight, bias = step.factor[:, None] * weight, step.factor * bias + step.shift
        else:
            bound(len(step.bias) * weight.shape[1])
            weight, bias = step.weight @ weight, step.weight @ bias + step.bias
    return root, Affine(weight, bias)


def bound(numbers: int) -> None:
    """Refuse a matrix that does not fit into memory."""
    if numbers > _MOST:
        raise UnreadableError("a layer of more numbers than fit into memory")


def joined(parts: Sequence[tuple[Root, np.ndarray | None]], rows: int, added: bool = False) -> Root:
    """Return one chain of several that part only in straight steps: side by side, or added up.

    Args:
        parts: Each a chain and what its outputs are multiplied by, None for nothing.
        rows: Outputs of the result.
        added: Whether they are added up.

    Raises:
        UnreadableError: If they part earlier.
    """
    found = [straight_part(root) for root, _ in parts]
    begin = found[0][0]
    if any(root is not begin for root, _ in found):
        raise UnreadableError("it joins branches, such as a residual sum, which a chain of layers cannot hold")
    made = rows * begin.width + sum(root.made + root.width * begin.width for root, _ in parts)
    bound(made)
    weights, biases = [], []
    for (root, factor), (_, affine) in zip(parts, found, strict=True):
        weight = np.eye(root.width) if affine is None else affine.weight
        bias = np.zeros(root.width) if affine is None else affine.bias
        weights.append(weight if factor is None else factor[:, None] * weight)
        biases.append(bias if factor is None else factor * bias)
    weight = sum(weights) if added else np.concatenate(weights)
    bias = sum(biases) if added else np.concatenate(biases)
    return _behind(begin, np.asarray(weight), np.asarray(bias), made)


def picked(root: Root, columns: np.ndarray) -> Root:
    """Return a chain that gives some of the outputs of another."""
    begin, affine = straight_part(root)
    made = root.made + len(columns) * begin.width
    bound(made)
    if affine is None:
        weight = np.zeros((len(columns), root.width))
        weight[np.arange(len(columns)), columns] = 1
        return _behind(begin, weight, np.zeros(len(columns)), made)
    return _behind(begin, affine.weight[columns], affine.bias[columns], made)


def _behind(root: Root, weight: np.ndarray, bias: np.ndarray, made: int) -> Root:
    """Return a chain with one straight step more: none, a scaling, or a product."""
    if weight.shape[0] == weight.shape[1] and np.count_nonzero(weight) == np.count_nonzero(np.diag(weight)):
        factor = np.diag(weight)
        if (factor == 1).all() and not bias.any():
            return replace(root, made=max(made, root.made)) if made > _MOST // 100 else root
        return root.then(scaling(bias, factor), made)
    return root.then(Pick(weight, bias), made)


def size(shape: tuple[int, ...]) -> int:
    """Return the numbers of a sample of this shape."""
    return math.prod(shape)
