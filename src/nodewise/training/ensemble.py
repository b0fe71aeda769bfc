"""`ensemble`: many trainings from different starts, of which only what became of each is kept."""

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, cast

import jax
import numpy as np
from jaxtyping import Float, Int

from nodewise.data.dataset import Dataset
from nodewise.network import Network
from nodewise.training import chunk, loop
from nodewise.training.calls import REASONS, Runs, ceiling, first_losses, run_all
from nodewise.training.device import on_cpu
from nodewise.training.first_order import FirstOrder
from nodewise.training.history import History, build
from nodewise.training.prepare import Ready, prepare
from nodewise.training.settings import Settings
from nodewise.training.together import lines

Progress = Callable[[int, int], None]

# Of one number for all starts of a chunk: two of the widest vectors. With more, a chunk leaves the cache; and XLA makes
# one function of a loop only while a turn of it touches little (`runtime`), else it calls each operation by itself.
_BYTES = 128
_FEWEST = 16  # starts; fewer are trained sooner one by one
# Of a layer; above, what a chunk keeps leaves the cache, and products of matrices are as fast.
_MOST_NODES, _MOST_WEIGHTS = 128, 1024
_CALL = 2e9  # multiplications in one call of the program, about a second, after which Ctrl-C is heard
_GROUP = 32  # starts trained one by one whose histories are in memory together


@dataclass(frozen=True, eq=False)
class Ensemble:
    """What became of every start.

    Attributes:
        parameters: [start, parameter], those each is kept with: of the last step, the lowest objective where it
            diverged, or the lowest validation loss where samples were held out.
        losses: [start], the objective each is judged by, in scaled units.
        steps: [start], how many steps each did.
        reasons: [start], "finished", "converged", "stopped_early" or "diverged".
        history: The starts' last parameters as if they were the snapshots of one training, with scaling and names.
        settings: As used: "auto" and defaults replaced by what they stood for.
        notes: What was decided, a sentence each.
        together: Whether starts were trained many at once, or one by one.
        seconds: Time taken, compilation included.
    """

    parameters: Float[np.ndarray, "start parameter"]
    losses: Float[np.ndarray, " start"]
    steps: Int[np.ndarray, " start"]
    reasons: np.ndarray
    history: History
    settings: Settings
    notes: tuple[str, ...]
    together: bool
    seconds: float

    def __len__(self) -> int:
        """Number of starts."""
        return len(self.losses)

    def network(self, start: int) -> Network:
        """Return the network of one start."""
        return build(self.history.template, self.history.model, self.parameters[start])

    def outputs(self, x: object) -> Float[np.ndarray, "start sample output"]:
        """Return the outputs of every start at x [sample, feature], in the user's units and training's precision."""
        return self.history.curves(x)


def ensemble(
    data: Dataset, settings: Settings, progress: Progress | None = None, seeds: Sequence[int] | None = None
) -> Ensemble:
    """Train `settings.starts` starts and keep what became of each, without their histories.

    Solvers that follow the gradient of the full batch train a chunk of starts at once, on one core; others, and large
    networks, train start by start. What a start ends with depends neither on its chunk nor on the number of chunks.

    Args:
        data: As for `fit`.
        settings: Those of one fit; `starts` is the number of trainings, and `history_megabytes` means nothing.
        progress: Called after every chunk with (starts done, starts).
        seeds: None to train the starts that `fit` trains with these settings. Else one per start, instead of
            `settings.starts` and `settings.seed`: each start is trained as the only one of `fit` with this seed, up to
            rounding where many are trained at once. Batches and held-out samples, which a seed decides too, are those
            of `settings.seed` for all.

    Raises:
        NodewiseError: If a setting or the data break a rule; the message says which, and what to do.
    """
    began = time.perf_counter()
    if seeds is not None:
        settings = replace(settings, starts=len(seeds))
    ready = prepare(data, settings, seeds)
    together = _together(ready)
    with on_cpu(ready.todo.settings.precision):
        done = (_chunks if together else _one_by_one)(ready, seeds is not None, progress)
    order = np.arange(len(done.losses))
    return Ensemble(
        done.parameters, done.losses, done.steps, np.array([REASONS[code] for code in done.reasons.tolist()]),
        History(done.parameters, order, ready.model, ready.template), ready.todo.settings, ready.todo.notes,
        together, time.perf_counter() - began,
    )  # fmt: skip


class _Ended(NamedTuple):
    """What became of starts, fields as in `Ensemble`; reasons are codes of `loop`."""

    parameters: np.ndarray
    losses: np.ndarray
    steps: np.ndarray
    reasons: np.ndarray


def _together(ready: Ready) -> bool:
    """Return whether training starts at once is possible, and faster."""
    settings, sizes = ready.todo.settings, ready.model.sizes
    possible = isinstance(ready.solver, FirstOrder) and settings.batch is None and ready.held_out is None
    small = lines(ready.model) or max(sizes[1:]) <= _MOST_NODES
    thin = max(before * after for before, after in itertools.pairwise(sizes)) <= _MOST_WEIGHTS
    return possible and settings.starts >= _FEWEST and small and thin


def _chunks(ready: Ready, alone: bool, progress: Progress | None) -> _Ended:
    model, solver, first = ready.model, cast("chunk.Elementwise", ready.solver), ready.first
    lanes, l2 = _BYTES // first.itemsize, ready.todo.settings.l2
    samples = chunk.samples(ready.batch, lanes)
    # The last chunk is filled up with the first start, so that all run the same program.
    index = np.arange(-(-len(first) // lanes) * lanes).reshape(-1, lanes)
    index = np.where(index < len(first), index, 0)
    begun = [chunk.begin(model, solver, first[part], samples, l2) for part in index]
    limits = _limits(ready, np.concatenate([now.loss for now in begun])[: len(first)], alone)
    ended = []
    for i, part in enumerate(index):
        ended.append(_chunk(ready, begun[i], samples, limits[part]))
        if progress:
            progress(min((i + 1) * lanes, len(first)), len(first))
    done = _joined(ended, len(first))
    lost = done.reasons == loop.DIVERGED
    if lost.any():  # where such a start was lowest only a history tells
        for all_of_them, of_the_lost in zip(done, _groups(ready, first[lost], limits[lost], alone, None), strict=True):
            all_of_them[lost] = of_the_lost
    return done


def _chunk(ready: Ready, now: chunk.Progress, samples: chunk.Samples, limits: np.ndarray) -> _Ended:
    settings, dtype = ready.todo.settings, ready.first.dtype.type
    solver = cast("chunk.Elementwise", ready.solver)
    call = int(np.clip(_CALL / (6 * ready.model.parameters * ready.train.samples * len(now.loss)), 1, settings.steps))
    for done in range(0, settings.steps, call):
        told = chunk.Limits(
            np.int32(min(call, settings.steps - done)),
            dtype(ready.todo.rate),
            dtype(settings.l2),
            limits,
            dtype(ready.todo.floor),
        )
        now = jax.block_until_ready(chunk.run(ready.model, solver, now, samples, told, True))
        if (np.asarray(now.reason) != loop.RUNNING).all():
            break
    return _Ended(*map(np.asarray, (chunk.flatten(now.layers), now.loss, now.steps, now.reason)))


def _one_by_one(ready: Ready, alone: bool, progress: Progress | None) -> _Ended:
    first = ready.first
    if alone:
        return _groups(ready, first, None, alone, progress)
    parts = [first[i : i + _GROUP] for i in range(0, len(first), _GROUP)]
    begun = [first_losses(ready.solver, ready.model, ready.todo, part, ready.batch) for part in parts]
    return _groups(ready, first, _limits(ready, np.concatenate(begun), alone), alone, progress)


def _groups(
    ready: Ready, first: np.ndarray, limits: np.ndarray | None, alone: bool, progress: Progress | None
) -> _Ended:
    """Train from these starts in turn, with the histories of a few of them in memory at a time.

    Without `limits` each group decides its own.
    """
    todo, ended, at = ready.todo, [], 0
    room = todo.settings.history_megabytes * 1e6 / (first[0].nbytes * todo.settings.steps)
    size = 1 if alone else int(np.clip(room, 1, _GROUP))
    while at < len(first):
        group, limit = first[at : at + size], None if limits is None else float(limits[at])
        few = replace(todo, settings=replace(todo.settings, starts=len(group)))
        ran = run_all(ready.solver, ready.model, few, group, ready.batch, ready.held_out_batch, None, limit)
        if ran.interrupted:
            raise KeyboardInterrupt
        ended.append(_of_group(ran))
        at += len(group)
        if progress:
            progress(at, len(first))
    return _joined(ended, len(first))


def _of_group(ran: Runs) -> _Ended:
    starts = range(len(ran.reasons))
    steps = np.array([len(losses) - 1 for losses in ran.losses])
    kept, judged = [ran.kept(start)[1] for start in starts], [ran.judged(start) for start in starts]
    return _Ended(np.array(kept), np.array(judged), steps, ran.reasons)


def _joined(ended: list[_Ended], count: int) -> _Ended:
    return _Ended(*(np.concatenate(column)[:count] for column in zip(*ended, strict=True)))


def _limits(ready: Ready, begun: Float[np.ndarray, " start"], alone: bool) -> Float[np.ndarray, " start"]:
    """Return above which objective each start counts as diverged: all starts decide it as in `fit`, or each alone."""
    targets = ready.batch.targets
    limits = [ceiling(each, targets) for each in begun[:, None]] if alone else ceiling(begun, targets)
    return np.full(len(begun), limits, ready.first.dtype)
