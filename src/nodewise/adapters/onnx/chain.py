"""A chain as steps, first one first: without what is only bookkeeping, and checked to be what a network can hold."""

import numpy as np

from nodewise.activations import Activation
from nodewise.adapters.base import Affine, Step, UnreadableError
from nodewise.adapters.onnx.signal import Pick, Root
from nodewise.network import Scale

_INVENTED = 4096  # nodes of a layer that is only there to carry an activation


def second_of_two(root: Root) -> Root | None:
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


def steps_of(root: Root) -> list[Step]:
    """Return the steps of a chain, first one first; what only picks and orders features becomes part of a layer."""
    steps: list[Step] = []
    while root.before is not None:
        steps.append(root.step)  # type: ignore[arg-type]
        root = root.before
    found: list[Step] = []
    for step in reversed(steps):
        if isinstance(step, Affine) and found and isinstance(found[-1], Pick) and _picks(found[-1].weight):
            before: Affine = found.pop()  # type: ignore[assignment]
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
    """Return a step that scales and orders features as a scaling, if it uses each once, and the matrix behind it."""
    used = step.weight != 0
    if used.shape[0] != used.shape[1] or not (used.sum(axis=0) == 1).all():
        return None, step.weight
    order = used.astype(float)
    return Scale(order.T @ step.bias, step.weight.sum(axis=0)), order


def checked(steps: list[Step], width: int) -> list[Step]:
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
