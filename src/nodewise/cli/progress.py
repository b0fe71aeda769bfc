"""A progress bar with the time that remains, on standard error."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_SECOND = 1.5  # seconds that are rounded to one


class Bar:
    """A bar that appears with the first news of some work that is not over by then."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._rich: Any = None

    def __call__(self, done: int, steps: int, loss: float | None = None) -> None:
        """Show that `done` of `steps` steps are done."""
        self._show(done, steps, "" if loss is None else f"loss {loss:.3g}")

    def timed(self, done: int, total: int, seconds: float) -> None:
        """Show that `done` of `total` trainings are done, and that the others take about so many seconds."""
        from nodewise.studies.study.cost import span  # loads NumPy

        left = "a second" if seconds < _SECOND else span(round(seconds))
        self._show(done, total, f"about {left} left" if done < total else "", pace=False)

    def _show(self, done: int, steps: int, note: str, pace: bool = True) -> None:
        if self._rich is None:
            if done >= steps:
                return
            self._rich = self._begin(done, steps, pace)
        self._rich.update(self._rich.task_ids[0], completed=done, total=steps, note=note)

    def _begin(self, done: int, steps: int, pace: bool) -> Any:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            self._label,
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[note]}"),
            *([TimeRemainingColumn()] if pace else []),
        )
        shown = Progress(*columns, console=Console(stderr=True), transient=True)
        # What was done before is no pace to reckon with.
        shown.add_task("", total=steps, completed=done, note="")
        shown.start()
        return shown

    def end(self) -> None:
        """Take the bar away."""
        if self._rich is not None:
            self._rich.stop()


@contextmanager
def bar(label: str, quiet: bool) -> Iterator[Bar | None]:
    """Give a bar to some work; None where nobody would see it."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    shown = Bar(label)
    try:
        yield shown
    finally:
        shown.end()
