"""Processes of our own (command line, studio, workers): settings of JAX and XLA that must be made before JAX loads.

Nothing here is needed for a right answer; it makes training and its start faster. A user's program is left alone.
"""

import contextlib
import gc
import hashlib
import os
import platform
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as _installed
from pathlib import Path

# An unknown XLA flag ends the process, so flags are set only where they are known to exist.
_FLAGS_KNOWN_IN = ((0, 10), (0, 12))
# Small loops are inlined into their caller instead of being called through the thread pool, step by step.
_SMALL_LOOPS = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1500000"
_WIDE_VECTORS = "--xla_cpu_prefer_vector_width=512"


def own_process() -> None:
    """Set this process up for training; without effect where JAX is loaded already.

    Two XLA flags (2 to 4 times faster steps on small networks), a compilation cache kept between processes, less
    frequent garbage collection, and a Ctrl-C that is never lost. What the user has set in the environment wins.
    """
    if "jax" in sys.modules:
        return
    # Importing JAX and tracing make many objects and few cycles: a tenth of the time to start.
    gc.set_threshold(100_000, 20, 20)
    sys.unraisablehook = _interrupt_again
    # XLA's remarks about its own cache entries are nothing a user can act on.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Training runs on the CPU: a GPU need not be started for it, nor its memory taken.
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    jaxlib, processor = version("jaxlib"), _processor()
    os.environ.update(_xla_flags(os.environ.get("XLA_FLAGS", ""), jaxlib, processor))
    _keep_compiled(jaxlib, processor)


def _interrupt_again(unraisable: "sys.UnraisableHookArgs") -> None:
    """Repeat a Ctrl-C that came while Python ran a callback of the garbage collector, where it would be swallowed."""
    if unraisable.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(unraisable)
        return
    with contextlib.suppress(RuntimeError):  # no new threads while Python shuts down
        threading.Timer(0.01, _ctrl_c).start()


def _ctrl_c() -> None:
    """Press Ctrl-C: where possible sent to the main thread, which it then wakes from waiting."""
    main = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and main is not None:
        signal.pthread_kill(main, signal.SIGINT)
    else:
        signal.raise_signal(signal.SIGINT)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Put a Ctrl-C off until the block has ended: while JAX's libraries load, it would abort the process."""
    if threading.current_thread() is not threading.main_thread():  # which alone hears signals
        yield
        return
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt


def version(package: str) -> str:
    """Return the version of an installed package, "unknown" without one."""
    try:
        return _installed(package)
    except PackageNotFoundError:
        return "unknown"


def _xla_flags(given: str, jaxlib: str, processor: str) -> dict[str, str]:
    """Return XLA_FLAGS with our flags after those `given`, or nothing where they might do harm."""
    try:
        known = _FLAGS_KNOWN_IN[0] <= tuple(map(int, jaxlib.split(".")[:2])) <= _FLAGS_KNOWN_IN[1]
    except ValueError:
        known = False
    # A value that does not begin with a dash is the name of a file of flags.
    if not known or (given.strip() and not given.strip().startswith("-")):
        return {}
    ours = [_SMALL_LOOPS, *([_WIDE_VECTORS] if "avx512f" in processor.split() else [])]
    added = [flag for flag in ours if flag.split("=")[0] not in given]
    return {"XLA_FLAGS": " ".join([*given.split(), *added])}


def _processor() -> str:
    """Return what identifies the processor: on Linux the line of its features, elsewhere its name."""
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as lines:
            named = [line.split(":", 1)[1].strip() for line in lines if line.startswith(("flags", "Features"))]
    except OSError:
        named = []
    return f"{platform.machine()} {named[0] if named else platform.processor()}"


def _keep_compiled(jaxlib: str, processor: str) -> None:
    """Let JAX keep what it compiles in the user's cache folder, where that can be written to."""
    if "JAX_COMPILATION_CACHE_DIR" in os.environ:
        return
    # Entries hold machine code: one folder per version and processor keeps foreign ones out.
    key = hashlib.sha256(processor.encode()).hexdigest()[:12]
    try:
        folder = _cache_folder() / "nodewise" / f"jax-{version('nodewise')}-{jaxlib}-{key}"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError):  # RuntimeError: there is no home folder
        return
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return
    os.environ["JAX_COMPILATION_CACHE_DIR"] = str(folder)
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")
    # A broken entry is compiled anew, and a full disk means no entry; neither is the user's concern.
    warnings.filterwarnings("ignore", message="Error (reading|writing) persistent compilation cache entry")


def _cache_folder() -> Path:
    if sys.platform == "win32" and "LOCALAPPDATA" in os.environ:
        return Path(os.environ["LOCALAPPDATA"])
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return named if named.is_absolute() else Path.home() / ".cache"
