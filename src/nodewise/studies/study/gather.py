"""From the chunks that are there to the study they make."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nodewise.errors import NodewiseError
from nodewise.inspection.reading import nice
from nodewise.inspection.study.result import Study, Trainings
from nodewise.network import Network
from nodewise.studies.study.grid import Chunk, Grid
from nodewise.studies.study.samples import Samples
from nodewise.studies.study.store import Store
from nodewise.studies.study.work import read_networks
from nodewise.training.settings import Settings
from nodewise.training.task import task

_CLOSE = 1.1  # times the least error of all
_SURE = 0.01  # of labels, a share wrong that is good anyhow
_NOISY = 1.5  # times the noise


def gather(store: Store, grid: Grid, samples: Samples, good: float | None, failures: Sequence[str] = ()) -> Study:
    """Return what a study has found so far.

    Args:
        store: Where its chunks are.
        grid: What was asked for.
        samples: What was trained on.
        good: The largest error inside that is good; None for one that suits the data.
        failures: Of chunks that could not be done.
    """
    parts = [_part(store, place, chunk) for place, chunk in grid.chunks(samples.key)]
    trainings = _joined([part for part in parts if part], outside=samples.outside is not None)
    damaged = store.damaged()  # after reading, which finds them
    level, rule = _level(good, samples, trainings.inside)
    return Study(
        samples.train, grid.settings, grid.varied, trainings, level, rule, samples.inside.words,
        samples.outside.words if samples.outside else "", grid.trainings - len(trainings), tuple(failures), store.path,
        _Fetch(store, grid, samples), (samples.outside.inputs, samples.outside.wanted) if samples.outside else None,
        sum(chunk.key in damaged for _, chunk in grid.chunks(samples.key)) if damaged else 0,
    )  # fmt: skip


def _part(store: Store, place: int, chunk: Chunk) -> dict[str, Any] | None:
    found = store.read(chunk.key)
    if found is None:
        return None
    arrays, about = found
    return {
        "setting": np.full(chunk.count, place),
        "seed": np.array(chunk.seeds),
        "loss": arrays["losses"],
        "inside": arrays["inside"],
        "outside": arrays.get("outside", np.empty(0)),
        "steps": arrays["steps"],
        "ended": np.array(about["reasons"], dtype="U16"),
        "seconds": np.full(chunk.count, about["seconds"] / chunk.count),
    }


def _joined(parts: Sequence[dict[str, Any]], outside: bool) -> Trainings:
    kinds = {"setting": int, "seed": int, "steps": int, "ended": "U16"}
    names = Trainings.__dataclass_fields__
    columns = {name: np.concatenate([np.empty(0, kinds.get(name, float)), *(p[name] for p in parts)]) for name in names}
    for values in columns.values():
        values.setflags(write=False)
    return Trainings(**(columns if outside else columns | {"outside": None}))  # type: ignore[arg-type]


def _level(good: float | None, samples: Samples, errors: np.ndarray) -> tuple[float, str]:
    """Return the largest error that is good, and where it comes from."""
    if good is not None:
        return good, "as asked for"
    if samples.train.noise:
        return _NOISY * samples.train.noise, f"{_NOISY:g} times the noise of {nice(samples.train.noise)}"
    finite = errors[np.isfinite(errors)]
    least = float(finite.min()) if finite.size else np.nan
    if samples.train.targets is None:
        return max(_CLOSE * least, _SURE), f"within 10 % of the least of all, {nice(least)}, or one of 100 wrong"
    return _CLOSE * least, f"within 10 % of the least of all, {nice(least)}"


class _Fetch:
    """Finds the network of a training in the chunk that holds it."""

    def __init__(self, store: Store, grid: Grid, samples: Samples) -> None:
        self._store, self._grid, self._samples = store, grid, samples
        self._kept: tuple[str, Any] = ("", None)  # the chunk read last: its neighbours are often asked for next

    def __call__(self, settings: Settings, setting: int) -> Network:
        """Return the network of the training with these settings.

        Raises:
            NodewiseError: If its chunk is gone.
        """
        first = self._grid.settings[setting].seed
        at = settings.seed - first
        size = self._grid.sizes[setting]
        chunk = self._grid.chunk(setting, at // size, self._samples.key)
        if self._kept[0] != chunk.key:
            self._kept = (chunk.key, self._store.read(chunk.key))
        if self._kept[1] is None:
            raise NodewiseError(
                f"the chunk of seed {settings.seed} must be in {self._store.path}. It is gone; run again."
            )
        arrays, about = self._kept[1]
        return read_networks(arrays, about, task(self._samples.train).names())[at % size]
