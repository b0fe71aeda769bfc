"""Processes of our own for what strangers made: the same Python and packages, no fork, and little that they may do."""

import os
import sys
from typing import Any

# One thread each: every further one reserves memory that counts against the child's limit.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000  # of Linux's unshare(2)
_NETWORK = {"socket.__new__", "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
_PROGRAMS = {"os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "os.startfile",
             "subprocess.Popen"}  # fmt: skip
_CODE = {"pickle.find_class"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def command(module: str) -> list[str]:
    """Return the command line of `python -m module`."""
    return [sys.executable, "-P", "-m", module]


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment with its own packages, and `more`."""
    paths = os.pathsep.join(os.path.abspath(path) for path in sys.path if path)  # noqa: PTH100  # also of zip files
    return {**os.environ, "PYTHONPATH": paths, "PYTHONUTF8": "1", **more}


def limit(memory: int, seconds: int) -> None:
    """Take what is beyond these bounds away from this process; Windows has no such limits.

    Args:
        memory: Bytes of address space; macOS knows this limit and does not take it.
        seconds: Of the processor, from now on.
    """
    try:
        import resource
    except ImportError:
        return
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    wanted = {"RLIMIT_AS": memory, "RLIMIT_CPU": int(used) + 1 + seconds, "RLIMIT_FSIZE": 1 << 30, "RLIMIT_CORE": 0}
    for name, most in wanted.items():
        number = getattr(resource, name)
        hard = resource.getrlimit(number)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            # Time can be given anew for the next piece of work, the rest cannot be had back.
            resource.setrlimit(number, (most, hard if name == "RLIMIT_CPU" else most))
        except (ValueError, OSError):
            continue


def size() -> int:
    """Return the bytes of address space that this process has, 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123  # pathlib is not loaded for it
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return 0


def offline() -> None:
    """Take the network away from this process, where Linux lets it give it up; call it before threads start."""
    if sys.platform != "linux":
        return
    import ctypes

    try:
        unshare = ctypes.CDLL(None).unshare
        # Without a user namespace root keeps the right to read what is not its own.
        if unshare(_NEW_NETWORK) and os.geteuid():
            unshare(_NEW_USER | _NEW_NETWORK)
    except (OSError, AttributeError):  # another C library
        return


def confine(writing: bool = False) -> None:
    """Let this process open no connection, start no program, and find no classes for a pickle, from now on.

    Python asks before each of these; libraries that do not go through Python are not asked, for which there is
    `offline`.

    Args:
        writing: Whether it may write files.
    """
    forbidden = _NETWORK | _PROGRAMS | _CODE

    def asked(event: str, arguments: tuple[Any, ...]) -> None:
        if event in forbidden or (event == "open" and not writing and _writes(*arguments[1:3])):
            raise PermissionError(f"{event} is not for this process")

    sys.addaudithook(asked)


def _writes(mode: str | None, flags: int) -> bool:
    return bool(mode and set(mode) & set("wax+")) or bool(isinstance(flags, int) and flags & _WRITING)
