"""The studio's processes, each in a group of its own: started, ended, and run to their end."""

import asyncio
import contextlib
import os
import signal
import subprocess
from asyncio.subprocess import DEVNULL, PIPE, Process

from nodewise import child
from nodewise.viewer.studio.refusals import Refused

_MOST_LINE = 1 << 24
_SECONDS = 120


async def start(module: str, heard: bool = True, **environment: str) -> Process:
    """Start `python -m module` with pipes to and from it; Ctrl-C in the terminal is not sent to it.

    Args:
        module: Its name.
        heard: Whether what it says on standard error is shown in the terminal.
        environment: What its environment has besides ours.
    """
    return await asyncio.create_subprocess_exec(
        *child.command(module), stdin=PIPE, stdout=PIPE, stderr=None if heard else DEVNULL, limit=_MOST_LINE,
        start_new_session=True, env=child.environment(**environment),
    )  # fmt: skip


async def end(process: Process, patience: float = 0) -> int:
    """End the process, if it does not end by itself within some seconds; return its exit code."""
    if patience:
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(process.wait(), patience)
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            # Not by the process's own method, which takes the exit code away from those who wait for it.
            os.kill(process.pid, signal.SIGKILL) if os.name == "posix" else process.kill()
    return await process.wait()


def run(module: str, *arguments: str) -> None:
    """Run `python -m module` with arguments to its end.

    Raises:
        Refused: If it fails or takes too long; with what it says on standard output, a sentence, if it says anything.
    """
    try:
        command = [*child.command(module), *arguments]
        subprocess.run(
            command, check=True, timeout=_SECONDS, env=child.environment(), start_new_session=True,
            stdout=subprocess.PIPE,
        )  # fmt: skip
    except subprocess.SubprocessError as error:
        if isinstance(error, subprocess.CalledProcessError) and error.stdout.strip():
            raise Refused(error.stdout.decode(errors="replace").strip(), status=500) from None
        said = f"{type(error).__name__}. The studio's terminal says more"
        raise Refused(f"The file could not be made: {said}.", status=500) from None
