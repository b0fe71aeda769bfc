"""The progress bar of a training, on standard error."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Bar:
    """A bar that appears with the first news of a training that is not over by then."""

    def __init__(self) -> None:
        self._rich: Any = None

    def __call__(self, done: int, steps: int, loss: float) -> None:
        """Show that `done` of `steps` steps are done."""
        if self._rich is None:
            if done >= steps:
                return
            self._rich = self._begin(steps)
        self._rich.update(self._rich.task_ids[0], completed=done, loss=f"loss {loss:.3g}")

    def _begin(self, steps: int) -> Any:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            "Training",
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[loss]}"),
            TimeRemainingColumn(),
        )
        shown = Progress(*columns, console=Console(stderr=True), transient=True)
        shown.add_task("", total=steps, loss="")
        shown.start()
        return shown

    def end(self) -> None:
        """Take the bar away."""
        if self._rich is not None:
            self._rich.stop()


@contextmanager
def bar(quiet: bool) -> Iterator[Bar | None]:
    """Give a bar to a training; None where nobody would see it."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    shown = Bar()
    try:
        yield shown
    finally:
        shown.end()
