"""From the steps of a tensor to those of a chain: functions recognised, what moves features multiplied into layers."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nodewise.activations import Activation
from nodewise.adapters.base import Affine, Step, UnreadableError
from nodewise.adapters.torch.curves import function_of, recognised
from nodewise.adapters.torch.values import Curve, Glue, Log, Path, after
from nodewise.network import Scale

_LONGEST = 8  # operations of an activation written by hand


def finish(path: Path, outputs: int) -> tuple[list[Step], bool]:
    """Return the steps of a chain, and whether the module gives the logarithm of what they give.

    Args:
        path: What was done to the features.
        outputs: How many numbers come out.

    Raises:
        UnreadableError: If it is no chain of affine steps and activations of the table.
    """
    log = bool(path) and isinstance(path[-1], Log)
    if any(isinstance(step, Log) for step in path[: len(path) - log]):
        raise UnreadableError("it goes on from logarithms of probabilities, and softmax can only stand at the end")
    steps = _unglued(_known(path[: len(path) - log]))
    if any(isinstance(step, Activation) and step.joint for step in steps[:-1]):
        raise UnreadableError("it goes on from a softmax, which can only stand at the end")
    if outputs == 1 and steps and isinstance(steps[-1], Activation) and steps[-1].joint:
        raise UnreadableError("it ends in a softmax of one number, which is always 1")
    return steps, log


def _known(path: Sequence[Any]) -> list[Step]:
    """Return steps with every function that was written by hand in the longest run of such replaced by its row."""
    steps: list[Step] = []
    i = 0
    while i < len(path):
        run = _run(path, i)
        if any(isinstance(step, Curve) for step in run):
            steps += _split(run)
            i += len(run)
        else:
            steps.append(path[i])
            i += 1
    return steps


def _run(path: Sequence[Any], start: int) -> Sequence[Any]:
    end = start
    while end < len(path) and function_of(path[end : end + 1]):
        end += 1
    return path[start:end]


def _split(run: Sequence[Any]) -> list[Step]:
    """Return a run as steps: what was written by hand in parts as short as are known; what lies around stays as it is.

    Raises:
        UnreadableError: If that cannot be; names the end of the first part that is not known.
    """
    first = next((i for i, step in enumerate(run) if isinstance(step, Curve)), None)
    if first is None:
        return list(run)
    refusal: UnreadableError | None = None
    ends = range(first + 1, min(len(run), first + _LONGEST) + 1)
    for start, end in sorted(((a, b) for a in range(first + 1) for b in ends), key=lambda span: span[1] - span[0]):
        try:
            return [*run[:start], *recognised(run[start:end]), *_split(run[end:])]
        except UnreadableError as error:
            refusal = refusal or error
    assert refusal is not None
    raise refusal


def _unglued(steps: Sequence[Step]) -> list[Step]:
    done: list[Step] = []
    for step in steps:
        now = step
        if done and isinstance(done[-1], Affine) and _joins(done[-1], now):
            now = after(done.pop(), now)  # type: ignore[arg-type]
        if not _nothing(now):
            done.append(now)
    return [_plain(step) for step in done]


def _joins(before: Affine, step: Step) -> bool:
    """Return whether an affine step behind another one is the same layer, because one of them is only glue."""
    glue = isinstance(before, Glue) or isinstance(step, Glue)
    return glue and isinstance(step, Affine | Scale)


def _nothing(step: Step) -> bool:
    """Return whether a step leaves everything as it is."""
    if isinstance(step, Scale):
        return bool((step.factor == 1).all()) and not step.shift.any()
    if not isinstance(step, Glue) or step.weight.shape[0] != step.weight.shape[1]:
        return False
    return bool((step.weight == np.eye(len(step.bias))).all()) and not step.bias.any()


def _plain(step: Step) -> Step:
    """Return glue that only scales as a scaling, and other glue as a layer."""
    if not isinstance(step, Glue):
        return step
    factor = np.diag(step.weight) if step.weight.shape[0] == step.weight.shape[1] else np.zeros(1)
    if factor.all() and (step.weight == np.diag(factor)).all():
        return Scale(step.bias, factor)
    return Affine(step.weight, step.bias)
