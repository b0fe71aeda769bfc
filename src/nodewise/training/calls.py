"""Running the compiled loop call by call: progress, Ctrl-C, thinning and joining what each call recorded."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import jax
import numpy as np
from jaxtyping import Float, Int

from nodewise.training import loop
from nodewise.training.objective import Batch, Model
from nodewise.training.plan import Plan

Progress = Callable[[int, int, float], None]

REASONS = {
    loop.RUNNING: "finished",
    loop.CONVERGED: "converged",
    loop.DIVERGED: "diverged",
    loop.STOPPED_EARLY: "stopped_early",
}
_GROWTH = 1e4  # an objective this many times its start, or the targets' mean square, counts as diverged
_FIRST_CALL = 2e8  # multiplications in the first call, a fraction of a second
_CALL_SECONDS = 0.2  # length aimed for by the later ones


@dataclass(frozen=True, eq=False)
class Runs:
    """What every start did. Lists have one entry per start, because starts stop at different steps.

    Attributes:
        parameters: Per start [snapshot, parameter], all finite.
        steps: Per start [snapshot], the step of each snapshot.
        losses: Per start [step + 1]; the last entry may be NaN or infinite where it diverged.
        validation: Per start [step + 1], or None.
        best_losses, best_steps, best_parameters: [start, …] by validation loss, or None.
        reasons: [start], codes of `loop`.
        interrupted: Whether Ctrl-C ended it.
        notes: What was thinned, a sentence each.
    """

    parameters: list[Float[np.ndarray, "snapshot parameter"]]
    steps: list[Int[np.ndarray, " snapshot"]]
    losses: list[Float[np.ndarray, " step"]]
    validation: list[Float[np.ndarray, " step"]] | None
    best_losses: np.ndarray | None
    best_steps: np.ndarray | None
    best_parameters: np.ndarray | None
    reasons: np.ndarray
    interrupted: bool
    notes: tuple[str, ...]

    def judged(self, start: int) -> float:
        """Return the objective a start is judged by: its lowest validation loss, or that of the step it is kept at."""
        if self.best_losses is not None:
            return float(self.best_losses[start])
        return float(self.losses[start][self.kept(start)[0]])

    def kept(self, start: int) -> tuple[int, Float[np.ndarray, " parameter"]]:
        """Return the step a start is kept at and its parameters there: the best, the last, or (diverged) the lowest.

        Without samples held out it is one of the snapshots.
        """
        if self.best_steps is not None and self.best_parameters is not None:
            return int(self.best_steps[start]), self.best_parameters[start]
        steps, snapshot = self.steps[start], -1
        if self.reasons[start] == loop.DIVERGED:
            losses = self.losses[start][steps]
            snapshot = int(np.argmin(np.where(np.isfinite(losses), losses, np.inf)))
        return int(steps[snapshot]), self.parameters[start][snapshot]


def run_all(
    solver: loop.Solver,
    model: Model,
    todo: Plan,
    first: Float[np.ndarray, "start parameter"],
    batch: Batch,
    held_out: Batch | None,
    progress: Progress | None,
    limit: float | None = None,
) -> Runs:
    """Run every start until it stops, the steps are done or the user interrupts; keep what is there.

    Starts above the objective `limit` count as diverged; None for the usual one, which these starts decide.
    """
    settings, dtype = todo.settings, first.dtype.type
    size = model.parameters * first.itemsize
    stride, slots = todo.stride(size), todo.slots(size)
    samples = batch.weights.size
    orders = _Orders(samples, settings.batch, settings.seed)
    begun = loop.begin(model, solver, first, batch, held_out, orders.rows(0, 1), dtype(settings.l2))
    usual = ceiling(np.asarray(begun.state.loss), batch.targets)
    work = 6 * model.parameters * (settings.batch or samples) * settings.starts
    length = _whole_strides(_FIRST_CALL / work, stride, slots)
    now, records, done, interrupted = begun, [], 0, False
    try:
        while done < settings.steps and (np.asarray(now.reason) == loop.RUNNING).any():
            began, steps = time.perf_counter(), min(length, settings.steps - done)
            limits = loop.Limits(
                np.int32(steps), np.int32(stride), dtype(todo.rate), dtype(settings.l2), dtype(todo.tolerance),
                dtype(usual if limit is None else limit), np.int32(settings.patience), dtype(todo.floor),
            )  # fmt: skip
            order = orders.rows(done + 1, slots * stride)
            after, record = loop.run(model, solver, slots, slots * stride, now, batch, held_out, order, limits)
            jax.block_until_ready(after)
            # In this order a Ctrl-C in between leaves a record too many, which `_join` cuts off, never one too few.
            records.append((done, record))
            now = after
            done += steps
            pace = (time.perf_counter() - began) / steps
            # The first call may include compilation, so the length grows only gradually.
            length = _whole_strides(min(_CALL_SECONDS / max(pace, 1e-9), 8 * length), stride, slots)
            if progress:
                progress(done, settings.steps, float(np.nanmin(np.asarray(now.state.loss))))
    except KeyboardInterrupt:
        interrupted = True
    return _join(first, begun, now, records, todo, stride, interrupted)


def first_losses(
    solver: loop.Solver, model: Model, todo: Plan, first: Float[np.ndarray, "start parameter"], batch: Batch
) -> Float[np.ndarray, " start"]:
    """Return the objective of every start before the first step."""
    order = _Orders(batch.weights.size, todo.settings.batch, todo.settings.seed).rows(0, 1)
    begun = loop.begin(model, solver, first, batch, None, order, first.dtype.type(todo.settings.l2))
    return np.asarray(begun.state.loss)


def ceiling(losses: Float[np.ndarray, " start"], targets: Float[np.ndarray, "output sample"]) -> float:
    """Return the objective above which a start counts as diverged; finite, so that infinity always does."""
    with np.errstate(over="ignore"):
        sizes = [*losses[np.isfinite(losses)], np.mean(np.square(targets, dtype=float))]
        return float(min(_GROWTH * max(map(float, sizes)), np.finfo(targets.dtype).max))


def _whole_strides(steps: float, stride: int, slots: int) -> int:
    return stride * int(np.clip(steps // stride, 1, slots))


@dataclass(frozen=True)
class _Orders:
    """Which samples each step sees: a fresh permutation every epoch, the same however the calls are cut."""

    samples: int
    batch: int | None
    seed: int

    def rows(self, first: int, count: int) -> Int[np.ndarray, "step sample"] | None:
        """Return the samples of steps `first` to `first + count - 1`, or None for the full batch."""
        if self.batch is None:
            return None
        per_epoch = self.samples // self.batch
        chosen: Iterator[np.ndarray] = (
            np.random.default_rng((self.seed, 1, epoch)).permutation(self.samples)[: per_epoch * self.batch]
            for epoch in range(first // per_epoch, (first + count - 1) // per_epoch + 1)
        )
        rows = np.concatenate(list(chosen)).reshape(-1, self.batch)
        return rows[first % per_epoch :][:count].astype(np.int32)


def _join(
    first: np.ndarray,
    begun: loop.Progress,
    now: loop.Progress,
    records: list[tuple[int, loop.Record]],
    todo: Plan,
    stride: int,
    interrupted: bool,
) -> Runs:
    """Put the records of all calls together, each start cut off where it stopped."""
    ends, best = np.asarray(now.step), now.best
    snapshots = [(done, stride, np.asarray(record.parameters)) for done, record in records]
    losses = [(done, 1, np.asarray(record.losses)) for done, record in records]
    validation = [(done, 1, np.asarray(record.validation)) for done, record in records if best is not None]
    every = [_joined(first, snapshots, start, end) for start, end in enumerate(ends)]
    finite = [np.isfinite(parameters).all(axis=1) for parameters, _ in every]
    thinned = (
        f"Kept the parameters of every {stride}th step: those of all {todo.settings.steps} steps would take more "
        "memory than history_megabytes allows."
    )
    return Runs(
        [parameters[good] for (parameters, _), good in zip(every, finite, strict=True)],
        [steps[good] for (_, steps), good in zip(every, finite, strict=True)],
        [_joined(np.asarray(begun.state.loss), losses, start, end)[0] for start, end in enumerate(ends)],
        begun.best and [_joined(np.asarray(begun.best.loss), validation, i, end)[0] for i, end in enumerate(ends)],
        best and np.asarray(best.loss),
        best and np.asarray(best.step),
        best and np.asarray(best.parameters),
        np.asarray(now.reason),
        interrupted,
        (thinned,) if stride > 1 else (),
    )


def _joined(
    before: np.ndarray, calls: list[tuple[int, int, np.ndarray]], start: int, end: int
) -> tuple[np.ndarray, Int[np.ndarray, " entry"]]:
    """Return what one start has at step 0 and what the calls recorded up to step `end`, with the step of each.

    A call is (steps done before it, stride, what it recorded [start, slot, …]).
    """
    parts, steps = [before[start : start + 1]], [np.zeros(1, int)]
    following = [*(done for done, _, _ in calls[1:]), end][: len(calls)]
    for (done, stride, recorded), then in zip(calls, following, strict=True):
        last = min(int(end), then)
        at = np.arange(done, last, stride) + stride
        parts.append(recorded[start, : len(at)])
        steps.append(np.minimum(at, last))
    return np.concatenate(parts), np.concatenate(steps)
