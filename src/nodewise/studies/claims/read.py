"""`claims`: every checkable claim of three essays, checked now."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nodewise.errors import NodewiseError
from nodewise.inspection.reading import Reading, Row, counted, joined
from nodewise.studies.claims import curves, families, memory
from nodewise.studies.claims.claim import VERDICTS, Runs

ESSAYS = {
    1: "What neural networks actually do?",
    2: "What is it that neural networks actually learn?",
    3: "How do neural networks work?",
}
_CLAIMS = (*curves.CLAIMS, *families.CLAIMS, *memory.CLAIMS)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Checked:
    """A claim, and what was found of it.

    Attributes:
        essay: Its number in `ESSAYS`.
        claim: What it says.
        verdict: "holds", "fails" or "depends".
        found: Why, with numbers, in words.
        numbers: The numbers by name.
        command: What shows the same, to be typed.
        seconds: Time taken.
    """

    essay: int
    claim: str
    verdict: str
    found: str
    numbers: dict[str, Any]
    command: str
    seconds: float


@dataclass(frozen=True, eq=False)
class Claims(Reading):
    """What holds, fails and depends of what the essays claim.

    Attributes:
        checked: The claims in the order of the essays.
        starts: Trainings of each setting that was counted.
        seed: Of the first.
    """

    checked: tuple[Checked, ...]
    starts: int
    seed: int

    @property
    def summary(self) -> str:
        """How many hold, fail and depend, and which fail."""
        said = {verdict: [one for one in self.checked if one.verdict == verdict] for verdict in VERDICTS}
        seconds = sum(one.seconds for one in self.checked)
        parts = joined([f"{len(ones)} {_verb(verdict, len(ones))}" for verdict, ones in said.items()])
        return (
            f"Of {counted(len(self.checked), 'claim')} {parts}, checked on this machine in {seconds:.0f} s, with "
            f"{counted(self.starts, 'start')} where trainings are counted."
        )

    def table(self) -> list[Row]:
        """Return one row per claim."""
        return [
            {"essay": one.essay, "claim": one.claim, "verdict": one.verdict, "found": one.found, "command": one.command}
            for one in self.checked
        ]


def _verb(verdict: str, count: int) -> str:
    return verdict if count == 1 else verdict.removesuffix("s")


def claims(essay: int | None = None, starts: int = 200, seed: int = 0, progress: Progress | None = None) -> Claims:
    """Check what three essays on neural networks claim, by training, counting and computing now.

    Shares of starts hold where at least half of the starts are good with 95 % confidence (Wilson's interval) in every
    setting tried, fail where at most half are in every one, and depend otherwise.

    Args:
        essay: Of which essay, 1, 2 or 3; of all unless given.
        starts: Trainings of each setting.
        seed: Of the first.
        progress: Called with (claims done, claims) after each.

    Raises:
        NodewiseError: If there is no such essay, or a number breaks a rule.
    """
    if essay is not None and (isinstance(essay, bool) or essay not in ESSAYS):
        raise NodewiseError(f"essay must be 1, 2 or 3. Got {essay!r}; leave it out for all.")
    if isinstance(starts, bool) or not isinstance(starts, int) or starts < 1:
        raise NodewiseError(f"starts must be a whole number of at least 1. Got {starts!r}. Try 200.")
    chosen = [claim for claim in _CLAIMS if essay in (None, claim.essay)]
    runs, done = Runs(starts, seed), []
    for claim in chosen:
        began = time.perf_counter()
        found = claim.check(runs)
        seconds = time.perf_counter() - began
        done.append(
            Checked(claim.essay, claim.words, found.verdict, found.words, found.numbers, claim.command(runs), seconds)
        )
        if progress:
            progress(len(done), len(chosen))
    return Claims(tuple(done), starts, seed)
