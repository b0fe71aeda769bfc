"""What a claim is, what was found of it, and what checks have in common."""

import shlex
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nodewise.data import problems
from nodewise.inspection.reading import nice
from nodewise.inspection.study import Study, wilson
from nodewise.studies.study.run import study

HOLDS, FAILS, DEPENDS = VERDICTS = ("holds", "fails", "depends")
# As the essay trains: Adam on the samples as they are. Its good fits are within 0.15 of the true sine.
AS_THE_ESSAY: dict[str, Any] = {"scale": False, "good": 0.15}
RATES = [0.01, 0.03, 0.1]


@dataclass(frozen=True)
class Found:
    """What a check found.

    Attributes:
        verdict: "holds", "fails" or "depends".
        words: Why, with numbers.
        numbers: The numbers by name.
    """

    verdict: str
    words: str
    numbers: dict[str, Any]


@dataclass(frozen=True)
class Runs:
    """The trainings that checks ask for; what two of them ask for is done once.

    Attributes:
        starts: Trainings of each setting.
        seed: Of the first.
    """

    starts: int
    seed: int
    _done: dict[str, Study] = field(default_factory=dict, repr=False)

    def study(self, setting: Mapping[str, Any]) -> Study:
        """Return the study of the essay's sine with these settings."""
        key = command(setting, self.starts, self.seed)
        if key not in self._done:
            how = AS_THE_ESSAY | dict(setting)
            self._done[key] = study(
                problems.sine(), starts=self.starts, seed=self.seed, store=None, engine=_Here(), **how
            )
        return self._done[key]


@dataclass(frozen=True)
class Claim:
    """A claim that can be checked.

    Attributes:
        essay: 1, 2 or 3.
        words: What it says.
        check: What finds out; it is given the trainings it may need.
        shown: What shows the same: the settings of a study of the sine, or a command to be typed.
    """

    essay: int
    words: str
    check: Callable[[Runs], Found]
    shown: Mapping[str, Any] | str

    def command(self, runs: Runs) -> str:
        """Return what shows the same, to be typed, with as many trainings as were counted."""
        return self.shown if isinstance(self.shown, str) else command(self.shown, runs.starts, runs.seed)


class _Here:
    """An engine that trains in this process: each chunk takes less time than a process takes to begin."""

    _max_workers = 1

    def submit(self, function: Callable[..., Any], *given: Any) -> Future:
        future: Future = Future()
        try:
            future.set_result(function(*given))
        except Exception as error:  # the study says what went wrong
            future.set_exception(error)
        return future


def command(setting: Mapping[str, Any], starts: int, seed: int) -> str:
    """Return the command line of a study of the sine with these settings."""
    options = AS_THE_ESSAY | dict(setting) | {"starts": starts} | ({"seed": seed} if seed else {})
    words = ["nodewise", "study", "sine"]
    for name, value in options.items():
        option = name.replace("_", "-")
        if isinstance(value, bool):
            words.append(f"--{option}" if value else f"--no-{option}")
        else:
            words += [f"--{option}", ",".join(map(str, value)) if isinstance(value, list) else str(value)]
    return shlex.join(words)


def python(code: str) -> str:
    """Return the command line that prints the value of an expression in which `nw` is nodewise."""
    return f"python -c {shlex.quote(f'import nodewise as nw; print({code})')}"


def shares(found: Study) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return per setting how many trainings are good, of how many, and the interval of their share."""
    setting = found.trainings.setting
    good = np.bincount(setting, found.is_good, len(found.settings))
    of = np.bincount(setting, minlength=len(found.settings))
    return good, of, *wilson(good, of)


def mostly(found: Study) -> tuple[str, str, dict[str, Any]]:
    """Return whether most starts are good whatever the setting, in a word, in words, and as numbers."""
    good, of, low, high = shares(found)
    rows = [f"{int(g)} of {n} with {found.label(i)}" for i, (g, n) in enumerate(zip(good, of, strict=True))]
    verdict = HOLDS if (low > 0.5).all() else FAILS if (high < 0.5).all() else DEPENDS
    numbers = {"good": good.astype(int), "starts": of, "low": low, "high": high}
    if len(rows) == 1:
        return verdict, rows[0].removesuffix(" with "), numbers
    least, most = int(np.argmin(good)), int(np.argmax(good))
    return verdict, f"from {rows[least]} to {rows[most]}", numbers


def percent(share: float) -> str:
    """Return a share in percent, for people."""
    return f"{nice(100 * share)} %"
