"""Where chunks are trained: processes of this machine, a cluster, or whatever has `submit(...).result()`."""

import logging
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from nodewise.errors import NodewiseError
from nodewise.studies.study.dispatch import Engine
from nodewise.studies.study.work import devoted, train_chunk

_ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM", "NUMEXPR")}
_ADDRESSES = {"dask": r"dask:/*[^/\s]+:\d+", "ray": r"ray:\S+"}  # a scheduler's, a client's or a cluster's
_REACH = 10  # seconds
_SLURM_JOBS = 64  # queued or running at a time
_SLURM_MINUTES, _SLURM_GIGABYTES = 60, 2
_WATCH = 1.0  # seconds between looks at whether the study still lives
_FORMS = "None, a number of processes, 'dask://HOST:PORT', 'ray://HOST:PORT', 'slurm', or an object with submit(...)"


@contextmanager
def opened(engine: Any, folder: Path) -> Iterator[Engine]:
    """Give an engine, and end it afterwards if it was made here.

    Args:
        engine: None for one local process per core, a number of them, an address, "slurm", or an object whose
            `submit(function, *arguments)` returns what has `result()`.
        folder: Where an engine may keep files.

    Raises:
        NodewiseError: If there is no such engine, its package is missing, or it cannot be reached.
    """
    made = maker(engine)(folder)
    try:
        yield made
    finally:
        made.stop()


def maker(engine: Any) -> Callable[[Path], Any]:
    """Return what makes an engine, with a folder where it may keep files.

    Raises:
        NodewiseError: If there is no such engine.
    """
    if engine is None or (isinstance(engine, int) and not isinstance(engine, bool) and engine > 0):
        return lambda _: _Local(engine)
    if isinstance(engine, str):
        if engine.isdecimal() and int(engine):
            return lambda _: _Local(int(engine))
        kind = engine.split(":", 1)[0]
        if kind in _NAMED and (kind not in _ADDRESSES or re.fullmatch(_ADDRESSES[kind], engine)):
            return lambda folder: _reached(engine, lambda: _NAMED[kind](engine, folder))
    elif hasattr(engine, "submit"):
        return lambda _: _Given(engine)
    raise NodewiseError(f"engine must be {_FORMS}. Got {engine!r}.")


def _reached(engine: str, connect: Callable[[], Any]) -> Any:
    try:
        return connect()
    except ImportError as error:
        raise NodewiseError(
            f"engine {engine} needs {error.name}, which is not installed. Install nodewise[cluster]."
        ) from None
    except (OSError, ValueError, RuntimeError) as error:  # TimeoutError is an OSError, ConnectionError too
        said = " ".join(str(error).split())[:200] or type(error).__name__
        raise NodewiseError(
            f"engine {engine} must be reachable. Tried for up to {_REACH} s: {said.rstrip('.')}. Start it, or leave "
            "engine out; the store is kept as it was."
        ) from None


class _Local:
    """Processes of this machine, one thread each; made anew if one of them dies."""

    def __init__(self, workers: int | None) -> None:
        try:
            import joblib
        except ImportError:
            raise NodewiseError("local processes need joblib. Install it, or give an engine of your own.") from None
        self.workers = workers or joblib.cpu_count()
        self._pool: Any = None

    def submit(self, content: bytes) -> Any:
        for _ in range(2):
            pool = self._pool or self._begin()
            try:
                return pool.submit(devoted, content)
            except (BrokenExecutor, RuntimeError):  # broken, or shut down by what broke it
                self._pool = None
        return (self._pool or self._begin()).submit(devoted, content)

    def _begin(self) -> Any:
        from joblib.externals.loky import ProcessPoolExecutor

        self._pool = ProcessPoolExecutor(
            self.workers, env=_ONE_THREAD, initializer=_settle, initargs=(os.getpid(),), timeout=None
        )
        return self._pool

    def stop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, kill_workers=True)
            self._pool = None


def _settle(parent: int) -> None:
    """Leave Ctrl-C to the study, and end with it, even if it was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCH)
    os._exit(1)


class _Given:
    """An object of the user's, which is left running."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self.workers = int(getattr(engine, "_max_workers", None) or os.cpu_count() or 1)

    def submit(self, content: bytes) -> Any:
        return self._engine.submit(train_chunk, content)

    def stop(self) -> None:
        pass


class _Dask:
    """A Dask cluster that runs already."""

    def __init__(self, engine: str, _: Path) -> None:
        from distributed import Client

        self._client = Client(f"tcp:{engine.split(':', 1)[1]}", timeout=_REACH, set_as_default=False)
        self._executor = self._client.get_executor(pure=False)

    @property
    def workers(self) -> int:
        """How many threads the cluster has now."""
        threads: Any = self._client.nthreads()
        return sum(threads.values()) or 1

    def submit(self, content: bytes) -> Any:
        return self._executor.submit(devoted, content)

    def stop(self) -> None:
        self._executor.shutdown(wait=False)
        with suppress(Exception):  # it may be gone by now
            self._client.close(timeout=_REACH)


class _Ray:
    """A Ray cluster that runs already."""

    def __init__(self, engine: str, _: Path) -> None:
        import ray

        self._ray, self._mine = ray, not ray.is_initialized()
        if self._mine:
            address = _address(engine)
            _knock(address)
            ray.init(address, log_to_driver=False, logging_level=logging.ERROR, configure_logging=False)
        self._train = ray.remote(num_cpus=1, max_retries=0)(devoted)

    @property
    def workers(self) -> int:
        """How many cores the cluster has now."""
        return int(self._ray.cluster_resources().get("CPU", 1)) or 1

    def submit(self, content: bytes) -> Any:
        return self._train.remote(content).future()

    def stop(self) -> None:
        if self._mine:
            self._ray.shutdown()


def _knock(address: str) -> None:
    """Raise OSError if nobody listens, of which Ray itself takes half a minute to be sure."""
    host, _, port = address.rpartition("//")[2].rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), timeout=_REACH).close()


def _address(engine: str) -> str:
    """Return Ray's own address: ray://HOST:PORT is its client's, ray:HOST:PORT that of the cluster itself."""
    _, _, rest = engine.partition(":")
    return engine if rest.startswith("//") else rest


class _Slurm:
    """Jobs of a Slurm cluster, by submitit; with slurm:local as processes of this machine, to try it."""

    def __init__(self, engine: str, folder: Path) -> None:
        import submitit

        cluster = engine.partition(":")[2] or "slurm"
        self.workers = _SLURM_JOBS // 2 if cluster == "slurm" else os.cpu_count() or 1
        self._executor = submitit.AutoExecutor(folder / "slurm", cluster=cluster)
        self._executor.update_parameters(timeout_min=_SLURM_MINUTES, cpus_per_task=1, mem_gb=_SLURM_GIGABYTES)

    def submit(self, content: bytes) -> Any:
        return self._executor.submit(devoted, content)

    def stop(self) -> None:
        pass


_NAMED: dict[str, Callable[[str, Path], Any]] = {"dask": _Dask, "ray": _Ray, "slurm": _Slurm}
