"""The child process that opens a model file: `python -m …child`, jobs on its input, answers on its output.

The first job says which file; the answer is the network as the bytes of a .nodewise file, a refusal, or, of a model
that can be called and not read, what it is. Of such a one the jobs that follow are samples, answered with its outputs.
"""

import contextlib
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from nodewise import child

# Before anything starts a thread, and before a stranger's file is looked at.
if __name__ == "__main__":
    child.offline()

import numpy as np

from nodewise.adapters.limited.line import LostError, Message, receive, send
from nodewise.errors import NodewiseError
from nodewise.network import Network, Predictor

_SECONDS = 60  # of the processor, for each job
_LIBRARIES = {
    ".onnx": ("nodewise.adapters.onnx",),
    ".keras": ("h5py", "nodewise.adapters.keras.file"),
    ".pt": ("torch", "nodewise.adapters.state_dict"),
    ".pth": ("torch", "nodewise.adapters.state_dict"),
    ".safetensors": ("safetensors", "nodewise.adapters.state_dict"),
}


def main() -> None:
    """Do the jobs until there are no more."""
    # What any library prints must not get among the answers.
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    job, _ = receive(jobs, 0)
    _load(Path(job["path"]).suffix.lower())
    memory = child.size() + job["memory"]
    child.limit(memory, _SECONDS)
    child.confine()
    opened = _answer(answers, job)
    while isinstance(opened, Predictor):
        head, body = receive(jobs, job["memory"])
        child.limit(memory, _SECONDS)
        _call(answers, opened, (head, body))


def _load(ending: str) -> None:
    """Load what reads files of this ending, whose own memory then does not count; the adapter says what is missing."""
    for name in ("nodewise.adapters.open", *_LIBRARIES.get(ending, ())):
        try:
            import_module(name)
        except ImportError:
            continue


def _answer(answers: IO[bytes], job: dict[str, Any]) -> Network | Predictor | None:
    """Open the file, tell what came of it, and return it."""
    from nodewise.adapters.open import open_model

    try:
        opened = open_model(job["path"], **job["options"])
        if isinstance(opened, Network):
            send(answers, {"kind": "network"}, opened.to_bytes())
        else:
            send(answers, {"kind": "box", "box": _described(opened)})
    except Exception as error:  # whatever a file provokes, the user needs one sentence
        send(answers, _refusal(error))
        return None
    return opened


def _refusal(error: BaseException) -> dict[str, Any]:
    """Return what is told of an error: its sentence, if it has one, or its name; or that memory ran out below it."""
    below: BaseException | None = error
    while below is not None:
        if isinstance(below, MemoryError):
            return {"kind": "memory"}
        below = below.__cause__ or below.__context__
    told = {"said": str(error)} if isinstance(error, NodewiseError) else {"name": type(error).__name__}
    return {"kind": "refused", **told}


def _described(box: Predictor) -> dict[str, Any]:
    about = {name: getattr(box, name) for name in ("inputs", "outputs", "reason", "kind", "classes", "label")}
    return about | {name: list(getattr(box, name)) for name in ("feature_names", "output_names")}


def _call(answers: IO[bytes], box: Predictor, job: Message) -> None:
    head, body = job
    x = np.frombuffer(body).reshape(head["rows"], box.inputs)
    try:
        found = np.ascontiguousarray(box.call(x), np.float64)
        send(answers, {"kind": "outputs", "shape": found.shape}, found.tobytes())
    except Exception as error:
        send(answers, _refusal(error))


if __name__ == "__main__":
    with contextlib.suppress(LostError, BrokenPipeError):  # the parent wants no more
        main()
