"""`study`: from data and lists of settings to many trainings, kept in a folder, and what they say together."""

import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from os import getpid
from pathlib import Path
from random import Random
from typing import Any

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError, unknown
from nodewise.inspection.study import Study
from nodewise.studies.study import cost, engines, work
from nodewise.studies.study.blob import unpack
from nodewise.studies.study.dispatch import Job, dispatch
from nodewise.studies.study.gather import gather
from nodewise.studies.study.grid import VARIED, Chunk, Grid, grid, read_grid, refused
from nodewise.studies.study.pace import Pace, Progress
from nodewise.studies.study.samples import Samples, split
from nodewise.studies.study.store import Store
from nodewise.training.plan import plan
from nodewise.training.settings import Settings
from nodewise.training.task import task


def study(
    data: Dataset,
    hidden: Any = (10,),
    activation: Any = "sigmoid",
    start: Any = "spread",
    solver: Any = "adam",
    l2: Any = 0.0,
    *,
    learning_rate: Any = None,
    steps: Any = 1000,
    starts: int = 64,
    holdout: float | Dataset = 0.0,
    good: float | None = None,
    engine: Any = None,
    store: str | Path | None = "study",
    chunk: int | None = None,
    seed: int = 0,
    yes: bool = False,
    progress: Progress | None = None,
    **more: Any,
) -> Study:
    """Train every combination of some settings from many starts, and count how many were good.

    What is done is kept in a folder, so that a study that was stopped, by whatever, goes on when it is asked for again.
    Each training has a seed of its own, `seed` and those that follow, with which `nodewise.fit` trains the same, to the
    last bit or, where many are trained at once, up to rounding (which many steps can make large).

    Args:
        data: Samples with targets or labels.
        hidden: A number of nodes or a list of them, ``[2, 4, 8]``; a tuple is one network of several hidden layers,
            ``[(8, 8), (16,)]``.
        activation: A name, or a list of names.
        start: Likewise. "spread" becomes "shifted" where the first hidden layer is periodic.
        solver: Likewise; not "auto".
        l2: A number, or a list of numbers.
        learning_rate: Likewise; None for the solver's own.
        steps: Likewise.
        starts: Trainings of each combination.
        holdout: The share of the samples with the largest values of the first feature, such as the last fifth of the
            years, that is kept for the error outside; or a Dataset of its own. Without it the error outside is measured
            where the true function of one feature is known: over half the range beyond either end.
        good: The largest error inside that is good; 1.5 times the noise unless given, or where that is unknown, 1.1
            times the least error of all.
        engine: None for one process per core of this machine, a number of them, "dask://HOST:PORT", "ray://HOST:PORT",
            "slurm", or any object whose `submit(function, *arguments)` returns what has `result()`.
        store: The folder that keeps what is done; one for each dataset. None for one that goes with the study.
        chunk: Trainings that a worker does at a time; None for as many as take some seconds.
        seed: Of the first training.
        yes: Whether a study of more than a million trainings, or of more than a day of one core, is wanted.
        progress: Called before the first and whenever some are done, with (trainings done, trainings in all, about how
            many seconds the others take).
        more: Further fields of `Settings`: loss, l2_on, batch, validation, scale, ….

    Returns:
        What was found. After Ctrl-C, what is there by then; `missing` says how many trainings are not.

    Raises:
        NodewiseError: If a list is empty, a combination breaks a rule, the folder holds another study, the engine
            cannot be reached, or the disk is full.
    """
    for name in more:
        if name not in Settings.__dataclass_fields__ or name in ("starts", "seed"):
            raise unknown("a setting", name, Settings.__dataclass_fields__)
    samples = split(data, holdout)
    values = (hidden, activation, start, solver, l2, learning_rate, steps)
    usual = Settings(starts=starts, seed=seed, **more)
    shape = _shape(samples)
    made = grid(usual, dict(zip(VARIED, values, strict=True)), 1 if chunk is None else chunk)
    if chunk is None:
        seconds = cost.estimate(made.settings, *shape)
        made = replace(made, sizes=tuple(cost.suitable(each, *shape, seconds) for each in made.settings))
    asked = Asked(samples, made, _good(good))
    asked.check(yes)
    engines.maker(engine)  # one that is none is refused before a folder is made
    folder, kept = _folder(store)
    found = _finish(_begun(folder, asked), asked, engine, progress)
    if kept is not None:
        weakref.finalize(found, kept.cleanup)
    return found


def open_study(
    store: str | Path, *, finish: bool = False, engine: Any = None, yes: bool = False, progress: Progress | None = None
) -> Study:
    """Open the folder of a study: what is done of what it was asked for last.

    Args:
        store: The folder.
        finish: Whether to do what is missing.
        engine: As of `nodewise.study`.
        yes: Likewise.
        progress: Likewise.

    Raises:
        NodewiseError: If it holds no study, or as `nodewise.study`.
    """
    kept, asked = _opened(store)
    if not finish:
        return gather(kept, asked.grid, asked.samples, asked.good)
    asked.check(yes)
    return _finish(kept, asked, engine, progress)


def prune(store: str | Path) -> int:
    """Delete from a study's folder what does not belong to what it was asked for last, and what was damaged.

    Returns:
        How many files that were.

    Raises:
        NodewiseError: If it holds no study.
    """
    kept, asked = _opened(store)
    return kept.prune(chunk.key for _, chunk in asked.grid.chunks(asked.samples.key))


@dataclass(frozen=True, eq=False)
class Asked:
    """What a study was asked for.

    Attributes:
        samples: To train on and to judge by.
        grid: What to train.
        good: The largest error inside that is good, or None.
    """

    samples: Samples
    grid: Grid
    good: float | None

    def check(self, yes: bool) -> None:
        """Refuse what would fail on every worker, and what is very much."""
        data = self.samples.train
        aim = task(data)
        for each, size in zip(self.grid.settings, self.grid.sizes, strict=True):
            try:
                replace(each, starts=min(each.starts, size)).check_fits(data.features, aim.outputs, data.samples)
                todo = plan(_with_loss(each, aim.labels), data.samples, 1, aim.labels)
                each.check_batch(data.split(todo.validation, 0)[0].samples if todo.validation else data.samples)
            except NodewiseError as error:
                raise refused({name: getattr(each, name) for name in self.grid.varied}, error) from None
        cost.check(self.grid.trainings, self.seconds, yes)

    @property
    def seconds(self) -> float:
        """About how many seconds of one core all trainings take."""
        return cost.estimate(self.grid.settings, *_shape(self.samples))

    def seconds_of(self, chunk: Chunk) -> float:
        """About how many a chunk takes."""
        return cost.estimate([replace(chunk.settings, starts=chunk.count)], *_shape(self.samples))


def _shape(samples: Samples) -> tuple[int, int, int]:
    """Return the features, outputs and samples that are trained on."""
    return samples.train.features, task(samples.train).outputs, samples.train.samples


def _with_loss(settings: Settings, labels: bool) -> Settings:
    if settings.loss == "auto":
        return replace(settings, loss="cross_entropy" if labels else "squared")
    from nodewise.training.losses import find  # loads JAX

    return replace(settings, loss=find(settings.loss, labels).name)


def _good(good: Any) -> float | None:
    if good is None or (isinstance(good, int | float) and not isinstance(good, bool) and good >= 0):
        return None if good is None else float(good)
    raise NodewiseError(f"good must be an error of at least 0. Got {good!r}; leave it out for one that suits the data.")


def _folder(store: str | Path | None) -> tuple[str | Path, Any]:
    if store is not None:
        return store, None
    made = tempfile.TemporaryDirectory(prefix="nodewise-study-")
    return made.name, made


def _begun(folder: str | Path, asked: Asked) -> Store:
    kept = Store(folder)
    kept.begin(asked.samples, {"grid": asked.grid.as_dict(), "good": asked.good})
    return kept


def _opened(folder: str | Path) -> tuple[Store, Asked]:
    if not (Path(folder) / "study.json").exists():  # lest a folder of something else is written to
        raise NodewiseError(f"a store must hold a study. {folder} holds none; give the folder of one.")
    kept = Store(folder)
    told = kept.told()
    return kept, Asked(kept.samples(), read_grid(told["grid"]), told["good"])


def _finish(kept: Store, asked: Asked, engine: Any, progress: Progress | None) -> Study:
    """Do what is missing, twice if it must be: a chunk that was damaged is noticed when it is read."""
    failures, stopped = _train(kept, asked, engine, progress)
    found = gather(kept, asked.grid, asked.samples, asked.good, failures)
    if stopped or failures or not found.missing:
        return found
    failures, _ = _train(kept, asked, engine, progress)
    return gather(kept, asked.grid, asked.samples, asked.good, failures)


def _train(kept: Store, asked: Asked, engine: Any, progress: Progress | None) -> tuple[list[str], bool]:
    """Train the chunks that are missing; return what failed, and whether Ctrl-C ended it."""
    failures: list[str] = []
    pace = _begun_pace(kept, asked, progress)
    jobs = _jobs(kept, asked, pace)
    first = next(jobs, None)
    if first is None:
        return failures, False
    try:
        with engines.opened(engine, kept.path) as running:
            pace.begin(running.workers)
            for done in dispatch(chain([first], jobs), running, _read):
                if done.failure:
                    failures.append(f"chunk {done.job.key} failed three times, the last time with {done.failure}")
                    continue
                content, about = done.result
                if about["key"] != done.job.key:
                    failures.append(f"chunk {done.job.key} came back as {about['key']}")
                    continue
                kept.write(done.job.key, content, about["seconds"])
                pace.add(done.job.count, done.job.seconds, about["seconds"])
    except KeyboardInterrupt:
        return failures, True
    return failures, False


def _begun_pace(kept: Store, asked: Asked, progress: Progress | None) -> Pace:
    """Return the pace of a study of which something may be there."""
    pace = Pace(asked.grid.trainings, asked.seconds, progress)
    if pace.watched and (there := kept.keys()):
        for _, chunk in asked.grid.chunks(asked.samples.key):
            if chunk.key in there:
                pace.find(chunk.key, chunk.count, asked.seconds_of(chunk))
    return pace


def _read(content: bytes) -> tuple[bytes, dict[str, Any]]:
    return content, unpack(content, "what a worker returned")[1]


def _jobs(kept: Store, asked: Asked, pace: Pace) -> Iterator[Job]:
    """Yield the chunks that are missing when it is their turn.

    Every process begins somewhere else, so that two on one folder meet as late as can be.
    """
    samples = asked.samples
    begin = Random(getpid()).randrange(len(asked.grid))
    for _, chunk in chain(asked.grid.chunks(samples.key, begin), islice(asked.grid.chunks(samples.key), begin)):
        seconds = asked.seconds_of(chunk)
        if kept.has(chunk.key):
            pace.find(chunk.key, chunk.count, seconds)
        else:
            yield Job(chunk.key, lambda chunk=chunk: work.job(chunk, samples), chunk.count, seconds)
