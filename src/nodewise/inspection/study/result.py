"""What a study found, training by training and setting by setting."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from nodewise.data.dataset import Dataset
from nodewise.errors import NodewiseError, unknown
from nodewise.inspection.reading import Reading, Row, counted, nice, plain
from nodewise.inspection.study import frame
from nodewise.inspection.study.wilson import wilson
from nodewise.network import Network
from nodewise.training.settings import Settings

SHOWN = ("hidden", "activation", "start", "solver", "l2", "learning_rate", "steps")


@dataclass(frozen=True, eq=False)
class Trainings:
    """Columns with one entry per training, in the order of settings and seeds.

    Attributes:
        setting: [training], the place of its setting in `Study.settings`.
        seed: [training]; with it, and one start, `nodewise.fit` trains the same up to rounding.
        loss: [training], where it ended, in scaled units.
        inside: [training], root-mean-square error where it was trained; of labels the share that is wrong.
        outside: [training], the same where it was not, or None.
        steps: [training], how many it took.
        ended: [training], why it ended, such as "converged" or "diverged".
        seconds: [training], each chunk's time shared out evenly.
    """

    setting: Int[np.ndarray, " training"]
    seed: Int[np.ndarray, " training"]
    loss: Float[np.ndarray, " training"]
    inside: Float[np.ndarray, " training"]
    outside: Float[np.ndarray, " training"] | None
    steps: Int[np.ndarray, " training"]
    ended: np.ndarray
    seconds: Float[np.ndarray, " training"]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.seed)


@dataclass(frozen=True, eq=False)
class Study(Reading):
    """Many trainings of several settings on the same data.

    Attributes:
        data: What was trained on, without what was held out.
        settings: One for each combination; `starts` is how many trainings were asked for.
        varied: Names of the settings that differ.
        trainings: What came of each that is done.
        good: The largest error inside that is good.
        rule: Where that comes from, in words.
        inside: What the error inside is measured on, in words.
        outside: Likewise outside; "" if nothing was held out.
        missing: How many trainings are still to be done.
        failures: What went wrong with chunks that failed again and again, a sentence each.
        folder: Where the trainings are kept.
        judged: Inputs [point, feature] that errors outside are measured at, and what is wanted there; None if none.
        damaged: How many of its chunks were found damaged, and put aside.
    """

    data: Dataset
    settings: tuple[Settings, ...]
    varied: tuple[str, ...]
    trainings: Trainings
    good: float
    rule: str
    inside: str
    outside: str
    missing: int
    failures: tuple[str, ...]
    folder: Path
    _fetch: Callable[[Settings, int], Network] = field(repr=False)
    judged: tuple[np.ndarray, np.ndarray] | None = field(default=None, repr=False)
    damaged: int = 0

    @property
    def summary(self) -> str:
        """Which setting is good most often, and which errs least outside."""
        trained = counted(len(self.trainings), "training")
        parts = [f"{trained} of {counted(len(self.settings), 'setting')} on {self.data.name}"]
        if self.missing:
            parts[0] += f", {self.missing:,} more to be done"
        error = "error" if self.data.targets is None else "RMSE"
        parts.append(f"Good is an {error} of at most {nice(self.good)} on {self.inside}, {self.rule}")
        rows = [row for row in self.table() if row["starts"]]
        if rows:
            best = max(rows, key=lambda row: (row["low"], -row["median_inside"]))
            low, share, high = (f"{100 * best[name]:.3g} %" for name in ("low", "share", "high"))
            alike = sum(row["low"] == best["low"] for row in rows)
            if self.varied and not best["good"]:
                which = f"No start is good; at best {self._named(best)}: "
            elif alike > 1:
                which = (
                    f"Most often good are {alike} settings alike, of which {self._named(best)} has the least median "
                    f"{error} inside: "
                )
            else:
                which = f"Most often good is {self._named(best)}: " if self.varied else ""
            parts.append(f"{which}{best['good']} of {best['starts']}, {share} (with 95 % confidence {low} to {high})")
        if rows and self.trainings.outside is not None:
            least = min(rows, key=lambda row: row["median_outside"])
            which = f"least median {error} has {self._named(least)}:" if self.varied else f"median {error} is"
            parts.append(f"Outside, on {self.outside}, the {which} {nice(least['median_outside'])}")
        if self.damaged:
            again = "are still to be done again" if self.missing else "were done again"
            parts.append(f"{counted(self.damaged, 'damaged chunk')} put aside, whose trainings {again}")
        if self.failures:
            parts.append(f"{counted(len(self.failures), 'chunk')} failed: {self.failures[0].rstrip('.')}")
        return ". ".join(parts) + "."

    def _named(self, row: Row) -> str:
        return ", ".join(f"{name.replace('_', ' ')} {row[name]}" for name in self.varied)

    def label(self, setting: int) -> str:
        """Return what tells a setting from the others, such as "hidden 8, activation relu"."""
        return self._named(_words(self.settings[setting]))

    @cached_property
    def is_good(self) -> np.ndarray:
        """Whether each training is good, [training]."""
        return self.trainings.inside <= self.good

    def table(self) -> list[Row]:
        """Return one row per setting: how many trainings were good, the interval of that share, errors and time.

        `low` and `high` are Wilson's interval of 95 %; `outside_of_good` is the median over the good trainings alone.
        """
        return [self._row(i) for i in range(len(self.settings))]

    def _row(self, setting: int) -> Row:
        mine = self.trainings.setting == setting
        good = self.is_good[mine]
        low, high = wilson(good.sum(), good.size)
        row = {name: entry for name, entry in _words(self.settings[setting]).items() if name in self.varied}
        row |= {"starts": good.size, "good": int(good.sum()), "share": float(good.mean()) if good.size else None}
        row |= {"low": float(low), "high": float(high)} | _middle("inside", self.trainings.inside[mine])
        if self.trainings.outside is not None:
            outside = self.trainings.outside[mine]
            row |= _middle("outside", outside)
            row["outside_of_good"] = float(np.median(outside[good])) if good.any() else None
        row["diverged"] = int((self.trainings.ended[mine] == "diverged").sum())
        return row | {"seconds": float(self.trainings.seconds[mine].sum())}

    def columns(self) -> dict[str, np.ndarray]:
        """Return every training's settings and results by name, arrays [training]."""
        told = [_words(each) for each in self.settings]
        shown = {name: _column([row[name] for row in told])[self.trainings.setting] for name in SHOWN}
        shown |= {"seed": self.trainings.seed, "loss": self.trainings.loss, "error_inside": self.trainings.inside}
        if self.trainings.outside is not None:
            shown["error_outside"] = self.trainings.outside
        return shown | {
            "good": self.is_good,
            "steps_taken": self.trainings.steps,
            "ended": self.trainings.ended,
            "seconds": self.trainings.seconds,
        }

    def to_frame(self, kind: str = "polars", of: str = "trainings") -> Any:
        """Return one row per training as a frame, or one per setting.

        Args:
            kind: "polars", "pandas" or "pyarrow".
            of: "trainings" or "settings".

        Raises:
            NodewiseError: If there is no such kind, or its library is not installed.
        """
        return frame.frame(self._columns(of), kind)

    def save(self, path: str | Path, of: str = "trainings") -> Path:
        """Write one row per training, or one per setting, to a Parquet, CSV or TSV file.

        Raises:
            NodewiseError: If the name ends in something else, or the file cannot be written.
        """
        return frame.save(self._columns(of), path)

    def _columns(self, of: str) -> dict[str, Any]:
        if of == "trainings":
            return self.columns()
        if of != "settings":
            raise unknown("of", of, ("trainings", "settings"))
        rows = self.table()
        return {name: _column([row[name] for row in rows]) for name in rows[0]}

    def settings_of(self, training: int) -> Settings:
        """Return the settings that replay a training: `nodewise.fit(study.data, **settings.as_dict())`.

        A training done at once with others is replayed up to rounding, which many steps can make large; `network`
        gives the very one. L-BFGS, variable projection, batches and held-out samples are replayed to the last bit by
        a process set up alike.

        Args:
            training: Its place in the columns.

        Raises:
            NodewiseError: If there is no such training.
        """
        if isinstance(training, bool) or not 0 <= training < len(self.trainings):
            raise NodewiseError(f"training must be from 0 to {len(self.trainings) - 1}. Got {training!r}.")
        setting = self.settings[int(self.trainings.setting[training])]
        return replace(setting, starts=1, seed=int(self.trainings.seed[training]))

    def network(self, training: int) -> Network:
        """Return the network a training ended with, as it was kept.

        Args:
            training: Its place in the columns.

        Raises:
            NodewiseError: If there is no such training, or its chunk is gone.
        """
        return self._fetch(self.settings_of(training), int(self.trainings.setting[training]))

    @property
    def written(self) -> tuple[str, ...]:
        """Names of the attributes that `as_dict` writes."""
        return ("varied", "good", "rule", "inside", "outside", "missing", "failures")

    def as_dict(self, without: Any = ()) -> Row:
        """Return what was found per setting, as JSON knows it; the trainings themselves are for `save`."""
        return super().as_dict(without) | {
            "data": self.data.name,
            "trainings": len(self.trainings),
            "settings": plain(self.table()),
        }


def _column(entries: list[Any]) -> np.ndarray:
    return np.array([np.nan if entry is None else entry for entry in entries])


def _middle(name: str, errors: np.ndarray) -> Row:
    # Of a training that diverged the error may be none: it is the worst, not left out.
    errors = np.where(np.isnan(errors), np.inf, errors)
    found = (np.median(errors), errors.min()) if errors.size else (np.nan, np.nan)
    return {f"{how}_{name}": float(value) for how, value in zip(("median", "best"), found, strict=True)}


def _words(settings: Settings) -> Row:
    """Return the settings people vary, layers joined to one word."""
    row = {name: getattr(settings, name) for name in SHOWN}
    row["hidden"] = "-".join(map(str, settings.hidden)) or "none"
    if len(settings.hidden) == 1:
        row["hidden"] = settings.hidden[0]
    row["activation"] = ",".join(dict.fromkeys(settings.activation))
    return row
