"""Runs one after the other in the worker: queue, progress, cancelling, and what happens when the worker dies."""

import asyncio
import contextlib
import json
import signal
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from nodewise.errors import NodewiseError
from nodewise.viewer.studio import children, runs, store
from nodewise.viewer.studio.store import Store

_WORKER = "nodewise.viewer.studio.worker"
PATIENCE = 4.0  # seconds a cancelled training has to come to a point where it can stop
_REST = 1.0  # before a worker is started again that died before it was ready
_CALLED_OFF = "Cancelled before there was anything to keep."

News = dict[str, Any]


@dataclass
class _Live:
    """How a run that is not over stands; the event is set, and replaced, at every change."""

    news: News
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class Jobs:
    """The runs that wait or train."""

    def __init__(self, kept: Store) -> None:
        self._store = kept
        self._waiting: deque[str] = deque()
        self._current = ""
        self._called_off: set[str] = set()
        self._tried: set[str] = set()  # handed to a worker that died before it began
        self._live: dict[str, _Live] = {}
        self._worker: asyncio.subprocess.Process | None = None
        self._ready = False
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin to work."""
        self._spawn_task(self._serve())

    async def stop(self) -> None:
        """End worker and work; what was not over is marked."""
        for task in list(self._tasks):
            task.cancel()
        if self._worker is not None:
            await children.end(self._worker)
        self._waiting.clear()
        self._current = ""
        for key in list(self._live):
            self._over(key, state="interrupted", error=runs.STOPPED)

    def add(self, key: str) -> None:
        """Put a run at the end of the queue."""
        self._waiting.append(key)
        self._publish(key, {"state": "waiting", "step": 0, "steps": None, "loss": None})
        self._next()

    def cancel(self, key: str) -> None:
        """Call a run off: at once if it waits, else as soon as training can stop, or by force if it does not."""
        if key in self._waiting:
            self._waiting.remove(key)
            self._over(key, state="interrupted", error=_CALLED_OFF)
        elif key == self._current and key not in self._called_off:
            self._called_off.add(key)
            self._send(cancel=key)
            self._spawn_task(self._force(key))

    async def progress(self, key: str) -> AsyncIterator[News]:
        """Yield how a run stands now, and again whenever that changes, until it is over."""
        live = self._live.get(key)
        while live is not None:
            changed, news = live.changed, live.news  # both may have moved on before the reader has taken this news
            yield news
            if news["state"] in runs.OVER:
                return
            await changed.wait()

    def _spawn_task(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _publish(self, key: str, news: News) -> None:
        live = self._live.setdefault(key, _Live(news))
        changed, live.news, live.changed = live.changed, news, asyncio.Event()
        changed.set()

    def _over(self, key: str, **result: Any) -> None:
        last = self._live[key].news
        with contextlib.suppress(NodewiseError):  # a full disk: at the next start counts what is in the run's folder
            store.finish(self._store, key, **result)
        self._publish(key, {name: last[name] for name in ("step", "steps", "loss")} | result)
        del self._live[key]  # those who watch hold it
        self._called_off.discard(key)
        self._tried.discard(key)

    def _next(self) -> None:
        """Hand the next run to the worker, if both are free."""
        if self._current or not self._waiting or self._worker is None:
            return
        self._current = self._waiting.popleft()
        self._send(run=self._current, place=str(self._store.folder / self._current))

    def _send(self, **command: Any) -> None:
        if self._worker is not None and self._worker.stdin is not None:
            with contextlib.suppress(ConnectionError):  # a worker that is gone is noticed where its news end
                self._worker.stdin.write(json.dumps(command).encode() + b"\n")

    async def _serve(self) -> None:
        """Keep a worker going and hear what it says."""
        while True:
            try:
                self._worker, self._ready = await children.start(_WORKER), False
            except OSError:  # no memory or no place for another process, for now
                await asyncio.sleep(_REST)
                continue
            self._next()
            await self._hear(self._worker)
            code = await children.end(self._worker, _REST)
            self._worker = None
            if self._current:
                self._lost(code)
            if not self._ready:
                await asyncio.sleep(_REST)

    async def _hear(self, worker: asyncio.subprocess.Process) -> None:
        assert worker.stdout is not None
        while line := await worker.stdout.readline():
            news = json.loads(line)
            self._ready = self._ready or "ready" in news
            key = news.pop("run", None)
            if key != self._current or not key:
                continue
            if news["state"] in runs.OVER:
                self._current = ""
                self._over(key, **news)
                self._next()
            else:
                if news["step"] == 0:
                    store.change(self._store, key, state=news["state"])
                self._publish(key, news)

    def _lost(self, code: int) -> None:
        key, self._current = self._current, ""
        if key in self._called_off:
            self._over(key, state="interrupted", error=_CALLED_OFF)
        elif self._live[key].news["state"] == "waiting" and key not in self._tried:
            # It died before it came to this run, perhaps with nothing to do.
            self._tried.add(key)
            self._waiting.appendleft(key)
        else:
            self._over(key, state="failed", error=_ending(code))

    async def _force(self, key: str) -> None:
        """End the worker if a run that was called off does not end by itself, for it may be compiling."""
        await asyncio.sleep(PATIENCE)
        if key == self._current and self._worker is not None:
            await children.end(self._worker)


def _ending(code: int) -> str:
    """Return a sentence about a worker that died with this exit code."""
    names = {-number: number.name for number in signal.Signals}
    how = names.get(code, f"exit code {code}")
    why = "Most likely memory ran out" if how == "SIGKILL" else "If it ends so again"
    return f"The process that trained this run ended unexpectedly ({how}). {why}: use fewer nodes, starts or samples."
