"""Dense layers, a convolution and attention on samples that mean the same wherever they lie."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nodewise.data import checks
from nodewise.data.shifted import TASKS, Drawn, Task
from nodewise.errors import unknown
from nodewise.inspection.priors import Arm, Convolution, Priors
from nodewise.inspection.reading import readonly

# Each arm's architecture and how its samples are changed in training, by the names of the tables in training/.
ARMS = {
    "dense": ("dense", ""),
    "dense, noise added": ("dense", "noise added"),
    "dense, random shifts": ("dense", "random shifts"),
    "convolution": ("convolution", ""),
    "attention": ("attention", ""),
    "attention with positions": ("attention with positions", ""),
    "attention with offsets": ("attention with offsets", ""),
}
_RATE, _BATCH = 0.01, 32
_NODES = 64
_STARTS = {"patterns": 10, "digits": 3}
_STEPS = {"patterns": 400, "digits": 1000}
_KERNEL = {"patterns": ((1, 4), 8), "digits": ((5, 5), 32)}  # and channels
_PATCH = {"patterns": ((1, 1), (1, 1)), "digits": ((4, 4), (2, 2))}  # and how far apart
Progress = Callable[[int, int], None]
_MOVED = 20  # samples moved to every place


def priors(
    task: str = "patterns",
    arms: Sequence[str] = tuple(ARMS),
    *,
    starts: int | None = None,
    steps: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Priors:
    """Train architectures at some places and try them at others.

    All have relu nodes and train with Adam (learning rate 0.01, 32 samples per step) on the same samples, which each
    start draws anew:

    - dense: 64 nodes that see all features; also with noise (standard deviation 0.3) added to the samples at every
      step, or with the samples shifted to a random place at every step;
    - convolution: 8 channels of 4 samples, or 32 of 5×5 pixels, of each the largest answer (a global maximum);
    - attention: 4 heads between all samples, or between patches of 4×4 pixels, and the largest answer of 32 nodes on
      what they found; with positions, each place has a learned vector that is added to it; with offsets, each head has
      a learned number for every offset from one place to another, that is added to its scores. Without either it is
      blind to order.

    Args:
        task: "patterns" (+1, -1, +1, -1 and +1, +1, -1, -1 on 32 positions, noise 0.1, trained at 0 to 11, tried at 16
            to 27) or "digits" (scikit-learn's, on a larger canvas, trained near one corner, tried near the opposite
            one; needs scikit-learn).
        arms: Which to train, by name; the first is what the others are compared with.
        starts: How many of each; 10 of patterns and 3 of digits unless given.
        steps: Of each training; 400 for patterns and 1000 for digits unless given.
        seed: Of the first start; the others follow.
        progress: Called with (trainings done, trainings) after each.

    Raises:
        NodewiseError: If there is no such task or arm, a number is out of range, or scikit-learn is needed and missing.
    """
    chosen = _task(task)
    names = _names(arms)
    starts = _STARTS[task] if starts is None else checks.whole("starts", starts, 1)
    steps = _STEPS[task] if steps is None else checks.whole("steps", steps, 1)
    seed = checks.whole("seed", seed, 0)
    drawn = [chosen.draw(seed + i) for i in range(starts)]
    found, convolution = [], None
    for name in names:
        report = _counted(progress, len(found) * starts, len(names) * starts)
        arm, first = _arm(name, chosen, drawn, seed, steps, report)
        found.append(arm)
        convolution = first if name == "convolution" else convolution
    apart, moved = (np.nan, np.nan) if convolution is None else _measured(convolution, drawn[0])
    return Priors(chosen.name, chosen.said, chosen.classes, tuple(found), convolution, apart, moved)


def _task(name: Any) -> Task:
    if name not in TASKS:
        raise unknown("task", name, TASKS)
    return TASKS[name]


def _names(arms: Any) -> list[str]:
    names = [arms] if isinstance(arms, str) else list(arms)
    for name in names:
        if name not in ARMS:
            raise unknown("an arm", name, ARMS)
    return names or list(ARMS)


def _counted(progress: Progress | None, before: int, total: int) -> Callable[[int], None]:
    """Return what reports how many trainings of an arm are done, as a part of all."""
    return lambda done: progress(before + done, total) if progress else None


def _arm(
    name: str, task: Task, drawn: list[Drawn], seed: int, steps: int, report: Callable[[int], None]
) -> tuple[Arm, Convolution | None]:
    """Return an arm and, of a convolution, its first start."""
    from nodewise.training.architectures import Canvas  # JAX, once nothing can be refused any more
    from nodewise.training.arms import Plan, answers, train

    architecture, augmentation = ARMS[name]
    canvas = Canvas(task.shape, *_KERNEL[task.name], *_PATCH[task.name], _NODES, task.classes)
    plan = Plan(architecture, augmentation, canvas, _BATCH)
    shares, first = [], None
    for i, given in enumerate(drawn):
        trained = train(plan, *given.train, seed + i, steps=steps, rate=_RATE)
        shares.append([(answers(plan, trained.arrays, x) == classes).mean() for x, classes in given[1:]])
        first = trained if first is None else first
        report(i + 1)
    assert first is not None
    seen, unseen = readonly(np.array(shares).T)
    is_one = architecture == "convolution"
    return Arm(name, first.parameters, seen, unseen), _convolution(first.arrays, canvas) if is_one else None


def _convolution(arrays: dict[str, np.ndarray], canvas: Any) -> Convolution:
    kernel = arrays["weight"].T.reshape(-1, *canvas.kernel)
    bias, out, out_bias = (readonly(arrays[name]) for name in ("bias", "out", "out_bias"))
    return Convolution(readonly(kernel), bias, readonly(out.T), out_bias, canvas.shape)


def _measured(convolution: Convolution, drawn: Drawn) -> tuple[float, float]:
    """Return how far the convolution and the equal dense layer differ, and how far moving a sample changes it."""
    x = drawn.unseen.x[:_MOVED]
    apart = np.abs(convolution.dense(x) - convolution.responses(x).reshape(len(x), -1)).max()
    # On a line noise lies everywhere; of what lies in the second half alone there is room to move.
    alone = x * (np.arange(x.shape[1]) >= x.shape[1] // 2) if convolution.shape[0] == 1 else x
    moved = [convolution.moved(sample) for sample in alone]
    return float(apart), float(max(np.abs(logits - logits[0]).max() for logits in moved))
