"""How far a study is, and how long the rest takes."""

import time
from collections.abc import Callable

Progress = Callable[[int, int, float], None]


class Pace:
    """Counts trainings and what they cost by the estimate, and tells whoever wants to know.

    What remains takes as long for its cost as what was done here so far; before anything is, it is the estimate. Time
    counts from when the first chunk that is over was begun, as if every worker had such a one by then: how long workers
    take to start says nothing of the rest.
    """

    def __init__(self, total: int, cost: float, progress: Progress | None) -> None:
        """Begin with nothing done.

        Args:
            total: Trainings in all.
            cost: Seconds of one core that they take by the estimate.
            progress: Called with (trainings done, trainings in all, seconds that remain).
        """
        self._total, self._left, self._progress = total, cost, progress
        self._done, self._spent, self._wave = 0, 0.0, 0.0
        self._found: set[str] = set()
        self._begun, self._workers = 0.0, 0

    @property
    def watched(self) -> bool:
        """Whether anybody wants to know."""
        return self._progress is not None

    def find(self, key: str, count: int, cost: float) -> None:
        """Count a chunk that was there; once, however often it is found."""
        if self.watched and key not in self._found:
            self._found.add(key)
            self._count(count, cost)

    def begin(self, workers: int) -> None:
        """Begin to train, with so many chunks at a time."""
        self._begun, self._workers = time.monotonic(), workers
        self._tell()

    def add(self, count: int, cost: float, seconds: float) -> None:
        """Count a chunk that was trained, and took its worker so long."""
        if not self._spent:
            self._begun, self._wave = time.monotonic() - seconds, self._workers * cost
        self._spent += cost
        self._count(count, cost)

    def _count(self, count: int, cost: float) -> None:
        self._done += count
        self._left -= cost
        if self._workers:
            self._tell()

    def _tell(self) -> None:
        if self._progress is not None:
            spent = max(self._spent, self._wave)
            per_cost = (time.monotonic() - self._begun) / spent if spent else 1 / self._workers
            self._progress(self._done, self._total, max(self._left, 0.0) * per_cost)
