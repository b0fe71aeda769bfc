"""`open_limited`: `open_model` of a file, read by a child process that has little memory and time, and no network."""

import contextlib
import subprocess
import threading
import weakref
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from nodewise import child
from nodewise.adapters.limited.line import LostError, Message, receive, send
from nodewise.errors import NodewiseError
from nodewise.network import Network, Predictor

_CHILD = "nodewise.adapters.limited.child"
SECONDS = 120
_MEMORY, _TIMES = 2 << 30, 16  # bytes, and how much more for each byte of the file
_OWN = ".nodewise"


def open_limited(path: str | Path, **options: Any) -> Network | Predictor:
    """Open a model file as `open_model` does, read by a child process with bounds on memory and time.

    A model that can be called and not read stays in the child, which answers for it as long as it is in use. A
    .nodewise file is read here: it is the form in which the child would hand it over.

    Args:
        path: The file.
        options: Those of `open_model`.

    Raises:
        NodewiseError: If it cannot be opened, or takes more than there is for it.
    """
    if Path(path).suffix.lower() == _OWN:
        from nodewise.adapters.open import open_model

        return open_model(path, **options)
    reader = _Reader(Path(path).name, _memory(Path(path)))
    head, body = reader.ask({"path": str(path), "options": options, "memory": reader.memory})
    if head.get("kind") == "box":
        return Predictor(reader, **head["box"] | {"classes": tuple(head["box"]["classes"])})
    reader.end()
    return Network.from_bytes(body, reader.name)


def _memory(path: Path) -> int:
    """Return the bytes that reading a file may take; what lies beside it as `model.onnx.data` counts as its own."""
    try:
        return _MEMORY + _TIMES * sum(part.stat().st_size for part in path.parent.glob(f"{_plain(path.name)}*"))
    except OSError:
        return _MEMORY


def _plain(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


@dataclass(eq=False)
class _Reader:
    """A child that reads one file.

    Attributes:
        name: What the file is called.
        memory: Bytes that it may take.
    """

    name: str
    memory: int
    process: subprocess.Popen[bytes] = field(init=False)
    end: Any = field(init=False)

    def __post_init__(self) -> None:
        self.process = subprocess.Popen(
            child.command(_CHILD), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=child.environment(**child.ONE_THREAD), start_new_session=True,
        )  # fmt: skip
        self.end = weakref.finalize(self, _end, self.process)  # also when this program ends

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the outputs of a model that stays in the child."""
        head, body = self.ask({"rows": len(x)}, np.ascontiguousarray(x, np.float64).tobytes())
        return np.frombuffer(body).reshape(head["shape"])

    def ask(self, job: dict[str, Any], body: bytes = b"") -> Message:
        """Let the child do one job and return its answer.

        Raises:
            NodewiseError: If it refuses, or ends.
        """
        late, process = threading.Event(), self.process
        # Its thread ends a little later than this, and must not keep a reader alive that nobody uses any more.
        timer = threading.Timer(SECONDS, lambda: (late.set(), process.kill()))
        timer.start()
        try:
            assert self.process.stdin is not None
            assert self.process.stdout is not None
            send(self.process.stdin, job, body)
            answer = receive(self.process.stdout, self.memory)
        except (LostError, OSError):
            answer = None
        finally:
            timer.cancel()
        if answer is not None and answer[0].get("kind") in ("network", "box", "outputs"):
            return answer
        told = {"kind": "late"} if late.is_set() else answer[0] if answer else {}
        self.end()
        raise NodewiseError(self._sentence(told))

    def _sentence(self, told: dict[str, Any]) -> str:
        if "said" in told:
            return str(told["said"])
        if told.get("kind") == "late":
            return f"{self.name} must be read in {SECONDS} seconds. It takes longer; {_TRUSTED}"
        if told.get("kind") == "memory":
            return f"{self.name} must be read in {_said(self.memory)} of memory. It takes more; {_TRUSTED}"
        if self.process.returncode == -_CPU:
            return f"{self.name} must be read in a minute of the processor. It takes longer; {_TRUSTED}"
        why = told.get("name") or f"exit code {self.process.returncode}"
        return (
            f"{self.name} must be a model that can be read and called. The process that does so broke off ({why}); "
            "save the model again."
        )


_CPU = 24  # SIGXCPU
_TRUSTED = "if you trust it, open it in Python with nodewise.open_model, which sets no bounds."


def _said(size: int) -> str:
    return f"{size >> 20} MiB" if size < 1 << 30 else f"{size / 2**30:.1f} GiB"


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    process.wait()
