"""Handing out chunks: a bounded number at a time, again after a failure, and reported after the third."""

import asyncio
import heapq
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, Protocol

TRIES = 3
PAUSE = 0.5  # seconds before the second try; twice as long before the third
_AHEAD = 2  # chunks per worker that are handed out, so that none waits for the next one
_FAILED = (Exception, asyncio.CancelledError)


class Engine(Protocol):
    """What runs chunks."""

    @property
    def workers(self) -> int:
        """How many chunks run at the same time."""
        ...

    def submit(self, content: bytes) -> Any:
        """Begin a chunk; return what has `result()`."""
        ...


@dataclass(frozen=True)
class Job:
    """A chunk to be trained.

    Attributes:
        key: Its name.
        content: Makes what the worker gets; called when it is handed out.
        count: How many trainings it has.
        seconds: How long it takes by the estimate.
    """

    key: str
    content: Callable[[], bytes]
    count: int
    seconds: float = 0.0


@dataclass(frozen=True)
class Done:
    """What came of a chunk: its result as read, or why it failed every time."""

    job: Job
    result: Any
    failure: str = ""


@dataclass(order=True)
class _Turn:
    """A chunk's next try, and when it is due."""

    due: float
    order: int
    job: Job = field(compare=False)
    tries: int = field(default=0, compare=False)
    suspect: bool = field(default=False, compare=False)  # may have taken a pool of processes with it


def dispatch(jobs: Iterable[Job], engine: Engine, read: Callable[[bytes], Any], pause: float = PAUSE) -> Iterator[Done]:
    """Yield every job when it is over, in whatever order.

    A job whose try raises, or whose result `read` refuses, is tried again after a while, three times in all. When a
    pool of processes breaks, every chunk in it fails and any may be to blame; those are tried again one at a time, so
    that one that breaks pools is found and the others are not held to account for it.

    Args:
        jobs: Taken only when there is room for one.
        engine: What runs them.
        read: Makes of a worker's bytes what is yielded.
        pause: Seconds before the second try.
    """
    fresh, order = iter(jobs), 0
    news: SimpleQueue[tuple[_Turn, Any]] = SimpleQueue()
    running: dict[int, tuple[_Turn, Any]] = {}
    again: list[_Turn] = []
    try:
        while True:
            while turn := _next(fresh, again, running, engine, order):
                order += 1
                turn.order = order
                running[order] = turn, _begin(engine, turn, news)
            if not running and not again:
                return
            try:
                turn, future = news.get(timeout=max(again[0].due - time.monotonic(), 0.01) if again else None)
            except Empty:
                continue
            del running[turn.order]
            try:
                result = read(future.result())
            except _FAILED as error:
                turn.tries += 1
                turn.suspect = isinstance(error, BrokenExecutor)
                if turn.tries >= TRIES:
                    yield Done(turn.job, None, f"{type(error).__name__}: {error}")
                else:
                    turn.due = time.monotonic() + pause * 2 ** (turn.tries - 1)
                    heapq.heappush(again, turn)
                continue
            yield Done(turn.job, result)
    finally:
        for _, future in running.values():
            if hasattr(future, "cancel"):
                future.cancel()


def _next(
    fresh: Iterator[Job], again: list[_Turn], running: dict[int, tuple[_Turn, Any]], engine: Engine, order: int
) -> _Turn | None:
    """Return what to begin now, or None where there is no room for more, or nothing due."""
    suspects = any(turn.suspect for turn in (*again, *(turn for turn, _ in running.values())))
    if len(running) >= (1 if suspects else _AHEAD * engine.workers):
        return None
    if again and again[0].due <= time.monotonic():
        return heapq.heappop(again)
    if suspects:
        return None
    job = next(fresh, None)
    return None if job is None else _Turn(0.0, order, job)


class _Refused:
    """A future of what could not even be begun."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def result(self) -> Any:
        raise self._error


def _begin(engine: Engine, turn: _Turn, news: SimpleQueue[tuple[_Turn, Any]]) -> Any:
    """Begin a try; `news` hears when it is over."""
    try:
        future = engine.submit(turn.job.content())
    except _FAILED as error:
        future = _Refused(error)
    tell = lambda _=None: news.put((turn, future))  # noqa: E731
    if isinstance(future, _Refused):
        tell()
    elif hasattr(future, "add_done_callback"):
        future.add_done_callback(tell)
    else:  # all it can do is wait
        threading.Thread(target=_await, args=(future, tell), daemon=True).start()
    return future


def _await(future: Any, tell: Callable[[], None]) -> None:
    try:
        future.result()
    except BaseException:  # asked again, and then heard, by the one who is told
        pass
    finally:
        tell()
